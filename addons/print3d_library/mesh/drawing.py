"""A picture of a mesh, drawn by numpy alone: no GPU, no display, no driver.

Triangles are filled into a depth buffer at twice or three times the size, so that the
edges come out smooth when the picture is made smaller. Triangles whose boxes have
about one size are filled together: their boxes are grids of one shape, and a stack of
grids is one array.
"""

import io
from dataclasses import replace

import numpy as np
from PIL import Image

from . import colours, measure, topology
from .model import EXCLUDED, MODEL, MODIFIER, NEGATIVE

# From where the model is seen: to the right of the front, from above, in degrees.
# Flat things are seen from higher up.
TURN = 32.0
TILT = 27.0
TILT_FLAT = 52.0
FLAT = 0.12
MARGIN = 0.07
MAX_SIDE = 2048
DEFAULT = "#9DB2C6"
# Parts that are not printed are shown as glass, in the colours slicers give them.
GHOSTS = {MODIFIER: "#F0B429", NEGATIVE: "#7C8691"}
GHOST = "#5B8DEF"
GHOST_STRENGTH = 0.4
# Faces that meet at less than this are drawn as one round surface.
SMOOTH = float(np.cos(np.radians(35.0)))
# Meshes with more triangles have them smaller than anything to be rounded.
MAX_SMOOTH = 600_000
MAX_VALENCE = 24
# Pixels of boxes (about twice those of triangles) filled at a time, and in all: of
# triangles that all cover the picture the last are left out, the smallest.
BATCH = 1_000_000
BUDGET = 120_000_000
SHADOW = 0.30
# Directions of the lights as seen: right, up, towards the viewer.
KEY = np.array([-0.42, 0.66, 0.62]) / np.linalg.norm([-0.42, 0.66, 0.62])
FILL = np.array([0.85, 0.10, 0.52]) / np.linalg.norm([0.85, 0.10, 0.52])


def render(scene, size=(512, 384)):
    """A shaded picture of a scene on a transparent ground.

    :param scene: :class:`~.model.Scene` with triangles
    :param size: width and height in pixels
    :return: bytes of a PNG
    """
    width, height = (int(np.clip(side, 16, MAX_SIDE)) for side in size)
    placed = _gathered(scene)
    parts = [part for part in placed if part.role == MODEL]
    ghosts = [part for part in placed if part.role not in (MODEL, EXCLUDED)]
    if not parts:
        parts, ghosts = placed, []
    scale = 3 if width * height <= 100_000 else 2
    camera = _Camera(parts + ghosts, width, height)
    picture = _draw(camera, parts, scale)
    shadow = _shadow(camera, parts)
    picture = _over(picture, shadow)
    if ghosts:
        glass = _draw(camera, ghosts, scale, is_glass=True)
        glass[..., 3] *= GHOST_STRENGTH
        picture = _over(glass, picture)
    image = Image.fromarray((picture * 255 + 0.5).astype(np.uint8))
    stream = io.BytesIO()
    image.save(stream, "PNG", compress_level=7)
    return stream.getvalue()


def _gathered(scene):
    """The parts, those of several plates moved near: slicers lay plates a bed's width
    apart, which would show little but the floor between."""
    plates = sorted({part.plate for part in scene.parts})
    if len(plates) < 2:
        return scene.parts
    boxes = {}
    for plate in plates:
        own = [
            measure.box(part.vertices) for part in scene.parts if part.plate == plate
        ]
        boxes[plate] = (
            np.min([low for low, _high in own], axis=0),
            np.max([high for _low, high in own], axis=0),
        )
    extents = [high - low for low, high in boxes.values()]
    step = np.max(extents, axis=0)[:2] * 1.12
    columns = int(np.ceil(np.sqrt(len(plates))))
    moves = {}
    for place, plate in enumerate(plates):
        row, column = divmod(place, columns)
        low, high = boxes[plate]
        middle = (low + high)[:2] / 2
        goal = np.array([column * step[0], -row * step[1]])
        moves[plate] = np.append(goal - middle, 0.0)
    return [
        replace(part, vertices=part.vertices + moves[part.plate])
        for part in scene.parts
    ]


