"""Real meshes, against figures found without this package."""

import json

import mesh
import pytest

# Within a thousandth, or within the last place TRUTH.json is rounded to.
SHARE = 1e-3
# The quads of this file that are flat and bent inwards are cut along their other
# diagonal here; the figure counts what the first one folds over twice.
EXPLAINED = {("meshes/extruder_idler_quads.obj", "area_mm2")}


def entries(corpus):
    return json.loads((corpus / "TRUTH.json").read_text())


def test_geometry_is_within_a_thousandth(corpus):
    wrong, count = [], 0
    for path, entry in entries(corpus).items():
        truth = entry.get("geometry")
        if not truth or not entry.get("score"):
            continue
        facts = mesh.inspect_file(corpus / path)
        found = facts.get("geometry", {})
        for key, name in (
            ("triangles", "triangles"),
            ("volume_mm3", "volume_mm3"),
            ("area_mm2", "area_mm2"),
            ("bbox_size_mm", "size_mm"),
        ):
            if key not in truth or (path, key) in EXPLAINED:
                continue
            count += 1
            rest = 0.06 if key == "volume_mm3" and "how" in truth else 6e-4
            if found.get(name) != pytest.approx(truth[key], rel=SHARE, abs=rest):
                wrong.append((path, key, found.get(name), truth[key]))
    assert count > 100
    assert not wrong


def test_hostile_and_corrupt_files_get_an_answer(corpus):
    """A report or an error in words, in little memory."""
    for folder in ("adversarial", "corrupt"):
        for path in sorted((corpus / folder).iterdir()):
            if path.suffix not in (".3mf", ".amf"):
                continue
            try:
                mesh.inspect(path, memory=1024**3)
            except mesh.MeshError as error:
                assert error.code not in ("crashed", "timeout", "memory"), path
                assert error.message


def test_step_files_have_the_sizes_of_their_other_formats(corpus):
    pytest.importorskip("cascadio", reason="cascadio, which reads STEP, is optional")
    step = mesh.inspect(corpus / "meshes" / "featuretype.STEP")
    other = mesh.inspect(corpus / "meshes" / "featuretype.3MF")
    assert step.is_watertight
    assert step.size_mm == pytest.approx(other.size_mm, rel=1e-3)
    # The other was made with coarser triangles.
    assert step.volume_mm3 == pytest.approx(other.volume_mm3, rel=2e-3)
    assert step.preview_png


def test_every_mesh_is_drawn(corpus):
    for path in sorted((corpus / "meshes").iterdir()):
        try:
            report = mesh.inspect(path, preview=(64, 48))
        except mesh.MeshError:
            continue
        assert report.preview_png, path
        assert report.as_dict()
