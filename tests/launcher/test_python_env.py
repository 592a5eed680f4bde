import sys

import pytest

from launcher import node, paths, python_env, stamps
from launcher.errors import LauncherError


def test_a_python_too_new_for_odoo_gives_way_to_another(monkeypatch):
    assert python_env.choose_python() == sys.executable
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    there = {"python3.12": "/usr/bin/python3.12", "python3.10": "/usr/bin/python3.10"}
    monkeypatch.setattr(python_env, "which", there.get)
    assert python_env.choose_python() == "/usr/bin/python3.12"
    monkeypatch.setattr(python_env, "which", lambda name: None)
    with pytest.raises(LauncherError, match="3.10 to 3.13"):
        python_env.choose_python()


@pytest.fixture
def environment(cache, monkeypatch):
    """A virtual environment that works, and the pip commands run in it."""
    python = paths.VENV / "bin" / "python"
    commands = []

    def run_logged(command, log, **_options):
        commands.append([str(word) for word in command])
        if "venv" in commands[-1]:
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()

    monkeypatch.setattr(python_env, "run_logged", run_logged)
    monkeypatch.setattr(python_env, "output_of", lambda *args, **options: "pip 25")
    monkeypatch.setattr(python_env.system, "ensure", lambda needs: None)
    return commands


def kinds(commands):
    """What the commands did: made the environment, or installed into it."""
    return ["venv" if "venv" in command else "install" for command in commands]


def test_packages_are_installed_once(environment):
    python_env.ensure()
    assert kinds(environment) == ["venv", "install"]
    python_env.ensure()
    assert len(environment) == 2


def test_what_testing_needs_is_added_and_serves_running_too(environment):
    python_env.ensure(dev=True)
    assert any("requirements-dev.txt" in word for word in environment[-1])
    python_env.ensure()
    assert kinds(environment) == ["venv", "install"]


def test_changed_requirements_are_installed_into_the_same_environment(environment):
    python_env.ensure()
    stamps.mark_done("python", "other requirements")
    python_env.ensure()
    assert kinds(environment) == ["venv", "install", "install"]


def test_an_interrupted_installation_is_begun_from_nothing(environment, monkeypatch):
    run_logged = python_env.run_logged

    def interrupted(command, log, **options):
        run_logged(command, log, **options)
        if "install" in command:
            raise KeyboardInterrupt

    monkeypatch.setattr(python_env, "run_logged", interrupted)
    with pytest.raises(KeyboardInterrupt):
        python_env.ensure()
    (paths.VENV / "half-a-package").touch()
    monkeypatch.setattr(python_env, "run_logged", run_logged)
    python_env.ensure()
    assert kinds(environment) == ["venv", "install", "venv", "install"]
    assert not (paths.VENV / "half-a-package").exists()


def test_the_linters_never_touch_what_odoo_uses(cache, monkeypatch):
    places = []

    def run_logged(command, log, *, cwd):
        places.append((cwd.name, "--omit=dev" in command))

    monkeypatch.setattr(node, "run_logged", run_logged)
    monkeypatch.setattr(node.system, "ensure", lambda needs: None)
    for _again in range(2):
        node.ensure()
        node.ensure(dev=True)
    assert places == [("node.new", True), ("node-dev.new", False)]
    assert (paths.NODE / "package-lock.json").exists()