class _Camera:
    """Parallel projection that shows all of some parts.

    Seen coordinates are pixels to the right, pixels down and mm towards the viewer.
    """

    def __init__(self, parts, width, height):
        self.width, self.height = width, height
        boxes = [measure.box(part.vertices) for part in parts]
        self.low = np.min([low for low, _high in boxes], axis=0)
        high = np.max([high for _low, high in boxes], axis=0)
        self.middle = (self.low + high) / 2
        extent = high - self.low
        across = max(extent[0], extent[1]) or 1.0
        share = np.clip(extent[2] / across / FLAT, 0.0, 1.0)
        tilt = np.radians(TILT_FLAT + (TILT - TILT_FLAT) * share)
        turn = np.radians(TURN)
        eye = np.array(
            [
                np.sin(turn) * np.cos(tilt),
                -np.cos(turn) * np.cos(tilt),
                np.sin(tilt),
            ]
        )
        right = np.array([np.cos(turn), np.sin(turn), 0.0])
        # Rows: right, up, towards the viewer.
        self.axes = np.stack([right, np.cross(eye, right), eye])
        lows, highs = [], []
        for part in parts:
            for points in (part.vertices, self.on_ground(part.vertices)):
                seen = (points - self.middle) @ self.axes.T
                lows.append(seen.min(axis=0))
                highs.append(seen.max(axis=0))
        low, high = np.min(lows, axis=0), np.max(highs, axis=0)
        reach = np.maximum(high - low, 1e-9)
        room = 1 - 2 * MARGIN
        self.zoom = min(width * room / reach[0], height * room / reach[1])
        self.centre = (low + high) / 2
        self.depth = max(reach[2], reach[0] * 1e-3, reach[1] * 1e-3)

    def seen(self, points, scale):
        """Points as seen in a picture ``scale`` times as large, float32 (n, 3)."""
        seen = (points - self.middle) @ self.axes.T - self.centre
        seen *= np.array([self.zoom * scale, -self.zoom * scale, 1.0])
        seen[:, 0] += self.width * scale / 2
        seen[:, 1] += self.height * scale / 2
        return seen.astype(np.float32)

    def on_ground(self, points):
        """Where the shadows of points fall, under a light from above and the left."""
        height = points[:, 2] - self.low[2]
        fallen = points.copy()
        fallen[:, 2] = self.low[2]
        to_right = self.axes[0] * 0.22 - self.axes[2] * [0.12, 0.12, 0]
        fallen += height[:, None] * np.array([to_right[0], to_right[1], 0.0])
        return fallen


def _draw(camera, parts, scale, is_glass=False):
    """Parts as float array (height, width, 4) from 0 to 1."""
    seen = [camera.seen(part.vertices, scale)[part.faces] for part in parts]
    corners = np.concatenate(seen)
    del seen
    width, height = camera.width * scale, camera.height * scale
    nearest = _fill(corners, width, height)
    pixels = np.flatnonzero(nearest >= 0)
    face = (nearest[pixels] & 0xFFFFFFFF).astype(np.int64)
    picture = np.zeros((height * width, 4), np.float32)
    if len(pixels):
        normals, depth = _surface(camera, parts, corners, face, pixels, width)
        base = _base_colours(parts, face, is_glass)
        map_depth = np.full(height * width, np.nan, np.float32)
        map_depth[pixels] = depth
        shades = _shade(base, normals)
        shades *= _cavities(map_depth, height, width, camera)[pixels, None]
        shades *= _lines(map_depth, normals, pixels, height, width, camera)[:, None]
        picture[pixels, :3] = np.clip(shades, 0, 1) ** (1 / 2.2)
        picture[pixels, 3] = 1.0
    return _smaller(picture.reshape(height, width, 4), scale)


def _smaller(picture, scale):
    """Means of squares of pixels; colours weighted by how solid they are."""
    height, width = picture.shape[0] // scale, picture.shape[1] // scale
    picture[..., :3] *= picture[..., 3:]
    squares = picture.reshape(height, scale, width, scale, 4)
    mean = squares.mean(axis=(1, 3))
    mean[..., :3] /= np.maximum(mean[..., 3:], 1e-6)
    return mean


