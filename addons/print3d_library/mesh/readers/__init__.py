"""One reader a format, each ``load(source) -> Scene``."""

from . import amf, obj, step, stl, threemf

READERS = {
    "stl": stl.load,
    "obj": obj.load,
    "amf": amf.load,
    "3mf": threemf.load,
    "step": step.load,
}
