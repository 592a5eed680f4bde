"""How thick walls are, measured along rays from points of the surface inwards.

The points are spread evenly by a low-discrepancy sequence, the same at every run. A
grid of cells that list the triangles in them keeps a ray from meeting them all: it
walks from cell to cell (Amanatides and Woo 1987), all rays at once.
"""

from dataclasses import dataclass

import numpy as np

from . import measure

# What a nozzle of 0.4 mm prints with two lines side by side.
THIN = 0.8
SAMPLES = 3_000
FEWEST = 60
GRAZED = 0.002
MAX_CELLS = 128
MAX_ENTRIES = 8_000_000
# Pairs of ray and face looked at together; each takes half a kilobyte.
MAX_PAIRS = 100_000
# Two faces are a wall when they lie back to back within this angle; nearer to the
# tip of any wedge its thickness is nothing, which is no wall.
WALL = float(np.cos(np.radians(45.0)))
# Fractions of the plastic number: the most even sequence for two numbers (Roberts
# 2018, "The unreasonable effectiveness of quasirandom sequences").
_STEPS = np.array([0.7548776662466927, 0.5698402909980532])


@dataclass
class Thickness:
    """``thin_area`` in mm² is of surface over walls thinner than :data:`THIN`;
    ``thinnest`` in mm is what all but one in five hundred of the surface is
    thicker than (a single ray may graze an edge), ``None`` where no wall was met."""

    thin_area: float = 0.0
    thinnest: float | None = None


def measure_walls(parts, samples=SAMPLES, thin=THIN):
    """The :class:`Thickness` of some parts, each taken by itself.

    :param parts: list of (:class:`~.model.Part`, area vectors of its faces)
    :param samples: how many points in all, shared out by area
    """
    found = Thickness()
    areas = [np.linalg.norm(vectors, axis=1) for _part, vectors in parts]
    total = sum(float(area.sum()) for area in areas)
    if not total:
        return found
    for (part, vectors), area in zip(parts, areas, strict=True):
        own = float(area.sum())
        count = min(max(int(samples * own / total), FEWEST), samples)
        if not own:
            continue
        walls = _walls(part.vertices, part.faces, vectors, area, count)
        known = walls[np.isfinite(walls)]
        if not len(known):
            continue
        found.thin_area += own * np.count_nonzero(known < thin) / count
        place = int(len(known) * GRAZED)
        thinnest = float(np.partition(known, place)[place])
        if found.thinnest is None or thinnest < found.thinnest:
            found.thinnest = thinnest
    return found


def _walls(vertices, faces, vectors, area, count):
    """Thickness of the wall under each of ``count`` points; infinite for none."""
    face, start = _points(vertices, faces, area, count)
    direction = -vectors[face] / area[face, None]
    grid = _Grid(vertices, faces)
    return grid.walk(start, direction, face, vectors)


def _points(vertices, faces, area, count):
    """Points spread evenly over the faces: (numbers of faces, points)."""
    sums = np.cumsum(area)
    index = np.arange(1, count + 1)
    face = np.searchsorted(sums, (index - 0.5) / count * sums[-1])
    face = np.minimum(face, len(faces) - 1)
    one, two = ((index[:, None] * _STEPS + 0.5) % 1.0).T
    over = one + two > 1
    one[over], two[over] = 1 - one[over], 1 - two[over]
    # Off the borders of the face, where a ray would graze the neighbours.
    one, two = 0.02 + 0.94 * one, 0.02 + 0.94 * two
    corner = vertices[faces[face]]
    start = corner[:, 0] * (1 - one - two)[:, None]
    start += corner[:, 1] * one[:, None]
    start += corner[:, 2] * two[:, None]
    return face, start


