"""The process a mesh is looked at in, and what ends it."""

import io
import itertools
import json
import subprocess
import sys
import tempfile

import mesh
import mesh_shapes as shapes
import pytest
from mesh import sandbox


def test_the_report_comes_back_whole(tmp_path):
    path = tmp_path / "cube.stl"
    path.write_bytes(shapes.stl(shapes.cube()))
    report = mesh.inspect(path, preview=(120, 90))
    assert report.volume_mm3 == pytest.approx(8000)
    assert report.preview_png.startswith(b"\x89PNG")
    assert json.loads(json.dumps(report.as_dict()))["triangles"] == 12
    assert isinstance(report.parts[0], mesh.MeshPart)


def test_any_kind_of_file_is_taken(tmp_path):
    data = shapes.stl(shapes.cube())
    path = tmp_path / "cube.stl"
    path.write_bytes(data)
    spooled = tempfile.SpooledTemporaryFile(max_size=10**6)
    spooled.write(data)
    with path.open("rb") as stream, spooled:
        stream.seek(40)
        for source in (path, str(path), stream, io.BytesIO(data), spooled):
            assert mesh.inspect(source, preview=None).triangles == 12
        # Whoever handed the file over goes on reading where they were.
        assert stream.tell() == 40


def test_errors_come_back_as_they_are():
    with pytest.raises(mesh.MeshError) as caught:
        mesh.inspect(io.BytesIO(b"solid a\nendsolid a\n"))
    assert caught.value.code == "no_geometry"
    assert caught.value.params == {"triangles": 0}
    with pytest.raises(mesh.MeshError) as caught:
        mesh.inspect("/nowhere/at/all.stl")
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (shapes.stl(shapes.cube()), ""),
        (b"solid a\nendsolid a\n", "no_geometry"),
        (shapes.stl(shapes.cube(), b"exported STL")[:-9], "truncated"),
        (bytes(84), "no_geometry"),
        (b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", ""),
        (b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n", "bad_index"),
        (b"PK\x03\x04" + bytes(100), "truncated"),
    ],
    ids=itertools.count(),
)
def test_what_cannot_be_read_is_found_without_measuring(data, code):
    stream = io.BytesIO(data)
    if not code:
        assert mesh.check(stream) is None
        return
    with pytest.raises(mesh.MeshError) as caught:
        mesh.check(stream)
    assert caught.value.code == code


def test_a_whole_binary_file_needs_no_process(monkeypatch):
    def ask(*_arguments):
        raise AssertionError("a process was started")

    monkeypatch.setattr(sandbox, "_ask", ask)
    mesh.check(io.BytesIO(shapes.stl(shapes.cube())))


def test_no_answer_is_no_sound_file(monkeypatch):
    for answer in (b"", sandbox.pack({}), sandbox.pack({"sound": False})):
        monkeypatch.setattr(sandbox, "_ask", lambda *_arguments, a=answer: (a, 0))
        with pytest.raises(mesh.MeshError) as caught:
            mesh.check(io.BytesIO(b"solid a"))
        assert caught.value.code == "crashed"


def test_too_much_memory_is_refused():
    data = shapes.stl(shapes.torus(rows=800, columns=400))
    with pytest.raises(mesh.MeshError) as caught:
        mesh.inspect(io.BytesIO(data), preview=None, memory=160 * 1024**2)
    assert caught.value.code == "memory"


def run(monkeypatch, code, **limits):
    """Let the child do something else than it should."""
    start = f"import json, sys, os, resource, time; options = sys.argv[2]; {code}"
    monkeypatch.setattr(sandbox, "_START", start)
    with pytest.raises(mesh.MeshError) as caught:
        mesh.inspect(io.BytesIO(b"x"), **limits)
    return caught.value.code


def test_a_child_that_hangs_is_killed(monkeypatch):
    assert run(monkeypatch, "time.sleep(60)", wall=0.5) == "timeout"


