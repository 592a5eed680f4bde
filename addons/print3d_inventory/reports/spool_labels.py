"""Draws spool labels as PDF; knows no records, only what is to be written."""

import io
import unicodedata
from functools import lru_cache
from pathlib import Path

import qrcode
from reportlab.lib.colors import HexColor, white
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

LABEL_SIZE = (62 * mm, 29 * mm)

# The common sheet of 3 x 7 labels of 63.5 x 38.1 mm on A4.
SHEET_SIZE = (210 * mm, 297 * mm)
SHEET_COLUMNS, SHEET_ROWS = 3, 7
SHEET_LEFT, SHEET_TOP = 7.25 * mm, 15.15 * mm
SHEET_PITCH_X, SHEET_PITCH_Y = 66.0 * mm, 38.1 * mm
SHEET_LABEL = (63.5 * mm, 38.1 * mm)

INK = HexColor("#111111")
FAINT = HexColor("#666666")
BORDER = HexColor("#999999")

# Fonts that know Latin, Greek, Cyrillic and Hebrew; the first one found is used.
FONT_FILES = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
)
FONT_FOLDERS = (
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/truetype/liberation",
    "/usr/share/fonts/truetype/liberation2",
    "/usr/share/fonts/TTF",
    "/usr/share/fonts/dejavu",
    "/usr/share/fonts/dejavu-sans-fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts/Supplemental",
    "C:/Windows/Fonts",
)


@lru_cache(maxsize=1)
def get_fonts():
    """Register the label fonts once and return ``(regular, bold)``.

    Without any of the known fonts the ones of reportlab are used, which print
    Western letters only.
    """
    for regular, bold in FONT_FILES:
        for folder in FONT_FOLDERS:
            files = Path(folder) / regular, Path(folder) / bold
            if not all(path.is_file() for path in files):
                continue
            try:
                pdfmetrics.registerFont(TTFont("print3d-label", str(files[0])))
                pdfmetrics.registerFont(TTFont("print3d-label-bold", str(files[1])))
            except TTFError:
                continue
            return "print3d-label", "print3d-label-bold"
    return "Helvetica", "Helvetica-Bold"


def render(labels, layout="label"):
    """Return the labels as the bytes of a PDF.

    :param labels: dicts with ``name``, ``material``, ``brand``, ``title``, ``colour``,
        ``hexes``, ``detail`` and ``url``
    :param layout: ``label`` for one of 62 x 29 mm a page, ``a4`` for sheets of 3 x 7
    """
    buffer = io.BytesIO()
    sheet = layout == "a4"
    canvas = Canvas(buffer, pagesize=SHEET_SIZE if sheet else LABEL_SIZE)
    canvas.setTitle(", ".join(label["name"] for label in labels[:5]))
    per_page = SHEET_COLUMNS * SHEET_ROWS
    for index, label in enumerate(labels):
        if sheet:
            if index and index % per_page == 0:
                canvas.showPage()
            row, column = divmod(index % per_page, SHEET_COLUMNS)
            left = SHEET_LEFT + column * SHEET_PITCH_X
            bottom = SHEET_SIZE[1] - SHEET_TOP - (row + 1) * SHEET_PITCH_Y
            draw_label(canvas, label, left, bottom, *SHEET_LABEL)
        else:
            if index:
                canvas.showPage()
            draw_label(canvas, label, 0, 0, *LABEL_SIZE)
    canvas.save()
    return buffer.getvalue()


