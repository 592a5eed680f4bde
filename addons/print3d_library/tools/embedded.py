"""What a file says about the model it is of, found in its first and last bytes.

A whole reading (:mod:`..slicer`, :mod:`..mesh`) takes seconds for a large file; to
group a thousand files only these few facts are needed: the title, designer and licence
in the metadata of a 3MF (core specification 3.4.1; Bambu Studio writes the same names),
the names of the objects a G-code prints (as PrusaSlicer, OrcaSlicer, Cura and Klipper
write them), and who gave a model away, from the text files of model sites.
"""

import contextlib
import html
import os
import re

from ..slicer.errors import SlicedFileError
from ..slicer.source import opened

HEAD = 256 * 1024
MAX_OBJECTS = 50
LENGTH = 200
TEXT_LENGTH = 20_000
METADATA = re.compile(
    r"<metadata\s[^>]*?name=\"([^\"]{1,80})\"[^>]*>(.*?)</metadata>", re.S
)
OBJECT = re.compile(r"<object\s[^>]*?\bname=\"([^\"]{1,200})\"")
PLATE_OBJECT = re.compile(r"\"bbox_objects\".*", re.S)
JSON_NAME = re.compile(r"\"name\"\s*:\s*\"([^\"\\]{1,200})\"")
CONFIG_NAME = re.compile(r"<metadata key=\"name\" value=\"([^\"]{1,200})\"")
PRINTED = (
    re.compile(r"^; printing object (.{1,200}?)(?: id:\d+.*)?$", re.M),
    re.compile(r"^EXCLUDE_OBJECT_DEFINE NAME='?([^\s']{1,200})", re.M),
    re.compile(r"^;MESH:(.{1,200})$", re.M),
    re.compile(r"^M486 A(.{1,200})$", re.M),
)
NO_MESH = {"NONMESH", "Wipe tower", "WipeTower", "wipe_tower"}
# What Creative Commons' licences are called in texts, as codes.
CC = re.compile(
    r"(?i)\b(?:creative\s*commons|cc)\b[\s\-–—:(]*"
    r"((?:[\s\-–—,/]|by|nc|nd|sa|zero|0|public\s*domain(?:\s*dedication)?|attribution|"
    r"non-?\s*commercial|no\s*-?derivatives?|no\s*-?derivs|share\s*-?alike|cc0)+)"
)
CC_PARTS = (
    ("by", re.compile(r"(?i)\bby\b|attribution")),
    ("nc", re.compile(r"(?i)\bnc\b|non-?\s*commercial")),
    ("nd", re.compile(r"(?i)\bnd\b|no\s*-?deriv")),
    ("sa", re.compile(r"(?i)\bsa\b|share\s*-?alike")),
)
CC0 = re.compile(r"(?i)\bcc[\s\-]?0\b|public\s*domain")
CC_URL = re.compile(r"(?i)creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)")
SITE_URL = re.compile(
    r"https?://(?:www\.)?(?:thingiverse\.com/thing:\d+|printables\.com/model/\S+|"
    r"makerworld\.com/\S*models/\S+|cults3d\.com/\S+|thangs\.com/\S+|"
    r"myminifactory\.com/object/\S+)"
)
# "Phone stand by anna is licensed under the …", as Thingiverse writes.
GIVEN = re.compile(
    r"(?im)^\s*(?P<title>[^\n]{1,150}?)\s+by\s+(?P<designer>[^\n]{1,80}?)\s+"
    r"(?:is licensed under|on thingiverse)\b"
)
BY = re.compile(
    r"(?im)^\s*(?:designer|author|creator|designed by|by)\s*:?\s+([^\n]{1,80})$"
)
PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8")
TEXTS = {".txt", ".md", ".markdown", ".htm", ".html", ".rtf", ".nfo"}
TABLES = {".csv", ".tsv", ".xlsx"}
DOCUMENTS = {".pdf"}


