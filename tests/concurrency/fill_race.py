"""Orders share plates while others do the same, on a database of their own.

    fill_race.py DATABASE

What was found is printed as JSON: for each order the pieces its runs make that wait or
print, and for each run the pieces on it.
"""

import json
import sys

from racing import connect, make_spools, race

from odoo import SUPERUSER_ID, Command, api

COPIES = 9


def build(env):
    """Make a shop of one filament, two printers and a model of nine on a plate."""
    filament, spools = make_spools(env)
    printers = env["mrp.workcenter"].create(
        [
            {"name": f"Race Printer {number}", "is_printer": True, "slot_count": 1}
            for number in (1, 2)
        ]
    )
    product = env["product.product"].create(
        {"name": "Race Clip", "is_print3d_model": True}
    )
    version = env["print3d.slice"].create(
        {
            "product_id": product.id,
            "read_state": "done",
            "plate_ids": [
                Command.create(
                    {
                        "time_s": 3600,
                        "copies": COPIES,
                        "filament_ids": [
                            Command.create(
                                {
                                    "weight_g": 45.0,
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
    return product, printers, spools


def order(env, product, quantity, confirm=False):
    """A manufacturing order."""
    production = env["mrp.production"].create(
        {"product_id": product.id, "product_qty": quantity}
    )
    if confirm:
        production.action_confirm()
    return production


def look(env, product):
    """What is on record after a race."""
    env.invalidate_all()
    runs = env["print3d.run"].search(
        [
            ("product_id", "=", product.id),
            ("state", "in", ("queued", "assigned", "printing")),
        ],
        order="id",
    )
    orders = env["mrp.production"].search([("product_id", "=", product.id)], order="id")
    return {
        "runs": sorted([run.state, run.quantity] for run in runs),
        "orders": [
            sum(line.quantity for line in runs.line_ids if line.production_id == one)
            for one in orders
        ],
        "lines": len(runs.line_ids),
    }


def main(database):
    """Run all races; print what came of them."""
    registry = connect(database)
    found = {}

    def run(name, prepare):
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            product, printers, spools = build(env)
            acts = prepare(env, product, printers, spools)
            cr.commit()
            answers = race(registry, *acts)
            # A new snapshot, in which the others' work can be seen.
            cr.commit()
            refusals = [answer for answer in answers if isinstance(answer, str)]
            found[name] = {"refusals": refusals, **look(env, product)}

    def both_confirmed(env, product, _printers, _spools):
        return [
            (order(env, product, quantity), "action_confirm") for quantity in (4, 5)
        ]

    def five_confirmed(env, product, _printers, _spools):
        return [(order(env, product, 2), "action_confirm") for _index in range(5)]

    def one_comes_one_goes(env, product, _printers, _spools):
        old = order(env, product, 4, confirm=True)
        return [
            (old, "action_cancel"),
            (order(env, product, 5), "action_confirm"),
        ]

    def filled_and_started(env, product, printers, spools):
        old = order(env, product, 4, confirm=True)
        waiting = old.run_ids
        waiting.workcenter_id = printers[0]
        return [
            (waiting, "_do_start", {1: spools[0].id}),
            (order(env, product, 5), "action_confirm"),
        ]

    def moved_twice(env, product, printers, _spools):
        waiting = order(env, product, 9, confirm=True).run_ids
        return [
            (waiting, "action_place", False, False, printer.id) for printer in printers
        ]

    def moved_and_cancelled(env, product, printers, _spools):
        old = order(env, product, 9, confirm=True)
        return [
            (old, "action_cancel"),
            (old.run_ids, "action_place", False, False, printers[0].id),
        ]

    for prepare in (
        both_confirmed,
        five_confirmed,
        one_comes_one_goes,
        filled_and_started,
        moved_twice,
        moved_and_cancelled,
    ):
        run(prepare.__name__, prepare)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
