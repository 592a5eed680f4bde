import json
import subprocess
import sys
import textwrap

import pytest

from launcher import odoo

SCENARIO = '''
"""A scenario of the test."""
import subprocess


class StoryError(Exception):
    pass


def add_arguments(parser):
    parser.add_argument("file", nargs="?")


def run(env, args):
    print("for people")
    subprocess.run(["echo", "from a program"], check=True)
    if args.file == "wrong":
        raise StoryError("it does not add up")
    if args.file == "false":
        assert 1 == 2, "one is not two"
    return {"file": args.file, "env": env}
'''

# The host as it is, but for the database.
HOST = f"""
import contextlib, sys
sys.path.insert(0, {str(odoo.INSIDE)!r})
import scenario_host
scenario_host.environment = lambda database: contextlib.nullcontext(database)
sys.exit(scenario_host.main(*sys.argv[1:]))
"""


@pytest.fixture
def play(tmp_path):
    """Run the scenario with some arguments."""
    scenario = tmp_path / "scene.py"
    scenario.write_text(textwrap.dedent(SCENARIO))

    def run(*words):
        return subprocess.run(
            [sys.executable, "-c", HOST, scenario, "clone", *words],
            capture_output=True,
            text=True,
        )

    return run


def test_people_read_what_is_printed(play):
    done = play("a.3mf")
    assert done.returncode == 0
    assert sorted(done.stdout.splitlines()) == ["for people", "from a program"]


def test_json_is_alone_on_stdout(play):
    done = play("a.3mf", "--json")
    assert json.loads(done.stdout) == {"file": "a.3mf", "env": "clone"}
    assert "for people" in done.stderr and "from a program" in done.stderr


@pytest.mark.parametrize(
    ("file", "message"),
    [("wrong", "scene: it does not add up"), ("false", "scene: one is not two")],
)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_finding_is_an_exit_code(play, file, message, form):
    done = play(file, *form)
    assert done.returncode == 1
    assert message in done.stderr and "Traceback" not in done.stderr
    if form:
        assert done.stdout == ""


def test_an_unknown_argument_is_refused(play):
    done = play("--no-such")
    assert done.returncode == 2
    assert "usage: scene" in done.stderr
