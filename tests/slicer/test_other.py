"""What is refused is called by its name."""

import struct

import pytest
from slicer import SlicedFileError, read
from text_file import opened, zipped

STL = b"made by nobody".ljust(80) + struct.pack("<I", 1) + bytes(50)
OBJ = "# cube\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (STL, "STL"),
        ("solid part\n facet normal 0 0 1\n", "STL"),
        (OBJ, "OBJ"),
        ("ISO-10303-21;\nHEADER;\n", "STEP"),
        ('<?xml version="1.0"?>\n<amf unit="millimeter">\n', "AMF"),
        (zipped({"part.amf": "<amf/>"}).getvalue(), "AMF"),
    ],
)
def test_a_mesh_is_a_model_to_attach(data, word):
    with pytest.raises(SlicedFileError) as caught:
        read(opened(data))
    assert caught.value.code == "unsupported"
    assert caught.value.message.startswith(f"This {word} model")
    assert "Attach it as a model" in caught.value.message


def test_a_bare_3mf_is_a_model_too():
    with pytest.raises(SlicedFileError) as caught:
        read(zipped({"3D/3dmodel.model": "<model/>"}))
    assert caught.value.code == "not_sliced"
    assert "Attach it as a model" in caught.value.message


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x1f\x8b\x08\x00\x00", "gzip"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"\x86\x00\xfd\x12\x03\x00\x00\x00", "resin printer"),
        (b"3DPFNKG13WTW\x01\x02\x00\x00", "XYZprinting"),
        (zipped({"a/part.gcode": "G1 X1"}).getvalue(), "with G-code in it"),
        (zipped({"part.stl": STL}).getvalue(), "archive of models"),
        (zipped({"print.jsontoolpath": "[]"}).getvalue(), "MakerBot"),
        (zipped({"readme.txt": "hello"}).getvalue(), "zip archive"),
        ("; Generated with MatterSlice 2.19.10\nG1 X1\n", "MatterSlice"),
        (";Sliced with Shop Slicer\nG1 X1\n", "Shop Slicer"),
        ("<html>", "XML"),
        ("hello", "no file of a known slicer"),
    ],
)
def test_what_it_is_and_what_to_do(data, word):
    with pytest.raises(SlicedFileError) as caught:
        read(opened(data))
    assert caught.value.code == "unsupported"
    assert word in caught.value.message
    assert caught.value.message.endswith(".")
    assert len(caught.value.message.split(". ")) > 1


def test_plain_gcode_states_nothing():
    with pytest.raises(SlicedFileError) as caught:
        read(opened("G28\nG1 X1 Y1 E1\nM84\n"))
    assert caught.value.params["what"] == "gcode"
    assert "neither time nor filament" in caught.value.message
