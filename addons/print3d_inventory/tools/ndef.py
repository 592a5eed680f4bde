"""Reads and writes what NFC tags hold, without Odoo.

NFC Forum: "NFC Data Exchange Format (NDEF)", "URI Record Type Definition", and the
TLV blocks of "Type 2 Tag" and "Type 5 Tag", in which the message lies.
"""

from dataclasses import dataclass

MAX_BYTES = 8192
MAX_RECORDS = 16

_WELL_KNOWN, _MIME, _URI, _EXTERNAL = 1, 2, 3, 4

# The abbreviations of the URI record; the number is the place in this list.
_PREFIXES = (
    "",
    "http://www.",
    "https://www.",
    "http://",
    "https://",
    "tel:",
    "mailto:",
)


class NdefError(ValueError):
    """The bytes are not an NDEF message."""


@dataclass(frozen=True)
class Record:
    """One record of a tag.

    :param kind: a MIME type, ``url`` or ``text``, or the bare type of another record
    :param data: bytes; of a URL and a text its letters in UTF-8
    """

    kind: str
    data: bytes

    @property
    def text(self):
        """The data as text."""
        return self.data.decode("utf-8", "replace")


def parse_memory(data):
    """Return the records in the memory of a tag: capability container and TLV blocks.

    :raise NdefError: when there is no message in it
    """
    data = bytes(data[:MAX_BYTES])
    at = 0
    if data[:1] in (b"\xe1", b"\xe2"):
        # Type 5: four bytes, or eight when the size did not fit into one.
        at = 4 if len(data) > 2 and data[2] else 8
    while at < len(data):
        kind = data[at]
        at += 1
        if kind == 0x00:
            continue
        if kind == 0xFE or at >= len(data):
            break
        size = data[at]
        at += 1
        if size == 0xFF:
            size = int.from_bytes(data[at : at + 2], "big")
            at += 2
        if kind == 0x03:
            return parse(data[at : at + size])
        at += size
    raise NdefError("no NDEF message on this tag")


def parse(data):
    """Return the records of an NDEF message.

    :raise NdefError: when it is cut off, in chunks, or no message at all
    """
    data = bytes(data)
    records, at = [], 0
    while at < len(data) and len(records) < MAX_RECORDS:
        head = data[at]
        if head & 0x20:
            raise NdefError("a record in chunks")
        try:
            type_size = data[at + 1]
            at += 2
            if head & 0x10:
                size = data[at]
                at += 1
            else:
                size = int.from_bytes(data[at : at + 4], "big")
                at += 4
            id_size = 0
            if head & 0x08:
                id_size = data[at]
                at += 1
        except IndexError as error:
            raise NdefError("the message is cut off") from error
        end = at + type_size + id_size + size
        if end > len(data):
            raise NdefError("the message is cut off")
        kind = data[at : at + type_size]
        payload = data[at + type_size + id_size : end]
        record = _read_record(head & 0x07, kind, payload)
        if record:
            records.append(record)
        at = end
        if head & 0x40:
            break
    if not records:
        raise NdefError("the message is empty")
    return records


def _read_record(form, kind, payload):
    if form == _WELL_KNOWN and kind == b"U" and payload:
        code = payload[0]
        prefix = _PREFIXES[code] if code < len(_PREFIXES) else ""
        return Record("url", prefix.encode() + payload[1:])
    if form == _WELL_KNOWN and kind == b"T" and payload:
        # The first byte holds the length of the language code, and UTF-16 in bit 7.
        start = 1 + (payload[0] & 0x3F)
        text = payload[start:]
        if payload[0] & 0x80:
            text = text.decode("utf-16", "replace").encode()
        return Record("text", text)
    if form in (_WELL_KNOWN, _MIME, _EXTERNAL):
        return Record(kind.decode("ascii", "replace").lower(), payload)
    if form == _URI:
        return Record("url", kind)
    return None


def build(records):
    """Return records as the bytes of an NDEF message.

    :param records: of a MIME type or ``url`` (Record)
    """
    parts = []
    for index, record in enumerate(records):
        if record.kind == "url":
            form, kind = _WELL_KNOWN, b"U"
            code, prefix = max(
                (
                    (code, prefix)
                    for code, prefix in enumerate(_PREFIXES)
                    if record.text.startswith(prefix)
                ),
                key=lambda pair: len(pair[1]),
            )
            payload = bytes([code]) + record.data[len(prefix) :]
        else:
            form, kind, payload = _MIME, record.kind.encode("ascii"), record.data
        short = len(payload) < 256
        head = form
        head |= 0x80 if index == 0 else 0
        head |= 0x40 if index == len(records) - 1 else 0
        head |= 0x10 if short else 0
        size = len(payload).to_bytes(1 if short else 4, "big")
        parts.append(bytes([head, len(kind)]) + size + kind + payload)
    return b"".join(parts)
