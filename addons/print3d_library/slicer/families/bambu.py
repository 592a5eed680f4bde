"""Bambu Studio, OrcaSlicer and its forks: packages, projects and plain G-code.

A sliced 3MF has ``Metadata/slice_info.config`` (XML: per plate time, grams, objects,
filaments), ``Metadata/plate_N.gcode`` (header block with lengths and layers, settings
block), ``Metadata/project_settings.config`` (JSON: every setting) and pictures. Plate
numbers have gaps, and so have filament numbers: both are looked up, never counted.
Without the G-code it is a project, see :mod:`.bambu_project`.
"""

import re

from ..errors import SlicedFileError
from ..gcode import digest
from ..images import (
    MAX_PICTURES,
    picture_size,
    pictures_in_comments,
    pictures_in_package,
)
from ..markup import HEAD as MODEL_HEAD
from ..markup import model_metadata, parse_json, parse_xml
from ..model import Override, Plate, PlateObject, SlicedFile
from ..privacy import without_secrets
from ..settings import parsed
from ..text import MAX_ENTRIES, to_colour, to_float, to_int, unquote
from .bambu_project import (
    HOSTILE,
    MAX_PLATES,
    MODEL,
    MODEL_SETTINGS,
    Project,
    metadata,
    spaced,
)
from .bambu_settings import (
    PRINTERS,
    apply_settings,
    as_text,
    bed_temperatures,
    one,
)
from .bambu_toolpath import Toolpath, is_toolpath, positive
from .bambu_words import common_settings
from .common import extent, grouped, used_filament
from .registry import register

SLICE_INFO = "Metadata/slice_info.config"
PROJECT = "Metadata/project_settings.config"
PLATE_GCODE = r"Metadata/plate_(\d{1,6})\.gcode"

APPLICATION = re.compile(r"(?P<name>.+?)[- ][vV]?(?P<version>\d.*)")
BAMBU_VERSION = re.compile(r"\d\d\.\d\d\.\d\d\.\d\d")
# header_item of the slice information: OrcaSlicer 2.4 and its forks sign beside the
# version of Bambu Studio that their format follows.
SIGNED_ITEM = re.compile(r"(?!X-)(?P<name>[A-Za-z][\w .-]*?)-Version")
NAMES = {
    "AnycubicSlicerNext": "Anycubic Slicer Next",
    "BambuStudio": "Bambu Studio",
    "Creality_Print": "Creality Print",
    "SnapmakerOrca": "Snapmaker Orca",
    "Snapmaker_Orca": "Snapmaker Orca",
}
# Slicers by the item of the slice information's header that names their kind.
CLIENTS = {
    ("X-BBL-Client-Type", "slicer"): "BambuStudio",
    ("X-CX-Client-Type", "creality_print"): "Creality_Print",
    ("X-QDT-Client-Type", "slicer"): "QIDIStudio",
}
MODEL_KEYS = (
    "CreationDate",
    "Designer",
    "License",
    "ModificationDate",
    "ProfileTitle",
    "Title",
)
# Figures among the metadata of a sliced plate; the others are settings of it.
PLATE_FIGURES = {
    "",
    "first_layer_time",
    "index",
    "outside",
    "pause_count",
    "prediction",
    "printer_model_id",
    "support_used",
    "weight",
}
PICTURES = ("plate_{}", "plate_{}_small", "plate_no_light_{}", "top_{}")
FALLBACK_PICTURES = (
    "Metadata/thumbnail.png",
    "Metadata/bbl_thumbnail.png",
    "Auxiliaries/.thumbnails/thumbnail_3mf.png",
    "Auxiliaries/.thumbnails/thumbnail_middle.png",
)
MAX_LISTED = 500
# Words of the slice information and what they mean to who prints; those of level 3
# are told by the slicer where the printer is closed only.
BED_TOO_HOT = "bed_temperature_too_high_than_filament"
SLICE_WARNINGS = {
    BED_TOO_HOT: (
        "the bed is hotter than the temperature at which the filament softens. Open "
        "the door or take the lid off, or the nozzle may clog."
    ),
    "the_actual_nozzle_hrc_smaller_than_the_required_nozzle_hrc": (
        "the filament asks for a harder nozzle than the one sliced for. Put in a "
        "hardened nozzle, or it will wear out."
    ),
    "smooth_timelapse_without_prime_tower": (
        "a smooth timelapse without a prime tower leaves marks. Turn on the prime "
        "tower, or the timelapse off."
    ),
    # Of no consequence for the print.
    "activate_long_retraction_when_cut": "",
    "not_generate_timelapse": "",
    "not_support_traditional_timelapse": "",
}


