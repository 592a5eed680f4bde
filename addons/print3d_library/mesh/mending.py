"""Close and orient meshes as a slicer would want them."""

from dataclasses import replace

import numpy as np

from . import measure, polygons, topology
from .model import MODEL, RepairReport

# Vertices along open edges that are this near, as a share of the largest side, were
# meant to be one: a hundredth of a millimetre in 100 mm.
STITCH = 1e-4
# Holes of more edges are no slip of a program but a missing side.
MAX_HOLE = 400
MAX_HOLES = 2_000
MAX_OPEN = 200_000
# How far the edge of a hole may leave a plane, as a share of its size: small holes in
# a curved surface are never flat.
FLAT = 0.02
FLAT_SMALL = 0.15
SMALL_HOLE = 32
# Bodies of fewer triangles enclose nothing.
FEWEST = 4
MAX_INSIDE = 200
STEPS = ("merge", "degenerate", "duplicate", "stray", "stitch", "flip", "fill")
PLAIN = 200


def repair(scene, shapes=None):
    """A scene with all parts mended, and what was done.

    Vertices are merged; triangles without area between their vertices, doubled ones
    and loose ones are dropped; open edges that lie on each other are joined; faces
    are turned to agree with their neighbours and to look outwards; flat holes and
    small ones are filled. The given scene stays as it is.

    :param scene: :class:`~.model.Scene`
    :param shapes: what is known already: :class:`~.analysis.Shape` by ``id`` of the
        faces of a part; sound parts are left as they are
    :return: (:class:`~.model.Scene`, :class:`~.model.RepairReport`); the report counts
        parts of role ``model``
    """
    steps = dict.fromkeys(STEPS, 0)
    report = RepairReport()
    parts = []
    for part in scene.parts:
        known = shapes and shapes.get(id(part.faces))
        if known and known.is_sound:
            parts.append(part)
            if part.role == MODEL:
                report.volume_mm3_after += volume(part)
            continue
        mended, own = _mended(part)
        parts.append(mended)
        if part.role != MODEL:
            continue
        for step, count in own.items():
            steps[step] += count
        edges = topology.Edges(mended.faces, len(mended.vertices))
        report.open_edges_after += len(edges.open)
        report.is_watertight_after &= edges.is_closed and len(mended.faces) > 0
        report.volume_mm3_after += volume(mended)
    report.steps = [(step, count) for step, count in steps.items() if count]
    return replace(scene, parts=parts), report


def volume(part):
    """Volume of a part; never negative."""
    if not len(part.faces):
        return 0.0
    return abs(float(measure.signed_volumes(part.vertices, part.faces).sum()))


def _mended(part):
    """(part, counts of the steps)."""
    mesh = _Mesh(part)
    mesh.drop_degenerate()
    mesh.drop_duplicates()
    if len(mesh.edges().open):
        mesh.stitch()
        mesh.drop_stray()
    mesh.turn_alike()
    if len(mesh.edges().open):
        mesh.fill()
    mesh.turn_outwards()
    return mesh.part(part), mesh.counts


