"""Make the files of the demo shop: models of our own, sliced by PrusaSlicer.

    python make_files.py

Needs trimesh, shapely, mapbox_earcut, numpy, Pillow and the program ``prusa-slicer``.
Writes ``files/*.stl``, ``*.3mf``, ``*.step`` and ``*.gcode`` beside this script.
PrusaSlicer's console renders no pictures, so a preview is drawn here and put where its
window puts one.
"""

import base64
import io
import re
import subprocess
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import trimesh
from PIL import Image, ImageDraw
from shapely.geometry import Point, Polygon, box

HERE = Path(__file__).resolve().parent
FILES = HERE / "files"
PICTURES = ((480, 360), (160, 120))
LINE = 78

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
OPC = "http://schemas.openxmlformats.org/package/2006"
OPC_TYPE = "application/vnd.openxmlformats-package"
MODEL_TYPE = "application/vnd.ms-package.3dmanufacturing-3dmodel+xml"
MODEL_RELATION = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"

# === Shapes, in mm, standing on z = 0 === #


def cable_clip():
    """A C that snaps over a cable, on a foot with a screw hole's worth of room."""
    ring = Point(0, 8).buffer(7, 5) - Point(0, 8).buffer(4.8, 5)
    mouth = Polygon([(-3.4, 17), (3.4, 17), (2.2, 8), (-2.2, 8)])
    foot = box(-13, 0, 13, 2.6).buffer(0.8, 2)
    return trimesh.creation.extrude_polygon((ring - mouth).union(foot), 6)


def planter(segments=56, rings=26, height=54.0):
    """A pot whose ripples turn as they rise, for printing in one line."""
    z = np.linspace(0, height, rings)
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    share = z[:, None] / height
    radius = 27 + 9 * share + 1.6 * np.sin(9 * angle[None, :] + 2.2 * share)
    return _lathe(radius, z, angle)


def phone_stand(width=24.0):
    """A bent strip that holds a telephone at 65 degrees."""
    path = np.array(
        [(0, 0), (78, 0), (46, 82), (42.5, 80.5), (69, 12), (20, 12), (14, 22), (9, 22)]
    )
    profile = Polygon([*path, (14, 9), (0, 5)]).buffer(1.2, 3)
    window = Polygon([(30, 3.5), (70, 3.5), (66.5, 8), (30, 8)])
    return trimesh.creation.extrude_polygon(profile - window, width)


def hex_box(radius=26.0, height=34.0, wall=1.6):
    """An open box of six sides, to be put together like honeycomb."""
    outer = _hexagon(radius)
    floor = trimesh.creation.extrude_polygon(outer, 1.5)
    sides = trimesh.creation.extrude_polygon(
        outer - _hexagon(radius - wall), height - 1.5
    )
    sides.apply_translation((0, 0, 1.5))
    return trimesh.util.concatenate([floor, sides])


def dragon_egg(segments=64, rings=46, height=48.0):
    """An egg with scales."""
    share = np.linspace(0.04, 1, rings)
    z = height * (share - share[0])
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    belly = 17.5 * np.sqrt(np.maximum(1 - (2 * share - 0.92) ** 2 / 1.18, 0))
    belly = belly * (1.08 - 0.2 * share)
    row = share[:, None] * 11
    turn = 14 * angle[None, :] / (2 * np.pi) + 0.5 * np.floor(row)
    scale = np.abs((turn % 1) - 0.5) * 2
    bump = np.maximum(0, 1 - scale**2 - 0.6 * (row % 1))
    fade = np.clip((1 - share[:, None]) * 6, 0, 1)
    return _lathe(np.maximum(belly[:, None] + 1.5 * bump * fade, 0.4), z, angle)


def egg_nest():
    """The ring the egg stands in."""
    z = np.array([0, 2.5, 6, 9.5])
    angle = np.linspace(0, 2 * np.pi, 56, endpoint=False)
    ripple = 1 + 0.05 * np.sin(8 * angle)[None, :]
    outer = _lathe(np.array([22, 22.5, 21, 18.6])[:, None] * ripple, z, angle)
    return outer


def _hexagon(radius):
    corners = np.arange(6) * np.pi / 3
    return Polygon(np.column_stack([np.cos(corners), np.sin(corners)]) * radius)


