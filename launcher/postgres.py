"""The database server: the one that is named, or a private one of this checkout.

A private cluster is a folder below `.cache/` that holds the data, the socket,
the log and the password. It is never run as root: root's launcher hands it to
the system user `postgres`.
"""

import contextlib
import os
import pwd
import secrets
import shlex
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from configparser import ConfigParser, Error
from dataclasses import dataclass, field
from pathlib import Path

from . import paths, stamps, system
from .console import step
from .errors import LauncherError
from .shell import output_of, run_logged

ROLE = "print3d"
SYSTEM_USER = "postgres"
# The last one is never set: each command names its database.
NAMES = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE")
OLDEST = 13
SECONDS_TO_END = 30
# A socket's whole path, with its ending 0, fits in 108 bytes on Linux.
LONGEST_SOCKET = 107
SOCKET_NAME = ".s.PGSQL.65535"

DURABLE = {"max_connections": "100", "shared_buffers": "256MB"}
# Test databases are made again when lost, so nothing waits for the disk.
THROWAWAY = {
    "max_connections": "200",
    "shared_buffers": "512MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True)
class Server:
    """How to reach a database server.

    :param shared: whether others use it too, so that names must not collide
    """

    host: str = ""
    port: str = ""
    user: str = ""
    password: str = ""
    shared: bool = False

    def environment(self) -> dict[str, str]:
        """This process's environment with the variables libpq reads."""
        env = {name: value for name, value in os.environ.items() if name not in NAMES}
        return env | self.variables()

    def variables(self) -> dict[str, str]:
        """The variables libpq reads that this server needs."""
        values = (self.host, self.port, self.user, self.password)
        return {
            name: value for name, value in zip(NAMES, values, strict=False) if value
        }

    def odoo_options(self) -> dict[str, str]:
        """The same as options of Odoo's configuration file."""
        options = {
            "db_host": self.host,
            "db_port": self.port,
            "db_user": self.user,
            "db_password": self.password,
        }
        return {name: value for name, value in options.items() if value}


def named_server(env: Mapping[str, str], conf: Path) -> Server | None:
    """The server that PG* variables or odoo.conf's `db_host` name, or None."""
    options = _conf_options(conf)
    if not (env.get("PGHOST") or env.get("PGPORT") or options.get("db_host")):
        return None
    return Server(
        host=env.get("PGHOST") or options.get("db_host", ""),
        port=env.get("PGPORT") or options.get("db_port", ""),
        user=env.get("PGUSER") or options.get("db_user", ""),
        password=env.get("PGPASSWORD") or options.get("db_password", ""),
        shared=True,
    )


def _conf_options(conf: Path) -> dict[str, str]:
    parser = ConfigParser(interpolation=None)
    try:
        parser.read(conf, encoding="utf-8")
    except Error as error:
        raise LauncherError(f"{conf.name} cannot be read: {error}") from error
    options = dict(parser["options"]) if parser.has_section("options") else {}
    # Odoo writes an option without a value as the word False.
    return {name: value for name, value in options.items() if value != "False"}


def ensure(*, throwaway: bool = False) -> Server:
    """A running server to use.

    :param throwaway: for test databases: fast instead of durable
    """
    system.ensure(needs())
    named = named_server(os.environ, paths.ROOT / "odoo.conf")
    if named:
        _check_reachable(named)
        return named
    cluster = test_cluster() if throwaway else main_cluster()
    cluster.start()
    return cluster.server()


def needs() -> list[system.Need]:
    """The system packages for the database: with a named server only the client."""
    if named_server(os.environ, paths.ROOT / "odoo.conf"):
        return [system.POSTGRES_CLIENT]
    return [system.POSTGRES_SERVER, system.POSTGRES_CLIENT]


def _check_reachable(server: Server) -> None:
    try:
        output_of(["psql", "-XAtc", "SELECT 1", "postgres"], env=server.environment())
    except LauncherError as error:
        raise LauncherError(
            "The database server named by the PG* variables or odoo.conf "
            f"does not answer:\n{error}"
        ) from error


def main_cluster() -> "Cluster":
    """The cluster that `run` uses; what is in it lasts."""
    return Cluster("pg", DURABLE)


def test_cluster() -> "Cluster":
    """The cluster of the test databases."""
    return Cluster("pg-test", THROWAWAY)


@dataclass
class Cluster:
    """One private PostgreSQL cluster.

    :param name: its folder below `.cache/`
    :param settings: server settings, given at each start
    """

    name: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def link(self) -> Path:
        return paths.CACHE / self.name

    @property
    def home(self) -> Path:
        """The real folder; `.cache/<name>` may be a link to it."""
        return self.link.resolve()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def owner(self) -> str:
        """The user that runs the server."""
        return SYSTEM_USER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())[0]

    def server(self) -> Server:
        """How to reach this cluster: by its socket, as its superuser."""
        return Server(
            host=str(self.socket_folder()),
            port=self._recorded_port() or "",
            user=ROLE,
            password=(self.home / "password").read_text().strip(),
        )

    def running(self) -> bool:
        """Whether its server runs."""
        return self._postmaster() is not None

    def start(self) -> None:
        """Make the cluster if there is none, and start it if it does not run."""
        with stamps.lock(self.name, "starting the database server"):
            if not (self.data / "PG_VERSION").exists() or self._half_made():
                with step(f"Create the database cluster .cache/{self.name}"):
                    self._create()
            self._refuse_other_version()
            if self.running():
                return
            with step("Start the database server"):
                self._clear_traces()
                self._launch()

    def stop(self) -> bool:
        """Stop its server; whether there was one."""
        if not self.running():
            return False
        command = [_program("pg_ctl"), "-D", self.data, "-m", "fast", "-w", "stop"]
        with step(f"Stop the database server (.cache/{self.name})"):
            run_logged(self._as_owner(command), "postgres", cwd=self.home)
        return True

    def socket_folder(self) -> Path:
        """The folder of the socket: the cluster's own unless its path is too long."""
        if len(str(self.home / SOCKET_NAME)) <= LONGEST_SOCKET:
            return self.home
        short = f"print3d-{os.geteuid()}-{paths.checkout_id(self.home)}"
        return Path(tempfile.gettempdir(), short)

    def _half_made(self) -> bool:
        return not (self.home / "complete").exists()

    def _create(self) -> None:
        """Run initdb; an unfinished attempt is thrown away first."""
        self._make_home()
        shutil.rmtree(self.data, ignore_errors=True)
        password = self.home / "password"
        stamps.write_atomic(password, secrets.token_urlsafe(24), mode=0o600)
        shutil.chown(password, self.owner)
        command = [
            *(_program("initdb"), "-D", self.data, "-U", ROLE),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"),
            *("--auth-local=trust", "--auth-host=scram-sha-256"),
            f"--pwfile={password}",
        ]
        run_logged(self._as_owner(command), "postgres", cwd=self.home)
        (self.home / "complete").touch()

    def _make_home(self) -> None:
        """Make the folder, where the cluster's user can reach it."""
        if not self.link.exists():
            self.link.unlink(missing_ok=True)
            if self.owner == SYSTEM_USER and not _can_enter(paths.CACHE):
                place = Path("/var/lib/print3d", paths.checkout_id(), self.name)
                place.mkdir(parents=True, exist_ok=True)
                self.link.symlink_to(place)
            else:
                self.link.mkdir()
        _own(self.home, self.owner)

    def _refuse_other_version(self) -> None:
        made = (self.data / "PG_VERSION").read_text().strip()
        found = server_version(output_of([_program("postgres"), "--version"]))
        if int(found.split(".")[0]) < OLDEST:
            raise LauncherError(
                f"PostgreSQL {found} is too old; Odoo 19 needs {OLDEST} or newer."
            )
        if made != found.split(".")[0]:
            raise LauncherError(
                f"The cluster {self.link} was made by PostgreSQL {made}; this machine "
                f"now has {found}.\nInstall postgresql-{made} again and dump its "
                "databases, or move the folder away to begin anew."
            )

    def _clear_traces(self) -> None:
        """Remove what a killed server or a restarted machine left.

        A new server would take any process that got the old one's number for
        the old one. But the old one's children may outlive it for a moment, and
        with them a second server would ruin the data: they work in the data
        folder, so it is waited until nobody does.
        """
        deadline = time.monotonic() + SECONDS_TO_END
        while _works_in(self.data):
            if time.monotonic() > deadline:
                raise LauncherError(
                    f"Processes of a killed database server still use {self.data}; "
                    "end them first."
                )
            time.sleep(0.1)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for trace in self.socket_folder().glob(".s.PGSQL.*"):
            trace.unlink()

    def _launch(self) -> None:
        folder = self.socket_folder()
        if folder != self.home:
            folder.mkdir(mode=0o700, exist_ok=True)
            _own(folder, self.owner)
        port = self._recorded_port()
        if port is None or not port_is_free(int(port)):
            port = str(free_port())
            stamps.write_atomic(self.home / "port", port)
        options = ["-p", port, "-k", str(folder), "-h", "127.0.0.1"]
        for name, value in self.settings.items():
            options += ["-c", f"{name}={value}"]
        command = [
            *(_program("pg_ctl"), "-D", self.data, "-l", self.home / "log"),
            *("-w", "-t", "120", "-o", shlex.join(options), "start"),
        ]
        try:
            run_logged(self._as_owner(command), "postgres", cwd=self.home)
        except LauncherError as error:
            log = output_of(["tail", "-n", "10", self.home / "log"], check=False)
            raise LauncherError(
                f"{error}\nThe server's own log ends:\n{log}"
            ) from error

    def _recorded_port(self) -> str | None:
        try:
            return (self.home / "port").read_text().strip() or None
        except OSError:
            return None

    def _postmaster(self) -> int | None:
        """The server's process id, when the recorded process is really it."""
        try:
            recorded = (self.data / "postmaster.pid").read_text().split("\n")[0]
            pid = int(recorded)
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
        except (OSError, ValueError):
            return None
        return pid if str(self.data) in command.split("\0") else None

    def _as_owner(self, command: list) -> list:
        if self.owner == pwd.getpwuid(os.geteuid())[0]:
            return command
        return ["runuser", "-u", self.owner, "--", *command]


