"""One reader a format, each ``load(source) -> Scene``."""

from . import stl

READERS = {"stl": stl.load}
