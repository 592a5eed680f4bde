"""Four people load four spools into one slot at the same moment.

    slot_load_race.py DATABASE

What was found is printed as JSON.
"""

import json
import sys

from racing import connect, race

from odoo import SUPERUSER_ID, api

SPOOLS = 4


def build(env):
    """A slot and some spools on the shelf."""
    filament = env["product.product"].create(
        {
            "name": "Race PLA",
            "is_filament": True,
            "material_id": env.ref("print3d_inventory.material_pla").id,
            "colour_hexes": "#112233",
        }
    )
    stock = env["stock.warehouse"].search([], limit=1).lot_stock_id
    slot = env["stock.location"].create(
        {"name": "Race Slot", "location_id": stock.id, "print3d_kind": "slot"}
    )
    spools = (
        env["print3d.spool.add"]
        .create(
            {
                "product_id": filament.id,
                "count": SPOOLS,
                "net_weight_g": 1000.0,
                "price_per_kg": 20,
                "location_id": stock.id,
            }
        )
        ._add_spools()
    )
    return slot, spools


def main(database):
    """Run the race; print what came of it."""
    registry = connect(database)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        slot, spools = build(env)
        cr.commit()
        answers = race(registry, *((lot, "action_load", slot.id) for lot in spools))
        # A new snapshot, in which the others' work can be seen.
        cr.commit()
        env.invalidate_all()
        found = {
            "answers": answers,
            "in_slot": len(spools.filtered(lambda lot: lot.location_id == slot)),
            "grams": spools.mapped("remaining_g"),
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
