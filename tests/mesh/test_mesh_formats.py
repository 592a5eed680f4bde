"""Every format is read alike, however its programs write it."""

import io
import sys
import zipfile

import mesh
import mesh_shapes as shapes
import numpy as np
import pytest

SHAPES = {
    "cube": shapes.cube((10, 20, 30), at=(1, 2, 3)),
    "sphere": shapes.sphere(),
    "torus": shapes.torus(),
    "several": shapes.joined(shapes.cube(5), shapes.sphere(4, at=(30, 0, 0))),
}
WRITERS = {
    "stl": shapes.stl,
    "stl ascii": shapes.ascii_stl,
    "obj": shapes.obj,
    "amf": shapes.amf,
    "3mf": shapes.threemf,
}


def load(data):
    return mesh.load(io.BytesIO(data))


def measured(data):
    return mesh.report(load(data))


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("name", SHAPES)
def test_volume_and_area_survive_every_format(name, kind):
    shape = SHAPES[name]
    found = measured(WRITERS[kind](shape))
    assert found.format == kind.split()[0]
    assert found.triangles == len(shape[1])
    assert found.volume_mm3 == pytest.approx(shapes.volume(shape), rel=1e-5)
    assert found.area_mm2 == pytest.approx(shapes.area(shape), rel=1e-5)
    assert found.size_mm == pytest.approx(np.ptp(shape[0], axis=0), rel=1e-5)
    assert found.is_watertight and found.is_consistent
    assert found.vertices == len(shape[0])


@pytest.mark.parametrize("seed", range(6))
def test_volume_and_area_survive_being_moved_turned_and_written(seed):
    random = np.random.default_rng(seed)
    vertices, faces = SHAPES["several"]
    turn, _rest = np.linalg.qr(random.normal(size=(3, 3)))
    if np.linalg.det(turn) < 0:
        turn[0] *= -1
    size = random.uniform(0.5, 20)
    moved = vertices @ turn * size + random.uniform(-200, 200, 3), faces
    found = measured(list(WRITERS.values())[seed % len(WRITERS)](moved))
    assert found.volume_mm3 == pytest.approx(
        shapes.volume((vertices, faces)) * size**3, rel=1e-4
    )
    assert found.area_mm2 == pytest.approx(
        shapes.area((vertices, faces)) * size**2, rel=1e-4
    )
    assert found.bodies == 2
    again = measured(mesh.write_stl(load(shapes.threemf(moved))))
    assert again.volume_mm3 == pytest.approx(found.volume_mm3, rel=1e-4)


def test_formats_are_told_by_content():
    def sniff(data):
        return mesh.sniff(data[:4096], len(data))

    cube = shapes.cube()
    assert sniff(shapes.stl(cube)) == "stl"
    assert sniff(shapes.stl(cube, b"solid but binary")) == "stl"
    assert sniff(shapes.ascii_stl(cube, case=str.upper)) == "stl"
    assert sniff(b"# a comment\n" * 20 + shapes.obj(cube)) == "obj"
    assert sniff(shapes.amf(cube)) == "amf"
    assert sniff(b"\xef\xbb\xbf" + shapes.amf(cube)) == "amf"
    assert sniff(shapes.threemf(cube)) == "3mf"
    assert sniff(zipped_amf(shapes.amf(cube))) == "amf"
    assert sniff(b"ISO-10303-21;\nHEADER;") == "step"
    for other in (b"", b"G1 X1 Y1\n" * 50, b"\x89PNG\r\n\x1a\n", b"<svg/>", b"%PDF-1"):
        assert sniff(other) == ""


def zipped_amf(data):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.amf", data)
    return stream.getvalue()


# STL


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
@pytest.mark.parametrize("blank", [" ", "\t  "])
def test_ascii_stl_as_programs_write_it(end, case, blank):
    data = shapes.ascii_stl(shapes.cube(), end=end, case=case, blank=blank)
    found = measured(data)
    assert found.volume_mm3 == pytest.approx(8000)
    assert not found.warnings


