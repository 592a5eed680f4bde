"""Wavefront OBJ: polygons, groups and colours."""

import re

import numpy as np

from .. import colours, polygons
from ..errors import MeshError
from ..model import Part, Scene
from ..source import MAX_PARTS, MAX_VERTICES, check_count, check_mesh
from ..topology import compact, components

CHUNK = 4 * 1024 * 1024
LONGEST_LINE = 4 * CHUNK
MAX_CORNERS = 2_000
# Cosine of the angle between the halves of a quad that counts as flat: 2.6 degrees.
FLAT = 0.9999999
_NAMES = re.compile(rb"(?m)^[ \t]*(o|g|usemtl)\b[ \t]*([^\n]*)\n")
_UNUSED = re.compile(rb"(?m)^[ \t]*(?:v[ntp]|vt|#)[^\n]*\n")
_POINTS = re.compile(rb"(?m)^[ \t]*v[ \t][^\n]*\n")
_FACES = re.compile(rb"(?m)^[ \t]*fo?[ \t][^\n]*\n")
_KINDS = re.compile(rb"(?m)^[ \t]*([vf])o?[ \t]")
_REFERENCE = re.compile(rb"/[^\s]*")


def load(source):
    """The scene of an OBJ file: a part for each object or group.

    Groups that share points are one part: they are patches of one surface, which
    would be open each for itself. Faces of more than three corners are triangulated.
    OBJ has no unit: one is taken as 1 mm. Colours come from the points (a common
    extension: ``v x y z r g b``), as the material library is a file of its own;
    without them a part has none.

    :raises MeshError: ``no_geometry``, ``damaged``, ``bad_index``, ``bad_number``,
        ``too_large``
    """
    reader = _Reader()
    rest = b""
    for chunk in source.chunks(CHUNK):
        data = (rest + chunk).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        # A backslash at its end continues a line.
        data = data.replace(b"\\\n", b" ")
        end = data.rfind(b"\n") + 1
        # Half of a "\r\n" or of a continued line stays for the next piece.
        if data.endswith(b"\n"):
            end = data.rfind(b"\n", 0, len(data) - 1) + 1
        rest = data[end:]
        if len(rest) > LONGEST_LINE:
            raise _damaged("it holds one endless line")
        reader.add(data[:end])
    reader.add(rest.rstrip(b"\\\n") + b"\n")
    return reader.scene()


class _Reader:
    def __init__(self):
        self._points = []
        self._count = 0
        self._has_colours = False
        # (object, group, material) -> list of corner tables and polygons.
        self._parts = {}
        self._names = {"o": "", "g": "", "usemtl": ""}
        self._triangles = 0

    def add(self, text):
        """Take whole lines."""
        text = _UNUSED.sub(b"", text)
        position = 0
        for match in _NAMES.finditer(text):
            self._add_lines(text[position : match.start()])
            position = match.end()
            word = match[1].decode()
            name = match[2].strip()[:200].decode("utf-8", errors="replace")
            self._names[word] = name
            if word == "o":
                self._names["g"] = ""
        self._add_lines(text[position:])

    def _add_lines(self, text):
        points = b"".join(_POINTS.findall(text))
        faces = b"".join(_FACES.findall(text))
        known = self._count
        if points:
            self._add_points(points)
        if not faces:
            return
        if points and b"-" in faces:
            # Negative numbers count back from the last point before the line.
            kinds = np.frombuffer(b"".join(_KINDS.findall(text)), np.uint8)
            is_point = kinds == ord("v")
            known = known + np.cumsum(is_point)[~is_point]
        else:
            known = self._count
        self._add_faces(faces, known)

    def _add_points(self, text):
        table = _table(text.replace(b"v", b" "))
        if table.shape[1] < 3:
            raise _damaged("a point has fewer than three coordinates")
        if table.shape[1] >= 6:
            self._has_colours = True
            # Seven numbers are a weight and a colour.
            table = np.concatenate([table[:, :3], table[:, -3:]], axis=1)
        else:
            table = np.concatenate(
                [table[:, :3], np.full((len(table), 3), np.nan)], axis=1
            )
        self._points.append(table)
        self._count += len(table)
        if self._count > MAX_VERTICES:
            check_count(self._count)

    def _add_faces(self, text, known):
        """Take lines of faces.

        :param known: how many points are before them, or before each
        """
        if b"/" in text:
            text = _REFERENCE.sub(b"", text)
        corners, sizes = _corners(text)
        known = np.repeat(np.broadcast_to(known, len(sizes)), sizes)
        if (sizes > MAX_CORNERS).any():
            raise _damaged(f"a face has more than {MAX_CORNERS} corners")
        if (sizes < 3).any():
            # Lines and points drawn as faces have no area.
            keep = np.repeat(sizes >= 3, sizes)
            corners, known, sizes = corners[keep], known[keep], sizes[sizes >= 3]
        if not len(sizes):
            return
        corners = np.where(corners < 0, corners + known, corners - 1)
        if corners.min() < 0:
            raise MeshError(
                "bad_index",
                "The OBJ file has faces between points that it does not list. Export "
                "the model again.",
            )
        self._triangles += int((sizes - 2).sum())
        check_count(self._triangles)
        key = tuple(self._names.values())
        if key not in self._parts and len(self._parts) >= MAX_PARTS:
            raise MeshError(
                "too_large",
                f"The model has more than {MAX_PARTS:,} groups. Join them.",
            )
        self._parts.setdefault(key, []).append((corners, sizes))

    def scene(self):
        if not self._parts:
            raise MeshError(
                "no_geometry",
                "The OBJ file holds no faces. Export the model again, as a mesh.",
                triangles=0,
            )
        points = np.concatenate(self._points or [np.zeros((0, 6))])
        self._points.clear()
        scene = Scene(format="obj")
        for name, tables in _surfaces(self._parts, len(points)):
            corners = np.concatenate([table for table, _sizes in tables])
            sizes = np.concatenate([sizes for _table, sizes in tables])
            check_mesh(points[:, :3], corners, "The OBJ file")
            faces = _triangles(points[:, :3], corners, sizes).astype(np.int32)
            used, faces = compact(points, faces)
            part = Part(
                name=name,
                vertices=np.ascontiguousarray(used[:, :3]),
                faces=faces,
            )
            if self._has_colours:
                _colour(part, used[:, 3:])
            scene.parts.append(part)
        return scene


