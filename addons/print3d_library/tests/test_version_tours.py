from odoo.tests import HttpCase, tagged

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestVersionTours(Print3dLibraryCommon, HttpCase):
    def test_version_page(self):
        version = self._create_odd_version("Tour Page")
        plate = version.plate_ids
        plate.layer_count = 10
        for index, name in ((2, "Lids"), (3, False)):
            copy = plate.copy({"index": index, "name": name, "layer_count": index * 10})
            plate.filament_ids.copy({"plate_id": copy.id})
            plate.object_ids.copy({"plate_id": copy.id, "count": 4})
        version.overrides = [
            {
                "scope": "object",
                "name": "lid",
                "parent": "",
                "role": "",
                "plate": None,
                "settings": {"perimeters": 4},
            }
        ]
        self.start_tour(
            f"/odoo/print3d-versions/{version.id}",
            "print3d_library_version",
            login="lib_operator",
        )
        self.assertEqual(version.layer_height, 0.3)
        self.assertEqual(version.plate_ids.mapped("copies"), [1, 1, 4])
        self.assertEqual(version.plate_ids[2].time_s, 7200 + 2 * 60 + 3)
        self.assertEqual(version.parameter_ids.value, "yes")

    def test_search_by_setting(self):
        for name, value in (("Tour Fine", 0.1), ("Tour Coarse", 0.4)):
            product = self._create_model(name).product_variant_id
            version = self._create_version(product)
            version.settings = {"tour_marker": value}
        self.start_tour(
            "/odoo/print3d-versions",
            "print3d_library_setting_search",
            login="lib_sales",
        )

    def test_activation_of_an_odd_version(self):
        version = self._create_odd_version("Tour Odd")
        self.start_tour(
            f"/odoo/print3d-versions/{version.id}",
            "print3d_library_activation",
            login="lib_operator",
        )
        self.assertEqual(version.state, "active")
        self.assertEqual(version.question_ids.user_id, self.user_operator)

    def test_profile_of_a_version(self):
        """A profile is made of one version; another one deviates, on purpose."""
        self.env["print3d.profile"].search([]).action_archive()
        good = self._create_version(
            self._create_model("Tour Good").product_variant_id,
            settings={"fill_density": "15%", "perimeters": "2"},
        )
        hollow = self._create_version(
            self._create_model("Tour Hollow").product_variant_id,
            settings={"fill_density": "5%", "perimeters": "2"},
        )
        self.start_tour(
            f"/odoo/print3d-versions/{good.id}",
            "print3d_library_profile",
            login="lib_operator",
        )
        profile = good.profile_id
        self.assertEqual(profile.name, "Tour PLA")
        self.assertEqual(hollow.profile_id, profile)
        line = hollow.deviation_ids
        self.assertEqual((line.name, line.state), ("infill_density", "accepted"))
        self.assertEqual(line.user_id, self.user_operator)
        self.assertFalse(hollow.deviation_count)

    def test_history_for_sales(self):
        product = self._create_model("Tour History").product_variant_id
        settings = {"fill_density": "15%", "perimeters": "2", "layer_height": "0.2"}
        self._create_version(product, settings=settings)
        second = self._create_version(
            product,
            time="1h 14m 3s",
            settings={**settings, "fill_density": "20%", "layer_height": "0.25"},
        )
        self.start_tour(
            f"/odoo/print3d-versions/{second.id}",
            "print3d_library_history_of_sales",
            login="lib_sales",
        )

    def _create_odd_version(self, name):
        """A version whose layers are too high for its nozzle."""
        return self._create_version(
            self._create_model(name).product_variant_id,
            settings={
                "layer_height": "0.39",
                "perimeters": "2",
                "start_gcode": "G28\\nG1 X1\\nG1 X2\\nG1 X3\\nG1 X4\\nG1 X5",
            },
        )
