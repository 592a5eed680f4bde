"""3MF packages, with what Bambu Studio, PrusaSlicer and Cura add.

Core Specification 1.3; Production (parts in other files), Materials (colours); beam
lattices and slices are noticed and said, extensions a file *requires* and that change
its shape in ways not read here are refused.
"""

from array import array
from dataclasses import dataclass, field

import numpy as np

from .. import colours
from ..errors import MeshError
from ..model import EXCLUDED, MODEL, SUPPORT, UNITS, Part, Scene
from ..package import Container, parse_xml, translated
from ..source import MAX_PARTS, check_count, check_mesh
from ..xmlstream import BATCH, MAX_DEPTH, Numbers, parse, too_deep
from . import projects

MAX_MODEL = 1024**3
# Depth of components within components, and how many may be looked at in all: a
# chain of ten objects that each hold the next ten times makes ten thousand million.
MAX_LEVELS = 32
MAX_VISITS = 50_000
MAX_OBJECTS = 100_000
MAX_METADATA = 100
MAX_TEXT = 20_000
# Different colours of triangles in one mesh; more are a gradient nobody prints.
MAX_SHADES = 100_000
UNPAINTED = (200, 200, 200)
MODEL_TYPE = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"
THUMBNAIL_TYPE = (
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"
)
PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
MATERIAL = "http://schemas.microsoft.com/3dmanufacturing/material/2015/02"
BEAMS = "http://schemas.microsoft.com/3dmanufacturing/beamlattice/2017/02"
SLICE = "http://schemas.microsoft.com/3dmanufacturing/slice/2015/07"
# Required extensions that leave triangles, colours and places as the core says.
HARMLESS = (
    PRODUCTION,
    MATERIAL,
    BEAMS,
    SLICE,
    "http://schemas.microsoft.com/3dmanufacturing/beamlattice/balls/2020/07",
    "http://schemas.microsoft.com/3dmanufacturing/trianglesets/2021/07",
    "http://schemas.microsoft.com/3dmanufacturing/securecontent/2019/04",
    "http://schemas.microsoft.com/3dmanufacturing/securecontent/2019/07",
    "http://schemas.3mf.io/3dmanufacturing/trianglesets/2021/07",
)


def load(source):
    """The scene of a 3MF package.

    :raises MeshError: ``no_geometry`` for a package without a model to print (sliced
        files hold toolpaths only), ``encrypted``, ``unsupported``, ``cycle``,
        ``too_large``, ``bad_index``, ``bad_number`` and those of zip and XML
    """
    with translated():
        package = _Package(Container(source.stream, source.size))
        return _Builder(package).scene()


class _Package:
    """Parts of the package by their names."""

    def __init__(self, container):
        self.container = container
        # Names of parts are the same in upper and lower case (ISO/IEC 29500-2, 6.2).
        self._names = {name.lower(): name for name in container.names}
        self.root = ""
        self.thumbnail = ""
        self._relations()

    def find(self, path):
        """Name of a part in the archive, or empty."""
        return self._names.get(path.lstrip("/").lower(), "")

    def part(self, path):
        """Bytes of a small part, empty when it is not there."""
        name = self.find(path)
        return self.container.read_part(name) if name else b""

    def _relations(self):
        data = self.part("_rels/.rels")
        for element in parse_xml(data, "_rels/.rels").iter() if data else ():
            kind, target = element.get("Type"), element.get("Target") or ""
            if kind == MODEL_TYPE:
                self.root = self.root or self.find(target)
            elif kind == THUMBNAIL_TYPE:
                self.thumbnail = self.thumbnail or self.find(target)
            elif kind and kind.endswith("/keystore"):
                raise _encrypted()
        self.root = self.root or self.find("3D/3dmodel.model")
        if not self.root:
            models = [name for name in self._names if name.endswith(".model")]
            self.root = self._names[models[0]] if len(models) == 1 else ""
        if not self.root:
            raise MeshError(
                "no_geometry",
                "The package holds no 3D model. Choose a 3MF file exported from a "
                "modelling program or a slicer's project.",
                triangles=0,
            )

    def model(self, path):
        """The :class:`_Model` of a model part.

        :raises MeshError: ``damaged`` when it is not in the package
        """
        name = self.find(path)
        if not name:
            raise MeshError(
                "damaged",
                f"The package lacks its part {path[:80]!r}. Export the model again.",
            )
        model = _Model(name)
        parse(self.container.stream(name, MAX_MODEL), model, repr(name))
        model.finish()
        return model