def _surfaces(parts, count):
    """Join the groups that share points.

    :param parts: (object, group, material) -> list of (corners, sizes)
    :param count: number of points
    :return: list of (name, list of (corners, sizes))
    """
    owner = np.full(count, -1, np.int64)
    links = []
    for number, tables in enumerate(parts.values()):
        for corners, _sizes in tables:
            corners = corners[corners < count]
            before = owner[corners]
            links.append(np.unique(before[before >= 0]))
            links[-1] = np.stack([links[-1], np.full(len(links[-1]), number)])
            owner[corners] = number
    first, second = np.concatenate(links, axis=1)
    labels = components(len(parts), first, second)
    joined = {}
    for label, ((name, group, material), tables) in zip(
        labels.tolist(), parts.items(), strict=True
    ):
        _name, found = joined.setdefault(label, (name or group or material, []))
        found += tables
    return list(joined.values())


def _colour(part, shades):
    """Colours of faces from those of their corners."""
    if np.isnan(shades).any():
        return
    # From 0 to 1, but some programs write 0 to 255.
    if shades.max() > 1.0:
        shades = shades / 255.0
    shades = np.clip(shades, 0.0, 1.0)
    if np.ptp(shades, axis=0).max() < 1e-3:
        part.colour = colours.from_fractions(*shades[0])
        return
    mean = shades[part.faces].mean(axis=1)
    part.face_colours = (mean * 255).round().astype(np.uint8)


def _table(text):
    """Numbers in rows of one length, the shortest line's."""
    numbers = _numbers(text, float)
    lines = text.count(b"\n")
    if len(numbers) % lines == 0:
        # As good as always: each line has as many. Else the counts tell.
        width = len(numbers) // lines
        if (_widths(text) == width).all():
            return numbers.reshape(lines, width)
    widths = _widths(text)
    if widths.min() < 3:
        raise _damaged("a point has fewer than three coordinates")
    starts = np.cumsum(widths) - widths
    return np.stack([numbers[starts + place] for place in range(3)], axis=1)


def _corners(text):
    """(numbers of points, corners of each face) of lines of faces."""
    text = re.sub(rb"(?m)^[ \t]*fo?[ \t]", b" ", text)
    return _numbers(text, int), _widths(text)


def _widths(text):
    """How many words each line has."""
    data = np.frombuffer(text, np.uint8)
    is_word = data > 32
    starts = is_word.copy()
    starts[1:] &= ~is_word[:-1]
    ends = np.flatnonzero(data == 10)
    return np.diff(np.concatenate([[0], np.cumsum(starts, dtype=np.int64)[ends]]))


def _numbers(text, kind):
    words = text.split()
    try:
        return np.array(list(map(kind, words)), np.float64 if kind is float else "q")
    except (ValueError, OverflowError):
        raise _damaged("it has words where numbers should be") from None


def _triangles(points, corners, sizes):
    """Faces of three corners, polygons cut into such; ordered as in the file."""
    if (sizes == 3).all():
        return corners.reshape(-1, 3)
    starts = np.cumsum(sizes) - sizes
    places = np.cumsum(sizes - 2) - (sizes - 2)
    found = np.empty((int((sizes - 2).sum()), 3), np.int64)
    three = sizes == 3
    for place in range(3):
        found[places[three], place] = corners[starts[three] + place]
    four = sizes == 4
    if four.any():
        _split_quads(found, points, corners, starts[four], places[four])
    for which in np.flatnonzero(sizes > 4):
        own = corners[starts[which] : starts[which] + sizes[which]]
        cut = own[polygons.triangulate(points[own])]
        found[places[which] : places[which] + len(cut)] = cut
    return found


def _split_quads(found, points, corners, starts, places):
    """Cut all quads at once, along the diagonal from their first corner.

    A flat quad that is concave there (its halves would turn opposite ways) is cut
    along the other diagonal. A warped one has no right diagonal: slicers take the
    first, and so does this.
    """
    quad = corners[starts[:, None] + np.arange(4)]
    at = points[quad]
    one, two, three = at[:, 1] - at[:, 0], at[:, 2] - at[:, 0], at[:, 3] - at[:, 0]
    half, rest = np.cross(one, two), np.cross(two, three)
    length = np.linalg.norm(half, axis=1) * np.linalg.norm(rest, axis=1)
    cosine = np.einsum("ij,ij->i", half, rest)
    other = cosine < -FLAT * length
    first = np.where(other[:, None], quad[:, [0, 1, 3]], quad[:, [0, 1, 2]])
    second = np.where(other[:, None], quad[:, [1, 2, 3]], quad[:, [0, 2, 3]])
    found[places], found[places + 1] = first, second


def _damaged(why):
    return MeshError(
        "damaged", f"The OBJ file cannot be read: {why}. Export the model again."
    )