def kind_of(name, head):
    """Kind of a file that is neither mesh nor sliced, by content as far as it tells.

    :param str name: its name
    :param bytes head: its first bytes
    :return: ``picture``, ``document``, ``table``, ``text`` or ``""``
    """
    ending = os.path.splitext(name)[1].lower()
    if head.startswith(PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "picture"
    if head.startswith(b"%PDF-"):
        return "document"
    if ending in TABLES and (ending != ".xlsx" or head.startswith(b"PK")):
        return "table"
    if ending in TEXTS and b"\0" not in head:
        return "text"
    return ""


def facts_of(stream, kind):
    """What a file says about its model.

    :param stream: seekable binary file
    :param str kind: ``mesh``, ``project``, ``sliced`` or ``text``; others say nothing
    :return: as :class:`~.grouping.Entry` takes it; a file that cannot be read says
        nothing
    :rtype: dict
    """
    if kind == "text":
        stream.seek(0)
        return facts_of_text(_decode(stream.read(TEXT_LENGTH)))
    if kind not in ("mesh", "project", "sliced"):
        return {}
    # Whether it can be used is found out, and told, elsewhere.
    with contextlib.suppress(SlicedFileError), opened(stream) as source:
        if source.is_zip:
            return _of_package(source.container)
        if kind == "sliced" and source.is_text:
            return _of_gcode(source)
    return {}


def _of_package(container):
    facts = {}
    for match in container.matching(r"(?i)3D/3dmodel\.model")[:1]:
        text = _decode(container.head(match[0], HEAD))
        stated = {
            key.lower(): _clean(value) for key, value in METADATA.findall(text) if value
        }
        facts = {
            "title": stated.get("title"),
            "designer": stated.get("designer"),
            "licence": stated.get("licenseterms") or stated.get("license"),
            "description": stated.get("description"),
        }
        facts["objects"] = OBJECT.findall(text)
    names = []
    for match in container.matching(r"(?i)Metadata/plate_\d+\.json")[:10]:
        found = PLATE_OBJECT.search(_decode(container.head(match[0], HEAD)))
        names += JSON_NAME.findall(found[0]) if found else []
    if not names:
        for match in container.matching(r"(?i)Metadata/model_settings\.config")[:1]:
            names = CONFIG_NAME.findall(_decode(container.head(match[0], HEAD)))
    facts["objects"] = _names(names or facts.get("objects") or [])
    return {key: value for key, value in facts.items() if value}


def _of_gcode(source):
    text = _decode(source.head[:HEAD])
    names = [name for pattern in PRINTED for name in pattern.findall(text)]
    return {"objects": _names(names)} if names else {}


def facts_of_text(text):
    """Title, designer, licence, source and description of a text beside a model.

    :param str text: of a readme or a licence
    :rtype: dict
    """
    if "<html" in text[:1000].lower() or "<body" in text.lower():
        text = re.sub(r"(?is)<(script|style).*?</\1>", " ", text)
        text = html.unescape(re.sub(r"<[^>]{0,500}>", " ", text))
    facts = {"licence": licence_code(text)}
    url = SITE_URL.search(text)
    if url:
        facts["url"] = url[0].rstrip(").,;\"'>")
    given = GIVEN.search(text)
    if given:
        facts["title"] = _clean(given["title"])
        facts["designer"] = _clean(given["designer"])
    else:
        by = BY.search(text)
        facts["designer"] = _clean(by[1]) if by else ""
    description = _description(text)
    if description:
        facts["description"] = description
    return {key: value for key, value in facts.items() if value}


def licence_code(text):
    """The Creative Commons licence a text names, as ``cc-by-nc-sa`` or ``cc0``.

    :return: empty where it names none
    """
    url = CC_URL.search(text)
    if url:
        code = url[1].lower()
        return "cc0" if code in ("zero", "mark") else f"cc-{code}"
    for match in CC.finditer(text):
        parts = [code for code, pattern in CC_PARTS if pattern.search(match[1])]
        if "by" in parts:
            return "-".join(["cc", *parts])
        if CC0.search(match[0]) or re.search(r"(?i)zero", match[1]):
            return "cc0"
    if CC0.search(text) and re.search(r"(?i)licen[cs]e|dedicat|cc", text):
        return "cc0"
    return ""


def _description(text):
    """A readme as a description; the text of a licence is none."""
    lines = [line.strip() for line in text.splitlines()]
    joined = "\n".join(lines).strip()
    if re.search(r"(?i)licensed under|all rights reserved|legal code", joined):
        about = re.search(
            r"(?is)(?:^|\n)#*\s*(?:summary|description)\s*:?\s*\n(.+)", joined
        )
        if not about:
            return ""
        joined = about[1].strip()
    return joined[:2000]


def _names(names):
    clean = dict.fromkeys(
        name for name in map(_clean, names) if name and name not in NO_MESH
    )
    return list(clean)[:MAX_OBJECTS]


def _clean(text):
    text = html.unescape(html.unescape(text))
    text = re.sub(r"<[^>]{0,500}>", " ", text)
    return " ".join(text.split())[:LENGTH]


def _decode(data):
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")
