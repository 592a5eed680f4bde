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
        lambda command, *_args: commands.append(command),
    )
    return commands


def test_what_is_there_is_not_installed(ran):
    system.ensure([HERE])
    assert ran == []


@pytest.fixture
def apt(monkeypatch):
    """Packages that apt knows; a need is met once its package was installed."""
    known = {"late"}
    monkeypatch.setattr(system, "administrator", lambda: ["root"])
    monkeypatch.setattr(system, "has_candidate", known.__contains__)
    return known


def verbs(commands):
    """What the commands did: `update`, `install` or `dpkg`."""
    words = ("update", "install", "dpkg")
    return [next(word for word in words if word in command) for command in commands]


def late(ran, after):
    """A need that is met after so many commands."""
    return system.Need("late", lambda: len(ran) >= after, "testing")


def test_only_what_is_missing_is_installed(ran, apt):
    system.ensure([HERE, late(ran, after=1)])
    (command,) = ran
    assert command[0] == "root" and command[-2:] == ["install", "late"]


def test_lists_are_updated_when_a_package_is_not_known(ran, apt):
    apt.clear()
    system.ensure([late(ran, after=3)])
    assert verbs(ran) == ["dpkg", "update", "install"]


def test_an_interrupted_installation_is_mended(ran, apt, monkeypatch):
    def run_logged(command, *_args):
        ran.append(command)
        if verbs(ran) == ["install"]:
            raise LauncherError("dpkg was interrupted")

    monkeypatch.setattr(system, "run_logged", run_logged)
    system.ensure([late(ran, after=4)])
    assert verbs(ran) == ["install", "dpkg", "update", "install"]


def test_without_the_right_the_reader_is_told_what_to_type(ran, monkeypatch):
    monkeypatch.setattr(system, "administrator", lambda: None)
    with pytest.raises(LauncherError) as caught:
        system.ensure([absent("wkhtmltopdf"), HERE, absent("npm")])
    assert "apt-get install npm wkhtmltopdf" in str(caught.value)
    assert "wkhtmltopdf: printing PDFs" in str(caught.value)
    assert ran == []


def test_an_installation_that_brought_nothing_is_an_error(ran, apt):
    apt.add("absent")
    with pytest.raises(LauncherError, match="apt-get install absent"):
        system.ensure([absent()])


def test_without_apt_nothing_can_be_installed(monkeypatch):
    monkeypatch.setattr(system, "which", lambda name: None)
    assert system.administrator() is None
