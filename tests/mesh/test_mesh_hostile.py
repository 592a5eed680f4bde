"""Broken and hostile meshes get an answer in words, never another exception."""

import io
import zipfile

import mesh
import mesh_shapes as shapes
import numpy as np
import pytest


def refused(data, code):
    with pytest.raises(mesh.MeshError) as caught:
        mesh.report(mesh.load(io.BytesIO(data)))
    assert caught.value.code == code
    assert caught.value.message.endswith(".")
    return caught.value


def items(model, number=1):
    return shapes.model_xml(model, f'<item objectid="{number}"/>')


def test_nothing_to_read(tmp_path):
    refused(b"", "empty")
    refused(b"hello", "unsupported")
    refused(b"<svg></svg>", "unsupported")
    with pytest.raises(mesh.MeshError) as caught:
        mesh.load(tmp_path / "none.stl")
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize(
    "data",
    [
        b"solid empty\nendsolid empty\n",
        b"solid",
        shapes.stl((np.zeros((0, 3)), np.zeros((0, 3), int))),
        b"v 0 0 0\nv 1 0 0\nl 1 2\nf 1 2\n",
        b"<amf></amf>",
        shapes.package(shapes.model_xml("", "")),
        shapes.package(items(shapes.object_xml(1, "<components></components>"))),
    ],
)
def test_files_without_triangles(data):
    assert refused(data, "no_geometry").params["triangles"] == 0


def test_sliced_packages_say_what_they_are():
    data = shapes.package(shapes.model_xml("", ""), Metadata__plate_1_dot_gcode="G1 X1")
    assert "sliced" in refused(data, "no_geometry").message


@pytest.mark.parametrize("kind", [shapes.ascii_stl, shapes.amf, shapes.threemf])
def test_files_cut_short(kind):
    data = kind(shapes.sphere(10, 12, 12))
    for share in (0.3, 0.52, 0.9):
        refused(data[: int(len(data) * share)], "truncated")


