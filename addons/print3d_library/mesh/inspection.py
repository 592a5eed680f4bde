"""Everything about one mesh, in this process."""

from . import analysis, drawing, mending
from .loading import load_source
from .source import opened


def check_stream(stream, name=""):
    """Read a seekable binary file, and measure nothing.

    :raises MeshError: for everything that is wrong with the file
    """
    with opened(stream, name) as source:
        analysis.refuse_nothing(load_source(source))


def inspect_stream(stream, name="", preview=(512, 384)):
    """The :class:`~.model.MeshReport` of a seekable binary file.

    :param preview: size of the picture in pixels, or ``None``
    :raises MeshError: for everything that is wrong with the file
    """
    with opened(stream, name) as source:
        scene = load_source(source)
    shapes = {}
    report = analysis.report(scene, shapes)
    _mended, report.repair = mending.repair(scene, shapes)
    report.notes = report.warnings + analysis.notes(report)
    report.warnings += analysis.warnings(report)
    if preview:
        report.preview_png = drawing.render(scene, preview)
    return report
