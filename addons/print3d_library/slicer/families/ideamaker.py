"""ideaMaker 2 to 5: a header of fields, figures at the end.

Densities are in kg/m3, lengths in mm, the time in s. The settings themselves are in a
block that only ideaMaker reads (``;Data start``); what can be had are the fields of the
header, the commands before the first layer and the height each layer states.
"""

import re
from collections import Counter

from ..images import pictures_in_comments
from ..model import Plate, SlicedFile
from ..text import plain, to_float, to_int
from .comments import (
    add_use,
    commanded,
    complete,
    configure,
    derive_weights,
    field,
    span,
    temperatures,
    typed,
)
from .common import grouped
from .registry import register

SIGNATURE = re.compile(r"^; ?Sliced by ideaMaker ?(?P<version>[\d.]*)", re.MULTILINE)
FIELD = re.compile(r"^;([A-Z][A-Za-z #\d]{1,40}): ?([^\n]*)$", re.MULTILINE)
USED = re.compile(r"^;Material ?#(\d{1,2}) Used: ?([\d.]+)", re.MULTILINE)
WEIGHED = re.compile(r"^;Material ?#(\d{1,2}) Weight: ?([\d.]+)", re.MULTILINE)
COST = re.compile(r"^;Material ?#(\d{1,2}) Cost: ?([\d.]+)", re.MULTILINE)
HEIGHT = re.compile(r"^;LAYER:(-?\d{1,7})\n;Z:[^\n]*\n;HEIGHT:([\d.]+)$", re.MULTILINE)
FIRST_Z = re.compile(r"^;LAYER:0\n;Z:([\d.]+)$", re.MULTILINE)
OBJECT = re.compile(r"^;PRINTING: ?([^\n]+)\n;PRINTING_ID: ?(\d{1,9})$", re.MULTILINE)


@register
class IdeaMaker:
    """ideaMaker of Raise3D."""

    code = "ideamaker"

    def recognises(self, source):
        return source.is_text and bool(SIGNATURE.search(source.head_text[:65536]))

    def parse(self, source):
        gcode = source.gcode
        head = "\n" + gcode.head.partition("\n;LAYER:")[0]
        signature = SIGNATURE.search(head)
        sliced = SlicedFile(
            family=self.code,
            slicer="ideaMaker",
            slicer_version=signature["version"] if signature else "",
            printer_model=field(head, "Printer Type") or field(head, "Printer"),
            thumbnails=pictures_in_comments(gcode.head),
        )
        plate = Plate(thumbnails=sliced.thumbnails)
        sliced.plates = [plate]
        fields = {key: raw.strip() for key, raw in FIELD.findall(head)}
        sliced.settings = typed(fields)
        sliced.settings_count = len(fields) or None
        # x, y and z of the bed, then one nozzle per extruder.
        nozzles = [to_float(part) for part in field(head, "Dimension").split()[3:]]
        sliced.nozzle_diameter = [] if None in nozzles else nozzles
        box = [to_float(part) for part in field(head, "Bounding Box").split()]
        plate.object_height = box[5] if len(box) == 6 else None
        if gcode.last_layer is not None and gcode.last_layer >= 0:
            # Layers of a raft have negative numbers.
            plate.layer_count = gcode.last_layer + 1
        plate.objects = _objects(gcode)
        _filaments(sliced, head)
        temperatures(sliced, head)
        _heights(sliced, gcode.head)
        _closing(sliced, plate, gcode.tail)
        derive_weights(sliced, plate)
        sliced.common = _common(sliced, head)
        complete(sliced)
        return sliced


def _numbered(head, key):
    """Texts of ``;Filament Density #1: …`` and on, by number from 1."""
    pattern = rf"^;{key} #(\d{{1,2}}): ?([^\n]*)$"
    found = {int(n): raw.strip() for n, raw in re.findall(pattern, head, re.M)}
    return [found.get(number, "") for number in range(1, max(found, default=0) + 1)]


def _filaments(sliced, head):
    densities = [to_float(raw) for raw in _numbered(head, "Filament Density")]
    diameters = [to_float(raw) for raw in _numbered(head, "Filament Diameter")]
    names = _numbered(head, "Filament Name")
    # "[Raise3D] PLA": the maker stands in brackets.
    branded = [re.fullmatch(r"\[([^\]]{1,60})\] ?(.*)", name) for name in names]
    configure(
        sliced,
        max(len(densities), len(diameters), len(names)),
        density=[number and round(number / 1000, 6) for number in densities],
        diameter=diameters,
        name=names,
        vendor=[match[1] if match else "" for match in branded],
        type=_numbered(head, "Filament Type"),
    )


def _heights(sliced, head):
    """Most frequent height of the layers at the head, and that of the first."""
    layers = [(int(n), to_float(raw)) for n, raw in HEIGHT.findall(head)]
    heights = Counter(height for number, height in layers if number > 0 and height)
    if heights:
        sliced.layer_height = heights.most_common(1)[0][0]
    initial = next((height for number, height in layers if number == 0), None)
    if initial is None and (match := FIRST_Z.search(head)):
        initial = to_float(match[1])
    sliced.first_layer_height = initial


def _objects(gcode):
    texts = [gcode.head] if gcode.tail == gcode.head else [gcode.head, gcode.tail]
    named = {}
    for text in texts:
        for name, number in OBJECT.findall(text):
            if name != "NON-OBJECT" and len(named) < 10_000:
                named.setdefault(number, name.strip())
    return grouped(named.values())


def _closing(sliced, plate, tail):
    times = re.findall(r"^;Print Time: ?([^\n]{1,60})$", tail, re.MULTILINE)
    if times:
        seconds = to_int(times[-1])
        plate.time_s = span(times[-1]) if seconds is None else seconds
    used = {int(number): to_float(raw) for number, raw in USED.findall(tail)}
    if not used:
        return
    weights = {int(number): to_float(raw) for number, raw in WEIGHED.findall(tail)}
    costs = [to_float(raw) for _number, raw in COST.findall(tail)]
    if costs and None not in costs:
        sliced.stated["cost_total"] = round(sum(costs), 4) or None
    indexes = sorted(used)
    add_use(
        sliced,
        plate,
        [used[index] for index in indexes],
        [weights.get(index) for index in indexes],
        indexes=indexes,
    )


def _common(sliced, head):
    """The common terms there is something of in the header."""
    common = {}
    flows = [to_float(raw) for raw in _numbered(head, "Filament Compensation")]
    if flows and None not in flows:
        common["flow_ratio"] = [plain(flow) for flow in flows]
    chamber = commanded(head, "M141") or commanded(head, "M191")
    if chamber:
        common["chamber_temp"] = chamber
    return common
