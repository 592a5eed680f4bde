"""What no file of the project may hold, whatever its kind."""

import re
import subprocess
from urllib.parse import urlsplit

import pytest

from launcher import python_env, shell

from .sources import ROOT, texts

# Split, so that this file does not name what it looks for.
MARKERS = re.compile(r"^(<{7}|>{7})( |$)", re.MULTILINE)
MACHINE_PATH = re.compile(r"(^|[^A-Za-z0-9_.])/(wor[k]|far[m]|roo[t])/")
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)")


def configured_hosts():
    """The hosts of the package registries this machine is set up for."""
    answers = (
        shell.output_of(
            ["apt-get", "indextargets", "--format", "$(SITE)"], check=False
        ),
        shell.output_of(["pip", "config", "list"], check=False),
        shell.output_of(["npm", "config", "get", "registry"], check=False),
    )
    addresses = re.findall(r"https?://[^\s\"',]+", "\n".join(answers))
    return {host for host in (urlsplit(text).hostname for text in addresses) if host}


def offending(pattern):
    """The lines of our files that `pattern` finds, as file:line: text."""
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts()
        if not name.endswith((".po", ".pot"))
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_conflict_marker_is_left():
    assert offending(MARKERS) == []


def test_no_file_names_a_registry():
    """Where packages come from is the machine's own configuration."""
    hosts = configured_hosts()
    if not hosts:
        pytest.skip("this machine names no registry")
    assert offending(re.compile("|".join(map(re.escape, hosts)))) == []


def test_no_file_names_a_path_of_a_machine():
    assert offending(MACHINE_PATH) == []


def test_scripts_are_executable():
    listing = subprocess.run(
        ["git", "ls-files", "-s", "print3d", ".ci/run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert [line.split()[0] for line in listing] == ["100755", "100755"]


def requirements(name):
    """The pins of a requirements file: package (normalised) to versions."""
    pins = {}
    for line in (ROOT / name).read_text().splitlines():
        match = REQUIREMENT.match(line)
        if match:
            package = re.sub(r"[-_.]+", "-", match[1]).lower()
            pins.setdefault(package, set()).add(match[2])
    return pins


def test_requirements_are_pinned_and_agree():
    """Every package is pinned exactly, and to one version in all files."""
    names = (*python_env.DEV_REQUIREMENTS, python_env.OCA_REQUIREMENTS)
    loose = [
        f"{name}: {line}"
        for name in names
        for line in (ROOT / name).read_text().splitlines()
        if line.strip() and not line.startswith("#") and not REQUIREMENT.match(line)
    ]
    assert loose == []
    merged = {}
    for name in names:
        for package, versions in requirements(name).items():
            merged.setdefault(package, set()).update(versions)
    assert {package: pins for package, pins in merged.items() if len(pins) > 1} == {}
