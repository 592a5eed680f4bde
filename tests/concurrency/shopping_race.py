"""Several people look at a shopping list and order from it at the same moment.

    shopping_race.py DATABASE

Each is a transaction of its own that is tried again as Odoo does. What was found is
printed as JSON.
"""

import json
import sys

from racing import connect, race

from odoo import SUPERUSER_ID, api

PEOPLE = 5


def build(registry):
    """A product that runs short of its rule, with a vendor; return the ids."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["stock.warehouse.orderpoint"].search([]).active = False
        env["print3d.shopping.line"].search([]).unlink()
        vendor = env["res.partner"].create({"name": "Shopping Race Vendor"})
        product = env["product.product"].create(
            {
                "name": "Shopping Race PLA",
                "is_filament": True,
                "material_id": env.ref("print3d_inventory.material_pla").id,
                "colour_hexes": "#112233",
            }
        )
        env["product.supplierinfo"].create(
            {
                "partner_id": vendor.id,
                "product_tmpl_id": product.product_tmpl_id.id,
                "price": 20,
            }
        )
        stock = env["stock.warehouse"].search([], limit=1).lot_stock_id
        rule = env["stock.warehouse.orderpoint"].create(
            {
                "product_id": product.id,
                "location_id": stock.id,
                "product_min_qty": 500,
                "product_max_qty": 1500,
                "trigger": "manual",
            }
        )
        return {"product": product.id, "rule": rule.id, "company": env.company.id}


def look(registry, things):
    """What the list and the orders say."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        lines = env["print3d.shopping.line"].search(
            [("product_id", "=", things["product"])], order="id"
        )
        order_lines = env["purchase.order.line"].search(
            [("product_id", "=", things["product"])]
        )
        return {
            "lines": lines.mapped("origin"),
            "states": lines.mapped("state"),
            "needed": lines.mapped("qty_needed"),
            "line_ids": lines.ids,
            "ordered": order_lines.mapped("product_qty"),
            "orders": len(order_lines.order_id),
            "to_order": env["stock.warehouse.orderpoint"]
            .browse(things["rule"])
            .qty_to_order,
        }


def crowd(registry, things, method, *args):
    """Let everybody call a method of the list at once; return the answers."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        company = env["res.company"].browse(things["company"])
        acts = [
            (company, "_print3d_race", method, things["line_ids"], args)
            for _person in range(PEOPLE)
        ]
        return race(registry, *acts)


def lend(registry):
    """Give the record of the race a door to the list."""

    def act(company, method, line_ids, args):
        lines = company.env["print3d.shopping.line"].browse(line_ids)
        return getattr(lines, method)(*args)

    registry["res.company"]._print3d_race = act


def main(database):
    """Run the crowds; print what came of them."""
    registry = connect(database)
    lend(registry)
    things = {**build(registry), "line_ids": []}
    found = {}
    crowd(registry, things, "get_list")
    found["looked"] = look(registry, things)
    things["line_ids"] = found["looked"]["line_ids"]
    found["answers"] = crowd(registry, things, "create_rfqs")
    found["ordered"] = look(registry, things)
    order_ids = [order["id"] for order in found["answers"][0]["orders"]]
    things["line_ids"] = []
    crowd(registry, things, "action_undo_rfqs", order_ids)
    found["undone"] = look(registry, things)
    crowd(registry, things, "action_add_product", things["product"])
    found["added"] = look(registry, things)
    print(json.dumps(found, default=str))


if __name__ == "__main__":
    main(sys.argv[1])
