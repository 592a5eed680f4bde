import pytest

from launcher import mirror
from launcher.errors import LauncherError

DEBIAN = "Debian\tDebian\tmain\thttp://mirror.example/pub/debian/"
SECURITY = "Debian\tDebian-Security\tmain\thttp://mirror.example/debian-security/"
THIRD_PARTY = "Example Inc.\tExample\tmain\thttps://packages.example/apt"
UBUNTU = "Ubuntu\tUbuntu\tmain\thttp://mirror.example/ubuntu"


def test_debians_own_archive_is_chosen_among_all_sources():
    targets = [THIRD_PARTY, SECURITY, DEBIAN]
    assert mirror.choose_mirror(targets) == "http://mirror.example/pub/debian"


@pytest.mark.parametrize(
    "targets", [[], [""], ["\t\t\t"], [THIRD_PARTY, SECURITY], [UBUNTU]]
)
def test_other_sources_are_no_mirror_of_debian(targets):
    assert mirror.choose_mirror(targets) is None


def test_without_apt_the_other_ways_are_named(monkeypatch):
    monkeypatch.setattr(mirror, "which", lambda name: None)
    with pytest.raises(LauncherError) as caught:
        mirror.find_mirror()
    for way in ("PRINT3D_ODOO", "docker compose", "not a Debian system"):
        assert way in str(caught.value)


def test_lists_that_were_never_updated_are_read_privately(cache, monkeypatch):
    """A fresh machine's apt knows no origin; our own state finds it out."""
    asked = []

    def output_of(command, **_options):
        private = any(str(cache) in word for word in command)
        asked.append(private)
        return DEBIAN if private else ""

    updates = []
    monkeypatch.setattr(mirror, "which", lambda name: name)
    monkeypatch.setattr(mirror, "output_of", output_of)
    monkeypatch.setattr(mirror, "run_logged", lambda *args: updates.append(args[0]))
    assert mirror.find_mirror() == "http://mirror.example/pub/debian"
    assert asked == [False, True]
    assert [word for word in updates[0] if word.startswith("Dir::State::Lists=")]


def test_a_mirror_without_the_package_says_so(cache, monkeypatch):
    monkeypatch.setattr(mirror, "find_mirror", lambda: "http://mirror.example/debian")
    monkeypatch.setattr(mirror, "_unstable_state", lambda uri: [])
    monkeypatch.setattr(mirror, "run_logged", lambda *args, **options: None)
    monkeypatch.setattr(mirror, "output_of", lambda *args, **options: "libjs-jquery")
    with pytest.raises(LauncherError, match="has no odoo-19.") as caught:
        mirror.fetch(["odoo-19", "libjs-jquery"], [], cache)
    assert "PRINT3D_ODOO" in str(caught.value)


def test_optional_packages_that_are_not_there_are_left_out(cache, monkeypatch):
    ran = []
    monkeypatch.setattr(mirror, "find_mirror", lambda: "http://mirror.example/debian")
    monkeypatch.setattr(mirror, "_unstable_state", lambda uri: [])
    monkeypatch.setattr(
        mirror, "run_logged", lambda cmd, *args, **opts: ran.append(cmd)
    )
    monkeypatch.setattr(
        mirror, "output_of", lambda *args, **options: "odoo-19\nfonts-a"
    )
    mirror.fetch(["odoo-19"], ["fonts-a", "fonts-b"], cache)
    assert ran[-1][-3:] == ["download", "odoo-19", "fonts-a"]


def test_the_private_state_names_one_signed_source(cache, monkeypatch):
    keyring = cache / "keyring.gpg"
    keyring.touch()
    monkeypatch.setattr(mirror, "KEYRING", keyring)
    options = mirror._unstable_state("http://mirror.example/debian")
    source = (cache / "apt" / "unstable.list").read_text()
    assert source == (
        f"deb [signed-by={keyring}] http://mirror.example/debian unstable main\n"
    )
    assert "Dir::Etc::SourceParts=/dev/null" in options
    touched = [
        word for word in options if word.startswith(("Dir::State", "Dir::Cache"))
    ]
    assert all(str(cache) in word for word in touched) and len(touched) == 2


def test_without_debians_keys_nothing_is_fetched(cache, monkeypatch):
    monkeypatch.setattr(mirror, "KEYRING", cache / "none.gpg")
    with pytest.raises(LauncherError, match="debian-archive-keyring"):
        mirror._unstable_state("http://mirror.example/debian")
