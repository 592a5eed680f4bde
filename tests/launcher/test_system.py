import pytest

from launcher import system
from launcher.errors import LauncherError

HERE = system.Need("here", lambda: True, "something there is")


def absent(package="absent"):
    return system.Need(package, lambda: False, "printing PDFs")


@pytest.fixture
def ran(monkeypatch):
    """The apt commands that were run."""
    commands = []
    monkeypatch.setattr(
        system,
        "run_logged",
        lambda command, *_args, **_options: commands.append(command),
    )
    return commands


def test_what_is_there_is_not_installed(ran):
    system.ensure([HERE])
    assert ran == []


def test_only_what_is_missing_is_installed(ran, monkeypatch):
    installed = []
    need = system.Need("late", lambda: bool(ran), "testing")
    monkeypatch.setattr(system, "apt_command", lambda: ["apt-get"])
    monkeypatch.setattr(system, "has_candidate", lambda package: installed == [])
    system.ensure([HERE, need])
    assert ran == [["apt-get", "install", "late"]]


def test_lists_are_updated_when_a_package_is_not_known(ran, monkeypatch):
    monkeypatch.setattr(system, "apt_command", lambda: ["apt-get"])
    monkeypatch.setattr(system, "has_candidate", lambda package: False)
    system.ensure([system.Need("late", lambda: bool(ran), "testing")])
    assert [command[1] for command in ran] == ["update", "install"]


def test_without_the_right_the_reader_is_told_what_to_type(ran, monkeypatch):
    monkeypatch.setattr(system, "apt_command", lambda: None)
    with pytest.raises(LauncherError) as caught:
        system.ensure([absent("wkhtmltopdf"), HERE, absent("npm")])
    assert "apt-get install npm wkhtmltopdf" in str(caught.value)
    assert "wkhtmltopdf: printing PDFs" in str(caught.value)
    assert ran == []


def test_an_installation_that_brought_nothing_is_an_error(ran, monkeypatch):
    monkeypatch.setattr(system, "apt_command", lambda: ["apt-get"])
    monkeypatch.setattr(system, "has_candidate", lambda package: True)
    with pytest.raises(LauncherError, match="apt-get install absent"):
        system.ensure([absent()])


def test_without_apt_nothing_can_be_installed(monkeypatch):
    monkeypatch.setattr(system, "which", lambda name: None)
    assert system.apt_command() is None
