"""The day of a library, with the project's own folder and with one of somebody's."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from . import library

KEYS = [
    "files",
    "plan",
    "models",
    "stored",
    "imported",
    "differences",
    "searches",
    "moved",
    "healed",
    "moved_back",
]


@tagged("post_install", "-at_install")
class TestLibraryStory(TransactionCase):
    def walk(self, *words):
        parser = ArgumentParser()
        library.add_arguments(parser)
        parser.add_argument("--json", action="store_true")
        return library.run(self.env, parser.parse_args(["--json", *map(str, words)]))

    def test_own_folder(self):
        result = self.walk()
        self.assertEqual(list(result), KEYS)
        kept = [path for path in library.MESS if Path(path).name not in library.LITTER]
        self.assertEqual(result["files"], len(kept))
        self.assertEqual(result["healed"], 1)
        # The second version came after the import.
        self.assertGreater(result["moved"], result["stored"])
        self.assertEqual(result["moved"], result["moved_back"])

    def test_folder_of_somebody(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("phone_stand_v1.gcode", "hex_box.stl"):
                target = Path(folder, "From a friend", name)
                target.parent.mkdir(exist_ok=True)
                target.write_bytes((library.FILES / name).read_bytes())
            result = self.walk(folder)
        self.assertEqual((result["files"], result["stored"]), (2, 2))

    def test_folder_without_a_sliced_file(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "hex_box.stl").write_bytes(
                (library.FILES / "hex_box.stl").read_bytes()
            )
            with self.assertRaisesRegex(library.StoryError, "no sliced file"):
                self.walk(folder)

    def test_empty_folder(self):
        with (
            tempfile.TemporaryDirectory() as folder,
            self.assertRaisesRegex(library.StoryError, "no folder with files"),
        ):
            self.walk(folder)
