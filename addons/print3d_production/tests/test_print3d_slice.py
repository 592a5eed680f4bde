from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrint3dSlice(Print3dProductionCommon):
    def test_activation_writes_the_bill_of_materials(self):
        bom = self.product._get_print_bom()
        self.assertRecordValues(
            bom,
            [
                {
                    "product_id": self.product.id,
                    "product_qty": 1.0,
                    "type": "normal",
                    "consumption": "flexible",
                }
            ],
        )
        operation = bom.operation_ids
        self.assertEqual(operation.plate_id, self.version.plate_ids)
        self.assertEqual(operation.time_cycle_manual, 60.0)
        self.assertRecordValues(
            bom.bom_line_ids,
            [
                {
                    "product_id": self.black.id,
                    "product_qty": 50.0,
                    "product_uom_id": self.env.ref("uom.product_uom_gram").id,
                    "operation_id": operation.id,
                }
            ],
        )

    def test_plates_of_different_copies(self):
        product = self._create_product("Test Box")
        version = self._create_version(
            product,
            [
                {"copies": 2, "time_s": 3600, "filaments": [(self.black, 30)]},
                {
                    "copies": 3,
                    "time_s": 1800,
                    "filaments": [(self.white, 10), (self.black, 6)],
                },
            ],
        )
        version.action_activate()
        bom = product._get_print_bom()
        self.assertEqual(bom.product_qty, 6)
        self.assertTrue(bom.allow_operation_dependencies)
        self.assertEqual(bom.operation_ids.mapped("time_cycle_manual"), [180.0, 60.0])
        self.assertEqual(
            sorted(
                (line.operation_id.plate_id.index, line.product_qty)
                for line in bom.bom_line_ids
            ),
            [(1, 90.0), (2, 12.0), (2, 20.0)],
        )
        # 15 g + 2 g black at 0.02..., 3.33 g white, 30 + 10 minutes
        self.assertEqual(
            [line["quantity"] for line in version.print_cost_explained["lines"]],
            [17.0, 3.33, 40.0],
        )

    def test_bill_of_materials_follows_corrections(self):
        plate = self.version.plate_ids
        operator = self.user_operator
        plate.filament_ids.with_user(operator).action_correct("weight_g", 62.5)
        plate.with_user(operator).action_correct("time_s", 5400)
        bom = self.product._get_print_bom()
        self.assertEqual(bom.bom_line_ids.product_qty, 62.5)
        self.assertEqual(bom.operation_ids.time_cycle_manual, 90.0)
        plate.filament_ids.action_undo_correction("weight_g")
        plate.action_undo_correction("time_s")
        self.assertEqual(bom.bom_line_ids.product_qty, 50.0)
        self.assertEqual(bom.operation_ids.time_cycle_manual, 60.0)

    def test_draft_is_corrected_without_a_bill_of_materials(self):
        product = self._create_product("Test Draft")
        version = self._create_version(product)
        version.plate_ids.filament_ids.action_correct("weight_g", 62.5)
        self.assertFalse(product._get_print_bom())
        self.assertEqual(version.weight_g, 62.5)

    def test_project_is_not_activated(self):
        product = self._create_product("Test Project")
        version = self._create_version(product, is_sliced=False)
        with self.assertRaisesRegex(UserError, "slice it and upload"):
            version.action_activate()
        self.assertFalse(product._get_print_bom())

    def test_cost_per_piece_is_explained(self):
        self.printer.sequence = -100
        self.version.invalidate_recordset()
        explained = self.version.print_cost_explained
        # On average the two spools cost (500 × 0.03 + 1000 × 0.02) / 1500 a gram.
        expected = 50 * 35 / 1500 + 6.0
        self.assertAlmostEqual(self.version.print_cost, expected, 2)
        self.assertAlmostEqual(explained["total"], expected, 2)
        self.assertEqual(
            [(line["kind"], line["quantity"]) for line in explained["lines"]],
            [("filament", 50.0), ("machine", 60.0)],
        )
        self.assertAlmostEqual(self.product.print_cost, expected, 2)

    def test_new_version_keeps_what_a_person_added(self):
        magnet = self.env["product.product"].create({"name": "Magnet"})
        bom = self.product._get_print_bom()
        bench = self.env["mrp.workcenter"].create({"name": "Bench"})
        bom.operation_ids = [
            Command.create(
                {"name": "Sand", "workcenter_id": bench.id, "time_cycle_manual": 5}
            )
        ]
        sand = bom.operation_ids.filtered(lambda op: not op.plate_id)
        bom.bom_line_ids = [
            Command.create({"product_id": magnet.id, "product_qty": 2}),
            Command.create(
                {
                    "product_id": magnet.id,
                    "product_qty": 1,
                    "operation_id": (bom.operation_ids - sand).id,
                }
            ),
        ]
        second = self._create_version(
            self.product,
            [{"copies": 4, "time_s": 7200, "filaments": [(self.white, 100)]}],
        )
        second.action_activate()
        self.assertEqual(self.product._get_print_bom(), bom)
        self.assertEqual(bom.product_qty, 4)
        self.assertEqual(
            sorted(
                bom.bom_line_ids.mapped(
                    lambda line: (line.product_id.name, line.product_qty)
                )
            ),
            [("Magnet", 4.0), ("Magnet", 8.0), ("Test PLA White", 100.0)],
        )
        self.assertEqual(sand.time_cycle_manual, 20.0)
        prints = bom.operation_ids - sand
        self.assertEqual(prints.plate_id, second.plate_ids)
        bound = bom.bom_line_ids.filtered("operation_id")
        self.assertEqual(bound.operation_id, prints)

    def test_order_in_progress_keeps_its_version(self):
        production = self._create_mo(2)
        run, waiting = production.run_ids
        self._start(run, [self.spool])
        second = self._create_version(
            self.product, [{"copies": 1, "filaments": [(self.white, 10)]}]
        )
        second.action_activate()
        run._do_end("done")
        self.assertEqual(production.run_ids.slice_id, self.version)
        self._print(waiting, [self.spool])
        self.assertEqual(production.state, "done")
        self.assertEqual(self._get_grams(self.spool), 400.0)
        newer = self._create_mo(1)
        self.assertEqual(newer.run_ids.slice_id, second)

    def test_roll_back(self):
        bom = self.product._get_print_bom()
        operation = bom.operation_ids
        second = self._create_version(
            self.product, [{"copies": 2, "filaments": [(self.white, 10)]}]
        )
        second.action_activate()
        self.assertFalse(operation.active)
        self.version.action_activate()
        self.assertEqual(bom.operation_ids, operation)
        self.assertEqual(bom.product_qty, 1)
        self.assertEqual(bom.bom_line_ids.product_id, self.black)
        self.assertEqual(self.product.active_slice_id, self.version)

    def test_retiring_takes_the_print_out(self):
        bom = self.product._get_print_bom()
        self.version.action_retire()
        self.assertFalse(bom.active)
        self.version.action_activate()
        self.assertTrue(bom.active)
        self.assertEqual(bom.operation_ids.plate_id, self.version.plate_ids)

    def test_unmatched_filament_names_it_and_the_ways_out(self):
        version = self._create_version(self._create_product("Test Lid"))
        version.plate_ids.filament_ids.product_id = False
        with self.assertRaisesRegex(
            UserError, "tool 1 prints PLA in #1A1A1A.*Choose a filament.*create one"
        ):
            version.action_activate()
        self.assertEqual(version.state, "draft")

    def test_nothing_to_print_is_refused(self):
        product = self._create_product("Test Lid")
        version = self._create_version(product)
        line = version.plate_ids.filament_ids
        line.weight_g = 0.0
        with self.assertRaisesRegex(UserError, "takes 0 g"):
            version.action_activate()
        line.write({"weight_known": False})
        with self.assertRaisesRegex(UserError, "how many grams"):
            version.action_activate()
        line.unlink()
        with self.assertRaisesRegex(UserError, "what filament it takes"):
            version.action_activate()
        version.plate_ids.unlink()
        with self.assertRaisesRegex(UserError, "no plate to print"):
            version.action_activate()

    def test_no_printer_leads_to_the_printers(self):
        self.env["mrp.workcenter"].search([("is_printer", "=", True)]).action_archive()
        version = self._create_version(self._create_product("Test Lid"))
        with self.assertRaisesRegex(RedirectWarning, "first printer"):
            version.action_activate()

    def test_operator_activates_without_rights_on_bills_of_materials(self):
        version = self._create_version(self._create_product("Test Lid"))
        version.with_user(self.operator).action_activate()
        self.assertTrue(version.product_id._get_print_bom())

    def test_printer_the_file_was_sliced_for(self):
        self.other_printer.printer_model = "Voron 2.4"
        version = self._create_version(
            self._create_product("Test Lid"), printer_model="voron 2.4"
        )
        version.action_activate()
        bom = version.product_id._get_print_bom()
        self.assertEqual(bom.operation_ids.workcenter_id, self.other_printer)
