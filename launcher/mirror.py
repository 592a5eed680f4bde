"""Packages of Debian unstable, from the mirror this machine is already set up for.

apt is run with a state of its own below `.cache/`: its lists, its cache and its
only source are ours, so nothing of the machine's own apt changes. The network
settings (proxy, credentials, certificates) stay the machine's.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from . import paths
from .errors import LauncherError
from .shell import output_of, run_logged, which
from .stamps import write_atomic

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SUITE = "unstable"
TARGET_FORMAT = "$(ORIGIN)\t$(LABEL)\t$(COMPONENT)\t$(REPO_URI)"

# The machine may clean up or notify after each apt run; for a private state
# that would touch what is not ours.
APT_CONF = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Update::Post-Invoke-Stats;
#clear DPkg::Post-Invoke;
"""

NO_PACKAGE = """\
Odoo 19 was not found: {reason}
Other ways to get it:
    PRINT3D_ODOO=<folder of an Odoo 19 checkout> ./print3d run
    install Odoo 19 on this machine, so that `odoo --version` answers 19.0
    docker compose up"""


def choose_mirror(targets: Iterable[str]) -> str | None:
    """The repository of Debian itself among apt's index targets.

    :param targets: lines in TARGET_FORMAT
    :return: the repository's address as configured, or None. Third-party
        sources have another origin, the security archive another label, and
        neither carries the unstable suite.
    """
    for line in targets:
        origin, label, component, uri = (line.split("\t") + [""] * 4)[:4]
        if (origin, label, component) == ("Debian", "Debian", "main") and uri:
            return uri.rstrip("/")
    return None


def find_mirror() -> str:
    """The address of this machine's Debian mirror.

    :raise LauncherError: when there is none; the message names the other ways
    """
    reason = "this is not a Debian system."
    if which("apt-get"):
        reason = "apt has no Debian mirror configured here."
        # A fresh machine may never have updated its lists; they are then read
        # into our own state, which needs no rights.
        for options, update in (((), False), (_own_lists(), True)):
            if update:
                run_logged(["apt-get", *options, "-q", "update"], "apt-private")
            listing = output_of(
                ["apt-get", *options, "indextargets", "--format", TARGET_FORMAT]
            )
            mirror = choose_mirror(listing.splitlines())
            if mirror:
                return mirror
    raise LauncherError(NO_PACKAGE.format(reason=reason))


def fetch(required: Sequence[str], optional: Sequence[str], folder: Path) -> None:
    """Download packages of the unstable suite into `folder`.

    :param required: packages without which there is no point going on
    :param optional: packages that are left out when the mirror has them not
    :raise LauncherError: when the mirror cannot be read or lacks a required one
    """
    options = _unstable_state(find_mirror())
    try:
        run_logged(["apt-get", *options, "-q", "update"], "apt-private")
    except LauncherError as error:
        reason = f"the mirror does not offer Debian {SUITE}.\n{error}"
        raise LauncherError(NO_PACKAGE.format(reason=reason)) from error
    known = set(
        output_of(["apt-cache", *options, "pkgnames"], check=False).splitlines()
    )
    absent = [name for name in required if name not in known]
    if absent:
        reason = f"the mirror's {SUITE} suite has no {', '.join(absent)}."
        raise LauncherError(NO_PACKAGE.format(reason=reason))
    wanted = [*required, *(name for name in optional if name in known)]
    run_logged(
        ["apt-get", *options, "-q", "download", *wanted], "apt-private", cwd=folder
    )


def _own_lists() -> list[str]:
    """Options for the machine's sources read into a state of our own."""
    return _state("host")


def _unstable_state(mirror: str) -> list[str]:
    """Options for a state whose only source is the unstable suite of `mirror`."""
    if not KEYRING.exists():
        raise LauncherError(
            f"{KEYRING} is missing, so what the mirror sends could not be checked.\n"
            "Install it first: apt-get install debian-archive-keyring"
        )
    source = paths.APT / "unstable.list"
    write_atomic(source, f"deb [signed-by={KEYRING}] {mirror} {SUITE} main\n")
    return [
        *_state("unstable"),
        "-o",
        f"Dir::Etc::SourceList={source}",
        "-o",
        "Dir::Etc::SourceParts=/dev/null",
    ]


def _state(name: str) -> list[str]:
    state = paths.APT / name
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    conf = paths.APT / "apt.conf"
    write_atomic(conf, APT_CONF)
    return [
        "-c",
        str(conf),
        "-o",
        f"Dir::State::Lists={state / 'lists'}",
        "-o",
        f"Dir::Cache={state / 'cache'}",
        # apt would drop root's rights for a user who cannot reach this folder.
        "-o",
        "APT::Sandbox::User=root",
        "-o",
        "Acquire::Languages=none",
    ]
