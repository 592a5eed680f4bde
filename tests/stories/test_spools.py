"""The day of the spools, with the project's own file and with one of one colour."""

from argparse import ArgumentParser

from odoo.tests import TransactionCase, tagged

from . import order, spools

KEYS = [
    "file",
    "received",
    "labels",
    "on_shelf",
    "waste_g",
    "told",
    "recall",
    "spools",
    "left_g",
]


@tagged("post_install", "-at_install")
class TestSpoolsStory(TransactionCase):
    def walk(self, *words):
        parser = ArgumentParser()
        spools.add_arguments(parser)
        parser.add_argument("--json", action="store_true")
        return spools.run(self.env, parser.parse_args(["--json", *map(str, words)]))

    def test_two_colours(self):
        result = self.walk()
        self.assertEqual(list(result), KEYS)
        self.assertEqual(result["received"], 5)
        self.assertEqual(result["labels"], 5)
        self.assertEqual(result["on_shelf"], 5)
        self.assertGreater(result["waste_g"], 0)
        # The spool of the scrapped rest holds nothing, so it is not stopped.
        self.assertGreater(result["recall"]["stopped"], 0)
        self.assertEqual(
            result["left_g"], round(sum(row["after_g"] for row in result["spools"]), 2)
        )

    def test_one_colour(self):
        result = self.walk(order.OWN_FILE.with_name("phone_stand_v1.gcode"))
        self.assertEqual(result["received"], 3)

    def test_story_finds_a_wrong_gram(self):
        """It would be no proof if it could not fail."""
        story = spools.SpoolsStory(self.env, order.OWN_FILE)
        scrap = story.scrap

        def forget():
            scrap()
            next(iter(story.loaded))._print3d_record("use", 1.0)

        story.scrap = forget
        with self.assertRaisesRegex(spools.StoryError, "grams of"):
            story.walk()
