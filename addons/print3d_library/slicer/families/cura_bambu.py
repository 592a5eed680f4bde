"""Packages in the form of Bambu Studio that Cura writes for Bambu Lab's printers.

Cura 5.11 puts its own G-code into ``Metadata/plate_1.gcode`` and states length, weight
and colour of the filaments in ``slice_info.config``, but no time, no layers and no
settings, which its G-code has. The package is read like any other of its form.
"""

from ..gcode import decode, digest
from .comments import complete
from .cura_gcode import is_cura, read_gcode
from .registry import FAMILIES, register

GCODE = "Metadata/plate_1.gcode"
INFO = "Metadata/slice_info.config"
# Cura's lines stand at the very top; pictures are files of the package.
START = 65536


@register
class CuraForBambu:
    """Cura's packages for printers of Bambu Lab."""

    code = "cura_bambu"

    def recognises(self, source):
        if not source.is_zip:
            return False
        container = source.container
        if GCODE not in container or INFO not in container:
            return False
        return is_cura(decode(container.head(GCODE, START)))

    def parse(self, source):
        package = next(family for family in FAMILIES if family.code == "bambu")
        sliced = package.parse(source)
        text, _guids = read_gcode(digest(source.container.stream(GCODE), md5=False))
        plate, stated = sliced.plates[0], text.plates[0]
        sliced.family, sliced.slicer = text.family, text.slicer
        sliced.slicer_version = text.slicer_version
        # What is said of the G-code is meant for one without Cura's lines.
        sliced.warnings = text.warnings
        for name in (
            "printer_model_id",
            "layer_height",
            "first_layer_height",
            "nozzle_temp",
            "first_layer_nozzle_temp",
            "bed_temp",
            "first_layer_bed_temp",
            "settings",
            "settings_count",
        ):
            setattr(sliced, name, getattr(text, name) or getattr(sliced, name))
        sliced.common = text.common
        plate.time_s, plate.layer_count = stated.time_s, stated.layer_count
        plate.objects = stated.objects or plate.objects
        if not plate.filaments:
            plate.filaments = stated.filaments
        sliced.stated.update(
            max_z=text.stated.get("max_z"),
            profile_name=text.stated.get("profile_name"),
        )
        complete(sliced)
        return sliced
