"""STEP (ISO 10303-21) through cascadio, which wraps Open CASCADE.

Curved surfaces become triangles that stay within a hundredth of a millimetre. The
native library is only ever used in the process of its own that :mod:`..sandbox`
starts, as a broken file may crash it.
"""

import json
import resource
import struct

import numpy as np

from .. import colours
from ..errors import MeshError
from ..model import Part, Scene
from ..source import MAX_PARTS, check_count, check_mesh

# Largest distance in mm and angle in radians between a surface and its triangles.
DEFLECTION = 0.01
ANGLE = 0.35
# glTF measures in metres.
METRE = 1000.0
MAX_SIZE = 256 * 1024 * 1024
_COMPONENTS = {
    5121: np.dtype("u1"),
    5123: np.dtype("<u2"),
    5125: np.dtype("<u4"),
    5126: np.dtype("<f4"),
}


def load(source):
    """The scene of a STEP file: a part for each solid.

    :raises MeshError: ``no_step_reader`` without cascadio, ``damaged``,
        ``no_geometry``, ``too_large``
    """
    try:
        import cascadio
    except ImportError:
        raise MeshError(
            "no_step_reader",
            "STEP files cannot be read here: the Python package cascadio is not "
            "installed. Install it, or export the model as 3MF or STL.",
        ) from None
    if source.size > MAX_SIZE:
        raise MeshError(
            "too_large",
            f"The STEP file is larger than {MAX_SIZE // 1024**2} MB. Export the model "
            "as 3MF or STL.",
            size=source.size,
        )
    data = source.data()
    if b"END-ISO-10303-21" not in data[-4096:]:
        raise MeshError(
            "truncated",
            "The STEP file is cut short: its last line is missing. Copy, download or "
            "export it again.",
        )
    _allow_results()
    try:
        converted = cascadio.load(
            data,
            file_type="step",
            tol_linear=DEFLECTION,
            tol_angular=ANGLE,
            use_parallel=False,
            include_materials=True,
        )
    except (RuntimeError, ValueError):
        converted = b""
    del data
    if not converted:
        raise MeshError(
            "damaged",
            "The STEP file cannot be read. Export the model again, or as 3MF or STL.",
        )
    scene = _Glb(converted).scene()
    if not scene.parts:
        raise MeshError(
            "no_geometry",
            "The STEP file holds no solids or surfaces. Export the model again.",
            triangles=0,
        )
    return scene


def _allow_results():
    """Let the library write its result, which it does to a file in memory: those
    count against the limit of files too, and the child's is zero."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if soft != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


class _Glb:
    """The binary glTF 2.0 that cascadio makes: nodes, meshes, accessors."""

    def __init__(self, data):
        length, kind = struct.unpack_from("<I4s", data, 12)
        if data[:4] != b"glTF" or kind != b"JSON":
            raise ValueError("not a GLB file")
        self._json = json.loads(data[20 : 20 + length])
        # The second chunk holds the numbers; a model without any has none.
        self._numbers = data[28 + length :]

    def scene(self):
        scene = Scene(format="step", unit="millimeter")
        chosen = self._json.get("scene", 0)
        roots = self._list("scenes")[chosen]["nodes"] if self._list("scenes") else []
        stack = [(number, np.eye(4), "") for number in reversed(roots)]
        total = 0
        while stack:
            number, outer, name = stack.pop()
            node = self._list("nodes")[number]
            matrix = outer @ _matrix(node)
            name = node.get("name") or name
            if "mesh" in node:
                part = self._part(node["mesh"], matrix, name)
                if part is not None:
                    total += len(part.faces)
                    check_count(total)
                    part.item = 0
                    scene.parts.append(part)
            children = node.get("children", ())
            stack += [(child, matrix, name) for child in reversed(children)]
            if len(stack) + len(scene.parts) > MAX_PARTS:
                raise MeshError(
                    "too_large",
                    f"The STEP file has more than {MAX_PARTS:,} parts. Export fewer "
                    "at once.",
                )
        return scene

    def _list(self, name):
        return self._json.get(name, [])

    def _part(self, number, matrix, name):
        """One part of all primitives of a mesh."""
        mesh = self._list("meshes")[number]
        points, faces, colour, count = [], [], "", 0
        for primitive in mesh["primitives"]:
            if primitive.get("mode", 4) != 4 or "indices" not in primitive:
                continue
            own = self._values(primitive["attributes"]["POSITION"]).reshape(-1, 3)
            corners = self._values(primitive["indices"]).reshape(-1, 3)
            points.append(own.astype(np.float64))
            faces.append(corners.astype(np.int32) + count)
            count += len(own)
            colour = colour or self._colour(primitive)
        if not faces:
            return None
        vertices = np.concatenate(points)
        vertices = (vertices @ matrix[:3, :3].T + matrix[:3, 3]) * METRE
        # glTF has y up; cascadio keeps the axes of the file.
        faces = np.concatenate(faces)
        check_mesh(vertices, faces, "The STEP file")
        return Part(mesh.get("name") or name, vertices, faces, colour=colour)

    def _values(self, number):
        accessor = self._list("accessors")[number]
        view = self._list("bufferViews")[accessor["bufferView"]]
        width = {"SCALAR": 1, "VEC3": 3}[accessor["type"]]
        start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        kind = _COMPONENTS[accessor["componentType"]]
        return np.frombuffer(self._numbers, kind, accessor["count"] * width, start)

    def _colour(self, primitive):
        if "material" not in primitive:
            return ""
        material = self._list("materials")[primitive["material"]]
        factor = material.get("pbrMetallicRoughness", {}).get("baseColorFactor")
        if not factor:
            return ""
        # glTF colours are linear light, written ones are not (IEC 61966-2-1).
        linear = np.clip(np.array(factor[:3], np.float64), 0, 1)
        curved = np.where(
            linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055
        )
        return colours.from_fractions(*curved)


def _matrix(node):
    """4 × 4 matrix of a node, for columns of points."""
    if "matrix" in node:
        return np.array(node["matrix"], np.float64).reshape(4, 4).T
    matrix = np.eye(4)
    if "rotation" in node:
        x, y, z, w = node["rotation"]
        matrix[:3, :3] = [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    matrix[:3, :3] *= node.get("scale", (1, 1, 1))
    matrix[:3, 3] = node.get("translation", (0, 0, 0))
    return matrix
