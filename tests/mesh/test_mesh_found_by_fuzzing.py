"""What damaged meshes brought to light, each with the smallest input that shows it."""

import io

import mesh
import mesh.thickness
import mesh_shapes as shapes
import pytest

FACET = (
    b"facet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\n"
    b"endloop\nendfacet\n"
)
SOLID = b"solid a\n" + FACET + b"endsolid a\n"


def test_a_stray_word_between_solids_is_no_solid():
    """It made a part without triangles, whose size could not be told."""
    scene = mesh.load(io.BytesIO(SOLID + b"e\n" + SOLID))
    assert [len(part.faces) for part in scene.parts] == [1, 1]
    assert mesh.report(scene).triangles == 2


def test_many_faces_in_one_place_are_looked_at_in_portions(monkeypatch):
    """All rays times all faces of one cell took gigabytes for a file of 70 kB."""
    cube = mesh.load(io.BytesIO(shapes.stl(shapes.torus())))
    whole = mesh.report(cube)
    monkeypatch.setattr(mesh.thickness, "MAX_PAIRS", 50)
    portions = mesh.report(cube)
    assert portions.min_thickness_mm == whole.min_thickness_mm
    assert portions.thin_area_mm2 == whole.thin_area_mm2


@pytest.mark.parametrize("encoding", ["inf", "gbk", "hex", "utf-7"])
def test_an_encoding_nobody_knows_is_refused(encoding):
    text = shapes.amf(shapes.cube())
    text = text[text.index(b"<amf") :]
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    with pytest.raises(mesh.MeshError) as caught:
        mesh.load(io.BytesIO(declared + text))
    assert caught.value.code == "bad_xml"
