"""Pictures: where the model is, what colour it has, and that nothing else is there."""

import io

import mesh
import mesh_shapes as shapes
import numpy as np
import pytest
from mesh import drawing
from PIL import Image


def picture(*parts, size=(160, 120), **options):
    scene = mesh.Scene(
        parts=[
            mesh.Part("", np.asarray(vertices, float), np.int32(faces), **options)
            for vertices, faces in parts
        ]
    )
    data = mesh.render(scene, size)
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "PNG"
        assert image.mode == "RGBA"
        assert image.size == size
        return np.asarray(image, float)


def test_a_cube_shows_three_sides_on_nothing():
    seen = picture(shapes.cube())
    assert not seen[0, 0].any()
    solid = seen[..., 3] == 255
    assert 0.2 < solid.mean() < 0.6
    shades = np.unique(seen[solid][:, :3].round(-1).sum(axis=1), return_counts=True)[1]
    assert (np.sort(shades)[-3:] > 0.05 * solid.sum()).all()
    # Brightest on top: the light comes from above.
    rows = np.flatnonzero(solid.any(axis=1))
    column = solid.shape[1] // 2
    top, bottom = seen[rows[0] + 12, column, :3], seen[rows[-1] - 20, column, :3]
    assert top.sum() > bottom.sum()


@pytest.mark.parametrize("colour", ["#FF0000", "#00FF00", "#0000FF"])
def test_parts_have_their_colour(colour):
    seen = picture(shapes.sphere(), colour=colour)
    mean = seen[seen[..., 3] == 255][:, :3].mean(axis=0)
    assert np.argmax(mean) == [1, 3, 5].index(colour.index("F")) // 1
    assert mean.max() > 2 * np.sort(mean)[1]


def test_faces_have_their_colour():
    vertices, faces = shapes.cube()
    colours = np.tile(np.uint8([[0, 0, 255]]), (12, 1))
    scene = mesh.Scene(
        parts=[mesh.Part("", vertices, np.int32(faces), face_colours=colours)]
    )
    seen = np.asarray(Image.open(io.BytesIO(mesh.render(scene, (80, 60)))), float)
    mean = seen[seen[..., 3] == 255][:, :3].mean(axis=0)
    assert np.argmax(mean) == 2


def test_black_and_white_keep_their_shape():
    for colour in ("#000000", "#FFFFFF"):
        seen = picture(shapes.cube(), colour=colour)
        solid = seen[seen[..., 3] == 255][:, 0]
        assert np.ptp(solid) > 18


def test_the_nearer_hides_the_farther():
    near = shapes.cube(10, at=(0, -30, 0))
    far = shapes.cube(10, at=(0, 0, 0))
    scene = mesh.Scene(
        parts=[
            mesh.Part("", near[0], np.int32(near[1]), colour="#FF0000"),
            mesh.Part("", far[0], np.int32(far[1]), colour="#0000FF"),
        ]
    )
    camera = drawing._Camera(scene.parts, 80, 60)
    for order in (scene.parts, scene.parts[::-1]):
        corners = np.concatenate(
            [camera.seen(part.vertices, 1)[part.faces] for part in order]
        )
        nearest = drawing._fill(corners, 80, 60)
        there = nearest[nearest >= 0]
        depths = corners[..., 2]
        face = there & 0xFFFFFFFF
        assert (depths[face].min(axis=1) <= depths.max()).all()
        assert {order[int(number) // 12].colour for number in face} == {
            "#FF0000",
            "#0000FF",
        }


def test_filled_pixels_are_those_inside():
    """Against the test of every pixel with every triangle."""
    random = np.random.default_rng(8)
    corners = random.uniform(-5, 45, (60, 3, 3)).astype(np.float32)
    nearest = drawing._fill(corners, 40, 30)
    y, x = np.mgrid[0:30, 0:40] + 0.5
    best = np.full((30, 40), -np.inf)
    for one, two, three in corners.astype(float):
        right, left = two - one, three - one
        area = right[0] * left[1] - right[1] * left[0]
        share = (
            (x - one[0]) * (three - one)[1] - (y - one[1]) * (three - one)[0]
        ) / area
        other = ((y - one[1]) * right[0] - (x - one[0]) * right[1]) / area
        inside = (share >= 0) & (other >= 0) & (share + other <= 1)
        depth = one[2] + share * right[2] + other * left[2]
        best = np.where(inside & (depth > best), depth, best)
    filled = (nearest >= 0).reshape(30, 40)
    assert (filled == np.isfinite(best)).all()


def test_hostile_shapes_are_drawn_in_bounded_time(monkeypatch):
    """Triangles that all cover the picture stop at a budget of pixels."""
    monkeypatch.setattr(drawing, "BUDGET", 3_000_000)
    vertices, faces = shapes.cube()
    assert picture((vertices, np.tile(faces, (500, 1)))).any()
    assert picture((np.zeros((3, 3)), np.array([[0, 1, 2]]))).shape == (120, 160, 4)


def test_plates_are_drawn_together():
    parts = [
        mesh.Part("", *_placed(shapes.cube(10), 0), plate=1),
        mesh.Part("", *_placed(shapes.cube(10), 3000), plate=2),
    ]
    seen = np.asarray(
        Image.open(io.BytesIO(mesh.render(mesh.Scene(parts), (160, 120))))
    )
    assert (seen[..., 3] == 255).mean() > 0.1


def _placed(shape, x):
    vertices, faces = shape
    return vertices + [x, 0, 0], np.int32(faces)


def test_what_is_not_printed_is_glass():
    cube, ghost = shapes.cube(10), shapes.cube(10, at=(20, 0, 0))
    scene = mesh.Scene(
        parts=[
            mesh.Part("", cube[0], np.int32(cube[1])),
            mesh.Part("", ghost[0], np.int32(ghost[1]), role="modifier"),
        ]
    )
    alpha = np.asarray(Image.open(io.BytesIO(mesh.render(scene, (200, 150)))))[..., 3]
    assert (alpha == 255).any()
    glass = round(255 * drawing.GHOST_STRENGTH)
    assert (np.abs(alpha.astype(int) - glass) < 12).mean() > 0.03