class _Grid:
    """Triangles by the cells of a grid they are in."""

    def __init__(self, vertices, faces):
        self.vertices, self.faces = vertices, faces
        low, high = measure.box(vertices)
        size = float((high - low).max())
        self.near = size * 1e-6
        # Room around, so that nothing lies on the border.
        self.low = low - size * 1e-3
        cells = int(np.clip(np.sqrt(len(faces)) * 0.8, 4, MAX_CELLS))
        corners = [vertices[faces[:, corner]] for corner in range(3)]
        lows = np.minimum(np.minimum(corners[0], corners[1]), corners[2])
        highs = np.maximum(np.maximum(corners[0], corners[1]), corners[2])
        while True:
            self.cell = size * 1.002 / cells
            self.shape = np.ceil((high - self.low + size * 1e-3) / self.cell)
            self.shape = np.maximum(self.shape.astype(np.int64), 1)
            pad = self.cell * 1e-6
            first = ((lows - self.low - pad) / self.cell).astype(np.int64)
            last = ((highs - self.low + pad) / self.cell).astype(np.int64)
            first = np.clip(first, 0, self.shape - 1)
            last = np.clip(last, 0, self.shape - 1)
            sides = last - first + 1
            counts = sides.prod(axis=1)
            if counts.sum() <= MAX_ENTRIES or cells <= 4:
                break
            # Large slanted triangles are in very many small cells.
            cells = max(cells // 2, 4)
        entries = np.repeat(np.arange(len(faces), dtype=np.int32), counts)
        step = np.arange(len(entries)) - np.repeat(np.cumsum(counts) - counts, counts)
        place = first[entries]
        deep = sides[entries, 2]
        place[:, 2] += step % deep
        step //= deep
        wide = sides[entries, 1]
        place[:, 1] += step % wide
        place[:, 0] += step // wide
        cell = self._number(place)
        order = np.argsort(cell, kind="stable")
        self.entries = entries[order]
        per_cell = np.bincount(cell, minlength=int(self.shape.prod()))
        self.ends = np.cumsum(per_cell)
        self.starts = self.ends - per_cell

    def _number(self, place):
        return (place[:, 0] * self.shape[1] + place[:, 1]) * self.shape[2] + place[:, 2]

    def walk(self, start, direction, source, vectors):
        """How far each ray goes until it leaves the body it started in.

        Every face met from inside counts one out, every one from outside one in (of a
        body within); the ray is out when it has left as often as it came in.

        :param source: number of the face each ray starts from
        :param vectors: area vectors of all faces
        :return: distances; infinite where the ray meets nothing or the face it leaves
            by is not back to back with where it started
        """
        thickness = np.full(len(start), np.inf)
        alive = np.arange(len(start))
        depth = np.ones(len(start), np.int64)
        place = np.clip(
            ((start - self.low) / self.cell).astype(np.int64), 0, self.shape - 1
        )
        with np.errstate(divide="ignore"):
            inverse = 1.0 / direction
        ahead = np.where(direction > 0, 1, 0)
        entered = np.full(len(start), self.near)
        for _step in range(int(self.shape.sum()) + 3):
            border = self.low + (place[alive] + ahead[alive]) * self.cell
            with np.errstate(invalid="ignore"):
                reach = (border - start[alive]) * inverse[alive]
            reach[direction[alive] == 0] = np.inf
            axis = np.argmin(reach, axis=1)
            left = np.maximum(reach[np.arange(len(alive)), axis], entered[alive])
            rays, distance, sign, cosine = self._met(
                alive, place, start, direction, source, vectors, entered, left
            )
            if len(rays):
                out, where = _first_out(rays, distance, sign, depth)
                thickness[out] = np.where(
                    cosine[where] >= WALL, distance[where], np.inf
                )
                np.add.at(depth, rays, sign)
                depth[out] = 0
            entered[alive] = left
            place[alive, axis] += np.where(ahead[alive, axis] == 1, 1, -1)
            inside = ((place[alive] >= 0) & (place[alive] < self.shape)).all(axis=1)
            alive = alive[inside & (depth[alive] > 0)]
            if not len(alive):
                break
        return thickness

    def _met(self, alive, place, start, direction, source, vectors, entered, left):
        """Faces the rays meet in the cells they are in.

        :return: (rays, distances, +1 in or -1 out, cosine of the angle between ray
            and face), sorted by ray and distance
        """
        cell = self._number(place[alive])
        counts = self.ends[cell] - self.starts[cell]
        if len(alive) > 1 and counts.sum() > MAX_PAIRS:
            # Many faces in one cell: half of the rays, then the other half.
            half = len(alive) // 2
            found = [
                self._met(
                    some, place, start, direction, source, vectors, entered, until
                )
                for some, until in (
                    (alive[:half], left[:half]),
                    (alive[half:], left[half:]),
                )
            ]
            return tuple(np.concatenate(column) for column in zip(*found, strict=True))
        rays = np.repeat(alive, counts)
        step = np.arange(len(rays)) - np.repeat(np.cumsum(counts) - counts, counts)
        face = self.entries[np.repeat(self.starts[cell], counts) + step]
        until = np.repeat(left, counts)
        # Möller and Trumbore 1997.
        corner = self.vertices[self.faces[face]]
        one, two = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
        along = direction[rays]
        across = np.cross(along, two)
        determinant = np.einsum("ij,ij->i", one, across)
        away = start[rays] - corner[:, 0]
        turned = np.cross(away, one)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            share = np.einsum("ij,ij->i", away, across) / determinant
            other = np.einsum("ij,ij->i", along, turned) / determinant
            distance = np.einsum("ij,ij->i", two, turned) / determinant
            hit = (share >= 0) & (other >= 0) & (share + other <= 1)
            hit &= (distance > entered[rays]) & (distance <= until)
        hit &= face != source[rays]
        rays, face, distance = rays[hit], face[hit], distance[hit]
        slope = np.einsum("ij,ij->i", vectors[face], direction[rays])
        length = np.maximum(np.linalg.norm(vectors[face], axis=1), 1e-300)
        order = np.lexsort((distance, rays))
        sign = np.where(slope > 0, -1, 1)
        return (
            rays[order],
            distance[order],
            sign[order],
            (slope / length)[order],
        )


def _first_out(rays, distance, sign, depth):
    """The rays that leave their body, and the hit by which they do.

    :param rays, distance, sign: hits sorted by ray and distance
    :param depth: how many bodies each ray is in before
    :return: (rays, positions of the hits)
    """
    sums = np.cumsum(sign)
    begins = np.flatnonzero(np.diff(rays, prepend=-1))
    sizes = np.diff(np.append(begins, len(rays)))
    before = np.repeat(sums[begins] - sign[begins], sizes)
    is_out = depth[rays] + sums - before <= 0
    where = np.flatnonzero(is_out)
    if not len(where):
        return rays[:0], where
    first = np.flatnonzero(np.diff(rays[where], prepend=-1))
    return rays[where[first]], where[first]
