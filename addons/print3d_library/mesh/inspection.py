"""Everything about one mesh, in this process."""

from . import analysis
from .loading import load_source
from .source import opened


def inspect_stream(stream, name="", preview=(512, 384)):
    """The :class:`~.model.MeshReport` of a seekable binary file.

    :param preview: size of the picture in pixels, or ``None``
    :raises MeshError: for everything that is wrong with the file
    """
    with opened(stream, name) as source:
        scene = load_source(source)
    return analysis.report(scene)
