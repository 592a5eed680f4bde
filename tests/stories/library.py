"""A day in the library: a messy folder becomes models, and nothing of it gets lost.

`./print3d story library [FOLDER]` runs this on a throwaway database: a folder as people
have them (or one of yours) is uploaded, planned and imported; a second version comes,
is compared, put in use and rolled back; models are found by words, with a slip of the
finger and by settings; the files move to a real S3 server; one is damaged on the disk
and healed. Every count is checked; the walk stops at the first that does not add up.
"""

import contextlib
import hashlib
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

from odoo.exceptions import UserError

FILES = Path(__file__).resolve().parents[2] / "addons/print3d_library/demo/files"
GRAM = 0.005
# What lies in the folder: where, and which of the project's own files it is.
MESS = {
    "Prints/Dragon egg/dragon_egg.stl": "dragon_egg.stl",
    "Prints/Dragon egg/dragon_egg.3mf": "dragon_egg.3mf",
    "Prints/Dragon egg/sliced/dragon_egg_two_colours.gcode": (
        "dragon_egg_two_colours.gcode"
    ),
    "Prints/Desk/phone stand/Phone_Stand (1).stl": "phone_stand.stl",
    "Prints/Desk/phone stand/phone_stand_v1.gcode": "phone_stand_v1.gcode",
    "Prints/Desk/phone stand/Thumbs.db": b"\0" * 64,
    "Prints/Desk/hex/hex_box.stl": "hex_box.stl",
    "Prints/Desk/hex/hex_box.step": "hex_box.step",
    "Prints/.DS_Store": b"\0\0\0\1Bud1",
    "Prints/old/copy of planter.stl": "planter.stl",
    "Prints/Planter/planter.stl": "planter.stl",
    "Prints/Planter/ripple_planter.gcode": "ripple_planter.gcode",
    "Prints/Planter/broken.gcode": b"this was never sliced\n" * 20,
    "Prints/Planter/README.txt": b"Waterproof from three walls on.\n",
}
# Files that systems leave behind: an archive is unpacked without them.
LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")
SECOND = FILES / "phone_stand_v2_thick_walls.gcode"


class StoryError(Exception):
    """A count does not add up, or a step did not do what it says."""


def add_arguments(parser):
    """Say what the command line takes besides `--json`."""
    parser.add_argument(
        "folder", nargs="?", type=Path, help="a folder of yours (one made for this)"
    )


def run(env, args):
    """Walk through the day and return its figures.

    :param env: an environment on a database that may be spoiled
    :param args: `folder` and `json` of the command line
    :return: the object that `--json` prints
    :rtype: dict
    """
    story = LibraryStory(env)
    try:
        result = story.walk(getattr(args, "folder", None))
    except (UserError, OSError) as error:
        raise StoryError(str(error.args[0])) from error
    if not getattr(args, "json", False):
        story.print_table(sys.stdout)
    return result


