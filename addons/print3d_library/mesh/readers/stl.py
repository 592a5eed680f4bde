"""STL, binary and ASCII."""

import re
import warnings

import numpy as np

from ..errors import MeshError
from ..formats import is_binary_stl
from ..model import Part, Scene
from ..source import check_count, check_mesh
from ..topology import index

RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("bits", "<u2")])


def load(source):
    """The scene of an STL file.

    Whether it is binary is decided by its length, as the header of a binary file may
    start with the word ``solid`` too. STL has no unit: one is taken as 1 mm.

    :raises MeshError: ``truncated``, ``damaged``, ``no_geometry``, ``too_large``,
        ``bad_number``
    """
    if is_binary_stl(source.head, source.size):
        return Scene(parts=[_binary(source)], format="stl")
    if b"\x00" in source.head[:512]:
        # Binary after all, and not as long as it says.
        raise _cut()
    solids = _ascii(source)
    scene = Scene(parts=solids.found, format="stl")
    if not solids.is_ended:
        scene.warnings.append(
            "The file ends without saying so (its last line is missing): it may be cut "
            "short."
        )
    return scene


def _soup(corners, name):
    """A part of loose triangles, their corners that are exactly alike made one."""
    corners = corners.reshape(-1, 3)
    check_mesh(corners, ())
    first, number = index(corners)
    return Part(
        name=name,
        vertices=corners[first].astype(np.float64),
        faces=number.reshape(-1, 3),
    )


def _binary(source):
    count = int.from_bytes(source.head[80:84], "little")
    check_count(count)
    if not count:
        raise _nothing()
    records = np.frombuffer(source.data(), RECORD, count=count, offset=84)
    return _soup(np.ascontiguousarray(records["corners"]), "")


# Of the letters only e is kept, for exponents; line ends and tabs become blanks.
_NUMERIC = bytes(
    code if code < 128 and chr(code) in "0123456789+-.e" else 32 for code in range(256)
)
_NO_LETTERS = bytes(
    code for code in range(256) if not chr(code).isascii() or not chr(code).isalpha()
)
LETTERS = len("facetnormalouterloopvertexvertexvertexendloopendfacet")
# From the word "solid" to the end of its line, or the first facet of a file in one.
_SOLID = re.compile(rb"solid\b([^\r\n]*?)(?=[\r\n]|\sfacet\s|$)", re.I)
_VERTEX = re.compile(rb"vertex\s+(\S+)\s+(\S+)\s+(\S+)|(endfacet)")
CHUNK = 4 * 1024 * 1024
LONGEST_FACET = 4 * CHUNK


def _ascii(source):
    solids = _Solids()
    rest = b""
    for chunk in source.chunks(CHUNK):
        data = rest + chunk
        words = data.lower()
        end = words.rfind(b"endfacet")
        if end < 0:
            rest = data
            if len(rest) > LONGEST_FACET:
                raise _damaged("it goes on and on without a triangle")
            continue
        end += len(b"endfacet")
        solids.add(data[:end], words[:end])
        rest = data[end:]
    solids.end(rest)
    return solids


class _Solids:
    """Solids of an ASCII file, collected a piece of text at a time.

    A piece ends with a facet, so that no facet is torn apart.
    """

    def __init__(self):
        self.found = []
        self.is_ended = False
        self._name = b""
        self._pieces = []
        self._count = 0

    def add(self, text, words):
        """Take whole facets, and the lines that begin and end solids.

        :param words: the text in lower case
        """
        position = start = 0
        while (start := words.find(b"solid", start)) >= 0:
            match = _SOLID.match(text, start)
            if match is None:
                start += 5
                continue
            is_end = words[max(start - 3, 0) : start] == b"end"
            self._facets(words[position : start - 3 * is_end])
            position = start = max(match.end(), start + 5)
            self._finish()
            self._name = b"" if is_end else match[1]
            self.is_ended = is_end
        if position < len(words):
            self._facets(words[position:])

    def _facets(self, text):
        if not text or text.isspace():
            return
        corners = _corners(text)
        if not len(corners):
            return
        self._count += len(corners)
        check_count(self._count)
        self.is_ended = False
        self._pieces.append(corners)

    def _finish(self):
        if self._pieces:
            name = self._name.strip().decode("utf-8", errors="replace")
            self.found.append(_soup(np.concatenate(self._pieces), name))
        self._pieces = []

    def end(self, rest):
        """Take what follows the last facet.

        :raises MeshError: ``truncated`` when it is half a facet, ``no_geometry``
            when there was none at all
        """
        words = rest.lower()
        if b"endsolid" in words:
            self.is_ended = True
        if re.search(rb"\bfacet\s|\bvertex\s", _SOLID.sub(b"", words)):
            raise _cut()
        self._finish()
        if not self.found:
            raise _nothing()


def _cut():
    return MeshError(
        "truncated",
        "The STL file is cut short: it ends before its last triangle. Copy, download "
        "or export it again.",
    )


def _nothing():
    return MeshError(
        "no_geometry",
        "The STL file holds no triangles. Export the model again, with a body "
        "selected.",
        triangles=0,
    )


def _corners(text):
    """Corners of the facets in a text in lower case, float64 (n, 3, 3)."""
    corners = _regular(text)
    return _irregular(text) if corners is None else corners


def _regular(text):
    """Corners when every facet is three numbers of a normal and nine of corners.

    :return: array, or ``None`` where the text is otherwise (a normal that is no
        number, other polygons, words in between)
    """
    facets = text.count(b"endfacet")
    if text.count(b"vertex") != 3 * facets or text.count(b"normal") != facets:
        return None
    letters = len(text.translate(None, _NO_LETTERS))
    numeric = text.translate(_NUMERIC).replace(b" e ", b"   ")
    # All letters are those of the words of facets and of exponents.
    if letters != facets * LETTERS + numeric.count(b"e"):
        return None
    with warnings.catch_warnings():
        # What cannot be read any further is a deprecation in numpy.
        warnings.simplefilter("error", DeprecationWarning)
        try:
            numbers = np.fromstring(numeric.decode("ascii"), sep=" ")
        except (DeprecationWarning, ValueError):
            return None
    if len(numbers) != 12 * facets:
        return None
    return numbers.reshape(-1, 4, 3)[:, 1:]


def _irregular(text):
    """Corners of facets found by their words alone; polygons become fans."""
    found, polygon = [], []
    for match in _VERTEX.finditer(text):
        if not match.group(4):
            polygon.append([_number(word) for word in match.groups()[:3]])
            continue
        if len(polygon) < 3:
            raise _damaged("a triangle has fewer than three corners")
        found += [
            [polygon[0], polygon[place], polygon[place + 1]]
            for place in range(1, len(polygon) - 1)
        ]
        polygon = []
    return np.array(found, np.float64).reshape(-1, 3, 3)


def _number(word):
    try:
        # Some programs write a decimal comma under a German or French system.
        return float(word.replace(b",", b"."))
    except ValueError:
        raise _damaged(
            f"{word[:20].decode('ascii', 'replace')!r} stands where a number should"
        ) from None


def _damaged(why):
    return MeshError(
        "damaged", f"The STL file cannot be read: {why}. Export the model again."
    )
