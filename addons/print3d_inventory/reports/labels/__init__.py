"""Draws labels as PDF, SVG (for looking at) and ZPL.

Knows no records, only what is to be written: a label is a dict with ``name``, ``url``
(what its QR code says), ``lines`` (dicts with ``text`` and ``style``: strong, plain or
small) and, where there is a filament, ``hexes``.
"""

from .bidi import is_rtl, to_visual
from .design import compose
from .layouts import DEFAULT_LAYOUTS, LAYOUTS, Layout, find_layout
from .pdf import render_pdf
from .sheet import place
from .svg import render_svg
from .zpl import render_zpl

__all__ = [
    "DEFAULT_LAYOUTS",
    "LAYOUTS",
    "Layout",
    "compose",
    "find_layout",
    "is_rtl",
    "place",
    "render_pdf",
    "render_svg",
    "render_zpl",
    "to_visual",
]
