"""What is said about a scene: the :class:`~.model.MeshReport`."""

from dataclasses import dataclass

import numpy as np

from . import measure, thickness, topology
from .errors import MeshError
from .model import MODEL, UNITS, MeshPart, MeshPlate, MeshReport, Part

# Walls steeper than this against the vertical need support on most printers.
OVERHANG_ANGLE = 45.0
# A face this near to the bed lies on it.
ON_BED = 0.05


@dataclass
class Shape:
    """How one mesh hangs together; the same for all its copies in a scene."""

    vertices: int
    bodies: int
    open_edges: int
    nonmanifold_edges: int
    degenerate_faces: int
    duplicate_faces: int
    is_consistent: bool
    has_inverted: bool

    @property
    def is_watertight(self):
        return self.open_edges == 0 and self.nonmanifold_edges == 0

    @property
    def is_sound(self):
        """Whether there is nothing to repair."""
        return (
            self.is_watertight
            and self.is_consistent
            and not self.has_inverted
            and not self.degenerate_faces
            and not self.duplicate_faces
        )


def shape(part):
    """The :class:`Shape` of a part, on merged vertices."""
    vertices, faces = topology.weld(part.vertices, part.faces)
    solid = topology.drop_degenerate(faces)
    edges = topology.Edges(solid, len(vertices))
    alike, sets = topology.duplicates(solid)
    bodies, number = np.unique(edges.bodies(), return_inverse=True)
    volumes = np.zeros(0)
    if len(solid):
        volumes = np.bincount(number, measure.signed_volumes(vertices, solid))
    return Shape(
        vertices=len(vertices),
        bodies=len(bodies),
        open_edges=len(edges.open),
        nonmanifold_edges=edges.nonmanifold,
        degenerate_faces=len(faces) - len(solid),
        duplicate_faces=len(alike) - len(sets),
        is_consistent=edges.is_consistent(),
        has_inverted=bool((volumes < 0).any()),
    )


def report(scene, shapes=None):
    """The :class:`~.model.MeshReport` of a scene, without picture and repair.

    :param shapes: dict to be filled with the :class:`Shape` by ``id`` of the faces

    :raises MeshError: ``no_geometry``
    """
    refuse_nothing(scene)
    shapes = {} if shapes is None else shapes
    figures = [_figures(part, shapes) for part in scene.parts]
    found = MeshReport(
        format=scene.format,
        unit=scene.unit,
        metadata=dict(scene.metadata),
        parts=[_mesh_part(one) for one in figures],
        geometry_all=_geometry_all(figures),
    )
    printed = [one for one in figures if one.part.role == MODEL] or figures
    _add_sums(found, printed)
    _add_box(found, printed, scene.plates)
    found.overhang_area_mm2 = overhang_area(printed)
    walls = thickness.measure_walls([(one.part, one.vectors) for one in printed])
    found.thin_area_mm2, found.min_thickness_mm = walls.thin_area, walls.thinnest
    _add_unit(found)
    found.warnings = list(scene.warnings)
    return found


def refuse_nothing(scene):
    """Refuse a file in which there is nothing to be printed.

    :raises MeshError: ``no_geometry``
    """
    if not scene.triangles:
        raise MeshError(
            "no_geometry",
            "The file holds no triangles. Export the model again, with a body "
            "selected.",
            triangles=0,
        )


@dataclass
class Figures:
    """A part, its :class:`Shape` and its sizes; ``vectors`` are the area vectors of
    its faces, ``volume`` is signed."""

    part: Part
    shape: Shape
    low: np.ndarray
    high: np.ndarray
    vectors: np.ndarray
    area: float
    volume: float


def _figures(part, shapes):
    # Copies of one object share their faces and hang together alike.
    key = id(part.faces)
    if key not in shapes:
        shapes[key] = shape(part)
    found = shapes[key]
    low, high = measure.box(part.vertices)
    vectors = measure.area_vectors(part.vertices, part.faces)
    # What an open mesh encloses depends on the point it is summed about: the
    # origin, as programs do, so that figures can be compared.
    apex = None if found.is_watertight and found.is_consistent else np.zeros(3)
    volumes = measure.signed_volumes(part.vertices, part.faces, apex)
    return Figures(
        part=part,
        shape=found,
        low=low,
        high=high,
        vectors=vectors,
        area=float(np.linalg.norm(vectors, axis=1).sum()),
        volume=float(volumes.sum()),
    )


def _mesh_part(one):
    return MeshPart(
        name=one.part.name,
        role=one.part.role,
        triangles=len(one.part.faces),
        volume_mm3=abs(one.volume),
        area_mm2=one.area,
        size_mm=(one.high - one.low).tolist(),
        bodies=one.shape.bodies,
        is_watertight=one.shape.is_watertight,
        colour=one.part.colour,
        plate=one.part.plate,
    )


def _geometry_all(figures):
    low = np.min([one.low for one in figures], axis=0)
    high = np.max([one.high for one in figures], axis=0)
    return {
        "triangles": sum(len(one.part.faces) for one in figures),
        "volume_mm3": abs(sum(one.volume for one in figures)),
        "area_mm2": sum(one.area for one in figures),
        "bbox_min": low.tolist(),
        "bbox_max": high.tolist(),
        "size_mm": (high - low).tolist(),
    }


def _add_sums(found, printed):
    shapes = [one.shape for one in printed]
    found.triangles = sum(len(one.part.faces) for one in printed)
    found.volume_mm3 = sum(abs(one.volume) for one in printed)
    found.area_mm2 = sum(one.area for one in printed)
    for name in (
        "vertices",
        "bodies",
        "open_edges",
        "nonmanifold_edges",
        "degenerate_faces",
        "duplicate_faces",
    ):
        setattr(found, name, sum(getattr(one, name) for one in shapes))
    found.is_watertight = all(one.is_watertight for one in shapes)
    found.is_consistent = all(one.is_consistent for one in shapes)


