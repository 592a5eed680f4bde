"""What is known of the corpus' files, compared with what is read of them.

The tolerances and the aliases of names are those of the corpus' README.
"""

import json

# Keys that describe the truth itself, not the file.
SKIPPED_KEYS = {"how", "score", "accept_also", "kind", "geometry"}
GEOMETRY = {
    "triangles": "triangles",
    "bbox_size_mm": "size_mm",
    "volume_mm3": "volume_mm3",
    "area_mm2": "area_mm2",
}
GEOMETRY_TOLERANCE = 0.001
ALIASES = {
    "ultimakercura": "cura",
    "cura_steamengine": "cura",
    "slic3rpe": "slic3r",
    "slic3rprusaedition": "slic3r",
    "ffslicer": "flashprint",
}
TOLERANCE = {
    "estimated_time_s": 1,
    "estimated_time_silent_s": 1,
    "estimated_time_alt_s": 1,
    "model_time_s": 1,
    "filament_mm": 0.01,
    "filament_g": 0.01,
    "filament_g_derived": 0.01,
    "filament_g_total": 0.01,
    "weight_total_g": 0.01,
    "wipe_tower_g": 0.01,
}


def scored(corpus):
    """Truth of the files that count and are there, by path within the corpus."""
    truth = json.loads((corpus / "TRUTH.json").read_text(encoding="utf-8"))
    return {
        path: values
        for path, values in truth.items()
        if values["score"] and (corpus / path).is_file()
    }


def compared(truth, found):
    """Every known value of one file: ``(key, expected, found, is right)``.

    :param truth: entry of ``TRUTH.json``
    :param found: dict of ``inspect_file``
    """
    for key, expected in truth.items():
        if key not in SKIPPED_KEYS:
            entry = found.get(key)
            yield key, expected, entry, _right(key, expected, entry, truth)


def compared_geometry(truth, found):
    """The same for the geometry of one file, keys as in the truth.

    :param found: dict of the mesh package's ``inspect_file``
    """
    found = found.get("geometry") or {}
    for key, name in GEOMETRY.items():
        if key in truth.get("geometry", {}):
            expected, entry = truth["geometry"][key], found.get(name)
            yield f"geometry.{key}", expected, entry, _similar(expected, entry)


def _similar(expected, found):
    """Equal within a tenth of a percent, counts exactly."""
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(expected) == len(found)
            and all(map(_similar, expected, found))
        )
    if not isinstance(found, (int, float)):
        return False
    if isinstance(expected, int):
        return expected == found
    # The truth is rounded: to 0.1 mm3 and mm2, to 0.001 mm.
    return abs(expected - found) <= max(abs(expected) * GEOMETRY_TOLERANCE, 0.06)


def _right(key, expected, found, truth):
    also = truth.get("accept_also", {}).get(key, [])
    return any(same(key, entry, found) for entry in [expected, *also])


def same(key, expected, found):
    """Whether a value is the one expected, by the rules of its key."""
    if key == "slicer":
        return _name(expected) == _name(found)
    if key == "slicer_version":
        return _cut(expected) == _cut(found)
    if key == "extruder_colour":
        # The truth splits lists at ";" only, a list of H2C and H2D colours at neither.
        return _flat(expected) == _flat(found)
    if not expected and key == "printer_model_id":
        return not found
    if key == "per_plate":
        return _plates(expected, found)
    return close(expected, found, TOLERANCE.get(key, 0))


def _name(name):
    name = (name or "").lower().replace(" ", "")
    return ALIASES.get(name, name)


def _cut(version):
    return (version or "").partition("+")[0]


def _flat(colours):
    return [colour for entry in colours or [] for colour in entry.split(",")]


def _plates(expected, found):
    """Lists of plates; an empty code of a printer is not stated."""
    expected = [
        {key: entry for key, entry in plate.items() if entry not in ("", [])}
        for plate in expected
    ]
    return close(expected, found, 0)


def close(expected, found, tolerance):
    """Equal, numbers within a tolerance; a dict may say more than is expected."""
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and expected.keys() <= found.keys()
            and all(
                close(entry, found[key], TOLERANCE.get(key, tolerance))
                for key, entry in expected.items()
            )
        )
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(expected) == len(found)
            and all(
                close(a, b, tolerance) for a, b in zip(expected, found, strict=True)
            )
        )
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, (int, float)) and isinstance(found, (int, float)):
        return abs(expected - found) <= tolerance + 1e-6
    return expected == found
