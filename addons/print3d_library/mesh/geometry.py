"""What a viewer needs of a mesh, in one compact binary.

The answer is :data:`MAGIC`, the length of the header as uint32, the header as JSON
filled up with blanks to a multiple of 4 bytes, and the body: float32 positions and
uint32 indices, all little-endian. The header says which part has which range of them.
"""

import json
import struct

import numpy as np

from .errors import MeshError
from .loading import load_source
from .source import opened

MAGIC = b"P3DM"
# Changes when the same file would give another answer.
VERSION = 1
# What a telephone turns smoothly, with some to spare.
MAX_TRIANGLES = 400_000
MAX_PARTS = 1_000
# Colours that single triangles of one part may have
MAX_COLOURS = 64
NAME_LENGTH = 120
ROUNDS = 40


def geometry_stream(stream, name=""):
    """The binary of a mesh file.

    :param stream: seekable binary file
    :param name: file name, for messages only
    :return: bytes
    :raises MeshError: for everything that is wrong with the file
    """
    with opened(stream, name) as source:
        return encode(load_source(source))


def encode(scene, limit=MAX_TRIANGLES):
    """The binary of a :class:`~.model.Scene`.

    The header has ``kind`` (``mesh``), ``box`` (lowest and highest corner in mm, as
    in the file), ``triangles`` of the file, ``shown`` (of the body; fewer where the
    mesh was simplified), ``parts``: ``name``, ``role``, ``colour``, ``plate``,
    ``vertices`` and ``indices`` as [first byte in the body, count of vertices or
    indices] and ``groups``, where triangles have colours of their own, as [first
    index, count, colour]. Positions are relative to ``origin``: middle of the box,
    its lowest z.

    :param limit: most triangles; a mesh with more is simplified by joining vertices
        that are close together
    :raises MeshError: ``no_geometry``, ``too_many_parts``
    """
    parts = [part for part in scene.parts if len(part.faces)]
    if not parts:
        raise MeshError("no_geometry", "The file has no triangle that can be shown.")
    if len(parts) > MAX_PARTS:
        raise MeshError(
            "too_many_parts",
            f"The file has {len(parts)} parts; up to {MAX_PARTS} are shown in 3D.",
            parts=len(parts),
        )
    total = sum(len(part.faces) for part in parts)
    lowest = np.min([part.vertices.min(axis=0) for part in parts], axis=0)
    highest = np.max([part.vertices.max(axis=0) for part in parts], axis=0)
    origin = np.array([*((lowest + highest) / 2)[:2], lowest[2]])
    body, entries, shown = bytearray(), [], 0
    for number, part in enumerate(parts, 1):
        vertices, faces, colours = part.vertices, part.faces, part.face_colours
        if total > limit:
            share = max(int(limit * len(faces) / total), 200)
            vertices, faces, colours = simplify(vertices, faces, colours, share)
        used, numbers = np.unique(faces, return_inverse=True)
        faces = numbers.reshape(-1, 3).astype("<u4")
        faces, groups = _grouped(faces, colours)
        shown += len(faces)
        entry = {
            "name": (part.name or f"#{number}")[:NAME_LENGTH],
            "role": part.role,
            "colour": part.colour,
            "plate": part.plate,
            "vertices": [len(body), len(used)],
        }
        body += (vertices[used] - origin).astype("<f4").tobytes()
        entry["indices"] = [len(body), faces.size]
        if groups:
            entry["groups"] = groups
        body += faces.tobytes()
        entries.append(entry)
    header = {
        "kind": "mesh",
        "version": VERSION,
        "box": [lowest.tolist(), highest.tolist()],
        "origin": origin.tolist(),
        "triangles": total,
        "shown": shown,
        "parts": entries,
    }
    return packed(MAGIC, header, bytes(body))


def packed(magic, header, body):
    """Magic, header and body, the body at a multiple of 4 bytes."""
    text = json.dumps(header, ensure_ascii=True, allow_nan=False).encode("ascii")
    text += b" " * (-len(text) % 4)
    return magic + struct.pack("<I", len(text)) + text + body


def simplify(vertices, faces, colours, limit):
    """A mesh with at most so many triangles, about the same to look at.

    Vertices in one cell of a grid become one in their middle; the grid is coarsened
    until the triangles that are left are few enough.

    :param vertices: float64 (n, 3)
    :param faces: int (m, 3)
    :param colours: uint8 (m, 3) or ``None``
    :param limit: most triangles
    :return: (vertices, faces, colours)
    """
    if len(faces) <= limit:
        return vertices, faces, colours
    corners = vertices[faces]
    sides = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = float(np.linalg.norm(sides, axis=1).sum()) / 2
    lowest, extent = vertices.min(axis=0), float(np.ptp(vertices, axis=0).max())
    # A cell of a surface becomes about two triangles.
    cell = max(np.sqrt(2 * area / limit) * 0.8, extent / 2**20, 1e-9)
    for _round in range(ROUNDS):
        cells = np.floor((vertices - lowest) / cell).astype(np.int64)
        key = (cells[:, 0] << 42) | (cells[:, 1] << 21) | cells[:, 2]
        _keys, numbers = np.unique(key, return_inverse=True)
        joined = numbers.reshape(-1)[faces]
        kept = (
            (joined[:, 0] != joined[:, 1])
            & (joined[:, 1] != joined[:, 2])
            & (joined[:, 2] != joined[:, 0])
        )
        if kept.sum() <= limit:
            break
        cell *= 1.25
    counts = np.bincount(numbers.reshape(-1))
    middles = np.stack(
        [
            np.bincount(numbers.reshape(-1), weights=vertices[:, axis]) / counts
            for axis in range(3)
        ],
        axis=1,
    )
    if not kept.any():
        # All of it is smaller than a cell of the scene: its first triangle.
        return vertices, faces[:1], None if colours is None else colours[:1]
    return middles, joined[kept], None if colours is None else colours[kept]


def _grouped(faces, colours):
    """Triangles ordered by their colours, and which range has which.

    :return: (faces, list of [first index, count of indices, ``#RRGGBB``])
    """
    if colours is None or not len(colours):
        return faces, []
    codes = _codes(colours, 0)
    # Too many to tell apart: fewer bits of each.
    for dropped in range(1, 8):
        if len(np.unique(codes)) <= MAX_COLOURS:
            break
        codes = _codes(colours, dropped)
    order = np.argsort(codes, kind="stable")
    found, starts, counts = np.unique(
        codes[order], return_index=True, return_counts=True
    )
    groups = [
        [int(start) * 3, int(count) * 3, f"#{int(code):06X}"]
        for code, start, count in zip(found, starts, counts, strict=True)
    ]
    return faces[order], groups


def _codes(colours, dropped):
    """Colours as numbers, without some low bits of each channel."""
    kept = (colours.astype(np.int64) >> dropped) << dropped
    return (kept[:, 0] << 16) | (kept[:, 1] << 8) | kept[:, 2]
