"""What the launcher asks of a database server, by psql."""

import contextlib
import os
import re
import shutil
from pathlib import Path

from .errors import LauncherError
from .postgres import Server
from .shell import output_of

NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_.-]{0,62}")


def check_name(name: str) -> str:
    """The name of a database, unless Odoo or PostgreSQL would choke on it."""
    if not NAME.fullmatch(name):
        raise LauncherError(
            f"{name!r} cannot name a database: begin with a letter, then letters, "
            "digits, '_', '-' or '.', at most 63."
        )
    return name


def query(server: Server, sql: str, database: str = "postgres") -> str:
    """Run SQL; the answer as psql's unaligned text."""
    return output_of(
        ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql],
        env=server.environment(),
    )


def literal(text: str) -> str:
    """A string as SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def exists(server: Server, name: str) -> bool:
    """Whether there is a database `name`."""
    condition = f"SELECT 1 FROM pg_database WHERE datname = {literal(name)}"
    return query(server, condition) == "1"


def is_initialised(server: Server, name: str) -> bool:
    """Whether Odoo finished installing into database `name`."""
    sql = "SELECT to_regclass('ir_module_module') IS NOT NULL"
    return query(server, sql, name) == "t"


def installed(server: Server, name: str) -> dict[str, str]:
    """The installed addons of an Odoo database, with their versions."""
    sql = (
        "SELECT name, coalesce(latest_version, '') FROM ir_module_module "
        "WHERE state IN ('installed', 'to upgrade')"
    )
    rows = query(server, sql, name).splitlines()
    return dict(row.split("|", 1) for row in rows)


def without_demo(server: Server, name: str, prefix: str) -> list[str]:
    """The installed addons named `prefix`… whose demo data is not there.

    Odoo goes on without the demo data of an addon that fails, and says so in
    its log only.
    """
    sql = (
        "SELECT name FROM ir_module_module WHERE state = 'installed' "
        f"AND starts_with(name, {literal(prefix)}) AND demo IS NOT TRUE ORDER BY name"
    )
    return query(server, sql, name).split()


def allow_demo(server: Server, name: str) -> None:
    """Let addons to be installed have their demo data.

    Odoo passes over the demo data of an addon whose dependencies have none, and
    theirs (a furniture maker's) has no place in a print shop.
    """
    query(server, "UPDATE ir_module_module SET demo = (state = 'installed')", name)


def disown_demo(server: Server, name: str, prefix: str) -> None:
    """Undo `allow_demo` for all addons but those named `prefix`…

    Else an upgrade would bring in the demo data that was left out.
    """
    query(
        server,
        "UPDATE ir_module_module "
        f"SET demo = demo AND starts_with(name, {literal(prefix)})",
        name,
    )


def quiet_robot(server: Server, name: str) -> None:
    """Keep the chat robot from covering the screen at everyone's first login."""
    query(server, "UPDATE res_users SET odoobot_state = 'disabled'", name)


def parameter(server: Server, name: str, key: str) -> str:
    """A system parameter of an Odoo database, or an empty string."""
    sql = f"SELECT value FROM ir_config_parameter WHERE key = {literal(key)}"
    return query(server, sql, name)


def set_parameter(server: Server, name: str, key: str, value: str) -> None:
    """Write a system parameter of an Odoo database that no Odoo is serving."""
    query(
        server,
        "INSERT INTO ir_config_parameter (key, value, create_date, write_date) "
        f"VALUES ({literal(key)}, {literal(value)}, now() AT TIME ZONE 'utc', "
        "now() AT TIME ZONE 'utc') "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        name,
    )


def clone(server: Server, data_dir: Path, source: str, target: str) -> None:
    """Copy a database and its files.

    Files are linked, not copied: Odoo names them by their content and never
    changes one.
    """
    query(
        server,
        f"CREATE DATABASE {identifier(target)} TEMPLATE {identifier(source)}",
    )
    files = data_dir / "filestore" / source
    if files.is_dir():
        shutil.copytree(files, data_dir / "filestore" / target, copy_function=os.link)


def drop(server: Server, data_dir: Path, name: str) -> None:
    """Remove a database, whoever is connected, and its files."""
    with contextlib.suppress(LauncherError):
        query(server, f"ALTER DATABASE {identifier(name)} IS_TEMPLATE false")
    query(server, f"DROP DATABASE IF EXISTS {identifier(name)} WITH (FORCE)")
    shutil.rmtree(data_dir / "filestore" / name, ignore_errors=True)


def rename(server: Server, data_dir: Path, name: str, target: str) -> None:
    """Give a database nobody is connected to, and its files, another name."""
    files = data_dir / "filestore" / name
    place = data_dir / "filestore" / target
    if files.is_dir():
        shutil.rmtree(place, ignore_errors=True)
        files.rename(place)
    query(server, f"ALTER DATABASE {identifier(name)} RENAME TO {identifier(target)}")
