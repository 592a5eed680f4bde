from odoo import api
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import print3d_import as import_module
from .common import Print3dLibraryCommon


class Print3dImportCommon(Print3dLibraryCommon):
    """Helpers that make uploads which wait for a plan, and plans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Import = cls.env["print3d.import"].with_user(cls.user_operator)

    def _make_batch(self, files, user=None):
        """An upload that waits, of ``{path: content}``."""
        Batch = self.env["print3d.upload.batch"].with_user(user or self.user_operator)
        batch = Batch.browse(Batch.create_batch("A heap", hold=True))
        for full_name, content in files.items():
            path, _slash, name = full_name.rpartition("/")
            batch._add_file(name, content, path)
        return batch

    def _make_import(self, files, user=None):
        batch = self._make_batch(files, user)
        action = batch.action_group()
        return self.Import.browse(action["res_id"]).with_user(
            user or self.user_operator
        )

    def _line(self, record, name):
        return record.line_ids.filtered(lambda line: line.name == name)

    def _places(self, record):
        """The plan as ``{file name: (model, variant)}``."""
        return {
            line.name: (line.model_id.name, line.variant_id.name or "")
            for line in record.line_ids
            if line.role != "skip"
        }


@tagged("post_install", "-at_install")
class TestImport(Print3dImportCommon):
    def _make_heap(self):
        return {
            "Dragon/dragon_left.stl": self._make_stl(salt=1),
            "Dragon/dragon_left_v2.gcode": self._make_gcode(salt=2),
            "Dragon/dragon_left_v1.gcode": self._make_gcode(salt=1),
            "Dragon/dragon_right.3mf": self._make_3mf(
                metadata={"Designer": "Anna Berg", "LicenseTerms": "CC BY-NC 4.0"}
            ),
            "Dragon/images/dragon_left.png": self._make_picture(colour=(1, 2, 3)),
            "Dragon/images/whole.png": self._make_picture(colour=(3, 2, 1)),
            "Dragon/readme.txt": b"A dragon of two halves that snap together.",
            "Dragon/.DS_Store": b"\x00\x00",
            "hook.stl": self._make_stl(salt=3),
            "copy of hook.stl": self._make_stl(salt=3),
            "letter.docx": b"not a mesh",
        }

    def test_plan_makes_nothing(self):
        before = self.env["product.template"].search_count([])
        record = self._make_import(self._make_heap())
        self.assertEqual(record.state, "draft")
        self.assertEqual(self.env["product.template"].search_count([]), before)
        self.assertEqual(
            self._places(record),
            {
                "dragon_left.stl": ("Dragon", "Left"),
                "dragon_left_v1.gcode": ("Dragon", "Left"),
                "dragon_left_v2.gcode": ("Dragon", "Left"),
                "dragon_right.3mf": ("Dragon", "Right"),
                "dragon_left.png": ("Dragon", "Left"),
                "whole.png": ("Dragon", ""),
                "readme.txt": ("Dragon", ""),
                "hook.stl": ("Hook", ""),
            },
        )
        summary = record._get_summary()
        self.assertEqual(
            {key: value for key, value in summary.items() if key != "reasons"},
            {
                "new_models": 2,
                "known_models": 0,
                "new_variants": 3,
                "known_variants": 0,
                "versions": 2,
                "meshes": 3,
                "pictures": 2,
                "documents": 1,
                "skipped": 3,
            },
        )
        self.assertEqual(
            {entry["code"] for entry in summary["reasons"]},
            {"junk", "duplicate", "unknown"},
        )

    def test_what_cannot_be_read_is_left_out(self):
        stl = self._make_stl(salt=5)
        broken = {
            "Vase/vase.stl": b"STL" + stl[3:-30],
            "Cup/empty.stl": b"solid \nendsolid\n",
            "Box/box.3mf": self._make_3mf()[:-40],
            "Nut/nut.bgcode": b"GCDE\1\0\0\0\0\0\1",
            "Nut/nut.png": self._make_picture()[:20] + bytes(40),
        }
        whole = {"Lid/lid.stl": stl, "Lid/lid.gcode": self._make_gcode(filaments=())}
        record = self._make_import({**broken, **whole})
        self.assertEqual(
            self._places(record),
            {"lid.stl": ("Lid", ""), "lid.gcode": ("Lid", "")},
            "what states no filament is no broken file",
        )
        left = record.line_ids.filtered(lambda line: line.role == "skip")
        self.assertLessEqual(set(left.mapped("skip_code")), {"unreadable", "unknown"})
        reasons = {line.name: line.reason for line in left}
        for name, words in (
            ("vase.stl", "cut short"),
            ("empty.stl", "holds no triangles"),
            ("box.3mf", "cut short"),
            ("nut.bgcode", "cut short"),
            ("nut.png", "no picture"),
        ):
            with self.subTest(name=name):
                self.assertIn(words, reasons[name])
        self.assertEqual(record._get_summary()["reasons"][0]["label"], "Cannot be read")
        record.plan_unskip(self._line(record, "empty.stl").ids)
        record.action_import()
        self.assertEqual(record.state, "done")
        self.assertEqual(
            sorted(record.model_ids.product_tmpl_id.mapped("name")),
            ["Empty", "Lid"],
            "only what a person takes in after all becomes a model",
        )

    def test_much_is_looked_into_by_several_jobs(self):
        self.patch(import_module, "LOOK_BYTES", 1_000)
        self.patch(import_module, "LOOK_NOW_BYTES", 1_000)
        batch = self._make_batch(
            {f"{number}.stl": self._make_stl(salt=number) for number in range(5)}
        )
        looked = []
        Import = type(self.env["print3d.import"])
        self.patch(Import, "_enqueue_look", lambda record: looked.append(record.id))
        record = self.Import.with_context(queue_job__no_delay=False).browse(
            batch.action_group()["res_id"]
        )
        self.assertEqual(record.looked_count, 0)
        for expected in (2, 4, 5):
            record._look()
            self.assertEqual(record.looked_count, expected)
        self.assertEqual((record.state, len(looked)), ("draft", 3))

    def test_import_makes_what_the_plan_says(self):
        record = self._make_import(self._make_heap())
        record.action_import()
        self.assertEqual(
            record.line_ids.filtered(lambda line: line.state == "failed").mapped(
                "message"
            ),
            [],
        )
        self.assertEqual(record.state, "done")
        dragon = record.model_ids.filtered(lambda m: m.name == "Dragon").product_tmpl_id
        self.assertRecordValues(
            dragon,
            [
                {
                    "name": "Dragon",
                    "is_print3d_model": True,
                    "licence_id": self.env.ref("print3d_library.licence_cc_by_nc").id,
                }
            ],
        )
        self.assertIn("snap together", dragon.description)
        left, right = (dragon._print3d_find_variant(name) for name in ("Left", "Right"))
        self.assertEqual(dragon.product_variant_ids, left + right)
        self.assertEqual(
            left.slice_ids.sorted("number").mapped("file_name"),
            ["dragon_left_v1.gcode", "dragon_left_v2.gcode"],
        )
        self.assertEqual(left.print3d_mesh_ids.mapped("name"), ["dragon_left.stl"])
        self.assertEqual(right.print3d_mesh_ids.mapped("name"), ["dragon_right.3mf"])
        pictures = self.env["print3d.picture"].search(
            [("product_tmpl_id", "=", dragon.id)]
        )
        self.assertEqual(
            {picture.name: picture.product_id for picture in pictures},
            {"dragon_left.png": left, "whole.png": left.browse()},
        )

    def test_run_twice_makes_nothing_twice(self):
        heap = self._make_heap()
        record = self._make_import(heap)
        record.action_import()
        counts = self._count()
        record._run_step()
        self.assertFalse(record.action_retry())
        self.assertEqual(self._count(), counts)
        again = self._make_import(heap)
        summary = again._get_summary()
        self.assertEqual((summary["new_models"], summary["new_variants"]), (0, 0))
        self.assertEqual(
            {line.skip_code for line in again.line_ids if line.kind == "sliced"},
            {"in_library"},
        )
        again.action_import()
        self.assertEqual(again.state, "done")
        self.assertEqual(self._count(), counts)

    def _count(self):
        return {
            name: self.env[name].search_count([])
            for name in (
                "product.template",
                "product.product",
                "print3d.file",
                "print3d.slice",
                "print3d.mesh",
                "print3d.picture",
                "res.partner",
            )
        }

    def test_files_of_a_known_model_are_added_to_it(self):
        model = self._create_variants("Dragon", ("Left", "Small"))
        left = model._print3d_find_variant("Left")
        record = self._make_import(self._make_heap())
        self.assertEqual(record._get_summary()["known_models"], 1)
        record.action_import()
        self.assertEqual(len(left.slice_ids), 2)
        self.assertEqual(len(model.product_variant_ids), 3)
        self.assertTrue(model._print3d_find_variant("Right").print3d_mesh_ids)

    def test_a_file_that_fails_is_told_and_tried_again(self):
        record = self._make_import(self._make_heap())
        line = self._line(record, "hook.stl")
        broken = type(line)._take_content

        def fail(this):
            if this.name == "hook.stl":
                raise UserError(this.env._("The disk is full."))
            return broken(this)

        with self.subTest("refused"):
            patcher = self.patch(type(line), "_take_content", fail)
            record.action_import()
            self.assertEqual(
                (line.state, line.message), ("failed", "The disk is full.")
            )
            self.assertEqual(record.state, "partly")
            self.assertFalse(line.model_id.product_tmpl_id)
        del patcher
        self.patch(type(line), "_take_content", broken)
        record.action_retry()
        self.assertEqual((line.state, record.state), ("done", "done"))
        self.assertEqual(line.mesh_id.product_id.name, "Hook")

    def test_only_who_keeps_the_library_imports(self):
        record = self._make_import({"a.stl": self._make_stl()})
        for user in (self.user_sales, self.user_plain, self.user_portal):
            own = record.with_user(user)
            for call in (
                own.get_plan,
                own.get_progress,
                own.action_import,
                own.plan_undo,
                lambda own=own: own.plan_skip(own.sudo().line_ids.ids),
                lambda own=own: own._create_from_batch(record.batch_id),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    call()

    def test_companies_do_not_see_each_others(self):
        record = self._make_import({"a.stl": self._make_stl()})
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.user_owner.write(
            {"company_ids": [(6, 0, other.ids)], "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            record.with_user(self.user_owner).get_plan()

    def test_nothing_is_changed_once_it_runs(self):
        record = self._make_import({"a.stl": self._make_stl()})
        line = record.line_ids
        record.action_import()
        with self.assertRaisesRegex(UserError, "not to be changed"):
            record.plan_skip(line.ids)

    def test_places_of_another_import_are_refused(self):
        one = self._make_import({"a.stl": self._make_stl(salt=1)})
        two = self._make_import({"b.stl": self._make_stl(salt=2)})
        with self.assertRaisesRegex(UserError, "Load the page"):
            one.plan_move(one.line_ids.ids, two.variant_ids.id)

    def test_nothing_to_import(self):
        record = self._make_import({"letter.docx": b"nothing"})
        with self.assertRaisesRegex(UserError, "left out"):
            record.action_import()

    def test_files_that_come_later_join_the_plan(self):
        record = self._make_import({"Hook/hook.stl": self._make_stl(salt=1)})
        record.batch_id._add_file("hook.gcode", self._make_gcode(), "Hook")
        action = record.batch_id.action_group()
        self.assertEqual(action["res_id"], record.id)
        self.assertEqual(
            self._places(record),
            {"hook.stl": ("Hook", ""), "hook.gcode": ("Hook", "")},
        )
        self.assertEqual(len(record.model_ids), 1)

    def test_giving_up_frees_the_files(self):
        record = self._make_import({"a.stl": self._make_stl()})
        record.action_cancel()
        self.assertEqual(record.state, "cancelled")
        self.assertEqual(record.line_ids.upload_id.mapped("state"), ["cancelled"])


@tagged("post_install", "-at_install")
class TestImportPlan(Print3dImportCommon):
    def setUp(self):
        super().setUp()
        self.record = self._make_import(
            {
                "lamp_small.stl": self._make_stl(salt=1),
                "lamp_large.stl": self._make_stl(salt=2),
                "vase.stl": self._make_stl(salt=3),
                "vase_v2.gcode": self._make_gcode(salt=1),
                "vase.png": self._make_picture(),
                "Thumbs.db": b"\x00",
            }
        )
        self.before = self._places(self.record)

    def _model(self, name):
        return self.record.model_ids.filtered(
            lambda model: model.name == name and model.variant_ids.line_ids
        )

    def _ids(self, *names):
        return [self._line(self.record, name).id for name in names]

    def _undo(self):
        self.record.plan_undo()
        self.assertEqual(self._places(self.record), self.before)

    def test_move_to_a_variant_and_back(self):
        small = self._line(self.record, "lamp_small.stl").variant_id
        self.record.plan_move(self._ids("vase.stl"), small.id)
        self.assertEqual(self._places(self.record)["vase.stl"], ("Lamp", "Small"))
        self._undo()

    def test_move_to_a_model_keeps_the_variant(self):
        vase = self._model("Vase")
        self.record.plan_move_to_model(
            self._ids("lamp_small.stl", "lamp_large.stl"), vase.id
        )
        places = self._places(self.record)
        self.assertEqual(places["lamp_small.stl"], ("Vase", "Small"))
        self.assertEqual(places["lamp_large.stl"], ("Vase", "Large"))
        self._undo()

    def test_split(self):
        self.record.plan_split(self._ids("vase_v2.gcode"), "Better vase")
        self.assertEqual(
            self._places(self.record)["vase_v2.gcode"], ("Better vase", "")
        )
        self._undo()

    def test_split_variants(self):
        self.record.plan_split_variants(self._model("Lamp").id)
        places = self._places(self.record)
        self.assertEqual(
            {places["lamp_small.stl"], places["lamp_large.stl"]},
            {("Small", ""), ("Large", "")},
        )
        self._undo()

    def test_merge_names_what_had_no_name(self):
        lamp, vase = self._model("Lamp"), self._model("Vase")
        self.record.plan_merge([lamp.id, vase.id])
        places = self._places(self.record)
        self.assertEqual(places["vase.stl"], ("Lamp", "Vase"))
        self.assertEqual(places["vase.png"], ("Lamp", "Vase"))
        self.assertEqual(places["lamp_small.stl"], ("Lamp", "Small"))
        self._undo()

    def test_rename_finds_the_model_of_the_library(self):
        known = self._create_model("Table lamp")
        lamp = self._model("Lamp")
        self.record.plan_rename_model(lamp.id, "table Lamp")
        self.assertEqual(lamp.product_tmpl_id, known)
        self.record.plan_undo()
        self.assertFalse(lamp.product_tmpl_id)
        self.assertEqual(lamp.name, "Lamp")

    def test_rename_a_variant_to_another_joins_them(self):
        small = self._line(self.record, "lamp_small.stl").variant_id
        self.record.plan_rename_variant(small.id, "LARGE")
        self.assertEqual(self._places(self.record)["lamp_small.stl"], ("Lamp", "Large"))
        self._undo()

    def test_leave_out_and_take_in(self):
        ids = self._ids("vase.stl", "vase.png")
        data = self.record.plan_skip(ids)
        self.assertEqual(data["summary"]["skipped"], 3)
        self.record.plan_unskip(ids)
        self.assertEqual(self._places(self.record), self.before)
        with self.assertRaisesRegex(UserError, "cannot be taken in"):
            self.record.plan_unskip(self._ids("Thumbs.db"))

    def test_assign_to_several(self):
        models_ = self._model("Lamp") + self._model("Vase")
        designer = self.env["res.partner"].create({"name": "Ada"})
        tags = self.env["product.tag"].create([{"name": "Home"}, {"name": "Gift"}])
        self.record.plan_assign(models_.ids, {"tag_ids": tags[0].ids})
        self.record.plan_assign(
            models_.ids, {"tag_ids": tags[1].ids, "designer_id": designer.id}
        )
        self.record.action_import()
        self.assertRecordValues(
            models_.product_tmpl_id,
            [{"designer_id": designer.id, "product_tag_ids": tags.ids}] * 2,
        )

    def test_assign_nothing_else(self):
        with self.assertRaisesRegex(UserError, "cannot be set"):
            self.record.plan_assign(self._model("Lamp").ids, {"import_id": 1})

    def test_order_of_versions(self):
        ids = self._ids("vase.stl", "vase_v2.gcode")
        self.record.plan_order(list(reversed(ids)))
        self.assertEqual(
            [line.sequence for line in self.record.line_ids.browse(ids)], [2, 1]
        )

    def test_each_change_is_undone_in_turn(self):
        self.record.plan_skip(self._ids("vase.stl"))
        self.record.plan_split(self._ids("lamp_small.stl"), "Little lamp")
        data = self.record.plan_undo()
        self.assertEqual(data["undo"], "Leave out")
        self._undo()
        self.assertFalse(self.record.get_plan()["undo"])


@tagged("post_install", "-at_install")
class TestImportCatalogue(Print3dImportCommon):
    CSV = (
        "Artikelnummer;Name;Variant;Designer;Preis;Print time;Grams;Tags;Picture;File;"
        "Category\r\n"
        "L-1;Lamp;Small;Ada;12,50;1:20;35;Home, Gift;lamp.png;;Decor\r\n"
        "L-2;Lamp;Large;Ada;15,00;2 h;60 g;;;big one.stl;Decor\r\n"
        'V-1;Vase;;;9;;;;vase.jpg;;"Decor / Vases"\r\n'
        "V-2;;;;5;;;;;;\r\n"
        "X-1;Odd;;;free;;;;;;\r\n"
        "L-1;Twice;;;1;;;;;;\r\n"
    )

    def _make_catalogue(self, text=None):
        return self._make_import(
            {
                "shop.csv": (text or self.CSV).encode("cp1252"),
                "pictures/lamp.png": self._make_picture(colour=(9, 9, 9)),
                "pictures/vase.jpg": self._make_picture(kind="JPEG"),
                "stl/big one.stl": self._make_stl(salt=1),
                "vase.stl": self._make_stl(salt=2),
            }
        )

    def _rows(self, record):
        return {row.number: row.verdict for row in record.row_ids}

    def test_dry_run_says_of_each_row_what_becomes_of_it(self):
        record = self._make_catalogue()
        self.assertEqual(
            self._rows(record),
            {2: "new", 3: "new", 4: "new", 5: "problem", 6: "problem", 7: "problem"},
        )
        reasons = {row.number: row.reason for row in record.row_ids}
        self.assertIn("no name", reasons[5])
        self.assertIn("“free” is no price", reasons[6])
        self.assertIn("row 2", reasons[7])
        self.assertEqual(
            self._places(record),
            {
                "lamp.png": ("Lamp", "Small"),
                "big one.stl": ("Lamp", "Large"),
                "vase.jpg": ("Vase", ""),
                "vase.stl": ("Vase", ""),
            },
        )

    def test_the_first_row_of_a_model_is_right(self):
        self.user_owner.group_ids |= self.env.ref("base.group_partner_manager")
        table = (
            b"SKU;Name;Variant;Designer\nD-1;Lamp;Small;Ada\n"
            b"D-2;Lamp;Large;Bob\nD-3;Lamp;Huge;ADA\n"
        )
        record = self._make_import({"shop.csv": table}, user=self.user_owner)
        self.assertEqual(
            record.row_ids.mapped("reason"),
            [False, "Designer: “Ada” is taken, from row 2.", False],
        )
        record.action_import()
        self.assertEqual(record.state, "done")
        self.assertEqual(record.model_ids.product_tmpl_id.designer_id.name, "Ada")
        again = self._make_import({"shop.csv": table}, user=self.user_owner)
        self.assertEqual(set(again.row_ids.mapped("verdict")), {"same"})

    def test_a_row_tells_of_files_that_will_not_come(self):
        record = self._make_import(
            {
                "shop.csv": b"Name,File\nLamp,lamp.stl; shade.stl\nVase,vase.stl\n",
                "lamp.stl": b"solid \nendsolid\n",
                "vase.stl": self._make_stl(salt=1),
            }
        )
        self.assertEqual(
            record.row_ids.mapped("reason"),
            ["Not among the files: shade.stl. Cannot be read: lamp.stl.", False],
        )
        line = self._line(record, "lamp.stl")
        self.assertEqual((line.role, line.skip_code), ("skip", "unreadable"))
        self.assertEqual(line.model_id.name, "Lamp")
        record.plan_unskip(line.ids)
        self.assertEqual(self._places(record)["lamp.stl"], ("Lamp", ""))

    def test_the_screen_gets_the_catalogue_and_its_rows(self):
        plan = self._make_catalogue().get_plan()
        self.assertEqual(plan["catalogue"]["name"], "shop.csv")
        self.assertEqual(len(plan["catalogue"]["columns"]), 11)
        self.assertEqual(
            [row["verdict"] for row in plan["rows"]], ["new"] * 3 + ["problem"] * 3
        )

    def test_import_and_import_again(self):
        owner = self.user_operator
        owner.group_ids |= self.env.ref("base.group_partner_manager")
        record = self._make_catalogue()
        record.action_import()
        self.assertEqual(record.state, "done", record.row_ids.mapped("message"))
        small, large, vase = (
            self.env["product.product"].search([("default_code", "=", code)])
            for code in ("L-1", "L-2", "V-1")
        )
        lamp = small.product_tmpl_id
        self.assertEqual(lamp.product_variant_ids, small + large)
        self.assertEqual(lamp.designer_id.name, "Ada")
        self.assertEqual(set(lamp.product_tag_ids.mapped("name")), {"Gift", "Home"})
        self.assertEqual([small.lst_price, large.lst_price], [12.5, 15.0])
        self.assertIn("print time 01:20 h, 35 g", lamp.description)
        self.assertEqual(vase.categ_id.complete_name, "Decor / Vases")
        self.assertEqual(large.print3d_mesh_ids.mapped("name"), ["big one.stl"])
        self.assertEqual(vase.print3d_mesh_ids.mapped("name"), ["vase.stl"])
        self.assertTrue(lamp.image_1920)
        again = self._make_catalogue()
        self.assertEqual(
            self._rows(again),
            {
                2: "same",
                3: "same",
                4: "same",
                5: "problem",
                6: "problem",
                7: "problem",
            },
        )
        changed = self._make_catalogue(self.CSV.replace("12,50", "13,50"))
        row = changed.row_ids.filtered(lambda row: row.number == 2)
        self.assertEqual((row.verdict, row.reason), ("update", "Sale price"))
        before = self.env["product.product"].search_count([])
        changed.action_import()
        self.assertEqual(small.lst_price, 13.5)
        self.assertEqual(self.env["product.product"].search_count([]), before)

    PLAIN = "Name;Variant;Price\nTin;Small;1,5\nTin;Large;2\nPot;;3\nMug;Blue;4\n"

    def _describe(self, *names):
        """Variants of models by their names, with their prices."""
        templates = self.env["product.template"].search([("name", "in", names)])
        return sorted(
            (
                product.name,
                product.product_template_attribute_value_ids.name or "",
                product.lst_price,
            )
            for product in templates.product_variant_ids
        )

    def test_rows_without_files_or_references(self):
        record = self._make_import({"a.csv": self.PLAIN.encode()})
        self.assertEqual(
            [record._get_summary()[name] for name in ("new_models", "new_variants")],
            [3, 4],
        )
        record.action_import()
        self.assertEqual(record.state, "done")
        expected = [
            ("Mug", "Blue", 4.0),
            ("Pot", "", 3.0),
            ("Tin", "Large", 2.0),
            ("Tin", "Small", 1.5),
        ]
        self.assertEqual(self._describe("Tin", "Pot", "Mug"), expected)
        again = self._make_import({"a.csv": self.PLAIN.encode()})
        self.assertEqual(set(self._rows(again).values()), {"same"})

    def test_two_plans_of_one_catalogue_make_it_once(self):
        one, two = (self._make_import({"a.csv": self.PLAIN.encode()}) for _ in "12")
        one.action_import()
        two.action_import()
        self.assertEqual((one.state, two.state), ("done", "done"))
        self.assertEqual(len(self._describe("Tin", "Pot", "Mug")), 4)

    def test_one_wrong_row_does_not_hold_up_the_others(self):
        record = self._make_import({"a.csv": self.PLAIN.encode()})
        Template = type(self.env["product.template"])
        create = Template.create

        @api.model_create_multi
        def refuse(this, vals_list):
            if any(vals["name"] == "Pot" for vals in vals_list):
                raise UserError(this.env._("No pots."))
            return create(this, vals_list)

        self.patch(Template, "create", refuse)
        record.action_import()
        self.assertEqual(record.state, "partly")
        failed = record.row_ids.filtered(lambda row: row.state == "failed")
        self.assertEqual((failed.number, failed.message), (4, "No pots."))
        self.assertEqual(
            [name for name, _variant, _price in self._describe("Tin", "Pot", "Mug")],
            ["Mug", "Tin", "Tin"],
        )

    def test_code_taken_since_the_plan_was_made(self):
        text = "Name;SKU\nTin;C-1\nPot;C-2\nMug;C-3\n"
        record = self._make_import({"a.csv": text.encode()})
        self._create_model("Other", default_code="C-2")
        record.action_import()
        failed = record.row_ids.filtered(lambda row: row.state == "failed")
        self.assertEqual(failed.number, 3)
        self.assertIn("is that of [C-2] Other already", failed.message)
        self.assertEqual(record.done_count, 2)

    def test_columns_can_be_taken_for_others(self):
        record = self._make_catalogue()
        names = [column["field"] for column in record.columns]
        self.assertEqual(
            names,
            [
                "reference",
                "name",
                "variant",
                "designer",
                "price",
                "time",
                "grams",
                "tags",
                "pictures",
                "files",
                "category",
            ],
        )
        names[4] = ""
        record.plan_map_columns(names)
        self.assertEqual(
            record.row_ids.filtered(lambda row: row.number == 6).verdict, "new"
        )
        with self.assertRaisesRegex(UserError, "one column"):
            record.plan_map_columns(["name"] * len(names))
        with self.assertRaisesRegex(UserError, "not the columns"):
            record.plan_map_columns(["name"])

    def test_problems_as_a_table(self):
        text = self._make_catalogue()._get_problem_table().decode("utf-8-sig")
        header, *rows = text.splitlines()
        self.assertTrue(header.endswith("Category,Reason"))
        self.assertEqual([row.split(",")[0] for row in rows], ["V-2", "X-1", "L-1"])

    def test_designer_that_may_not_be_made_is_a_refused_row(self):
        record = self._make_catalogue()
        if self.env["res.partner"].with_user(self.user_operator).has_access("create"):
            self.skipTest("Here the operator keeps the contacts.")
        record.action_import()
        row = record.row_ids.filtered(lambda row: row.number == 2)
        self.assertEqual(row.state, "failed")
        self.assertIn("designer “Ada” is not known", row.message)
        self.assertEqual(record.state, "partly")

    def test_a_table_that_is_none_is_told(self):
        record = self._make_import(
            {"empty.csv": b"\n\n", "a.stl": self._make_stl(salt=5)}
        )
        self.assertIn("empty", self._line(record, "empty.csv").reason)
        self.assertFalse(record.row_ids)


@tagged("post_install", "-at_install")
class TestImportBudgets(Print3dImportCommon):
    """Screens take as many queries for many files as for few."""

    def _count_queries(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    def test_plan(self):
        counts = []
        for count in (3, 30):
            files = {
                f"{count} thing {number}/a.stl": self._make_stl(
                    salt=1000 * count + number
                )
                for number in range(count)
            }
            rows = "".join(f"{count} ware {number}\n" for number in range(count))
            files["a.csv"] = f"Name\n{rows}".encode()
            record = self._make_import(files).with_context(queue_job__no_delay=True)
            if record.state == "looking":
                record._look()
            record.get_plan()
            counts.append(self._count_queries(record.get_plan))
        self.assertLessEqual(counts[1], counts[0], counts)

    def test_list(self):
        spec = dict.fromkeys(
            ("name", "state", "file_count", "done_count", "failed_count", "progress"),
            {},
        )
        counts = []
        for count in (2, 10):
            for number in range(count):
                name = f"{count} {number}.stl"
                self._make_import({name: self._make_stl(salt=100 * count + number)})
            counts.append(
                self._count_queries(lambda: self.Import.web_search_read([], spec))
            )
        self.assertLessEqual(counts[1], counts[0], counts)
