import numpy as np

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
        self.assertEqual(colour.distance(["#1D4ED8"], ["#C1121F", "#1D4ED8"]), 0)

    def test_several_colours_are_compared_both_ways(self):
        two = ["#C1121F", "#1D4ED8"]
        self.assertEqual(colour.distance(two, two[::-1]), 0)
        self.assertGreater(colour.distance(two, ["#C1121F"]), 20)
        self.assertGreater(colour.distance(two, ["#C1121F", "#16A34A"]), 15)

    def test_vectors_of_the_published_formula(self):
        # Pairs and results of table 1 in Sharma, Wu and Dalal (2005).
        for first, second, expected in (
            ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
            ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
            ((50, 2.4900, -0.0010), (50, -2.4900, 0.0009), 7.1792),
            ((50, 2.4900, -0.0010), (50, -2.4900, 0.0011), 7.2195),
            ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
            ((50, 2.5, 0), (73, 25, -18), 27.1492),
            ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
            ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
        ):
            with self.subTest(first=first, second=second):
                result = colour.delta_e_matrix(
                    np.array([first], dtype=float), np.array([second], dtype=float)
                )
                self.assertAlmostEqual(result[0, 0], expected, places=4)

    def test_all_at_once_is_the_same_as_one_by_one(self):
        hexes = ["#000000", "#FFFFFF", "#808080", "#C1121F80", *colour.PALETTE.values()]
        matrix = colour.delta_e_matrix(colour.to_lab(hexes), colour.to_lab(hexes))
        for row, first in enumerate(hexes):
            for column, second in enumerate(hexes):
                self.assertAlmostEqual(
                    matrix[row, column], colour.delta_e(first, second), places=4
                )

    def test_no_colours_at_all(self):
        self.assertEqual(colour.to_lab([]).shape, (0, 3))

    def test_colours_one_looks_through(self):
        self.assertTrue(colour.is_translucent("#C1121F80"))
        self.assertFalse(colour.is_translucent("#C1121FFF"))
        self.assertFalse(colour.is_translucent("#C1121F"))

    def test_names_are_those_of_people(self):
        self.assertEqual(colour.nearest_name("#050505"), "Black")
        self.assertEqual(colour.nearest_name("#0F8B8D"), "Teal")
