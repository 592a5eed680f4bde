"""How triangles hang together: merged vertices, edges, bodies.

Everything is vectorised and sorts or labels whole arrays, so that a million
triangles take seconds and no recursion is needed.
"""

from dataclasses import dataclass

import numpy as np

# Vertices nearer than this share of the largest side of the box are one point. STL
# stores every corner of every triangle anew, in single precision (6e-8 of the value)
# or as text of six or seven digits, so the same corner comes out slightly different;
# a millionth is 0.2 µm in 200 mm, a hundredth of what a printer can place.
MERGE = 1e-6
_BITS = 21


def tolerance(vertices):
    """Distance within which vertices count as one, from the size of the mesh."""
    if not len(vertices):
        return 0.0
    return float(np.ptp(vertices, axis=0).max()) * MERGE


def grid_keys(vertices, cell, shift=0.0):
    """One whole number for the grid cell of each vertex.

    :param cell: side of a cell; at least 2**-20 of the largest side of the box
    :param shift: part of a cell, or one for each axis, the grid is moved by
    """
    low = vertices.min(axis=0)
    keys = np.zeros(len(vertices), np.int64)
    for axis in range(3):
        place = vertices[:, axis] - low[axis]
        place /= cell
        place += np.broadcast_to(shift, 3)[axis] + 0.5
        keys <<= _BITS
        keys |= place.astype(np.int64)
    return keys


