"""What slicers add to a 3MF package: what parts are for, filaments, plates.

* Bambu Studio and OrcaSlicer: ``Metadata/model_settings.config`` (XML; objects with
  their parts by role, plates with the copies on them) and
  ``Metadata/project_settings.config`` (JSON; colours, size of the bed).
* PrusaSlicer, SuperSlicer, QIDISlicer: ``Metadata/Slic3r_PE_model.config`` (XML;
  volumes are runs of triangles of an object's one mesh) and
  ``Metadata/Slic3r_PE.config`` (``; key = value``).
* Cura: settings among the metadata of an object.

A part of these that is damaged is left out: the shapes are in the model.
"""

import math
import re
from dataclasses import dataclass, field, replace

from .. import colours
from ..errors import MeshError
from ..model import (
    MODEL,
    MODIFIER,
    NEGATIVE,
    SUPPORT_BLOCKER,
    SUPPORT_ENFORCER,
    Plate,
)
from ..package import SlicedFileError, parse_json, parse_xml
from ..topology import compact

# Bambu's ``subtype`` of a part and PrusaSlicer's ``volume_type`` of a volume.
ROLES = {
    "normal_part": MODEL,
    "modifier_part": MODIFIER,
    "negative_part": NEGATIVE,
    "support_blocker": SUPPORT_BLOCKER,
    "support_enforcer": SUPPORT_ENFORCER,
    "ModelPart": MODEL,
    "ParameterModifier": MODIFIER,
    "NegativeVolume": NEGATIVE,
    "SupportBlocker": SUPPORT_BLOCKER,
    "SupportEnforcer": SUPPORT_ENFORCER,
}
# Settings by which Cura turns a whole mesh into something else than a model.
CURA_ROLES = {
    "cura:anti_overhang_mesh": SUPPORT_BLOCKER,
    "cura:support_mesh": SUPPORT_ENFORCER,
    "cura:cutting_mesh": MODIFIER,
    "cura:infill_mesh": MODIFIER,
}
# Slicers of this family lay their plates out in a square, each as wide as the bed and
# a fifth of it further than the one before.
PLATE_GAP = 1.2
MAX_PLATES = 1_000
MAX_CONFIG = 16 * 1024 * 1024
_COLOURS = re.compile(r"^; (extruder|filament)_colour\s*=\s*(.*)$", re.M)


def cura_role(metadata):
    """Role of an object by the settings Cura puts among its metadata."""
    for name, role in CURA_ROLES.items():
        if metadata.get(name, "").lower() == "true":
            return role
    return MODEL


@dataclass
class PartSettings:
    """A part of an object: Bambu's, found by its number or place among the
    components, or PrusaSlicer's, a run of triangles."""

    id: str = ""
    name: str = ""
    role: str = MODEL
    colour: str = ""
    first: int = 0
    last: int = -1


@dataclass
class ObjectSettings:
    """What a slicer says about one object."""

    name: str = ""
    colour: str = ""
    parts: list[PartSettings] = field(default_factory=list)
    _split: list = field(default_factory=list)

    def split(self, owner):
        """Pieces of an object of one mesh, cut into the volumes of PrusaSlicer.

        Runs of triangles that do not fit the mesh leave it whole.

        :param owner: object with one piece or several
        """
        runs = [part for part in self.parts if part.last >= part.first]
        if not runs or len(owner.pieces) != 1:
            return owner.pieces
        whole = owner.pieces[0]
        count = len(whole.faces)
        if runs[0].first != 0 or runs[-1].last != count - 1:
            return owner.pieces
        for one, other in zip(runs, runs[1:], strict=False):
            if other.first != one.last + 1:
                return owner.pieces
        if not self._split:
            for run in runs:
                part = slice(run.first, run.last + 1)
                vertices, faces = compact(whole.vertices, whole.faces[part])
                painted = whole.face_colours
                self._split.append(
                    replace(
                        whole,
                        vertices=vertices,
                        faces=faces,
                        name=run.name or self.name or whole.name,
                        role=run.role,
                        colour=whole.colour or run.colour,
                        face_colours=None if painted is None else painted[part],
                    )
                )
        return self._split

    def describe(self, part, order):
        """Complete a part with its name, role and colour.

        :param part: :class:`~.model.Part`
        :param order: (place, number, object id) among the components of the object,
            or ``None`` for the object's own mesh
        """
        found = self._find(order)
        if found is not None:
            part.name = found.name or part.name
            part.role = found.role if part.role == MODEL else part.role
        part.name = part.name or self.name
        if part.face_colours is None and not part.colour:
            part.colour = (found.colour if found else "") or self.colour

    def _find(self, order):
        parts = [part for part in self.parts if part.last < part.first]
        if not parts:
            return None
        if order is None:
            return parts[0] if len(parts) == 1 else None
        place, count, number = order
        if len(parts) == count and parts[place].id in ("", number):
            return parts[place]
        named = [part for part in parts if part.id == number]
        if named:
            return named[0]
        return parts[place] if len(parts) == count else None


@dataclass
class Project:
    """Everything slicers say about a package."""

    objects: dict[str, ObjectSettings] = field(default_factory=dict)
    plates: list[Plate] = field(default_factory=list)
    default_colour: str = ""
    _plate_of: dict = field(default_factory=dict)

    def object(self, number):
        """The :class:`ObjectSettings` of an object of the root model, or ``None``."""
        return self.objects.get(number)

    def plate_of(self, number, instance):
        """Index of the plate a copy of an object stands on, 0 for none."""
        return self._plate_of.get((number, instance), 0)