class LibraryStory:
    """The day of one library; each step is a stretch of it."""

    def __init__(self, env):
        # Jobs run at once: there is no job runner on a throwaway database.
        self.env = env(context=dict(env.context, queue_job__no_delay=True))
        self.notes = []
        self.result = {}

    def walk(self, folder=None):
        """Go the whole way and check it."""
        contents = read_folder(folder) if folder else make_mess()
        record = self.upload(contents)
        self.plan(record, contents)
        self.carry_out(record)
        version = self.get_version(bool(folder))
        first = version.product_id.active_slice_id
        self.compare(first, version)
        self.search(version)
        self.roll_back(first, version)
        # The addon is importable only once the database is open.
        from odoo.addons.print3d_library.tests import s3_server

        with s3_server.running_seaweedfs() as server:
            storage = self.move_out(s3_server, server)
            self.heal()
            self.move_back(storage)
        return self.result

    def note(self, what, text):
        self.notes.append((what, text))

    def print_table(self, output):
        """Print what happened, a line a step."""
        width = max(len(what) for what, _text in self.notes)
        for what, text in self.notes:
            output.write(f"{what:<{width}}  {text}\n")

    def expect(self, what, found, expected):
        """Stop unless a figure is what it has to be."""
        if found != expected:
            raise StoryError(f"{what}: {found} found, {expected} expected")

    # === STRETCH 1: FILES IN === #

    def upload(self, contents):
        """Send the folder as one ZIP, to be grouped before anything is made of it."""
        batches = self.env["print3d.upload.batch"]
        batch = batches.browse(batches.create_batch("The old disk", hold=True))
        batch._add_file("old disk.zip", zipped(contents))._settle()
        waiting = batch._get_waiting()
        litter = sorted(path for path in contents if Path(path).name in LITTER)
        for path in litter:
            del contents[path]
        self.expect("unpacked files", len(waiting), len(contents))
        sums = Counter(hashlib.sha256(data).hexdigest() for data in contents.values())
        self.expect("their SHA-256", Counter(waiting.mapped("sha256")), sums)
        self.note(
            "Uploaded",
            f"one ZIP of {len(contents)} files, without {len(litter)} of systems",
        )
        self.batch = batch
        action = batch.action_group()
        record = self.env["print3d.import"].browse(
            action.get("res_id") or action["params"]["import_id"]
        )
        self.result["files"] = len(contents)
        return record

    # === STRETCH 2: A PLAN, THEN MODELS === #

    def plan(self, record, contents):
        """Look at what would be made; nothing is made yet."""
        summary = record.get_plan()["summary"]
        planned = sum(
            summary[kind]
            for kind in ("versions", "meshes", "pictures", "documents", "skipped")
        )
        self.expect("files in the plan", planned, len(contents))
        self.expect(
            "made by planning",
            self.env["print3d.file"].search_count(
                [("sha256", "in", record.line_ids.mapped("sha256"))]
            ),
            self.count_known(record),
        )
        self.summary = summary
        self.note(
            "Plan",
            f"{summary['new_models']} models, {summary['versions']} versions, "
            f"{summary['meshes']} meshes; {summary['skipped']} left out",
        )
        for reason in summary["reasons"]:
            self.note("Left out", f"{reason['count']} × {reason['label']}")
        self.result["plan"] = {
            kind: summary[kind]
            for kind in ("new_models", "versions", "meshes", "skipped")
        }

    def count_known(self, record):
        """Files of the plan that the library had before."""
        return len(
            {
                line.sha256
                for line in record.line_ids
                if line.role == "skip" and line.skip_code == "in_library"
            }
        )

    def carry_out(self, record):
        """Import; a second time makes nothing more."""
        record.action_import()
        failed = record.line_ids.filtered(lambda line: line.state == "failed")
        for line in failed:
            self.note("Refused", f"{line.name}: {line.message}")
        lines = record.line_ids.filtered(lambda line: line.state == "done")
        self.templates = record.line_ids.model_id.product_tmpl_id
        self.expect(
            "models", len(self.templates), self.summary["new_models"]
        ) if not failed else None
        files = self.get_files()
        before = (len(files), len(self.templates))
        with contextlib.suppress(UserError):
            record.action_import()
        after = (len(self.get_files()), len(self.templates))
        self.expect("after a second import", after, before)
        for file in files:
            with file._open() as stream:
                found = hashlib.sha256(stream.read()).hexdigest()
            self.expect(f"SHA-256 of {file.name}", found, file.sha256)
        self.note("Imported", f"{len(self.templates)} models, {len(files)} files")
        self.result |= {
            "models": len(self.templates),
            "stored": len(files),
            "imported": len(lines),
        }

    def get_files(self):
        return self.env["print3d.file"].search(
            [("product_id.product_tmpl_id", "in", self.templates.ids)], order="id"
        )

    # === STRETCH 3: A SECOND VERSION === #

    def get_version(self, is_foreign):
        """A second version of a variant that has one in use."""
        sliced = self.get_files().slice_ids.filtered(
            lambda version: version.is_sliced and version.read_state == "done"
        )
        if is_foreign:
            first = sliced[:1]
        else:
            first = sliced.filtered(lambda v: v.file_name == "phone_stand_v1.gcode")
        if not first:
            raise StoryError("no sliced file among what was imported")
        # The bill of materials asks which printer's hours it counts.
        self.env["mrp.workcenter"].create(
            {
                "name": "Story Printer",
                "is_printer": True,
                "slot_count": 1,
                "nozzle_diameter": first.nozzle_diameter,
            }
        )
        self.put_in_use(first, "printed for years")
        version = self.env["print3d.slice"]._create_from_upload(
            SECOND.name, SECOND.read_bytes(), product=first.product_id
        )
        version.note = "Thicker walls"
        self.expect("reading", (version.read_state, version.number), ("done", 2))
        self.note("Second version", f"{version.display_name}: {version.note}")
        return version

    def compare(self, first, second):
        """What differs, and put the second in use."""
        comparison = self.env["print3d.slice"].get_comparison(first.id, second.id)
        counts = comparison["difference"]["counts"]
        changed = sum(counts[part] for part in counts if part != "same")
        if not changed:
            raise StoryError("two versions, and nothing differs")
        self.note("Difference", f"{changed} settings")
        self.result["differences"] = changed
        self.put_in_use(second, "tried on the printer")
        self.check_bill(second)
        self.expect("the first version", first.state, "retired")

    def put_in_use(self, version, answer):
        """Choose or make the filaments a version wants, answer for it, activate it."""
        for line in version.plate_ids.filament_ids:
            if not line.product_id:
                line.action_match_filament()
            if not line.product_id:
                dialog = line.action_create_filament()
                self.env[dialog["res_model"]].browse(dialog["res_id"]).action_create()
        version.question_ids.action_accept(answer)
        version.action_activate()

    def check_bill(self, version):
        """The bill of materials takes what the version in use takes."""
        product = version.product_id
        bill = self.env["mrp.bom"]._bom_find(product)[product]
        in_file = sum(version.plate_ids.filament_ids.mapped("grams"))
        in_bill = sum(
            bill.bom_line_ids.filtered(lambda line: line.product_id.is_filament).mapped(
                "product_qty"
            )
        )
        if abs(in_file - in_bill) > GRAM:
            raise StoryError(f"bill: {in_bill} g found, {in_file} g expected")
        self.note("Bill of materials", f"{version.name}: {in_bill:.2f} g")

    # === STRETCH 4: FOUND === #

    def search(self, version):
        """By a word, with a slip of the finger, by a setting, by all of them."""
        template = version.product_id.product_tmpl_id
        word = max(template.name.split(), key=len).lower()
        slip = word[:-3] + word[-2] + word[-3] + word[-1] if len(word) > 4 else word
        layer = version.layer_height
        searches = {
            "word": word,
            "typo": slip,
            "setting": f"layer_height<={layer:g}",
            "all": f"{word} layer_height={layer:g}",
        }
        for text in searches.values():
            answer = self.env["product.template"].print3d_search(text=text)
            found = [record["id"] for record in answer["records"]]
            if template.id not in found:
                raise StoryError(f"“{text}” does not find {template.name}")
            self.note("Search", f"{text} → {answer['total']}")
        nothing = self.env["product.template"].print3d_search(
            text=f"{word} layer_height>{layer:g}"
        )
        if template.id in [record["id"] for record in nothing["records"]]:
            raise StoryError("a condition that does not hold finds the model")
        self.result["searches"] = len(searches) + 1

    # === STRETCH 5: BACK === #

    def roll_back(self, first, second):
        """The first version is in use again, and the second stays to be had."""
        first._roll_back("The thick walls took too long")
        self.expect("states", (first.state, second.state), ("active", "retired"))
        self.check_bill(first)
        with second.file_id._open() as stream:
            self.expect("the retired file", stream.read(), SECOND.read_bytes())
        self.note("Rolled back", f"{first.display_name} is in use again")

    # === STRETCH 6: ANOTHER PLACE === #

    def move_out(self, s3_server, server):
        """All files to the S3 server; the copies here stay."""
        storage = self.env["print3d.storage"].create(
            {
                "name": "Story",
                "endpoint_url": server.url,
                "bucket": s3_server.BUCKET,
                "prefix": "story",
                "access_key": s3_server.ACCESS_KEY,
                "secret_key": s3_server.SECRET_KEY,
            }
        )
        storage.action_check()
        self.expect("the storage", storage.state, "ok")
        migration = self.migrate(False, storage, keep_source=True)
        self.note("Moved", f"{migration.done_count} files to S3, copies kept here")
        self.result["moved"] = migration.done_count
        return storage

    def migrate(self, source, target, **values):
        migration = self.env["print3d.storage.migration"].create(
            {
                "source_id": source.id if source else False,
                "target_id": target.id if target else False,
                **values,
            }
        )
        migration.action_start()
        self.expect("the migration", migration.state, "done")
        self.expect("files that failed", migration.failed_count, 0)
        self.expect("files moved", migration.done_count, migration.total)
        return migration

    def heal(self):
        """A byte rots on the disk: the nightly check finds and heals it."""
        copies = self.env["print3d.file.copy"]
        file = max(self.get_files(), key=lambda one: one.size)
        attachment = file.attachment_id
        path = Path(attachment._full_path(attachment.store_fname))
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        here = copies.search([("file_id", "=", file.id), ("storage_id", "=", False)])
        self.expect("copies here", len(here), 1)
        bad = here._check_bytes()
        self.expect("damaged", bad, here)
        self.expect("after the check", here.state, "ok")
        self.expect(
            "the bytes", hashlib.sha256(path.read_bytes()).hexdigest(), file.sha256
        )
        self.note("Healed", f"{file.name}: one byte had changed")
        self.result["healed"] = len(bad)

    def move_back(self, storage):
        """All files are here again and whole, and the storage is let go."""
        files = self.get_files()
        migration = self.migrate(storage, False)
        self.note("Moved back", f"{migration.done_count} files")
        for file in files:
            with file._open() as stream:
                found = hashlib.sha256(stream.read()).hexdigest()
            self.expect(f"SHA-256 of {file.name}", found, file.sha256)
        self.expect("copies left there", len(storage.copy_ids), 0)
        self.result["moved_back"] = migration.done_count


def make_mess():
    """The folder as people have them, of the project's own files.

    :return: content by path
    :rtype: dict
    """
    return {
        path: (FILES / source).read_bytes() if isinstance(source, str) else source
        for path, source in MESS.items()
    }


def read_folder(folder):
    """A folder of somebody's, content by path.

    :raises StoryError: there is none, or nothing in it
    """
    folder = Path(folder)
    contents = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    if not contents:
        raise StoryError(f"{folder} is no folder with files in it")
    return contents


def zipped(contents):
    """A ZIP of contents by path, as a seekable stream."""
    stream = tempfile.TemporaryFile()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in contents.items():
            archive.writestr(path, data)
    stream.seek(0)
    return stream
