from odoo.tests import tagged

from odoo.addons.print3d_library.tests.common_search import Print3dSearchCommon

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestPrint3dSearch(Print3dSearchCommon, Print3dInventoryCommon):
    """Models are found by the filament of the shop that they are printed with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        brand = cls.env["res.partner"].create({"name": "Spoolworks"})
        cls.filament.write(
            {"name": "Galaxy Black", "series": "Sparkle", "brand_id": brand.id}
        )
        cls.model = cls._create_model("Heron")
        cls.line = cls.env["print3d.plate.filament"].create(
            {
                "plate_id": cls.env["print3d.plate"]
                .create(
                    {
                        "slice_id": cls.Slice.create(
                            {
                                "product_id": cls.model.product_variant_id.id,
                                "read_state": "done",
                            }
                        ).id
                    }
                )
                .id,
                "filament_type": "PLA",
                "product_id": cls.filament.id,
            }
        )
        cls.env.flush_all()

    def test_filament_is_found(self):
        for text in (
            "galaxy",
            "material:galaxy",
            "filament:sparkle",
            "material:pla",
            "brand:spoolworks",
        ):
            with self.subTest(text=text):
                self.assertEqual(self._find(f"heron {text}"), ["Heron"])

    def test_renames_are_found(self):
        filament = self.filament
        for text, record, values in (
            ("material:nebula", filament, {"name": "Nebula"}),
            ("material:matte", filament, {"series": "Matte"}),
            ("brand:acme", filament.brand_id, {"name": "Acme"}),
            ("material:plax", filament.material_id, {"name": "PLAX"}),
            ("material:nx1", filament, {"default_code": "NX1"}),
        ):
            with self.subTest(text=text):
                self.assertEqual(self._find(f"heron {text}"), [])
                record.write(values)
                self.assertEqual(self._find(f"heron {text}"), ["Heron"])
        # A demo has others that are printed with some galaxy.
        self.assertEqual(self._find("heron galaxy"), [])

    def test_another_filament(self):
        other = self._create_filament("Sunset Silk", material_id=self.petg.id)
        self.line.product_id = other
        self.assertEqual(self._find("heron sunset"), ["Heron"])
        self.assertEqual(self._find("heron galaxy"), [])
        other.unlink()
        self.assertEqual(self._find("heron sunset"), [])

    def test_filaments_are_no_models(self):
        self.assertEqual(self._find("name:galaxy"), [])
