import base64

from lxml import etree

from odoo.tests import tagged

from ..mesh.model import MeshReport
from .common import Print3dLibraryCommon

FEW, MANY = 20, 200


@tagged("post_install", "-at_install")
class TestQueryBudgets(Print3dLibraryCommon):
    """Screens take as many queries for 200 records as for 20."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        designers = cls.env["res.partner"].create(
            [{"name": f"Designer {number}"} for number in range(10)]
        )
        picture = base64.b64encode(cls._make_picture())
        cls.models = cls.env["product.template"].create(
            [
                {
                    "name": f"Budget {number:03}",
                    "is_print3d_model": True,
                    "designer_id": designers[number % 10].id,
                    "image_1920": picture if number % 2 else False,
                }
                for number in range(MANY)
            ]
        )
        versions = cls.Slice.create(
            [{"product_id": model.product_variant_id.id} for model in cls.models]
        )
        versions.read_state = "done"
        plates = cls.env["print3d.plate"].create(
            [{"slice_id": version.id, "time_s": 60} for version in versions]
        )
        cls.env["print3d.plate.filament"].create(
            [
                {
                    "plate_id": plate.id,
                    "weight_known": True,
                    "weight_g": 5,
                    "filament_type": "PLA",
                    "colour": "#1A1A1A",
                }
                for plate in plates
            ]
        )
        versions.action_activate()
        files = cls.env["print3d.file"].create(
            [
                {
                    "name": f"budget {number}.stl",
                    "kind": "mesh",
                    "size": 1000,
                    "sha256": f"{number:064}",
                    "product_id": model.product_variant_id.id,
                }
                for number, model in enumerate(cls.models)
            ]
        )
        report = dict(
            MeshReport(format="stl", size_mm=[1.0, 2.0, 3.0]).as_dict(),
            warnings=["Odd."],
        )
        cls.env["print3d.mesh"].create(
            [
                {
                    "file_id": file.id,
                    "state": "done",
                    "format": "stl",
                    "report": report,
                    "preview": picture if number % 2 else False,
                }
                for number, file in enumerate(files)
            ]
        )
        cls.env.flush_all()

    def test_library_kanban(self):
        self._check_budget(
            "product.template", "print3d_library.product_template_view_kanban", "kanban"
        )

    def test_library_list(self):
        self._check_budget(
            "product.template", "print3d_library.product_template_view_list", "list"
        )

    def test_versions_list(self):
        self._check_budget(
            "print3d.slice", "print3d_library.print3d_slice_view_list", "list"
        )

    def test_meshes_kanban(self):
        self._check_budget(
            "print3d.mesh", "print3d_library.print3d_mesh_view_kanban", "kanban"
        )

    def test_meshes_list(self):
        self._check_budget(
            "print3d.mesh", "print3d_library.print3d_mesh_view_list", "list"
        )

    def test_files_list(self):
        self._check_budget(
            "print3d.file", "print3d_library.print3d_file_view_list", "list"
        )

    def test_version_form_does_not_grow_with_plates(self):
        one, many = (self._create_plates(count) for count in (1, 24))
        specification = self._get_form_specification()
        self.assertIn("filament_ids", specification["plate_ids"]["fields"])
        counts = []
        for version in (one, one, many):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            record = version.with_user(self.user_operator).with_context(bin_size=True)
            record.web_read(specification)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2], "of 1 and of 24 plates")
        self.assertLess(counts[2], 45)

    def test_model_page_does_not_grow_with_variants(self):
        few, many = (
            self._create_variants(f"Sizes {count}", [str(n) for n in range(count)])
            for count in (3, 30)
        )
        variants = few.product_variant_ids | many.product_variant_ids
        versions = self.Slice.create([{"product_id": item.id} for item in variants])
        versions.read_state = "done"
        self.env["print3d.plate"].create(
            [{"slice_id": version.id, "time_s": 60} for version in versions]
        )
        versions.action_activate()
        self.env.flush_all()
        counts = []
        for model in (few, few, many):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            record = model.with_user(self.user_operator)
            [page] = record.web_read({"name": {}, "print3d_cards": {}})
            cards = page["print3d_cards"]["cards"]
            self.assertEqual(len(cards), len(model.product_variant_ids))
            record.get_print3d_gallery()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2], "of 3 and of 30 variants")
        self.assertLess(counts[2], 40)

    def _create_plates(self, count):
        """A version of many plates, each with a correction and a question."""
        version = self._create_version(name=f"plates_{count}.gcode")
        plate = version.plate_ids
        for index in range(2, count + 1):
            copy = plate.copy({"index": index})
            plate.filament_ids.copy({"plate_id": copy.id})
            plate.object_ids.copy({"plate_id": copy.id})
        for plate in version.plate_ids:
            plate.action_correct("time_s", 5)
            plate.filament_ids.action_correct("filament_type", "PLA-CF")
        version.parameter_ids = [
            (0, 0, {"name": f"Parameter {number}"}) for number in range(count)
        ]
        self.assertEqual(version.flag_count, count)
        return version

    def _get_form_specification(self):
        """What the form view reads, plates in the tab's view."""

        def specify(model, arch):
            result = {}
            for node in arch.iter("field"):
                if any(parent.tag == "field" for parent in node.iterancestors()):
                    continue
                field = self.env[model]._fields[node.get("name")]
                result[field.name] = {}
                if field.type == "many2one":
                    result[field.name] = {"fields": {"display_name": {}}}
                elif field.relational and len(node):
                    inline = etree.fromstring(etree.tostring(node[0]))
                    result[field.name] = {"fields": specify(field.comodel_name, inline)}
            return result

        def get(xmlid, model):
            # As whoever reads it sees it: costs are the owner's alone.
            model_of_user = self.env[model].with_user(self.user_operator)
            view = model_of_user.get_view(self.env.ref(xmlid).id, "form")
            return specify(model, etree.fromstring(view["arch"]))

        specification = get("print3d_library.print3d_slice_view_form", "print3d.slice")
        specification["corrections"] = {}
        specification["can_correct"] = {}
        plate = get("print3d_library.print3d_plate_view_form_tab", "print3d.plate")
        for line in (plate, plate["filament_ids"]["fields"]):
            line.update(corrections={}, can_correct={})
        specification["plate_ids"] = {"fields": plate}
        return specification

    def test_activating_many_versions(self):
        # Twice as many versions take no more than twice the queries of the products.
        versions = self.models.product_variant_ids.slice_ids
        counts = []
        for batch in (versions[:FEW], versions[FEW : 2 * FEW]):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            batch.action_activate()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_home(self):
        self._count("print3d.home")
        self.assertEqual(self._count("print3d.home"), self._count("print3d.home"))

    def _check_budget(self, model, xmlid, kind):
        view = self.env[model].get_view(self.env.ref(xmlid).id, kind)
        arch = etree.fromstring(view["arch"])
        names = {
            node.get("name")
            for node in arch.iter("field")
            if not any(parent.tag == "field" for parent in node.iterancestors())
        }
        specification = {name: {} for name in names}
        for name in names:
            if self.env[model]._fields[name].relational:
                specification[name] = {"fields": {"display_name": {}}}
        if model == "product.template":
            domain = [("id", "in", self.models.ids)]
        else:
            domain = [("product_id.product_tmpl_id", "in", self.models.ids)]
        records = self.env[model].with_user(self.user_sales).with_context(bin_size=True)

        def search(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = records.web_search_read(domain, specification, limit=limit)
            self.assertEqual(len(found["records"]), limit)
            return self.cr.sql_log_count - before

        search(FEW)  # fills the caches of rights and views
        few, many = search(FEW), search(MANY)
        self.assertEqual(
            few, many, f"{xmlid}: {few} queries at {FEW}, {many} at {MANY}"
        )
        self.assertLess(many, 20)

    def _count(self, model):
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.env[model].with_user(self.user_owner).get_data()
        return self.cr.sql_log_count - before
