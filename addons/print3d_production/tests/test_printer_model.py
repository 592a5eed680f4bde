import re

from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..scheduling.capability import Requirement, fits, misfits
from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrinterModel(Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mk4s = cls.env.ref("print3d_production.printer_model_prusa_mk4s")
        cls.x1c = cls.env.ref("print3d_production.printer_model_bambu_x1c")
        cls.xl = cls.env.ref("print3d_production.printer_model_prusa_xl")

    def _offer(self, printer):
        return printer._get_capabilities()[printer.id]

    def _want(self, version):
        return version.plate_ids._get_requirements()[version.plate_ids.id]

    # === SEED === #

    def test_what_comes_with_the_addon_is_sound(self):
        Model = self.env["print3d.printer.model"]
        rows = Model._read_seed()
        names = {}
        for row in rows:
            model = self.env.ref(f"print3d_production.printer_model_{row['key']}")
            self.assertTrue(
                all(model[f"bed_{axis}_mm"] >= 100 for axis in "xyz"), row["key"]
            )
            self.assertTrue(Model._read_sizes(model.nozzle_sizes), row["key"])
            self.assertTrue(0 <= model.max_nozzle_c <= 500, row["key"])
            self.assertNotIn(model, model.compatible_ids)
            for name in model._get_names():
                self.assertEqual(names.setdefault(name, model), model, name)
        self.assertGreater(len(rows), 60)

    def test_loading_again_changes_nothing_that_people_changed(self):
        Model = self.env["print3d.printer.model"]
        self.mk4s.write({"bed_z_mm": 500, "slicer_names": "My MK4S"})
        before = Model.search_count([])
        Model._load_seed()
        self.assertEqual(Model.search_count([]), before)
        self.assertEqual(self.mk4s.bed_z_mm, 500)

    def test_found_by_any_of_its_names(self):
        Model = self.env["print3d.printer.model"]
        for name in ("MK4S", "original  prusa mk4s", "Prusa Research MK4S"):
            self.assertEqual(Model._find(name), self.mk4s)
        self.assertEqual(Model._find("BL-P001"), self.x1c)
        self.assertFalse(Model._find("Nobody's Printer"))
        self.assertFalse(Model._find(False))
        self.x1c.slicer_names = "Shop Special"
        self.assertEqual(Model._find("shop special"), self.x1c)
        self.assertFalse(Model._find("BL-P001"))

    def test_sizes_of_nozzles(self):
        Model = self.env["print3d.printer.model"]
        self.assertEqual(Model._read_sizes("0.4, 0.6;0.8 mm 0.4"), (0.4, 0.6, 0.8))
        self.assertEqual(Model._read_sizes(False), ())
        for wrong in ("0,4", "big", "40"):
            with self.assertRaises(ValidationError):
                self.printer.nozzle_sizes = wrong

    def test_cards_have_what_they_ask_for(self):
        for model in ("print3d.printer.model", "mrp.workcenter"):
            for view in self.env["ir.ui.view"].search(
                [
                    ("model", "=", model),
                    ("type", "=", "kanban"),
                    ("mode", "=", "primary"),
                ]
            ):
                arch = self.env[model].get_view(view.id, "kanban")["arch"]
                there = {
                    node.get("name") for node in etree.fromstring(arch).iter("field")
                }
                asked = set(re.findall(r"\brecord\.(\w+)\.", arch))
                self.assertFalse(asked - there, view.name)

    # === FILLING IN === #

    def test_choosing_a_model_fills_a_new_printer(self):
        view = "print3d_production.mrp_workcenter_view_form_printer"
        form = Form(
            self.env["mrp.workcenter"].with_context(default_is_printer=True), view
        )
        form.name = "Printer M"
        form.printer_model_id = self.xl
        self.assertEqual((form.bed_x_mm, form.max_nozzle_c), (360, 290))
        # Another choice replaces what the first one filled in.
        form.printer_model_id = self.x1c
        self.assertEqual((form.bed_x_mm, form.is_enclosed), (256, True))
        printer = form.save()
        self.assertRecordValues(
            printer,
            [
                {
                    "printer_model": "Bambu Lab X1 Carbon",
                    "bed_z_mm": 250,
                    "nozzle_diameter": 0.4,
                    "nozzle_kind": "hardened",
                    "max_nozzle_c": 300,
                    "is_enclosed": True,
                    "slot_count": 1,
                    "surface_ids": self.x1c.surface_ids.ids,
                }
            ],
        )

    def test_what_a_person_set_stays(self):
        self.printer.write({"bed_x_mm": 200, "nozzle_diameter": 0.6})
        self.printer.printer_model_id = self.mk4s
        self.assertEqual(
            (self.printer.bed_x_mm, self.printer.bed_y_mm), (200, 210), "0 is filled in"
        )
        self.assertEqual(self.printer.nozzle_diameter, 0.6)
        self.assertEqual(self.printer.slot_count, 2)
        self.printer.max_nozzle_c = 275
        self.printer.printer_model_id = self.xl
        self.assertEqual(self.printer.bed_y_mm, 360, "the old model had filled it in")
        self.assertEqual((self.printer.bed_x_mm, self.printer.max_nozzle_c), (200, 275))
        self.printer.printer_model_id = self.x1c
        self.assertTrue(self.printer.is_enclosed)
        self.printer.printer_model_id = self.mk4s
        self.assertFalse(self.printer.is_enclosed, "what a model had said goes with it")

    def test_filled_in_by_create_too(self):
        printer = self._create_printer(
            "Printer N", printer_model_id=self.mk4s.id, bed_z_mm=180
        )
        self.assertEqual((printer.bed_x_mm, printer.bed_z_mm), (250, 180))
        self.assertEqual(printer.power_w, 80)

    # === WHAT A PRINTER OFFERS === #

    def test_a_printer_of_which_nothing_is_known_takes_all(self):
        offer = self._offer(self.printer)
        self.assertEqual((offer.slots, offer.mounted_mms), (2, (0.4,)))
        self.assertIsNone(offer.enclosed)
        self.assertIsNone(offer.hardened)
        self.assertFalse(offer.printer_models)

    def test_a_printer_says_what_it_is(self):
        glass = self.env.ref("print3d_production.surface_glass")
        self.printer.write(
            {
                "printer_model_id": self.mk4s.id,
                "nozzle_sizes": "0.6, 0.25",
                "material_ids": [(6, 0, self.petg.ids)],
                "surface_id": glass.id,
            }
        )
        offer = self._offer(self.printer)
        self.assertEqual(offer.bed_mm, (250, 210, 220))
        self.assertEqual(offer.nozzle_mms, (0.4, 0.6, 0.25))
        self.assertEqual(offer.mounted_mms, (0.4,))
        self.assertEqual((offer.enclosed, offer.hardened), (False, False))
        self.assertEqual(offer.material_ids, frozenset(self.petg.ids))
        self.assertEqual(offer.surface_id, glass.id)
        self.assertIn(glass.id, offer.surface_ids)
        self.assertIn("original prusa mk4s", offer.printer_models)
        self.assertIn("mk4is", offer.printer_models, "files of the MK4 print on it")
        self.assertNotIn("xl", offer.printer_models)

    def test_whose_files_it_takes(self):
        self.printer.printer_model_id = self.mk4s
        foreign = Requirement(printer_model="bambu lab x1 carbon")
        self.assertFalse(fits(foreign, self._offer(self.printer)))
        self.printer.accepts_model_ids = self.x1c
        self.assertTrue(fits(foreign, self._offer(self.printer)))
        self.printer.accepts_model_ids = False
        self.printer.accepts_any_model = True
        self.assertTrue(fits(foreign, self._offer(self.printer)))
        self.printer.accepts_any_model = False
        self.env.company.print3d_any_printer_model = True
        self.assertTrue(fits(foreign, self._offer(self.printer)))

    def test_a_model_by_its_name_alone(self):
        self.printer.printer_model = "MK4S"
        models = self._offer(self.printer).printer_models
        self.assertIn("mk4is", models)
        self.other_printer.printer_model = "Home-made"
        self.assertEqual(
            self._offer(self.other_printer).printer_models, frozenset({"home-made"})
        )

    # === WHAT A PLATE ASKS === #

    def test_what_a_file_says(self):
        self.version.write(
            {
                "printer_model": "MK4S",
                "nozzle_diameter": 0.6,
                "nozzle_temp": 220,
                "bed_temp": 60,
                "common": {
                    "nozzle_temp": [220, 260],
                    "first_layer_nozzle_temp": [225, 265],
                    "bed_temp": 60,
                    "first_layer_bed_temp": 65,
                    "chamber_temp": 40,
                    "bed_type": "Textured PEI Plate",
                },
            }
        )
        self.version.plate_ids.object_height = 120.5
        want = self._want(self.version)
        # The second tool is configured, but does not print.
        self.assertEqual((want.nozzle_c, want.bed_c, want.chamber_c), (225, 65, 40))
        self.assertEqual((want.nozzle_mm, want.printer_model), (0.6, "mk4s"))
        self.assertEqual(want.size_mm[2], 120.5)
        self.assertEqual(want.tools, 1)
        self.assertEqual(want.material_ids, frozenset(self.black.material_id.ids))
        textured = self.env.ref("print3d_production.surface_textured_pei")
        self.assertEqual(want.surface_ids, frozenset(textured.ids))

    def test_what_a_person_corrected_counts(self):
        self.version.write(
            {
                "nozzle_temp": 220,
                "bed_temp": 60,
                "common": {"nozzle_temp": [290], "first_layer_bed_temp": 130},
            }
        )
        self.version.action_correct("nozzle_temp", 215)
        self.version.action_correct("bed_temp", 55)
        self.version.action_correct("printer_model", "MINI")
        want = self._want(self.version)
        self.assertEqual(
            (want.nozzle_c, want.bed_c, want.printer_model), (215, 55, "mini")
        )

    def test_what_the_material_asks(self):
        self.assertFalse(self._want(self.version).needs_enclosure)
        self.black.material_id.write({"enclosure": True, "abrasive": True})
        want = self._want(self.version)
        self.assertTrue(want.needs_enclosure and want.needs_hardened)

    def test_a_file_that_says_nothing(self):
        want = self._want(self.version)
        self.assertEqual((want.nozzle_mm, want.printer_model), (0.0, ""))
        self.assertFalse(want.surface_ids)
        self.assertTrue(fits(want, self._offer(self.printer)))

    def test_runs_ask_what_their_plates_ask(self):
        runs = self._create_mo(2).run_ids
        asked = runs._get_requirements()
        self.assertEqual(set(asked), set(runs.ids))
        self.assertEqual(len(set(asked.values())), 1)

    def test_every_misfit_is_told_in_a_sentence(self):
        self.printer.write(
            {"printer_model_id": self.mk4s.id, "max_chamber_c": 40, "slot_count": 1}
        )
        self.printer.material_ids = self.petg
        self.printer.surface_ids = self.env.ref("print3d_production.surface_glass")
        textured = self.env.ref("print3d_production.surface_textured_pei")
        want = Requirement(
            size_mm=(300, 10, 400),
            nozzle_mm=0.8,
            tools=3,
            material_ids=frozenset(self.black.material_id.ids),
            nozzle_c=400,
            bed_c=200,
            chamber_c=90,
            needs_enclosure=True,
            needs_hardened=True,
            surface_ids=frozenset(textured.ids),
            printer_model="bambu lab x1 carbon",
        )
        notes = self.env["print3d.run"]._get_misfit_notes(
            misfits(want, self._offer(self.printer))
        )
        self.assertEqual(len(notes), 11)
        text = " ".join(notes)
        for word in (
            "Bambu Lab X1 Carbon",
            "X 300 > 250 mm, Z 400 > 220 mm",
            "0.8 mm",
            "3 spools",
            self.black.material_id.name,
            "400 °C",
            "Textured PEI",
        ):
            self.assertIn(word, text)

    # === COUNTERS === #

    def test_counters_begin_where_the_printer_s_own_stood(self):
        self.printer.write(
            {"opening_hours": 100, "opening_grams": 5000, "opening_prints": 40}
        )
        first, second = self._create_mo(2).run_ids
        self._print(first, [self.spool], duration_s=7200)
        self._start(second, [self.spool])
        second._do_end("failed", percent=50, duration_s=3600)
        self.env.invalidate_all()
        self.assertEqual(self.printer.print_count, 42)
        self.assertAlmostEqual(self.printer.print_hours, 103)
        self.assertAlmostEqual(self.printer.print_grams, 5075)
        self.assertEqual(self.other_printer.print_count, 0)

    def test_an_end_that_is_taken_back_is_not_counted(self):
        run = self._create_mo(2).run_ids[0]
        self._start(run, [self.spool])

        def read():
            self.env.invalidate_all()
            printer = self.printer
            return printer.print_count, printer.print_hours, printer.print_grams

        self.assertEqual(read(), (0, 0, 0))
        run._do_end("failed", percent=50, duration_s=3600)
        count, hours, grams = read()
        self.assertEqual(count, 1)
        self.assertAlmostEqual(hours, 1)
        self.assertAlmostEqual(grams, 25)
        run.action_reopen()
        self.assertEqual(read(), (0, 0, 0))
        run._do_end("done", duration_s=7200)
        count, hours, grams = read()
        self.assertEqual(count, 1)
        self.assertAlmostEqual(hours, 2)
        self.assertAlmostEqual(grams, 50)

    def test_queries_do_not_grow_with_the_printers(self):
        def count(printers):
            self.env.flush_all()
            self.env.invalidate_all()
            printers = printers.browse(printers.ids)
            before = self.env.cr.sql_log_count
            printers._get_capabilities()
            printers.mapped("print_grams")
            printers.mapped("print_hours")
            printers.mapped("printer_state")
            return self.env.cr.sql_log_count - before

        def make(number):
            return self.env["mrp.workcenter"].create(
                [
                    {
                        "name": f"Many {index}",
                        "is_printer": True,
                        "printer_model_id": self.mk4s.id,
                        "accepts_model_ids": [(6, 0, self.xl.ids)],
                    }
                    for index in range(number)
                ]
            )

        few, many = make(3), make(20)
        count(few)
        self.assertEqual(count(few), count(many))

    def test_requirements_of_many_plates_in_as_many_queries(self):
        def count(plates):
            self.env.flush_all()
            self.env.invalidate_all()
            plates = plates.browse(plates.ids)
            before = self.env.cr.sql_log_count
            plates._get_requirements()
            return self.env.cr.sql_log_count - before

        versions = [self._create_version(self.product) for _index in range(12)]
        plates = self.env["print3d.plate"].union(
            *(version.plate_ids for version in versions)
        )
        count(plates)
        self.assertEqual(count(plates[:2]), count(plates))

    # === RIGHTS === #

    def test_who_changes_models_and_surfaces(self):
        glass = self.env.ref("print3d_production.surface_glass")
        for user in (self.operator, self.sales_user):
            self.mk4s.with_user(user).read(["name", "printer_count"])
            with self.assertRaises(AccessError):
                self.mk4s.with_user(user).bed_x_mm = 1
            with self.assertRaises(AccessError):
                glass.with_user(user).name = "Window"
        owner = self._create_user("print3d_owner", "owner")
        self.mk4s.with_user(owner).bed_x_mm = 251
        self.env["print3d.surface"].with_user(owner).create({"name": "Slate"})
        self.env["print3d.printer.model"].with_user(owner).create(
            {"maker": "Us", "name": "Mark I"}
        )