def _lathe(radius, z, angle):
    """A closed body from radii over height and angle."""
    rings, segments = radius.shape
    x = radius * np.cos(angle)[None, :]
    y = radius * np.sin(angle)[None, :]
    grid = np.dstack([x, y, np.broadcast_to(z[:, None], radius.shape)])
    points = [*grid.reshape(-1, 3), (0, 0, z[0]), (0, 0, z[-1])]
    bottom, top = rings * segments, rings * segments + 1
    faces = []
    for j in range(segments):
        k = (j + 1) % segments
        faces.append((bottom, k, j))
        last = (rings - 1) * segments
        faces.append((top, last + j, last + k))
        for i in range(rings - 1):
            a, b, c, d = (n + m * segments for m in (i, i + 1) for n in (j, k))
            faces += [(a, b, d), (a, d, c)]
    return trimesh.Trimesh(points, faces, process=True)


# === Slicing === #

COMMON = {
    "nozzle_diameter": 0.4,
    "filament_diameter": 1.75,
    "layer_height": 0.3,
    "first_layer_height": 0.3,
    "perimeters": 2,
    "top_solid_layers": 4,
    "bottom_solid_layers": 3,
    "fill_density": "8%",
    "fill_pattern": "rectilinear",
    "gcode_label_objects": 1,
    "gcode_comments": 0,
    "gcode_resolution": 0.1,
    "gap_fill_enabled": 0,
    "infill_every_layers": 3,
    "ensure_vertical_shell_thickness": 0,
    "use_relative_e_distances": 1,
    "layer_gcode": "G92 E0",
    "solid_infill_below_area": 0,
    "infill_only_where_needed": 0,
    "skirts": 0,
    "gcode_flavor": "marlin2",
    "external_perimeter_speed": 40,
    "perimeter_speed": 60,
    "infill_speed": 90,
    "travel_speed": 180,
    "machine_limits_usage": "time_estimate_only",
    "thumbnails": "480x360,160x120",
}
PRINTERS = {
    "MK4S": {"bed_shape": "0x0,250x0,250x210,0x210", "max_print_height": 220},
    "MINIIS": {"bed_shape": "0x0,180x0,180x180,0x180", "max_print_height": 180},
    "XL2IS": {
        "bed_shape": "0x0,360x0,360x360,0x360",
        "max_print_height": 360,
        "single_extruder_multi_material": 0,
    },
}
FILAMENTS = {
    "PLA Galaxy Black": ("PLA", "#1A1A1A", 1.24, 215, 60),
    "PLA Signal Red": ("PLA", "#C1121F", 1.24, 215, 60),
    "PLA White": ("PLA", "#F5F5F5", 1.24, 215, 60),
    "PETG Teal": ("PETG", "#0F8B8D", 1.27, 240, 85),
    "PETG Orange": ("PETG", "#F77F00", 1.27, 240, 85),
    "TPU Blue": ("TPU", "#1D4ED8", 1.21, 230, 50),
}
VENDOR = "Northlight Filaments"

# name, shape, printer, filaments, copies, further settings
JOBS = [
    (
        "cable_clip_v1",
        cable_clip,
        "MK4S",
        ["PETG Teal"],
        1,
        {"layer_height": 0.25},
    ),
    (
        "cable_clip_v2_plate_of_6",
        cable_clip,
        "MK4S",
        ["PETG Teal"],
        6,
        {"top_solid_layers": 2, "bottom_solid_layers": 2, "fill_density": "0%"},
    ),
    (
        "cable_clip_tpu_plate_of_4",
        cable_clip,
        "MINIIS",
        ["TPU Blue"],
        4,
        {
            "top_solid_layers": 2,
            "bottom_solid_layers": 2,
            "fill_density": "0%",
            "perimeter_speed": 30,
            "infill_speed": 35,
            "external_perimeter_speed": 25,
        },
    ),
    (
        "ripple_planter",
        planter,
        "MK4S",
        ["PLA White"],
        1,
        {
            "spiral_vase": 1,
            "layer_height": 0.4,
            "first_layer_height": 0.4,
            "perimeters": 1,
            "top_solid_layers": 0,
            "bottom_solid_layers": 4,
            "fill_density": "0%",
        },
    ),
    (
        "phone_stand_v1",
        phone_stand,
        "MK4S",
        ["PLA Galaxy Black"],
        1,
        {"fill_density": "5%", "top_solid_layers": 2, "bottom_solid_layers": 2},
    ),
    (
        "phone_stand_v2_thick_walls",
        phone_stand,
        "MK4S",
        ["PLA Galaxy Black"],
        1,
        {"layer_height": 0.32, "fill_density": "0%", "perimeters": 3},
    ),
    (
        "hex_organiser",
        hex_box,
        "MK4S",
        ["PETG Orange"],
        1,
        {"layer_height": 0.35, "first_layer_height": 0.35},
    ),
    (
        "dragon_egg_two_colours",
        (dragon_egg, egg_nest),
        "XL2IS",
        ["PLA Signal Red", "PLA Galaxy Black"],
        1,
        {
            "layer_height": 0.35,
            "first_layer_height": 0.35,
            "perimeters": 1,
            "top_solid_layers": 0,
            "bottom_solid_layers": 0,
            "fill_density": "5%",
        },
    ),
]


