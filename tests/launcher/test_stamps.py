import signal
import subprocess
import sys
import textwrap

import pytest

from launcher import paths, stamps


def test_a_step_is_done_only_with_the_same_key(cache):
    assert not stamps.is_done("step", "a")
    stamps.mark_done("step", "a")
    assert stamps.is_done("step", "a")
    assert not stamps.is_done("step", "b")
    stamps.forget("step")
    assert not stamps.is_done("step", "a")


def test_a_digest_tells_its_parts_apart(tmp_path):
    file = tmp_path / "file"
    file.write_text("content")
    assert stamps.digest("ab", "c") != stamps.digest("a", "bc")
    assert stamps.digest(file) == stamps.digest("content")


def test_what_a_failing_step_built_does_not_take_its_place(cache):
    target = cache / "thing"
    with pytest.raises(ValueError), stamps.building(target) as aside:
        (aside / "half").touch()
        raise ValueError
    assert not target.exists()
    with stamps.building(target) as aside:
        assert list(aside.iterdir()) == []
        (aside / "whole").touch()
    assert [path.name for path in target.iterdir()] == ["whole"]


def test_building_replaces_the_old_as_a_whole(cache):
    target = cache / "thing"
    for name in ("old", "new"):
        with stamps.building(target) as aside:
            (aside / name).touch()
    assert [path.name for path in target.iterdir()] == ["new"]
    assert not list(cache.glob("thing.*"))


def test_a_killed_step_is_done_again(cache):
    """The process dies in the middle, without any chance to clean up."""
    code = f"""
        import os, signal, sys
        sys.path.insert(0, {str(paths.ROOT)!r})
        from pathlib import Path
        from launcher import stamps
        with stamps.building(Path({str(cache / "thing")!r})) as aside:
            (aside / "half").touch()
            os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)])
    assert done.returncode == -signal.SIGKILL
    assert not (cache / "thing").exists()
    with stamps.building(cache / "thing") as aside:
        (aside / "whole").touch()
    assert [path.name for path in (cache / "thing").iterdir()] == ["whole"]


def test_a_secret_file_is_nobody_elses(tmp_path):
    path = tmp_path / "deep" / "secret"
    stamps.write_atomic(path, "one", mode=0o600)
    stamps.write_atomic(path, "two", mode=0o600)
    assert path.read_text() == "two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret"]


def test_a_second_launcher_waits_for_the_first(cache, capsys):
    code = f"""
        import sys, time
        sys.path.insert(0, {str(paths.ROOT)!r})
        from pathlib import Path
        from launcher import paths, stamps
        paths.RUN = Path({str(paths.RUN)!r})
        with stamps.lock("setup", "setting up"):
            print("in", flush=True)
            time.sleep(1.5)
            Path({str(cache / "out")!r}).touch()
    """
    other = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout.readline() == b"in\n"
        with stamps.lock("setup", "setting up"):
            assert (cache / "out").exists()
    assert "another print3d setting up" in capsys.readouterr().err


def test_the_lock_of_a_dead_launcher_is_free(cache):
    code = f"""
        import os, signal, sys
        sys.path.insert(0, {str(paths.ROOT)!r})
        from pathlib import Path
        from launcher import paths, stamps
        paths.RUN = Path({str(paths.RUN)!r})
        with stamps.lock("setup", "setting up"):
            os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)])
    assert done.returncode == -signal.SIGKILL
    with stamps.lock("setup", "setting up"):
        pass
