"""`story`, `bench`, `fuzz` and `inspect`: small programs run by name."""

import re
import subprocess

from . import addons, odoo, paths, postgres, python_env, stamps, system
from .console import note
from .errors import LauncherError
from .shell import environment
from .templates import Templates
from .testing import patient

HOST = odoo.INSIDE / "scenario_host.py"
STORIES = "stories"
BENCHES = "bench"
INSPECT_OPTIONS = {
    "json": "one object a line",
    "settings": "every setting by the slicer's own name",
    "common": "the settings that all slicers have, under names that compare",
    "mesh": "measure the models of projects too",
}


def names(kind: str) -> list[str]:
    """The scenarios of a kind, by the name of their file."""
    return sorted(
        path.stem
        for path in (paths.TESTS / kind).glob("*.py")
        if not path.stem.startswith(("_", "test_"))
    )


def story(words: list[str]) -> int:
    """Run one story on a throwaway database; its exit code.

    :param words: its name, then its own arguments
    """
    name, rest = split(words)
    if name is None:
        raise LauncherError(f"Which story? There is {', '.join(names(STORIES))}.")
    return _run(STORIES, [name], rest)


def bench(words: list[str]) -> int:
    """Run one measurement, or all of them when none is named."""
    name, rest = split(words)
    return _run(BENCHES, [name] if name else names(BENCHES), rest)


def split(words: list[str]) -> tuple[str | None, list[str]]:
    """The name of a scenario, if the words begin with one, and the other words."""
    if words and not words[0].startswith("-"):
        return words[0], words[1:]
    return None, words


def _run(kind: str, chosen: list[str], rest: list[str]) -> int:
    known = names(kind)
    for name in chosen:
        if name not in known:
            raise LauncherError(
                f"There is no {name} in tests/{kind}; there is {', '.join(known)}."
                if known
                else f"tests/{kind} is empty."
            )
    worst = 0
    for name in [name for name in chosen if not needs_database(kind, name)]:
        worst = max(worst, _run_pure(paths.TESTS / kind / f"{name}.py", rest))
    chosen = [name for name in chosen if needs_database(kind, name)]
    if not chosen:
        return worst
    engine = odoo.ensure(dev=True)
    ours = addons.read()
    templates = Templates(engine, postgres.ensure(throwaway=True))
    templates.collect()
    template = templates.ensure(list(ours), ours)
    for name in chosen:
        with templates.session(template) as (clone, conf), patient():
            note("")
            command = [
                str(engine.python),
                str(HOST),
                str(paths.TESTS / kind / f"{name}.py"),
                clone,
                *rest,
            ]
            code = subprocess.call(command, env=engine.environment(conf))
        worst = max(worst, abs(code))
    return worst


def needs_database(kind: str, name: str) -> bool:
    """Whether a scenario wants an Odoo: not one that says `DATABASE = False`."""
    text = (paths.TESTS / kind / f"{name}.py").read_text(encoding="utf-8")
    return not re.search(r"^DATABASE = False$", text, re.MULTILINE)


def _run_pure(path, rest: list[str]) -> int:
    """Run a scenario that needs neither Odoo nor a database."""
    python = _python(dev=False)
    note("")
    command = [str(python), str(HOST), str(path), "-", *rest]
    with patient():
        return abs(
            subprocess.call(command, env=environment(PYTHONDONTWRITEBYTECODE="1"))
        )


def _python(dev: bool):
    """The virtual environment's Python, set up if need be."""
    paths.ensure_cache()
    with stamps.lock("setup", "setting up"):
        system.ensure([system.PYTHON_VENV])
        return python_env.ensure(dev=dev)


def fuzz(words: list[str]) -> int:
    """Read damaged files for as long as is wanted; its exit code."""
    program = paths.TESTS / "fuzz" / "campaign.py"
    with patient():
        return subprocess.call(
            [
                str(_python(dev=True)),
                str(program),
                "--findings",
                str(paths.CACHE / "fuzz"),
                *words,
            ],
            env=environment(PYTHONDONTWRITEBYTECODE="1"),
        )


def inspect(arguments) -> int:
    """Print the facts of sliced files and meshes, without Odoo or a database."""
    slicer = paths.ADDONS / "print3d_library"
    if not (slicer / "slicer" / "__main__.py").exists():
        raise LauncherError(f"{slicer} has no reader of sliced files.")
    python = _python(dev=False)
    options = [f"--{name}" for name in INSPECT_OPTIONS if getattr(arguments, name)]
    return subprocess.call(
        [str(python), "-m", "slicer", *options, "--", *arguments.files],
        env=environment(PYTHONPATH=str(slicer), PYTHONDONTWRITEBYTECODE="1"),
    )