@register
class Bambu:
    """Bambu Studio, OrcaSlicer and forks of either."""

    code = "bambu"

    def recognises(self, source):
        if source.is_zip:
            container = source.container
            return any(
                name in container for name in (SLICE_INFO, PROJECT, MODEL_SETTINGS)
            ) or bool(container.matching(PLATE_GCODE))
        return source.is_text and is_toolpath(source)

    def parse(self, source):
        if source.is_zip:
            return _Package(self.code, source.container).parse()
        return read_gcode(self.code, source.gcode)


class _Package:
    """One 3MF package while it is read."""

    def __init__(self, code, container):
        self.container = container
        self.sliced = SlicedFile(family=code)
        self.settings = {}
        self.toolpaths = {}
        self.project = None
        self.signed = ("", "")
        self.client = self.client_version = ""
        self.told = {}

    def parse(self):
        self._read_settings()
        model = self._read_model()
        sections = self._read_slice_info()
        for match in self.container.matching(PLATE_GCODE):
            self._read_toolpath(int(match[1]), match[0])
        if not self.settings and self.toolpaths:
            self.settings = next(iter(self.toolpaths.values())).settings
        sliced = self.sliced
        apply_settings(
            sliced,
            self.settings,
            [toolpath.settings for toolpath in self.toolpaths.values()],
        )
        self.project = Project(self.container, len(sliced.filaments))
        sliced.is_sliced = bool(self.toolpaths)
        self._read_pictures()
        self._name_slicer(model)
        stated = sliced.stated
        objects = self.project.objects
        indexes = sorted(set(sections) | set(self.toolpaths))
        for index in indexes:
            self._add_plate(index, sections.get(index))
        if not indexes:
            objects = self._add_unsliced() or objects
        if not sliced.printer_model:
            sliced.printer_model = PRINTERS.get(sliced.printer_model_id, "")
        sliced.warnings += self.project.warnings
        self._add_overrides(sections)
        self._add_used()
        self._add_warnings()
        stated["plates"] = len(self.project.plates) or len(indexes) or None
        stated["project_objects"] = objects
        if indexes:
            self._add_sums(indexes)
        return sliced

    def _add_sums(self, indexes):
        stated, plates = self.sliced.stated, self.sliced.plates
        stated["plates_sliced"] = len(indexes)
        weights = [plate.stated.get("weight_g") for plate in plates]
        if None not in weights:
            stated["weight_total_g"] = round(sum(weights), 2)
        stated["per_plate"] = [_plate_facts(plate) for plate in plates]
        if not self.sliced.is_sliced:
            who = self.sliced.slicer or "the slicer"
            self.sliced.warnings.append(
                "This file was sliced, but its toolpaths were taken out, as model "
                f"sites do with downloads. Open it in {who}, slice it and export the "
                "sliced file (.gcode.3mf)."
            )

    def _read_settings(self):
        if PROJECT in self.container:
            settings = parse_json(self.container.read_part(PROJECT), PROJECT)
            if not isinstance(settings, dict):
                raise SlicedFileError(
                    "bad_json",
                    f"{PROJECT!r} in the package holds no settings. Export the sliced "
                    "file again.",
                    name=PROJECT,
                )
            self.settings = as_text(settings)

    def _read_model(self):
        """Metadata of the model part: who wrote it, who designed it."""
        if MODEL not in self.container:
            return {}
        try:
            found = model_metadata(self.container.head(MODEL, MODEL_HEAD), MODEL)
        except SlicedFileError as error:
            if error.code in HOSTILE:
                raise
            self.sliced.warnings.append(
                f"{MODEL!r} in the package cannot be read; who made it is unknown."
            )
            return {}
        stated = {key: found[key] for key in MODEL_KEYS if found.get(key)}
        self.sliced.stated["model_metadata"] = stated
        self.sliced.stated["app_metadata"] = found.get("Application")
        return found

    def _read_slice_info(self):
        """Plate elements of the slice information by plate number."""
        if SLICE_INFO not in self.container:
            return {}
        root = parse_xml(self.container.read_part(SLICE_INFO), SLICE_INFO)
        for entry in root.iterfind("./header/header_item"):
            key, found = entry.get("key", ""), entry.get("value", "").strip()
            signed = SIGNED_ITEM.fullmatch(key)
            if signed and found:
                self.signed = (signed["name"], found)
            elif key.endswith("-Client-Version"):
                self.client_version = found
            elif key.endswith("-Client-Type"):
                self.client = CLIENTS.get((key, found), "")
        sections = {}
        for plate in root.iterfind("./plate"):
            index = to_int(metadata(plate).get("index"))
            if index is not None:
                sections.setdefault(index, plate)
        if len(sections) > MAX_PLATES:
            raise SlicedFileError(
                "too_large",
                f"The package claims {len(sections)} plates, more than any slicer "
                "writes. Export the sliced file again.",
                plates=len(sections),
            )
        return sections

    def _read_toolpath(self, index, name):
        has_picture = f"Metadata/plate_{index}.png" in self.container
        has_md5 = f"{name}.md5" in self.container
        gcode = digest(self.container.stream(name), md5=has_md5)
        toolpath = Toolpath(gcode, pictures=not has_picture)
        self.toolpaths[index] = toolpath
        if has_md5:
            md5 = self.container.read_part(f"{name}.md5").decode(
                "ascii", errors="replace"
            )
            if md5.strip().upper() not in ("", toolpath.md5):
                self.sliced.warnings.append(
                    f"The G-code of plate {index} was changed after slicing: time and "
                    "filament may differ from what is stated."
                )
        if not (toolpath.has_header or toolpath.settings):
            self.sliced.warnings.append(
                f"The G-code of plate {index} was not written by a slicer: time and "
                "filament are what the package claims."
            )

    def _read_pictures(self):
        damaged = []
        self.sliced.thumbnails = pictures_in_package(
            self.container, "Metadata/", damaged
        )
        self.sliced.warnings += [
            f"The picture {name!r} is damaged." for name in damaged
        ]
        others = [
            name
            for name in self.container.names
            if name.lower().endswith((".png", ".jpg", ".jpeg", ".webp"))
            and not name.startswith("Metadata/")
        ]
        sizes = self.sliced.stated["other_images"] = {}
        for name in others[:MAX_PICTURES]:
            try:
                kind, width, height = picture_size(self.container.head(name, 65536))
            except SlicedFileError:
                kind = ""
            original = self.container.original_name(name)
            sizes[original] = [width, height] if kind else None

    def _name_slicer(self, model):
        """Who wrote the package: its toolpath, its header, its model part, in turn.

        OrcaSlicer signs the toolpath for printers of Bambu Lab as Bambu Studio, and
        its model part too, where real versions of Bambu Studio have four pairs of
        digits.
        """
        writers = [path for path in self.toolpaths.values() if path.writer]
        application = APPLICATION.fullmatch(model.get("Application", "").strip()[:200])
        name = version = ""
        if writers:
            name, version = writers[0].writer, writers[0].version
        if self.signed[0] and name in ("", "BambuStudio"):
            name, version = self.signed
        elif not name and not self.toolpaths:
            if application:
                name, version = application["name"], application["version"]
                if name == "BambuStudio" and not BAMBU_VERSION.fullmatch(version):
                    name = "OrcaSlicer"
            elif self.client_version:
                name, version = self.client, self.client_version
        self.sliced.slicer = NAMES.get(name, name)
        self.sliced.slicer_version = version

    # === Plates === #

    def _add_plate(self, index, section):
        """A plate out of its slice information, its toolpath or both."""
        toolpath = self.toolpaths.get(index)
        project = self.project.plates.get(index)
        data = metadata(section) if section is not None else {}
        plate = Plate(index=index, name=project.name if project else "")
        plate.time_s = positive(to_int(data.get("prediction")))
        plate.first_layer_time_s = positive(to_float(data.get("first_layer_time")))
        if toolpath:
            plate.model_time_s = toolpath.model_time_s
            plate.layer_count = toolpath.layers
            plate.object_height = toolpath.height
            plate.time_s = plate.time_s or toolpath.time_s
            plate.first_layer_time_s = (
                plate.first_layer_time_s or toolpath.first_layer_time_s
            )
        plate.support_used = _flag(data.get("support_used"))
        plate.pauses = to_int(data.get("pause_count"))
        if plate.pauses is None and project:
            plate.pauses = project.pauses or None
        self._describe_plate(plate, project, toolpath)
        self._measure_plate(plate)
        stated = plate.stated
        stated["printer_model_id"] = data.get("printer_model_id")
        stated["weight_g"] = to_float(data.get("weight"))
        stated["first_layer_time_s"] = plate.first_layer_time_s
        if data.get("printer_model_id"):
            self.sliced.printer_model_id = data["printer_model_id"]
        if section is not None:
            self._add_objects(plate, section)
            self._note_warnings(plate, section, data)
        used = section.findall("filament") if section is not None else []
        if used:
            self._add_use(plate, used, toolpath)
        elif toolpath:
            _add_toolpath_use(self.sliced, plate, toolpath)
        plate.filament_changes = self._changes(plate, toolpath)
        if toolpath:
            stated["filament_mm"] = [item.length_mm for item in plate.filaments]
            stated["filament_g_gcode"] = [
                toolpath.use(entry.index, position)[1]
                for position, entry in enumerate(plate.filaments)
            ]
            stated["gcode_filament_index"] = [
                index
                for index, length in zip(
                    toolpath.indexes, toolpath.lengths, strict=False
                )
                if length
            ]
            stated["gcode_settings_count"] = len(toolpath.settings) or None
        self._add_pictures(plate, project, toolpath)
        self.sliced.plates.append(plate)

    def _add_unsliced(self):
        """Plates of a project as it stands, with their objects and pictures.

        :return: names of the objects where only the model names them
        """
        plates = self.project.plates
        names = []
        if not any(project.objects for project in plates.values()):
            names = self.project.objects_of_model()
        for index in sorted(plates) or [1]:
            project = plates.get(index)
            plate = Plate(index=index, name=project.name if project else "")
            objects = project.objects if project else []
            if len(plates) < 2:
                objects = objects or names
            plate.objects = grouped(objects)
            plate.pauses = (project.pauses or None) if project else None
            self._describe_plate(plate, project, None)
            self._add_pictures(plate, project, None)
            self.sliced.plates.append(plate)
        return [] if self.project.objects else list(dict.fromkeys(names))

    def _describe_plate(self, plate, project, toolpath):
        """Bed and order of a plate: its G-code's, else its own, else the project's."""
        own = project.settings if project else {}
        settings = toolpath.settings if toolpath else {}
        plate.bed_type = (
            unquote(one(settings.get("curr_bed_type")))
            or str(own.get("bed_type", ""))
            or self.sliced.bed_type
        )
        order = str(
            settings.get("print_sequence")
            or own.get("print_sequence")
            or one(self.settings.get("print_sequence"))
        )
        plate.is_sequential = order == "by object" if order else None

    @staticmethod
    def _add_objects(plate, section):
        names, skipped = [], []
        for entry in section.iterfind("object"):
            is_skipped = entry.get("skipped") in ("true", "1")
            (skipped if is_skipped else names).append(entry.get("name", ""))
        plate.stated["objects"] = names
        plate.stated["skipped_objects"] = skipped
        plate.objects = grouped(names)
        plate.skipped = grouped(skipped)

    def _changes(self, plate, toolpath):
        """How often the filament changes, ``None`` when the file does not say."""
        sequence = self.project.sequences.get(plate.index)
        if sequence:
            pairs = zip(sequence, sequence[1:], strict=False)
            return sum(before != after for before, after in pairs)
        if toolpath and toolpath.changes is not None:
            return toolpath.changes
        return 0 if len(plate.filaments) == 1 else None

    def _measure_plate(self, plate):
        """How wide and deep the plate is printed, from the outlines beside it."""
        name = f"Metadata/plate_{plate.index}.json"
        if name not in self.container:
            return
        try:
            found = parse_json(self.container.read_part(name), name)
        except SlicedFileError:
            # A damaged part costs what it says, not the whole file.
            return
        box = found.get("bbox_all") if isinstance(found, dict) else None
        if isinstance(box, list) and len(box) == 4:
            plate.size_x = extent(box[0], box[2])
            plate.size_y = extent(box[1], box[3])

    def _add_pictures(self, plate, project, toolpath):
        wanted = [f"Metadata/{stem.format(plate.index)}." for stem in PICTURES]
        for begin in wanted:
            plate.thumbnails += [
                entry
                for entry in self.sliced.thumbnails
                if entry.name.startswith(begin)
            ]
        if plate.thumbnails:
            return
        if project and project.picture:
            plate.thumbnails = [
                entry
                for entry in self.sliced.thumbnails
                if entry.name.lstrip("/") == project.picture
            ]
        if not plate.thumbnails and toolpath:
            plate.thumbnails = toolpath.pictures
        if not plate.thumbnails and len(self.project.plates) < 2:
            plate.thumbnails = self._fallback_pictures()

    def _fallback_pictures(self):
        """The picture of the whole package, for the only plate."""
        for name in FALLBACK_PICTURES:
            if name in self.container:
                folder = name.rpartition("/")[0] + "/"
                found = [
                    entry
                    for entry in pictures_in_package(self.container, folder)
                    if entry.name.lstrip("/") == name
                ]
                if found:
                    return found
        return []

    def _add_use(self, plate, used, toolpath):
        """Filaments of the slice information, lengths from the better source.

        The slice information rounds lengths to centimetres.
        """
        stated = plate.stated["filament"] = []
        found = {}
        for position, entry in enumerate(used):
            index = to_int(entry.get("id"))
            if index is None or not 0 < index < MAX_ENTRIES:
                continue
            metres, grams = to_float(entry.get("used_m")), to_float(entry.get("used_g"))
            length = volume = None
            if toolpath and index not in found:
                length, _weight, volume = toolpath.use(index, position)
            if length is None and metres is not None:
                length = metres * 1000
            colour = to_colour(entry.get("color"))
            stated.append(
                {
                    "id": index,
                    "type": entry.get("type", ""),
                    "colour": colour,
                    "used_m": metres,
                    "used_g": grams,
                }
            )
            use = used_filament(self.sliced.filament(index), length, grams, volume)
            if not use:
                continue
            use.type = entry.get("type", "") or use.type
            use.colour = colour or use.colour
            use.for_object = _flag(entry.get("used_for_object"))
            use.for_support = _flag(entry.get("used_for_support"))
            if index in found:
                _add_up(found[index], use, has_length=bool(toolpath))
            else:
                found[index] = use
        plate.filaments = list(found.values())
        plate.stated["no_use"] = bool(stated) and not plate.filaments

    # === Overrides, warnings, sums === #

    def _add_overrides(self, sections):
        """Settings of objects, parts, layers and the plates that are there."""
        numbers = {plate.index for plate in self.sliced.plates}
        for plate in self.sliced.plates:
            project = self.project.plates.get(plate.index)
            settings = dict(project.settings) if project else {}
            section = sections.get(plate.index)
            if section is not None:
                settings.update(_plate_settings(section))
            if settings:
                self.sliced.overrides.append(
                    Override("plate", plate.name, plate=plate.index, settings=settings)
                )
        self.sliced.overrides += [
            override
            for override in self.project.overrides
            if override.plate is None or override.plate in numbers
        ]

    def _note_warnings(self, plate, section, data):
        noted = []
        for entry in section.iterfind("warning"):
            message = entry.get("msg", "").strip()
            if message:
                noted.append({**entry.attrib, "msg": message})
                self.told.setdefault(message, []).append(plate.index)
        plate.stated["warnings"] = noted[:MAX_LISTED]
        if _flag(data.get("outside")):
            self.told.setdefault("", []).append(plate.index)

    def _add_warnings(self):
        """Sentences for what the slicer warned of, where it matters to the print."""
        # An open frame lets the heat out.
        is_open = one(self.settings.get("printer_structure")) == "i3"
        several = len(self.sliced.plates) > 1
        for message, plates in self.told.items():
            sentence = SLICE_WARNINGS.get(message, message.replace("_", " ") + ".")
            if not message:
                sentence = (
                    "parts of the print lie outside of the bed. Arrange the plate and "
                    "slice it again."
                )
            if not sentence or (message == BED_TOO_HOT and is_open):
                continue
            where = ", ".join(map(str, sorted(set(plates))))
            where = f" (plate {where})" if several else ""
            who = self.sliced.slicer or "The slicer"
            self.sliced.warnings.append(f"{who} warns{where}: {sentence}")

    def _add_used(self):
        """What follows from the filaments in use."""
        sliced = self.sliced
        used = {
            entry.index: entry for plate in sliced.plates for entry in plate.filaments
        }
        beds = {plate.bed_type for plate in sliced.plates}
        if len(beds) == 1:
            # What was sliced for, where the plates have a bed of their own.
            sliced.bed_type = beds.pop()
        _finish(sliced, self.settings, list(used))
        if self.project.has_variable_layers:
            sliced.common["variable_layers"] = True
        # What was sliced with, where the project was changed afterwards.
        for key, name in (("filament_type", "type"), ("filament_colour", "colour")):
            entries = [getattr(used[index], name) for index in sorted(used)]
            sliced.stated[key] = entries if all(entries) else None


