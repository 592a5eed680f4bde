"""Meshes and what is said about them.

Lengths are in mm, areas in mm², volumes in mm³, colours ``#RRGGBB`` in upper case.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

import numpy as np

# What a part is for. Only parts of role ``model`` are printed as they are; what is
# said about the whole (volume, size, overhang, …) counts these.
MODEL = "model"
MODIFIER = "modifier"
NEGATIVE = "negative"
SUPPORT = "support"
SUPPORT_BLOCKER = "support_blocker"
SUPPORT_ENFORCER = "support_enforcer"
EXCLUDED = "excluded"
ROLES = (
    MODEL,
    MODIFIER,
    NEGATIVE,
    SUPPORT,
    SUPPORT_BLOCKER,
    SUPPORT_ENFORCER,
    EXCLUDED,
)

# Millimetres in one unit, by the word 3MF and AMF use.
UNITS = {
    "micron": 0.001,
    "millimeter": 1.0,
    "centimeter": 10.0,
    "inch": 25.4,
    "foot": 304.8,
    "meter": 1000.0,
}


@dataclass
class Part:
    """One mesh where it stands in the scene.

    ``vertices`` is float64 (n, 3) in mm, ``faces`` int32 (m, 3) of vertex numbers,
    counter-clockwise seen from outside. ``face_colours`` is uint8 (m, 3) where the
    file colours single triangles. ``item`` numbers what is moved as one on the bed:
    parts with one number are placed together. ``plate`` counts from 1 and is 0 where
    the file has no plates.
    """

    name: str
    vertices: np.ndarray
    faces: np.ndarray
    role: str = MODEL
    colour: str = ""
    face_colours: np.ndarray | None = None
    item: int = 0
    plate: int = 0


@dataclass
class Plate:
    """A build plate of a project.

    ``offset`` (x, y) is where the plate lies in the scene: slicers lay the plates of
    a project side by side.
    """

    index: int
    name: str = ""
    offset: tuple[float, float] = (0.0, 0.0)


@dataclass
class Scene:
    """All parts of a file, placed.

    ``unit`` is the word the file states, empty for formats without one; the vertices
    are in mm already, with one unit of a file that states none taken as 1 mm.
    ``thumbnail`` is the picture the file brings along, as stored.
    """

    parts: list[Part] = field(default_factory=list)
    format: str = ""
    unit: str = ""
    plates: list[Plate] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    thumbnail: bytes = b""
    warnings: list[str] = field(default_factory=list)

    @property
    def triangles(self):
        """How many triangles all parts have."""
        return sum(len(part.faces) for part in self.parts)


@dataclass
class MeshPart:
    """What is said about one part; see :class:`MeshReport` for the meanings."""

    name: str
    role: str
    triangles: int
    volume_mm3: float
    area_mm2: float
    size_mm: list[float]
    bodies: int
    is_watertight: bool
    colour: str = ""
    plate: int = 0


@dataclass
class MeshPlate:
    """What stands on one plate of a project: its parts of role ``model``."""

    index: int
    name: str
    parts: int
    triangles: int
    volume_mm3: float
    size_mm: list[float]


@dataclass
class RepairReport:
    """What a repair does.

    ``steps`` is a list of (code, count) in the order done, only steps that changed
    something; the codes are ``merge`` (vertices), ``degenerate``, ``duplicate``,
    ``stray`` (triangles dropped), ``stitch`` (vertices moved together along open
    edges), ``flip`` (triangles turned round), ``fill`` (holes closed).
    """

    steps: list[tuple[str, int]] = field(default_factory=list)
    is_watertight_after: bool = True
    volume_mm3_after: float = 0.0
    open_edges_after: int = 0


@dataclass
class MeshReport:
    """What is known of a mesh file.

    Numbers count the parts of role ``model`` except ``geometry_all``, which counts
    every part of the file (modifiers, negatives, supports) where it lies, as TRUTH
    figures of other readers do: ``triangles``, ``volume_mm3``, ``area_mm2``,
    ``size_mm``, ``bbox_min``, ``bbox_max``.

    The volume is that of the bodies one by one: where bodies overlap the space they
    share counts for each. ``bbox_*`` and ``size_mm`` leave out the distance between
    the plates of a project. ``unit_guess`` is empty where the stated (or assumed)
    unit is plausible; else the unit the numbers are probably in, ``unit_reason`` says
    why. ``min_thickness_mm`` is ``None`` where nothing was measured. ``notes`` are
    those of the ``warnings`` that no figure says: the reader's own, and parts that are
    cut away or left out.
    """

    format: str = ""
    unit: str = ""
    unit_guess: str = ""
    unit_reason: str = ""
    triangles: int = 0
    vertices: int = 0
    bodies: int = 0
    volume_mm3: float = 0.0
    area_mm2: float = 0.0
    bbox_min: list[float] = field(default_factory=list)
    bbox_max: list[float] = field(default_factory=list)
    size_mm: list[float] = field(default_factory=list)
    is_watertight: bool = False
    is_consistent: bool = False
    open_edges: int = 0
    nonmanifold_edges: int = 0
    degenerate_faces: int = 0
    duplicate_faces: int = 0
    overhang_area_mm2: float = 0.0
    thin_area_mm2: float = 0.0
    min_thickness_mm: float | None = None
    parts: list[MeshPart] = field(default_factory=list)
    plates: list[MeshPlate] = field(default_factory=list)
    repair: RepairReport = field(default_factory=RepairReport)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    preview_png: bytes = b""
    metadata: dict[str, str] = field(default_factory=dict)
    geometry_all: dict[str, Any] = field(default_factory=dict)

    def as_dict(self):
        """Everything but the picture, ready for JSON."""
        values = dataclasses.asdict(self)
        del values["preview_png"]
        return values

    @classmethod
    def from_dict(cls, values, preview_png=b""):
        """The report that :meth:`as_dict` made these values of."""
        values = dict(values)
        repair = dict(values.pop("repair"))
        repair["steps"] = [tuple(step) for step in repair["steps"]]
        return cls(
            parts=[MeshPart(**part) for part in values.pop("parts")],
            plates=[MeshPlate(**plate) for plate in values.pop("plates")],
            repair=RepairReport(**repair),
            preview_png=preview_png,
            **values,
        )
