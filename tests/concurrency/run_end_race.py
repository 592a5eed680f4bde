"""Two people act on one run at the same moment, on a database of their own.

    run_end_race.py DATABASE

What was found is printed as JSON.
"""

import json
import sys

from racing import connect, race

from odoo import SUPERUSER_ID, Command, api

GRAMS = 1000.0
NEEDED = 50.0


def build(env):
    """Make a shop of one printer and one spool; return the order of two runs."""
    filament = env["product.product"].create(
        {
            "name": "Race PLA",
            "is_filament": True,
            "material_id": env.ref("print3d_inventory.material_pla").id,
            "colour_hexes": "#112233",
        }
    )
    warehouse = env["stock.warehouse"].search([], limit=1)
    spools = (
        env["print3d.spool.add"]
        .create(
            {
                "product_id": filament.id,
                "count": 2,
                "net_weight_g": GRAMS,
                "price_per_kg": 20,
                "location_id": warehouse.lot_stock_id.id,
            }
        )
        ._add_spools()
    )
    printer = env["mrp.workcenter"].create(
        {"name": "Race Printer", "is_printer": True, "slot_count": 2}
    )
    product = env["product.product"].create(
        {"name": "Race Vase", "is_print3d_model": True}
    )
    version = env["print3d.slice"].create(
        {
            "product_id": product.id,
            "read_state": "done",
            "plate_ids": [
                Command.create(
                    {
                        "time_s": 3600,
                        "filament_ids": [
                            Command.create(
                                {
                                    "weight_g": NEEDED,
                                    "weight_known": True,
                                    "product_id": filament.id,
                                }
                            )
                        ],
                    }
                )
            ],
        }
    )
    version.action_activate()
    production = env["mrp.production"].create(
        {"product_id": product.id, "product_qty": 2}
    )
    production.action_confirm()
    production.run_ids.workcenter_id = printer
    return production, spools


def look(env, production, spools):
    """What is on record after a race."""
    env.invalidate_all()
    runs = production.run_ids
    return {
        "states": sorted(runs.mapped("state")),
        "grams": spools.mapped("remaining_g"),
        "moves": len(runs.move_ids),
        "scraps": len(runs.scrap_ids),
        "logs": len(runs.time_ids),
        "reprints": len(runs.reprint_ids),
    }


def end(outcome):
    """Arguments of an end."""
    if outcome == "done":
        return ("_do_end", "done")
    return ("_do_end", "failed", 40)


def main(database):
    """Run all races; print what came of them."""
    registry = connect(database)
    found = {}
    for name, outcomes in {
        "done_twice": ("done", "done"),
        "failed_twice": ("failed", "failed"),
        "done_and_failed": ("done", "failed"),
    }.items():
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            production, spools = build(env)
            run = production.run_ids[0]
            run._do_start({1: spools[0]})
            cr.commit()
            answers = race(registry, *((run, *end(one)) for one in outcomes))
            # A new snapshot, in which the others' work can be seen.
            cr.commit()
            found[name] = {"answers": answers, **look(env, production, spools)}
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        production, spools = build(env)
        runs = production.run_ids
        cr.commit()
        answers = race(
            registry,
            *(
                (run, "_do_start", {1: spool.id})
                for run, spool in zip(runs, spools, strict=True)
            ),
        )
        cr.commit()
        found["two_starts"] = {"answers": answers, **look(env, production, spools)}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
