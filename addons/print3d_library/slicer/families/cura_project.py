"""Projects of Cura (3MF): stacks of profiles, materials, settings of single objects.

A machine and each of its extruders is a stack of containers, listed by number with the
strongest first: the user's changes, the changed profile, the intent, the profile, the
material, the variant (nozzle), the changes of the definition, the definition. Values
may be formulas in Python; they are kept as text. The preferences in the package are the
user's own and are not looked at.
"""

import re
from urllib.parse import quote_plus

from ..errors import SlicedFileError
from ..images import pictures_in_package
from ..markup import model_metadata, parse_json, parse_xml
from ..model import Filament, Override, Plate, PlateObject, SlicedFile
from ..text import plain, to_float
from ..vocabulary import translate
from .comments import complete, numbers
from .cura_package import materials
from .cura_settings import (
    MAX_EXTRUDERS,
    combined,
    parse,
    resolved,
    sections,
    values,
)
from .cura_words import DIALECT

STACK = re.compile(r"Cura/(.{1,300})\.(?:global|extruder|stack)\.cfg")
MODEL = "3D/3dmodel.model"
VERSION = "Cura/version.ini"
MAX_DEPTH = 20
MAX_MODEL = 8 * 1024 * 1024
MAX_OBJECTS = 5_000
# Shapes in the model part that print nothing of their own.
ROLES = {
    "infill_mesh": "modifier_part",
    "cutting_mesh": "modifier_part",
    "support_mesh": "support_enforcer",
    "anti_overhang_mesh": "support_blocker",
}


def is_project(container):
    """Whether a package is a project of Cura."""
    return any(STACK.fullmatch(name) for name in container.names)


def read_project(container):
    """What a project says.

    :param container: :class:`~..container.Container`
    :return: :class:`~..model.SlicedFile` with ``is_sliced`` false and one plate
    """
    sliced = SlicedFile(family="cura", is_sliced=False, slicer="Cura")
    if VERSION in container:
        found = sections(_part(container, VERSION)).get("versions", {})
        sliced.slicer_version = found.get("cura_version", "")
    sliced.thumbnails = pictures_in_package(container, "Metadata/")
    plate = Plate(thumbnails=sliced.thumbnails)
    sliced.plates = [plate]
    machine, extruders = _stacks(container)
    found = {each.base: each for each in materials(container).values()}
    everywhere = _flattened(container, machine, found)
    stacks = [_flattened(container, each, found) for each in extruders]
    shared = resolved(everywhere)
    settings = combined(shared, [_own(everywhere, shared, each) for each in stacks])
    sliced.settings = parse(settings)
    sliced.settings_count = len(settings) or None
    _machine(sliced, machine, container)
    for index, stack in enumerate(extruders, 1):
        filament = Filament(index=index)
        material = _material(stack["containers"], found)
        if material:
            material.apply(filament)
        sliced.filaments.append(filament)
    _values(sliced)
    if MODEL in container:
        _objects(sliced, plate, container)
    sliced.common = translate(sliced.settings, DIALECT)
    profile = _name_of(container, machine, "quality_changes", "quality")
    if profile:
        sliced.common["print_preset"] = profile
    complete(sliced)
    return sliced


def _own(everywhere, shared, stack):
    """What is an extruder's own, be it that a common formula refers to it."""
    whole = resolved({**everywhere, **stack})
    return {
        key: raw for key, raw in whole.items() if key in stack or raw != shared.get(key)
    }


