"""AMF (ISO/ASTM 52915), plain or zipped, with what Slic3r and PrusaSlicer add."""

from dataclasses import dataclass, field

import numpy as np

from .. import colours
from ..errors import MeshError
from ..model import MODEL, MODIFIER, SUPPORT, UNITS, Part, Scene
from ..package import Container, translated
from ..source import MAX_PARTS, check_count, check_mesh
from ..topology import compact
from ..xmlstream import BATCH, MAX_DEPTH, Numbers, parse, too_deep
from .projects import ROLES

MAX_MODEL = 1024**3
MAX_LEVELS = 32
MAX_VISITS = 50_000
MAX_TEXT = 20_000
MAX_METADATA = 100
# AMF writes "feet" where 3MF writes "foot".
UNIT_WORDS = {unit: unit for unit in UNITS} | {"feet": "foot"}
# Words of elements whose text is a number of a point or a corner.
_POINT = ("x", "y", "z")
_CORNER = ("v1", "v2", "v3")
# Numbers that place an instance: of the standard, and of Slic3r.
_PLACE = (
    "deltax",
    "deltay",
    "deltaz",
    "rx",
    "ry",
    "rz",
    "scale",
    "scalex",
    "scaley",
    "scalez",
    "mirrorx",
    "mirrory",
    "mirrorz",
)


def load(source):
    """The scene of an AMF file.

    Curved triangles are taken as flat ones. A colour given by a formula is left out.

    :raises MeshError: ``no_geometry``, ``cycle``, ``too_large``, ``bad_index``,
        ``bad_number`` and those of zip and XML
    """
    reader = _Reader()
    if source.head[:2] == b"PK":
        with translated():
            container = Container(source.stream, source.size)
            names = [name for name in container.names if name.lower().endswith(".amf")]
            if not names:
                raise MeshError(
                    "no_geometry",
                    "The package holds no AMF model. Export the model again.",
                    triangles=0,
                )
            parse(container.stream(names[0], MAX_MODEL), reader, repr(names[0]))
    else:
        parse(source.chunks(), reader, "The AMF file")
    return reader.scene()


@dataclass
class _Volume:
    material: str = ""
    type: str = ""
    colour: str = ""
    metadata: dict = field(default_factory=dict)
    corners: Numbers = field(default_factory=lambda: Numbers(int))


@dataclass
class _Object:
    id: str = ""
    colour: str = ""
    metadata: dict = field(default_factory=dict)
    points: Numbers = field(default_factory=lambda: Numbers(float))
    volumes: list = field(default_factory=list)
    pieces: list | None = None


@dataclass
class _Material:
    colour: str = ""
    metadata: dict = field(default_factory=dict)


