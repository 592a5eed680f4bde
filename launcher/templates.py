"""Databases for tests, stories and measurements: made once, cloned in a second.

A template is a database with a set of installed addons, each in one state of
its files. To make another set, the template that has most of it is cloned and
the rest is installed there. Every session works on a clone of its own, which is
dropped at its end.
"""

import contextlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import addons, database, paths, stamps
from .addons import Addon
from .console import step
from .odoo import Odoo
from .postgres import Server
from .python_env import OCA_REQUIREMENTS
from .serve import birth

KEPT = 10
KEPT_FOUNDATIONS = 2
WITH_DEMO = "with demo data"


@dataclass(frozen=True)
class Templates:
    """The test databases of this checkout on one server."""

    odoo: Odoo
    server: Server
    data_dir: Path = paths.DATA_TEST

    @property
    def prefix(self) -> str:
        return f"print3d_{paths.checkout_id()}"

    def conf(self, name: str, **options: object) -> Path:
        """A configuration for working on database `name`."""
        return self.odoo.write_conf(
            name,
            self.server,
            self.data_dir,
            db_name=name,
            dbfilter=f"^{name}$",
            http_interface="127.0.0.1",
            max_cron_threads=0,
            # One process runs some thousand tests, and starts browsers; a limit of
            # address space would end both before the machine's memory does.
            limit_memory_soft=0,
            limit_memory_hard=0,
            **options,
        )

    def ensure(
        self, names: list[str], ours: Mapping[str, Addon], *, demo: bool = False
    ) -> str:
        """The template with `names` of our addons installed (and what they need).

        The dependencies of all of ours are installed first and kept, because
        they take a minute and seldom change.

        :param demo: with demo data, as `run` installs it
        :return: the template's name
        """
        foundation = str(
            stamps.digest(self.odoo.tree.version, paths.ROOT / OCA_REQUIREMENTS)
        )
        foreign = addons.foreign_dependencies(ours)
        wanted = dict.fromkeys(foreign, foundation)
        template = self._ensure(wanted, "the dependencies", demo=False)
        if names:
            kind = f" {WITH_DEMO}" if demo else ""
            wanted |= {name: ours[name].fingerprint() + kind for name in names}
            template = self._ensure(wanted, ", ".join(names), demo)
        return template

    def _ensure(self, wanted: dict[str, str], label: str, demo: bool) -> str:
        name = f"{self.prefix}_t_{stamps.digest(json.dumps(wanted, sort_keys=True))}"
        with stamps.lock(name, f"installing {label}"):
            if name not in self.known():
                kind = f" {WITH_DEMO}" if demo else ""
                with step(f"Install {label} for tests{kind}") as progress:
                    self._build(name, wanted, demo, progress)
        self._touch(name)
        return name

    def known(self) -> dict[str, dict[str, str]]:
        """The templates there are, each with the addons installed in it."""
        rows = database.query(
            self.server,
            "SELECT datname || chr(9) || shobj_description(oid, 'pg_database') "
            f"FROM pg_database WHERE datname LIKE '{self.prefix}_t_%' AND "
            "datistemplate AND shobj_description(oid, 'pg_database') IS NOT NULL",
        )
        pairs = (row.split("\t", 1) for row in rows.splitlines())
        return {name: json.loads(text) for name, text in pairs}

    def _build(self, name: str, wanted: dict[str, str], demo: bool, progress) -> None:
        work = self._new_name("b")
        base = best_base(self.known(), wanted)
        have = self.known().get(base, {})
        missing = [module for module in wanted if module not in have]
        try:
            if base:
                database.clone(self.server, self.data_dir, base, work)
            if demo:
                database.allow_demo(self.server, work)
            self.odoo.run(
                self.conf(work),
                [
                    *("server", "-d", work, "-i", ",".join(missing)),
                    "--with-demo" if demo else "--without-demo",
                    *("--stop-after-init", "--no-http"),
                ],
                "install-tests",
                progress,
            )
            if demo:
                database.disown_demo(self.server, work, addons.PREFIX)
            database.drop(self.server, self.data_dir, name)
            database.rename(self.server, self.data_dir, work, name)
        except BaseException:
            database.drop(self.server, self.data_dir, work)
            raise
        finally:
            (paths.RUN / f"{work}.conf").unlink(missing_ok=True)
        quoted = database.identifier(name)
        description = database.literal(json.dumps(wanted))
        database.query(self.server, f"COMMENT ON DATABASE {quoted} IS {description}")
        database.query(
            self.server,
            f"ALTER DATABASE {quoted} IS_TEMPLATE true ALLOW_CONNECTIONS false",
        )

    @contextlib.contextmanager
    def session(self, template: str) -> Iterator[tuple[str, Path]]:
        """Yield the name and the configuration of a clone; drop it afterwards."""
        name = self._new_name("s")
        try:
            database.clone(self.server, self.data_dir, template, name)
            yield name, self.conf(name)
        finally:
            database.drop(self.server, self.data_dir, name)
            (paths.RUN / f"{name}.conf").unlink(missing_ok=True)

    def collect(self) -> None:
        """Drop what dead launchers left, and templates not used for long."""
        names = database.query(
            self.server,
            f"SELECT datname FROM pg_database WHERE datname LIKE '{self.prefix}_%'",
        ).split()
        left = [name for name in names if is_left_over(name)]
        templates = [name for name in names if name.startswith(f"{self.prefix}_t_")]
        templates.sort(key=self._last_use, reverse=True)
        keep = {*self._foundations_in_use(), *templates[:KEPT]}
        for name in [*left, *(name for name in templates if name not in keep)]:
            # Another launcher may be cloning it this moment: next time, then.
            with contextlib.suppress(Exception):
                database.drop(self.server, self.data_dir, name)
                self._use_mark(name).unlink(missing_ok=True)
                (paths.RUN / "locks" / name).unlink(missing_ok=True)

    def _foundations_in_use(self) -> list[str]:
        """The newest templates without any of our addons."""
        plain = [
            name
            for name, modules in self.known().items()
            if not any(module.startswith(addons.PREFIX) for module in modules)
        ]
        return sorted(plain, key=self._last_use, reverse=True)[:KEPT_FOUNDATIONS]

    def _new_name(self, kind: str) -> str:
        """A name nobody else uses, which tells whose process made it."""
        pid = os.getpid()
        return f"{self.prefix}_{kind}_{pid}_{birth(pid)}_{secrets.token_hex(2)}"

    def _use_mark(self, name: str) -> Path:
        return paths.RUN / "templates" / name

    def _touch(self, name: str) -> None:
        mark = self._use_mark(name)
        mark.parent.mkdir(exist_ok=True)
        mark.touch()

    def _last_use(self, name: str) -> float:
        try:
            return self._use_mark(name).stat().st_mtime
        except OSError:
            return 0.0


def best_base(known: Mapping[str, Mapping[str, str]], wanted: Mapping[str, str]):
    """The template with most of `wanted` installed and nothing else, or None."""
    fitting = [
        name for name, modules in known.items() if modules.items() <= wanted.items()
    ]
    return max(fitting, key=lambda name: len(known[name]), default=None)


def is_left_over(name: str) -> bool:
    """Whether a working database's launcher is gone."""
    words = name.split("_")
    if len(words) != 6 or words[2] not in ("s", "b"):
        return False
    return birth(int(words[3])) != words[4]
