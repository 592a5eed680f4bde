"""The papers labels are printed on. All lengths are millimetres.

Sheets: the maker's published templates (Avery L7160, L7159, L7163, L7651 on A4, 5160
and 5163 on US Letter). Rolls: the sizes on the box. What a roll printer cannot reach at
the edges of the paper is its ``margin`` (Dymo LabelWriter: 28.7 of 31.8 mm and 81.5 of
88.9 mm along the feed; Brother QL: 58.9 of 62 mm across, 3 mm along).
"""

from dataclasses import dataclass, replace

A4 = (210.0, 297.0)
LETTER = (215.9, 279.4)
INCH = 25.4


@dataclass(frozen=True)
class Layout:
    """One kind of paper.

    :param key: how it is remembered and named in addresses
    :param name: what is printed on its box
    :param family: ``roll``, ``sheet``, ``page`` (plain paper) or ``zpl``
    :param page: width and height of what goes through the printer at once
    :param label: width and height of one label
    :param left: of the first label from the edge of the page
    :param pitch_x: from one label to the one beside it
    :param margin: at the sides, and above and below, that stays empty in a label
    :param dpi: dots an inch of the usual printer; modules of a code are whole dots
    :param colour: whether the usual printer prints colours
    :param grows: the paper is cut where the label ends
    """

    key: str
    name: str
    family: str
    page: tuple[float, float]
    label: tuple[float, float]
    columns: int = 1
    rows: int = 1
    left: float = 0.0
    top: float = 0.0
    pitch_x: float = 0.0
    pitch_y: float = 0.0
    margin: tuple[float, float] = (2.0, 2.0)
    dpi: int = 300
    colour: bool = False
    grows: bool = False

    @property
    def per_page(self):
        """How many labels are on one page."""
        return self.columns * self.rows

    def get_place(self, index):
        """Return the left and upper edge of the label at ``index`` of a page."""
        row, column = divmod(index, self.columns)
        return self.left + column * self.pitch_x, self.top + row * self.pitch_y

    def at(self, dpi):
        """Return this paper in a printer of another resolution."""
        return replace(self, dpi=dpi)


def _sheet(key, name, page, label, columns, rows, left, top, pitch_x, pitch_y, **more):
    return Layout(
        key,
        name,
        "sheet",
        page,
        label,
        columns,
        rows,
        left,
        top,
        pitch_x,
        pitch_y,
        # Office printers shift a sheet by a millimetre; 600 dots are theirs.
        **{"margin": (2.5, 2.0), "dpi": 600, "colour": True, **more},
    )


def _single(key, name, family, width, height, **more):
    return Layout(key, name, family, (width, height), (width, height), **more)


_ALL = (
    _single("dk62", "Brother DK 62 mm, continuous", "roll", 62.0, 29.0, grows=True),
    _single("dk-62x29", "Brother DK-11209, 62 × 29 mm", "roll", 62.0, 29.0),
    _single("dymo-11354", "Dymo 11354, 57 × 32 mm", "roll", 57.0, 32.0),
    _single(
        "dymo-99012", "Dymo 99012, 89 × 36 mm", "roll", 89.0, 36.0, margin=(4.0, 2.0)
    ),
    _sheet(
        "avery-l7160",
        "Avery L7160, A4, 21 of 63.5 × 38.1 mm",
        A4,
        (63.5, 38.1),
        3,
        7,
        7.21,
        15.15,
        66.04,
        38.1,
    ),
    _sheet(
        "avery-l7159",
        "Avery L7159, A4, 24 of 63.5 × 33.9 mm",
        A4,
        (63.5, 33.9),
        3,
        8,
        7.21,
        12.9,
        66.04,
        33.9,
    ),
    _sheet(
        "avery-l7163",
        "Avery L7163, A4, 14 of 99.1 × 38.1 mm",
        A4,
        (99.1, 38.1),
        2,
        7,
        4.65,
        15.15,
        101.6,
        38.1,
    ),
    _sheet(
        "avery-l7651",
        "Avery L7651, A4, 65 of 38.1 × 21.2 mm",
        A4,
        (38.1, 21.2),
        5,
        13,
        4.67,
        10.7,
        40.64,
        21.2,
        margin=(1.5, 1.5),
    ),
    _sheet(
        "avery-5160",
        "Avery 5160, US Letter, 30 of 2⅝ × 1 in",
        LETTER,
        (2.625 * INCH, INCH),
        3,
        10,
        0.1875 * INCH,
        0.5 * INCH,
        2.75 * INCH,
        INCH,
    ),
    _sheet(
        "avery-5163",
        "Avery 5163, US Letter, 10 of 4 × 2 in",
        LETTER,
        (4 * INCH, 2 * INCH),
        2,
        5,
        0.15625 * INCH,
        0.5 * INCH,
        4.1875 * INCH,
        2 * INCH,
    ),
    _single(
        "page-a5",
        "Plain paper, A5",
        "page",
        148.0,
        210.0,
        margin=(10.0, 10.0),
        dpi=600,
        colour=True,
    ),
    _single(
        "page-a4",
        "Plain paper, A4",
        "page",
        *A4,
        margin=(15.0, 15.0),
        dpi=600,
        colour=True,
    ),
    _single(
        "page-letter",
        "Plain paper, US Letter",
        "page",
        *LETTER,
        margin=(15.0, 15.0),
        dpi=600,
        colour=True,
    ),
    _single(
        "zpl-57x32", "Zebra ZPL, 57 × 32 mm (2¼ × 1¼ in)", "zpl", 57.0, 32.0, dpi=203
    ),
    _single(
        "zpl-102x51", "Zebra ZPL, 102 × 51 mm (4 × 2 in)", "zpl", 102.0, 51.0, dpi=203
    ),
    _single(
        "zpl-102x152",
        "Zebra ZPL, 102 × 152 mm (4 × 6 in)",
        "zpl",
        102.0,
        152.0,
        dpi=203,
    ),
)

LAYOUTS = {layout.key: layout for layout in _ALL}

# What was offered before under other names, and may be bookmarked.
_OLD_KEYS = {"label": "dk-62x29", "a4": "avery-l7160"}

DEFAULT_LAYOUTS = {"spool": "dk-62x29", "place": "dk-62x29", "job": "page-a5"}

RESOLUTIONS = (203, 300, 600)


def find_layout(key, dpi=None):
    """Return the layout of that key, or None.

    :param dpi: the resolution of the label printer; only ZPL asks for it, because only
        ZPL is written in dots
    """
    layout = LAYOUTS.get(_OLD_KEYS.get(key, key))
    if layout and layout.family == "zpl" and dpi in RESOLUTIONS:
        layout = layout.at(dpi)
    return layout