class _Reader:
    """The handler of the XML."""

    def __init__(self):
        self.unit = "millimeter"
        self.metadata = {}
        self.objects = {}
        self.constellations = {}
        self.materials = {}
        self._path = []
        # Pieces of the text of the element that is read, or None.
        self._text = None
        self._object = self._volume = self._material = None
        self._instances = self._instance = None
        self._colour = None
        self._name = ""
        self._parts = self._triangles = self._visits = 0

    def prefix(self, name, uri):
        """Namespaces do not matter here."""

    def start(self, tag, attributes):
        tag = tag.rpartition(" ")[2].lower()
        self._path.append(tag)
        if len(self._path) > MAX_DEPTH:
            raise too_deep("The AMF file")
        if tag in _NUMBERS:
            self._text = []
            return
        handle = self._STARTS.get(tag)
        if handle:
            values = dict(zip(attributes[::2], attributes[1::2], strict=True))
            handle(self, values)

    def text(self, data):
        if self._text is not None:
            self._text.append(data)

    def end(self, tag):
        tag = self._path.pop()
        if tag in _NUMBERS:
            text = "".join(self._text or ())[:MAX_TEXT]
            self._text = None
            self._number(tag, text)
            return
        handle = self._ENDS.get(tag)
        if handle:
            handle(self)

    def _number(self, tag, text):
        if tag in _POINT:
            if self._object is not None and self._path[-1:] == ["coordinates"]:
                points = self._object.points
                points.texts.append(text)
                if len(points.texts) > BATCH and tag == "z":
                    points.flush()
        elif tag in _CORNER:
            if self._volume is not None and self._path[-1:] == ["triangle"]:
                corners = self._volume.corners
                corners.texts.append(text)
                if len(corners.texts) > BATCH and tag == "v3":
                    corners.flush()
                    check_count(len(corners) // 3)
        elif self._colour is not None and tag in "rgba":
            self._colour[tag] = text
        elif self._instance is not None:
            self._instance[tag] = text

    def _start_amf(self, values):
        if len(self._path) > 1:
            return
        unit = values.get("unit", "millimeter").lower()
        if unit not in UNIT_WORDS:
            raise MeshError(
                "unsupported",
                f"The model is in a unit AMF does not know ({unit[:40]!r}). Export it "
                "in millimetres.",
            )
        self.unit = UNIT_WORDS[unit]

    def _start_object(self, values):
        self._object = _Object(id=values.get("id", ""))

    def _end_object(self):
        if self._object is not None:
            self.objects.setdefault(self._object.id, self._object)
            if len(self.objects) > MAX_VISITS:
                raise _too_many()
        self._object = None

    def _start_volume(self, values):
        self._volume = _Volume(
            material=values.get("materialid", ""), type=values.get("type", "").lower()
        )

    def _end_volume(self):
        if self._object is not None and self._volume is not None:
            self._volume.corners.flush()
            self._object.volumes.append(self._volume)
            if len(self._object.volumes) > MAX_PARTS:
                raise _too_many()
        self._volume = None

    def _end_vertices(self):
        if self._object is not None:
            self._object.points.flush()

    def _start_material(self, values):
        self._material = _Material()
        if len(self.materials) < MAX_PARTS:
            self.materials[values.get("id", "")] = self._material

    def _end_material(self):
        self._material = None

    def _start_constellation(self, values):
        self._instances = self.constellations.setdefault(values.get("id", ""), [])
        if len(self.constellations) > MAX_VISITS:
            raise _too_many()

    def _end_constellation(self):
        self._instances = None

    def _start_instance(self, values):
        self._instance = {"": values.get("objectid", "")}

    def _end_instance(self):
        if self._instances is not None and self._instance is not None:
            self._instances.append(self._instance)
            if len(self._instances) > MAX_VISITS:
                raise _too_many()
        self._instance = None

    def _start_colour(self, _values):
        # Of a point or a triangle: a gradient, which no part has.
        if self._path[-2:-1] in (["object"], ["volume"], ["material"]):
            self._colour = {}

    def _end_colour(self):
        values, self._colour = self._colour, None
        if values is None:
            return
        try:
            colour = colours.from_fractions(*(float(values.get(c, "0")) for c in "rgb"))
        except ValueError:
            return
        owner = self._material or self._volume or self._object
        if owner is not None:
            owner.colour = colour

    def _start_metadata(self, values):
        self._name = values.get("type", "")
        self._text = []

    def _end_metadata(self):
        text = "".join(self._text or ()).strip()[:MAX_TEXT]
        self._text = None
        owner = self._material or self._volume or self._object or self
        inside = self._path[-1:] == ["amf"]
        target = self.metadata if inside else owner.metadata
        if self._name and len(target) < MAX_METADATA:
            target[self._name[:200]] = text

    _STARTS = {
        "amf": _start_amf,
        "object": _start_object,
        "volume": _start_volume,
        "material": _start_material,
        "constellation": _start_constellation,
        "instance": _start_instance,
        "color": _start_colour,
        "colour": _start_colour,
        "metadata": _start_metadata,
    }
    _ENDS = {
        "object": _end_object,
        "vertices": _end_vertices,
        "volume": _end_volume,
        "material": _end_material,
        "constellation": _end_constellation,
        "instance": _end_instance,
        "color": _end_colour,
        "colour": _end_colour,
        "metadata": _end_metadata,
    }

    # Building

    def scene(self):
        """The scene of what was read: constellations that are part of no other, and
        the objects that are in none.

        :raises MeshError: ``no_geometry`` and those of :func:`load`
        """
        scene = Scene(format="amf", unit=self.unit, metadata=self.metadata)
        used = {
            instance[""]
            for instances in self.constellations.values()
            for instance in instances
        }
        names = [name for name in self.constellations if name not in used]
        if self.constellations and not names:
            raise _endless()
        names += [name for name in self.objects if name not in used]
        for name in names:
            self._build(scene, name)
        if not scene.parts:
            raise MeshError(
                "no_geometry",
                "The AMF file holds no triangles. Export the model again, with a body "
                "selected.",
                triangles=0,
            )
        return scene

    def _build(self, scene, name):
        stack = [(name, np.eye(3), np.zeros(3), ())]
        while stack:
            name, turn, move, parents = stack.pop()
            self._visits += 1
            if self._visits > MAX_VISITS:
                raise _too_many()
            if name in self.objects:
                self._place(scene, self.objects[name], turn, move)
            elif name in self.constellations:
                if name in parents or len(parents) > MAX_LEVELS:
                    raise _endless()
                for instance in reversed(self.constellations[name]):
                    own_turn, own_move = _placing(instance)
                    stack.append(
                        (
                            instance[""],
                            own_turn @ turn,
                            own_move @ turn + move,
                            (*parents, name),
                        )
                    )
            else:
                raise MeshError(
                    "bad_index",
                    "The model is built from an object that is not in the file "
                    f"(number {name[:20]!r}). Export it again.",
                )

    def _place(self, scene, owner, turn, move):
        if owner.pieces is None:
            owner.pieces = [self._piece(owner, volume) for volume in owner.volumes]
        item = self._visits
        for piece in owner.pieces:
            if not len(piece.faces):
                continue
            self._parts += 1
            self._triangles += len(piece.faces)
            check_count(self._triangles)
            if self._parts > MAX_PARTS:
                raise _too_many()
            with np.errstate(over="ignore", invalid="ignore"):
                vertices = (piece.vertices @ turn + move) * UNITS[self.unit]
            check_mesh(vertices, (), "The AMF file")
            faces = piece.faces
            if np.linalg.det(turn) < 0:
                faces = np.ascontiguousarray(faces[:, ::-1])
            scene.parts.append(
                Part(piece.name, vertices, faces, piece.role, piece.colour, item=item)
            )

    def _piece(self, owner, volume):
        points, corners = owner.points.table(), volume.corners.table()
        check_mesh(points, corners, "The AMF file")
        vertices, faces = compact(points, corners.astype(np.int32))
        material = self.materials.get(volume.material, _Material())
        return Part(
            name=volume.metadata.get("name") or owner.metadata.get("name", ""),
            vertices=vertices,
            faces=faces,
            role=_role(volume),
            colour=volume.colour or material.colour or owner.colour,
        )


_NUMBERS = frozenset((*_POINT, *_CORNER, *_PLACE, *"rgba"))


def _role(volume):
    if volume.type == "support":
        return SUPPORT
    role = ROLES.get(volume.metadata.get("slic3r.volume_type", ""), MODEL)
    if volume.metadata.get("slic3r.modifier") == "1" and role == MODEL:
        return MODIFIER
    return role


def _placing(instance):
    """Matrix (for rows of points) and move of an instance: scaled, turned about x,
    then y, then z, and moved."""
    values = dict.fromkeys(_PLACE, 0.0)
    values.update(dict.fromkeys(("scale", "scalex", "scaley", "scalez"), 1.0))
    for name, text in instance.items():
        if name:
            try:
                values[name] = float(text)
            except ValueError:
                raise _bad_place() from None
    turn = np.eye(3)
    for axis, letter in enumerate("xyz"):
        size = values["scale"] * values[f"scale{letter}"]
        turn[axis, axis] = -size if values[f"mirror{letter}"] else size
    if not np.isfinite(list(values.values())).all():
        raise _bad_place()
    for axis, letter in enumerate("xyz"):
        angle = np.radians(values[f"r{letter}"])
        one, two = (axis + 1) % 3, (axis + 2) % 3
        step = np.eye(3)
        step[one, one] = step[two, two] = np.cos(angle)
        step[one, two], step[two, one] = np.sin(angle), -np.sin(angle)
        turn = turn @ step
    return turn, np.array([values["deltax"], values["deltay"], values["deltaz"]])


def _bad_place():
    return MeshError(
        "bad_number",
        "The AMF file places an object by words that are no numbers. Export the model "
        "again.",
    )


def _endless():
    return MeshError(
        "cycle",
        "A group of objects in the AMF file contains itself or is nested without "
        "end. Export the model again.",
    )


def _too_many():
    return MeshError(
        "too_large",
        f"The model is put together from more than {MAX_PARTS:,} parts, more than "
        "any plate holds. Export it again.",
    )
