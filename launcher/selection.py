"""Which tests a command line asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import addons, paths
from .addons import Addon
from .errors import LauncherError

LINT = "lint"
JS = "js"
PURE = "pure"
GROUPS = (LINT, JS, PURE)
# Folders of tests/ that are no pure tests: they need a database or a browser,
# or are not collected by pytest at all.
NOT_PURE = ("bench", "concurrency", "install", "js", "lint", "stories", "__pycache__")


@dataclass(frozen=True)
class Selection:
    """What to hand to pytest, and what to prepare for it.

    :param targets: paths and node ids, relative to the checkout
    :param installed: our addons to have installed; empty when no database is
        needed
    """

    targets: tuple[str, ...]
    installed: tuple[str, ...]
    database: bool


def parse(words: Sequence[str], ours: Mapping[str, Addon]) -> Selection:
    """Understand the words after `./print3d test`.

    :param words: addon names, `lint`, `js`, `pure`, paths or pytest node ids;
        none at all means everything
    :raise LauncherError: when a word is none of these
    """
    if not words:
        targets = ("tests", *addon_tests(ours))
        return Selection(targets, tuple(ours), True)
    targets: list[str] = []
    wanted: set[str] = set()
    database = False
    for word in words:
        found, needed, with_database = _one(word, ours)
        targets += found
        wanted.update(needed)
        database = database or with_database
    installed = addons.with_dependencies(wanted, ours)
    return Selection(tuple(dict.fromkeys(targets)), tuple(installed), database)


def _one(word: str, ours: Mapping[str, Addon]) -> tuple[list[str], list[str], bool]:
    """The targets of one word, the addons they need, and whether a database."""
    if word == PURE:
        return pure_tests(), [], False
    if word in (LINT, JS):
        return [f"tests/{word}"], list(ours), True
    if word in ours:
        return [*addon_tests([word]), *js_tests([word])], [word], True
    path, _, node = word.partition("::")
    place = _inside(path)
    relative = place.relative_to(paths.ROOT)
    target = "::".join(filter(None, (relative.as_posix(), node)))
    first = relative.parts[:2]
    if first[:1] == ("addons",):
        names = [first[1]] if len(first) > 1 else list(ours)
        return [target], [name for name in names if name in ours], True
    pure = len(first) > 1 and first[0] == "tests" and first[1] not in NOT_PURE
    return [target], [] if pure else list(ours), not pure


def _inside(path: str) -> Path:
    """The place a word names, seen from the current folder or the checkout."""
    for start in (Path.cwd(), paths.ROOT):
        place = (start / path).resolve()
        if place.exists() and place.is_relative_to(paths.ROOT):
            return place
    known = ", ".join(
        (*GROUPS, *sorted(p.name for p in paths.ADDONS.glob("print3d_*")))
    )
    raise LauncherError(
        f"{path} is no addon, group or path of tests; there are {known}."
    )


def addon_tests(names) -> list[str]:
    """The test folders of addons that have one."""
    folders = [f"addons/{name}/tests" for name in names]
    return [folder for folder in folders if (paths.ROOT / folder).is_dir()]


def has_js_tests(name: str) -> bool:
    """Whether an addon brings JavaScript unit tests."""
    tests = paths.ADDONS / name / "static" / "tests"
    return any(tests.rglob("*.test.js"))


def js_class(name: str) -> str:
    """The name of the test class that runs an addon's JavaScript unit tests."""
    return "Test" + "".join(word.capitalize() for word in name.split("_"))


def js_tests(names) -> list[str]:
    """The node ids that run the JavaScript unit tests of addons that have any."""
    return [
        f"tests/js/test_hoot.py::{js_class(name)}"
        for name in names
        if has_js_tests(name)
    ]


def pure_tests() -> list[str]:
    """The test folders that need neither a database nor a browser."""
    return sorted(
        f"tests/{folder.name}"
        for folder in paths.TESTS.iterdir()
        if folder.is_dir()
        and folder.name not in NOT_PURE
        and any(folder.glob("test_*"))
    )