def test_ascii_stl_with_several_solids():
    data = shapes.ascii_stl(
        shapes.cube(10),
        shapes.sphere(5, at=(40, 0, 0)),
        names=["solid 3 facets", "Würfel 2"],
    )
    parts = load(data).parts
    assert [part.name for part in parts] == ["solid 3 facets", "Würfel 2"]
    assert [len(part.faces) for part in parts] == [12, 4680]


@pytest.mark.parametrize("normal", [b"nan nan nan", b"-nan(ind) 0 inf", b"a b c"])
def test_ascii_stl_with_normals_that_are_no_numbers(normal):
    data = shapes.ascii_stl(shapes.cube()).replace(b"0 0 0", normal)
    assert measured(data).volume_mm3 == pytest.approx(8000)


def test_ascii_stl_with_names_no_text_has():
    data = shapes.ascii_stl(shapes.cube()).replace(b"body 0", b"\xff\xfe\x80 7.5 e9")
    assert measured(data).volume_mm3 == pytest.approx(8000)


def test_ascii_stl_with_polygons_and_decimal_commas():
    data = (
        b"solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 10,5 0 0\n"
        b"vertex 10,5 10 0\nvertex 0 10 0\nendloop\nendfacet\nendsolid a\n"
    )
    found = measured(data)
    assert (found.triangles, found.area_mm2) == (2, pytest.approx(105))


def test_ascii_stl_is_the_same_in_pieces(monkeypatch):
    data = shapes.ascii_stl(shapes.cube(), shapes.sphere(5, 8, 8))
    stl = sys.modules["mesh.readers.stl"]
    whole = load(data).parts
    monkeypatch.setattr(stl, "CHUNK", 97)
    for one, other in zip(whole, load(data).parts, strict=True):
        assert one.name == other.name
        assert np.array_equal(one.vertices, other.vertices)
        assert np.array_equal(one.faces, other.faces)


def test_ascii_stl_without_an_end_is_doubted():
    data = shapes.ascii_stl(shapes.cube())
    found = measured(data[: data.rindex(b"endsolid")])
    assert found.triangles == 12
    assert "cut short" in found.warnings[0]


@pytest.mark.parametrize("header", [b"solid", b"\xff\xfe\xfa", "模型".encode()])
def test_binary_stl_is_known_by_its_length(header):
    found = measured(shapes.stl(shapes.cube(), header))
    assert found.volume_mm3 == pytest.approx(8000)


def test_binary_stl_with_bytes_after_the_end():
    assert measured(shapes.stl(shapes.cube()) + b"\0" * 40).triangles == 12


# OBJ


def test_obj_with_quads_negative_numbers_and_texture_points():
    text = """# cube
    mtllib none.mtl
    o box
    v 0 0 0
    v 10 0 0
    v 10 10 0 1.0
    v 0 10 0
    vt 0.5 0.5
    vn 0 0 1
    v 0 0 10
    v 10 0 10
    v 10 10 10
    v 0 10 10
    usemtl red
    f 1/1/1 4/1/1 3/1/1 2/1/1
    f -4//1 -3//1 -2//1 -1//1
    s off
    f 1/1 2/1 6/1 5/1
    f 2 3 7 6 \\

    f 3 4 8 \\
    7
    f 4 1 5 8
    """
    scene = load(text.replace("\n", "\r\n").encode())
    assert [part.name for part in scene.parts] == ["box"]
    found = mesh.report(scene)
    assert found.volume_mm3 == pytest.approx(1000)
    assert found.is_watertight and found.is_consistent


