import io

from odoo.tests import HttpCase, new_test_user, tagged

from .common import Print3dProductionCommon

PROGRAM = b"G28\nG1 X1 Y1 E1\n"


@tagged("post_install", "-at_install")
class TestVersionTours(HttpCase, Print3dProductionCommon):
    """Versions in the browser, with the bill of materials below them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.name = "Tour Bowl"
        cls.version.common = {"layer_height": 0.2}
        cls.second = cls._create_version(
            cls.product,
            [{"copies": 2, "time_s": 3600, "filaments": [(cls.white, 30)]}],
            common={"layer_height": 0.28},
        )

    def test_round_of_versions(self):
        """History, difference, activation, roll-back: the bill of materials follows."""
        bom = self.product._get_print_bom()
        self.start_tour(
            f"/odoo/print3d-versions/{self.second.id}",
            "print3d_version_round",
            login="print3d_operator",
        )
        self.assertEqual((self.version.state, self.second.state), ("active", "retired"))
        self.assertEqual(self.product.active_slice_id, self.version)
        self.assertEqual(self.product._get_print_bom(), bom)
        self.assertEqual(
            {line.product_id: line.product_qty for line in bom.bom_line_ids},
            {self.black: 50.0},
        )
        self.assertEqual(bom.operation_ids.plate_id.slice_id, self.version)

    def test_file_of_an_old_print(self):
        """From a print to the very file, though its version is retired."""
        file = self.env["print3d.file"]._create_from_stream(
            "bowl.gcode", io.BytesIO(PROGRAM), self.product, kind="sliced"
        )
        self.version.file_id = file
        run = self._create_mo(1).run_ids
        self._print(run, [self.spool])
        self.second.action_activate()
        self.product.product_tmpl_id.action_archive()
        self.start_tour(
            f"/odoo/print3d-prints/{run.id}",
            "print3d_file_of_a_print",
            login="print3d_operator",
        )
        url = run.with_user(self.operator).action_download_file()["url"]
        self.authenticate("print3d_operator", "print3d_operator")
        answer = self.url_open(url)
        self.assertEqual((answer.status_code, answer.content), (200, PROGRAM))
        new_test_user(self.env, "print3d_stranger", "base.group_user")
        self.authenticate("print3d_stranger", "print3d_stranger")
        self.assertNotEqual(self.url_open(url).content, PROGRAM)
