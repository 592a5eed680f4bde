"""The JavaScript unit tests of our addons, run by Odoo's own runner in Chromium.

There is one test class for each addon that has any, named after it.
"""

import re

from odoo.tests import tagged

from odoo.addons.web.tests import test_js

from launcher import addons, selection

PASSED = re.compile(r"\[HOOT\] Passed (\d+) test")
PAGE = "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"


class HootOfAddon:
    """Run the unit tests of one addon, and see that there were any."""

    addon = ""
    # Core's tests of its own helpers, which come with the base class.
    test_generate_hoot_hash = None
    test_get_hoot_filter = None

    def get_hoot_filters(self):
        self._test_params = [("+", f"@{self.addon}")]
        return super().get_hoot_filters()

    def test_unit_tests(self):
        with self.assertLogs(self._logger, level="INFO") as logs:
            try:
                self.run_in_browser()
            except AssertionError as error:
                raise AssertionError("\n".join([*logs.output, str(error)])) from None
        counts = [int(match[1]) for match in map(PASSED.search, logs.output) if match]
        self.assertGreater(sum(counts), 0, "No test ran:\n" + "\n".join(logs.output))

    def run_in_browser(self):
        """Open the page of the runner and wait for its verdict."""
        self.browser_js(
            PAGE + self.hoot_filters,
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )


for name in addons.read():
    if selection.has_js_tests(name):
        class_name = selection.js_class(name)
        members = {"addon": name, "__module__": __name__}
        made = type(class_name, (HootOfAddon, test_js.HOOTCommon), members)
        globals()[class_name] = tagged("post_install", "-at_install")(made)
# pytest would collect what the loop leaves behind a second time.
made = None