def settings(printer, filaments, further):
    """Settings of a job as text of an ini file."""
    rows = [FILAMENTS[name] for name in filaments]
    separator = ";"
    values = {
        **COMMON,
        **PRINTERS[printer],
        "printer_model": printer,
        "printer_settings_id": f"{printer} 0.4 nozzle",
        "print_settings_id": f"{further.get('layer_height', 0.3)}mm DEMO",
        "filament_settings_id": separator.join(f'"{name}"' for name in filaments),
        "filament_type": separator.join(row[0] for row in rows),
        "filament_colour": separator.join(row[1] for row in rows),
        "extruder_colour": separator.join(row[1] for row in rows),
        "filament_vendor": VENDOR,
        "filament_density": ",".join(str(row[2]) for row in rows),
        "filament_cost": ",".join("24" for row in rows),
        "temperature": ",".join(str(row[3]) for row in rows),
        "first_layer_temperature": ",".join(str(row[3] + 5) for row in rows),
        "bed_temperature": ",".join(str(row[4]) for row in rows),
        "first_layer_bed_temperature": ",".join(str(row[4]) for row in rows),
        **further,
    }
    for name in ("nozzle_diameter", "filament_diameter"):
        values[name] = ",".join([str(values[name])] * len(rows))
    return "".join(f"{name} = {value}\n" for name, value in values.items())


def project(meshes, path):
    """A 3MF of one object whose volumes go to tools 1, 2, ..."""
    points, faces, volumes, first = [], [], [], 0
    offset = 0
    for number, mesh in enumerate(meshes, 1):
        points += [
            f'<vertex x="{x:.4f}" y="{y:.4f}" z="{z:.4f}"/>'
            for x, y, z in mesh.vertices
        ]
        faces += [
            f'<triangle v1="{a + offset}" v2="{b + offset}" v3="{c + offset}"/>'
            for a, b, c in mesh.faces
        ]
        offset += len(mesh.vertices)
        last = first + len(mesh.faces) - 1
        volumes.append(
            f'<volume firstid="{first}" lastid="{last}">'
            f'<metadata type="volume" key="name" value="part {number}"/>'
            f'<metadata type="volume" key="extruder" value="{number}"/></volume>'
        )
        first = last + 1
    model = (
        f'{XML}<model unit="millimeter" xml:lang="en-US" '
        'xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02" '
        'xmlns:slic3rpe="http://schemas.slic3r.org/3mf/2017/06">'
        '<metadata name="slic3rpe:Version3mf">1</metadata>'
        f'<resources><object id="1" type="model"><mesh><vertices>{"".join(points)}'
        f"</vertices><triangles>{''.join(faces)}</triangles></mesh></object></resources>"
        '<build><item objectid="1"/></build></model>'
    )
    config = (
        f'{XML}<config><object id="1" instances_count="1">'
        '<metadata type="object" key="name" value="dragon_egg"/>'
        f"{''.join(volumes)}</object></config>"
    )
    package(path, model, {"Metadata/Slic3r_PE_model.config": config})