def test_binary_stl_cut_short():
    data = shapes.stl(shapes.sphere(), b"STLB exported")
    refused(data[: len(data) // 2], "truncated")


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e308", "1e999"])
@pytest.mark.parametrize(
    "kind", [shapes.ascii_stl, shapes.obj, shapes.amf, shapes.threemf]
)
def test_numbers_that_are_no_sizes(kind, value):
    data = kind(shapes.cube((7.125, 1, 1)))
    text = b"7.125000000e+00" if kind is shapes.ascii_stl else b"7.125000000"
    if kind is shapes.threemf:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            model = archive.read("3D/3dmodel.model")
        data = shapes.package(model.replace(text, value.encode()))
    else:
        assert text in data
        data = data.replace(text, value.encode())
    refused(data, "bad_number")


def test_numbers_that_are_no_sizes_in_binary_stl():
    for value in (np.nan, np.inf, 3e38):
        vertices, faces = shapes.cube()
        vertices[3, 1] = value
        refused(shapes.stl((vertices, faces)), "bad_number")


@pytest.mark.parametrize("number", ["99", "-1", "2147483648", "9" * 30])
def test_corners_that_are_not_there(number):
    shape = shapes.cube()
    triangle = '<triangle v1="0" v2="1" v3="3"/>'
    model = items(shapes.object_xml(1, shapes.mesh_xml(shape)))
    wrong = model.replace(triangle, triangle.replace('"3"', f'"{number}"'))
    code = "bad_number" if len(number) > 20 else "bad_index"
    refused(shapes.package(wrong), code)
    wrong = shapes.amf(shape).replace(b"<v3>3</v3>", f"<v3>{number}</v3>".encode())
    refused(wrong, code)


@pytest.mark.parametrize("number", [b"99", b"-99", b"0"])
def test_corners_that_are_not_there_in_obj(number):
    refused(b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 " + number + b"\n", "bad_index")


@pytest.mark.parametrize(
    "lines",
    [b"v a b c\nf 1 1 1\n", b"v 1 2\nv 1 2\nf 1 2 1\n", b"v 0 0 0\nf x y z\n"],
)
def test_obj_that_is_none(lines):
    refused(b"v 0 0 0\nv 1 0 0\n" + lines, "damaged")


def test_ascii_stl_that_is_none():
    data = shapes.ascii_stl(shapes.cube()).replace(b"vertex 0", b"vertex zero", 1)
    refused(data, "damaged")
    refused(
        b"solid a\nfacet normal 0 0 1\nouter loop\nendloop\nendfacet\nendsolid",
        "damaged",
    )


# 3MF


def component(number, count=1, path=""):
    where = f'p:path="{path}" ' if path else ""
    return f'<component {where}objectid="{number}"/>' * count


def test_objects_that_contain_themselves():
    resources = shapes.object_xml(
        1, f"<components>{component(2)}</components>"
    ) + shapes.object_xml(2, f"<components>{component(1)}</components>")
    refused(shapes.package(items(resources)), "cycle")


def test_objects_that_contain_themselves_through_another_part():
    inner = shapes.model_xml(
        shapes.object_xml(
            1, f"<components>{component(1, path='/3D/3dmodel.model')}</components>"
        ),
        "",
    )
    outer = items(
        shapes.object_xml(
            1, f"<components>{component(1, path='/3D/a.model')}</components>"
        )
    )
    refused(shapes.package(outer, **{"3D__a_dot_model": inner}), "cycle")


def test_objects_nested_too_deep():
    resources = shapes.object_xml(1, shapes.mesh_xml(shapes.cube()))
    for number in range(2, 60):
        resources += shapes.object_xml(
            number, f"<components>{component(number - 1)}</components>"
        )
    refused(shapes.package(items(resources, 59)), "cycle")


@pytest.mark.parametrize("content", [shapes.mesh_xml(shapes.cube()), ""])
def test_a_thousand_million_instances(content):
    """Each object holds the one before ten times; with nothing at the end too."""
    resources = shapes.object_xml(1, content)
    for number in range(2, 12):
        resources += shapes.object_xml(
            number, f"<components>{component(number - 1, 10)}</components>"
        )
    refused(shapes.package(items(resources, 11)), "too_large")


def test_more_triangles_than_there_may_be(monkeypatch):
    from mesh import source

    monkeypatch.setattr(source, "MAX_TRIANGLES", 30)
    for kind in (shapes.stl, shapes.ascii_stl, shapes.obj, shapes.amf, shapes.threemf):
        refused(kind(shapes.sphere(10, 8, 8)), "too_large")
    data = shapes.package(
        items(
            shapes.object_xml(1, shapes.mesh_xml(shapes.cube()))
            + shapes.object_xml(2, f"<components>{component(1, 3)}</components>"),
            2,
        )
    )
    refused(data, "too_large")


def test_objects_and_parts_that_are_not_there():
    refused(shapes.package(items("", 5)), "bad_index")
    resources = shapes.object_xml(
        1, f"<components>{component(1, path='/3D/none.model')}</components>"
    )
    refused(shapes.package(items(resources)), "damaged")


@pytest.mark.parametrize(
    "matrix", ["1 0 0", "a 0 0 0 1 0 0 0 1 0 0 0", "nan " * 12, "1e308 " * 12]
)
def test_places_that_are_none(matrix):
    resources = shapes.object_xml(1, shapes.mesh_xml(shapes.cube()))
    model = shapes.model_xml(
        resources, f'<item objectid="1" transform="{matrix.strip()}"/>'
    )
    refused(shapes.package(model), "bad_number")


def test_extensions_that_change_the_shape_are_refused():
    resources = shapes.object_xml(1, shapes.mesh_xml(shapes.cube()))
    model = shapes.model_xml(
        resources,
        '<item objectid="1"/>',
        extra='xmlns:x="http://example.com/implicit" requiredextensions="p x"',
    )
    error = refused(shapes.package(model), "unsupported")
    assert error.params["extension"] == "http://example.com/implicit"


def test_entities_are_refused():
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        "<amf>&b;</amf>"
    )
    refused(bomb.encode(), "xml_entity")
    outside = (
        '<?xml version="1.0"?><!DOCTYPE m SYSTEM "file:///etc/passwd">'
        f'<model xmlns="{shapes.CORE}"></model>'
    )
    refused(shapes.package(outside), "xml_entity")
    refused(shapes.package(outside.encode("utf-16")), "xml_entity")


def test_elements_nested_too_deep():
    refused(b"<amf>" + b"<a>" * 10_000, "bad_xml")
    model = shapes.model_xml("<a>" * 5_000 + "</a>" * 5_000, "")
    refused(shapes.package(model), "bad_xml")


def test_an_endless_tag():
    data = b'<amf a="' + b"x" * 20_000_000 + b'"></amf>'
    refused(data, "bad_xml")


def test_encrypted_models():
    relations = shapes.RELATIONS.replace(
        "</Relationships>",
        '<Relationship Id="k" Target="/Secure/keystore.xml" Type="http://schemas.'
        'microsoft.com/3dmanufacturing/2019/04/keystore"/></Relationships>',
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("_rels/.rels", relations)
        archive.writestr("3D/3dmodel.model", "?")
    refused(stream.getvalue(), "encrypted")


def test_a_zip_bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", shapes.RELATIONS)
        with archive.open("3D/3dmodel.model", "w") as member:
            for _megabyte in range(300):
                member.write(b" " * 1024**2)
    refused(stream.getvalue(), "zip_bomb")


def test_damaged_settings_of_a_slicer_cost_only_themselves():
    data = shapes.package(
        items(shapes.object_xml(1, shapes.mesh_xml(shapes.cube()), 'name="Cube"')),
        Metadata__model_settings_dot_config="<config><object",
        Metadata__project_settings_dot_config="[1, 2",
    )
    assert [part.name for part in mesh.load(io.BytesIO(data)).parts] == ["Cube"]


# AMF


def test_constellations_without_end():
    extra = (
        '<constellation id="5"><instance objectid="6"/></constellation>'
        '<constellation id="6"><instance objectid="5"/></constellation>'
    )
    refused(shapes.amf(shapes.cube(), extra=extra), "cycle")
    extra += '<constellation id="7"><instance objectid="5"/></constellation>'
    refused(shapes.amf(shapes.cube(), extra=extra), "cycle")


def test_constellations_of_a_thousand_million():
    extra = ""
    for number in range(2, 12):
        inside = f'<instance objectid="{number - 1}"/>' * 10
        extra += f'<constellation id="{number}">{inside}</constellation>'
    refused(shapes.amf(shapes.cube(), extra=extra), "too_large")


# Anything


@pytest.mark.parametrize(
    "kind", [shapes.stl, shapes.ascii_stl, shapes.obj, shapes.amf, shapes.threemf]
)
def test_damage_anywhere_is_read_or_refused(kind):
    """Bytes changed, dropped and doubled: a report or a :class:`MeshError`."""
    data = kind(shapes.joined(shapes.cube(), shapes.cube(5, at=(40, 0, 0))))
    random = np.random.default_rng(len(data))
    outcomes = set()
    for _round in range(150):
        broken = bytearray(data)
        for _change in range(random.integers(1, 6)):
            place = int(random.integers(len(broken)))
            kind_of_change = random.integers(3)
            if kind_of_change == 0:
                broken[place] = random.integers(256)
            elif kind_of_change == 1:
                del broken[place : place + int(random.integers(1, 30))]
            else:
                broken[place:place] = broken[place : place + 20]
        try:
            mesh.report(mesh.load(io.BytesIO(bytes(broken))))
            outcomes.add("read")
        except mesh.MeshError as error:
            assert error.message
            outcomes.add("refused")
    assert outcomes <= {"read", "refused"}