def _part(container, name):
    data = container.read_part(name)
    return data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def _stacks(container):
    """The machine's stack and those of its extruders in order of position."""
    machine, extruders = {"general": {}, "metadata": {}, "containers": {}}, {}
    for match in container.matching(STACK.pattern)[: MAX_EXTRUDERS + 1]:
        found = sections(_part(container, match[0]))
        stack = {
            key: found.get(key, {}) for key in ("general", "metadata", "containers")
        }
        position = stack["metadata"].get("position", "")
        if stack["metadata"].get("type") == "extruder_train" or position:
            number = int(position) if re.fullmatch(r"\d{1,2}", position) else 0
            extruders[number] = stack
        else:
            machine = stack
    enabled = [
        stack
        for _number, stack in sorted(extruders.items())
        if stack["metadata"].get("enabled", "True") != "False"
    ]
    return machine, enabled or [extruders[number] for number in sorted(extruders)]


def _ordered(stack):
    """Names of the containers of a stack, weakest first."""
    numbered = [
        (int(number), name)
        for number, name in stack["containers"].items()
        if re.fullmatch(r"\d{1,2}", number)
    ]
    return [name for _number, name in sorted(numbered, reverse=True)]


def _member(container, name, suffix):
    """Name of the part of a container, or ``None``."""
    for written in (name, quote_plus(name)):
        if f"Cura/{written}{suffix}" in container:
            return f"Cura/{written}{suffix}"
    return None


def _flattened(container, stack, found):
    """Raw values of a stack, the strongest container's of each setting."""
    result = {}
    for name in _ordered(stack):
        if part := _member(container, name, ".def.json"):
            result.update(_definition(container, part))
        elif part := _member(container, name, ".inst.cfg"):
            result.update(values(_part(container, part)))
        elif material := _best(name, found):
            result.update(material.settings)
            for key in ("diameter", "density"):
                number = getattr(material, key)
                result.update({f"material_{key}": f"{number:g}"} if number else {})
    return result


def _best(name, found):
    """The material a container's name begins with: it adds machine and nozzle."""
    bases = [base for base in found if name == base or name.startswith(base + "_")]
    return found[max(bases, key=len)] if bases else None


def _material(containers, found):
    listed = (_best(name, found) for name in containers.values())
    return next((each for each in listed if each), None)


def _definition(container, part):
    """Values of a definition: formulas win over defaults, as in Cura."""
    try:
        data = parse_json(container.read_part(part), part)
    except SlicedFileError as error:
        if error.code != "bad_json":
            raise
        return {}
    result = {}
    if isinstance(data, dict):
        _collect(data.get("settings"), result, 0)
        _collect(data.get("overrides"), result, 0)
    return result


def _collect(settings, result, depth):
    if not isinstance(settings, dict) or depth > MAX_DEPTH:
        return
    for key, entry in settings.items():
        if not isinstance(entry, dict):
            continue
        if entry.get("type") != "category":
            if "value" in entry:
                raw = entry["value"]
                # Text is a formula, be it a single word or number.
                result[key] = f"={raw}" if isinstance(raw, str) else str(raw)
            elif "default_value" in entry:
                result[key] = str(entry["default_value"])
        _collect(entry.get("children"), result, depth + 1)


def _machine(sliced, machine, container):
    sliced.printer_settings_id = machine["general"].get("name", "")
    sliced.printer_model_id = next(iter(_ordered(machine)), "")
    part = _member(container, sliced.printer_model_id, ".def.json")
    if part:
        try:
            data = parse_json(container.read_part(part), part)
        except SlicedFileError as error:
            if error.code != "bad_json":
                raise
            return
        if isinstance(data, dict):
            sliced.printer_model = str(data.get("name") or "")


def _name_of(container, machine, *kinds):
    """Display name of the machine's container of one of these kinds."""
    named = {}
    for name in machine["containers"].values():
        if part := _member(container, name, ".inst.cfg"):
            found = sections(_part(container, part))
            kind = found.get("metadata", {}).get("type", "")
            named.setdefault(kind, found.get("general", {}).get("name", ""))
    return next((named[kind] for kind in kinds if named.get(kind)), "")


