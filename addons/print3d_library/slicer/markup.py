"""XML and JSON parts of a package, without entities, network or surprises.

What a part may cost is bounded before it is parsed: a tree takes up to forty times
the bytes it is written in, so the marks that make its nodes are counted first.
"""

import re

from lxml import etree

from .errors import SlicedFileError
from .text import from_json

HEAD = 256 * 1024
# The largest settings of a project seen have 5 000 elements, 9 000 attributes and
# 700 settings; a list of objects has one line each.
MAX_NODES = 400_000
MAX_ATTRIBUTES = 1_000
MAX_ENTRIES = 200_000
ENCODINGS = ("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "windows-1252")
DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
# More attributes in one element than any slicer writes. Telling equal names apart
# takes libxml2 before 2.12 a time that grows with the square of their number.
CROWDED = re.compile(
    rb"<[^\s<>\"'=/]{1,256}(?:\s+[^\s<>\"'=/]{1,256}\s*=\s*(?:\"[^\"]*\"|'[^']*'))"
    rb"{%d}" % MAX_ATTRIBUTES
)


def parse_xml(data, name):
    """Root element of an XML part.

    :param data: bytes
    :param name: name of the part, for messages
    :raises SlicedFileError: ``xml_entity`` on a document type or entities,
        ``too_large`` on more elements than a slicer writes, ``bad_xml`` on anything
        else that is wrong
    """
    data = _checked(data, name)
    if data.count(b"<") + data.count(b"=") > MAX_NODES or CROWDED.search(data):
        raise _large(name)
    try:
        root = etree.fromstring(data, _parser(etree.XMLParser))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _bad_xml(name) from error
    if root is None:
        raise _bad_xml(name)
    _refuse_entities(root, name)
    return root


def model_metadata(data, name):
    """``metadata`` values of the model part of a 3MF, which may be huge.

    :param data: the first bytes of the part; metadata stand before the meshes
        (3MF Core Specification, section 3.4)
    :return: dict of text by name
    :raises SlicedFileError: ``xml_entity``, ``too_large``, ``bad_xml``
    """
    data = _checked(data[:HEAD], name)
    if CROWDED.search(data):
        raise _large(name)
    parser = _parser(etree.XMLPullParser, events=("start", "end"))
    found = {}
    try:
        parser.feed(data)
        for event, element in parser.read_events():
            tag = etree.QName(element).localname
            if event == "start" and tag == "resources":
                break
            if event == "end" and tag == "metadata":
                _refuse_entities(element, name)
                found[element.get("name", "")] = element.text or ""
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _bad_xml(name) from error
    return found


def parse_json(data, name):
    """Value of a JSON part.

    :raises SlicedFileError: ``bad_json``, ``too_large``
    """
    if sum(data.count(mark) for mark in (b",", b"[", b"{")) > MAX_ENTRIES:
        raise _large(name)
    try:
        return from_json(data.decode("utf-8-sig", errors="replace"))
    except ValueError as error:
        raise SlicedFileError(
            "bad_json",
            f"{name!r} in the package cannot be read. Export the sliced file again.",
            name=name,
        ) from error


def _parser(kind, **options):
    # The encoding is fixed, whatever the part declares: see _checked.
    return kind(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        **options,
    )


def _checked(data, name):
    """The part in UTF-8, in which a document type cannot hide, or an error.

    Slicers write UTF-8. UTF-16, which packages may use too, and a declared Latin-1
    are converted; in any other encoding (UTF-7, EBCDIC) the words looked for could
    be spelt so that only the parser understands them.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            data = data[: len(data) & ~1].decode("utf-16").encode("utf-8")
        except UnicodeError as error:
            raise _bad_xml(name) from error
    else:
        declared = DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
        encoding = declared[1].decode().lower() if declared else "utf-8"
        if encoding not in ENCODINGS:
            raise _bad_xml(name)
        if not encoding.startswith("utf"):
            data = data.decode(encoding, errors="replace").encode("utf-8")
    if b"\x00" in data:
        raise _bad_xml(name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise SlicedFileError(
            "xml_entity",
            f"{name!r} in the package defines XML entities, which no slicer does. Do "
            "not use the file.",
            name=name,
        )
    return data


def _refuse_entities(element, name):
    for _entity in element.iter(etree.Entity):
        raise _bad_xml(name)


def _bad_xml(name):
    return SlicedFileError(
        "bad_xml",
        f"{name!r} in the package is not the XML a slicer writes. Export the sliced "
        "file again.",
        name=name,
    )


def _large(name):
    return SlicedFileError(
        "too_large",
        f"{name!r} in the package holds more values than any slicer writes. Export "
        "the sliced file again.",
        name=name,
    )