def _add_box(found, printed, plates):
    """Boxes, with every plate moved back to one place."""
    by_index = {plate.index: plate for plate in plates}
    boxes = {}
    for one in printed:
        plate = by_index.get(one.part.plate)
        move = np.array([*(plate.offset if plate else (0.0, 0.0)), 0.0])
        boxes.setdefault(one.part.plate, []).append((one.low - move, one.high - move))
    lows = [low for plate in boxes.values() for low, _high in plate]
    highs = [high for plate in boxes.values() for _low, high in plate]
    low, high = np.min(lows, axis=0), np.max(highs, axis=0)
    found.bbox_min, found.bbox_max = low.tolist(), high.tolist()
    found.size_mm = (high - low).tolist()
    for plate in plates:
        stand = [one for one in printed if one.part.plate == plate.index]
        if not stand:
            continue
        lows, highs = zip(*boxes[plate.index], strict=True)
        found.plates.append(
            MeshPlate(
                index=plate.index,
                name=plate.name,
                parts=len(stand),
                triangles=sum(len(one.part.faces) for one in stand),
                volume_mm3=sum(abs(one.volume) for one in stand),
                size_mm=(np.max(highs, axis=0) - np.min(lows, axis=0)).tolist(),
            )
        )


def overhang_area(printed, angle=OVERHANG_ANGLE):
    """Area of the faces that lean outwards by more than an angle.

    :param angle: degrees against the vertical: 0 counts all that faces down, 90
        nothing
    """
    beds = {}
    for one in printed:
        item = one.part.item
        beds[item] = min(beds.get(item, np.inf), one.low[2])
    limit = np.sin(np.radians(angle))
    total = 0.0
    for one in printed:
        areas = np.linalg.norm(one.vectors, axis=1)
        # Half a degree of room, so that a wall of just the angle does not flicker.
        steep = -one.vectors[:, 2] > (limit + 0.006) * areas
        faces = one.part.faces[steep]
        top = one.part.vertices[:, 2][faces].max(axis=1)
        total += float(areas[steep][top > beds[one.part.item] + ON_BED].sum())
    return total


def _add_unit(found):
    """Whether the size is likely, in the unit the file states or in mm."""
    largest = max(found.size_mm)
    if largest <= 0:
        return
    if largest < TOO_SMALL:
        wrong = "only {} large, too small to print"
        # Of 0.6 units most are metres, of two most are inches.
        units = ["meter", "inch"] if largest < 0.6 else ["inch"]
    elif largest > TOO_LARGE:
        wrong, units = "{} large, more than any printer takes", ["micron"]
    else:
        return
    number = largest / UNITS.get(found.unit, 1.0)
    if found.unit:
        units.insert(0, "millimeter")
    for unit in units:
        real = number * UNITS[unit]
        if unit != found.unit and TOO_SMALL <= real <= LIKELY:
            found.unit_guess = unit
            found.unit_reason = (
                f"The model is {wrong.format(_length(largest))}; read in "
                f"{_PLURALS[unit]} it would be {_length(real)}."
            )
            return


_PLURALS = {
    "micron": "micrometres",
    "millimeter": "millimetres",
    "inch": "inches",
    "meter": "metres",
}
# Largest sides in mm of things nobody prints, and of things some do.
TOO_SMALL = 2.0
LIKELY = 2_000.0
TOO_LARGE = 5_000.0


def _length(value):
    return f"{value:.3g} mm" if value < 1000 else f"{value / 1000:.3g} m"


def warnings(found):
    """Sentences about what should be looked at before printing.

    :param found: :class:`~.model.MeshReport` with its repair
    """
    said = []
    if found.unit_reason:
        said.append(f"{found.unit_reason} Check the unit.")
    said += _about_surface(found)
    after = found.repair.volume_mm3_after
    before, after = _cubic(found.volume_mm3), _cubic(after)
    if found.repair.steps and before != after:
        said.append(
            f"The volume is {before} as the file states it and {after} after repair."
        )
    if found.thin_area_mm2 > 0.02 * found.area_mm2:
        said.append(
            f"About {found.thin_area_mm2 / found.area_mm2:.0%} of the surface covers "
            f"walls thinner than {thickness.THIN} mm, the thinnest measured "
            f"{found.min_thickness_mm:.2f} mm."
        )
    return said + notes(found)


def notes(found):
    """The sentences among :func:`warnings` that no figure of the report says.

    :param found: :class:`~.model.MeshReport`
    """
    said = []
    roles = {part.role for part in found.parts}
    if "negative" in roles:
        said.append(
            "Negative parts cut material away in the slicer; the volume is that "
            "before cutting."
        )
    if "excluded" in roles:
        said.append("Objects marked as not to be printed are left out.")
    return said


def _about_surface(found):
    if not found.is_watertight:
        parts = []
        if found.open_edges:
            parts.append(f"{found.open_edges:,} open edges")
        if found.nonmanifold_edges:
            parts.append(f"{found.nonmanifold_edges:,} edges of more than two faces")
        end = (
            "Repair closes it."
            if found.repair.is_watertight_after
            else "It is not closed after repair either; mend it in the modelling "
            "program."
        )
        yield f"The surface is not closed: it has {' and '.join(parts)}. {end}"
    if not found.is_consistent:
        yield (
            "Some triangles face the wrong way, so that inside and outside are mixed "
            "up."
        )
    if found.duplicate_faces:
        yield f"{found.duplicate_faces:,} triangles lie exactly on others."


def _cubic(value):
    return f"{value / 1000:,.2f} cm³" if value >= 100 else f"{value:.3g} mm³"