def test_a_child_that_never_stops_reckoning_is_killed(monkeypatch):
    code = "resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass"
    assert run(monkeypatch, code) == "timeout"


def test_a_child_that_breaks_down(monkeypatch):
    assert run(monkeypatch, "os.abort()") == "crashed"
    assert run(monkeypatch, "os.kill(os.getpid(), 11)") == "crashed"
    assert run(monkeypatch, "sys.exit(3)") == "crashed"


def test_a_child_that_the_kernel_kills_for_its_memory(monkeypatch):
    assert run(monkeypatch, "os.kill(os.getpid(), 9)") == "memory"


def test_a_child_that_answers_nonsense(monkeypatch):
    assert run(monkeypatch, "print('hello')") == "crashed"
    assert run(monkeypatch, "os.write(1, bytes(8))") == "crashed"
    monkeypatch.setattr(sandbox, "MAX_ANSWER", 1000)
    assert run(monkeypatch, "os.write(1, bytes(100_000))") == "crashed"


def test_a_child_takes_its_children_along(monkeypatch, tmp_path):
    """One that it leaves behind, holding the pipe, ends with it."""
    code = (
        "number = os.fork(); "
        f"number and open({str(tmp_path / 'number')!r}, 'w').write(str(number)); "
        "number or time.sleep(60)"
    )
    assert run(monkeypatch, code, wall=3) == "timeout"
    number = (tmp_path / "number").read_text()
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", number], capture_output=True, text=True
    ).stdout.strip()
    assert not state or state.startswith("Z")


LIMITED = """
import json, os, resource, sys
sys.path.insert(0, sys.argv[1])
from mesh import child
child.limit(2**30, 30)
try:
    with open(sys.argv[2], "wb") as stream:
        stream.write(b"x")
    wrote = True
except OSError:
    wrote = False
names = ("AS", "CPU", "FSIZE", "CORE", "NOFILE")
limits = [resource.getrlimit(getattr(resource, "RLIMIT_" + name))[0] for name in names]
print(json.dumps([wrote, limits]))
"""


def test_the_limits_hold(tmp_path):
    """Set in a process of their own, as they cannot be lifted again."""
    path = tmp_path / "file"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, sandbox._ADDON, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    wrote, limits = json.loads(done.stdout)
    assert not wrote
    assert limits == [2**30, 30, 0, 0, 64]
    assert not path.exists() or not path.stat().st_size


def test_the_child_is_told_nothing_of_the_environment(monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "secret")
    assert "PGPASSWORD" not in sandbox._environment()


def test_mistakes_of_ours_are_logged(monkeypatch, caplog):
    trace = sandbox.pack({"death": "crashed", "trace": "TypeError: oh"})
    monkeypatch.setattr(sandbox, "_ask", lambda *_arguments: (trace, 0))
    with pytest.raises(mesh.MeshError) as caught:
        mesh.inspect(io.BytesIO(b"x"))
    assert caught.value.code == "crashed"
    assert "TypeError: oh" in caplog.text


def test_answers_are_framed():
    picture = b"\x89PNG\r\n\x1a\n..."
    assert sandbox.unpack(sandbox.pack({"a": "ä"}, picture)) == ({"a": "ä"}, picture)
    for answer in (b"", b"abc", sandbox.pack({})[:-1], sandbox.pack({}, b"GIF89a")):
        with pytest.raises(ValueError, match=r"answer|picture"):
            sandbox.unpack(answer)


def test_facts_for_the_command_line(tmp_path):
    path = tmp_path / "cube.stl"
    path.write_bytes(shapes.stl(shapes.cube()))
    facts = mesh.inspect_file(path)
    assert facts["geometry"]["triangles"] == 12
    assert json.dumps(facts, allow_nan=False)
    path.write_bytes(b"solid a\nendsolid a\n")
    facts = mesh.inspect_file(path)
    assert (facts["code"], facts["geometry"]) == ("no_geometry", {"triangles": 0})
