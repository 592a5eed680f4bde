from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_alerts import AlertCheckCommon


@tagged("post_install", "-at_install")
class TestAlertPages(AlertCheckCommon):
    """What the screens of alerts do: undoing, muting, giving away, opening."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls._create_user("alert_owner", "owner")
        cls.operator = cls._create_user("alert_operator", "operator")
        cls.sales = cls._create_user("alert_sales", "sales")
        cls.nobody = cls.env["res.users"].create(
            {
                "name": "No shop",
                "login": "alert_nobody",
                "group_ids": [(6, 0, cls.env.ref("base.group_user").ids)],
            }
        )
        cls.spool = cls._create_spool(1000)
        cls.alert = cls._raise(cls.spool, "spool_low", "It runs low")

    @classmethod
    def _raise(cls, record, key, name, **values):
        record._raise_alert(key, name, **values)
        cls.env["print3d.alert"]._take_in()
        return cls._get_alert(record, key)

    def _count_queries(self, function):
        """Return how often the database is asked, with nothing remembered."""
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        function()
        return self.env.cr.sql_log_count - start

    # === DEEDS === #

    def test_resolve_and_undo(self):
        action = self.alert.with_user(self.operator).action_resolve_quickly()
        self.assertEqual(self.alert.state, "resolved")
        self.assertEqual(action["tag"], "print3d_alert_done")
        params = action["params"]
        self.assertIn("It runs low", params["message"])
        alerts = self.env["print3d.alert"].with_user(self.operator)
        getattr(alerts.browse(params["ids"]), params["undo"])()
        self.assertEqual(self.alert.state, "open")

    def test_resolve_many_says_how_many(self):
        other = self._raise(self._create_spool(), "spool_low", "Another")
        over = self._raise(self._create_spool(), "spool_low", "Over already")
        over.action_resolve()
        action = (self.alert | other | over).action_resolve_quickly()
        self.assertEqual(action["params"]["ids"], (self.alert | other).ids)
        self.assertIn("2", action["params"]["message"])

    def test_mute_quickly_and_undo(self):
        action = self.alert.action_mute_quickly(1)
        self.assertEqual(self.alert.state, "muted")
        getattr(self.alert, action["params"]["undo"])()
        self.assertEqual(self.alert.state, "open")

    def test_mute_dialog(self):
        action = self.alert.with_user(self.operator).action_open_mute()
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.operator)
            .with_context(**action["context"])
        )
        wizard.span = "until"
        wizard.until = "2099-01-02 03:00:00"
        wizard.note = "The vendor is on holiday"
        wizard.save().action_mute()
        self.assertEqual(self.alert.state, "muted")
        self.assertEqual(str(self.alert.muted_until), "2099-01-02 03:00:00")
        self.assertIn("The vendor is on holiday", self.alert.event_ids.mapped("note"))

    def test_assign_dialog(self):
        action = self.alert.with_user(self.operator).action_open_assign()
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.operator)
            .with_context(**action["context"])
        )
        wizard.user_id = self.sales
        wizard.save().action_assign()
        self.assertEqual(self.alert.user_id, self.sales)
        self.assertTrue(self.alert.with_user(self.sales).can_act)

    def test_who_may_act(self):
        self.assertTrue(self.alert.with_user(self.operator).can_act)
        theirs = self.alert.with_user(self.sales)
        self.assertFalse(theirs.can_act)
        with self.assertRaises(AccessError):
            theirs.action_resolve_quickly()
        with self.assertRaises(AccessError):
            theirs.action_mute_quickly(1)
        theirs.action_acknowledge()
        self.assertEqual(self.alert.state, "acknowledged")

    # === ACTIONS OF THE SOURCE === #

    def test_actions_of_a_spool(self):
        alert = self.alert.with_user(self.operator)
        keys = [action["key"] for action in alert.actions]
        self.assertEqual(keys, ["request", "weigh", "open", "limits"])
        for user, offered in (
            (self.owner, keys),
            (self.operator, keys[:-1]),
            (self.sales, ["request", "open"]),
        ):
            with self.subTest(user=user.login):
                actions = self.alert.with_user(user)._get_cards()[0]["actions"]
                self.assertEqual([action["key"] for action in actions], offered)
                self.assertEqual(self.alert.with_user(user).offered_actions, actions)
        with self.assertRaisesRegex(UserError, "cannot be done"):
            self.alert.with_user(self.sales).action_run("weigh")
        self.assertEqual(alert.action_run("weigh")["res_model"], "print3d.spool.weigh")
        page = alert.action_run("open")
        self.assertEqual(page["res_id"], self.spool.id)
        form = self.env.ref("print3d_inventory.stock_lot_view_form_spool")
        self.assertEqual(page["views"], [(form.id, "form")])

    def test_release_from_the_alert(self):
        self.spool._print3d_record("quarantine", reason="Damp")
        alert = self._raise(self.spool, "spool_quarantine", "It waits")
        alert.with_user(self.operator).action_run("release")
        self.assertFalse(self.spool.is_quarantined)
        self.assertEqual(alert.state, "resolved")

    def test_limits_are_set_by_owners(self):
        with self.assertRaisesRegex(UserError, "cannot be done"):
            self.alert.with_user(self.operator).action_run("limits")
        with self.assertRaisesRegex(AccessError, "Owners of the shop"):
            self.env["print3d.alert.limits"].with_user(self.operator)._get_action()
        action = self.alert.with_user(self.owner).action_run("limits")
        self.env.company.print3d_alert_low_percent = 12
        form = Form(self.env[action["res_model"]].with_user(self.owner))
        self.assertEqual(form.print3d_alert_low_percent, 12)
        form.print3d_alert_low_percent = 25
        form.print3d_alert_open_days = 77
        form.save().action_save()
        self.assertEqual(self.env.company.print3d_alert_low_percent, 25)
        self.assertEqual(self.env.company.print3d_alert_open_days, 77)

    def test_gone_source_is_said_so(self):
        spool = self._create_spool()
        alert = self._raise(spool, "spool_low", "Gone soon")
        alert.sudo().res_id = 2**31 - 1
        with self.assertRaisesRegex(UserError, "is gone"):
            alert.action_open_source()

    # === PAGES === #

    def test_band_and_counts(self):
        product = self.filament
        template = product.product_tmpl_id
        other = self._create_spool()
        self._raise(other, "spool_to_dry", "Dry it", severity="info")
        worst = self._raise(product, "restock", "Order it", severity="critical")
        for record, count, severity in (
            (self.spool, 1, "warning"),
            (other, 1, "info"),
            (product, 3, "critical"),
            (template, 3, "critical"),
        ):
            with self.subTest(record=record):
                record.invalidate_recordset()
                self.assertEqual(record.alert_count, count)
                self.assertEqual(record.alert_severity, severity)
                band = self.env["print3d.alert"].get_band(record._name, record.id)
                self.assertEqual(band["count"], count)
                self.assertEqual(band["alerts"][0]["severity"], severity)
                action = record.action_view_alerts()
                self.assertEqual(
                    self.env["print3d.alert"].search_count(action["domain"]), count
                )
        worst.action_mute(days=1)
        product.invalidate_recordset()
        self.assertEqual(product.alert_count, 2, "what is muted is not heard of")
        self.alert.action_resolve()
        self.spool.invalidate_recordset()
        self.assertEqual(self.spool.alert_count, 0)
        self.assertEqual(self.env["print3d.alert"].get_band("stock.lot", 0)["count"], 0)

    def test_band_shows_only_what_the_user_may_see(self):
        Alert = self.env["print3d.alert"].with_user(self.operator)
        self.assertEqual(Alert.get_band("stock.lot", self.spool.id)["count"], 1)
        self.assertEqual(Alert.get_band("res.users", self.operator.id)["count"], 0)
        self.assertEqual(Alert.get_band("no.such.model", 1)["count"], 0)
        foreign = self._create_foreign_spool()
        self._raise(foreign, "spool_low", "Foreign")
        with self.assertRaises(AccessError):
            Alert.get_band("stock.lot", foreign.id)
        none = Alert.with_user(self.nobody).get_band("stock.lot", self.spool.id)
        self.assertEqual(none, {"count": 0, "alerts": []})

    def test_counts_ask_once_for_many(self):
        spools = self._create_spool() | self._create_spool()

        def read():
            spools.mapped("alert_count")
            spools.mapped("alert_severity")

        few = self._count_queries(read)
        for _number in range(10):
            spool = self._create_spool()
            spool._raise_alert("spool_low", "Low")
            spools |= spool
        self.env["print3d.alert"]._take_in()
        self.assertEqual(self._count_queries(read), few)

    def test_material_is_found(self):
        self.assertEqual(self.alert.material_id, self.pla)
        found = self.env["print3d.alert"].search([("material_id", "=", self.pla.id)])
        self.assertIn(self.alert, found)

    # === LISTS === #

    def test_list_asks_as_often_for_many_as_for_few(self):
        Alert = self.env["print3d.alert"].with_user(self.operator)

        def read():
            Alert.web_search_read(
                [("is_open", "=", True)],
                {
                    "name": {},
                    "severity": {},
                    "source_name": {},
                    "due_on": {},
                    "sla_state": {},
                    "can_act": {},
                    "user_id": {"fields": {"display_name": {}}},
                    "product_id": {"fields": {"display_name": {}}},
                },
            )
            Alert.get_bell()
            # Another page: it does not know what the bell read.
            self.env.invalidate_all()
            Alert.env["print3d.home"]._get_today_alerts()

        counts = []
        # The first round fills the caches that outlive a transaction.
        for more in (8, 1, 20):
            for _number in range(more):
                self._create_spool()._raise_alert("spool_low", "Low")
            self.env["print3d.alert"]._take_in()
            counts.append(self._count_queries(read))
        self.assertEqual(counts[1], counts[2])

    # === HOME === #

    def test_home_tells_what_cannot_wait(self):
        Home = self.env["print3d.home"].with_user(self.operator)
        self.env["print3d.alert"].search([]).action_resolve()
        late = self._raise(
            self._create_spool(), "spool_low", "Late", severity="critical"
        )
        news = self._raise(
            self._create_spool(), "spool_to_dry", "News", severity="info"
        )
        warning = self._raise(self.filament, "restock", "Soon")
        section = Home.get_data()["today_alerts"]
        ids = [alert["id"] for alert in section["alerts"]]
        self.assertEqual(ids, [late.id, warning.id])
        self.assertEqual(section["count"], 2)
        self.assertTrue(section["alerts"][0]["can_act"])
        # What somebody took over is shown to that person, and not to others.
        late.with_user(self.owner).action_acknowledge()
        late.with_user(self.owner).action_assign()
        news.action_assign(user_id=self.owner.id)
        ids = [alert["id"] for alert in Home._get_today_alerts()["alerts"]]
        self.assertEqual(ids, [warning.id])
        theirs = Home.with_user(self.owner)._get_today_alerts()
        self.assertEqual(
            [alert["id"] for alert in theirs["alerts"]], [late.id, warning.id, news.id]
        )

    def test_home_says_nothing_twice(self):
        Home = self.env["print3d.home"].with_user(self.operator)
        low = self._create_spool(1000, filament=self._create_filament("Test Twice"))
        self._use_filament(low, 999)
        self.assertIn(low.id, [s["id"] for s in Home._get_low_spools()["spools"]])
        self._check("_check_spools_low")
        self.assertEqual(self._get_alert(low, "spool_low").severity, "warning")
        self.assertNotIn(low.id, [s["id"] for s in Home._get_low_spools()["spools"]])
        self._get_alert(low, "spool_low").action_mute(days=1)
        self.assertIn(low.id, [s["id"] for s in Home._get_low_spools()["spools"]])

    def test_home_without_a_role(self):
        self.assertEqual(self.env["print3d.home"].with_user(self.nobody).get_data(), {})
