"""A plugin of pytest: browser tests wait longer on a machine that is busy.

Odoo lets a request of a test wait 20 s for the one database cursor, then answers
with a page of HTML that the browser cannot read, and gives a tour a minute. Where
several browsers share two cores both are too few. Tests that pass take no longer.
"""

import functools

CURSOR_S = 120
TOUR_S = 240


def pytest_configure():
    """Raise both limits, once Odoo has read its configuration."""
    from odoo.tests import common

    common.BaseCase.test_cursor_lock_timeout = CURSOR_S
    start_tour = common.HttpCase.start_tour

    @functools.wraps(start_tour)
    def patient(self, url_path, tour_name, step_delay=None, **options):
        options["timeout"] = max(TOUR_S, options.get("timeout", 0))
        return start_tour(self, url_path, tour_name, step_delay, **options)

    common.HttpCase.start_tour = patient
