"""What is said about shapes whose sizes are known."""

import io

import mesh
import mesh_shapes as shapes
import numpy as np
import pytest
from mesh import analysis, mending, polygons, thickness, topology


def scene(*parts):
    return mesh.Scene(
        parts=[
            mesh.Part(f"part {number}", np.asarray(vertices, float), np.int32(faces))
            for number, (vertices, faces) in enumerate(parts)
        ],
        format="stl",
    )


def soup(shape):
    """Triangles that share no points, as STL has them."""
    vertices, faces = shape
    return vertices[faces].reshape(-1, 3), np.arange(faces.size).reshape(-1, 3)


def report(*parts):
    return mesh.report(scene(*parts))


def test_a_torus_has_the_sizes_of_the_formula():
    found = report(shapes.torus(40, 10, 300, 200))
    assert found.volume_mm3 == pytest.approx(2 * np.pi**2 * 40 * 100, rel=1e-3)
    assert found.area_mm2 == pytest.approx(4 * np.pi**2 * 40 * 10, rel=1e-3)
    assert found.size_mm == pytest.approx([100, 100, 20], rel=1e-3)
    assert (found.bodies, found.is_watertight) == (1, True)
    assert found.min_thickness_mm == pytest.approx(20, rel=0.02)


def test_far_from_the_origin_the_volume_stays():
    found = report(shapes.cube(10, at=(1e6, -1e6, 1e6)))
    assert found.volume_mm3 == pytest.approx(1000, rel=1e-9)


def test_points_that_differ_by_rounding_are_merged():
    random = np.random.default_rng(1)
    vertices, faces = soup(shapes.sphere(50))
    found = report((vertices + random.uniform(-2e-5, 2e-5, vertices.shape), faces))
    assert found.is_watertight
    assert found.bodies == 1
    assert found.vertices == len(shapes.sphere(50)[0])


def test_bodies_open_edges_and_doubled_faces():
    several = shapes.joined(*(shapes.cube(5, at=(10 * n, 0, 0)) for n in range(7)))
    assert report(several).bodies == 7
    found = report(shapes.open_box())
    assert (found.open_edges, found.is_watertight) == (4, False)
    # Two cubes that share an edge: four faces meet in it.
    touching = shapes.joined(shapes.cube(5), shapes.cube(5, at=(5, 5, 0)))
    assert report(touching).nonmanifold_edges == 1
    vertices, faces = shapes.cube()
    found = report((vertices, np.concatenate([faces, faces[:3], [[1, 1, 2]]])))
    assert (found.duplicate_faces, found.degenerate_faces) == (3, 1)


def test_turned_faces_are_noticed():
    vertices, faces = shapes.cube()
    faces[4] = faces[4, ::-1]
    found = report((vertices, faces))
    assert found.is_watertight
    assert not found.is_consistent


def test_components_are_those_of_a_slow_search():
    random = np.random.default_rng(5)
    for count, links in ((1, 0), (50, 20), (400, 390), (3000, 3500)):
        first, second = random.integers(0, count, (2, links))
        label = topology.components(count, first, second)
        neighbours = {number: set() for number in range(count)}
        for one, two in zip(first.tolist(), second.tolist(), strict=True):
            neighbours[one].add(two)
            neighbours[two].add(one)
        expected = [-1] * count
        for start in range(count):
            stack = [start] if expected[start] < 0 else []
            while stack:
                here = stack.pop()
                if expected[here] < 0:
                    expected[here] = start
                    stack += neighbours[here]
        assert label.tolist() == expected


def test_a_long_chain_of_bodies_takes_few_rounds():
    order = np.random.default_rng(2).permutation(200_000)
    label = topology.components(len(order), order[:-1], order[1:])
    assert not label.any()


# Overhang


@pytest.mark.parametrize(("slope", "counts"), [(40, False), (50, True)])
def test_overhang_begins_at_45_degrees(slope, counts):
    """A block whose side leans out by an angle against the vertical."""
    vertices, faces = shapes.cube(10)
    lean = np.tan(np.radians(slope)) * vertices[:, 2]
    vertices = vertices.copy()
    vertices[:, 0] += np.where(vertices[:, 0] > 5, lean, 0)
    found = report((vertices, faces))
    expected = 100 / np.cos(np.radians(slope)) if counts else 0
    assert found.overhang_area_mm2 == pytest.approx(expected)


def test_what_lies_on_the_bed_is_no_overhang():
    assert report(shapes.cube(10)).overhang_area_mm2 == 0
    table = shapes.joined(
        shapes.cube((10, 10, 5)), shapes.cube((30, 30, 2), at=(-10, -10, 5))
    )
    assert report(table).overhang_area_mm2 == pytest.approx(900)
    # Each thing stands on a bed of its own.
    apart = scene(shapes.cube(10), shapes.cube(10, at=(30, 0, 25)))
    assert mesh.report(apart).overhang_area_mm2 == pytest.approx(100)
    apart.parts[1].item = 1
    assert mesh.report(apart).overhang_area_mm2 == 0