def server_version(text: str) -> str:
    """The version in what `postgres --version` prints."""
    return next(word for word in text.split() if word[0].isdigit())


def _program(name: str) -> Path:
    folder = system.postgres_bin()
    if folder is None:
        raise LauncherError(system.missing_message([system.POSTGRES_SERVER]))
    return folder / name


def _can_enter(folder: Path) -> bool:
    """Whether the cluster's user can pass through all parents of `folder`."""
    command = ["runuser", "-u", SYSTEM_USER, "--", "test", "-x", folder]
    with contextlib.suppress(LauncherError):
        output_of(command)
        return True
    return False


def _works_in(folder: Path) -> bool:
    """Whether any process has `folder` as its current one."""
    for current in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if current.readlink() == folder:
                return True
    return False


def _own(folder: Path, user: str) -> None:
    """Give a folder to `user` alone.

    :raise LauncherError: when it belongs to somebody else, who could read
        what is written there
    """
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    elif folder.stat().st_uid != os.geteuid():
        raise LauncherError(f"{folder} belongs to another user; remove it first.")
    folder.chmod(0o700)


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether nothing listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clusters() -> Iterator[Cluster]:
    """The private clusters that exist."""
    for cluster in (main_cluster(), test_cluster()):
        if cluster.link.exists():
            yield cluster
