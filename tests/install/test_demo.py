"""The shop that `./print3d run` makes: all addons with their demo data.

Other tests run without demo data, and Odoo itself passes over demo data that
cannot be loaded.
"""

import pytest

from launcher import addons, database, odoo, postgres
from launcher.templates import Templates


@pytest.fixture(scope="module")
def templates():
    """The launcher's own templates, for a second kind of database."""
    return Templates(odoo.ensure(dev=True), postgres.ensure(throwaway=True))


@pytest.fixture(scope="module")
def shop(templates):
    """A clone of the demo shop: its name and configuration."""
    ours = addons.read()
    template = templates.ensure(list(ours), ours, demo=True)
    with templates.session(template) as (name, conf):
        yield name, conf


def test_every_addon_has_its_demo_data(templates, shop):
    name, _conf = shop
    assert database.without_demo(templates.server, name, addons.PREFIX) == []


def test_every_addon_can_be_upgraded(templates, shop):
    """What `run` does when files changed; the demo data is loaded again, too."""
    name, conf = shop
    modules = ",".join(addons.read())
    arguments = ["server", "-d", name, "-u", modules, "--stop-after-init", "--no-http"]
    templates.odoo.run(conf, arguments, "upgrade-tests")
    assert database.without_demo(templates.server, name, addons.PREFIX) == []
