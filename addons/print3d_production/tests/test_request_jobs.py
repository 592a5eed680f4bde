from odoo.tests import tagged

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
