from odoo.tests import BaseCase, tagged

from ..tools import colour


@tagged("post_install", "-at_install")
class TestColour(BaseCase):
    def test_hexes_are_read_in_any_spelling(self):
        self.assertEqual(
            colour.split_hexes("c1121f; #1D4ed8FF #ffffff80"),
            ["#C1121F", "#1D4ED8", "#FFFFFF80"],
        )
        self.assertEqual(colour.split_hexes(None), [])

    def test_text_that_is_no_colour_is_named(self):
        with self.assertRaisesRegex(ValueError, "black"):
            colour.split_hexes("#000000, black")
        self.assertEqual(colour.read_hexes("#000000, black"), ["#000000"])

    def test_distance_is_ciede2000(self):
        # Pairs and results of Sharma, Wu and Dalal are given in Lab; these two were
        # computed from them in sRGB and bound the scale: none, and black to white.
        self.assertEqual(colour.delta_e("#0F8B8D", "#0F8B8D"), 0)
        self.assertAlmostEqual(colour.delta_e("#000000", "#FFFFFF"), 100, places=1)
        self.assertLess(colour.delta_e("#C1121F", "#C2131F"), 1)
        self.assertGreater(colour.delta_e("#C1121F", "#1D4ED8"), 40)

    def test_nearest_of_several_colours_counts(self):
        self.assertEqual(colour.distance("#1D4ED8", ["#C1121F", "#1D4ED8"]), 0)

    def test_names_are_those_of_people(self):
        self.assertEqual(colour.nearest_name("#050505"), "Black")
        self.assertEqual(colour.nearest_name("#0F8B8D"), "Teal")
