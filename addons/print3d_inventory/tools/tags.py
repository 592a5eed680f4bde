"""Tells what kind of tag it is and reads it, without Odoo.

A phone hands over what Web NFC read::

    {"uid": "04:A2:2B:…", "records": [{"kind": "application/json", "data": base64}]}

and a printer the fields of its slot (``tray_uuid``, ``tag_uid``, …).
"""

import base64
import binascii
import re
from dataclasses import replace

from . import ndef, openprinttag, openspool
from .tag_facts import TagFacts

MAX_RECORD = 4096
_HEX = re.compile(r"[0-9A-F]+")


def normalise_uid(value):
    """Return the number of a tag as hexadecimal digits, or nothing when it is none.

    Readers write ``04:a2:2b``, ``04A22B`` or ``04 A2 2B``; four to ten bytes.
    """
    digits = re.sub(r"[\s:.-]", "", value if isinstance(value, str) else "").upper()
    if not _HEX.fullmatch(digits) or len(digits) % 2 or not 8 <= len(digits) <= 20:
        return ""
    return digits if digits.strip("0") else ""


def normalise_tray_uuid(value):
    """Return the number of a Bambu spool, or nothing when there is none.

    32 hexadecimal digits; all zeros is how a printer says "no tag".
    """
    digits = re.sub(r"[\s-]", "", value if isinstance(value, str) else "").upper()
    if len(digits) != 32 or not _HEX.fullmatch(digits) or not digits.strip("0"):
        return ""
    return digits


def read(payload):
    """Return what a tag says, as far as anything of it is understood.

    :param dict payload: records and UID of a reader, an OpenSpool object, or the slot
        of a Bambu printer
    :rtype: TagFacts | None
    """
    if not isinstance(payload, dict):
        return None
    uid = normalise_uid(
        payload.get("uid") or payload.get("serialNumber") or payload.get("tag_uid")
    )
    facts = _read_bambu(payload) or _read_records(payload, uid)
    if not facts and payload.get("protocol"):
        try:
            facts = openspool.read(payload)
        except openspool.OpenSpoolError:
            facts = None
    if uid:
        facts = facts or TagFacts(standard="uid")
        facts = replace(facts, identities=(*facts.identities, ("uid", uid)))
    return facts


def _read_bambu(payload):
    """A slot of a Bambu printer: colours RRGGBBAA, weight as text, drying in hours."""
    number = normalise_tray_uuid(payload.get("tray_uuid"))
    if not number:
        return None
    colours = payload.get("cols") or [payload.get("tray_color")]
    hexes = [
        f"#{code[:6] if code[6:] in ('', 'FF') else code}".upper()
        for code in (colours if isinstance(colours, list) else [])
        if isinstance(code, str)
        and re.fullmatch(r"[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?", code)
    ]

    def number_of(key):
        try:
            value = float(payload.get(key) or 0)
        except (TypeError, ValueError):
            return None
        return value if 0 < value < 100_000 else None

    def int_of(key):
        value = number_of(key)
        return int(value) if value else None

    def text_of(key):
        value = payload.get(key)
        return value.strip()[:64] if isinstance(value, str) else ""

    return TagFacts(
        standard="bambu",
        identities=(("tray_uuid", number),),
        brand="Bambu Lab",
        material=text_of("tray_type"),
        name=text_of("tray_sub_brands"),
        hexes=tuple(hexes),
        diameter_mm=number_of("tray_diameter"),
        net_weight_g=number_of("tray_weight"),
        nozzle_temp_min=int_of("nozzle_temp_min"),
        nozzle_temp_max=int_of("nozzle_temp_max"),
        bed_temp_min=int_of("bed_temp"),
        drying_temp=int_of("drying_temp"),
        drying_hours=number_of("drying_time"),
    )


def _read_records(payload, uid):
    """The first record that is of a known format, with the address beside it."""
    records = _get_records(payload)
    found, url = None, ""
    for record in records:
        if record.kind == "url":
            url = url or record.text.strip()[:2000]
        elif found:
            continue
        elif record.kind in (openprinttag.MIME, openprinttag.OLD_MIME):
            try:
                found = openprinttag.read(record.data, bytes.fromhex(uid))
            except openprinttag.OpenPrintTagError:
                continue
        elif record.kind in (openspool.MIME, "text"):
            try:
                found = openspool.read(record.data)
            except openspool.OpenSpoolError:
                continue
    if url:
        found = replace(found or TagFacts(standard="url"), url=url)
    return found


def _get_records(payload):
    """Return the records (ndef.Record) of a reader's message, or of raw bytes."""
    raw = payload.get("ndef") or payload.get("memory")
    try:
        if isinstance(raw, str):
            data = base64.b64decode(raw[: ndef.MAX_BYTES * 2], validate=True)
            return ndef.parse(data) if payload.get("ndef") else ndef.parse_memory(data)
        listed = payload.get("records")
        return [
            ndef.Record(str(record.get("kind") or "").lower(), _get_data(record))
            for record in (listed if isinstance(listed, list) else [])[
                : ndef.MAX_RECORDS
            ]
            if isinstance(record, dict)
        ]
    except (binascii.Error, ValueError):
        return []


def _get_data(record):
    if isinstance(record.get("text"), str):
        return record["text"][:MAX_RECORD].encode()
    data = record.get("data")
    return (
        base64.b64decode(data[: MAX_RECORD * 2], validate=True)
        if (isinstance(data, str))
        else b""
    )