# Walls


@pytest.mark.parametrize("thick", [0.3, 0.6, 1.5, 6.0])
def test_thickness_of_a_plate_however_it_is_turned(thick):
    random = np.random.default_rng(4)
    turn, _rest = np.linalg.qr(random.normal(size=(3, 3)))
    if np.linalg.det(turn) < 0:
        turn[0] *= -1
    vertices, faces = shapes.cube((60, 40, thick))
    found = report((vertices @ turn, faces))
    assert found.min_thickness_mm == pytest.approx(thick, rel=1e-6)
    plate = 2 * 60 * 40 if thick < thickness.THIN else 0
    assert found.thin_area_mm2 == pytest.approx(plate, rel=0.05)


def test_thickness_of_a_thin_shell():
    outer = shapes.sphere(20, 60, 90)
    vertices, faces = shapes.sphere(19.4, 60, 90)
    found = report(shapes.joined(outer, (vertices, faces[:, ::-1])))
    assert found.bodies == 2
    assert found.min_thickness_mm == pytest.approx(0.6, rel=0.05)
    assert found.thin_area_mm2 == pytest.approx(found.area_mm2, rel=0.05)
    assert found.volume_mm3 == pytest.approx(
        4 / 3 * np.pi * (20**3 - 19.4**3), rel=0.02
    )


def test_a_body_within_another_is_no_wall():
    found = report(shapes.joined(shapes.cube(20), shapes.cube(0.5, at=(9, 9, 9))))
    assert found.thin_area_mm2 < 10


def test_a_sharp_edge_is_no_wall():
    """Of a roof of 90 degrees every point is near the ridge of something."""
    vertices, faces = shapes.cube((20, 20, 10))
    vertices = vertices.copy()
    vertices[vertices[:, 2] > 5, 0] = 10
    found = report((vertices, faces))
    assert found.thin_area_mm2 == 0


def test_walls_are_measured_the_same_every_time():
    shape = shapes.torus()
    assert report(shape).min_thickness_mm == report(shape).min_thickness_mm


# Units


@pytest.mark.parametrize(
    ("size", "guess"), [(0.02, "meter"), (0.9, "inch"), (5, ""), (400, ""),
     (60_000, "micron")]
)  # fmt: skip
def test_the_unit_is_guessed_from_the_size(size, guess):
    found = report(shapes.cube(size))
    assert found.unit_guess == guess
    assert bool(found.unit_reason) == bool(guess)
    found.repair = mesh.RepairReport()
    said = " ".join(analysis.warnings(found))
    assert ("Check the unit." in said) == bool(guess)


def test_a_stated_unit_is_doubted_too():
    data = shapes.threemf(shapes.cube(50), "micron")
    assert mesh.report(mesh.load(io.BytesIO(data))).unit_guess == "millimeter"


# Repair


def repaired(*parts):
    whole = scene(*parts)
    return mesh.repair(whole)


def test_a_sound_mesh_is_left_alone():
    mended, done = repaired(shapes.cube())
    assert (done.steps, done.is_watertight_after, done.open_edges_after) == (
        [],
        True,
        0,
    )
    assert done.volume_mm3_after == pytest.approx(8000)
    assert len(mended.parts[0].faces) == 12


def test_an_open_box_is_closed():
    _mended, done = repaired(shapes.open_box())
    assert done.steps == [("fill", 1)]
    assert done.is_watertight_after
    assert done.volume_mm3_after == pytest.approx(8000)


@pytest.mark.parametrize("seed", range(4))
def test_faces_turned_and_dropped_by_chance_are_mended(seed):
    random = np.random.default_rng(seed)
    vertices, faces = shapes.torus(40, 10, 60, 40)
    turned = random.random(len(faces)) < 0.3
    faces = faces.copy()
    faces[turned] = faces[turned, ::-1]
    keep = random.random(len(faces)) > 0.003
    mended, done = repaired(soup((vertices, faces[keep])))
    assert done.is_watertight_after
    assert done.volume_mm3_after == pytest.approx(
        shapes.volume(shapes.torus(40, 10, 60, 40)), rel=1e-3
    )
    assert dict(done.steps)["flip"] <= len(faces) / 2
    part = mended.parts[0]
    assert shapes.volume((part.vertices, part.faces)) > 0
    # Mended once, there is nothing more to do.
    assert mesh.repair(mended)[1].steps == []


def test_a_mesh_that_is_inside_out_is_turned():
    vertices, faces = shapes.cube()
    mended, done = repaired((vertices, faces[:, ::-1]))
    assert done.steps == [("flip", 12)]
    part = mended.parts[0]
    assert shapes.volume((part.vertices, part.faces)) == pytest.approx(8000)