def test_obj_with_concave_polygons():
    # An L of six corners, drawn from a corner from which a fan would leave it.
    corners = [(0, 10), (0, 0), (10, 0), (10, 4), (4, 4), (4, 10)]
    for start in range(6):
        turned = corners[start:] + corners[:start]
        text = "".join(f"v {x} {y} 0\n" for x, y in turned) + "f 1 2 3 4 5 6\n"
        assert measured(text.encode()).area_mm2 == pytest.approx(64)
    # An arrowhead of four.
    corners = [(0, 0), (10, -10), (4, 0), (10, 10)]
    for start in range(4):
        turned = corners[start:] + corners[:start]
        text = "".join(f"v {x} {y} 0\n" for x, y in turned) + "f 1 2 3 4\n"
        assert measured(text.encode()).area_mm2 == pytest.approx(40)


def test_obj_with_points_and_faces_in_turn():
    vertices, faces = shapes.sphere(10, 12, 12)
    lines = []
    for face in faces:
        lines += ["v {} {} {}".format(*vertices[corner]) for corner in face]
        lines.append("f -3 -2 -1")
    found = measured("\n".join(lines).encode())
    assert found.volume_mm3 == pytest.approx(shapes.volume((vertices, faces)))
    assert found.is_watertight


def test_obj_groups_that_share_points_are_one_part():
    one, two = shapes.obj(shapes.cube(10)), shapes.obj(shapes.cube(5, at=(50, 0, 0)))
    lines = one.decode().splitlines()
    lines.insert(15, "g lid")
    text = "\n".join(lines) + "\n" + two.decode().replace("body0", "other")
    shifted = []
    for number, line in enumerate(text.splitlines()):
        if line.startswith("f") and number > len(lines):
            line = "f " + " ".join(str(int(word) + 8) for word in line.split()[1:])
        shifted.append(line)
    parts = load("\n".join(shifted).encode()).parts
    assert [(part.name, len(part.faces)) for part in parts] == [
        ("body0", 12),
        ("other", 12),
    ]


def test_obj_colours_of_points():
    vertices, faces = shapes.cube(10)
    red = "".join(f"v {x} {y} {z} 1 0 0\n" for x, y, z in vertices)
    text = red + "".join(f"f {a + 1} {b + 1} {c + 1}\n" for a, b, c in faces)
    assert load(text.encode()).parts[0].colour == "#FF0000"
    text = text.replace(" 1 0 0", " 0 0 255", 4).replace(" 1 0 0", " 255 0 0")
    part = load(text.encode()).parts[0]
    assert part.face_colours.shape == (12, 3)


# AMF


@pytest.mark.parametrize(
    ("unit", "size"),
    [("millimeter", 1), ("inch", 25.4), ("feet", 304.8), ("meter", 1e3),
     ("micron", 1e-3)],
)  # fmt: skip
def test_amf_units(unit, size):
    found = measured(shapes.amf(shapes.cube(2), unit))
    assert found.size_mm == pytest.approx([2 * size] * 3)
    assert found.unit == ("foot" if unit == "feet" else unit)


def test_amf_in_a_zip_with_materials_and_roles():
    extra = (
        '<material id="2"><metadata type="name">Red</metadata>'
        "<color><r>1</r><g>0.5</g><b>0</b></color></material>"
        '<metadata type="author">Ada</metadata>'
    )
    data = zipped_amf(shapes.amf(shapes.cube(), "millimeter", extra, 'materialid="2"'))
    scene = load(data)
    assert scene.parts[0].colour == "#FF8000"
    assert scene.metadata == {"author": "Ada"}
    support = shapes.amf(shapes.cube(), volume_extra='type="support"')
    assert load(support).parts[0].role == "support"


def test_amf_constellations_place_turn_and_repeat():
    extra = """<constellation id="5">
      <instance objectid="1"><deltax>100</deltax><rz>90</rz></instance>
      <instance objectid="1"><deltay>50</deltay><deltaz>1</deltaz></instance>
    </constellation>
    <constellation id="6">
      <instance objectid="5"><deltax>1000</deltax></instance>
    </constellation>"""
    scene = load(shapes.amf(shapes.cube((10, 20, 30)), extra=extra))
    low, high = (
        [getattr(part.vertices, which)(axis=0) for part in scene.parts]
        for which in ("min", "max")
    )
    assert len(scene.parts) == 2
    # A quarter turn takes x to y and y to minus x.
    assert low[0] == pytest.approx([1080, 0, 0])
    assert high[0] == pytest.approx([1100, 10, 30])
    assert low[1] == pytest.approx([1000, 50, 1])
    assert mesh.report(scene).volume_mm3 == pytest.approx(12000)