def read_gcode(code, gcode):
    """A plain G-code file: one plate.

    :param code: code of the family, for the result
    :param gcode: :class:`~..gcode.Gcode`
    :return: :class:`~..model.SlicedFile`
    :raises SlicedFileError: ``truncated``
    """
    toolpath = Toolpath(gcode, pictures=True, alone=True)
    if toolpath.is_cut:
        raise SlicedFileError(
            "truncated",
            "The file is cut short: a block that the slicer begins is never ended. "
            "Copy or export the file again.",
        )
    sliced = SlicedFile(
        family=code,
        slicer=NAMES.get(toolpath.writer, toolpath.writer),
        slicer_version=toolpath.version,
        thumbnails=toolpath.pictures or pictures_in_comments(gcode.tail),
    )
    apply_settings(sliced, toolpath.settings)
    order = one(toolpath.settings.get("print_sequence"))
    plate = Plate(
        time_s=toolpath.time_s,
        model_time_s=toolpath.model_time_s,
        first_layer_time_s=toolpath.first_layer_time_s,
        layer_count=toolpath.layers,
        object_height=toolpath.height,
        objects=grouped(toolpath.labels),
        thumbnails=sliced.thumbnails,
        bed_type=sliced.bed_type,
        is_sequential=order == "by object" if order else None,
        filament_changes=toolpath.changes,
    )
    if not plate.objects and toolpath.instances:
        # Bambu Studio numbers the instances without naming them.
        plate.objects = [PlateObject("", toolpath.instances)]
    _add_toolpath_use(sliced, plate, toolpath)
    if plate.filament_changes is None and len(plate.filaments) == 1:
        plate.filament_changes = 0
    sliced.stated["filament_g_total"] = toolpath.total_g
    sliced.stated["estimated_time_silent_s"] = toolpath.silent_time_s
    sliced.plates = [plate]
    _finish(sliced, toolpath.settings, [filament.index for filament in plate.filaments])
    return sliced


