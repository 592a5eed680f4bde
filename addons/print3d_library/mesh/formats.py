"""Which format a file has, by its first bytes."""

import re

# Longest head that is looked at.
HEAD = 64 * 1024
_OBJ_LINE = re.compile(
    rb"^[ \t]*(?:v[ \t]+[-+.\d]|f[ \t]+-?\d|vn?[ \t]+[-+.\d]|vt[ \t]+[-+.\d])", re.M
)
_XML_ROOT = re.compile(rb"<\s*(?:[\w.-]+:)?(\w+)[\s>/]")


def sniff(head, size):
    """The format of a file: ``stl``, ``obj``, ``amf``, ``3mf``, ``step`` or empty.

    The content decides, never the name. A zip package is either a 3MF or a zipped
    AMF: an AMF package holds one member whose name ends in ``.amf`` (ISO/ASTM 52915,
    section 9), which stands in the first local header.

    :param head: first bytes of the file, at least 512 where it has so many; more
        (up to 64 KiB) recognise an OBJ under a long comment
    :param size: length of the file in bytes
    """
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _package(head)
    if is_binary_stl(head, size):
        return "stl"
    text = head[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:2] in (b"\xff\xfe", b"\xfe\xff") or text.startswith(b"<"):
        return _xml(text)
    if re.match(rb"ISO-10303-21\s*;", text):
        return "step"
    if re.match(rb"solid\b", text, re.I) and b"\x00" not in text[84:2048]:
        return "stl"
    if b"\x00" not in text and _OBJ_LINE.search(text):
        return "obj"
    # A binary STL cut short: 80 bytes of header and a count that fits, but for the
    # end. Only claimed where the header is what programs write there.
    if b"stl" in head[:80].lower() or head[:5].lower() == b"solid":
        return "stl"
    return ""


def _package(head):
    if head[:4] == b"PK\x03\x04" and len(head) >= 30:
        length = int.from_bytes(head[26:28], "little")
        if head[30 : 30 + length].lower().endswith(b".amf"):
            return "amf"
    return "3mf"


def is_binary_stl(head, size):
    """80 bytes of header, a count of triangles, 50 bytes each (Stereolithography
    Interface Specification, 3D Systems 1989). Some programs add a few bytes."""
    if len(head) < 84 or size < 84:
        return False
    expected = 84 + 50 * int.from_bytes(head[80:84], "little")
    if size == expected:
        return True
    # An ASCII file states no count there: its four letters make a huge number.
    return expected < size <= expected + 512 and not _looks_ascii(head)


def is_whole_stl(head, size):
    """Whether a file is a binary STL with triangles and of the length they take."""
    return is_binary_stl(head, size) and any(head[80:84])


def _looks_ascii(head):
    return b"\x00" not in head[:512] and head.lstrip()[:5].lower() == b"solid"


def _xml(text):
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = text.decode("utf-16", errors="replace").encode("utf-8", "replace")
    for match in _XML_ROOT.finditer(text):
        # A 3MF model outside of its package is not a 3MF file.
        return "amf" if match.group(1).lower() == b"amf" else ""
    return ""
