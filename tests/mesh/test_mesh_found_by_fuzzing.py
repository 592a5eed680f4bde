"""What damaged meshes brought to light, each with the smallest input that shows it."""

import io

import mesh

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
