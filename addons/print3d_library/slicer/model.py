"""What a sliced file says, in the same shape whatever slicer wrote it.

Lengths are in mm, weights in g, times in s, temperatures in degrees Celsius, colours
``#RRGGBB`` in upper case. ``None`` (or an empty string or list) means that the file
does not state the value; nothing here is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Thumbnail:
    """A picture inside the file.

    ``name`` is the member of the archive, or empty in a text file. ``data`` is the
    picture as stored, never decoded; it is empty when the file cuts it short or when
    it is over the limits of :mod:`.images`. ``format`` is ``PNG``, ``JPG``,
    ``QOI`` or ``BMP``, read from the data, and empty when there are none.
    """

    width: int
    height: int
    format: str = ""
    data: bytes = b""
    name: str = ""


@dataclass
class Filament:
    """One configured filament (tool), used or not.

    ``index`` counts from 1. ``colour`` is the filament's own, ``display_colour`` the
    one the slicer paints it with (PrusaSlicer lets the extruder's colour win).
    ``colours`` are all of a filament of several colours (gradient, silk of two),
    empty for one of a single colour. ``cost`` is money per kg in the slicer's currency.
    ``material_id`` is the maker's code of the material (``GFA00``), ``is_support``
    whether it is meant for supports.
    """

    index: int
    type: str = ""
    colour: str = ""
    vendor: str = ""
    name: str = ""
    density: float | None = None
    diameter: float | None = None
    cost: float | None = None
    display_colour: str = ""
    colours: list[str] = field(default_factory=list)
    material_id: str = ""
    is_support: bool | None = None


@dataclass
class PlateFilament:
    """What one plate takes of one filament, always more than nothing.

    ``weight_g`` is ``None`` where the file states no weight, or 0 g for a length that
    is not 0 (a preset without density); where density and diameter are stated, the
    weight that follows from them is there instead, and the file's ``stated`` has it as
    ``filament_g_derived``. ``length_mm`` is ``None`` where the file states a volume
    only (Cura, volumetric and UltiMaker flavours). ``for_object`` and ``for_support``
    say what the plate prints with it.
    """

    index: int
    length_mm: float | None = None
    weight_g: float | None = None
    volume_mm3: float | None = None
    type: str = ""
    colour: str = ""
    vendor: str = ""
    for_object: bool | None = None
    for_support: bool | None = None


@dataclass
class PlateObject:
    """An object of a plate and how many times it is on it."""

    name: str
    count: int = 1


@dataclass
class Plate:
    """One sliced plate: one run of a printer.

    ``time_s`` is the slicer's total, ``model_time_s`` the same without preparation
    where it is stated apart, ``first_layer_time_s`` that of the first layer.
    ``bed_type`` is the plate's (the file's names that of most), ``support_used``
    whether supports were made, ``is_sequential`` whether objects print one after the
    other. ``size_x`` and ``size_y`` are how wide and deep all that is printed is, brim
    and supports included. ``filament_changes`` and ``pauses`` count what happens during
    the print. ``skipped`` are objects on the plate that are left out of the print, not
    counted in ``objects``. ``stated`` holds further values under the key names of the
    facts (see :mod:`.facts`).
    """

    index: int = 1
    name: str = ""
    time_s: int | None = None
    model_time_s: int | None = None
    layer_count: int | None = None
    object_height: float | None = None
    size_x: float | None = None
    size_y: float | None = None
    filaments: list[PlateFilament] = field(default_factory=list)
    objects: list[PlateObject] = field(default_factory=list)
    thumbnails: list[Thumbnail] = field(default_factory=list)
    first_layer_time_s: float | None = None
    bed_type: str = ""
    support_used: bool | None = None
    is_sequential: bool | None = None
    filament_changes: int | None = None
    pauses: int | None = None
    skipped: list[PlateObject] = field(default_factory=list)
    stated: dict[str, Any] = field(default_factory=dict)


@dataclass
class Override:
    """Settings that hold for a part of the print only.

    ``scope`` is ``object``, ``part``, ``layers`` or ``plate``; ``name`` what it is
    called, ``parent`` the object a part belongs to, ``role`` the kind of a part
    (``normal_part``, ``modifier_part``, ``negative_part``, ``support_blocker``,
    ``support_enforcer``), ``plate`` the number of a plate. ``preset`` is the scope of
    a preset that the file carries along; its ``role`` is ``filament``, ``machine`` or
    ``process``. ``settings`` are parsed, like those of :class:`SlicedFile`.
    """

    scope: str
    name: str = ""
    parent: str = ""
    role: str = ""
    plate: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass
class SlicedFile:
    """A sliced file, or a project that was not sliced (``is_sliced`` is false).

    ``family`` names the module that read it (``bambu``, ``prusaslicer``, ``cura``),
    ``slicer`` the program that wrote it, forks by their own name. ``filaments`` and
    the lists of temperatures have one entry per configured filament. ``plates`` are
    the sliced plates only; a project has them with their names, objects and pictures,
    but without time and filament. ``settings`` has every setting under the slicer's
    own name with its parsed value (see :mod:`.settings`), without secrets;
    ``settings_count`` counts them before that. ``overrides`` are settings of objects,
    parts, layers and plates. ``common`` has what all slicers have under one
    vocabulary (see :mod:`.vocabulary`).
    ``thumbnails`` are all pictures in the order of the file. ``stated`` holds further
    values under the key names of the facts (see :mod:`.facts`). ``warnings`` are
    sentences for the person who chose the file.
    """

    family: str
    is_sliced: bool = True
    slicer: str = ""
    slicer_version: str = ""
    printer_model: str = ""
    printer_model_id: str = ""
    printer_settings_id: str = ""
    bed_type: str = ""
    nozzle_diameter: list[float] = field(default_factory=list)
    layer_height: float | None = None
    first_layer_height: float | None = None
    nozzle_temp: list[float] = field(default_factory=list)
    first_layer_nozzle_temp: list[float] = field(default_factory=list)
    bed_temp: float | None = None
    first_layer_bed_temp: float | None = None
    filaments: list[Filament] = field(default_factory=list)
    plates: list[Plate] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    settings_count: int | None = None
    overrides: list[Override] = field(default_factory=list)
    common: dict[str, Any] = field(default_factory=dict)
    thumbnails: list[Thumbnail] = field(default_factory=list)
    stated: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def filament(self, index):
        """The configured filament of this 1-based number.

        :return: :class:`Filament`, an empty one when the file configures none of it
        """
        for filament in self.filaments:
            if filament.index == index:
                return filament
        return Filament(index=index)
