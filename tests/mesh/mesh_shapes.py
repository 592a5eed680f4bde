"""Shapes with known sizes, and writers of every format for them.

A shape is (vertices, faces) with its outside to the outside.
"""

import io
import zipfile

import numpy as np

CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
MATERIAL = "http://schemas.microsoft.com/3dmanufacturing/material/2015/02"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r0" Target="/3D/3dmodel.model" '
    'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/>'
    "</Relationships>"
)


def cube(size=(20.0, 20.0, 20.0), at=(0.0, 0.0, 0.0)):
    size = np.broadcast_to(np.asarray(size, float), 3)
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    vertices = corners * size + np.asarray(at, float)
    faces = [
        [0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5],
        [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6],
        [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3],
    ]  # fmt: skip
    return vertices, np.array(faces)


def open_box(size=20.0):
    """A cube without its top."""
    vertices, faces = cube(size)
    return vertices, faces[:10]


def grid(rows, columns, closed_rows, closed_columns):
    """Two triangles for each cell of a table of points."""
    below = np.arange(rows if closed_rows else rows - 1)
    left = np.arange(columns if closed_columns else columns - 1)
    i, j = (table.ravel() for table in np.meshgrid(below, left, indexing="ij"))
    up, right = (i + 1) % rows, (j + 1) % columns
    one, two = i * columns + j, up * columns + j
    three, four = up * columns + right, i * columns + right
    return np.concatenate(
        [np.stack([one, two, three], 1), np.stack([one, three, four], 1)]
    )


def torus(radius=40.0, tube=10.0, rows=48, columns=24):
    """Its volume goes to 2 π² radius tube², its area to 4 π² radius tube."""
    u = np.linspace(0, 2 * np.pi, rows, endpoint=False)[:, None]
    v = np.linspace(0, 2 * np.pi, columns, endpoint=False)[None, :]
    away = radius + tube * np.cos(v)
    height = np.broadcast_to(tube * np.sin(v), (rows, columns))
    vertices = np.stack([away * np.cos(u), away * np.sin(u), height], axis=-1)
    vertices = vertices.reshape(-1, 3)
    return vertices, grid(rows, columns, True, True)


def sphere(radius=10.0, rows=40, columns=60, at=(0.0, 0.0, 0.0)):
    """Rings between two poles."""
    theta = np.linspace(0, np.pi, rows + 1)[1:-1][:, None]
    phi = np.linspace(0, 2 * np.pi, columns, endpoint=False)[None, :]
    ring = np.stack(
        [
            np.sin(theta) * np.cos(phi),
            np.sin(theta) * np.sin(phi),
            np.broadcast_to(np.cos(theta), (rows - 1, columns)),
        ],
        axis=-1,
    ).reshape(-1, 3)
    faces = grid(rows - 1, columns, False, True)
    north, south = len(ring), len(ring) + 1
    around = np.arange(columns)
    after = (around + 1) % columns
    last = (rows - 2) * columns
    faces = np.concatenate(
        [
            faces,
            np.stack([np.full(columns, north), around, after], 1),
            np.stack([np.full(columns, south), last + after, last + around], 1),
        ]
    )
    vertices = np.concatenate([ring, [[0, 0, 1], [0, 0, -1]]])
    return vertices * radius + np.asarray(at, float), faces


def moebius(rows=60, width=4.0, radius=20.0):
    """A strip with one side."""
    u = np.linspace(0, 2 * np.pi, rows, endpoint=False)
    points = []
    for side in (-1, 1):
        away = radius + side * width * np.cos(u / 2)
        points.append(
            np.stack(
                [away * np.cos(u), away * np.sin(u), side * width * np.sin(u / 2)], 1
            )
        )
    low, high = np.arange(rows), np.arange(rows) + rows
    low_next, high_next = np.roll(low, -1), np.roll(high, -1)
    low_next[-1], high_next[-1] = high[0], low[0]
    faces = np.concatenate(
        [np.stack([low, low_next, high_next], 1), np.stack([low, high_next, high], 1)]
    )
    return np.concatenate(points), faces


def joined(*shapes):
    """Several shapes as one."""
    vertices, faces, count = [], [], 0
    for points, corners in shapes:
        vertices.append(points)
        faces.append(corners + count)
        count += len(points)
    return np.concatenate(vertices), np.concatenate(faces)


