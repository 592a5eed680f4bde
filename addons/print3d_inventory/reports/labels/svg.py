"""A page of labels as SVG, for looking at before paper is spent."""

import math
from xml.sax.saxutils import escape, quoteattr

from .design import Code, Swatch
from .qr import get_bars, get_matrix


def render_svg(page, layout):
    """Return one page (sheet.Page) as the text of an SVG picture."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {page.width:.2f} '
        f'{page.height:.2f}" font-family="DejaVu Sans, Arial, sans-serif" '
        'role="img">',
        f'<rect width="{page.width:.2f}" height="{page.height:.2f}" fill="#fff"/>',
    ]
    for label in page.labels:
        parts.append(f'<g transform="translate({label.x:.2f} {label.y:.2f})">')
        if layout.family == "sheet":
            parts.append(
                f'<rect width="{label.width:.2f}" height="{label.height:.2f}" rx="4" '
                'fill="none" stroke="#ccc" stroke-width=".5"/>'
            )
        for thing in label.things:
            if isinstance(thing, Code):
                parts.append(_draw_code(thing))
            elif isinstance(thing, Swatch):
                parts.append(_draw_swatch(thing))
            else:
                parts.append(_draw_text(thing, layout.colour))
        parts.append("</g>")
    parts.append("</svg>")
    return "".join(parts)


def _draw_code(code):
    path = "".join(
        f"M{column} {row}h{length}v1h-{length}z"
        for column, row, length in get_bars(get_matrix(code.text))
    )
    return (
        f'<path transform="translate({code.x:.3f} {code.y:.3f}) '
        f'scale({code.step:.4f})" d="{path}" shape-rendering="crispEdges"/>'
    )


def _draw_text(text, shades):
    # The letters are in their order already, and as wide as they will be printed.
    weight = ' font-weight="bold"' if text.bold else ""
    fill = ' fill="#555"' if text.faint and shades else ""
    return (
        f'<text x="{text.x:.2f}" y="{text.y:.2f}" font-size="{text.size:.2f}" '
        f'textLength="{max(text.width, 0.1):.2f}" lengthAdjust="spacingAndGlyphs" '
        f'direction="ltr" unicode-bidi="bidi-override"{weight}{fill}>'
        f"{escape(text.text)}</text>"
    )


def _draw_swatch(swatch):
    x, y, radius = swatch.x, swatch.y, swatch.radius
    parts = []
    if swatch.filled and swatch.hexes:
        count = len(swatch.hexes)
        for index, code in enumerate(swatch.hexes):
            fill = quoteattr(code)
            if count == 1:
                parts.append(
                    f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" fill={fill}/>'
                )
                continue
            # Anticlockwise from the top, as in the PDF.
            angles = [
                -math.pi / 2 - 2 * math.pi * (index + end) / count for end in (0, 1)
            ]
            (x1, y1), (x2, y2) = (
                (x + radius * math.cos(angle), y + radius * math.sin(angle))
                for angle in angles
            )
            parts.append(
                f'<path d="M{x:.2f} {y:.2f}L{x1:.2f} {y1:.2f}A{radius:.2f} '
                f'{radius:.2f} 0 0 0 {x2:.2f} {y2:.2f}z" fill={fill}/>'
            )
    stroke = "#808080" if swatch.filled else "#000"
    for size, fill in ((radius, "none"), (radius * 0.28, "#fff")):
        parts.append(
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{size:.2f}" fill="{fill}" '
            f'stroke="{stroke}" stroke-width=".6"/>'
        )
    return "".join(parts)
