"""One reader a format, each ``load(source) -> Scene``."""

from . import obj, stl, threemf

READERS = {"stl": stl.load, "obj": obj.load, "3mf": threemf.load}