def _encrypted():
    return MeshError(
        "encrypted",
        "The model is encrypted (3MF Secure Content). Export it without protection.",
    )


@dataclass
class Piece:
    """A mesh in the coordinates of its object, in the file's unit."""

    vertices: np.ndarray
    faces: np.ndarray
    name: str = ""
    role: str = MODEL
    colour: str = ""
    face_colours: np.ndarray | None = None


@dataclass
class _Object:
    id: str
    name: str = ""
    type: str = "model"
    colour: tuple = ()
    pieces: list = field(default_factory=list)
    components: list = field(default_factory=list)
    metadata: dict = field(default_factory=dict)
    has_slices: bool = False
    has_beams: bool = False


class _Model:
    """What one model part says; the handler of its XML."""

    def __init__(self, name):
        self.name = name
        self.unit = ""
        self.metadata = {}
        self.objects = {}
        self.items = []
        self.colours = {}
        self._prefixes = {}
        self._depth = 0
        self._starts = None
        self._ends = {}
        self._text = None
        self._in_item = False
        self._object = self._mesh = self._group = None

    def prefix(self, name, uri):
        self._prefixes[name or ""] = uri

    def start(self, tag, attributes):
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise too_deep(self.name)
        if self._starts is None:
            self._root(tag, attributes)
            return
        handle = self._starts.get(tag)
        if handle:
            handle(attributes)

    def end(self, tag):
        self._depth -= 1
        handle = self._ends.get(tag)
        if handle:
            handle()

    def text(self, data):
        if self._text is not None and len(self._text[1]) < MAX_TEXT:
            self._text[1] += data

    def _root(self, tag, attributes):
        core, _blank, local = tag.rpartition(" ")
        if local != "model":
            raise MeshError(
                "damaged",
                f"{self.name!r} is no 3D model (it begins with {local[:40]!r}). "
                "Export the model again.",
            )
        values = _values(attributes)
        self.unit = values.get("unit", "millimeter")
        if self.unit not in UNITS:
            raise MeshError(
                "unsupported",
                f"The model is in a unit 3MF does not know ({self.unit[:40]!r}). "
                "Export it in millimetres.",
            )
        self._check_extensions(values.get("requiredextensions", ""))
        name = f"{core} " if core else ""
        self._starts = {
            f"{name}metadata": self._start_metadata,
            f"{name}object": self._start_object,
            f"{name}mesh": self._start_mesh,
            f"{name}vertex": self._vertex,
            f"{name}triangle": self._triangle,
            f"{name}component": self._component,
            f"{name}item": self._item,
            f"{name}basematerials": self._start_group,
            f"{name}base": self._base,
            f"{MATERIAL} colorgroup": self._start_group,
            f"{MATERIAL} color": self._colour,
            f"{BEAMS} beam": self._beam,
        }
        self._ends = {
            f"{name}metadata": self._end_metadata,
            f"{name}object": self._end_object,
            f"{name}mesh": self._end_mesh,
            f"{name}item": self._end_item,
        }

    def _check_extensions(self, required):
        for prefix in required.split():
            uri = self._prefixes.get(prefix, "")
            if uri not in HARMLESS:
                raise MeshError(
                    "unsupported",
                    f"The model can only be built with the 3MF extension {prefix!r} "
                    f"({uri or 'undefined'}), which is not read. Export it as plain "
                    "triangles.",
                    extension=uri or prefix,
                )

    # Metadata

    def _start_metadata(self, attributes):
        self._text = [_values(attributes).get("name", ""), ""]

    def _end_metadata(self):
        if self._text is None:
            return
        (name, text), self._text = self._text, None
        if self._in_item:
            return
        target = self.metadata if self._object is None else self._object.metadata
        if name and len(target) < MAX_METADATA:
            target[name[:200]] = text.strip()[:MAX_TEXT]

    # Colours

    def _start_group(self, attributes):
        self._group = self.colours.setdefault(_values(attributes).get("id", ""), [])

    def _base(self, attributes):
        self._add_colour(_values(attributes).get("displaycolor"))

    def _colour(self, attributes):
        self._add_colour(_values(attributes).get("color"))

    def _add_colour(self, text):
        if self._group is not None and len(self._group) < 1_000_000:
            self._group.append(colours.from_text(text))

    # Objects

    def _start_object(self, attributes):
        if len(self.objects) >= MAX_OBJECTS:
            raise MeshError(
                "too_large",
                "The package lists more objects than any program writes. Export the "
                "model again.",
            )
        values = _values(attributes)
        self._object = _Object(
            id=values.get("id", ""),
            name=values.get("name", ""),
            type=values.get("type", "model"),
            colour=(values.get("pid", ""), values.get("pindex", "")),
            has_slices=f"{SLICE} slicestackid" in values,
        )

    def _end_object(self):
        found = self._object
        if found is not None:
            # The first of two objects with one number counts, as components before
            # the second can only mean the first.
            self.objects.setdefault(found.id, found)
        self._object = None

    def _start_mesh(self, _attributes):
        self._mesh = _Mesh()

    def _end_mesh(self):
        mesh, self._mesh = self._mesh, None
        if mesh is None or self._object is None:
            return
        self._object.has_beams = mesh.has_beams
        if len(mesh.corners):
            self._object.pieces.append(mesh.piece(self.colours, self._object))

    def _vertex(self, attributes):
        mesh = self._mesh
        if mesh is None:
            return
        if attributes[0:6:2] != _XYZ:
            attributes = _in_order(attributes, _XYZ)
        texts = mesh.points.texts
        texts += attributes[1:6:2]
        if len(texts) > BATCH:
            mesh.points.flush()

    def _triangle(self, attributes):
        mesh = self._mesh
        if mesh is None:
            return
        if attributes[0:6:2] != _V123:
            attributes = _in_order(attributes, _V123)
        texts = mesh.corners.texts
        texts += attributes[1:6:2]
        if len(attributes) > 6:
            mesh.add_properties(attributes[6:])
        if len(texts) > BATCH:
            mesh.corners.flush()
            check_count(len(mesh.corners) // 3)

    def _beam(self, _attributes):
        if self._mesh is not None:
            self._mesh.has_beams = True

    def _component(self, attributes):
        if self._object is not None:
            values = _values(attributes)
            self._object.components.append(
                (_path(values), values.get("objectid", ""), _transform(values))
            )
            if len(self._object.components) > MAX_VISITS:
                raise _too_many()

    def _item(self, attributes):
        self._in_item = True
        values = _values(attributes)
        printable = values.get("printable", "1") != "0"
        self.items.append(
            (_path(values), values.get("objectid", ""), _transform(values), printable)
        )
        if len(self.items) > MAX_VISITS:
            raise _too_many()

    def _end_item(self):
        self._in_item = False

    def finish(self):
        """Forget what only the reading needed."""
        self._starts, self._ends = {}, {}


_XYZ = ["x", "y", "z"]
_V123 = ["v1", "v2", "v3"]


def _values(attributes):
    return dict(zip(attributes[::2], attributes[1::2], strict=True))


def _in_order(attributes, names):
    values = _values(attributes)
    ordered = []
    for name in names:
        ordered += [name, values.pop(name, "")]
    for name, value in values.items():
        ordered += [name, value]
    return ordered


def _path(values):
    return values.get(f"{PRODUCTION} path", "")


def _transform(values):
    """4 × 3 matrix of a transform: rows for x, y, z and the move (Core 3.3)."""
    text = values.get("transform")
    if text is None:
        return None
    try:
        numbers = np.array([float(word) for word in text.split()])
    except ValueError:
        numbers = np.array([])
    if len(numbers) != 12 or not np.isfinite(numbers).all():
        raise MeshError(
            "bad_number",
            "The model is placed by a matrix that is not made of twelve numbers. "
            "Export it again.",
        )
    return numbers.reshape(4, 3)


class _Mesh:
    """A mesh while it is read."""

    def __init__(self):
        self.points = Numbers(float)
        self.corners = Numbers(int)
        self.has_beams = False
        # Number of a triangle and of its colours, for each that states them.
        self._properties = array("q")
        self._codes = {}

    def add_properties(self, attributes):
        """Remember the colours of the last triangle.

        :param attributes: its attributes but for the corners
        """
        values = _values(attributes)
        if "p1" not in values and "pid" not in values:
            return
        first = values.get("p1", "")
        key = (
            values.get("pid", ""),
            first,
            values.get("p2", first),
            values.get("p3", first),
        )
        if key not in self._codes and len(self._codes) >= MAX_SHADES:
            return
        code = self._codes.setdefault(key, len(self._codes))
        self._properties.append(len(self.corners) // 3 - 1)
        self._properties.append(code)

    def piece(self, groups, owner):
        vertices = self.points.table()
        faces = self.corners.table()
        check_count(len(faces))
        check_mesh(vertices, faces, "The model")
        group, index = owner.colour
        colour = _pick(groups, group, index)
        face_colours = None
        if self._properties:
            face_colours = self._paint(groups, group, colour)
        return Piece(
            vertices=vertices,
            faces=faces.astype(np.int32),
            name=owner.name,
            colour=colour,
            face_colours=face_colours,
        )

    def _paint(self, groups, owner_group, owner_colour):
        """Colour of each face: the mean of its corners', the owner's or grey.

        :return: array (faces, 3), or ``None`` when no face is coloured
        """
        shades = np.zeros((len(self._codes), 3), np.uint8)
        is_known = np.zeros(len(self._codes), bool)
        for (group, *indexes), code in self._codes.items():
            group = group or owner_group
            picked = [_pick(groups, group, index or "0") for index in indexes]
            picked = [colours.to_rgb(colour) for colour in picked if colour]
            if picked:
                shades[code] = np.mean(picked, axis=0).round()
                is_known[code] = True
        faces, codes = np.frombuffer(self._properties, np.int64).reshape(-1, 2).T
        faces, codes = faces[is_known[codes]], codes[is_known[codes]]
        if not len(faces):
            return None
        plain = colours.to_rgb(owner_colour) if owner_colour else UNPAINTED
        painted = np.full((len(self.corners) // 3, 3), plain, np.uint8)
        painted[faces] = shades[codes]
        return painted


def _pick(groups, group, index):
    found = groups.get(group)
    if not found or not index.isdecimal() or len(index) > 9:
        return ""
    place = int(index)
    return found[place] if place < len(found) else ""


class _Builder:
    """Places the objects a package wants to have built."""

    def __init__(self, package):
        self._package = package
        self._models = {}
        self._root = package.model(package.root)
        self._models[package.root] = self._root
        self._project = projects.read(package)
        self._scene = Scene(
            format="3mf",
            unit=self._root.unit,
            metadata=self._root.metadata,
            plates=self._project.plates,
        )
        self._scale = UNITS[self._root.unit]
        self._visits = self._triangles = 0
        self._flipped = {}

    def scene(self):
        """The scene.

        :raises MeshError: see :func:`load`
        """
        counts = {}
        for number, (path, object_id, transform, printable) in enumerate(
            self._root.items
        ):
            instance = counts.get(object_id, 0)
            counts[object_id] = instance + 1
            plate = self._project.plate_of(object_id, instance)
            for part in self._placed(path, object_id, transform):
                part.item, part.plate = number, plate
                if not printable and part.role == MODEL:
                    part.role = EXCLUDED
                self._scene.parts.append(part)
        if not self._scene.parts:
            raise self._nothing()
        self._say()
        if self._package.thumbnail:
            self._scene.thumbnail = self._package.part(self._package.thumbnail)
        return self._scene

    def _objects(self):
        for model in self._models.values():
            yield from model.objects.values()

    def _say(self):
        if any(found.has_beams for found in self._objects()):
            self._scene.warnings.append(
                "The model has a beam lattice, which is not part of the figures: only "
                "its triangles are measured."
            )
        if any(found.has_slices for found in self._objects()):
            self._scene.warnings.append(
                "The model brings its own slices; they are not read, the triangles "
                "are measured."
            )

    def _nothing(self):
        objects = list(self._objects())
        if any(found.has_beams for found in objects):
            why = (
                "is a beam lattice without triangles, which is not read. Export it "
                "with its beams turned into a mesh."
            )
        elif any(found.has_slices for found in objects):
            why = "holds finished slices only. Export it with its triangles."
        elif self._package.container.matching(r"Metadata/plate_\d+\.gcode"):
            why = (
                "was exported as a sliced file: it holds the toolpath and no shapes. "
                "Export the project instead."
            )
        elif objects and not self._root.items:
            why = "lists objects but builds none of them. Export it again."
        else:
            why = "holds no triangles. Export it again, with a body selected."
        return MeshError("no_geometry", f"The model {why}", triangles=0)

    def _model(self, path, current):
        if not path:
            return current
        name = self._package.find(path) or path
        if name not in self._models:
            self._models[name] = self._package.model(path)
        return self._models[name]

    def _placed(self, path, object_id, transform):
        """Parts of a build item, its components followed to the end of each."""
        found = []
        settings = self._project.object(object_id)
        top = self._model(path, self._root)
        # An explicit stack: what a file nests must not use up ours. ``order`` is the
        # place among the components of the item's object, which names the part.
        stack = [(top, object_id, transform, (), None)]
        while stack:
            model, number, matrix, parents, order = stack.pop()
            here = model.objects.get(number)
            if here is None:
                raise MeshError(
                    "bad_index",
                    "The model builds an object that is not in the file (number "
                    f"{number[:20]!r}). Export it again.",
                )
            self._visits += 1
            if self._visits > MAX_VISITS:
                raise _too_many()
            pieces = here.pieces
            if not parents and pieces and settings is not None:
                pieces = settings.split(here)
            for piece in pieces:
                found.append(self._part(piece, matrix, here, settings, order))
                if len(found) + len(self._scene.parts) > MAX_PARTS:
                    raise _too_many()
            inner = (*parents, (model.name, number))
            if here.components and len(inner) > MAX_LEVELS:
                raise MeshError(
                    "cycle",
                    f"The model nests objects more than {MAX_LEVELS} deep. Export it "
                    "again.",
                )
            for place in reversed(range(len(here.components))):
                inner_path, inner_id, inner_matrix = here.components[place]
                inner_model = self._model(inner_path, model)
                if (inner_model.name, inner_id) in inner:
                    raise MeshError(
                        "cycle",
                        "An object of the model contains itself, so it has no end. "
                        "Export the model again.",
                    )
                if order is None:
                    key = (place, len(here.components), inner_id)
                else:
                    key = order
                stack.append(
                    (inner_model, inner_id, _combined(inner_matrix, matrix), inner, key)
                )
        return found

    def _part(self, piece, matrix, owner, settings, order):
        vertices, faces = piece.vertices, piece.faces
        self._triangles += len(faces)
        check_count(self._triangles)
        face_colours = piece.face_colours
        if matrix is not None:
            with np.errstate(over="ignore", invalid="ignore"):
                vertices = vertices @ matrix[:3] + matrix[3]
            if np.linalg.det(matrix[:3]) < 0:
                faces = self._turned(faces)
        vertices = vertices * self._scale
        check_mesh(vertices, (), "The model")
        part = Part(
            name=piece.name,
            vertices=vertices,
            faces=faces,
            role=piece.role,
            colour=piece.colour,
            face_colours=face_colours,
        )
        if part.role == MODEL:
            part.role = _role(owner)
        if settings is not None:
            settings.describe(part, order)
        if not part.colour and face_colours is None:
            part.colour = self._project.default_colour
        return part

    def _turned(self, faces):
        """Faces of a mirrored copy: turned round, so that outside stays outside."""
        if id(faces) not in self._flipped:
            self._flipped[id(faces)] = np.ascontiguousarray(faces[:, ::-1])
        return self._flipped[id(faces)]


def _role(owner):
    if owner.type in ("support", "solidsupport"):
        return SUPPORT
    return projects.cura_role(owner.metadata) if owner.metadata else MODEL


def _combined(inner, outer):
    """One matrix that does the inner one first."""
    if inner is None or outer is None:
        return outer if inner is None else inner
    with np.errstate(over="ignore", invalid="ignore"):
        joined = inner @ outer[:3]
        joined[3] += outer[3]
    if not np.isfinite(joined).all():
        raise MeshError(
            "bad_number",
            "The model is placed beyond all numbers. Export it again.",
        )
    return joined


def _too_many():
    return MeshError(
        "too_large",
        f"The model is put together from more than {MAX_PARTS:,} parts, more than "
        "any plate holds. Export it again.",
    )