# 3MF


@pytest.mark.parametrize(
    ("unit", "size"),
    [("millimeter", 1), ("inch", 25.4), ("foot", 304.8), ("meter", 1e3),
     ("centimeter", 10), ("micron", 1e-3)],
)  # fmt: skip
def test_3mf_units_count_for_places_too(unit, size):
    data = shapes.threemf(shapes.cube(2), unit, "1 0 0 0 1 0 0 0 1 3 0 0")
    found = measured(data)
    assert found.bbox_min == pytest.approx([3 * size, 0, 0])
    assert found.bbox_max == pytest.approx([5 * size, 2 * size, 2 * size])


def test_3mf_components_within_components():
    data = shapes.package(
        shapes.model_xml(
            shapes.object_xml(1, shapes.mesh_xml(shapes.cube((1, 2, 3))))
            + shapes.object_xml(
                2,
                "<components>"
                '<component objectid="1" transform="2 0 0 0 2 0 0 0 2 0 0 0"/>'
                '<component objectid="1" transform="-1 0 0 0 1 0 0 0 1 0 0 0"/>'
                "</components>",
            )
            + shapes.object_xml(
                3,
                '<components><component objectid="2" '
                'transform="0 1 0 -1 0 0 0 0 1 100 0 0"/></components>',
            ),
            '<item objectid="3"/><item objectid="2" '
            'transform="1 0 0 0 1 0 0 0 1 0 0 50"/>',
        )
    )
    scene = load(data)
    assert [part.item for part in scene.parts] == [0, 0, 1, 1]
    # Rows of points times the matrix: x goes to y, y to minus x.
    assert scene.parts[0].vertices.min(axis=0) == pytest.approx([96, 0, 0])
    assert scene.parts[0].vertices.max(axis=0) == pytest.approx([100, 2, 6])
    found = mesh.report(scene)
    # The mirrored copies are turned the right way round.
    assert all(shapes.volume((part.vertices, part.faces)) > 0 for part in scene.parts)
    assert found.volume_mm3 == pytest.approx(2 * (48 + 6))


def test_3mf_numbers_of_objects_are_those_of_their_own_part():
    """The production extension: two part files both begin to count at 1."""

    def part(size):
        return shapes.model_xml(
            shapes.object_xml(1, shapes.mesh_xml(shapes.cube(size))), ""
        )

    data = shapes.package(
        shapes.model_xml(
            shapes.object_xml(1, shapes.mesh_xml(shapes.cube(1)))
            + shapes.object_xml(
                2,
                "<components>"
                '<component p:path="/3D/Objects/a.model" objectid="1"/>'
                '<component p:path="/3D/Objects/b.model" objectid="1"/>'
                '<component objectid="1"/></components>',
            ),
            '<item objectid="2"/><item p:path="/3D/Objects/B.model" objectid="1"/>',
            extra='requiredextensions="p"',
        ),
        **{"3D__Objects__a_dot_model": part(2), "3D__Objects__b_dot_model": part(3)},
    )
    sizes = [np.ptp(part.vertices, axis=0)[0] for part in load(data).parts]
    assert sizes == pytest.approx([2, 3, 1, 3])


