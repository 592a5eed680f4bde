"""Slicer families, asked one after the other whether a file is theirs.

A family is a class with ``code`` (short name), ``recognises(source)`` (by content,
cheap, may look at ``source.head_text`` or the names of ``source.container``) and
``parse(source)`` (a :class:`~..model.SlicedFile` or a
:class:`~..errors.SlicedFileError`). Another format is another module here that
decorates its class with :func:`~.registry.register` and is imported below; the order
of the imports is the order of asking. :mod:`.other` comes last: it names what is not
read.
"""

from . import cura_bambu, bambu, prusaslicer, slic3r  # isort: skip
from . import creality, gx, icesl, ideamaker, kirimoto, kisslicer, simplify3d  # isort: skip
from . import cura, flashprint  # isort: skip
from . import other  # isort: skip - asked last
from .registry import recognise, register

__all__ = [
    "bambu",
    "creality",
    "cura",
    "cura_bambu",
    "flashprint",
    "gx",
    "icesl",
    "ideamaker",
    "kirimoto",
    "kisslicer",
    "other",
    "prusaslicer",
    "recognise",
    "register",
    "simplify3d",
    "slic3r",
]