def volume(shape):
    vertices, faces = shape
    one, two, three = (vertices[faces[:, corner]] for corner in range(3))
    return float(np.einsum("ij,ij->", one, np.cross(two, three)) / 6)


def area(shape):
    vertices, faces = shape
    one, two, three = (vertices[faces[:, corner]] for corner in range(3))
    return float(np.linalg.norm(np.cross(two - one, three - one), axis=1).sum() / 2)


def stl(shape, header=b"made by a test"):
    vertices, faces = shape
    records = np.zeros(
        len(faces), [("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("bits", "<u2")]
    )
    records["corners"] = vertices[faces]
    count = len(faces).to_bytes(4, "little")
    return header.ljust(80, b"\0") + count + records.tobytes()


def ascii_stl(*shapes, end="\n", names=None, case=str.lower, blank=" "):
    lines = []
    for number, (vertices, faces) in enumerate(shapes):
        name = names[number] if names else f"body {number}"
        lines.append(f"{case('solid')} {name}")
        for corners in vertices[faces]:
            lines.append(case(f"  facet{blank}normal 0 0 0"))
            lines.append(case("    outer loop"))
            for corner in corners:
                numbers = blank.join(f"{value:.9e}" for value in corner)
                lines.append(f"      {case('vertex')}{blank}{numbers}")
            lines.append(case("    endloop"))
            lines.append(case("  endfacet"))
        lines.append(f"{case('endsolid')} {name}")
    return end.join([*lines, ""]).encode()


def obj(*shapes, base=1):
    text, count = [], 0
    for number, (vertices, faces) in enumerate(shapes):
        text.append(f"o body{number}")
        text += [f"v {x:.9f} {y:.9f} {z:.9f}" for x, y, z in vertices]
        text += [
            "f " + " ".join(str(corner + count + base) for corner in face)
            for face in faces.tolist()
        ]
        count += len(vertices)
    return "\n".join([*text, ""]).encode()


def amf(shape, unit="millimeter", extra="", volume_extra=""):
    vertices, faces = shape
    points = "".join(
        f"<vertex><coordinates><x>{x:.9f}</x><y>{y:.9f}</y><z>{z:.9f}</z>"
        "</coordinates></vertex>"
        for x, y, z in vertices
    )
    corners = "".join(
        f"<triangle><v1>{one}</v1><v2>{two}</v2><v3>{three}</v3></triangle>"
        for one, two, three in faces.tolist()
    )
    return (
        f'<?xml version="1.0"?><amf unit="{unit}"><object id="1"><mesh><vertices>'
        f"{points}</vertices><volume {volume_extra}>{corners}</volume></mesh></object>"
        f"{extra}</amf>"
    ).encode()


def mesh_xml(shape, triangle=lambda number: ""):
    vertices, faces = shape
    points = "".join(
        f'<vertex x="{x:.9f}" y="{y:.9f}" z="{z:.9f}"/>' for x, y, z in vertices
    )
    corners = "".join(
        f'<triangle v1="{one}" v2="{two}" v3="{three}"{triangle(number)}/>'
        for number, (one, two, three) in enumerate(faces.tolist())
    )
    return f"<mesh><vertices>{points}</vertices><triangles>{corners}</triangles></mesh>"


def model_xml(resources, items, unit="millimeter", extra="", metadata=""):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><model unit="{unit}" xmlns="{CORE}" '
        f'xmlns:p="{PRODUCTION}" xmlns:m="{MATERIAL}" {extra}>{metadata}'
        f"<resources>{resources}</resources><build>{items}</build></model>"
    )


def object_xml(number, content, extra=""):
    return f'<object id="{number}" type="model" {extra}>{content}</object>'


def package(model, **parts):
    """A 3MF package; names of parts with ``/`` written as ``__``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("3D/3dmodel.model", model)
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return stream.getvalue()


def threemf(shape, unit="millimeter", transform=""):
    placed = f' transform="{transform}"' if transform else ""
    return package(
        model_xml(
            object_xml(1, mesh_xml(shape)),
            f'<item objectid="1"{placed}/>',
            unit=unit,
        )
    )
