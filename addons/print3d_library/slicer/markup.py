"""XML and JSON parts of a package, without entities, network or surprises."""

from lxml import etree

from .errors import SlicedFileError
from .text import from_json

HEAD = 256 * 1024


def parse_xml(data, name):
    """Root element of an XML part.

    :param data: bytes
    :param name: name of the part, for messages
    :raises SlicedFileError: ``xml_entity`` on a document type or entities,
        ``bad_xml`` on anything else that is wrong
    """
    _refuse_doctype(data, name)
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
    :raises SlicedFileError: ``xml_entity``, ``bad_xml``
    """
    _refuse_doctype(data, name)
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

    :raises SlicedFileError: ``bad_json``
    """
    try:
        return from_json(data.decode("utf-8-sig", errors="replace"))
    except ValueError as error:
        raise SlicedFileError(
            "bad_json",
            f"{name!r} in the package cannot be read. Export the sliced file again.",
            name=name,
        ) from error


def _parser(kind, **options):
    return kind(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        **options,
    )


def _refuse_doctype(data, name):
    # UTF-16 would hide the words looked for; slicers write UTF-8.
    if b"\x00" in data:
        raise _bad_xml(name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise SlicedFileError(
            "xml_entity",
            f"{name!r} in the package defines XML entities, which no slicer does. Do "
            "not use the file.",
            name=name,
        )


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
