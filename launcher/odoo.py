"""A set-up Odoo: how to start it, with which configuration, and what it needs."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from configparser import ConfigParser
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from . import node, odoo_source, paths, postgres, python_env, stamps, system
from .console import Progress
from .odoo_source import OdooTree
from .postgres import NAMES, Server
from .shell import run_logged

INSIDE = Path(__file__).resolve().parent / "inside"
LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")


@dataclass(frozen=True)
class Odoo:
    """All parts of a set-up Odoo.

    :param python: the Python of the virtual environment
    :param tree: Odoo's own code
    :param oca: the folder of the OCA addons
    :param dev: whether the testing tools are there too
    :param ours: the folder of our addons, of this checkout or of an earlier version
    """

    python: Path
    tree: OdooTree
    oca: Path
    dev: bool = False
    ours: Path = paths.ADDONS

    @property
    def addons_path(self) -> str:
        """Odoo's addons, OCA's and ours."""
        return ",".join(str(path) for path in (*self.tree.addons, self.oca, self.ours))

    def environment(self, conf: Path, **more: str) -> dict[str, str]:
        """The environment in which `import odoo` works with configuration `conf`.

        Odoo prefers the PG* variables to its configuration, so they are
        removed: the file names the server.
        """
        env = {name: value for name, value in os.environ.items() if name not in NAMES}
        bins = [str(node.bin_folder()), str(self.python.parent)]
        if self.dev:
            bins.insert(1, str(node.bin_folder(dev=True)))
        env.update(
            ODOO_RC=str(conf),
            PYTHONPATH=str(self.tree.python_path),
            PATH=os.pathsep.join([*bins, os.environ.get("PATH", "")]),
            VIRTUAL_ENV=str(paths.VENV),
            PYTHONUNBUFFERED="1",
            **more,
        )
        return env

    def command(self, *arguments: object) -> list[str]:
        """The Odoo command line with `arguments`."""
        script = INSIDE / "odoo_command.py"
        return [str(self.python), str(script), *map(str, arguments)]

    def write_conf(
        self, name: str, server: Server, data_dir: Path, **options: object
    ) -> Path:
        """Write a configuration for one use; return its path.

        It is `odoo.conf` of the checkout with this machine's paths and server.
        The password stays out of the command line this way.
        """
        data_dir.mkdir(parents=True, exist_ok=True)
        values = {
            "addons_path": self.addons_path,
            "data_dir": data_dir,
            **server.odoo_options(),
            **options,
        }
        text = merged_conf(
            (paths.ROOT / "odoo.conf").read_text(encoding="utf-8"), values
        )
        conf = paths.RUN / f"{name}.conf"
        stamps.write_atomic(conf, text, mode=0o600)
        return conf

    def run(
        self,
        conf: Path,
        arguments: Sequence[object],
        log: str,
        progress: Progress | None = None,
    ) -> None:
        """Run one Odoo command to its end, quietly.

        :raise LauncherError: when it fails
        """

        def tell(line: str) -> None:
            match = LOADING.search(line)
            if match and progress:
                progress.update(f"{match[2]} of {match[3]}: {match[1]}")

        run_logged(
            self.command(*arguments), log, env=self.environment(conf), on_line=tell
        )

    def start(self, conf: Path, log: Path, *arguments: object) -> subprocess.Popen:
        """Start a serving Odoo in a session of its own, logging to `log`."""
        with log.open("ab") as output:
            return subprocess.Popen(
                self.command(*arguments),
                env=self.environment(conf),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def merged_conf(text: str, values: Mapping[str, object]) -> str:
    """A configuration file's text with some options of Odoo replaced."""
    parser = ConfigParser(interpolation=None)
    parser.read_string(text)
    if not parser.has_section("options"):
        parser.add_section("options")
    for name, value in values.items():
        parser.set("options", name, str(value))
    output = StringIO()
    parser.write(output)
    return output.getvalue()


RUN_NEEDS = (system.PYTHON_VENV, system.NPM, system.PDF)
TEST_NEEDS = (
    system.BROWSER,
    system.SLICER,
    system.PDF_TOOLS,
    system.CODE_READER,
    system.VIRUS_SCANNER,
)


def ensure(*, dev: bool = False) -> Odoo:
    """Set up whatever is missing; return the Odoo to use.

    One launcher at a time does this. What is there is recognised in a moment.

    :param dev: also what testing needs
    """
    paths.ensure_cache()
    needs = (*RUN_NEEDS, *postgres.needs(), *(TEST_NEEDS if dev else ()))
    with stamps.lock("setup", "setting up"):
        # All at once, because each run of apt takes its time.
        system.ensure(needs)
        node.ensure()
        if dev:
            node.ensure(dev=True)
        tree = odoo_source.ensure()
        python = python_env.ensure(dev=dev)
        oca = python_env.ensure_oca()
    return Odoo(python, tree, oca, dev)
