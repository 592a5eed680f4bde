"""What a UFP package says beside its G-code: materials, settings, objects.

UltiMaker Format Package: a zip with ``/3D/model.gcode``; names begin with a slash. The
relations of the G-code list its materials in the order of the extruders, each material
once. Cura 5 adds ``/Cura/slicemetadata.json`` with all settings and the weights.
"""

import re
from dataclasses import dataclass

from ..errors import SlicedFileError
from ..markup import parse_json, parse_xml
from ..text import to_colour, to_float
from .comments import derive_weights
from .common import grouped
from .cura_settings import MAX_EXTRUDERS, combined, parse

RELATIONS = "3D/_rels/model.gcode.rels"
MATERIAL = re.compile(r"(?:Materials|Cura)/(.{1,300})\.xml\.fdm_material")
OBJECTS = "Metadata/UFP_Global.json"
SETTINGS = "Cura/slicemetadata.json"
# Copies are named "cube.stl(1)" after the first.
COPY = re.compile(r"\(\d{1,6}\)$")
MAX_MATERIALS = 64
# Settings of a material under the names the profiles give them.
SETTING_NAMES = {
    "print temperature": "default_material_print_temperature",
    "heated bed temperature": "default_material_bed_temperature",
    "standby temperature": "material_standby_temperature",
    "build volume temperature": "build_volume_temperature",
    "print cooling": "cool_fan_speed",
    "retraction amount": "retraction_amount",
    "retraction speed": "retraction_speed",
}


@dataclass
class Material:
    """A material profile (``fdm_material``).

    ``density`` is in g/cm3, ``diameter`` in mm; ``settings`` are raw, without those
    for single machines.
    """

    base: str
    guid: str = ""
    brand: str = ""
    type: str = ""
    name: str = ""
    colour: str = ""
    density: float | None = None
    diameter: float | None = None
    settings: dict | None = None

    def apply(self, filament):
        """Say of a configured filament what the profile does."""
        filament.type = filament.type or self.type
        filament.vendor = filament.vendor or self.brand
        filament.name = filament.name or self.name
        filament.colour = filament.colour or self.colour
        filament.density = filament.density or self.density
        filament.diameter = filament.diameter or self.diameter
        filament.material_id = filament.material_id or self.guid


def materials(container):
    """Material profiles by the name of their part; damaged ones are left out."""
    found = {}
    for match in container.matching(MATERIAL.pattern)[:MAX_MATERIALS]:
        try:
            root = parse_xml(container.read_part(match[0]), match[0])
        except SlicedFileError as error:
            if error.code not in ("bad_xml", "bad_zip", "too_large"):
                raise
            continue
        found[match[0]] = _material(root, match[1])
    return found


def _text(root, *path):
    """Text of an element by local names, which are without a namespace at times."""
    for name in path:
        root = next(
            (child for child in root if child.tag.rpartition("}")[2] == name), None
        )
        if root is None:
            return ""
    return (root.text or "").strip()


def _material(root, base):
    colour = _text(root, "metadata", "color_code")
    name = _text(root, "metadata", "name", "label")
    parts = [_text(root, "metadata", "name", key) for key in ("brand", "material")]
    colour_name = _text(root, "metadata", "name", "color")
    if colour_name.lower() not in ("", "generic"):
        parts.append(colour_name)
    settings = {}
    for group in root:
        if group.tag.rpartition("}")[2] != "settings":
            continue
        for entry in group:
            key, raw = entry.get("key"), (entry.text or "").strip()
            if entry.tag.rpartition("}")[2] == "setting" and key and raw:
                # Cura's own settings stand under their names in its namespace.
                own = "ultimaker.com/cura" in entry.tag
                key = key if own else SETTING_NAMES.get(key)
                settings.update({key: raw} if key else {})
    return Material(
        base=base,
        guid=_text(root, "metadata", "GUID"),
        brand=parts[0],
        type=parts[1],
        name=name or " ".join(filter(None, parts)),
        # Yellow is what Cura writes for a material without colour.
        colour=to_colour(colour) if colour.lower() != "#ffc924" else "",
        density=to_float(_text(root, "properties", "density")) or None,
        diameter=to_float(_text(root, "properties", "diameter")) or None,
        settings=settings,
    )