def package(path, model, members=None):
    """A 3MF of a model part and further members."""
    types = (
        f'{XML}<Types xmlns="{OPC}/content-types">'
        f'<Default Extension="rels" ContentType="{OPC_TYPE}.relationships+xml"/>'
        f'<Default Extension="model" ContentType="{MODEL_TYPE}"/></Types>'
    )
    rels = (
        f'{XML}<Relationships xmlns="{OPC}/relationships"><Relationship Id="rel-1" '
        f'Target="/3D/3dmodel.model" Type="{MODEL_RELATION}"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("[Content_Types].xml", types)
        target.writestr("_rels/.rels", rels)
        target.writestr("3D/3dmodel.model", model)
        for name, content in (members or {}).items():
            target.writestr(name, content)


def slice_job(name, shape, printer, filaments, copies, further):
    shapes = shape if isinstance(shape, tuple) else (shape,)
    meshes = [make() for make in shapes]
    if len(meshes) == 2:
        meshes[0].apply_translation((0, 0, 3))
    for make, mesh in zip(shapes, meshes, strict=False):
        mesh.export(FILES / f"{make.__name__}.stl")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "job.ini").write_text(settings(printer, filaments, further))
        if len(meshes) == 1:
            source = FILES / f"{shapes[0].__name__}.stl"
        else:
            source = folder / "project.3mf"
            project(meshes, source)
        target = FILES / f"{name}.gcode"
        command = ["prusa-slicer", "--export-gcode", "--load", folder / "job.ini"]
        if copies > 1:
            command += ["--duplicate", str(copies)]
        command += ["--output", target, source]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{name}: {done.stdout}\n{done.stderr}")
    colours = [FILAMENTS[filament][1] for filament in filaments]
    text = target.read_text()
    # The day of slicing says nothing about the file.
    text = re.sub(
        r"^(; generated by PrusaSlicer \S+).*$",
        r"\1 on 2025-11-03",
        text,
        count=1,
        flags=re.M,
    )
    # Hundredths of a millimetre are enough, and keep the files small.
    text = re.sub(r"(?<=[XY])(-?\d*\.\d\d)\d\b", r"\1", text)
    text = re.sub(r"(?<=E)(-?\d*\.\d{4})\d\b", r"\1", text)
    head, rest = text.split("\n", 1)
    if shape is phone_stand:
        # Printed on its side, shown as it is used.
        upright = trimesh.transformations.rotation_matrix(np.pi / 2, (1, 0, 0))
        meshes = [mesh.copy().apply_transform(upright) for mesh in meshes]
    elif shape is planter:
        # One line of plastic: the top stays open, and one sees inside.
        meshes = [mesh.submesh([mesh.face_normals[:, 2] < 0.9])[0] for mesh in meshes]
    pictures = "".join(thumbnail(meshes, colours, copies, *size) for size in PICTURES)
    target.write_text(f"{head}\n\n{pictures}{rest}")
    print(f"{target.name}: {target.stat().st_size / 1000:.0f} kB")


# === Models for other programs === #


def model_3mf(path, parts, metadata):
    """A 3MF of no slicer: coloured objects beside what the model says of itself.

    :param parts: list of (name, mesh, ``#RRGGBB``)
    """
    stated = "".join(
        f'<metadata name="{name}">{value}</metadata>'
        for name, value in metadata.items()
    )
    bases = "".join(
        f'<base name="{name}" displaycolor="{colour}"/>' for name, _m, colour in parts
    )
    objects = "".join(
        f'<object id="{number + 2}" type="model" name="{name}" pid="1" '
        f'pindex="{number}"><mesh><vertices>'
        + "".join(
            f'<vertex x="{x:.4f}" y="{y:.4f}" z="{z:.4f}"/>' for x, y, z in m.vertices
        )
        + "</vertices><triangles>"
        + "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in m.faces)
        + "</triangles></mesh></object>"
        for number, (name, m, _colour) in enumerate(parts)
    )
    items = "".join(f'<item objectid="{n + 2}"/>' for n in range(len(parts)))
    package(
        path,
        f'{XML}<model unit="millimeter" xml:lang="en-US" xmlns="http://schemas.'
        f'microsoft.com/3dmanufacturing/core/2015/02">{stated}<resources>'
        f'<basematerials id="1">{bases}</basematerials>{objects}</resources>'
        f"<build>{items}</build></model>",
    )


def hexagonal_prisms(radius=26.0, height=34.0, wall=1.6, floor=1.5):
    """The faces of :func:`hex_box` as polygons in space, seen from outside.

    :return: list of faces; a face is a list of loops, the outer one first
    """
    corners = np.arange(6) * np.pi / 3
    ring = np.column_stack([np.cos(corners), np.sin(corners)])

    def loop(size, z):
        return [(x * size, y * size, z) for x, y in ring]

    inner = radius - wall
    faces = [
        [loop(radius, 0)[::-1]],
        [loop(radius, height), loop(inner, height)[::-1]],
        [loop(inner, floor)],
    ]
    for here in range(6):
        there = (here + 1) % 6
        low, high = loop(radius, 0), loop(radius, height)
        faces.append([[low[here], low[there], high[there], high[here]]])
        low, high = loop(inner, floor), loop(inner, height)
        faces.append([[low[there], low[here], high[here], high[there]]])
    return faces


