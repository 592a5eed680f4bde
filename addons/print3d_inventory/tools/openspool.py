"""Reads and writes OpenSpool tags, without Odoo.

Source: the OpenSpool project ("OpenSpool Protocol"): an NDEF record of
``application/json``; temperatures are texts there. What printers with extended firmware
add (bed temperatures, sub-type, further colours, weight, diameter) is read and written
too; readers that do not know it leave it alone.
"""

import json
import math

from .tag_facts import TagFacts

MIME = "application/json"
VERSION = "1.0"


class OpenSpoolError(ValueError):
    """The record is not an OpenSpool."""


def read(data):
    """Return what a record says.

    :param data: the record as bytes or text, or the object in it
    :rtype: TagFacts
    :raise OpenSpoolError: when it is something else
    """
    if not isinstance(data, dict):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise OpenSpoolError("no JSON") from error
    if not isinstance(data, dict) or _text(data.get("protocol")).lower() != "openspool":
        raise OpenSpoolError("not of the protocol openspool")
    extra = data.get("additional_color_hexes")
    colours = [data.get("color_hex"), *(extra if isinstance(extra, list) else [])]
    hexes = [code for code in map(_colour, colours[:6]) if code]
    alpha = _alpha(data.get("alpha"))
    if len(hexes) == 1 and alpha:
        hexes = [hexes[0][:7] + alpha]
    subtype = _text(data.get("subtype"))
    material = _text(data.get("type"))
    return TagFacts(
        standard="openspool",
        brand=_text(data.get("brand")),
        material=material,
        name=f"{material} {subtype}".strip() if subtype else "",
        batch=_text(data.get("lot_nr")),
        hexes=tuple(hexes),
        diameter_mm=_number(data.get("diameter")),
        net_weight_g=_number(data.get("weight")),
        nozzle_temp_min=_int(data.get("min_temp")),
        nozzle_temp_max=_int(data.get("max_temp")),
        bed_temp_min=_int(data.get("bed_min_temp")),
        bed_temp_max=_int(data.get("bed_max_temp")),
    )


def write(facts):
    """Return the text of a record that says these facts.

    Short, because the common tags hold 504 bytes.

    :param TagFacts facts: what to write
    """
    hexes = [code.lstrip("#") for code in facts.hexes]
    data = {
        "protocol": "openspool",
        "version": VERSION,
        "type": facts.material,
        "color_hex": hexes[0][:6] if hexes else "FFFFFF",
        "brand": facts.brand or "Generic",
        "min_temp": _degrees(facts.nozzle_temp_min),
        "max_temp": _degrees(facts.nozzle_temp_max),
        "bed_min_temp": _degrees(facts.bed_temp_min),
        "bed_max_temp": _degrees(facts.bed_temp_max),
        "alpha": hexes[0][6:8] if hexes else "",
        "additional_color_hexes": [code[:6] for code in hexes[1:5]],
        "diameter": facts.diameter_mm,
        "weight": facts.net_weight_g and round(facts.net_weight_g),
        "lot_nr": facts.batch,
    }
    data = {key: value for key, value in data.items() if value}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _degrees(value):
    return str(value) if value else ""


def _text(value):
    return " ".join(value.split())[:64] if isinstance(value, str) else ""


def _number(value):
    """A number above zero, whether it was written as one or as a text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 < number < 1e6 else None


def _int(value):
    number = _number(value)
    return int(number) if number is not None else None


def _colour(value):
    code = value.strip().lstrip("#").upper() if isinstance(value, str) else ""
    if len(code) not in (6, 8) or set(code) - set("0123456789ABCDEF"):
        return ""
    return f"#{code[:6]}" if code[6:] in ("", "FF") else f"#{code}"


def _alpha(value):
    """The two hexadecimal digits of how opaque it is; nothing when it is."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        value = f"{value:02X}"
    code = value.strip().upper() if isinstance(value, str) else ""
    if len(code) != 2 or set(code) - set("0123456789ABCDEF") or code == "FF":
        return ""
    return code
