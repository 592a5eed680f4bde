"""Reader of sliced files: what a slicer wrote about a print, as plain Python.

No Odoo, no plugin framework, no network. One module per slicer family lives in
:mod:`.families`; each is asked whether it knows the content and the first that does
reads it. The file name is never looked at.

    >>> from slicer import read
    >>> sliced = read("part.gcode")             # doctest: +SKIP
    >>> sliced.plates[0].filaments[0].length_mm  # doctest: +SKIP
    2224.99
"""

from .errors import SlicedFileError
from .facts import facts
from .model import (
    Filament,
    Override,
    Plate,
    PlateFilament,
    PlateObject,
    SlicedFile,
    Thumbnail,
)
from .reader import inspect_file, read
from .units import grams_from_length, grams_from_volume

__all__ = [
    "Filament",
    "Override",
    "Plate",
    "PlateFilament",
    "PlateObject",
    "SlicedFile",
    "SlicedFileError",
    "Thumbnail",
    "facts",
    "grams_from_length",
    "grams_from_volume",
    "inspect_file",
    "read",
]