def model_step(path, name, faces):
    """A solid of plane faces as STEP (ISO 10303-21, schema AP214).

    :param faces: as :func:`hexagonal_prisms` gives them
    """
    lines, known = [], {}

    def add(text):
        lines.append(f"#{len(lines) + 1}={text};")
        return f"#{len(lines)}"

    def once(key, make):
        if key not in known:
            known[key] = make()
        return known[key]

    def place(kind, values):
        numbers = ",".join(f"{value:.6f}" for value in values)
        return add(f"{kind}('',({numbers}))")

    def vertex(point):
        return once(
            point, lambda: add(f"VERTEX_POINT('',{place('CARTESIAN_POINT', point)})")
        )

    def line(start, end):
        along = np.subtract(end, start)
        length = np.linalg.norm(along)
        vector = add(f"VECTOR('',{place('DIRECTION', along / length)},{length:.6f})")
        curve = add(f"LINE('',{place('CARTESIAN_POINT', start)},{vector})")
        return add(f"EDGE_CURVE('',{vertex(start)},{vertex(end)},{curve},.T.)")

    def edge(start, end):
        forward = start <= end
        low, high = (start, end) if forward else (end, start)
        curve = once((low, high), lambda: line(low, high))
        return add(f"ORIENTED_EDGE('',*,*,{curve},{'.T.' if forward else '.F.'})")

    def bound(points, kind):
        points = [tuple(round(float(x), 6) for x in point) for point in points]
        ends = points[1:] + points[:1]
        edges = ",".join(map(edge, points, ends))
        ring = add(f"EDGE_LOOP('',({edges}))")
        return add(f"{kind}('',{ring},.T.)")

    def face(loops):
        one, two, three = (np.array(point) for point in loops[0][:3])
        normal = np.cross(two - one, three - two)
        normal = normal / np.linalg.norm(normal)
        across = (two - one) / np.linalg.norm(two - one)
        axes = ",".join(
            (
                place("CARTESIAN_POINT", one),
                place("DIRECTION", normal),
                place("DIRECTION", across),
            )
        )
        position = add(f"AXIS2_PLACEMENT_3D('',{axes})")
        plane = add(f"PLANE('',{position})")
        kinds = ["FACE_OUTER_BOUND"] + ["FACE_BOUND"] * (len(loops) - 1)
        bounds = ",".join(map(bound, loops, kinds))
        return add(f"ADVANCED_FACE('',({bounds}),{plane},.T.)")

    shell = add(f"CLOSED_SHELL('',({','.join(map(face, faces))}))")
    solid = add(f"MANIFOLD_SOLID_BREP('{name}',{shell})")
    millimetre = add("(LENGTH_UNIT()NAMED_UNIT(*)SI_UNIT(.MILLI.,.METRE.))")
    angle = add("(NAMED_UNIT(*)PLANE_ANGLE_UNIT()SI_UNIT($,.RADIAN.))")
    solid_angle = add("(NAMED_UNIT(*)SI_UNIT($,.STERADIAN.)SOLID_ANGLE_UNIT())")
    exact = add(
        f"UNCERTAINTY_MEASURE_WITH_UNIT(LENGTH_MEASURE(1.E-05),{millimetre},"
        "'distance_accuracy_value','')"
    )
    space = add(
        "(GEOMETRIC_REPRESENTATION_CONTEXT(3)"
        f"GLOBAL_UNCERTAINTY_ASSIGNED_CONTEXT(({exact}))"
        f"GLOBAL_UNIT_ASSIGNED_CONTEXT(({millimetre},{angle},{solid_angle}))"
        "REPRESENTATION_CONTEXT('',''))"
    )
    shape = add(f"ADVANCED_BREP_SHAPE_REPRESENTATION('',({solid}),{space})")
    domain = add("APPLICATION_CONTEXT('automotive design')")
    context = add(f"PRODUCT_CONTEXT('',{domain},'mechanical')")
    product = add(f"PRODUCT('{name}','{name}','',({context}))")
    formation = add(f"PRODUCT_DEFINITION_FORMATION('','',{product})")
    view = add(f"PRODUCT_DEFINITION_CONTEXT('part definition',{domain},'design')")
    definition = add(f"PRODUCT_DEFINITION('','',{formation},{view})")
    defined = add(f"PRODUCT_DEFINITION_SHAPE('','',{definition})")
    add(f"SHAPE_DEFINITION_REPRESENTATION({defined},{shape})")
    body = "\n".join(lines)
    path.write_text(
        "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\n"
        f"FILE_NAME('{name}','2025-11-03T00:00:00',(''),(''),'','','');\n"
        "FILE_SCHEMA(('AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }'));\nENDSEC;\n"
        f"DATA;\n{body}\nENDSEC;\nEND-ISO-10303-21;\n"
    )