def draw_label(canvas, label, left, bottom, width, height):
    """Draw one label into the given box (in points)."""
    regular, bold = get_fonts()
    margin = 2 * mm
    side = min(height - 2 * margin, 25 * mm)
    draw_qr(canvas, label["url"], left + margin, bottom + (height - side) / 2, side)
    text_left = left + margin + side + 2 * mm
    text_width = left + width - margin - text_left
    lines = [
        (label["name"], bold, 13, INK),
        (" · ".join(filter(None, (label["material"], label["brand"]))), bold, 8, INK),
        (label["title"], regular, 7.5, INK),
        (label["colour"], regular, 7.5, INK),
        (label["detail"], regular, 6.5, FAINT),
    ]
    lines = [line for line in lines if line[0]]
    swatch = 5.5 * mm
    block = sum(size * 1.28 for _text, _font, size, _ink in lines)
    baseline = bottom + (height + block) / 2
    for index, (text, font, size, ink) in enumerate(lines):
        baseline -= size * 1.28
        room = text_width
        if index == 0:
            room -= swatch + 1.5 * mm
            # The number is what people read out: rather small than cut.
            width_now = pdfmetrics.stringWidth(text, font, size)
            size = max(6, min(size, size * room / width_now))
            draw_swatch(
                canvas,
                label["hexes"],
                text_left + text_width - swatch / 2,
                baseline + size * 0.6,
                swatch / 2,
            )
        canvas.setFillColor(ink)
        canvas.setFont(font, size)
        canvas.drawString(
            text_left, baseline + size * 0.25, fit(text, font, size, room)
        )


def draw_qr(canvas, text, left, bottom, side):
    """Draw a QR code as squares, which stay sharp on any printer."""
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=1, border=0
    )
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    step = side / len(matrix)
    path = canvas.beginPath()
    for row, cells in enumerate(matrix):
        run = None
        for column, dark in enumerate([*cells, False]):
            if dark and run is None:
                run = column
            elif not dark and run is not None:
                path.rect(
                    left + run * step,
                    bottom + side - (row + 1) * step,
                    (column - run) * step,
                    step,
                )
                run = None
    canvas.setFillColor(INK)
    canvas.drawPath(path, stroke=0, fill=1)


def draw_swatch(canvas, hexes, x, y, radius):
    """Draw a disc in the filament's colours, bordered so that white shows."""
    colours = [colour[:7] for colour in hexes] or ["#FFFFFF"]
    canvas.setFillColor(HexColor(colours[0]))
    canvas.setStrokeColor(BORDER)
    canvas.setLineWidth(0.6)
    if len(colours) == 1:
        canvas.circle(x, y, radius, stroke=0, fill=1)
    else:
        share = 360 / len(colours)
        for index, colour in enumerate(colours):
            canvas.setFillColor(HexColor(colour))
            canvas.wedge(
                x - radius,
                y - radius,
                x + radius,
                y + radius,
                90 + index * share,
                share,
                stroke=0,
                fill=1,
            )
    canvas.circle(x, y, radius, stroke=1, fill=0)
    # The hub makes it a spool at a glance.
    canvas.setFillColor(white)
    canvas.circle(x, y, radius * 0.28, stroke=1, fill=1)


def fit(text, font, size, room):
    """Return ``text`` in the order it is drawn, cut to ``room`` points."""
    text = " ".join(str(text).split())
    if pdfmetrics.stringWidth(text, font, size) > room:
        while text and pdfmetrics.stringWidth(text + "…", font, size) > room:
            text = text[:-1].rstrip()
        text += "…"
    return to_visual(text)


def to_visual(text):
    """Return ``text`` in drawing order, for canvases that know left to right only.

    A small form of the bidirectional algorithm, enough for one line of a name: runs of
    right-to-left letters are turned round, and the runs themselves too when the
    line begins with such a letter.
    """
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    strong = [
        "R" if kind in ("R", "AL") else "L" if kind in ("L", "EN", "AN") else None
        for kind in kinds
    ]
    if "R" not in strong:
        return text
    base = next(kind for kind in strong if kind)
    # Neutral letters belong to their neighbours when these agree, else to the line.
    for index, kind in enumerate(strong):
        if kind is None:
            before = strong[index - 1] if index else base
            after = next((later for later in strong[index:] if later), base)
            strong[index] = before if before == after else base
    runs = []
    for letter, kind in zip(text, strong, strict=True):
        if runs and runs[-1][0] == kind:
            runs[-1][1].append(letter)
        else:
            runs.append((kind, [letter]))
    mirrored = str.maketrans("()[]{}<>", ")(][}{><")
    drawn = [
        "".join(reversed(letters)).translate(mirrored)
        if kind == "R"
        else "".join(letters)
        for kind, letters in runs
    ]
    return "".join(reversed(drawn) if base == "R" else drawn)
