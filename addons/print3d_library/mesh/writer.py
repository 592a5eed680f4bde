"""Write meshes for a slicer."""

import numpy as np

from .model import MODEL
from .readers.stl import RECORD

HEADER = b"binary STL, millimetres".ljust(80)


def write_stl(scene):
    """Binary STL of all parts of role ``model``, in mm.

    :param scene: :class:`~.model.Scene`
    :return: bytes
    """
    parts = [part for part in scene.parts if part.role == MODEL]
    count = sum(len(part.faces) for part in parts)
    records = np.zeros(count, RECORD)
    start = 0
    for part in parts:
        own = records[start : start + len(part.faces)]
        own["corners"] = part.vertices[part.faces]
        corners = own["corners"].astype(np.float64)
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        lengths = np.linalg.norm(normals, axis=1, keepdims=True)
        own["normal"] = normals / np.where(lengths > 0, lengths, 1)
        start += len(part.faces)
    return HEADER + np.uint32(count).astype("<u4").tobytes() + records.tobytes()
