"""Writer of small ``.gcode.3mf`` packages in the layout of Bambu Studio.

No slicer of that family is packaged for Debian, so the layout is written here from
what is known of real files: the parts, their names and the lines that are read. The
toolpath is a few moves that print nothing.
"""

import hashlib
import io
import json
import re
import struct
import zipfile
import zlib
from xml.sax.saxutils import quoteattr

VERSION = "02.04.00.70"
SETTINGS = {
    "printer_model": "Bambu Lab A1",
    "printer_settings_id": "Bambu Lab A1 0.4 nozzle",
    "curr_bed_type": "Textured PEI Plate",
    "layer_height": "0.2",
    "initial_layer_print_height": "0.24",
    "nozzle_diameter": ["0.4"],
    "filament_type": ["PLA", "PETG", "PLA"],
    "filament_colour": ["#ffffffFF", "#FF8000", "#161616"],
    "filament_vendor": ["Shop", "Shop", "Shop"],
    "filament_settings_id": ["Shop PLA", "Shop PETG", "Shop PLA"],
    "filament_density": ["1.24", "1.27", "1.24"],
    "filament_diameter": ["1.75", "1.75", "1.75"],
    "filament_cost": ["20", "25", "20"],
    "nozzle_temperature": ["220", "250", "220"],
    "nozzle_temperature_initial_layer": ["225", "255", "225"],
    "textured_plate_temp": ["65", "80", "65"],
    "textured_plate_temp_initial_layer": ["65", "85", "65"],
    "print_host": "192.0.2.7",
    "printhost_apikey": "0123456789ABCDEF",
    "post_process": ["C:\\Users\\somebody\\tool.exe"],
}
# One plate: two of three filaments, three objects of two kinds.
PLATE = {
    "index": 1,
    "time_s": 3661,
    "filaments": [
        {"id": 1, "type": "PLA", "color": "#FFFFFF", "mm": 2227.86, "g": 6.75},
        {"id": 3, "type": "PLA", "color": "#161616", "mm": 303.21, "g": 0.92},
    ],
    "objects": ["Clip", "Tag", "Clip"],
    "layers": 50,
    "height": 10.0,
}


def png(width, height):
    """A grey picture as PNG."""
    raw = b"".join(b"\x00" + b"\x80" * width for _row in range(height))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(raw)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def gcode(plate, settings=SETTINGS, moves=b"G1 X1 Y1 E0.1\n" * 20):
    """The toolpath of a plate: header block, settings block, moves."""
    used = plate["filaments"]
    lines = [
        "; HEADER_BLOCK_START",
        f"; BambuStudio {VERSION}",
        f"; model printing time: 59m 1s; total estimated time: {plate['time_s']}s",
        f"; total layer number: {plate['layers']}",
        f"; total filament length [mm] : {_list(used, 'mm')}",
        f"; total filament weight [g] : {_list(used, 'g')}",
        f"; max_z_height: {plate['height']:.2f}",
        f"; filament: {_list(used, 'id')}",
        "; HEADER_BLOCK_END",
        "",
        "; CONFIG_BLOCK_START",
        *(f"; {key} = {_raw(value)}" for key, value in settings.items()),
        "; CONFIG_BLOCK_END",
        "",
        "; EXECUTABLE_BLOCK_START",
    ]
    return "\n".join(lines).encode() + b"\n" + moves + b"; EXECUTABLE_BLOCK_END\n"


def _list(used, key):
    return ",".join(str(filament[key]) for filament in used)


def _raw(value):
    """A setting as G-code has it: numbers joined with ``,``, strings with ``;``."""
    if not isinstance(value, list):
        return value
    numbers = all(re.fullmatch(r"[\d.]+", entry) for entry in value)
    return ("," if numbers else ";").join(value)


def slice_info(plates):
    """``Metadata/slice_info.config`` of the plates."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<config><header>",
        f'<header_item key="X-BBL-Client-Version" value="{VERSION}"/></header>',
    ]
    for plate in plates:
        weight = plate.get("weight") or sum(item["g"] for item in plate["filaments"])
        lines += [
            "<plate>",
            f'<metadata key="index" value="{plate["index"]}"/>',
            '<metadata key="printer_model_id" value="N2S"/>',
            f'<metadata key="prediction" value="{plate["time_s"]}"/>',
            f'<metadata key="weight" value="{weight}"/>',
        ]
        lines += [
            f'<object identify_id="{number}" name={quoteattr(name)} skipped="false"/>'
            for number, name in enumerate(plate["objects"])
        ]
        lines += [
            f'<filament id="{item["id"]}" type="{item["type"]}" '
            f'color="{item["color"]}" used_m="{item["mm"] / 1000:.2f}" '
            f'used_g="{item["g"]}"/>'
            for item in plate["filaments"]
        ]
        lines.append("</plate>")
    return "\n".join([*lines, "</config>"]).encode()


def parts(plates=(PLATE,), settings=SETTINGS):
    """Parts of a package as a dict of bytes by name."""
    model_settings = "".join(
        f'<plate><metadata key="plater_id" value="{plate["index"]}"/>'
        f'<metadata key="plater_name" value="Plate of {plate["index"]}"/></plate>'
        for plate in plates
    )
    found = {
        "[Content_Types].xml": b"<Types/>",
        "3D/3dmodel.model": (
            b'<model><metadata name="Application">BambuStudio-'
            + VERSION.encode()
            + b'</metadata><metadata name="Title">Clips</metadata>'
            b"<resources/><build/></model>"
        ),
        "Metadata/project_settings.config": json.dumps(settings).encode(),
        "Metadata/model_settings.config": f"<config>{model_settings}</config>".encode(),
        "Metadata/slice_info.config": slice_info(plates),
    }
    for plate in plates:
        index, toolpath = plate["index"], gcode(plate, settings)
        md5 = hashlib.md5(toolpath, usedforsecurity=False).hexdigest().upper()
        found[f"Metadata/plate_{index}.png"] = png(64, 48)
        found[f"Metadata/plate_{index}_small.png"] = png(16, 12)
        found[f"Metadata/pick_{index}.png"] = png(64, 48)
        found[f"Metadata/plate_{index}.gcode"] = toolpath
        found[f"Metadata/plate_{index}.gcode.md5"] = md5.encode()
    return found


def packed(members):
    """A package of parts, as a binary file.

    :param members: dict of bytes by name, or list of pairs
    """
    stream = io.BytesIO()
    pairs = members.items() if isinstance(members, dict) else members
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in pairs:
            package.writestr(name, data)
    stream.seek(0)
    return stream
