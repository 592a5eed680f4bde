"""Labels as PDF."""

import io

from reportlab.lib.colors import HexColor, white
from reportlab.pdfgen.canvas import Canvas

from .design import Code, Swatch
from .fonts import split_by_font
from .qr import get_bars, get_matrix
from .sheet import place

# A thermal head burns or does not: anything but black would become a pattern of dots.
INK = HexColor("#000000")
FAINT = HexColor("#555555")
BORDER = HexColor("#808080")


def render_pdf(labels, layout, start=0, copies=1, colour=None):
    """Return the labels as the bytes of a PDF."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.setTitle(", ".join(label["name"] for label in labels[:5]))
    for page in place(labels, layout, start, copies, colour):
        canvas.setPageSize((page.width, page.height))
        for label in page.labels:
            canvas.saveState()
            # From here on up is down, as in the design.
            canvas.translate(label.x, page.height - label.y)
            for thing in label.things:
                if isinstance(thing, Code):
                    _draw_code(canvas, thing)
                elif isinstance(thing, Swatch):
                    _draw_swatch(canvas, thing)
                else:
                    _draw_text(canvas, thing, layout.colour)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw_code(canvas, code):
    path = canvas.beginPath()
    for column, row, length in get_bars(get_matrix(code.text)):
        path.rect(
            code.x + column * code.step,
            -(code.y + (row + 1) * code.step),
            length * code.step,
            code.step,
        )
    canvas.setFillColor(INK)
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_text(canvas, text, shades):
    canvas.setFillColor(FAINT if text.faint and shades else INK)
    line = canvas.beginText(text.x, -text.y)
    for font, part in split_by_font(text.text, text.bold):
        line.setFont(font, text.size)
        line.textOut(part)
    canvas.drawText(line)


def _draw_swatch(canvas, swatch):
    """A disc in the filament's colours, bordered so that white shows."""
    x, y, radius = swatch.x, -swatch.y, swatch.radius
    canvas.setLineWidth(0.6)
    canvas.setStrokeColor(BORDER if swatch.filled else INK)
    if swatch.filled and swatch.hexes:
        share = 360 / len(swatch.hexes)
        for index, code in enumerate(swatch.hexes):
            canvas.setFillColor(HexColor(code))
            if len(swatch.hexes) == 1:
                canvas.circle(x, y, radius, stroke=0, fill=1)
            else:
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
