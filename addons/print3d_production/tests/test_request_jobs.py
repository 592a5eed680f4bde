from odoo.tests import Form, tagged

from odoo.addons.print3d_inventory.tests.common_alerts import AlertCheckCommon

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestRequestJobs(Print3dProductionCommon, AlertCheckCommon):
    """A print that is short of filament, and the request made of it."""

    def test_a_print_asks_for_what_it_is_short_of(self):
        material = self.env["print3d.material"].create({"name": "Test Unobtainium"})
        rare = self._create_filament("Test Rare", "#123456", material_id=material.id)
        vase = self._create_product("Test Rare Vase")
        self._create_version(
            vase, [{"copies": 1, "time_s": 600, "filaments": [(rare, 1300)]}]
        ).action_activate()
        run = self._create_mo(1, vase).run_ids
        self._check("_check_runs_short")
        alert = self._get_alert(run, "run_short")
        request = self.env["purchase.request"].browse(
            alert.action_run("request")["res_id"]
        )
        self.assertEqual(request.line_ids.product_id, rare)
        self.assertGreaterEqual(request.line_ids.product_qty, 1300)
        self.assertEqual(request.run_ids, run)
        self.assertIn(run.display_name, request.job_names)
        self.assertEqual(alert.request_ids, request)

    def _count(self, record):
        self.env.flush_all()
        self.env.invalidate_all()
        return record.print3d_request_count

    def _ask_on_page(self, record):
        """Make a request by the button on a page (purchase.request)."""
        context = record.action_view_print3d_requests()["context"]
        return Form(self.env["purchase.request"].with_context(**context)).save()

    def test_requests_on_the_page_of_a_print(self):
        run = self._create_mo(1).run_ids[:1]
        self.assertEqual(self._count(run), 0)
        request = self._ask_on_page(run)
        self.assertEqual(request.run_ids, run)
        self.assertTrue(request.line_ids.product_id.is_filament)
        self.assertEqual(self._count(run), 1)
        domain = run.action_view_print3d_requests()["domain"]
        self.assertEqual(request.search(domain, limit=9), request)

    def test_requests_on_the_page_of_a_printer(self):
        nozzle = self.env["product.product"].create({"name": "Test Nozzle"})
        self.printer.spare_product_id = nozzle
        request = self._ask_on_page(self.printer)
        self.assertEqual(request.workcenter_id, self.printer)
        self.assertEqual(request.line_ids.product_id, nozzle)
        # Whatever kind it is, and also what answers an alert.
        self.printer._raise_alert("b9_worn", "Worn out")
        self.env["print3d.alert"]._take_in()
        alert = self._get_alert(self.printer, "b9_worn")
        self.env["purchase.request"]._print3d_create(
            [{"product": nozzle, "qty": 1}], kind="service", alert=alert
        )
        self.assertEqual(self._count(self.printer), 2)

    def test_automation_says_for_which_printer(self):
        nozzle = self.env["product.product"].create({"name": "Test Nozzle"})
        request = self.env["purchase.request"]._print3d_create(
            [{"product": nozzle, "qty": 1}]
        )
        service = self.env["maintenance.request"].create(
            {"name": "Test Service", "workcenter_id": self.printer.id}
        )
        self.env["ir.actions.server"]._link_print3d_request(request, service, nozzle)
        self.assertEqual(request.workcenter_id, self.printer)
