"""The printer models that come with the addon: does the file say what can be true."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from scheduling.capability import model_key

ADDON = Path(__file__).parents[2] / "addons" / "print3d_production"
ROWS = json.loads((ADDON / "data" / "printer_models.json").read_text("utf-8"))["models"]
KINDS = {"brass", "plated", "stainless", "hardened", "carbide", "ruby"}
# Field: least and most that a printer for filament is sold with.
RANGES = {
    "bed_x_mm": (100, 1000),
    "bed_y_mm": (100, 1000),
    "bed_z_mm": (100, 1200),
    "max_nozzle_c": (230, 500),
    "max_bed_c": (60, 160),
    "max_chamber_c": (40, 120),
    "power_w": (30, 1000),
    "power_heat_w": (100, 3600),
    "power_idle_w": (1, 100),
    "tool_count": (1, 8),
    "slot_count": (1, 36),
    "max_slot_count": (1, 36),
}
MUST = {"key", "maker", "name", "names", "nozzles", "bed_x_mm", "bed_y_mm", "bed_z_mm"}
MAY = {*RANGES, "nozzle_kind", "is_enclosed", "surfaces", "compatible"}

each = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["key"])


def _get_surfaces():
    """Return the names of the build surfaces that come with the addon."""
    tree = ET.parse(ADDON / "data" / "print3d_surface_data.xml")
    prefix = "surface_"
    return {
        record.get("id").removeprefix(prefix)
        for record in tree.iter("record")
        if record.get("model") == "print3d.surface"
    }


SURFACES = _get_surfaces()


@each
def test_it_says_what_is_read_and_nothing_else(row):
    assert set(row) >= MUST
    assert set(row) <= MUST | MAY, "a word that nobody reads"
    assert row["key"].isidentifier()
    for name in RANGES.keys() & row:
        assert type(row[name]) is int, name
    for name in ("key", "maker", "name"):
        assert row[name] == row[name].strip() != ""
    # Absent is not known; a nought or a no would look like a statement.
    assert row.get("is_enclosed", True) is True
    assert all(row.values())


@each
def test_its_figures_can_be_true(row):
    for name, (least, most) in RANGES.items():
        if name in row:
            assert least <= row[name] <= most, name
    assert row.get("nozzle_kind", "brass") in KINDS
    assert all(0.1 <= size <= 1.8 for size in row["nozzles"])
    assert len(set(row["nozzles"])) == len(row["nozzles"])
    assert row.get("max_bed_c", 0) < row.get("max_nozzle_c", 999)
    assert row.get("power_w", 0) <= row.get("power_heat_w", 9999)


@each
def test_its_parts_go_together(row):
    slots = row.get("slot_count", 1)
    assert slots <= row.get("max_slot_count", slots)
    # Each tool is fed from a slot of its own, at the latest when all are bought.
    assert row.get("tool_count", 1) <= row.get("max_slot_count", slots)
    if "max_chamber_c" in row:
        assert row.get("is_enclosed"), "only what is closed gets warm"
    assert set(row.get("surfaces", ())) <= SURFACES
    assert len(set(row.get("surfaces", ()))) == len(row.get("surfaces", ()))


def test_no_key_and_no_name_is_there_twice():
    keys = [row["key"] for row in ROWS]
    assert len(keys) == len(set(keys)) > 60
    owners = {}
    for row in ROWS:
        full = f"{row['maker']} {row['name']}"
        for name in {model_key(word) for word in (full, row["name"], *row["names"])}:
            assert owners.setdefault(name, row["key"]) == row["key"], name
    # They are kept in one field, with commas between.
    assert not [name for row in ROWS for name in row["names"] if "," in name]


def test_files_are_taken_of_models_that_are_there():
    known = {row["key"]: row for row in ROWS}
    for row in ROWS:
        for key in row.get("compatible", ()):
            other = known[key]
            assert other is not row
            for axis in "xyz":
                assert row[f"bed_{axis}_mm"] >= other[f"bed_{axis}_mm"], (
                    f"{row['key']} is smaller than {key}, whose files it takes"
                )