class _Mesh:
    """A part under repair."""

    def __init__(self, part):
        self.counts = dict.fromkeys(STEPS, 0)
        self.vertices, self.faces = topology.weld(part.vertices, part.faces)
        self.colours = part.face_colours
        self._edges = None
        if len(part.vertices) != len(self.vertices):
            # Corners that are exactly alike are how STL is written, no mistake.
            used, _faces = topology.compact(part.vertices, part.faces)
            exact = len(np.unique(used, axis=0)) if len(used) < 3_000_000 else 0
            self.counts["merge"] = max(exact - len(self.vertices), 0)

    def part(self, part):
        vertices, faces = topology.compact(self.vertices, self.faces)
        return replace(part, vertices=vertices, faces=faces, face_colours=self.colours)

    def edges(self):
        if self._edges is None:
            self._edges = topology.Edges(self.faces, len(self.vertices))
        return self._edges

    def _keep(self, which, step):
        dropped = len(which) - int(np.count_nonzero(which))
        if dropped:
            self.counts[step] += dropped
            self.faces = self.faces[which]
            if self.colours is not None:
                self.colours = self.colours[which]
            self._edges = None

    def drop_degenerate(self):
        self._keep(~topology.is_degenerate(self.faces), "degenerate")

    def drop_duplicates(self):
        """Of faces alike keep one; of two back to back, which enclose nothing, none."""
        numbers, starts = topology.duplicates(self.faces)
        if not len(starts):
            return
        ways = topology.windings(self.faces[numbers])
        sums = np.add.reduceat(ways, starts)
        sizes = np.diff(np.append(starts, len(numbers)))
        majority = np.repeat(np.sign(sums), sizes)
        # The first of those that run the way most of them do.
        place = np.arange(len(numbers))
        candidate = np.where(ways == majority, place, len(numbers))
        first = np.minimum.reduceat(candidate, starts)
        keep = np.ones(len(self.faces), bool)
        keep[numbers] = False
        keep[numbers[first[sums != 0]]] = True
        self._keep(keep, "duplicate")

    def stitch(self):
        """Join vertices along open edges that nearly touch."""
        some = np.unique(self.edges().open)
        if len(some) > MAX_OPEN:
            return
        size = float(np.ptp(self.vertices, axis=0).max())
        lengths = np.linalg.norm(
            np.subtract(*self.vertices[self.edges().open.T]), axis=1
        )
        # Never so far that an edge would shrink to a point.
        reach = min(size * STITCH, float(np.median(lengths)) / 4)
        if reach <= 0:
            return
        number = topology.number_near(self.vertices, some, reach)
        moved = int(np.count_nonzero(number != np.arange(len(number))))
        if moved:
            self.counts["stitch"] += moved
            self.faces = number[self.faces]
            self._edges = None
            self.drop_degenerate()
            self.drop_duplicates()

    def drop_stray(self):
        """Drop bodies of so few triangles that they enclose nothing, beside others."""
        label = self.edges().bodies()
        sizes = np.bincount(label, minlength=len(label))[label]
        if (sizes >= FEWEST).any():
            self._keep(sizes >= FEWEST, "stray")

    def turn_alike(self):
        """Turn faces so that neighbours agree, as few as possible.

        Each face stands in a graph twice, as it is and turned; neighbours are linked
        where they would agree. The two halves of a surface that has two sides fall
        apart; in one that has not (a Möbius strip) they hang together, and it is left.
        """
        pairs = self.edges().pairs()
        count = len(self.faces)
        if not pairs.is_same_way.any():
            return
        shift = np.where(pairs.is_same_way, count, 0)
        label = topology.components(
            2 * count,
            np.concatenate([pairs.first, pairs.first + count]),
            np.concatenate([pairs.second + shift, pairs.second + count - shift]),
        )
        own, turned = label[:count], label[count:]
        flip = turned < own
        body = np.minimum(own, turned)
        share = np.bincount(body, flip) / np.maximum(np.bincount(body), 1)
        flip ^= share[body] > 0.5
        self._flip(flip & (own != turned))

    def _flip(self, which):
        count = int(np.count_nonzero(which))
        if count:
            self.counts["flip"] += count
            self.faces = self.faces.copy()
            self.faces[which] = self.faces[which, ::-1]
            self._edges = None

    def fill(self):
        """Close flat holes and small ones."""
        flat = self._flat_vertices()
        found = []
        for hole in _holes(self.edges().open):
            points = self.vertices[hole]
            if not flat[hole[0]] and _is_fillable(points):
                found.append(np.asarray(hole)[polygons.triangulate(points)])
        if not found:
            return
        self.counts["fill"] = len(found)
        new = np.concatenate(found).astype(np.int32)
        self.faces = np.concatenate([self.faces, new])
        if self.colours is not None:
            plain = np.full((len(new), 3), PLAIN, np.uint8)
            self.colours = np.concatenate([self.colours, plain])
        self._edges = None
        self.drop_degenerate()

    def _flat_vertices(self):
        """Which vertices are of bodies in one plane: their outline is no hole."""
        vectors = measure.area_vectors(self.vertices, self.faces)
        lengths = np.maximum(np.linalg.norm(vectors, axis=1), 1e-300)
        label = self.edges().bodies()
        spread = np.zeros((len(self.faces), 3, 3))
        for one in range(3):
            for two in range(3):
                products = vectors[:, one] * vectors[:, two] / lengths
                spread[:, one, two] = np.bincount(label, products, len(self.faces))
        bodies = np.unique(label)
        # Normals of a flat body all lie along one line.
        sizes = np.linalg.eigvalsh(spread[bodies])
        is_flat = np.zeros(len(self.faces), bool)
        is_flat[bodies] = sizes[:, 1] <= 1e-6 * sizes[:, 2]
        flat = np.zeros(len(self.vertices), bool)
        flat[self.faces[is_flat[label]]] = True
        return flat

    def turn_outwards(self):
        """Turn closed surfaces that are inside out, but for cavities in others."""
        count = len(self.faces)
        if not count:
            return
        pairs = self.edges().pairs()
        label = topology.components(count, pairs.first, pairs.second)
        roots, number = np.unique(label, return_inverse=True)
        volumes = np.bincount(number, measure.signed_volumes(self.vertices, self.faces))
        vectors = measure.area_vectors(self.vertices, self.faces)
        sums = np.stack([np.bincount(number, vectors[:, axis]) for axis in range(3)])
        areas = np.bincount(number, np.linalg.norm(vectors, axis=1))
        # The areas of a closed surface cancel out.
        closed = np.linalg.norm(sums, axis=0) <= 1e-6 * areas
        wrong = np.flatnonzero(closed & (volumes < 0))
        if not len(wrong) or len(wrong) > MAX_INSIDE:
            if len(wrong) == len(roots):
                self._flip(np.ones(count, bool))
            return
        flip = np.zeros(count, bool)
        for surface in wrong:
            if not self._is_inside(number, surface, closed):
                flip |= number == surface
        self._flip(flip)

    def _is_inside(self, number, surface, closed):
        """Whether a surface is a cavity: inside an odd number of others."""
        own = self.faces[number == surface]
        start = self.vertices[own[0, 0]]
        others = (number != surface) & closed[number]
        hits = _hits(self.vertices, self.faces[others], start)
        return bool(hits % 2)


