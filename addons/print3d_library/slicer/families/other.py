"""Everything that is not read, called by its name where it can be recognised."""

import re

from ..errors import SlicedFileError
from .registry import register

EXPORT = "Slice the model and export the G-code (.gcode) or sliced file (.gcode.3mf)."
AS_IS = "Slice the model again and export the G-code as it is."
BINARY = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"qoif", "a QOI picture"),
    (b"BM", "a BMP picture"),
    (b"RIFF", "a picture or sound (RIFF)"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"Blender", "a model of Blender; export it as STL or 3MF there"),
    (b"glTF", "a glTF model; export it as STL or 3MF"),
)
# Files of machines that print otherwise, or that say nothing openly.
MACHINES = (
    (b"ANYCUBIC", "a file of an Anycubic resin printer"),
    (b"\x19\x00\xfd\x12", "a file of a resin printer (.cbddlp)"),
    (b"\x86\x00\xfd\x12", "a file of a resin printer (.ctb)"),
    (b"V3.0\x07\x00\x00\x00DLP", "a file of a resin printer (.goo)"),
    (b"3DPFNKG13WTW", "a file of XYZprinting (.3w), which is encrypted"),
)
# How programs name themselves in a line of the head.
_NAME = r"([A-Za-z][\w .:+-]{0,40}?)"
SLICERS = (
    rf"^; ?[Gg]enerated (?:by|with|using) {_NAME} v?\d",
    rf"^; ?[Gg]enerated (?:by|with|using) {_NAME}$",
    rf"^; ?(?:Sliced|Created|Made) (?:by|with|using):? {_NAME}(?: v?\d|$)",
    rf"^; ?[Ss]licer: ?{_NAME}(?: v?\d|$)",
    r"^;.{0,20}?\b(REALvision|MatterSlice|CraftWare|Skeinforge|Fusion)\b",
)
# Members that tell what a zip archive is for.
PACKAGES = (
    (r"print\.jsontoolpath", "a MakerBot file (.makerbot)"),
    (r"prusaslicer\.ini", "a file of a resin printer (.sl1)"),
    (
        r"(?:[^/]{1,200}/){0,9}[^/]{1,200}\.b?gcode",
        "a zip archive with G-code in it; unpack it first",
    ),
    (
        r"(?:[^/]{1,200}/){0,9}[^/]{1,200}\.(?:stl|obj|3mf|amf|step|stp)",
        "a zip archive of models; unpack it first",
    ),
)
MESH = (
    "{what} has the shape of a thing and not how it is printed: there is no time and "
    "no filament in it. Attach it as a model, or slice it and export the G-code "
    "(.gcode) or sliced file (.gcode.3mf)."
)
MOVE = re.compile(r"^(?:N\d{1,9} )?[GM]\d{1,4}\b", re.MULTILINE)
OBJ = re.compile(r"^v +-?[\d.]+(?:e-?\d+)? +-?[\d.]+", re.MULTILINE | re.IGNORECASE)
FACE = re.compile(r"^f +\d+", re.MULTILINE)


@register
class Other:
    """Says what a file is, as far as that can be seen, and that it is not read."""

    code = "other"

    def recognises(self, source):
        return True

    def parse(self, source):
        if source.is_zip:
            raise _package(source.container)
        if _is_stl(source):
            raise _mesh("STL")
        for marks, text in ((BINARY, EXPORT), (MACHINES, AS_IS)):
            what = next((w for mark, w in marks if source.head.startswith(mark)), None)
            if what:
                raise _refused(f"This is {what}. {text}", what)
        if source.head.startswith(b"GCDE"):
            raise _refused(
                "This is binary G-code that cannot be read. Export it from the slicer "
                "again, or switch binary G-code off in its printer settings and export "
                "as .gcode.",
                "bgcode",
            )
        if not source.is_text:
            raise _refused(f"This is no file of a known slicer. {EXPORT}", "")
        raise _text(source.head_text)


def _refused(message, what):
    return SlicedFileError("unsupported", message, what=what)


def _mesh(kind):
    return _refused(MESH.format(what=f"This {kind} model"), kind)


def _package(container):
    names = container.names
    if any(name.lower().endswith(".model") for name in names):
        return SlicedFileError(
            "not_sliced", MESH.format(what="This 3MF model"), slicer="", what="3MF"
        )
    if any(name.lower().endswith(".amf") for name in names):
        return _mesh("AMF")
    for pattern, what in PACKAGES:
        if any(re.fullmatch(pattern, name, re.IGNORECASE) for name in names):
            return _refused(f"This is {what}. {EXPORT}", what)
    return _refused(f"This is a zip archive without a sliced file. {EXPORT}", "zip")


def _is_stl(source):
    head = source.head[:4096]
    if head.lstrip()[:6].lower() == b"solid " and b"facet" in head.lower():
        return True
    # A binary STL is an 80-byte header, a count and 50 bytes a triangle.
    count = int.from_bytes(source.head[80:84], "little")
    return source.size >= 84 and source.size == 84 + 50 * count


def _text(text):
    start = text[:65536]
    if start.lstrip().startswith("ISO-10303-21"):
        return _mesh("STEP")
    if re.search(r"<amf\b", start[:4096], re.IGNORECASE):
        return _mesh("AMF")
    if OBJ.search(start) and (FACE.search(text) or start.startswith(("#", "mtllib"))):
        return _mesh("OBJ")
    if not MOVE.search(text):
        if start.lstrip().startswith("<"):
            return _refused(f"This is XML, not a sliced file. {EXPORT}", "XML")
        return _refused(f"This is no file of a known slicer. {EXPORT}", "")
    for pattern in SLICERS:
        match = re.search(pattern, start, re.MULTILINE)
        if match:
            name = match[1].strip()
            return _refused(
                f"This is G-code of {name}, which does not state its figures in a way "
                "that is known here. Slice the model with Bambu Studio, OrcaSlicer, "
                "PrusaSlicer or Cura, or enter the print by hand.",
                name,
            )
    return _refused(
        "This is G-code without the comments of a slicer: it states neither time nor "
        "filament. Export it from the slicer as it is.",
        "gcode",
    )
