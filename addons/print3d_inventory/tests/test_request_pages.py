from odoo.tests import Form, tagged

from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestRequestPages(RequestCommon):
    """The requests about a thing or a spool, on its page."""

    def _count(self, records, user=None):
        """Return {record: its open requests} as somebody sees them."""
        self.env.flush_all()
        self.env.invalidate_all()
        records = records.with_user(user or self.asker)
        return {one.sudo(): one.print3d_request_count for one in records}

    def _view(self, record, user=None):
        """Press the button on a page; return its action and the requests it shows."""
        action = record.with_user(user or self.asker).action_view_print3d_requests()
        Request = self.Request.with_user(user or self.asker)
        return action, Request.search(action["domain"], limit=80)

    def test_counts_what_is_open(self):
        first = self._create_request((self.glue, 2), (self.nozzle, 1))
        self._create_request((self.glue, 1))
        things = self.glue | self.nozzle | self.printer
        counts = self._count(things)
        self.assertEqual([counts[thing] for thing in things], [2, 1, 0])
        templates = things.product_tmpl_id
        self.assertEqual(list(self._count(templates).values()), [2, 1, 0])
        first.action_submit()
        first.action_cancel()
        self.assertEqual(self._count(self.glue)[self.glue], 1)
        # The list has also what is over, and shows what is open first.
        action, shown = self._view(self.glue)
        self.assertIn(first, shown)
        self.assertEqual(len(shown), 2)
        self.assertTrue(action["context"]["search_default_open"])

    def test_what_is_not_wanted_any_more_does_not_count(self):
        request = self._create_request((self.glue, 2), (self.nozzle, 1))
        request.line_ids[:1].sudo().cancelled = True
        counts = self._count(self.glue | self.nozzle)
        self.assertEqual(list(counts.values()), [0, 1])
        self.assertNotIn(request, self._view(self.glue)[1])

    def test_of_a_spool_its_filament_and_its_alerts(self):
        spool = self._create_spool(grams=100)
        self._create_request((self.filament, 1000))
        spool._raise_alert("b9_low", "Zebra low", product_id=self.filament.id)
        self.env["print3d.alert"]._take_in()
        alert = self.env["print3d.alert"].search([("lot_id", "=", spool.id)], limit=1)
        answer = self.Request._print3d_create(
            [{"product": self.glue, "qty": 1}], alert=alert, user=self.asker
        )
        self.assertEqual(self._count(spool)[spool], 2)
        self.assertIn(answer, self._view(spool)[1])

    def test_only_what_one_may_read(self):
        self._create_request((self.glue, 2))
        plain = self._create_user("request_pages_plain", "user")
        self.assertEqual(self._count(self.glue, plain)[self.glue], 0)
        self.assertEqual(self._count(self.glue, self.owner)[self.glue], 1)

    def test_new_ones_are_about_it(self):
        spool = self._create_spool(grams=100)
        context = self._view(spool)[0]["context"]
        request = Form(self.Request.with_user(self.asker).with_context(**context))
        request = request.save()
        self.assertEqual(request.line_ids.product_id, self.filament)
        self.assertEqual(request.origin, spool.display_name)
        self.assertEqual(request.print3d_type, "restock")
        self.assertEqual(self._count(spool)[spool], 1)

    def test_new_ones_on_the_board_are_about_it(self):
        context = self._view(self.glue)[0]["context"]
        Wizard = self.env["print3d.request.new"].with_user(self.asker)
        wizard = Form(Wizard.with_context(**context)).save()
        self.assertEqual(wizard.line_ids.product_id, self.glue)
        request = self.Request.browse(wizard.action_save()["res_id"])
        self.assertEqual(request.line_ids.product_id, self.glue)
        self.assertEqual(request.origin, self.glue.display_name)

    def test_nothing_is_proposed_of_what_one_may_not_read(self):
        for about in (["res.users", 1], ["stock.lot", 0], ["no.model", 1], None):
            Request = self.Request.with_user(self.asker)
            values = Request.with_context(print3d_request_about=about).default_get(
                ["line_ids", "origin"]
            )
            self.assertFalse(values.get("origin"), about)

    def test_asks_as_often_for_many_as_for_few(self):
        things = self.env["product.product"]
        counts = []
        for more in (2, 1, 8):
            for number in range(more):
                thing = self._create_thing(f"Page Thing {more}/{number}")
                self._create_request((thing, 1))
                things |= thing
            self.env.flush_all()
            # What users may see is kept, and forgotten when requests are made.
            things[:1].with_user(self.asker).mapped("print3d_request_count")
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            things.with_user(self.asker).mapped("print3d_request_count")
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])