def _over(front, back):
    """One picture before another (Porter and Duff 1984)."""
    alpha = front[..., 3:] + back[..., 3:] * (1 - front[..., 3:])
    colour = front[..., :3] * front[..., 3:]
    colour += back[..., :3] * back[..., 3:] * (1 - front[..., 3:])
    return np.concatenate([colour / np.maximum(alpha, 1e-6), alpha], axis=-1)


def _fill(corners, width, height):
    """The nearest face at each pixel.

    :param corners: float32 (m, 3, 3), seen corners of faces
    :return: int64 array of height * width: depth in the upper bits, number of the
        face in the lower 32, negative where there is none
    """
    nearest = np.full(height * width, -1, np.int64)
    if not len(corners):
        return nearest
    depths = corners[..., 2]
    lowest = float(depths.min())
    stretch = (2**30) / max(float(depths.max()) - lowest, 1e-9)
    # Pixels whose middles are in the box of the triangle.
    first = np.ceil(corners[..., :2].min(axis=1) - 0.5)
    last = np.floor(corners[..., :2].max(axis=1) - 0.5)
    first = np.clip(first, 0, [width, height]).astype(np.int32)
    last = np.clip(last, -1, [width - 1, height - 1]).astype(np.int32)
    sides = last - first + 1
    some = np.flatnonzero((sides > 0).all(axis=1))
    sides = sides[some]
    # Stacks of boxes: sides rounded up to powers of two.
    levels = np.ceil(np.log2(sides)).astype(np.int64)
    kinds = levels[:, 0] * 32 + levels[:, 1]
    order = np.argsort(-kinds, kind="stable")
    bounds = np.flatnonzero(np.diff(kinds[order])) + 1
    spent = 0
    for group in np.split(order, bounds):
        if not len(group):
            continue
        wide, high = sides[group].max(axis=0).tolist()
        count = max(BATCH // (wide * high), 1)
        for start in range(0, len(group), count):
            faces = some[group[start : start + count]]
            spent += len(faces) * wide * high
            if spent > BUDGET:
                return nearest
            _fill_stack(
                nearest,
                faces,
                corners[faces],
                first[faces],
                (wide, high),
                (width, height),
                (lowest, stretch),
            )
    return nearest


def _fill_stack(nearest, faces, corners, first, box, size, depths):
    wide, high = box
    width, height = size
    lowest, stretch = depths
    # Pixel middles relative to the first corner, in double precision for slivers.
    at = corners.astype(np.float64)
    x = first[:, :1] + np.arange(wide) + 0.5 - at[:, :1, 0]
    y = first[:, 1:] + np.arange(high) + 0.5 - at[:, :1, 1]
    one, two = at[:, 1] - at[:, 0], at[:, 2] - at[:, 0]
    area = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        inverse = 1.0 / area
    inverse[~np.isfinite(inverse)] = 0.0
    # Shares of the second and the third corner grow evenly along x and y.
    share = _plane(x, y, two[:, 1] * inverse, -two[:, 0] * inverse)
    other = _plane(x, y, -one[:, 1] * inverse, one[:, 0] * inverse)
    inside = (share >= -1e-6) & (other >= -1e-6) & (share + other <= 1 + 1e-6)
    inside &= (area != 0)[:, None, None]
    # Boxes of the stack are as large as the largest; the rest is outside anyway, but
    # may be outside of the picture too.
    inside &= (first[:, :1] + np.arange(wide) < width)[:, None, :]
    inside &= (first[:, 1:] + np.arange(high) < height)[:, :, None]
    which, row, column = np.nonzero(inside)
    share, other = share[inside], other[inside]
    depth = at[which, 0, 2] + share * one[which, 2] + other * two[which, 2]
    key = ((depth - lowest) * stretch).astype(np.int64)
    np.clip(key, 0, 2**30, out=key)
    key <<= 32
    key |= faces[which]
    pixel = (first[which, 1] + row) * width + first[which, 0] + column
    np.maximum.at(nearest, pixel, key)


def _plane(x, y, along_x, along_y):
    return (y * along_y[:, None])[:, :, None] + (x * along_x[:, None])[:, None, :]


def _surface(camera, parts, corners, face, pixels, width):
    """Normal (n, 3) as seen and depth (n,) at pixels of faces."""
    normals = _corner_normals(camera, parts, np.unique(face))
    at = corners[face].astype(np.float64)
    one, two = at[:, 1] - at[:, 0], at[:, 2] - at[:, 0]
    x = pixels % width + 0.5 - at[:, 0, 0]
    y = pixels // width + 0.5 - at[:, 0, 1]
    area = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    area[area == 0] = 1.0
    share = np.clip((x * two[:, 1] - y * two[:, 0]) / area, 0, 1)
    other = np.clip((y * one[:, 0] - x * one[:, 1]) / area, 0, 1)
    depth = at[:, 0, 2] + share * one[:, 2] + other * two[:, 2]
    own = normals[face]
    mixed = own[:, 0] * (1 - share - other)[:, None].astype(np.float32)
    mixed += own[:, 1] * share[:, None].astype(np.float32)
    mixed += own[:, 2] * other[:, None].astype(np.float32)
    mixed /= np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9)
    return mixed, depth.astype(np.float32)


