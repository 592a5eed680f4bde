"""Small files for the tests of the families that write plain text."""

import io
import zipfile

from slicer import read


def opened(text):
    """A text as a binary file, UTF-8."""
    return io.BytesIO(text.encode("utf-8") if isinstance(text, str) else text)


def read_text(text, **options):
    """What is read of a text."""
    return read(opened(text), **options)


def zipped(members):
    """A zip file of these members, text or bytes by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    stream.seek(0)
    return stream


def uses(plate):
    """Tool, mm, g and mm3 of each filament a plate takes."""
    return [
        (use.index, use.length_mm, use.weight_g, use.volume_mm3)
        for use in plate.filaments
    ]
