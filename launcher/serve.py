"""`run`, `stop` and `status`: the shop that people use."""

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from . import addons, database, odoo, paths, postgres, shell, stamps
from .console import note, step
from .errors import LauncherError
from .postgres import Server

DEFAULT_DATABASE = "print3d"
DEFAULT_PORT = 8069
PORTS_TRIED = 50
FINGERPRINT = "print3d.launcher.fingerprint"
DEMO_LOGINS = ("owner", "operator", "sales")
SECONDS_TO_START = 180
SECONDS_TO_STOP = 20

WELCOME = """
print3d is ready: http://localhost:{port}
    log in as admin, password admin{others}
What to try first:
{advice}
Odoo's log: {log}"""

ADVICE_DEMO = """\
    1. open 3D Printing: the queue, low spools and orders due on one page
    2. drop a sliced file (.gcode.3mf or .gcode) on the library
    3. confirm a sale order and start its run on a printer"""
ADVICE_EMPTY = """\
    1. open 3D Printing and add a filament, a spool and a printer
    2. drop a sliced file (.gcode.3mf or .gcode) on the library"""


@dataclass(frozen=True)
class Served:
    """A serving Odoo, as recorded for later commands.

    :param born: the process's start time in the kernel's ticks, so that another
        process which got the same number later is not taken for it
    """

    database: str
    port: int
    pid: int
    born: str

    @property
    def record(self) -> Path:
        return paths.RUN / f"server-{self.database}.json"

    def alive(self) -> bool:
        """Whether this very process still runs."""
        return birth(self.pid) == self.born

    def healthy(self) -> bool:
        """Whether it answers requests."""
        url = f"http://127.0.0.1:{self.port}/web/health"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


def birth(pid: int) -> str | None:
    """When process `pid` started, or None when there is none (a zombie is none)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The second field, the program's name, may hold spaces and brackets.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]


def servers() -> Iterator[Served]:
    """The serving Odoos of this checkout; records of dead ones are removed."""
    for record in sorted(paths.RUN.glob("server-*.json")):
        try:
            served = Served(**json.loads(record.read_text()))
        except (ValueError, TypeError):
            served = None
        if served and served.alive():
            yield served
        else:
            record.unlink(missing_ok=True)


def run(arguments) -> int:
    """Set up, make or update the database, serve."""
    name = database.check_name(arguments.database or DEFAULT_DATABASE)
    paths.ensure_cache()
    running = {served.database: served for served in servers()}.get(name)
    if running:
        note(f"print3d already serves {name}; ./print3d stop ends it.")
        note(f"    http://localhost:{running.port}")
        return 0
    engine = odoo.ensure()
    server = postgres.ensure()
    port = choose_port(arguments.port)
    conf = engine.write_conf(
        f"odoo-{name}",
        server,
        paths.DATA,
        db_name=name,
        dbfilter=f"^{name}$",
        http_port=port,
        http_interface="127.0.0.1",
    )
    with stamps.lock(f"database-{name}", f"preparing {name}"):
        prepare_database(engine, server, conf, name, demo=not arguments.no_demo)
    process, served = _start(engine, conf, name, port)
    note(welcome(server, served))
    if arguments.detach:
        note("./print3d stop ends it.")
        return 0
    note("Ctrl-C ends it.")
    return _wait(process, served)


def choose_port(wanted: int | None) -> int:
    """The port to serve on: the wanted one, or the first free one from 8069 on.

    :raise LauncherError: when the wanted one is taken
    """
    if wanted is not None:
        if not postgres.port_is_free(wanted):
            raise LauncherError(f"Port {wanted} is taken; choose another with --port.")
        return wanted
    for port in range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED):
        if postgres.port_is_free(port):
            if port != DEFAULT_PORT:
                note(f"  … port {DEFAULT_PORT} is taken, so {port} is used")
            return port
    raise LauncherError("No free port was found; choose one with --port.")


def prepare_database(engine, server: Server, conf: Path, name: str, demo: bool) -> None:
    """Make the database, or bring an existing one up to the addons' files."""
    ours = addons.read()
    if not ours:
        raise LauncherError(f"There are no addons in {paths.ADDONS}.")
    now = addons.fingerprints(ours)
    if not database.exists(server, name):
        _create(engine, server, conf, name, ours, demo)
    else:
        _refuse_foreign(server, name)
        known = database.parameter(server, name, FINGERPRINT)
        try:
            before = json.loads(known or "{}")
        except ValueError:
            before = {}
        if before == now:
            return
        _update(engine, server, conf, name, now, before)
    database.set_parameter(server, name, FINGERPRINT, json.dumps(now))


def _refuse_foreign(server: Server, name: str) -> None:
    if not database.is_initialised(server, name):
        raise LauncherError(
            f"The database {name} exists but is not Odoo's; name another "
            "with --database."
        )


