"""Our addons: what they depend on, in which order, and whether they changed."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import paths, stamps
from .errors import LauncherError

PREFIX = "print3d_"
# Odoo reads these from disk when it needs them: a change asks for no upgrade.
NOT_INSTALLED = {"tests", "readme", "doc", "__pycache__"}
ASSETS = {("static", "src"), ("static", "lib"), ("static", "tests")}
NOT_INSTALLED_SUFFIXES = {".pyc", ".pot", ".md", ".rst"}


@dataclass(frozen=True)
class Addon:
    """One of our addons, as its manifest tells."""

    name: str
    path: Path
    depends: tuple[str, ...]
    version: str

    def fingerprint(self) -> str:
        """A hash of all that installing the addon reads."""
        files = sorted(
            path
            for path in self.path.rglob("*")
            if path.is_file() and is_installed_file(path.relative_to(self.path))
        )
        parts = [
            part
            for path in files
            for part in (path.relative_to(self.path).as_posix(), path)
        ]
        return stamps.digest(*parts)


def is_installed_file(relative: Path) -> bool:
    """Whether installing an addon reads this file of it."""
    return (
        relative.suffix not in NOT_INSTALLED_SUFFIXES
        and not NOT_INSTALLED.intersection(relative.parts)
        and relative.parts[:2] not in ASSETS
        and not any(part.startswith(".") for part in relative.parts)
    )


def read(folder: Path = paths.ADDONS) -> dict[str, Addon]:
    """Our installable addons, dependencies first.

    A folder without a manifest is not an addon (yet).

    :raise LauncherError: when a manifest cannot be read
    """
    found = {}
    for manifest in sorted(folder.glob("*/__manifest__.py")):
        try:
            values = ast.literal_eval(manifest.read_text(encoding="utf-8"))
        except (ValueError, SyntaxError) as error:
            raise LauncherError(f"{manifest} cannot be read: {error}") from error
        if values.get("installable", True):
            found[manifest.parent.name] = Addon(
                manifest.parent.name,
                manifest.parent,
                tuple(values.get("depends", ())),
                values.get("version", ""),
            )
    return {name: found[name] for name in in_order(found)}


def in_order(addons: Mapping[str, Addon]) -> list[str]:
    """Names sorted so that each comes after those of ours it depends on.

    :raise LauncherError: when they depend on each other in a circle
    """
    ordered: list[str] = []
    entered: set[str] = set()

    def visit(name: str) -> None:
        if name in ordered:
            return
        if name in entered:
            raise LauncherError(f"The addons depend on each other in a circle: {name}")
        entered.add(name)
        for dependency in addons[name].depends:
            if dependency in addons:
                visit(dependency)
        ordered.append(name)

    for name in sorted(addons):
        visit(name)
    return ordered


def with_dependencies(names: Iterable[str], addons: Mapping[str, Addon]) -> list[str]:
    """`names` and those of ours they need, dependencies first."""
    wanted: set[str] = set()

    def visit(name: str) -> None:
        if name in addons and name not in wanted:
            wanted.add(name)
            for dependency in addons[name].depends:
                visit(dependency)

    for name in names:
        visit(name)
    return [name for name in in_order(addons) if name in wanted]


def foreign_dependencies(addons: Mapping[str, Addon]) -> list[str]:
    """The addons of Odoo and OCA that ours name in their manifests."""
    return sorted(
        {name for addon in addons.values() for name in addon.depends} - set(addons)
    )


def fingerprints(addons: Mapping[str, Addon]) -> dict[str, str]:
    """The fingerprint of each addon, by name."""
    return {name: addon.fingerprint() for name, addon in addons.items()}
