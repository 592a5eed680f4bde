"""A few weeks of restocking, the figures of both ways, and that it can fail."""

from argparse import ArgumentParser

from odoo.tests import TransactionCase, tagged

from . import restock

KEYS = ["seed", "days", "warm_up", "from", "wanted_g", "without", "with"]
SHORT = ("--days", "12", "--warm-up", "28")


@tagged("post_install", "-at_install")
class TestRestockStory(TransactionCase):
    def walk(self, *words):
        parser = ArgumentParser()
        restock.add_arguments(parser)
        parser.add_argument("--json", action="store_true")
        return restock.run(self.env, parser.parse_args(["--json", *map(str, words)]))

    def test_two_weeks(self):
        result = self.walk(*SHORT)
        self.assertEqual(list(result), KEYS)
        self.assertEqual(result["from"], "2026-02-02")
        for way in (restock.HABIT, restock.POLICY):
            figures = result[way]
            self.assertGreater(figures["orders"], 0)
            self.assertLessEqual(figures["short_g"], result["wanted_g"])
            self.assertAlmostEqual(
                figures["served_percent"],
                100 * (1 - figures["short_g"] / result["wanted_g"]),
                places=1,
            )
        self.assertGreater(result["with"]["alerts"]["raised"], 0)
        self.assertGreater(result["with"]["requests"]["made"], 0)
        self.assertEqual(len(result["with"]["reorder_points"]), 4)
        # Both ways were rolled back; the past they share was not.
        self.assertFalse(
            self.env["purchase.request.line"].search(
                [("product_id.name", "=like", "Story PLA%")]
            )
        )

    def test_the_same_seed_is_the_same_quarter(self):
        one, same, other = (restock.Demand(seed, 20, 28) for seed in (5, 5, 6))
        self.assertEqual(one.grams, same.grams)
        self.assertNotEqual(one.grams, other.grams)
        self.assertEqual(one.get_delivery("with", 3), same.get_delivery("with", 3))

    def test_story_finds_a_wrong_gram(self):
        """It would be no proof if it could not fail."""
        story = restock.RestockStory(self.env, 27, 1, 28)
        print_day = story.print_day

        def forget(day):
            emptied = print_day(day)
            if day == 27:
                spools = story.get_spools(story.products["PLA Blue"])
                spools[0]._print3d_record("use", 1.0)
            return emptied

        story.print_day = forget
        with self.assertRaisesRegex(restock.StoryError, "PLA Blue after the past"):
            story.walk()