def _values(sliced):
    get = sliced.settings.get
    count = max(len(sliced.filaments), 1)

    def per_extruder(name):
        found = numbers(get(name))
        return found * count if len(found) == 1 else found

    def single(name):
        found = numbers(get(name))
        return plain(to_float(found[0])) if found else None

    sliced.layer_height = single("layer_height")
    sliced.first_layer_height = single("layer_height_0")
    sliced.nozzle_diameter = per_extruder("machine_nozzle_size")
    sliced.nozzle_temp = per_extruder("material_print_temperature")
    sliced.first_layer_nozzle_temp = per_extruder("material_print_temperature_layer_0")
    sliced.bed_temp = single("material_bed_temperature")
    sliced.first_layer_bed_temp = single("material_bed_temperature_layer_0")


# === Objects === #


def _objects(sliced, plate, container):
    """Objects of the model part and the settings they have of their own."""
    found = model_metadata(container.head(MODEL, 65536), MODEL)
    application = found.get("Application", "")
    if application and not sliced.slicer_version:
        sliced.slicer_version = application.rpartition(" ")[2]
    root = parse_xml(_without_meshes(container.stream(MODEL)), MODEL)
    by_id, built = {}, []
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "object" and len(by_id) < MAX_OBJECTS:
            by_id[element.get("id")] = element
        elif tag == "item":
            built.append(element.get("objectid"))
    counts = {}
    for number in built[:MAX_OBJECTS]:
        if number in by_id:
            counts[number] = counts.get(number, 0) + 1
    for number, count in counts.items():
        _object(sliced, plate, by_id, number, count)
    sliced.stated["project_objects"] = [item.name for item in plate.objects]


def _object(sliced, plate, by_id, number, count):
    element = by_id[number]
    name, settings = element.get("name") or "", _own_settings(element)
    role = _role(settings)
    if not role:
        plate.objects.append(PlateObject(name or f"Object {number}", count))
    _override(sliced, "part" if role else "object", name, "", role, settings)
    # One level is all Cura groups.
    for part in element.iter():
        if part.tag.rpartition("}")[2] != "component":
            continue
        child = by_id.get(part.get("objectid"))
        if child is not None and child is not element:
            own = _own_settings(child)
            role = _role(own) or "normal_part"
            _override(sliced, "part", child.get("name") or "", name, role, own)


def _override(sliced, scope, name, parent, role, settings):
    if settings:
        sliced.overrides.append(Override(scope, name, parent, role, 1, settings))


def _role(settings):
    return next((role for key, role in ROLES.items() if settings.get(key) is True), "")


def _own_settings(element):
    """Settings of an object: ``cura:`` metadata, before 4.0 elements of their own."""
    raw = {}
    for child in element:
        tag = child.tag.rpartition("}")[2]
        if tag not in ("metadatagroup", "settings"):
            continue
        for entry in child:
            key = entry.get("name") or entry.get("setting_key") or ""
            if tag == "settings" or key.startswith("cura:"):
                raw[key.removeprefix("cura:")] = (entry.text or "").strip()
    for key in ("drop_to_buildplate", "print_order", ""):
        raw.pop(key, None)
    return parse(raw)


def _without_meshes(chunks):
    """The model part without vertices and triangles, which are nearly all of it."""
    kept, rest, inside = bytearray(), b"", False
    for chunk in chunks:
        data, start = rest + chunk, 0
        while True:
            mark = b"</mesh>" if inside else b"<mesh"
            position = data.find(mark, start)
            if position < 0:
                break
            if not inside:
                kept += data[start:position]
            # "<mesh>…</mesh>" goes as a whole.
            start = position + len(mark)
            inside = not inside
        # A mark may be cut by the end of the chunk.
        end = max(len(data) - len(mark), start)
        if not inside:
            kept += data[start:end]
        rest = data[end:]
        if len(kept) > MAX_MODEL:
            raise SlicedFileError(
                "too_large",
                "The model part of the project says more than any slicer writes. "
                "Save the project again.",
            )
    return bytes(kept) + (b"" if inside else rest)
