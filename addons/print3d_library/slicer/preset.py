"""Presets that slicers export: settings without a print.

PrusaSlicer and its forks write ``name = value`` lines (``.ini``), bundles of them under
``[kind:name]`` headings; Bambu Studio and OrcaSlicer write JSON whose values are texts
or lists of texts, one a filament.
"""

import json
import re

from .errors import SlicedFileError
from .families.bambu_words import common_settings
from .families.slic3r_settings import apply_settings
from .model import SlicedFile
from .privacy import without_secrets
from .settings import parsed
from .text import MAX_ENTRIES

MAX_BYTES = 4 * 1024 * 1024
LINE = re.compile(r"\s*([A-Za-z][\w]*)\s*=\s?(.*)")
HEADING = re.compile(r"\s*\[([^\]]*)\]\s*")
# What a JSON preset says about itself.
ABOUT = frozenset(
    ("type", "from", "instantiation", "setting_id", "inherits", "is_custom_defined")
)


def read_preset(data):
    """Settings of an exported preset.

    :param bytes data: content of the file
    :return: :class:`~.model.SlicedFile` without plates; ``common`` has what is known
        under common names, ``printer_settings_id`` the name of a JSON preset
    :raises SlicedFileError: ``unsupported`` for what is no preset, ``too_large``
    """
    if len(data) > MAX_BYTES:
        raise SlicedFileError(
            "too_large",
            "This is larger than any preset. Export a preset from a slicer.",
        )
    text = data.decode("utf-8-sig", "replace")
    if text.lstrip().startswith("{"):
        return _read_json(text)
    return _read_ini(text)


def _refuse():
    return SlicedFileError(
        "unsupported",
        "This is no exported preset. In the slicer, export the preset or the "
        "configuration (.ini of PrusaSlicer, .json of Bambu Studio or OrcaSlicer).",
    )


def _read_json(text):
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refuse() from error
    raw = {
        str(key): entry
        for key, entry in stated.items()
        if key not in ABOUT and _is_setting(entry)
    }
    name = raw.pop("name", "")
    if not raw:
        raise _refuse()
    sliced = SlicedFile("bambu", is_sliced=False)
    raw = without_secrets(raw)
    sliced.settings = parsed(raw)
    sliced.settings_count = len(raw)
    sliced.printer_settings_id = name if isinstance(name, str) else ""
    sliced.printer_model = _first(raw.get("printer_model"))
    sliced.common = common_settings(sliced, raw)
    return sliced


def _is_setting(entry):
    if isinstance(entry, list):
        return len(entry) <= MAX_ENTRIES and all(
            isinstance(value, str) for value in entry
        )
    return isinstance(entry, str)


def _first(entry):
    if isinstance(entry, list):
        entry = entry[0] if entry else ""
    return entry or ""


def _read_ini(text):
    raw = {}
    for line in text.splitlines():
        if HEADING.fullmatch(line) and raw:
            # A bundle has many presets; the first that says something counts.
            break
        match = LINE.fullmatch(line)
        if match:
            raw[match[1]] = match[2].strip()
    if len(raw) < 2:
        raise _refuse()
    sliced = SlicedFile("prusaslicer", is_sliced=False)
    apply_settings(sliced, raw)
    return sliced
