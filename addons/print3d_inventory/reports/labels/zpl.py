"""Labels as ZPL II, the language of Zebra's label printers.

Without pictures: the printer draws the code (^BQ) and the letters (^A0) itself, so that
both are sharp at its own resolution. Text is UTF-8 (^CI28) in the order in which it is
drawn, with the printer's own bidirectional layout switched off (^PA), because older
firmware has none. Commands: Zebra, "ZPL II Programming Guide".
"""

from .design import Code, Swatch, compose
from .fonts import ASCENT

# What ^FH_ writes as a hexadecimal number: its own mark, what begins commands, and the
# backslash of ^FB.
_ESCAPED = {ord(letter): f"_{ord(letter):02X}" for letter in "_^~\\"}


def render_zpl(labels, layout, copies=1):
    """Return the labels as ZPL, one format (^XA to ^XZ) a label.

    :param layout: the paper, in a printer of its ``dpi``
    """
    return "".join(_render_label(label, layout, copies) for label in labels)


def _render_label(label, layout, copies):
    height, things = compose(label, layout, colour=False)
    dots = layout.dpi / 72
    lines = [
        "^XA",
        "^CI28",
        "^PA0,0,0,0",
        f"^PW{round(layout.label[0] / 25.4 * layout.dpi)}",
        f"^LL{round(height * dots)}",
        "^LH0,0",
    ]
    for thing in things:
        if isinstance(thing, Code):
            lines.append(_write_code(thing, dots))
        elif isinstance(thing, Swatch):
            lines += _write_swatch(thing, dots)
        else:
            lines.append(_write_text(thing, dots))
    lines += [f"^PQ{copies}", "^XZ", ""]
    return "\n".join(lines)


def _write_code(code, dots):
    """The level M and automatic input are told in the data: "MA,".

    Firmware draws a ^BQ up to three modules below its origin; that stays inside the
    quiet zone under the code.
    """
    x, y = round(code.x * dots), round(code.y * dots)
    return f"^FO{x},{y}^BQN,2,{code.dots},M^FH_^FDMA,{_escape(code.text)}^FS"


def _write_text(text, dots):
    size = max(10, round(text.size * dots))
    x, y = round(text.x * dots), round((text.y - text.size * ASCENT) * dots)
    field = f"^FO{max(0, x)},{max(0, y)}^A0N,{size},{size}"
    if text.at_end:
        # The printer's letters are narrower than the ones measured with.
        field += f"^FB{round(text.width * dots) + 1},1,0,R"
    return f"{field}^FH_^FD{_escape(text.text)}^FS"


def _write_swatch(swatch, dots):
    for radius in (swatch.radius, swatch.radius * 0.28):
        side = max(3, round(2 * radius * dots))
        x, y = (round((place - radius) * dots) for place in (swatch.x, swatch.y))
        yield f"^FO{max(0, x)},{max(0, y)}^GC{side},{max(1, round(dots * 0.7))},B^FS"


def _escape(text):
    return text.translate(_ESCAPED)
