from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrint3dVersions(Print3dProductionCommon):
    """A roll-back takes the bill of materials along; what was printed stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._create_version(
            cls.product,
            [{"copies": 2, "time_s": 3600, "filaments": [(cls.white, 30)]}],
        )

    def _roll_back(self, version, reason=False):
        wizard = (
            self.env["print3d.slice.rollback"]
            .with_user(self.operator)
            .create({"slice_id": version.id, "reason": reason})
        )
        changes = wizard.changes
        wizard.action_confirm()
        return changes

    def test_bill_of_materials_follows(self):
        magnet = self.env["product.product"].create({"name": "Magnet"})
        bom = self.product._get_print_bom()
        bom.bom_line_ids = [Command.create({"product_id": magnet.id, "product_qty": 1})]
        self.second.action_activate()
        production = self._create_mo(2)
        changes = self._roll_back(self.version, "White was wrong")
        self.assertEqual(
            {
                line["label"]: (line["old"], line["new"])
                for line in changes["materials"]
            },
            {
                self.black.display_name: (0.0, 50.0),
                self.white.display_name: (15.0, 0.0),
            },
        )
        self.assertEqual(changes["kept"], 1)
        self.assertEqual(changes["orders"], [production.name])
        self.assertEqual(
            {line.product_id: line.product_qty for line in bom.bom_line_ids},
            {self.black: 50.0, magnet: 1.0},
        )
        # The order is printed as it was planned, a new one by the older version.
        self.assertEqual(production.run_ids.slice_id, self.second)
        self.assertEqual(self._create_mo(1).run_ids.slice_id, self.version)
        lines = bom.bom_line_ids
        self.version._roll_back()
        self.assertEqual(bom.bom_line_ids, lines)

    def test_stats(self):
        production = self._create_mo(3)
        first, second, _third = production.run_ids
        self._print(first, [self.spool])
        self._start(second, [self.spool])
        second._do_end("failed", percent=10)
        stats = self.version._get_print_stats()[self.version.id]
        self.assertEqual((stats["prints"], stats["ended"], stats["good"]), (2, 2, 1))
        self.assertEqual(stats["success"], 0.5)
        self.assertEqual(
            self.second._get_print_stats()[self.second.id]["success"], None
        )

    def test_what_was_printed_is_reachable_and_stays(self):
        file = self.env["print3d.file"].create(
            {
                "name": "vase.gcode",
                "kind": "sliced",
                "size": 10,
                "sha256": "0" * 64,
                "product_id": self.product.id,
            }
        )
        self.version.file_id = file
        production = self._create_mo(1)
        run = production.run_ids
        self._print(run, [self.spool])
        self.second.action_activate()
        self.product.product_tmpl_id.action_archive()
        self.assertEqual(self.version.state, "retired")
        operator_run = run.with_user(self.operator)
        self.assertEqual(operator_run.action_view_version()["res_id"], self.version.id)
        self.assertEqual(operator_run.action_download_file()["url"], file.download_url)
        action = production.with_user(self.operator).action_view_versions()
        self.assertEqual(action["res_id"], self.version.id)
        with self.assertRaisesRegex(UserError, "is the file of"):
            file.unlink()
        with self.assertRaisesRegex(UserError, "was printed"):
            self.version.plate_ids.unlink()
        self.version.invalidate_recordset()
        self.env.cr.execute(
            "UPDATE print3d_slice SET state = 'draft' WHERE id = %s", [self.version.id]
        )
        self.version.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "was printed"):
            self.version.with_user(self.operator).unlink()