def read(package):
    """The :class:`Project` of a package."""
    project = Project()
    for path, reader in (
        ("Metadata/model_settings.config", _bambu),
        ("Metadata/Slic3r_PE_model.config", _prusa),
        ("Metadata/SuperSlicer_model.config", _prusa),
        ("Metadata/Slic3r_model.config", _prusa),
    ):
        root = _xml(package, path)
        if root is not None:
            reader(package, project, root)
            break
    return project


def _xml(package, path):
    try:
        data = package.part(path)
        return parse_xml(data, path) if data else None
    except (SlicedFileError, MeshError):
        return None


def _children(element, tag):
    return [child for child in element if child.tag == tag]


def _pairs(element):
    """``metadata`` of an element: value by key."""
    return {
        child.get("key"): child.get("value") or ""
        for child in _children(element, "metadata")
        if child.get("key")
    }


def _filament(palette, *numbers):
    """Colour of the first number (from 1; 0 is "as the object") that is stated."""
    for number in numbers:
        if number and number.isdecimal() and len(number) < 5 and int(number) > 0:
            place = int(number) - 1
            return palette[place] if place < len(palette) else ""
    return palette[0] if palette else ""


def _bambu(package, project, root):
    settings = _project_settings(package)
    palette = [colours.from_text(text) for text in _texts(settings, "filament_colour")]
    project.default_colour = _filament(palette)
    for element in _children(root, "object"):
        values = _pairs(element)
        parts = []
        for child in _children(element, "part"):
            own = _pairs(child)
            parts.append(
                PartSettings(
                    id=child.get("id") or "",
                    name=own.get("name", ""),
                    role=ROLES.get(child.get("subtype") or "", MODEL),
                    colour=_filament(
                        palette, own.get("extruder"), values.get("extruder")
                    ),
                )
            )
        project.objects[element.get("id") or ""] = ObjectSettings(
            name=values.get("name", ""),
            colour=_filament(palette, values.get("extruder")),
            parts=parts,
        )
    _bambu_plates(project, root, settings)


def _bambu_plates(project, root, settings):
    elements = _children(root, "plate")[:MAX_PLATES]
    width, depth = _bed(settings)
    columns = max(math.ceil(math.sqrt(len(elements))), 1)
    for place, element in enumerate(elements):
        values = _pairs(element)
        number = values.get("plater_id", "")
        index = int(number) if re.fullmatch(r"\d{1,4}", number) else place + 1
        row, column = divmod(index - 1, columns)
        project.plates.append(
            Plate(
                index=index,
                name=values.get("plater_name", ""),
                offset=(column * width * PLATE_GAP, -row * depth * PLATE_GAP),
            )
        )
        for child in _children(element, "model_instance"):
            own = _pairs(child)
            instance = own.get("instance_id", "0")
            if re.fullmatch(r"\d{1,6}", instance):
                key = own.get("object_id", ""), int(instance)
                project._plate_of[key] = index


def _bed(settings):
    """Width and depth of the bed: the box of its outline."""
    xs, ys = [], []
    for text in _texts(settings, "printable_area"):
        match = re.fullmatch(r"(-?[\d.]{1,12})x(-?[\d.]{1,12})", text)
        if match:
            try:
                x, y = float(match[1]), float(match[2])
            except ValueError:
                continue
            xs.append(x)
            ys.append(y)
    if not xs:
        return 0.0, 0.0
    return max(xs) - min(xs), max(ys) - min(ys)


def _project_settings(package):
    try:
        data = package.part("Metadata/project_settings.config")
        values = parse_json(data, "Metadata/project_settings.config") if data else {}
    except (SlicedFileError, MeshError):
        return {}
    return values if isinstance(values, dict) else {}


def _texts(settings, name):
    values = settings.get(name)
    if not isinstance(values, list):
        return []
    return [value for value in values if isinstance(value, str)]


def _prusa(package, project, root):
    palette = _prusa_palette(package)
    project.default_colour = _filament(palette)
    for element in _children(root, "object"):
        values = _pairs(element)
        parts = []
        for child in _children(element, "volume"):
            own = _pairs(child)
            role = ROLES.get(own.get("volume_type", ""), MODEL)
            if own.get("modifier") == "1" and role == MODEL:
                # Before 2.0 the only other kind.
                role = MODIFIER
            parts.append(
                PartSettings(
                    name=own.get("name", ""),
                    role=role,
                    colour=_filament(
                        palette, own.get("extruder"), values.get("extruder")
                    ),
                    first=_count(child.get("firstid"), 0),
                    last=_count(child.get("lastid"), -1),
                )
            )
        project.objects[element.get("id") or ""] = ObjectSettings(
            name=values.get("name", ""),
            colour=_filament(palette, values.get("extruder")),
            parts=parts,
        )


def _count(text, default):
    return int(text) if re.fullmatch(r"\d{1,9}", text or "") else default


def _prusa_palette(package):
    """Colours of the extruders: their own where set, else the filament's."""
    try:
        data = package.part("Metadata/Slic3r_PE.config")
    except SlicedFileError:
        return []
    found = dict(_COLOURS.findall(data.decode("utf-8", errors="replace")))
    extruders, filaments = (
        [colours.from_text(text.strip('"')) for text in found.get(name, "").split(";")]
        for name in ("extruder", "filament")
    )
    longest = max(len(extruders), len(filaments))
    extruders += [""] * (longest - len(extruders))
    filaments += [""] * (longest - len(filaments))
    return [
        extruder or filament
        for extruder, filament in zip(extruders, filaments, strict=True)
    ]