def test_3mf_colours_of_objects_and_triangles():
    resources = (
        '<basematerials id="7"><base name="Red" displaycolor="#FF0000"/>'
        '<base name="Blue" displaycolor="#0000FF80"/></basematerials>'
        '<m:colorgroup id="8"><m:color color="#00FF00FF"/></m:colorgroup>'
    )
    plain = shapes.object_xml(
        1, shapes.mesh_xml(shapes.cube()), 'pid="7" pindex="1" name="plain"'
    )
    painted = shapes.object_xml(
        2,
        shapes.mesh_xml(
            shapes.cube(at=(50, 0, 0)),
            lambda number: ' pid="8" p1="0"' if number < 2 else "",
        ),
        'pid="7" pindex="0"',
    )
    data = shapes.package(
        shapes.model_xml(
            resources + plain + painted, '<item objectid="1"/><item objectid="2"/>'
        )
    )
    one, two = load(data).parts
    assert (one.name, one.colour, one.face_colours) == ("plain", "#0000FF", None)
    assert two.face_colours[:2].tolist() == [[0, 255, 0]] * 2
    assert two.face_colours[2:].tolist() == [[255, 0, 0]] * 10


def test_3mf_metadata():
    data = shapes.package(
        shapes.model_xml(
            shapes.object_xml(1, shapes.mesh_xml(shapes.cube())),
            '<item objectid="1"><metadatagroup><metadata name="Title">no</metadata>'
            "</metadatagroup></item>",
            metadata='<metadata name="Title">Würfel</metadata>'
            '<metadata name="LicenseTerms"> CC-BY </metadata>',
        )
    )
    assert load(data).metadata == {"Title": "Würfel", "LicenseTerms": "CC-BY"}


BAMBU = """<?xml version="1.0"?><config>
 <object id="3"><metadata key="name" value="Holder"/>
  <metadata key="extruder" value="2"/>
  <part id="1" subtype="normal_part"><metadata key="name" value="Body"/></part>
  <part id="1" subtype="{role}"><metadata key="name" value="Other"/>
   <metadata key="extruder" value="1"/></part>
 </object>
 <plate><metadata key="plater_id" value="1"/><metadata key="plater_name" value="A"/>
  <model_instance><metadata key="object_id" value="3"/>
   <metadata key="instance_id" value="0"/></model_instance></plate>
 <plate><metadata key="plater_id" value="2"/>
  <model_instance><metadata key="object_id" value="3"/>
   <metadata key="instance_id" value="1"/></model_instance></plate>
</config>"""


@pytest.mark.parametrize(
    ("word", "role"),
    [("normal_part", "model"), ("modifier_part", "modifier"),
     ("negative_part", "negative"), ("support_blocker", "support_blocker"),
     ("support_enforcer", "support_enforcer")],
)  # fmt: skip
def test_3mf_roles_filaments_and_plates_of_bambu_studio(word, role):
    move = "1 0 0 0 1 0 0 0 1"
    data = shapes.package(
        shapes.model_xml(
            shapes.object_xml(1, shapes.mesh_xml(shapes.cube(10)))
            + shapes.object_xml(
                3,
                '<components><component objectid="1"/><component objectid="1" '
                f'transform="{move} 20 0 0"/></components>',
            ),
            f'<item objectid="3" transform="{move} 100 100 0"/>'
            f'<item objectid="3" transform="{move} 407.2 100 0"/>',
        ),
        Metadata__model_settings_dot_config=BAMBU.format(role=word),
        Metadata__project_settings_dot_config='{"filament_colour": ["#FF0000FF", '
        '"#00ff00"], "printable_area": ["0x0", "256x0", "256x256", "0x256"]}',
    )
    scene = load(data)
    assert [(part.name, part.role, part.colour) for part in scene.parts[:2]] == [
        ("Body", "model", "#00FF00"),
        ("Other", role, "#FF0000"),
    ]
    assert [part.plate for part in scene.parts] == [1, 1, 2, 2]
    assert [(plate.name, plate.offset[0]) for plate in scene.plates] == [
        ("A", 0.0),
        ("", pytest.approx(307.2)),
    ]
    found = mesh.report(scene)
    printed = 2 if role == "model" else 1
    assert found.volume_mm3 == pytest.approx(2 * printed * 1000)
    # The way between the plates is no part of the size.
    assert found.size_mm == pytest.approx([10 + 20 * (printed - 1), 10, 10])
    assert [plate.parts for plate in found.plates] == [printed, printed]
    assert found.geometry_all["volume_mm3"] == pytest.approx(4000)
    assert found.geometry_all["size_mm"] == pytest.approx([337.2, 10, 10])


