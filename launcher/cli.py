"""The command line of `./print3d`."""

import argparse
import os
import signal
import sys

from . import odoo, paths, postgres, scenarios, serve, testing
from .console import fail
from .errors import LauncherError

DESCRIPTION = "Set up, run and test print3d, the 3D-print shop for Odoo."


def main(words: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    # Being ended by another program or a closed terminal cleans up just as Ctrl-C does.
    for kind in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(kind, _interrupt)
    words = sys.argv[1:] if words is None else words
    if words and words[0] in RAW_COMMANDS:
        command, arguments = RAW_COMMANDS[words[0]], words[1:]
    else:
        arguments = build_parser().parse_args(words)
        command = arguments.command
    try:
        return command(arguments)
    except LauncherError as error:
        return fail(str(error))
    except KeyboardInterrupt:
        fail("Interrupted. The same command goes on from here.")
        return 130


def _interrupt(_signal, _frame) -> None:
    raise KeyboardInterrupt


def build_parser() -> argparse.ArgumentParser:
    """All commands; those in RAW_COMMANDS are here for the help only."""
    parser = argparse.ArgumentParser(prog="print3d", description=DESCRIPTION)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="serve the shop, setting up what is missing")
    run.add_argument("--port", type=int, metavar="N", help="the port to serve on")
    run.add_argument("--detach", action="store_true", help="return once it is ready")
    run.add_argument("--no-demo", action="store_true", help="make an empty shop")
    run.add_argument("--database", metavar="NAME", help="another shop than print3d")
    run.set_defaults(command=serve.run)

    stop = commands.add_parser("stop", help="end the shop and its database server")
    stop.add_argument("--database", metavar="NAME", help="end only this shop")
    stop.set_defaults(command=serve.stop)

    status = commands.add_parser("status", help="tell what is set up and what runs")
    status.set_defaults(command=serve.status)

    _add_test(commands)
    _add_files(commands)
    commands.add_parser("odoo", help="the Odoo command line itself")
    return parser


def _add_test(commands) -> None:
    test = commands.add_parser("test", help="test everything, or what is selected")
    test.add_argument(
        "selection",
        nargs="*",
        metavar="SELECTION",
        help="addons, lint, js, pure, paths or pytest node ids",
    )
    test.add_argument("-k", dest="keyword", metavar="EXPR", help="pytest's -k")
    test.add_argument("-x", dest="exitfirst", action="store_true", help="pytest's -x")
    test.add_argument("-v", dest="verbose", action="store_true", help="pytest's -v")
    test.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="sessions side by side (one a processor for everything, else one)",
    )
    test.add_argument(
        "--pytest",
        action="append",
        default=[],
        metavar="OPTION",
        help="any other option of pytest, as in --pytest=--durations=10",
    )
    test.set_defaults(command=testing.test)


def _add_files(commands) -> None:
    inspect = commands.add_parser("inspect", help="tell what files contain")
    inspect.add_argument("files", nargs="+", metavar="FILE")
    for option, meaning in scenarios.INSPECT_OPTIONS.items():
        inspect.add_argument(f"--{option}", action="store_true", help=meaning)
    inspect.set_defaults(command=scenarios.inspect)

    commands.add_parser("story", help="walk a story on a throwaway database")
    commands.add_parser("bench", help="measure on a throwaway database")
    commands.add_parser("fuzz", help="read damaged files for as long as is wanted")


def run_odoo(words: list[str]) -> int:
    """Become the Odoo command line, on the databases that `run` uses."""
    engine = odoo.ensure()
    conf = engine.write_conf("odoo", postgres.ensure(), paths.DATA)
    command = engine.command(*words)
    os.execve(command[0], command, engine.environment(conf))


# The words after these are read by another program, options and `--help` too.
RAW_COMMANDS = {
    "odoo": run_odoo,
    "story": scenarios.story,
    "bench": scenarios.bench,
    "fuzz": scenarios.fuzz,
}
