"""Reads printed labels back, with a decoder that knows nothing of how they are made."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import qrcode
from PIL import Image
from pyzbar import pyzbar

from ..reports.labels.fonts import get_width


def rasterise(pdf, dpi):
    """Return the pages of a PDF as a printer of ``dpi`` dots an inch puts them down."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labels.pdf"
        path.write_bytes(pdf)
        # Black or white, as on a thermal head: no grey to help the decoder.
        subprocess.run(
            [shutil.which("pdftoppm"), "-r", str(dpi), "-mono", path, path],
            check=True,
            timeout=120,
        )
        pages = []
        for picture in sorted(Path(folder).glob("labels.pdf-*.pbm")):
            with Image.open(picture) as page:
                pages.append(page.convert("L"))
        return pages


def decode(picture):
    """Return the texts of the QR codes in a picture, from left to right and down."""
    codes = pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
    codes.sort(key=lambda code: (round(code.rect.top / 40), code.rect.left))
    return [code.data.decode() for code in codes]


@dataclass
class ZplLabel:
    """What a ZPL format tells a printer to put down; all in dots."""

    width: int = 0
    height: int = 0
    copies: int = 1
    codes: list = field(default_factory=list)
    texts: list = field(default_factory=list)
    circles: list = field(default_factory=list)

    def draw_codes(self):
        """Return a picture of the label with its codes, drawn by another encoder."""
        page = Image.new("L", (self.width, self.height), 255)
        for x, y, magnification, level, text in self.codes:
            code = qrcode.QRCode(
                error_correction=getattr(qrcode.constants, f"ERROR_CORRECT_{level}"),
                box_size=magnification,
                border=0,
            )
            code.add_data(text)
            code.make(fit=True)
            page.paste(code.make_image().get_image().convert("L"), (x, y))
        return page


def read_zpl(text):
    """Return the labels of a ZPL file; what is not understood is an error."""
    return [_read_format(part) for part in re.findall(r"\^XA(.*?)\^XZ", text, re.S)]


def _read_format(text):
    label = ZplLabel()
    place = size = block = code = None
    escaped = ""
    charset = 0
    for name, value in re.findall(r"\^([A-Z][A-Z0-9@])([^^]*)", text):
        value = value.rstrip("\n")
        if name == "CI":
            charset = int(value)
        elif name == "PW":
            label.width = int(value)
        elif name == "LL":
            label.height = int(value)
        elif name == "PQ":
            label.copies = int(value)
        elif name == "FO":
            place = tuple(map(int, value.split(",")))
            size = block = code = None
        elif name == "A0":
            size = int(value.split(",")[1])
        elif name == "FB":
            block = int(value.split(",")[0])
        elif name == "BQ":
            _turn, model, magnification, level = value.split(",")
            assert model == "2", "the model phones read"
            code = int(magnification), level
        elif name == "GC":
            label.circles.append((*place, int(value.split(",")[0])))
        elif name == "FH":
            escaped = value or "_"
        elif name == "FD":
            assert charset == 28, "UTF-8 was not asked for"
            data = _unescape(value, escaped)
            if code:
                level, mode = data[0], data[1]
                assert (level, mode, data[2]) == (code[1], "A", ","), data
                label.codes.append((*place, *code, data[3:]))
            else:
                wide = get_width(data, size, bold=False)
                label.texts.append((*place, size, block or wide, data))
        elif name == "FS":
            escaped = ""
        elif name not in ("PA", "LH"):
            raise AssertionError(f"an unknown command: ^{name}{value}")
    return label


def _unescape(text, mark):
    if not mark:
        return text
    data = re.sub(
        re.escape(mark) + r"([0-9A-F]{2})",
        lambda match: chr(int(match[1], 16)),
        text,
    )
    return data
