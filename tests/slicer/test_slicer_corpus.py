"""Every value that is known of the corpus' files, compared with what is read."""

import json

import pytest
from slicer import inspect_file

FOLDERS = (
    "bambustudio/",
    "orcaslicer/",
    "prusaslicer/",
    "cura/",
    "crealityprint/",
    "qidislicer/",
    "slic3r/",
    "superslicer/",
)
# Files of these folders of formats that are refused for now.
UNREAD = (
    "crealityprint/K1 MAX Side Spool Holder-K1 Max_0.4_Hyper PLA_43m.gcode",
    "crealityprint/K1 SE_accessory_0.4_Hyper PLA_24m.gcode",
)
# Refused, and what they state is compared all the same: projects without toolpath...
NOT_SLICED = {
    "bambustudio/ElegooCube_v2.3mf",
    "bambustudio/H2S Cube.3mf",
    "bambustudio/Testqube.3mf",
    "bambustudio/Testqube_Multicolor.3mf",
    "bambustudio/bambu-2-plates.3mf",
    "bambustudio/monkey.3mf",
    "bambustudio/multiplate separated filaments.3mf",
    "orcaslicer/CubesWithAll5Modifiers.3mf",
    "orcaslicer/arc.3mf",
    "orcaslicer/modifierGroup.3mf",
    "crealityprint/CrealityToleranceTest.3mf",
    "qidislicer/flowrate_coarse.3mf",
    "prusaslicer/Shape-Box.3mf",
    "superslicer/ERCF Cable Drag Chain 7x7.3mf",
}
# ... and G-code whose figures are not there: one cut down to thumbnail and settings
# by its repository, one with the placeholders of Cura's command line.
NO_FILAMENT = {"prusaslicer/dsf Thumbnail_JPG.gcode", "cura/bp_case.gcode"}
# Values that are not read as the truth has them, with the reason.
EXCEPTIONS = {}
# Keys that describe the truth, or geometry, which is another part's work.
SKIPPED_KEYS = {"how", "score", "accept_also", "geometry"}
ALIASES = {
    "ultimakercura": "cura",
    "cura_steamengine": "cura",
    "slic3rpe": "slic3r",
    "slic3rprusaedition": "slic3r",
}
TOLERANCE = {
    "estimated_time_s": 1,
    "model_time_s": 1,
    "estimated_time_silent_s": 1,
    "filament_mm": 0.01,
    "filament_g": 0.01,
}


def _name(name):
    name = name.lower().replace(" ", "")
    return ALIASES.get(name, name)


def _version(version):
    return version.partition("+")[0]


def _flat(colours):
    # The truth splits lists at ";" only, a list of H2C and H2D colours at neither.
    return [colour for entry in colours for colour in entry.split(",")]


def _close(expected, found, tolerance):
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and expected.keys() <= found.keys()
            and all(
                _same(key, entry, found[key], tolerance)
                for key, entry in expected.items()
            )
        )
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(expected) == len(found)
            and all(
                _close(a, b, tolerance) for a, b in zip(expected, found, strict=True)
            )
        )
    if isinstance(expected, (int, float)) and isinstance(found, (int, float)):
        return abs(expected - found) <= tolerance + 1e-6
    return expected == found


def _same(key, expected, found, tolerance=0):
    if key == "slicer":
        return _name(expected) == _name(found)
    if key == "slicer_version":
        return _version(expected) == _version(found)
    if key == "extruder_colour":
        return _flat(expected) == _flat(found)
    if key == "printer_model_id" and not expected:
        return not found
    return _close(expected, found, TOLERANCE.get(key, tolerance))


def _per_plate(expected, found):
    """Lists of plates; an empty code of a printer is not stated."""
    expected = [
        {key: entry for key, entry in plate.items() if entry not in ("", [])}
        for plate in expected
    ]
    return _close(expected, found, 0)


def _right(key, expected, found, truth):
    if key == "per_plate":
        return _per_plate(expected, found)
    also = truth.get("accept_also", {}).get(key, [])
    return any(_same(key, value, found) for value in [expected, *also])


def _in_scope(path, truth):
    return path.startswith(FOLDERS) and not path.endswith(UNREAD)


def test_every_value_of_the_corpus_is_read(corpus):
    truth = json.loads((corpus / "TRUTH.json").read_text(encoding="utf-8"))
    paths = [
        path
        for path, values in truth.items()
        if _in_scope(path, values) and values["score"] and (corpus / path).is_file()
    ]
    checked, wrong, slicing = 0, [], 0
    for path in paths:
        found = inspect_file(str(corpus / path))
        slicing += "error" not in found
        for key, expected in truth[path].items():
            if key in SKIPPED_KEYS or (path, key) in EXCEPTIONS:
                continue
            checked += 1
            if key not in found or not _right(key, expected, found[key], truth[path]):
                wrong.append((path, key, expected, found.get(key)))
    print(
        f"\n{len(paths)} files ({slicing} sliced), {checked - len(wrong)} of {checked} "
        f"values right, {len(EXCEPTIONS)} exceptions"
    )
    for entry in wrong:
        print("  wrong: {} {}: expected {!r}, found {!r}".format(*entry))
    assert len(paths) > 40 and checked > 700
    assert not wrong


@pytest.mark.parametrize(
    ("paths", "code"), [(NOT_SLICED, "not_sliced"), (NO_FILAMENT, "no_filament")]
)
def test_files_without_figures_are_refused(corpus, paths, code):
    for path in sorted(paths):
        result = inspect_file(str(corpus / path))
        assert result.get("code") == code, path
        assert result["error"].endswith("."), path


def test_only_the_listed_files_are_refused(corpus):
    truth = json.loads((corpus / "TRUTH.json").read_text(encoding="utf-8"))
    refused = {
        path
        for path, values in truth.items()
        if _in_scope(path, values)
        and (corpus / path).is_file()
        and "error" in inspect_file(str(corpus / path))
    }
    assert refused == NOT_SLICED | NO_FILAMENT


def test_no_file_of_the_corpus_breaks_the_reader(corpus):
    for path in sorted(corpus.rglob("*")):
        if not path.is_file():
            continue
        result = inspect_file(str(path))
        json.dumps(result, allow_nan=False)
        assert result["path"] == str(path)
        if "error" in result:
            assert result["error"].endswith(".") and result["code"]
        else:
            assert result["filament_index"], path


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("adversarial/ZIP-zbsm.3mf", "zip_bomb"),
        ("adversarial/ZIP-SFT_same-file-twice.3mf", "bad_name"),
        ("adversarial/adv-traversal-names.gcode.3mf", "bad_name"),
        ("adversarial/adv-encrypted.gcode.3mf", "encrypted"),
        ("adversarial/adv-bad-crc.gcode.3mf", "bad_zip"),
        ("adversarial/adv-size-lie.gcode.3mf", "bad_zip"),
        ("adversarial/truncated.gcode", "unsupported"),
        ("adversarial/overlong-line.gcode", "unsupported"),
        ("corrupt/test_bad_crc_first_gcode.bgcode", "damaged"),
    ],
)
def test_hostile_and_foreign_files_are_refused(corpus, path, code):
    assert inspect_file(str(corpus / path)).get("code") == code