def _finish(sliced, settings, used):
    """What depends on the filaments in use: bed temperatures, common settings."""
    bed, first_layer = bed_temperatures(settings, sliced.bed_type, used)
    sliced.bed_temp, sliced.first_layer_bed_temp = bed, first_layer
    sliced.common = common_settings(sliced, settings, used)


def _flag(raw):
    """Boolean of an attribute (``true``, ``1``), ``None`` when it is not there."""
    return {"true": True, "1": True, "false": False, "0": False}.get(
        (raw or "").strip().lower()
    )


def _add_up(use, more, *, has_length):
    """Add a second line of the same filament to the first.

    :param has_length: the length of the first is that of the toolpath, whole already
    """
    for name in ("weight_g",) if has_length else ("length_mm", "weight_g"):
        values = [getattr(use, name), getattr(more, name)]
        values = [number for number in values if number is not None]
        setattr(use, name, sum(values) if values else None)
    for name in ("for_object", "for_support"):
        if getattr(more, name):
            setattr(use, name, True)


def _plate_settings(section):
    """Settings of a plate as it was sliced: nozzles, filament maps, layers."""
    data = {
        key: spaced(raw)
        for key, raw in metadata(section).items()
        if key not in PLATE_FIGURES and raw != ""
    }
    settings = parsed(without_secrets(data))
    nozzles = [dict(entry.attrib) for entry in section.iterfind("nozzle")]
    if nozzles:
        settings["nozzles"] = [parsed(entry) for entry in nozzles[:MAX_LISTED]]
    mixed = [dict(entry.attrib) for entry in section.iterfind("mixed_filament")]
    if mixed:
        settings["mixed_filaments"] = [parsed(entry) for entry in mixed[:MAX_LISTED]]
    # Which nozzle takes a filament; what it takes is stated apart.
    nozzles = ("group_id", "nozzle_diameter", "volume_type")
    filaments = [
        {
            "filament": to_int(entry.get("id")),
            **parsed({key: entry.get(key) for key in nozzles if entry.get(key)}),
        }
        for entry in section.iterfind("filament")
    ]
    if any(len(entry) > 1 for entry in filaments):
        settings["filament_nozzles"] = filaments[:MAX_LISTED]
    layers = [
        {
            "filaments": [
                int(number) + 1
                for number in entry.get("filament_list", "").split()
                if number.isdecimal() and len(number) < 6
            ],
            "layers": entry.get("layer_ranges", "")[:MAX_LISTED],
        }
        for entry in section.iterfind("./layer_filament_lists/layer_filament_list")
    ]
    if layers:
        settings["layer_filaments"] = layers[:MAX_LISTED]
    return settings


