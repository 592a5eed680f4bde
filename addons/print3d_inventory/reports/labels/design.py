"""What goes where on a label: the same for PDF, SVG and ZPL.

Points throughout, from the upper left corner of the label downwards.
"""

from dataclasses import dataclass

from .bidi import is_rtl, to_visual
from .fonts import cut, get_width, tidy, wrap
from .qr import QUIET, get_matrix

POINT = 72 / 25.4

# Size in points and weight on a small label, by style.
STYLES = {"strong": (8.0, True), "plain": (7.5, False), "small": (6.5, False)}
NAME_SIZE = 13.0
LEADING = 1.28
SMALLEST = 5.0
# Of a millimetre: less is not told apart by a phone at arm's length.
SMALLEST_MODULE = 0.25
# What ^BQ takes as its magnification on every firmware.
LARGEST_ZPL_DOTS = 10
# A code larger than this is read no better.
LARGEST_CODE = 40.0
SWATCH = 5.5


@dataclass(frozen=True)
class Code:
    """A QR code; ``step`` is the side of a module, a whole number of dots."""

    x: float
    y: float
    step: float
    dots: int
    text: str

    @property
    def side(self):
        """Side of the whole code without its quiet zone."""
        return self.step * len(get_matrix(self.text))


@dataclass(frozen=True)
class Text:
    """A line of text as it is drawn from left to right; ``y`` is its base line."""

    x: float
    y: float
    text: str
    size: float
    bold: bool
    faint: bool
    width: float
    at_end: bool


@dataclass(frozen=True)
class Swatch:
    """A spool in its colours; without ink for colours it is an outline."""

    x: float
    y: float
    radius: float
    hexes: tuple[str, ...]
    filled: bool


def compose(label, layout, colour=None):
    """Arrange a label on a paper.

    :param dict label: ``name``, ``url``, ``lines`` and maybe ``hexes``
    :param layout: the paper (Layout)
    :param colour: whether the printer prints colours; by default what the paper's does
    :return: height of the label in points, and the things on it
    """
    filled = layout.colour if colour is None else colour
    width, height = (side * POINT for side in layout.label)
    margin_x, margin_y = (side * POINT for side in layout.margin)
    if width < height:
        things = _compose_upright(label, layout, width, height, margin_x, margin_y)
    else:
        things = _compose_wide(label, layout, width, height, margin_x, margin_y)
    code, box, at_top = things
    texts, bottom = _set_lines(label, box, filled, at_top, layout.grows)
    if layout.grows and bottom + margin_y > height:
        height = bottom + margin_y
    return height, [code, *texts]


def _compose_wide(label, layout, width, height, margin_x, margin_y):
    """The code on the left, the text beside it."""
    code = _fit_code(
        label["url"],
        layout,
        lambda quiet: min(
            height - 2 * max(margin_y, quiet),
            width * 0.47 - max(margin_x, quiet) - quiet,
        ),
    )
    quiet = QUIET * code.step
    x = max(margin_x, quiet)
    # Where the paper grows the code stays at its beginning.
    y = max(margin_y, quiet) if layout.grows else (height - code.side) / 2
    left = x + code.side + max(quiet, 2 * POINT)
    box = (left, margin_y, width - margin_x - left, height - 2 * margin_y)
    return Code(x, y, code.step, code.dots, code.text), box, False


def _compose_upright(label, layout, width, height, margin_x, margin_y):
    """The code on top, the text below it over the whole width."""
    code = _fit_code(
        label["url"],
        layout,
        lambda quiet: min(
            width - 2 * max(margin_x, quiet), height * 0.42 - margin_y - quiet
        ),
    )
    quiet = QUIET * code.step
    x = max(margin_x, quiet)
    y = max(margin_y, quiet)
    top = y + code.side + quiet
    box = (margin_x, top, width - 2 * margin_x, height - margin_y - top)
    return Code(x, y, code.step, code.dots, code.text), box, True


def _fit_code(text, layout, get_room):
    """Return the largest code that fits; its place is still open.

    :param get_room: returns the room for the code by the width of its quiet zone
    """
    count = len(get_matrix(text))
    dot = 72 / layout.dpi
    most = LARGEST_ZPL_DOTS if layout.family == "zpl" else layout.dpi
    # Below this the code is too fine to be read, so that it rather loses quiet zone.
    dots = max(1, -int(-SMALLEST_MODULE * POINT // dot))
    while dots < most:
        step = (dots + 1) * dot
        side = count * step
        if side > LARGEST_CODE * POINT or side > get_room(QUIET * step):
            break
        dots += 1
    return Code(0, 0, dots * dot, dots, text)


def _set_lines(label, box, filled, at_top, grows):
    """Set name, swatch and lines into a box.

    The letters are as large as the box allows; where even the smallest do not fit,
    the last lines are left out.

    :return: the things, and the lower edge of the text
    """
    left, top, room, height = box
    hexes = tuple(code[:7] for code in label.get("hexes") or ())
    has_swatch = "hexes" in label
    lines = [
        (tidy(line["text"]), *STYLES[line.get("style", "plain")], line.get("style"))
        for line in label["lines"]
        if tidy(line.get("text"))
    ]
    rows, used = _fill_box(label, lines, room, height, has_swatch, grows)
    y = top if at_top or grows else top + max(0.0, (height - used) / 2)
    things = []
    for index, (text, size, bold, faint, at_end, tall) in enumerate(rows):
        row_room = room
        base = y + (tall + size) / 2 - size * 0.13
        if not index and has_swatch:
            radius = tall / LEADING / 2
            row_room -= 2 * radius + 1.5 * POINT
            things.append(
                Swatch(left + room - radius, y + tall / 2, radius, hexes, filled)
            )
        width = min(get_width(text, size, bold), row_room)
        things.append(
            Text(
                left + row_room - width if at_end else left,
                base,
                to_visual(text, at_end),
                size,
                bold,
                faint,
                width,
                at_end,
            )
        )
        y += tall
    return things, top + used


def _fill_box(label, lines, room, height, has_swatch, grows):
    """Return the rows that fit into a box, and their height.

    What does not fit is first set smaller, then on one row a line, then left out from
    the end; a paper that grows gives every line its room.
    """
    largest = min(2.4, max(1.0, room / (34 * POINT)))
    smallest = SMALLEST / STYLES["small"][0]
    while True:
        for most in (2, 1):
            scale = largest
            while scale >= smallest:
                rows = _break_lines(label, lines, room, scale, has_swatch, most)
                used = sum(row[-1] for row in rows)
                if used <= height or (grows and scale <= 1.0):
                    return rows, used
                scale *= 0.94
        if not lines:
            return rows, used
        lines = lines[:-1]


def _break_lines(label, lines, room, scale, has_swatch, most):
    """Return the rows as (text, size, bold, faint, right to left, height).

    :param most: rows a line may take
    """
    name = tidy(label["name"])
    swatch = SWATCH * POINT * scale if has_swatch else 0.0
    name_room = room - swatch - (1.5 * POINT if has_swatch else 0.0)
    # The number is what people read out: rather small than cut.
    size = NAME_SIZE * scale
    wide = get_width(name, size, True)
    if wide > name_room:
        size = max(SMALLEST, size * name_room / wide)
    name = cut(name, size, name_room, True)
    tall = max(size, swatch) * LEADING
    rows = [(name, size, True, False, is_rtl(name), tall)]
    for text, line_size, bold, style in lines:
        size, at_end = line_size * scale, is_rtl(text)
        for part in wrap(text, size, room, most, bold):
            rows.append((part, size, bold, style == "small", at_end, size * LEADING))
    return rows