def mesh_files():
    """What the demo shop has as meshes beside the STL files."""
    egg = dragon_egg()
    egg.apply_translation((0, 0, 3))
    model_3mf(
        FILES / "dragon_egg.3mf",
        [("Egg", egg, "#C1121F"), ("Nest", egg_nest(), "#1A1A1A")],
        {
            "Title": "Dragon Egg",
            "Designer": "Mira Castell",
            "LicenseTerms": "Our own design",
        },
    )
    model_step(FILES / "hex_box.step", "hex_box", hexagonal_prisms())


# === Pictures === #


def thumbnail(meshes, colours, copies, width, height):
    """A picture as PrusaSlicer writes it into the head of a file."""
    image = render(meshes, colours, copies, width, height)
    target = io.BytesIO()
    image.quantize(
        128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    ).save(target, "PNG", optimize=True)
    data = base64.b64encode(target.getvalue()).decode()
    lines = "".join(f"; {data[i : i + LINE]}\n" for i in range(0, len(data), LINE))
    begin = f";\n; thumbnail begin {width}x{height} {len(data)}\n"
    return f"{begin}{lines}; thumbnail end\n;\n\n"


def render(meshes, colours, copies, width, height, fine=3):
    """Parts seen from the front and above, far to near, in flat light."""
    parts = []
    for number in range(copies):
        columns = 2
        for mesh, colour in zip(meshes, colours, strict=False):
            size = np.maximum(mesh.extents, 14) * (1, 1, 0)
            shift = (
                (number % columns) * (size[0] + 5),
                (number // columns) * (size[1] + 5),
                0,
            )
            parts.append(
                (
                    mesh.triangles + shift,
                    mesh.face_normals,
                    colour,
                    not mesh.is_watertight,
                )
            )
    turn, tilt = np.radians(-32), np.radians(28)
    right = np.array([np.cos(turn), np.sin(turn), 0])
    ahead = np.array(
        [-np.sin(turn) * np.cos(tilt), np.cos(turn) * np.cos(tilt), -np.sin(tilt)]
    )
    up = np.cross(right, ahead)
    light = np.array([-0.35, -0.65, 0.85])
    light = light / np.linalg.norm(light)
    drawn = []
    for triangles, normals, colour, is_open in parts:
        base = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float)
        # Black keeps its shape when it is not quite black.
        base = 38 + base * 0.85
        # An open body is seen from inside too.
        facing = (normals @ ahead < 0) | is_open
        seen = np.where((normals @ ahead < 0)[:, None], normals, -normals)
        shade = 0.5 + 0.5 * np.clip(seen @ light, -0.4, 1)
        for triangle, brightness in zip(triangles[facing], shade[facing], strict=False):
            flat = np.column_stack([triangle @ right, triangle @ up])
            tone = tuple(np.clip(base * brightness * 1.12, 0, 255).astype(int))
            drawn.append(((triangle @ ahead).mean(), flat, tone))
    drawn.sort(key=lambda entry: -entry[0])
    corners = np.vstack([flat for _depth, flat, _tone in drawn])
    low, high = corners.min(0), corners.max(0)
    scale = fine * min(width * 0.86 / (high - low)[0], height * 0.86 / (high - low)[1])
    middle = (low + high) / 2
    image = Image.new("RGBA", (width * fine, height * fine), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for _depth, flat, tone in drawn:
        points = (flat - middle) * scale * (1, -1) + (
            width * fine / 2,
            height * fine / 2,
        )
        draw.polygon(
            [tuple(point) for point in points], fill=(*tone, 255), outline=(*tone, 255)
        )
    return image.resize((width, height), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    FILES.mkdir(exist_ok=True)
    mesh_files()
    for job in JOBS:
        slice_job(*job)
