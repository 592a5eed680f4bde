"""What damaged files brought to light, each with the smallest input that shows it."""

import io
import struct

import pytest
from bambu_package import PLATE, orca_gcode
from slicer import read
from slicer_paths import DATA

CURA = (DATA / "cura_marlin.gcode").read_bytes()


def _read(data):
    return read(io.BytesIO(data))


def test_a_weight_of_nothing_is_not_derived():
    """A density of 0.1 kg/m3 made 0.0 g of a length."""
    text = (
        b";Sliced by ideaMaker 4.2.0.5250, 2021-09-24\n;Filament Diameter #1: 1.750\n"
        b";Filament Density #1: 0.1\n;LAYER:0\n;Z:0.3\nG1 X1 E1\n;Print Time: 744\n"
        b";Material#1 Used: 0.1\n"
    )
    (use,) = _read(text).plates[0].filaments
    assert (use.length_mm, use.weight_g) == (0.1, None)


def test_a_time_below_nothing_is_not_known():
    text = CURA.replace(b";TIME:", b";TIME:-5\n;", 1)
    assert _read(text).plates[0].time_s is None


@pytest.mark.parametrize("seconds", [2**32 - 118, 2**31])
def test_a_time_that_no_database_takes_is_not_known(seconds):
    """A wrong number of the header, where the G-code inside states no time."""
    inside = b"\n".join(
        line
        for line in orca_gcode(PLATE).splitlines()
        if b"time" not in line and b"prediction" not in line
    )
    header = struct.pack("<12s4x", b"xgcode 1.0\n")
    header += struct.pack("<6I8H", 58, 58, 58, seconds, 225, 0, *[0] * 8)
    sliced = _read(header.ljust(58, b"\0") + inside)
    assert sliced.plates[0].time_s is None
