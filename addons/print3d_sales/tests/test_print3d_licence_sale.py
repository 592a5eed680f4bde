from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common_licence import TODAY, LicenceCommon


@tagged("post_install", "-at_install")
class TestLicenceSale(LicenceCommon):
    def _assert_refused(self, order, words):
        self.assertEqual(order.print3d_licence_rule, "block")
        self.assertIn(words, order.print3d_licence_warning)
        self.assertIn(words, order.order_line[0].print3d_licence_warning)
        with self.assertRaisesRegex(UserError, "ask an owner"):
            order.action_confirm()
        self.assertEqual(order.state, "draft")

    def test_nothing_agreed(self):
        order = self._create_order(2)
        self.assertFalse(order.print3d_licence_rule)
        order.action_confirm()
        self.assertFalse(order.order_line.print3d_use_ids)

    def test_in_force(self):
        term = self._agree()
        order = self._sell(2)
        self.assertFalse(order.print3d_licence_warning)
        self.assertEqual(order.order_line.print3d_use_ids.term_id, term)
        self.assertEqual(term.sold_units, 2)

    def test_non_commercial_licence(self):
        self.model.licence_id = self.env.ref("print3d_library.licence_cc_by_nc")
        self._assert_refused(self._create_order(1), "CC BY-NC 4.0")

    def test_terms_beat_the_licence(self):
        self.model.licence_id = self.env.ref("print3d_library.licence_cc_by_nc")
        self._agree(commercial_use=True)
        self.assertEqual(self._sell(1).state, "sale")

    def test_terms_without_commercial_use(self):
        self._agree(commercial_use=False)
        self._assert_refused(self._create_order(1), "Anna does not allow")

    def test_ended(self):
        self._agree(date_until=TODAY)
        order = self._sell(1)
        self.assertEqual(order.state, "sale")
        self._agree(scope="some", product_tmpl_ids=self.model.ids).unlink()
        self.env["print3d.licence.term"].search([]).date_until = TODAY - timedelta(1)
        self._assert_refused(self._create_order(1), "ended on 06/14/2026")

    def test_not_begun(self):
        self._agree(date_from=TODAY + timedelta(1))
        self._assert_refused(self._create_order(1), "begins on 06/16/2026")

    def test_country(self):
        self._agree(country_ids=[Command.set(self.env.ref("base.fr").ids)])
        self._assert_refused(self._create_order(1), "in France only, not in Germany")
        self._agree(country_ids=[Command.set(self.country.ids)])
        self.assertEqual(self._sell(1).state, "sale")

    def test_units(self):
        term = self._agree(max_units=3)
        first = self._sell(2)
        self.assertEqual(term.sold_units, 2)
        order = self._create_order(2)
        self._assert_refused(order, "Of the 3 units that Anna allows 1 are left")
        order.order_line.product_uom_qty = 1
        order.action_confirm()
        self.assertEqual((term.sold_units, term.state), (3, "exhausted"))
        self._assert_refused(self._create_order(1), "All 3 units")
        first._action_cancel()
        self.assertEqual((term.sold_units, term.state), (1, "in_force"))
        self._sell(2)
        first.action_draft()
        self._assert_refused(first, "All 3 units")

    def test_units_of_two_lines(self):
        self._agree(max_units=3)
        order = self._create_order(2)
        order.order_line.copy({"order_id": order.id, "product_uom_qty": 2})
        self._assert_refused(order, "4 are to be sold")
        self.assertTrue(all(order.order_line.mapped("print3d_licence_warning")))

    def test_units_of_a_dozen(self):
        term = self._agree(max_units=20)
        order = self._create_order(1)
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        order.action_confirm()
        self.assertEqual(term.sold_units, 12)

    def test_kit(self):
        magnet = self.env["product.product"].create({"name": "Magnet"})
        kit = self._create_kit((self.product, 2), (magnet, 4))
        term = self._agree(max_units=5)
        order = self._sell(2, kit)
        self.assertEqual(term.sold_units, 4)
        self.assertEqual(order.order_line.print3d_use_ids.units_each, 2)
        self._assert_refused(self._create_order(1, kit), "2 are to be sold")

    def test_warning_only(self):
        self.env.company.print3d_licence_rule = "warn"
        term = self._agree(commercial_use=False)
        order = self._create_order(1)
        self.assertEqual(order.print3d_licence_rule, "warn")
        self.assertIn("Anna does not allow", order.print3d_licence_warning)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        term.outside = "block"
        self._assert_refused(self._create_order(1), "Anna does not allow")

    def test_terms_may_only_warn(self):
        self._agree(commercial_use=False, outside="warn")
        self.assertEqual(self._sell(1).state, "sale")

    def test_nearest_terms(self):
        everything = self._agree(date_until=TODAY + timedelta(9))
        this = self._agree(
            scope="some",
            product_tmpl_ids=[Command.set(self.model.ids)],
            commercial_use=False,
        )
        self._assert_refused(self._create_order(1), "Anna does not allow")
        this.active = False
        order = self._sell(1)
        self.assertEqual(order.order_line.print3d_use_ids.term_id, everything)

    def test_terms_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other Shop"})
        self._agree(commercial_use=False, company_id=other.id)
        self.assertFalse(self._create_order(1).print3d_licence_rule)

    def test_in_a_form(self):
        """A salesperson reads it while typing, before anything is saved."""
        self._agree(commercial_use=False)
        with Form(self.env["sale.order"].with_user(self.sales_user)) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = self.product
            self.assertIn("Anna does not allow", form.print3d_licence_warning)

    # === SOLD ALL THE SAME === #

    def _allow(self, order, user=None, reason="Anna agreed on the phone"):
        wizard = (
            self.env["print3d.licence.override"]
            .with_user(user or self.owner)
            .create({"order_id": order.id, "reason": reason})
        )
        return wizard.action_allow()

    def test_owner_allows(self):
        term = self._agree(commercial_use=False)
        order = self._create_order(2, user_id=self.sales_user.id)
        self._allow(order)
        self.assertFalse(order.print3d_licence_warning)
        self.assertIn("Anna agreed on the phone", order.message_ids[0].body)
        self.assertEqual(order.message_ids[0].author_id, self.owner.partner_id)
        order.with_user(self.sales_user).action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(term.sold_units, 2)

    def test_allowed_is_what_stood_there(self):
        self._agree(commercial_use=False)
        order = self._create_order(2)
        self._allow(order)
        order.order_line.product_uom_qty = 3
        self._assert_refused(order, "Anna does not allow")
        self.assertFalse(order.copy().print3d_licence_allowed)

    def test_salesperson_asks(self):
        self._agree(commercial_use=False)
        order = self._create_order(1, user_id=self.sales_user.id)
        asked = order.with_user(self.sales_user)
        message = asked.action_print3d_ask_owner()["params"]["message"]
        asked.action_print3d_ask_owner()
        activity = order.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn(activity.user_id.name, message)
        self.assertIn("Anna does not allow", activity.note)
        self._allow(order)
        self.assertFalse(order.activity_ids)
        self.assertFalse(asked.action_print3d_ask_owner())
        # It grew since: somebody may be asked again.
        order.order_line.product_uom_qty = 5
        asked.action_print3d_ask_owner()
        self.assertEqual(len(order.activity_ids), 1)
        nobody = new_test_user(self.env, "nobody_here", "base.group_user")
        with self.assertRaises(AccessError):
            order.with_user(nobody).action_print3d_ask_owner()

    def test_salesperson_cannot_allow(self):
        self._agree(commercial_use=False)
        order = self._create_order(1, user_id=self.sales_user.id)
        with self.assertRaises(AccessError):
            self._allow(order, self.sales_user)
        with self.assertRaises(AccessError):
            order.with_user(self.sales_user).write({"print3d_licence_allowed": {}})
        with self.assertRaises(UserError):
            order.with_user(self.sales_user).action_confirm()

    # === CONFIRMED ORDERS === #

    def test_more_in_a_confirmed_order(self):
        term = self._agree(max_units=3)
        order = self._sell(2)
        refused = self.assertRaisesRegex(UserError, "allows 3 are left; 4 are")
        with refused, self.env.cr.savepoint():
            order.order_line.product_uom_qty = 4
        order.order_line.product_uom_qty = 3
        self.assertEqual(term.sold_units, 3)
        with self.assertRaisesRegex(UserError, "quotation of its own"):
            order.order_line = [Command.create({"product_id": self.product.id})]

    def test_fewer_in_a_confirmed_order(self):
        term = self._agree(max_units=3)
        order = self._sell(3)
        order.order_line.product_uom_qty = 1
        self.assertEqual(term.sold_units, 1)

    # === CUSTOMERS === #

    def test_signed_order_waits(self):
        self._agree(commercial_use=False)
        order = self._create_order(1)
        order._validate_order()
        order._validate_order()
        self.assertEqual(order.state, "draft")
        self.assertEqual(len(order.activity_ids), 1)
        self.assertTrue(
            order.activity_ids.user_id.has_group("print3d_library.group_print3d_owner")
        )
        self._allow(order)
        order._validate_order()
        self.assertEqual(order.state, "sale")

    def test_paid_order_waits(self):
        """What the licence refuses is not printed because the money came."""
        term = self._agree()
        order = self._create_order(1)
        provider = self.env["payment.provider"].search([], limit=1)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env["payment.method"]
                .with_context(active_test=False)
                .search([], limit=1)
                .id,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": self.customer.id,
                "reference": "TEST-1",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        term.commercial_use = False
        transaction._set_done()
        self.assertFalse(transaction._check_amount_and_confirm_order())
        transaction._check_amount_and_confirm_order()
        self.assertEqual(order.state, "draft")
        self.assertEqual(len(order.activity_ids), 1)
        self._allow(order)
        self.assertEqual(transaction._check_amount_and_confirm_order(), order)

    def test_cart(self):
        term = self._agree(max_units=2)
        website = self.env["website"].search([], limit=1)
        cart = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "website_id": website.id}
        )
        self.product.product_tmpl_id.allow_out_of_stock_order = True
        added = cart._cart_add(self.product.id, 2)
        self.assertEqual(added["added_qty"], 2)
        more = cart._cart_update_line_quantity(added["line_id"], 3)
        self.assertEqual(more["quantity"], 2)
        self.assertIn("licence", more["warning"])
        term.commercial_use = False
        with self.assertRaisesRegex(ValidationError, "cannot be sold"):
            cart._check_cart_is_ready_to_be_paid()
        refused = (
            self.env["sale.order"]
            .create({"partner_id": self.customer.id, "website_id": website.id})
            ._cart_add(self.product.id, 1)
        )
        self.assertFalse(refused["line_id"])
        self.assertFalse(
            self.product.with_user(self.env.ref("base.public_user"))
            .sudo()
            ._is_print3d_sellable_online()
        )

    def test_shop_of_a_visitor(self):
        """What may not be sold cannot be put into the cart from the web page."""
        self.model.write({"is_published": True, "sale_ok": True})
        product = self.product.with_user(self.env.ref("base.public_user"))
        self.assertTrue(product._is_print3d_sellable_online())
        self._agree(commercial_use=False)
        self.assertFalse(product._is_print3d_sellable_online())

    # === THE DESIGNER IS NAMED === #

    def test_named_on_papers(self):
        self._agree(
            licence_id=self.env.ref("print3d_library.licence_cc_by").id,
            scope="some",
            product_tmpl_ids=[Command.set(self.model.ids)],
        )
        words = f"{self.model.name}: Designed by Anna (CC BY 4.0)"
        order = self._sell(1)
        self.assertEqual(order._get_print3d_attributions(), [words])
        render = self.env["ir.actions.report"]._render_qweb_html
        for report, record in (
            ("sale.report_saleorder", order),
            ("stock.report_deliveryslip", order.picking_ids),
            ("account.report_invoice", self._create_invoice((self.product, 1, 30))),
        ):
            with self.subTest(report):
                html = render(report, record.ids)[0].decode()
                self.assertIn(words, html)

    def test_not_named_without_need(self):
        self._agree()
        self.assertEqual(self._create_order(1)._get_print3d_attributions(), [])

    # === RIGHTS === #

    def test_who_reads_what(self):
        term = self._agree(royalty_type="percent", royalty_percent=8)
        for user, rate in (
            (self.sales_user, False),
            (self.operator, False),
            (self.owner, True),
        ):
            with self.subTest(user.login):
                words = self.model.with_user(user).print3d_licence_words
                self.assertIn("Commercial use allowed", words)
                self.assertEqual("8 %" in words, rate)
                self.assertEqual(
                    "8 %" in self.anna.with_user(user).print3d_terms_words, rate
                )
                for name in ("print3d.licence.term", "print3d.royalty"):
                    self.assertEqual(
                        self.env[name].with_user(user).has_access("read"), rate
                    )
                self.assertEqual(term.with_user(user).has_access("read"), rate)

    def test_nobody_writes_royalties(self):
        for name in ("print3d.royalty", "print3d.licence.use"):
            for right in ("write", "create", "unlink"):
                self.assertFalse(self.env[name].with_user(self.owner).has_access(right))
