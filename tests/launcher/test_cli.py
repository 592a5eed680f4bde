import subprocess
import sys

import pytest

from launcher import cli, paths, scenarios, serve, shell, testing
from launcher.errors import LauncherError
from launcher.odoo import merged_conf

LAUNCHER = paths.ROOT / "print3d"


def test_it_works_from_any_folder_and_through_a_link(tmp_path):
    link = tmp_path / "print3d"
    link.symlink_to(LAUNCHER)
    for program in (LAUNCHER, link):
        done = subprocess.run(
            [sys.executable, program, "--help"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0
        for command in ("run", "stop", "status", "test", "inspect", "story", "fuzz"):
            assert f"\n    {command} " in done.stdout


def test_the_options_of_run(monkeypatch):
    seen = []
    monkeypatch.setattr(serve, "run", seen.append)
    cli.main(["run", "--port", "8080", "--detach", "--no-demo", "--database", "x"])
    (arguments,) = seen
    assert (arguments.port, arguments.database) == (8080, "x")
    assert arguments.detach and arguments.no_demo


def test_the_options_of_test_reach_pytest(monkeypatch):
    seen = []
    monkeypatch.setattr(testing, "test", seen.append)
    cli.main(["test", "print3d_a", "-x", "-v", "-k", "a or b", "--pytest=--lf"])
    (arguments,) = seen
    assert arguments.selection == ["print3d_a"]
    assert testing.pytest_options(arguments) == ["--lf", "-k", "a or b", "-x", "-v"]


def test_what_a_reader_can_mend_is_said_without_a_traceback(monkeypatch, capsys):
    def fails(_arguments):
        raise LauncherError("There is no paper.")

    monkeypatch.setattr(serve, "status", fails)
    assert cli.main(["status"]) == 1
    assert capsys.readouterr().err == "\nprint3d: There is no paper.\n"


def test_an_interrupted_command_can_go_on(monkeypatch, capsys):
    def interrupted(_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(serve, "status", interrupted)
    assert cli.main(["status"]) == 130
    assert "goes on from here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "name", "rest"),
    [
        ([], None, []),
        (["order"], "order", []),
        (["order", "a.3mf", "--json"], "order", ["a.3mf", "--json"]),
        (["--json"], None, ["--json"]),
    ],
)
def test_the_words_of_a_scenario(words, name, rest):
    assert scenarios.split(words) == (name, rest)


def test_an_unknown_story_names_those_there_are():
    with pytest.raises(LauncherError, match="there is .*order"):
        scenarios.story(["no-such"])


def test_the_configuration_keeps_what_is_not_replaced():
    text = (
        "[options]\ndata_dir = /a\nlist_db = False\n\n[queue_job]\nchannels = root:2\n"
    )
    merged = merged_conf(text, {"data_dir": "/b", "db_password": "50%;x"})
    assert "data_dir = /b" in merged and "db_password = 50%;x" in merged
    assert "list_db = False" in merged and "channels = root:2" in merged


def test_a_failing_program_is_quoted_and_its_log_named(cache):
    script = "print('before'); print('the reason'); raise SystemExit(3)"
    with pytest.raises(LauncherError) as caught:
        shell.run_logged([sys.executable, "-c", script], "job")
    message = str(caught.value)
    assert "ended with code 3" in message and "    the reason" in message
    assert str(paths.LOGS / "job.log") in message


def test_a_missing_program_is_named(cache):
    with pytest.raises(LauncherError, match="no-such-program is not installed"):
        shell.run_logged(["no-such-program"], "job")


def test_only_this_runs_output_is_quoted(cache):
    shell.run_logged([sys.executable, "-c", "print('earlier')"], "job")
    with pytest.raises(LauncherError) as caught:
        shell.run_logged([sys.executable, "-c", "raise SystemExit(1)"], "job")
    assert "earlier" not in str(caught.value)


def test_a_large_log_begins_anew(cache, monkeypatch):
    monkeypatch.setattr(shell, "LARGEST_LOG", 10)
    log = paths.LOGS / "job.log"
    log.write_text("x" * 11)
    shell.turn_over(log)
    assert not log.exists()
    assert (paths.LOGS / "job.old.log").read_text() == "x" * 11


def test_a_measurement_says_whether_it_needs_a_database(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "TESTS", tmp_path)
    folder = tmp_path / scenarios.BENCHES
    folder.mkdir()
    (folder / "files.py").write_text('"""Files."""\nDATABASE = False\n')
    (folder / "screens.py").write_text('"""Screens."""\n')
    assert not scenarios.needs_database(scenarios.BENCHES, "files")
    assert scenarios.needs_database(scenarios.BENCHES, "screens")


def test_measurements_without_a_database_are_not_kept_waiting_for_one(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(paths, "TESTS", tmp_path)
    monkeypatch.setattr(scenarios, "_python", lambda dev: sys.executable)
    monkeypatch.setattr(scenarios.odoo, "ensure", _unwanted)
    folder = tmp_path / scenarios.BENCHES
    folder.mkdir()
    (folder / "files.py").write_text(
        '"""Files."""\n\nDATABASE = False\n\n\n'
        "def run(env, args):\n    assert env is None\n    assert 1 == 2, 'found'\n"
    )
    assert cli.main(["bench", "files", "--json"]) == 1


def _unwanted(**_options):
    raise AssertionError("nobody asked for an Odoo")


def test_fuzzing_takes_its_own_options(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(scenarios, "_python", lambda dev: "python")
    monkeypatch.setattr(
        scenarios.subprocess, "call", lambda words, env: seen.append(words) or 0
    )
    assert cli.main(["fuzz", "--minutes", "1", "--family", "cura"]) == 0
    assert seen[0][-4:] == ["--minutes", "1", "--family", "cura"]
    assert str(paths.CACHE / "fuzz") in seen[0]


def test_the_options_of_inspect_reach_the_reader(monkeypatch):
    seen = []
    monkeypatch.setattr(scenarios, "_python", lambda dev: "python")
    monkeypatch.setattr(
        scenarios.subprocess, "call", lambda words, env: seen.append(words) or 0
    )
    assert cli.main(["inspect", "a.gcode", "--settings", "--json"]) == 0
    assert seen[0][1:] == ["-m", "slicer", "--json", "--settings", "--", "a.gcode"]
