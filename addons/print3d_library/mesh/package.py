"""The safe zip, XML and JSON readers of :mod:`slicer`, with errors of meshes."""

import contextlib

from .errors import MeshError

try:
    from ..slicer.container import Container
    from ..slicer.errors import SlicedFileError
    from ..slicer.markup import parse_json, parse_xml
except ImportError:
    # Without Odoo both packages stand at the top, beside each other.
    from slicer.container import Container
    from slicer.errors import SlicedFileError
    from slicer.markup import parse_json, parse_xml

__all__ = ["Container", "SlicedFileError", "parse_json", "parse_xml", "translated"]

# The sliced file's next step is to slice again; a model is exported again.
_WORDS = (
    ("Export the sliced file again", "Export the model again"),
    ("export the sliced file again", "export the model again"),
    ("Export the sliced file", "Export the model"),
    ("no slicer does", "no program for models does"),
    ("no slicer writes", "no program for models writes"),
    ("than any slicer writes", "than any program writes"),
    ("the XML a slicer writes", "the XML it should be"),
)


@contextlib.contextmanager
def translated():
    """Turn errors of the readers into :class:`~.errors.MeshError`."""
    try:
        yield
    except SlicedFileError as error:
        message = error.message
        for old, new in _WORDS:
            message = message.replace(old, new)
        raise MeshError(error.code, message, **error.params) from error
