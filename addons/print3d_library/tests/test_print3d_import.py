from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

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