def _create(engine, server, conf, name, ours, demo) -> None:
    """Install everything into a new database, what ours stand on first.

    The demo shop is ours alone, without Odoo's own demo data. The database gets
    its name at the very end, so an interrupted installation is never taken for a
    database.
    """
    aside = f"{name[:50]}.new"
    database.drop(server, paths.DATA, aside)
    label = "with the demo shop" if demo else "without demo data"

    def install(chosen, option, progress):
        engine.run(
            conf,
            [
                *("server", "-d", aside, "-i", ",".join(chosen), option),
                *("--stop-after-init", "--no-http", "--max-cron-threads=0"),
            ],
            f"install-{name}",
            progress,
        )

    failed = []
    with step(f"Create the database {name} {label}") as progress:
        install(addons.foreign_dependencies(ours), "--without-demo", progress)
        if demo:
            database.allow_demo(server, aside)
        install(ours, "--with-demo" if demo else "--without-demo", progress)
        if demo:
            failed = database.without_demo(server, aside, addons.PREFIX)
            database.disown_demo(server, aside, addons.PREFIX)
            database.quiet_robot(server, aside)
        database.rename(server, paths.DATA, aside, name)
    if failed:
        log = paths.LOGS / f"install-{name}.log"
        note(f"  ! without the demo data of {', '.join(failed)}, which failed: {log}")


def _update(engine, server, conf, name, now, before) -> None:
    """Install what is new and upgrade what changed since the last start."""
    present = database.installed(server, name)
    fresh = [module for module in now if module not in present]
    stale = [
        module
        for module in now
        if module in present and before.get(module) != now[module]
    ]
    options = []
    if fresh:
        options += ["-i", ",".join(fresh)]
    if stale:
        options += ["-u", ",".join(stale)]
    with step(f"Update {', '.join([*fresh, *stale])} in {name}") as progress:
        engine.run(
            conf,
            [
                *("server", "-d", name, *options),
                *("--stop-after-init", "--no-http", "--max-cron-threads=0"),
            ],
            f"install-{name}",
            progress,
        )


def _start(engine, conf, name, port) -> tuple[subprocess.Popen, Served]:
    """Start serving, and wait until it answers."""
    log = log_of(name)
    with step("Start Odoo"):
        shell.turn_over(log)
        begin = log.stat().st_size if log.exists() else 0
        process = engine.start(conf, log, "server")
        served = Served(name, port, process.pid, birth(process.pid) or "")
        stamps.write_atomic(served.record, json.dumps(asdict(served)))
        deadline = time.monotonic() + SECONDS_TO_START
        try:
            while not served.healthy():
                if process.poll() is not None:
                    raise LauncherError(
                        f"Odoo ended with code {process.returncode}.\n"
                        f"{_last_lines(log, begin)}\nThe whole log: {log}"
                    )
                if time.monotonic() > deadline:
                    raise LauncherError(
                        f"Odoo did not answer in {SECONDS_TO_START} s; see {log}"
                    )
                time.sleep(0.2)
        except BaseException:
            end(served)
            raise
    return process, served


def log_of(name: str) -> Path:
    """The log of the Odoo that serves database `name`."""
    return paths.LOGS / f"server-{name}.log"


def _last_lines(log: Path, begin: int) -> str:
    with log.open("rb") as stream:
        stream.seek(begin)
        lines = stream.read().decode("utf-8", "replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-20:])


def welcome(server: Server, served: Served) -> str:
    """What to do now that it serves."""
    quoted = ", ".join(database.literal(login) for login in DEMO_LOGINS)
    found = database.query(
        server,
        f"SELECT login FROM res_users WHERE active AND login IN ({quoted})",
        served.database,
    ).split()
    logins = [login for login in DEMO_LOGINS if login in found]
    others = ""
    if logins:
        others = f"\n    or as {', '.join(logins)}; the password is the login"
    return WELCOME.format(
        port=served.port,
        others=others,
        advice=ADVICE_DEMO if logins else ADVICE_EMPTY,
        log=log_of(served.database),
    )


def _wait(process: subprocess.Popen, served: Served) -> int:
    """Stay until Odoo ends or the reader wants it to."""
    try:
        code = process.wait()
    except KeyboardInterrupt:
        with step("Stop Odoo"):
            end(served)
            process.wait()
        return 0
    served.record.unlink(missing_ok=True)
    raise LauncherError(f"Odoo ended with code {code}; see {log_of(served.database)}")


def end(served: Served) -> None:
    """End a serving Odoo: politely, then not."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            if served.alive():
                os.kill(served.pid, kind)
        deadline = time.monotonic() + SECONDS_TO_STOP
        while served.alive() and time.monotonic() < deadline:
            time.sleep(0.1)
    served.record.unlink(missing_ok=True)


def stop(arguments) -> int:
    """End what this checkout runs; with a database named, only its server."""
    paths.ensure_cache()
    stopped = False
    for served in servers():
        if arguments.database in (None, served.database):
            with step(f"Stop Odoo ({served.database})"):
                end(served)
            stopped = True
    if arguments.database is None:
        for cluster in postgres.clusters():
            stopped = cluster.stop() or stopped
    if not stopped:
        note("Nothing was running.")
    return 0


def status(_arguments) -> int:
    """Print what is set up and what runs; 0 when a shop is served."""
    paths.ensure_cache()
    found = list(servers())
    for served in found:
        state = "ready" if served.healthy() else "not answering"
        print(f"{served.database}: {state}, http://localhost:{served.port}")
    if not found:
        print("no shop is served; ./print3d run starts one")
    for cluster in postgres.clusters():
        state = "runs" if cluster.running() else "stopped"
        print(f"database server .cache/{cluster.name}: {state}")
    for name in ("odoo", "venv", "oca", "node", "node-dev"):
        state = "set up" if (paths.CACHE / name).exists() else "not set up yet"
        print(f".cache/{name}: {state}")
    return 0 if found else 3
