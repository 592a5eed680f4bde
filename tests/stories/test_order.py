"""The story of an order, walked over sliced files of every kind the project reads."""

from argparse import ArgumentParser
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from . import order

DATA = Path(__file__).resolve().parents[1] / "slicer" / "data"
KEYS = [
    "file",
    "grams_in_file",
    "grams_consumed",
    "spools",
    "failed_run_scrap_g",
    "mo_state",
    "picking_state",
    "invoice_state",
    "material_cost",
    "machine_cost",
    "revenue",
    "margin",
]


@tagged("post_install", "-at_install")
class TestOrderStory(TransactionCase):
    def walk(self, *words):
        parser = ArgumentParser()
        order.add_arguments(parser)
        parser.add_argument("--json", action="store_true")
        return order.run(self.env, parser.parse_args(["--json", *map(str, words)]))

    def assertStory(self, result, copies=1):
        self.assertEqual(list(result), KEYS)
        self.assertEqual(
            (result["mo_state"], result["picking_state"], result["invoice_state"]),
            ("done", "done", "posted"),
        )
        used = sum(s["before_g"] - s["after_g"] for s in result["spools"])
        self.assertAlmostEqual(
            used, sum(result["grams_consumed"]) + result["failed_run_scrap_g"], 1
        )
        self.assertEqual(len(result["grams_in_file"]), len(result["grams_consumed"]))
        self.assertEqual(result["revenue"], copies * order.SALE_PRICE)

    def test_own_file(self):
        result = self.walk()
        self.assertStory(result)
        self.assertEqual(result["grams_consumed"], result["grams_in_file"])

    def test_as_many_as_the_plate_gives(self):
        result = self.walk(DATA / "prusaslicer_two_copies.gcode")
        self.assertStory(result, copies=2)

    def test_two_tools(self):
        result = self.walk(DATA / "prusaslicer_two_tools.gcode")
        self.assertStory(result)
        self.assertEqual(len(result["grams_in_file"]), 2)

    def test_no_grams_in_the_file(self):
        for name in ("cura_marlin", "cura_volumetric", "cura_griffin"):
            with self.subTest(name):
                result = self.walk(DATA / f"{name}.gcode")
                self.assertStory(result)
                self.assertGreater(sum(result["grams_in_file"]), 0)

    def test_no_density_in_the_file(self):
        self.assertStory(self.walk(DATA / "prusaslicer_no_density.gcode"))

    def test_surplus(self):
        """Three pieces of a plate of two: two runs, and a piece for the shelf."""
        result = self.walk(DATA / "prusaslicer_two_copies.gcode", "--copies", 3)
        self.assertStory(result, copies=3)
        self.assertAlmostEqual(
            sum(result["grams_consumed"]), 2 * sum(result["grams_in_file"])
        )

    def test_what_is_no_sliced_file(self):
        with self.assertRaises(order.StoryError):
            self.walk(__file__)
        with self.assertRaises(order.StoryError):
            self.walk("/nowhere/at-all.gcode")

    def test_a_wrong_figure_is_found(self):
        story = order.OrderStory(self.env, order.OWN_FILE)
        with self.assertRaisesRegex(order.StoryError, "grams: 1.0100 found"):
            story.compare("grams", 1.01, 1.0, order.GRAM)
        story.compare("grams", 1.004, 1.0, order.GRAM)
