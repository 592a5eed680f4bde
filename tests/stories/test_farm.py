"""A small farm, its figures, and that the story can fail."""

from argparse import ArgumentParser

from odoo.tests import TransactionCase, tagged

from . import _farm_books, farm
from ._farm_shop import Fate

KEYS = [
    "seed",
    "printers",
    "runs",
    "outcomes",
    "orders",
    "cancelled_orders",
    "from",
    "to",
    "swaps",
    "pauses",
    "told_twice",
    "reopened",
    "cleared",
    "maintained",
    "rush_wait_min",
    "grams",
    "minutes",
    "pieces",
    "energy",
    "journal",
]
RUNS = 14


@tagged("post_install", "-at_install")
class TestFarmStory(TransactionCase):
    def walk(self, *words):
        parser = ArgumentParser()
        farm.add_arguments(parser)
        parser.add_argument("--json", action="store_true")
        return farm.run(self.env, parser.parse_args(["--json", *map(str, words)]))

    def test_a_small_farm(self):
        result = self.walk("--runs", RUNS)
        self.assertEqual(list(result), KEYS)
        self.assertGreaterEqual(result["runs"], RUNS)
        self.assertEqual(result["runs"], sum(result["outcomes"].values()))
        self.assertEqual((result["printers"], result["cancelled_orders"]), (6, 1))
        grams = result["grams"]
        self.assertAlmostEqual(
            grams["bought"],
            grams["used"] + grams["scrapped"] + grams["found_missing"] + grams["left"],
            places=2,
        )
        self.assertGreaterEqual(
            result["pieces"]["good"], result["pieces"]["ordered"] - 0.5
        )

    def test_the_same_seed_is_the_same_fate(self):
        one, same, other = (
            [Fate(seed).get(90, 4) for _turn in range(3)] for seed in (5, 5, 6)
        )
        self.assertEqual(one, same)
        self.assertNotEqual(one, other)

    def test_story_finds_what_does_not_agree(self):
        """It would be no proof if it could not fail."""
        story = farm.FarmStory(self.env, farm.SEED, RUNS)
        note_end = story.books.note_end

        def forget(print_, used, back, seconds, kwh):
            note_end(print_, used, back, seconds - 60, kwh)

        story.books.note_end = forget
        with self.assertRaisesRegex(_farm_books.StoryError, "time of Story"):
            story.walk()
