from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Put what the library has into the index of its search.

    At the end, because the other addons add to it: names of filaments, prints.
    """
    api.Environment(cr, SUPERUSER_ID, {})["print3d.search.entry"]._fill_all()
