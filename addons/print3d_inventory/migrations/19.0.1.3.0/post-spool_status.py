"""Know the spools that were scrapped, and the usual reasons to scrap one."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Compute the status of empty spools anew: their ledgers were written after it."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    lots = env["stock.lot"].search([("spool_status", "=", "empty")])
    env.add_to_compute(env["stock.lot"]._fields["spool_status"], lots)
    lots.flush_recordset(["spool_status"])
    env["stock.lot"]._load_scrap_reasons()
