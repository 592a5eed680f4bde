from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Put what the library has into the index of its search.

    At the end, because the other addons add to it: names of filaments, prints.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    entries = env["print3d.search.entry"]
    products = env["product.product"].with_context(active_test=False)
    entries._note(
        "product.product", products.search([("is_print3d_model", "=", True)]).ids
    )
    entries._note_settings(env["print3d.slice"].search([]).ids)
    entries._refresh_noted()