def _corner_normals(camera, parts, visible):
    """Seen normal at each corner of each face, float32 (m, 3, 3); only those of
    visible faces count."""
    total = sum(len(part.faces) for part in parts)
    normals = np.empty((total, 3, 3), np.float32)
    is_visible = np.zeros(total, bool)
    is_visible[visible] = True
    place = 0
    for part in parts:
        own = slice(place, place + len(part.faces))
        place = own.stop
        vectors = measure.area_vectors(part.vertices, part.faces) @ camera.axes.T
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        flat = vectors / np.maximum(lengths, 1e-30)
        normals[own] = flat[:, None, :]
        if total <= MAX_SMOOTH and is_visible[own].any():
            _round_off(normals[own], part, vectors, flat, is_visible[own])
    return normals


def _round_off(normals, part, vectors, flat, is_visible):
    """Mix the normals of faces around a point that meet at a small angle."""
    _first, number = topology.groups(
        topology.grid_keys(part.vertices, topology.tolerance(part.vertices) or 1.0)
    )
    corner = number[part.faces].ravel()
    order = np.argsort(corner, kind="stable")
    counts = np.bincount(corner)
    starts = np.cumsum(counts) - counts
    asked = np.flatnonzero(np.repeat(is_visible, 3) & (counts[corner] <= MAX_VALENCE))
    sizes = counts[corner[asked]]
    for some in np.array_split(np.arange(len(asked)), len(asked) // 300_000 + 1):
        size = sizes[some]
        whose = np.repeat(asked[some], size)
        step = np.arange(len(whose)) - np.repeat(np.cumsum(size) - size, size)
        neighbour = order[starts[corner[whose]] + step] // 3
        near = np.einsum("ij,ij->i", flat[whose // 3], flat[neighbour]) > SMOOTH
        whose, neighbour = whose[near], neighbour[near]
        if not len(whose):
            continue
        begins = np.flatnonzero(np.diff(whose, prepend=-1))
        sums = np.add.reduceat(vectors[neighbour], begins, axis=0)
        sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-30)
        normals.reshape(-1, 3)[whose[begins]] = sums


def _base_colours(parts, face, is_glass):
    """Colours of faces in linear light, float32 (n, 3)."""
    bounds = np.cumsum([0] + [len(part.faces) for part in parts])
    owner = np.searchsorted(bounds, face, side="right") - 1
    plain = np.array(
        [
            colours.to_rgb(
                GHOSTS.get(part.role, GHOST) if is_glass else part.colour or DEFAULT
            )
            for part in parts
        ],
        np.float32,
    )
    chosen = plain[owner]
    if not is_glass:
        for number, part in enumerate(parts):
            if part.face_colours is not None:
                own = owner == number
                chosen[own] = part.face_colours[face[own] - bounds[number]]
    # Neither black nor white leave any room for light and shadow.
    return 0.05 + 0.76 * (chosen / 255.0) ** 2.2


def _shade(base, normals):
    """Colours under two lamps and a bright sky."""
    away = normals[:, 2] < 0
    normals = np.where(away[:, None], -normals, normals)
    key = np.maximum(normals @ KEY.astype(np.float32), 0)
    fill = np.maximum(normals @ FILL.astype(np.float32), 0)
    sky = normals[:, 1] * 0.5 + 0.5
    half = KEY + [0, 0, 1]
    half /= np.linalg.norm(half)
    shine = np.maximum(normals @ half.astype(np.float32), 0) ** 40
    light = 0.24 + 0.24 * sky + 0.86 * key + 0.22 * fill
    shades = base * light[:, None] + 0.06 * shine[:, None]
    # The inside of a wall, seen through a hole in it.
    shades[away] *= 0.45
    return shades.astype(np.float32)


def _box_mean(values, radius):
    """Means over squares of 2 radius + 1 pixels, by running sums."""
    for axis in (0, 1):
        length = values.shape[axis]
        sums = np.cumsum(values, axis=axis, dtype=np.float64)
        sums = np.insert(sums, 0, 0.0, axis=axis)
        places = np.arange(length)
        high = np.minimum(places + radius + 1, length)
        low = np.maximum(places - radius, 0)
        values = np.take(sums, high, axis) - np.take(sums, low, axis)
    return values


def _cavities(depth, height, width, camera):
    """How bright a place is that lies behind what is around it (unsharp masking of
    the depth buffer, Luft, Colditz and Deussen 2006)."""
    table = depth.reshape(height, width)
    there = ~np.isnan(table)
    filled = np.where(there, table, 0.0)
    radius = max(min(height, width) // 40, 2)
    count = np.maximum(_box_mean(there.astype(np.float32), radius), 1)
    behind = _box_mean(filled, radius) / count - filled
    behind = np.clip(behind / camera.depth * 9.0, 0.0, 1.0)
    return (1 - 0.42 * behind).ravel().astype(np.float32)


def _lines(depth, normals, pixels, height, width, camera):
    """How bright a pixel is beside a sharp edge or a step in depth."""
    seen = np.zeros((height * width, 3), np.float32)
    seen[pixels] = normals
    seen = seen.reshape(height, width, 3)
    table = depth.reshape(height, width)
    edge = np.zeros((height, width), np.float32)
    there = ~np.isnan(table)
    step = camera.depth * 0.02
    for axis in (0, 1):
        one = [slice(None)] * 2
        two = [slice(None)] * 2
        one[axis], two[axis] = slice(None, -1), slice(1, None)
        one, two = tuple(one), tuple(two)
        bend = np.einsum("ijk,ijk->ij", seen[one], seen[two])
        with np.errstate(invalid="ignore"):
            jump = table[one] - table[two]
            sharp = (bend < 0.82) & (np.abs(jump) < step)
            strength = np.where(sharp, 0.22, 0.0).astype(np.float32)
            edge[one] = np.maximum(edge[one], strength)
            edge[two] = np.maximum(edge[two], strength)
            # The outline, so that white is seen on white.
            outline = np.where(there[one] != there[two], 0.30, 0.0)
            edge[one] = np.maximum(edge[one], outline)
            edge[two] = np.maximum(edge[two], outline)
            # A step darkens what lies behind it.
            edge[two] = np.maximum(edge[two], np.where(jump >= step, 0.35, 0))
            edge[one] = np.maximum(edge[one], np.where(-jump >= step, 0.35, 0))
    return 1 - edge.ravel()[pixels]


def _shadow(camera, parts):
    """The soft shadow on the ground, (height, width, 4)."""
    width, height = camera.width, camera.height
    mask = np.zeros(height * width, bool)
    for part in parts:
        seen = camera.seen(camera.on_ground(part.vertices), 1)
        mask |= _fill(seen[part.faces], width, height) >= 0
    soft = mask.reshape(height, width).astype(np.float64)
    for radius in (height // 90 + 1, height // 60 + 1, height // 45 + 1):
        soft = _box_mean(soft, radius) / (2 * radius + 1) ** 2
    shadow = np.zeros((height, width, 4))
    shadow[..., 3] = soft * SHADOW
    return shadow