def groups(keys):
    """Number equal keys alike.

    :return: (first, number): position of one key of each group, and the number of
        the group of each key; groups are numbered in the order of their keys
    """
    order = np.argsort(keys)
    ordered = keys[order]
    is_new = np.empty(len(keys), bool)
    is_new[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
    number = np.empty(len(keys), np.int32)
    number[order] = np.cumsum(is_new, dtype=np.int32) - 1
    return order[is_new], number


def index(points):
    """Number points that are exactly alike.

    :param points: float (n, 3)
    :return: (first, number) as of :func:`groups`
    """
    # Zero has two signs, and looks different with each.
    points = np.ascontiguousarray(points + points.dtype.type(0))
    bits = points.view(np.uint32 if points.itemsize == 4 else np.uint64)
    key = bits[:, 0] * np.uint64(0x9E3779B97F4A7C15)
    for axis in (1, 2):
        key ^= key >> np.uint64(29)
        key += bits[:, axis]
        key *= np.uint64(0xC2B2AE3D27D4EB4F)
    first, number = groups(key)
    if not np.array_equal(points[first][number], points):
        # Two points share a key by chance.
        _points, first, number = np.unique(
            points, axis=0, return_index=True, return_inverse=True
        )
        number = number.ravel().astype(np.int32)
    return first, number


def components(count, first, second):
    """Label things that are linked, directly or through others.

    The smallest number of each component is its label. Labels hook onto smaller
    neighbours and are shortened until nothing changes, a number of rounds that
    grows with the logarithm of ``count`` (Shiloach and Vishkin 1982).

    :param count: number of things
    :param first, second: arrays of linked pairs
    :return: array of ``count`` labels
    """
    label = np.arange(count, dtype=np.int32)
    while len(first):
        one, other = label[first], label[second]
        differ = one != other
        first, second = first[differ], second[differ]
        one, other = one[differ], other[differ]
        np.minimum.at(label, np.maximum(one, other), np.minimum(one, other))
        while True:
            shorter = label[label]
            if np.array_equal(shorter, label):
                break
            label = shorter
    return label


def weld(vertices, faces):
    """Merge vertices that are one point.

    Vertices in one cell of a fine grid are merged; those that lie across the border
    of two cells are found along the edges left open.

    :param vertices: float64 (n, 3)
    :param faces: int32 (m, 3)
    :return: (vertices, faces) with the merged vertices, unused ones dropped
    """
    reach = tolerance(vertices)
    if not len(faces) or not reach:
        return vertices[:1], np.zeros_like(faces)
    first, number = groups(grid_keys(vertices, reach))
    vertices, faces = vertices[first], number[faces]
    edges = Edges(drop_degenerate(faces), len(vertices))
    if len(edges.open):
        faces = number_near(vertices, np.unique(edges.open), reach)[faces]
    return compact(vertices, faces)


def number_near(vertices, some, reach):
    """Vertex numbers in which near vertices among ``some`` share one number.

    :param some: numbers of the vertices that may be merged
    :param reach: distance along each axis within which they are
    :return: int32 array, the new number of each vertex
    """
    renumbered = np.arange(len(vertices), dtype=np.int32)
    points = vertices[some]
    links = []
    # Two points within reach share a cell of twice that size in one of eight grids
    # that are shifted by half a cell along each axis.
    for corner in range(8):
        shift = np.array([corner & 1, corner >> 1 & 1, corner >> 2]) * 0.5
        keys = grid_keys(points, 2 * reach, shift)
        order = np.argsort(keys, kind="stable")
        near = keys[order[1:]] == keys[order[:-1]]
        links.append(np.stack([order[:-1][near], order[1:][near]]))
    first, second = np.concatenate(links, axis=1)
    close = (np.abs(points[first] - points[second]) <= reach).all(axis=1)
    label = components(len(some), first[close], second[close])
    renumbered[some] = some[label]
    return renumbered


def compact(vertices, faces):
    """Drop vertices that no face uses."""
    used = np.zeros(len(vertices), bool)
    used[faces.ravel()] = True
    if used.all():
        return vertices, faces
    renumbered = np.cumsum(used, dtype=np.int32) - 1
    return vertices[used], renumbered[faces]


def is_degenerate(faces):
    """Which faces use a vertex twice."""
    return (
        (faces[:, 0] == faces[:, 1])
        | (faces[:, 1] == faces[:, 2])
        | (faces[:, 2] == faces[:, 0])
    )


def drop_degenerate(faces):
    """Faces with three different vertices."""
    bad = is_degenerate(faces)
    return faces[~bad] if bad.any() else faces


def duplicates(faces):
    """Faces with the same three vertices as another, in whatever order.

    :return: (numbers, starts): numbers of all such faces, those alike beside each
        other, and where in them each set of alike faces starts
    """
    none = np.zeros(0, np.int64), np.zeros(0, np.int64)
    if len(faces) < 2:
        return none
    corners = np.sort(faces, axis=1)
    mixed = corners.astype(np.uint64)
    # Any odd constants that spread the bits do; equal neighbours are compared below.
    key = mixed[:, 0] * np.uint64(0x9E3779B97F4A7C15)
    key ^= mixed[:, 1] * np.uint64(0xC2B2AE3D27D4EB4F)
    key ^= mixed[:, 2] * np.uint64(0x165667B19E3779F9)
    order = np.argsort(key, kind="stable")
    same = key[order[1:]] == key[order[:-1]]
    if not same.any():
        return none
    same &= (corners[order[1:]] == corners[order[:-1]]).all(axis=1)
    belongs = np.zeros(len(faces), bool)
    belongs[1:] |= same
    belongs[:-1] |= same
    is_first = belongs.copy()
    is_first[1:] &= ~same
    return order[belongs], np.flatnonzero(is_first[belongs])


def windings(faces):
    """1 or -1 for each face: which way round it runs through its vertices, compared
    with their numbers in rising order."""
    one, two, three = faces.T
    return np.where((one < two) ^ (two < three) ^ (three < one), 1, -1)


@dataclass
class Pairs:
    """Faces that meet in an edge of exactly two: numbers of both, and whether the
    edge runs the same way in both, which turns one of them inside out."""

    first: np.ndarray
    second: np.ndarray
    is_same_way: np.ndarray


class Edges:
    """The edges of a mesh of merged vertices.

    ``open`` (k, 2) holds the edges of one face, in its direction; ``nonmanifold`` is
    the number of edges of more than two faces.

    :param faces: int32 (m, 3) without degenerate ones
    :param count: number of vertices
    """

    def __init__(self, faces, count):
        self.faces = faces
        # Half-edge 3 f + i runs from corner i of face f to the next corner.
        start = faces.ravel()
        end = np.roll(faces, -1, axis=1).ravel()
        key = np.minimum(start, end).astype(np.int64)
        key *= max(count, 1)
        key += np.maximum(start, end)
        self._order = np.argsort(key)
        key = key[self._order]
        is_new = np.empty(len(key), bool)
        is_new[:1] = True
        np.not_equal(key[1:], key[:-1], out=is_new[1:])
        self._is_new = is_new
        self._starts = np.flatnonzero(is_new)
        self._sizes = np.diff(np.append(self._starts, len(key)))
        single = self._order[self._starts[self._sizes == 1]]
        self.open = np.stack([start[single], end[single]], axis=1)
        self.nonmanifold = int(np.count_nonzero(self._sizes > 2))
        self._start = start

    @property
    def is_closed(self):
        """Whether every edge has exactly two faces."""
        return not len(self.open) and not self.nonmanifold

    @property
    def open_faces(self):
        """Numbers of the faces that the open edges belong to."""
        return self._order[self._starts[self._sizes == 1]] // 3

    def pairs(self):
        """The :class:`Pairs` along all edges of two faces."""
        starts = self._starts[self._sizes == 2]
        one, other = self._order[starts], self._order[starts + 1]
        return Pairs(one // 3, other // 3, self._start[one] == self._start[other])

    def bodies(self):
        """Label of the body of each face: faces that share an edge are one body."""
        linked = np.flatnonzero(~self._is_new)
        one, other = self._order[linked - 1] // 3, self._order[linked] // 3
        return components(len(self.faces), one, other)

    def is_consistent(self):
        """Whether the two faces of every such edge are wound alike."""
        return not self.pairs().is_same_way.any()
