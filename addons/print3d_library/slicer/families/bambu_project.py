"""The project inside a 3MF package of Bambu Studio, OrcaSlicer and forks.

``Metadata/model_settings.config`` names objects, parts and plates and holds the
settings that differ for them; ``layer_config_ranges.xml``,
``custom_gcode_per_layer.xml``, ``layer_heights_profile.txt``,
``brim_ear_points.txt`` and ``filament_sequence.json`` beside it hold what is set by
height; ``filament_settings_1.config`` and the like hold presets of the user's own.
"""

import html
import re
from dataclasses import dataclass, field

from ..errors import SlicedFileError
from ..markup import parse_json, parse_xml
from ..model import Override
from ..privacy import without_secrets
from ..settings import parsed
from ..text import MAX_ENTRIES, to_float, to_int

MODEL_SETTINGS = "Metadata/model_settings.config"
MODEL = "3D/3dmodel.model"
LAYER_RANGES = "Metadata/layer_config_ranges.xml"
LAYER_GCODE = "Metadata/custom_gcode_per_layer.xml"
LAYER_HEIGHTS = "Metadata/layer_heights_profile.txt"
BRIM_EARS = "Metadata/brim_ear_points.txt"
SEQUENCES = "Metadata/filament_sequence.json"
PRESET = r"Metadata/(filament|machine|process|print)_settings?_(\d{1,4})\.config"

MAX_OVERRIDES = 5_000
MAX_PLATES = 500
MAX_OBJECTS = 10_000
MAX_MODEL = 256 * 1024 * 1024
TEXT_LIMIT = 4_000
# What is wrong with a part on purpose.
HOSTILE = ("encrypted", "xml_entity", "zip_bomb")
# Metadata of objects, parts and plates that are no settings.
NOT_SETTINGS = {
    "",
    "name",
    "module",
    "matrix",
    "mesh_shared",
    "locked",
    "plater_id",
    "plater_name",
    "gcode_file",
    "source_file",
    "source_in_inches",
    "source_in_meters",
    "source_object_id",
    "source_offset_x",
    "source_offset_y",
    "source_offset_z",
    "source_volume_id",
    "uuid",
    "assembly_src_guid",
}
LAYER_ACTIONS = {
    0: "color_change",
    1: "pause",
    2: "tool_change",
    3: "template",
    4: "custom",
}
TAG = re.compile(rb"<(object|item)\s([^<>]{0,1000})>")
ATTRIBUTE = re.compile(r"(?<![\w:])([\w:]{1,40})\s{0,4}=\s{0,4}\"([^\"]*)\"")
# The pseudo object of the prime tower in plate_N.json
TOWER = "wipe_tower"


@dataclass
class ProjectPlate:
    """A plate of the project: its name, settings and the objects on it.

    ``objects`` has one name per instance, ``picture`` the member of the package that
    the project names as its picture, ``pauses`` how often the print stops there.
    """

    index: int
    name: str = ""
    picture: str = ""
    settings: dict = field(default_factory=dict)
    objects: list = field(default_factory=list)
    pauses: int = 0


def metadata(element):
    """``metadata`` children of an element as a dict of text."""
    return {
        entry.get("key", ""): entry.get("value", "")
        for entry in element.iterfind("metadata")
    }