def test_a_cavity_stays_a_cavity():
    vertices, faces = shapes.cube(10, at=(5, 5, 5))
    hollow = shapes.joined(shapes.cube(20), (vertices, faces[:, ::-1]))
    _mended, done = repaired(hollow)
    assert done.steps == []
    assert done.volume_mm3_after == pytest.approx(7000)
    # Beside the cube it is one that was drawn inside out.
    apart = shapes.joined(shapes.cube(20), (vertices + 50, faces[:, ::-1]))
    _mended, done = repaired(apart)
    assert done.steps == [("flip", 12)]
    assert done.volume_mm3_after == pytest.approx(9000)


def test_doubled_back_to_back_and_stray_triangles_are_dropped():
    vertices, faces = shapes.cube()
    stray = np.array([[100, 0, 0], [101, 0, 0], [100, 1, 0.0]])
    faces = np.concatenate([faces, faces[:2], [[0, 0, 1]], [[8, 9, 10]]])
    _mended, done = repaired((np.concatenate([vertices, stray]), faces))
    assert dict(done.steps) == {"degenerate": 1, "duplicate": 2, "stray": 1}
    assert done.is_watertight_after
    # Two cubes with a wall between, which vanishes: the walls lie back to back.
    two = shapes.joined(shapes.cube(10), shapes.cube(10, at=(10, 0, 0)))
    _mended, done = repaired(two)
    assert done.is_watertight_after
    assert done.volume_mm3_after == pytest.approx(2000)


def test_edges_that_nearly_touch_are_joined():
    vertices, faces = soup(shapes.sphere(50))
    random = np.random.default_rng(3)
    moved = vertices + random.uniform(-1e-3, 1e-3, vertices.shape)
    assert not report((moved, faces)).is_watertight
    _mended, done = repaired((moved, faces))
    assert done.is_watertight_after
    assert dict(done.steps)["stitch"] > 0


def test_a_surface_without_an_inside_is_left():
    vertices, faces = shapes.moebius()
    mended, done = repaired((vertices, faces))
    assert not done.is_watertight_after
    assert len(mended.parts[0].faces) == len(faces)
    sheet = np.array([[0, 0, 0], [9, 0, 0], [9, 9, 0], [0, 9, 0.0]])
    mended, done = repaired((sheet, np.array([[0, 1, 2], [0, 2, 3]])))
    assert done.open_edges_after == 4
    assert len(mended.parts[0].faces) == 2


def test_what_a_repair_does_is_said():
    whole = scene(shapes.open_box())
    found = mesh.report(whole)
    found.repair = mesh.repair(whole)[1]
    said = analysis.warnings(found)
    assert said[0] == (
        "The surface is not closed: it has 4 open edges. Repair closes it."
    )
    found.repair.is_watertight_after = False
    assert "mend it in the modelling program" in analysis.warnings(found)[0]


def test_colours_of_triangles_follow_a_repair():
    whole = scene(shapes.open_box())
    part = whole.parts[0]
    part.face_colours = np.tile(np.uint8([[255, 0, 0]]), (len(part.faces), 1))
    mended = mesh.repair(whole)[0].parts[0]
    assert len(mended.face_colours) == len(mended.faces) == 12
    assert (mended.face_colours[:10] == [255, 0, 0]).all()


def test_holes_with_a_pinch_are_walked_once():
    """Two holes that share a corner: an eight of open edges."""
    edges = np.array([[0, 1], [1, 2], [2, 0], [0, 3], [3, 4], [4, 0], [7, 8]])
    rings = [sorted(ring) for ring in mending._holes(edges)]
    assert sorted(rings) == [[0, 1, 2], [0, 3, 4]]


# Polygons


@pytest.mark.parametrize("seed", range(5))
def test_any_star_is_cut_into_triangles_of_its_area(seed):
    random = np.random.default_rng(seed)
    count = int(random.integers(4, 40))
    angle = np.sort(random.uniform(0, 2 * np.pi, count))
    away = random.uniform(1, 10, count)
    flat = np.stack([away * np.cos(angle), away * np.sin(angle)], 1)
    after = np.roll(flat, -1, axis=0)
    expected = (flat[:, 0] * after[:, 1] - flat[:, 1] * after[:, 0]).sum() / 2
    points = np.concatenate([flat, np.full((count, 1), 3.0)], axis=1)
    found = polygons.triangulate(points)
    assert len(found) == count - 2
    assert shapes.area((points, found)) == pytest.approx(expected)


def test_a_polygon_of_nothing_has_its_triangles_all_the_same():
    points = np.zeros((6, 3))
    assert polygons.triangulate(points).shape == (4, 3)


# Out again


def test_written_stl_holds_what_is_printed_only():
    whole = scene(shapes.cube(10), shapes.cube(5, at=(30, 0, 0)))
    whole.parts[1].role = "modifier"
    again = mesh.load(io.BytesIO(mesh.write_stl(whole)))
    assert [len(part.faces) for part in again.parts] == [12]
    assert mesh.report(again).volume_mm3 == pytest.approx(1000)
