"""Every value that is known of the corpus' files, compared with what is read.

All slicers, sliced files and projects. Geometry is compared in ``tests/mesh``.
"""

import json

import pytest
from accuracy import compared, scored
from slicer import SlicedFileError, inspect_file, read

# The share of the known values that has to be right.
BAR = 0.995
# Values that are not read as the truth has them, one by one, each with the reason:
# {(path, key): reason}. There is none.
EXPLAINED = {}
# Understood, and without anything that could be booked: G-code cut down to thumbnail
# and settings by its repository, the placeholders of Cura's command line, and a slicer
# that states neither time nor filament.
NO_FILAMENT = {
    "prusaslicer/dsf Thumbnail_JPG.gcode",
    "cura/bp_case.gcode",
    "icesl/icesl.gcode",
}


@pytest.fixture(scope="module")
def truth(corpus):
    """What is known of the files that a slicer wrote."""
    return {
        path: values
        for path, values in scored(corpus).items()
        if values.get("kind") != "mesh"
    }


@pytest.fixture(scope="module")
def found(corpus, truth):
    """What is read of them."""
    return {path: inspect_file(str(corpus / path)) for path in truth}


def test_the_values_of_the_corpus_are_read(truth, found):
    checked = right = 0
    wrong = {}
    for path, values in truth.items():
        for key, expected, entry, is_right in compared(values, found[path]):
            checked += 1
            right += is_right
            if not is_right:
                wrong[path, key] = (expected, entry)
    lines = [
        f"{path}: {key} is {expected!r}, read {entry!r}; "
        + EXPLAINED.get((path, key), "not explained")
        for (path, key), (expected, entry) in wrong.items()
    ]
    print("\n".join(["", f"{right} of {checked} values right", *lines]))
    assert len(truth) > 70 and checked > 1_500
    assert right / checked >= BAR, "\n".join(lines)
    assert wrong.keys() == EXPLAINED.keys(), "\n".join(lines)


def test_only_the_listed_files_are_refused(truth, found):
    refused = {path: found[path]["code"] for path in truth if "error" in found[path]}
    assert refused == dict.fromkeys(NO_FILAMENT, "no_filament")


def test_projects_are_told_from_sliced_files(truth, found):
    """Sliced is what the truth has a time or an amount of filament of."""
    for path, values in truth.items():
        if path in NO_FILAMENT:
            continue
        is_sliced = "estimated_time_s" in values or "filament_mm" in values
        assert found[path]["is_sliced"] == is_sliced, path


def test_projects_are_refused_where_only_sliced_files_will_do(corpus, truth, found):
    projects = [path for path in truth if found[path].get("is_sliced") is False]
    assert len(projects) > 10
    for path in sorted(set(projects) - NO_FILAMENT):
        with pytest.raises(SlicedFileError) as caught:
            read(corpus / path)
        assert caught.value.code == "not_sliced", path
        assert caught.value.sliced.settings or caught.value.sliced.plates, path
        assert read(corpus / path, projects=True).is_sliced is False


def test_every_sliced_file_has_settings_under_the_common_names(corpus, truth, found):
    """Layer height is the one setting that every slicer states."""
    for path in truth:
        result = inspect_file(str(corpus / path), settings=True, common=True)
        # Cura's file holds changed settings only, and its old command line none.
        if result.get("settings_count") or "layer_height" in found[path]:
            assert result["common"], path
        if "layer_height" in found[path]:
            height = result["common"].get("layer_height")
            assert height == pytest.approx(found[path]["layer_height"]), path


def test_every_setting_that_is_counted_is_kept(corpus, truth):
    """All but the secrets, which are counted and not kept."""
    for path in truth:
        result = inspect_file(str(corpus / path), settings=True)
        count = result.get("settings_count", 0)
        assert count - 12 <= len(result.get("settings", {})), path


def test_no_file_of_the_corpus_breaks_the_reader(corpus):
    for path in sorted(corpus.rglob("*")):
        if not path.is_file():
            continue
        result = inspect_file(str(path), settings=True, common=True)
        json.dumps(result, allow_nan=False)
        assert result["path"] == str(path)
        if "error" in result:
            assert result["error"].endswith(".") and result["code"]
            assert result["code"] != "garbled", path
        elif result["is_sliced"]:
            assert result["filament_index"], path


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("adversarial/ZIP-zbsm.3mf", "zip_bomb"),
        ("adversarial/ZIP-SFT_same-file-twice.3mf", "bad_name"),
        ("adversarial/ZIP-CBR_capitalization-both-referenced.3mf", "bad_name"),
        ("adversarial/ZIP-SL-C_symbolic-link-circle.3mf", "bad_name"),
        ("adversarial/adv-traversal-names.gcode.3mf", "bad_name"),
        ("adversarial/adv-encrypted.gcode.3mf", "encrypted"),
        ("adversarial/adv-bad-crc.gcode.3mf", "bad_zip"),
        ("adversarial/adv-size-lie.gcode.3mf", "bad_zip"),
        ("adversarial/truncated.gcode", "unsupported"),
        ("adversarial/overlong-line.gcode", "unsupported"),
        ("adversarial/5061-malicious.amf", "unsupported"),
    ],
)
def test_hostile_files_are_refused(corpus, path, code):
    assert inspect_file(str(corpus / path)).get("code") == code
