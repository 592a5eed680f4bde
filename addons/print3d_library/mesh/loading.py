"""Read a mesh in this process."""

from .errors import MeshError
from .formats import sniff
from .readers import READERS
from .source import opened


def load(source, name=None):
    """The :class:`~.model.Scene` of a mesh file.

    Files from outside belong in :func:`~.sandbox.inspect`, which reads them in a
    process of its own.

    :param source: path or seekable binary file
    :param name: file name, for messages only; the content decides the format
    :raises MeshError: for everything that is wrong with the file
    """
    with opened(source, name or "") as opening:
        return load_source(opening)


def load_source(source):
    """The :class:`~.model.Scene` of a :class:`~.source.Source`."""
    kind = sniff(source.head, source.size)
    if not kind:
        raise MeshError(
            "unsupported",
            "The file is no mesh that can be read: STL, OBJ, AMF, 3MF or STEP. Export "
            "the model in one of these formats.",
        )
    try:
        return READERS[kind](source)
    except MemoryError:
        raise MeshError(
            "memory",
            "The model needs more memory than a mesh may take. Simplify it in the "
            "modelling program.",
        ) from None
