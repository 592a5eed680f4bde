"""Cura: G-code of all its flavours, UFP packages and projects (3MF).

A package adds densities to what its G-code says, or the weights themselves.
"""

import io

from ..errors import SlicedFileError
from ..gcode import HEAD, decode, digest
from ..images import pictures_in_package
from ..source import Source
from .cura_gcode import CODE, finished, is_cura, read_gcode
from .cura_package import apply_package
from .cura_project import is_project, read_project
from .registry import recognise, register

UFP_GCODE = "3D/model.gcode"
MAX_FOREIGN = 64 * 1024 * 1024


@register
class Cura:
    """Cura, UltiMaker Cura and what descends from them."""

    code = CODE

    def recognises(self, source):
        if source.is_zip:
            return UFP_GCODE in source.container or is_project(source.container)
        return source.is_text and is_cura(source.head_text)

    def parse(self, source):
        if not source.is_zip:
            return read_gcode(source.gcode)[0]
        container = source.container
        if UFP_GCODE not in container:
            return read_project(container)
        if not is_cura(_start(container)):
            return _foreign(container)
        gcode = digest(container.stream(UFP_GCODE), md5=False)
        sliced, guids = read_gcode(gcode)
        sliced.thumbnails += pictures_in_package(container, "Metadata/")
        sliced.plates[0].thumbnails = sliced.thumbnails
        apply_package(sliced, container, guids)
        return finished(sliced, sliced.stated.get("gcode_flavour", ""))


def _start(container):
    return decode(container.head(UFP_GCODE, HEAD))


def _foreign(container):
    """A package some other slicer made for an UltiMaker printer."""
    data = container.read_part(UFP_GCODE, MAX_FOREIGN)
    inner = Source(io.BytesIO(data))
    if inner.is_zip or not inner.is_text:
        raise SlicedFileError(
            "unsupported",
            "The package (.ufp) holds no G-code. Slice the model again and export it.",
            what="ufp",
        )
    sliced = recognise(inner).parse(inner)
    pictures = pictures_in_package(container, "Metadata/")
    sliced.thumbnails = sliced.thumbnails + pictures
    for plate in sliced.plates:
        plate.thumbnails = plate.thumbnails + pictures
    return sliced