def _plate_facts(plate):
    """A plate under the key names of the facts."""
    known = {
        "plate": plate.index,
        "time_s": plate.time_s,
        "layer_count": plate.layer_count,
        "max_z": plate.object_height,
        "bed_type": plate.bed_type,
        "support_used": plate.support_used,
        "filament_changes": plate.filament_changes,
        "pauses": plate.pauses,
        **plate.stated,
    }
    known.pop("no_use", None)
    empty = (None, "", [], {})
    return {
        key: entry
        for key, entry in known.items()
        if entry not in empty and not (isinstance(entry, list) and None in entry)
    }


def _add_toolpath_use(sliced, plate, toolpath):
    """Use of a plate as its toolpath alone states it."""
    indexes = toolpath.indexes or list(range(1, len(toolpath.lengths) + 1))
    if not toolpath.indexes and len(indexes) not in (0, len(sliced.filaments)):
        sliced.warnings.append(
            "The file does not say which of its filaments it uses; the first ones are "
            "assumed."
        )
    for position, index in enumerate(indexes):
        found = used_filament(sliced.filament(index), *toolpath.use(index, position))
        plate.filaments += [found] if found else []
    if toolpath.lengths and None not in toolpath.lengths:
        sliced.stated["filament_index"] = indexes
        plate.stated["no_use"] = not any(toolpath.lengths)