def apply_package(sliced, container, guids):
    """Complete what the G-code of a package says.

    :param guids: material of each extruder as the G-code names it, ``""`` where it
        does not
    """
    plate = sliced.plates[0]
    _apply_objects(plate, container)
    _apply_settings(sliced, plate, container)
    found = materials(container)
    for filament in sliced.filaments:
        material = _of_extruder(filament.index, found, guids, sliced, container)
        if material:
            material.apply(filament)
    for use in plate.filaments:
        filament = sliced.filament(use.index)
        use.type = use.type or filament.type
        use.colour = use.colour or filament.colour
        use.vendor = use.vendor or filament.vendor
    derive_weights(sliced, plate)


def _of_extruder(index, found, guids, sliced, container):
    """The material of an extruder, or ``None`` where that is unclear."""
    guid = guids[index - 1] if index <= len(guids) else ""
    if guid:
        return next((each for each in found.values() if each.guid == guid), None)
    order = _order(container, found)
    # Of materials that extruders share it is not said which have it.
    if len(order) == 1:
        return order[0]
    return order[index - 1] if len(order) == len(sliced.filaments) else None


def _order(container, found):
    """Materials in the order the G-code relates to them."""
    listed = []
    if RELATIONS in container:
        root = parse_xml(container.read_part(RELATIONS), RELATIONS)
        entries = [(each.get("Id") or "", each.get("Target") or "") for each in root]
        entries.sort(key=lambda each: int(re.sub(r"\D", "", each[0])[:9] or 0))
        listed = [found.get(target.removeprefix("/")) for _id, target in entries]
    return [each for each in listed if each] or list(found.values())


def _apply_objects(plate, container):
    if OBJECTS not in container:
        return
    data = _json(container, OBJECTS)
    entries = data.get("metadata") if isinstance(data, dict) else None
    entries = entries.get("objects") if isinstance(entries, dict) else None
    names = [
        COPY.sub("", str(entry["name"]))
        for entry in (entries if isinstance(entries, list) else [])[:10_000]
        if isinstance(entry, dict) and entry.get("name")
    ]
    plate.objects = grouped(names) or plate.objects


def _json(container, name):
    """Value of a JSON part, ``None`` when it is damaged."""
    try:
        return parse_json(container.read_part(name), name)
    except SlicedFileError as error:
        if error.code != "bad_json":
            raise
    return None


def _apply_settings(sliced, plate, container):
    """All settings, lengths and weights, which Cura 5 adds."""
    data = _json(container, SETTINGS) if SETTINGS in container else None
    if not isinstance(data, dict):
        return
    everywhere = _all(data.get("global"))
    names = (f"extruder_{number}" for number in range(MAX_EXTRUDERS))
    extruders = [_all(data[name]) for name in names if name in data]
    count = max([use.index for use in plate.filaments], default=1)
    settings = combined(everywhere, extruders[: max(count, len(sliced.filaments))])
    if settings:
        sliced.settings = parse(settings)
        sliced.settings_count = len(settings)
    material = data.get("material")
    if not isinstance(material, dict):
        return
    for use in plate.filaments:
        weight = _at(material.get("weight"), use.index - 1)
        length = _at(material.get("length"), use.index - 1)
        if use.weight_g is None and weight:
            use.weight_g = round(weight, 4)
        if use.length_mm is None and length:
            use.length_mm = round(length * 1000, 4)


def _at(amounts, position):
    if not isinstance(amounts, list) or position >= len(amounts):
        return None
    return to_float(amounts[position])


def _all(stack):
    found = stack.get("all_settings") if isinstance(stack, dict) else None
    if not isinstance(found, dict):
        return {}
    return {str(key): str(raw) for key, raw in found.items()}
