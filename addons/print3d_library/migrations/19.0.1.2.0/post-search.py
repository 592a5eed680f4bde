from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Index the library for the search, in jobs after the upgrade.

    The indexes of jsonb, which answered conditions on settings before, are dropped:
    numbers of a dictionary take their place.
    """
    cr.execute("DROP INDEX IF EXISTS print3d_slice__settings_gin")
    cr.execute("DROP INDEX IF EXISTS print3d_slice__common_gin")
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["print3d.search.entry"]._fill_later()
