"""What a viewer gets of a mesh, and what is left of one that is too large for it."""

import io
import json
import struct

import mesh_shapes as shapes
import numpy as np
import pytest
from mesh import MeshError, Part, Scene, geometry, sandbox


def decoded(data):
    """(header, list of (positions, faces) by part)."""
    assert data[:4] == b"P3DM"
    (length,) = struct.unpack_from("<I", data, 4)
    assert length % 4 == 0
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    arrays = []
    for part in header["parts"]:
        start, count = part["vertices"]
        positions = np.frombuffer(body, "<f4", count * 3, start).reshape(-1, 3)
        start, count = part["indices"]
        faces = np.frombuffer(body, "<u4", count, start).reshape(-1, 3)
        assert faces.max() < len(positions)
        arrays.append((positions, faces))
    return header, arrays


def test_a_cube_stands_in_the_middle():
    data = sandbox.geometry(io.BytesIO(shapes.stl(shapes.cube(at=(100, 50, 7)))))
    header, [(positions, faces)] = decoded(data)
    assert header["box"] == [[100, 50, 7], [120, 70, 27]]
    assert positions.min(axis=0).tolist() == [-10, -10, 0]
    assert positions.max(axis=0).tolist() == [10, 10, 20]
    assert len(faces) == 12 == header["triangles"] == header["shown"]
    assert shapes.volume((positions.astype(float), faces)) == pytest.approx(8000)


@pytest.mark.parametrize("kind", ["obj", "amf", "threemf"])
def test_all_formats_are_one(kind):
    data = getattr(shapes, kind)(shapes.cube())
    header, [(_positions, faces)] = decoded(sandbox.geometry(io.BytesIO(data)))
    assert len(faces) == 12
    assert np.ptp(header["box"], axis=0).tolist() == [20, 20, 20]


def test_colours_of_triangles_are_ranges():
    vertices, faces = (np.asarray(entry) for entry in shapes.cube())
    colours = np.zeros((12, 3), np.uint8)
    colours[::2] = (255, 0, 0)
    part = Part("Cube", vertices, faces, colour="#0000FF", face_colours=colours)
    header, [(positions, ordered)] = decoded(geometry.encode(Scene([part])))
    assert header["parts"][0]["groups"] == [[0, 18, "#000000"], [18, 18, "#FF0000"]]
    red = vertices[faces[::2]]
    shown = positions[ordered[6:]] + header["origin"]
    assert np.allclose(shown, red)


def test_many_colours_become_fewer():
    vertices, faces = (np.asarray(entry) for entry in shapes.torus())
    colours = np.random.default_rng(1).integers(0, 256, (len(faces), 3), np.uint8)
    part = Part("Torus", vertices, faces, face_colours=colours)
    header, _arrays = decoded(geometry.encode(Scene([part])))
    groups = header["parts"][0]["groups"]
    assert 1 < len(groups) <= geometry.MAX_COLOURS
    assert sum(count for _start, count, _colour in groups) == 3 * len(faces)


def test_large_meshes_are_simplified():
    vertices, faces = (np.asarray(entry) for entry in shapes.torus(rows=200))
    part = Part("Torus", vertices, faces)
    header, [(positions, left)] = decoded(geometry.encode(Scene([part]), limit=2000))
    assert header["triangles"] == len(faces)
    assert 500 < len(left) == header["shown"] <= 2000
    assert np.ptp(positions, axis=0) == pytest.approx([100, 100, 20], rel=0.1)
    whole = shapes.volume((vertices, faces))
    assert shapes.volume((positions.astype(float), left)) == pytest.approx(
        whole, rel=0.2
    )


def test_specks_beside_something_large_stay():
    speck = np.random.default_rng(2).random((600, 3)) * 1e-9
    triangles = np.arange(600).reshape(-1, 3)
    vertices, faces, _colours = geometry.simplify(speck, triangles, None, 100)
    assert len(faces) == 1 and len(vertices) == 600


def test_what_cannot_be_shown_is_said():
    with pytest.raises(MeshError) as caught:
        geometry.encode(Scene([]))
    assert caught.value.code == "no_geometry"
    vertices, faces = (np.asarray(entry) for entry in shapes.cube())
    parts = [Part("Cube", vertices, faces)] * (geometry.MAX_PARTS + 1)
    with pytest.raises(MeshError) as caught:
        geometry.encode(Scene(parts))
    assert caught.value.code == "too_many_parts"


@pytest.mark.parametrize("task", [sandbox.geometry, sandbox.toolpath])
def test_hostile_files_end_in_a_sentence(task):
    for data in (b"solid a\nendsolid a\n", b"PK\x03\x04" + b"\0" * 50, b"\0" * 500):
        with pytest.raises(MeshError) as caught:
            task(io.BytesIO(data))
        assert caught.value.code not in ("crashed", "timeout", "memory")
        assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    "data", [b"", b"P3DM", b"P3DM\xff\xff\xff\xff{}", b"P3DM\x02\0\0\0[]", b"\x89PNG"]
)
def test_a_broken_child_is_not_believed(monkeypatch, data):
    answer = sandbox.pack({}, data)
    monkeypatch.setattr(sandbox, "_ask", lambda *_arguments: (answer, 0))
    with pytest.raises(MeshError) as caught:
        sandbox.geometry(io.BytesIO(shapes.stl(shapes.cube())))
    assert caught.value.code == "crashed"


def test_toolpaths_are_made_in_the_child_too():
    text = b"M83\nG1 X10 E1\nG1 Y10 E1\n"
    assert sandbox.toolpath(io.BytesIO(text)).startswith(b"P3DT")
