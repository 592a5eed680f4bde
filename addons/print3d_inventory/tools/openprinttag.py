"""Reads OpenPrintTag, the format of Prusament tags, without Odoo.

Source: OpenPrintTag specification, "NFC Data Format" (specs.openprinttag.org): an NDEF
record of ``application/vnd.openprinttag`` holds up to three CBOR maps with numbers for
keys, in regions: where things lie (meta), the material (main), what was used (aux).
"""

import hashlib
import uuid
from datetime import datetime, timezone

from . import cbor
from .tag_facts import TagFacts

MIME = "application/vnd.openprinttag"
# The first draft's name of it.
OLD_MIME = "application/vnd.prusa3d.mat.nfc"

# Names of the polymers by their number in the specification.
MATERIALS = (
    "PLA PETG TPU ABS ASA PC PCTG PP PA6 PA11 PA12 PA66 CPE TPE HIPS PHA PET PEI PBT "
    "PVB PVA PEKK PEEK BVOH TPC PPS PPSU PVC PEBA PVDF PPA PCL PES PMMA POM PPE PS PSU "
    "TPI SBS OBC EVA PA612"
).split()

# Namespaces from which identities are derived where a tag spells none out.
_INSTANCE = uuid.UUID("31062f81-b5bd-4f86-a5f8-46367e841508")


class OpenPrintTagError(ValueError):
    """The record is not an OpenPrintTag."""


def read(payload, uid=b""):
    """Return what a record says.

    :param bytes payload: of the NDEF record
    :param bytes uid: of the tag, E0 first; where the tag names no package, that tells
        one from another
    :rtype: TagFacts
    :raise OpenPrintTagError: when the record is damaged
    """
    try:
        meta, end = cbor.decode(payload)
        if not isinstance(meta, dict):
            raise OpenPrintTagError("no meta section")
        main = _read_region(payload, meta.get(0, end))
        aux = _read_region(payload, meta[2]) if 2 in meta else {}
    except cbor.CborError as error:
        raise OpenPrintTagError(str(error)) from error
    return _to_facts(main, aux, uid)


def _read_region(payload, offset):
    if not isinstance(offset, int) or not 0 <= offset < len(payload):
        raise OpenPrintTagError("a section outside of the record")
    section, _end = cbor.decode(payload, offset)
    if not isinstance(section, dict):
        raise OpenPrintTagError("a section that is no map")
    return section


def _to_facts(main, aux, uid):
    number = _Numbers(main)
    colours = [colour for key in range(19, 25) if (colour := _to_hex(main.get(key)))]
    net = number.get(17) or number.get(16)
    used = _Numbers(aux).get(0)
    kind = main.get(9)
    known = isinstance(kind, int) and 0 <= kind < len(MATERIALS)
    drying = number.get(58)
    return TagFacts(
        standard="openprinttag",
        identities=tuple(_get_identities(main, uid)),
        brand=_to_text(main.get(11)),
        material=MATERIALS[kind] if known else _to_text(main.get(52)),
        name=_to_text(main.get(10)),
        gtin=str(int(number.get(4))) if number.get(4) else "",
        batch=_to_text(main.get(5)),
        hexes=tuple(colours),
        # Key 30 held millimetres before 61 came with micrometres; without either the
        # specification assumes 1.75 mm.
        diameter_mm=(number.get(61) or 0) / 1000 or number.get(30) or 1.75,
        net_weight_g=net,
        tare_weight_g=number.get(18),
        used_g=used,
        density=number.get(29),
        nozzle_temp_min=number.get_int(34),
        nozzle_temp_max=number.get_int(35),
        bed_temp_min=number.get_int(37),
        bed_temp_max=number.get_int(38),
        drying_temp=number.get_int(57),
        drying_hours=drying / 60 if drying else None,
        made_on=_to_date(main.get(14)),
        expires_on=_to_date(main.get(15)),
    )


class _Numbers:
    """The numbers of a section; what is none, or out of all reason, is not there."""

    def __init__(self, section):
        self.section = section

    def get(self, key):
        value = self.section.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        # A half float of 1.24 is 1.2402: nobody means the fourth digit.
        return round(float(value), 3) if 0 <= value < 1e15 else None

    def get_int(self, key):
        value = self.get(key)
        return int(value) if value is not None and value < 10_000 else None


def _get_identities(main, uid):
    """Yield what tells this very spool from all others."""
    own = main.get(0)
    if isinstance(own, bytes) and len(own) == 16:
        yield "openprinttag", str(uuid.UUID(bytes=own))
    elif len(uid) == 8:
        yield "openprinttag", str(_derive(_INSTANCE, uid))


def _derive(namespace, data):
    """Return the name-based UUID (RFC 4122, version 5) of bytes."""
    digest = hashlib.sha1(namespace.bytes + data, usedforsecurity=False).digest()
    return uuid.UUID(bytes=digest[:16], version=5)


def _to_text(value):
    return value.strip()[:64] if isinstance(value, str) else ""


def _to_hex(value):
    if not isinstance(value, bytes) or len(value) not in (3, 4):
        return ""
    if len(value) == 4 and value[3] == 0xFF:
        value = value[:3]
    return f"#{value.hex().upper()}"


def _to_date(value):
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    try:
        return datetime.fromtimestamp(value, timezone.utc).date()
    except (OverflowError, OSError, ValueError):
        return None