def test_3mf_volumes_of_prusaslicer():
    shape = shapes.joined(shapes.cube(10), shapes.cube(4, at=(3, 3, 10)))
    config = """<config><object id="1"><metadata type="object" key="name" value="Box"/>
     <volume firstid="0" lastid="11"><metadata key="name" value="Base"/>
      <metadata key="volume_type" value="ModelPart"/></volume>
     <volume firstid="12" lastid="23"><metadata key="name" value="Stud"/>
      <metadata key="volume_type" value="ParameterModifier"/>
      <metadata key="extruder" value="2"/></volume></object></config>"""
    settings = '; extruder_colour = #111111;""\n; filament_colour = #222222;#333333\n'
    data = shapes.package(
        shapes.model_xml(
            shapes.object_xml(1, shapes.mesh_xml(shape)), '<item objectid="1"/>'
        ),
        Metadata__Slic3r_PE_model_dot_config=config,
        Metadata__Slic3r_PE_dot_config=settings,
    )
    scene = load(data)
    assert [(part.name, part.role, part.colour) for part in scene.parts] == [
        ("Base", "model", "#111111"),
        ("Stud", "modifier", "#333333"),
    ]
    found = mesh.report(scene)
    assert found.volume_mm3 == pytest.approx(1000)
    assert found.geometry_all["triangles"] == 24
    # Runs that do not fit the mesh leave it whole.
    wrong = shapes.package(
        shapes.model_xml(
            shapes.object_xml(1, shapes.mesh_xml(shape)), '<item objectid="1"/>'
        ),
        Metadata__Slic3r_PE_model_dot_config=config.replace(
            'lastid="23"', 'lastid="99"'
        ),
    )
    assert [part.name for part in load(wrong).parts] == ["Box"]


def test_3mf_meshes_cura_does_not_print():
    data = shapes.package(
        shapes.model_xml(
            shapes.object_xml(
                1,
                '<metadatagroup><metadata name="cura:infill_mesh">True</metadata>'
                "</metadatagroup>" + shapes.mesh_xml(shapes.cube()),
            )
            + shapes.object_xml(2, shapes.mesh_xml(shapes.cube(5))),
            '<item objectid="1"/><item objectid="2"/>',
        )
    )
    assert [part.role for part in load(data).parts] == ["modifier", "model"]


def test_3mf_objects_not_to_be_printed():
    data = shapes.package(
        shapes.model_xml(
            shapes.object_xml(1, shapes.mesh_xml(shapes.cube(10))),
            '<item objectid="1"/><item objectid="1" printable="0"/>',
        )
    )
    found = measured(data)
    assert [part.role for part in found.parts] == ["model", "excluded"]
    assert found.volume_mm3 == pytest.approx(1000)


def test_3mf_with_beams_says_so():
    beams = "http://schemas.microsoft.com/3dmanufacturing/beamlattice/2017/02"
    lattice = (
        '<b:beamlattice><b:beams><b:beam v1="0" v2="1"/></b:beams></b:beamlattice>'
    )
    content = shapes.mesh_xml(shapes.cube()).replace("</mesh>", lattice + "</mesh>")
    model = shapes.model_xml(
        shapes.object_xml(1, content),
        '<item objectid="1"/>',
        extra=f'xmlns:b="{beams}" requiredextensions="b"',
    )
    assert "beam lattice" in measured(shapes.package(model)).warnings[0]


# STEP


def test_step_without_its_reader_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "cascadio", None)
    with pytest.raises(mesh.MeshError, match="cascadio") as caught:
        load(b"ISO-10303-21;\nHEADER;\nENDSEC;\nEND-ISO-10303-21;\n")
    assert caught.value.code == "no_step_reader"