def _hits(vertices, faces, start):
    """How many faces a ray from a point along an odd direction meets (Möller and
    Trumbore 1997)."""
    direction = np.array([0.36514837, 0.18257419, 0.91287093])
    one, two, three = measure.corners(vertices, faces)
    two -= one
    three -= one
    across = np.cross(direction, three)
    determinant = np.einsum("ij,ij->i", two, across)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = start - one
        share = np.einsum("ij,ij->i", away, across) / determinant
        turned = np.cross(away, two)
        other = turned @ direction / determinant
        distance = np.einsum("ij,ij->i", three, turned) / determinant
        hit = (share >= 0) & (other >= 0) & (share + other <= 1) & (distance > 0)
    return int(np.count_nonzero(hit))


def _holes(open_edges):
    """Rings of vertices round holes, in the direction a face that fills them has.

    :param open_edges: (k, 2) in the direction of the faces they belong to
    """
    if len(open_edges) > MAX_OPEN:
        return
    after = {}
    for start, end in open_edges.tolist():
        # The face on the other side runs the edge the other way.
        after.setdefault(end, []).append(start)
    count = 0
    for first in list(after):
        # Walk from vertex to vertex; when one comes twice the walk since then is a
        # ring. Edges are taken from the end of the lists, so that each is used once.
        path, place = [first], {first: 0}
        while path and count < MAX_HOLES:
            following = after.get(path[-1])
            if not following:
                # A dead end is part of no hole.
                del place[path.pop()]
                if path:
                    after[path[-1]].pop()
                continue
            step = following[-1]
            if step not in place:
                place[step] = len(path)
                path.append(step)
                continue
            ring = path[place[step] :]
            for vertex in ring:
                after[vertex].pop()
            for vertex in ring[1:]:
                del place[vertex]
            del path[place[step] + 1 :]
            if 3 <= len(ring) <= MAX_HOLE:
                count += 1
                yield ring


def _is_fillable(points):
    """Whether a ring is flat enough to be closed by a patch."""
    centred = points - points.mean(axis=0)
    if not centred.any():
        return False
    # The direction in which the points spread least.
    normal = np.linalg.eigh(centred.T @ centred)[1][:, 0]
    away = np.abs(centred @ normal).max()
    extent = float(np.ptp(points, axis=0).max())
    limit = FLAT_SMALL if len(points) <= SMALL_HOLE else FLAT
    return len(points) == 3 or away <= limit * extent