class Project:
    """What a package says of its project beside the settings of all.

    ``plates`` by number, ``objects`` the names of the project's objects in order,
    ``overrides`` the settings of some, ``sequences`` the filaments in the order of
    their use by plate number, ``has_variable_layers`` whether layers have heights of
    their own. ``warnings`` are sentences about parts that could not be read.

    :param container: :class:`~..container.Container`
    :param filaments: number of configured filaments
    :raises SlicedFileError: the list of plates is no XML, or a part is hostile
    """

    def __init__(self, container, filaments):
        self._container = container
        self._filaments = filaments
        self.plates = {}
        self.objects = []
        self.overrides = []
        self.sequences = {}
        self.has_variable_layers = False
        self.warnings = []
        self._names = {}
        self._model_settings()
        if self._names and not any(plate.objects for plate in self.plates.values()):
            for plate in self.plates.values():
                name = f"Metadata/plate_{plate.index}.json"
                self._optional(name, self._outlines, plate)
        self._optional(LAYER_RANGES, self._layer_ranges)
        self._optional(LAYER_GCODE, self._layer_gcode)
        self._optional(LAYER_HEIGHTS, self._per_object, "layer_heights_profile")
        self._optional(BRIM_EARS, self._per_object, "brim_ear_points")
        self._optional(SEQUENCES, self._sequences)
        for match in self._container.matching(PRESET):
            self._optional(match[0], self._preset, match[1])

    def _optional(self, name, read, *values):
        """Read a part that the project can do without, if it is there.

        A damaged one costs what it says, not the whole file.

        :param read: method that takes the bytes, their name and the values
        """
        if name not in self._container:
            return
        try:
            read(self._container.read_part(name), name, *values)
        except SlicedFileError as error:
            if error.code in HOSTILE:
                raise
            self.warnings.append(
                f"{name!r} in the package cannot be read; the settings in it are "
                "missing."
            )

    def _add(self, override):
        if len(self.overrides) < MAX_OVERRIDES:
            self.overrides.append(override)

    def _model_settings(self):
        if MODEL_SETTINGS not in self._container:
            return
        root = parse_xml(self._container.read_part(MODEL_SETTINGS), MODEL_SETTINGS)
        for element in root.findall("object")[:MAX_OBJECTS]:
            data = metadata(element)
            name = data.get("name", "")
            self.objects.append(name)
            self._names[element.get("id", "")] = name
            settings = self._settings(data)
            if settings:
                self._add(Override("object", name, settings=settings))
            self._parts(element, name)
        for position, element in enumerate(root.iterfind("plate"), 1):
            self._plate(position, element)
        if len(self.plates) > MAX_PLATES:
            raise SlicedFileError(
                "too_large",
                f"The package claims {len(self.plates)} plates, more than any slicer "
                "writes. Export the sliced file again.",
                plates=len(self.plates),
            )

    def _settings(self, data, *, is_part=False):
        """Settings among metadata, parsed and without secrets."""
        settings = {key: raw for key, raw in data.items() if key not in NOT_SETTINGS}
        # Every object names its filament. It says something with a choice only; 0
        # is a part that prints with its object's.
        plain = "0" if is_part else "1"
        if settings.get("extruder") == plain and (is_part or self._filaments < 2):
            del settings["extruder"]
        return parsed(without_secrets(settings))

    def _parts(self, element, parent):
        for part in element.iterfind("part"):
            data = metadata(part)
            role = part.get("subtype", "normal_part")
            settings = self._settings(data, is_part=True)
            # A part that is no body says something without settings too.
            if settings or role != "normal_part":
                self._add(
                    Override("part", data.get("name", ""), parent, role, None, settings)
                )

    def _plate(self, position, element):
        data = metadata(element)
        index = to_int(data.get("plater_id"))
        index = position if index is None else index
        plate = ProjectPlate(
            index=index,
            name=data.get("plater_name", ""),
            picture=data.get("thumbnail_file", "").lstrip("/"),
            settings=parsed(
                without_secrets(
                    {
                        key: spaced(raw)
                        for key, raw in data.items()
                        if key not in NOT_SETTINGS and not key.endswith("_file")
                    }
                )
            ),
        )
        for instance in element.iterfind("model_instance"):
            name = self._names.get(metadata(instance).get("object_id", ""))
            if name is not None and len(plate.objects) < MAX_OBJECTS:
                plate.objects.append(name)
        self.plates.setdefault(index, plate)

    def _outlines(self, data, name, plate):
        """Objects by the outlines of a plate, where instances are not listed."""
        found = parse_json(data, name)
        boxes = found.get("bbox_objects") if isinstance(found, dict) else None
        for box in boxes[:MAX_OBJECTS] if isinstance(boxes, list) else []:
            label = box.get("name") if isinstance(box, dict) else None
            if isinstance(label, str) and label != TOWER:
                plate.objects.append(label)

    # === By height === #

    def _layer_ranges(self, data, name):
        root = parse_xml(data, name)
        names = None
        for element in root.iterfind("object"):
            number = to_int(element.get("id"))
            for entry in element.iterfind("range"):
                if names is None:
                    names = self._build_names()
                low = to_float(entry.get("min_z"))
                high = to_float(entry.get("max_z"))
                options = {
                    option.get("opt_key", ""): (option.text or "").strip()
                    for option in entry.iterfind("option")
                }
                settings = self._settings(options, is_part=True)
                if "layer_height" in settings:
                    self.has_variable_layers = True
                self._add(
                    Override(
                        "layers",
                        f"{_number(low)}–{_number(high)} mm",  # noqa: RUF001
                        _entry(names, number),
                        settings={"min_z": low, "max_z": high, **settings},
                    )
                )

    def _per_object(self, data, _name, key):
        """Lines ``object_id=1|values``: the object is the n-th of the model."""
        text = data.decode("utf-8", errors="replace")
        found = re.findall(r"^object_id=(\d{1,9})\|(.+)$", text, re.MULTILINE)
        names = self._build_names() if found else []
        for number, values in found[:MAX_OBJECTS]:
            if key == "layer_heights_profile":
                self.has_variable_layers = True
            self._add(
                Override(
                    "object",
                    _entry(names, int(number)),
                    settings={key: values.strip()[:TEXT_LIMIT]},
                )
            )

    def _layer_gcode(self, data, name):
        root = parse_xml(data, name)
        plates = root.findall("plate") or [root]
        for position, element in enumerate(plates, 1):
            info = element.find("plate_info")
            index = to_int(info.get("id")) if info is not None else None
            index = position if index is None else index
            for layer in element.iterfind("layer"):
                action = LAYER_ACTIONS.get(to_int(layer.get("type")), "custom")
                if action == "pause" and index in self.plates:
                    self.plates[index].pauses += 1
                height = to_float(layer.get("top_z"))
                values = {
                    "top_z": None if height is None else round(height, 4),
                    "action": action,
                    "extruder": to_int(layer.get("extruder")),
                    "color": layer.get("color"),
                    "extra": layer.get("extra"),
                    "gcode": layer.get("gcode"),
                }
                self._add(
                    Override(
                        "layers",
                        f"{_number(height)} mm",
                        plate=index,
                        settings={key: entry for key, entry in values.items() if entry},
                    )
                )

    def _sequences(self, data, name):
        found = parse_json(data, name)
        for key, entry in found.items() if isinstance(found, dict) else []:
            match = re.fullmatch(r"plate_(\d{1,6})", key)
            sequence = entry.get("sequence") if isinstance(entry, dict) else entry
            if match and isinstance(sequence, list):
                self.sequences[int(match[1])] = sequence

    def _preset(self, data, name, kind):
        """A preset of the user's own: the settings in effect have its values too."""
        found = parse_json(data, name)
        if isinstance(found, dict):
            settings = parsed(without_secrets(found))
            label = str(found.get("name", ""))
            self._add(Override("preset", label, role=kind, settings=settings))

    # === The model === #

    def _build_names(self):
        """Names of the objects in the order in which the model is built from them."""
        _names, built = read_model(self._container)
        ordered = list(dict.fromkeys(built))
        return [self._names.get(number, "") for number in ordered] or self.objects

    def objects_of_model(self):
        """Names of the model's own objects, one per instance that is printed.

        For packages whose project does not say what stands on the plates. Empty when
        the model cannot be read, which is not needed for anything else here.
        """
        try:
            names, built = read_model(self._container)
        except SlicedFileError as error:
            if error.code in HOSTILE:
                raise
            return []
        found = []
        for number in built:
            name = self._names.get(number) or names.get(number) or ""
            found.append(name or f"Object {number}")
        return found[:MAX_OBJECTS]


