"""Run one story or measurement inside Odoo, on the database that is named.

    scenario_host.py FILE DATABASE [--json] [the scenario's own arguments]

With `-` for the database there is neither Odoo nor a database: `env` is None.

A scenario is a Python file with `run(env, args)`, which prints what it found for
people and returns the same as a dictionary; `add_arguments(parser)` is optional.
With `--json` the dictionary is printed as one object on stdout, and everything
else goes to stderr. An AssertionError, or an exception of the scenario named
StoryError, is a finding: its message is printed and the exit code is 1.
"""

import argparse
import contextlib
import importlib
import json
import os
import sys
from pathlib import Path

NO_DATABASE = "-"


def load(path):
    """The scenario as a module of its folder, whose other files it may import."""
    # The folders beside it must not hide the packages of others.
    sys.path.append(str(path.parent.parent))
    return importlib.import_module(f"{path.parent.name}.{path.stem}")


def parse(module, name, words):
    """The scenario's arguments, with `json` among them."""
    parser = argparse.ArgumentParser(prog=name, description=module.__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    if hasattr(module, "add_arguments"):
        module.add_arguments(parser)
    return parser.parse_args(words)


@contextlib.contextmanager
def environment(database):
    """An environment of the superuser; what is not committed is rolled back."""
    if database == NO_DATABASE:
        yield None
        return
    # Only here: what needs no database runs where no Odoo is set up.
    import odoo.modules.registry
    import odoo.service.server
    import odoo.tools
    from odoo import SUPERUSER_ID, api

    odoo.tools.config.parse_config(
        ["--database", database, "--log-level=warn"], setup_logging=True
    )
    odoo.service.server.load_server_wide_modules()
    registry = odoo.modules.registry.Registry(database)
    with registry.cursor() as cursor:
        yield api.Environment(cursor, SUPERUSER_ID, {"lang": "en_US"})
        cursor.rollback()


def main(path, database, *words):
    """Run a scenario; its exit code."""
    path = Path(path)
    module = load(path)
    arguments = parse(module, path.stem, words)
    results = results_only() if arguments.json else sys.stdout
    finding = getattr(module, "StoryError", AssertionError)
    with environment(database) as env:
        try:
            result = module.run(env, arguments)
        except (AssertionError, finding) as error:
            print(f"{path.stem}: {error}", file=sys.stderr)
            return 1
    if arguments.json:
        json.dump(result, results, ensure_ascii=False, default=str)
        results.write("\n")
        results.flush()
    return 0


def results_only():
    """Keep stdout for the result: what anyone else writes there goes to stderr.

    The descriptors are exchanged, so that programs started by the scenario obey.
    """
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return stream


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
