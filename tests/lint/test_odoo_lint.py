"""Odoo's own linters (its addon test_lint), for our addons only.

They are written to fail on any addon in sight. Each is run here as it is, with
its eyes narrowed: where it walks over addons it finds ours, and where it walks
over the registry, what it says about the code of others is passed over.
"""

import contextlib
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from odoo.modules import Manifest
from odoo.tools import config
from odoo.tools.misc import file_path

from odoo.addons.test_lint.tests import (
    test_docstring,
    test_dunderinit,
    test_eslint,
    test_i18n,
    test_index,
    test_jstranslate,
    test_manifests,
    test_naming,
    test_onchange_domains,
    test_orm_import,
    test_override_signatures,
    test_pofile,
    test_pylint,
    test_routes,
    test_test_holes,
)

from launcher import addons

OURS = tuple(addons.read())
INVERSE = re.compile(r"^(\S+) \(inverse of (\S+)\)$", re.MULTILINE)
OUR_MODULE = re.compile(r"^odoo\.addons\.(print3d_\w+)")


def our_manifests():
    """What the linters see instead of every addon on the path."""
    return [Manifest.for_addon(name) for name in OURS]


class OursOnly:
    """Narrow a linter to our addons, and let it tell all it finds at once."""

    def setUp(self):
        super().setUp()
        self.findings = []
        self.patch(Manifest, "all_addon_manifests", staticmethod(our_manifests))

    def tearDown(self):
        super().tearDown()
        assert not self.findings, "\n\n".join(self.findings)

    def is_ours(self, module=None, **_params):
        """Whether a subtest is about code of ours."""
        return module in OURS

    @contextlib.contextmanager
    def subTest(self, msg=None, **params):
        # The linters read what unittest keeps of the subtest they are in.
        self._subtest = SimpleNamespace(params=params)
        try:
            yield
        except Exception as error:
            if self.is_ours(**params):
                self.findings.append(f"{params}: {error}")


class TestManifests(OursOnly, test_manifests.ManifestLinter):
    pass


class TestDunderInit(OursOnly, test_dunderinit.TestDunderinit):
    pass


class TestOrmImport(OursOnly, test_orm_import.TestDunderinit):
    pass


class TestOnchangeDomains(OursOnly, test_onchange_domains.TestOnchangeDomains):
    pass


class TestHoles(OursOnly, test_test_holes.TestTestHoles):
    pass


class TestI18n(OursOnly, test_i18n.TestI18n):
    pass


class TestJsTranslations(OursOnly, test_jstranslate.TestJsTranslations):
    pass


class TestOverrideSignatures(
    OursOnly, test_override_signatures.TestLintOverrideSignatures
):
    pass


class TestNaming(OursOnly, test_naming.TestNaming):
    def is_ours(self, model=None, method=None, **_params):
        function = getattr(type(self.registry_model(model)), method, None)
        return bool(OUR_MODULE.match(getattr(function, "__module__", "") or ""))

    def registry_model(self, name):
        """A record set of a model, for reading its methods."""
        from odoo.modules.registry import Registry
        from odoo.tests.common import get_db_name

        return Registry(get_db_name())[name]


class TestDocstrings(OursOnly, test_docstring.TestDocstring):
    def setUp(self):
        super().setUp()
        # Odoo checks the texts of a few addons only; here those are ours.
        self.patch(test_docstring, "MODULES_TO_LINT", ("",))


class TestIndexes(OursOnly, test_index.TestIndex):
    def test_enforce_index_on_one2many_inverse(self):
        try:
            super().test_enforce_index_on_one2many_inverse()
        except AssertionError as error:
            found = INVERSE.findall(str(error))
            ours = [pair for pair in found if any(map(self.is_our_field, pair))]
            if ours:
                self.fail(f"These fields need an index, being inverses: {ours}")

    def is_our_field(self, path):
        """Whether a field (`model.field`) was declared by one of our addons."""
        model, _, name = path.rpartition(".")
        return self.env[model]._fields[name]._module in OURS


class TestRoutes(test_routes.RoutesLinter):
    def test_routes_definition(self):
        with patch.object(test_routes, "_logger") as logger:
            super().test_routes_definition()
        said = [call.args[0] % call.args[1:] for call in logger.warning.call_args_list]
        assert [text for text in said if "print3d_" in text] == []


class TestPotFiles(OursOnly, test_pofile.PotLinter):
    def setUp(self):
        super().setUp()
        self.patch(test_pofile, "get_modules", lambda: list(OURS))


class TestPylint(OursOnly, test_pylint.TestPyLint):
    def setUp(self):
        super().setUp()
        run = subprocess.run

        def run_without_odoo(command, **options):
            # Odoo itself is always among the arguments, and takes minutes. A
            # comment that answers pylint-odoo is nothing this run knows of.
            words = [word for word in command if word != config.root_path]
            return run([*words, "--disable=unknown-option-value"], **options)

        self.patch(test_pylint.subprocess, "run", run_without_odoo)


class TestEslint(OursOnly, test_eslint.TestESLint):
    def test_eslint(self):
        # The rules are a file of the older kind.
        with patch.dict("os.environ", ESLINT_USE_FLAT_CONFIG="false"):
            self._test_eslint(list(OURS), file_path("test_lint/tests/eslintrc"))


def test_all_linters_of_odoo_are_known():
    """A linter that a newer Odoo brings must be taken in (or left out) here."""
    there = {path.stem for path in Path(test_index.__file__).parent.glob("test_*.py")}
    # The checkers' own tests, one for Odoo's localisations, and one that walks
    # over the whole of Odoo; test_sources.py looks for conflict markers.
    left_out = {"test_checkers", "test_l10n", "test_markers"}
    assert there - left_out == {name for name in globals() if name in there}