def read_model(container):
    """Objects of the model part, which may be huge, without its meshes.

    :return: ``(names by object id, ids of the build items in order)``
    """
    names, built = {}, []
    if MODEL not in container:
        return names, built
    rest, seen = b"", 0
    for chunk in container.stream(MODEL, MAX_MODEL):
        data = rest + chunk
        end = data.rfind(b">") + 1
        for match in TAG.finditer(data, 0, end):
            kind, raw = match.groups()
            seen += 1
            if seen > MAX_OBJECTS:
                return names, built
            attributes = dict(ATTRIBUTE.findall(raw.decode("utf-8", errors="replace")))
            if kind == b"object":
                name = html.unescape(attributes.get("name", ""))
                names[attributes.get("id", f"#{len(names)}")] = name
            else:
                built.append(attributes.get("objectid", ""))
        rest = data[end:][-TEXT_LIMIT:]
    return names, built


def spaced(raw):
    """Lists of numbers of a plate are joined with blanks; others with commas.

    :param raw: text of one value
    :return: list of text, or the same text
    """
    if re.fullmatch(r"-?\d{1,9}(?: -?\d{1,9})+", raw):
        return raw.split(" ")[:MAX_ENTRIES]
    return raw


def _entry(names, number):
    return names[number - 1] if number and 0 < number <= len(names) else ""


def _number(value):
    return "?" if value is None else f"{value:g}"
