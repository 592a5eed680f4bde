"""Phones send actions at the same moment, twice, and are cut off in the middle.

    scan_action_race.py DATABASE

Each phone is a process of its own that commits for good. What was found is printed as
JSON.
"""

import json
import multiprocessing
import os
import signal
import sys

from racing import connect

import odoo.sql_db
from odoo import SUPERUSER_ID, api

SPOOLS = 6
PHONES = 6
fork = multiprocessing.get_context("fork")


def build(registry):
    """A filament, two spools of it, a slot and an order of more."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        filament = env["product.product"].create(
            {
                "name": "Scan Race PLA",
                "is_filament": True,
                "material_id": env.ref("print3d_inventory.material_pla").id,
                "colour_hexes": "#112233",
                "tare_weight_g": 200,
            }
        )
        stock = env["stock.warehouse"].search([], limit=1).lot_stock_id
        slot = env["stock.location"].create(
            {"name": "Scan Slot", "location_id": stock.id, "print3d_kind": "slot"}
        )
        spools = (
            env["print3d.spool.add"]
            .create(
                {
                    "product_id": filament.id,
                    "count": 2,
                    "net_weight_g": 1000.0,
                    "price_per_kg": 20,
                    "location_id": stock.id,
                }
            )
            ._add_spools()
        )
        order = env["purchase.order"].create(
            {
                "partner_id": env["res.partner"].create({"name": "Scan Vendor"}).id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": filament.id,
                            "product_qty": SPOOLS,
                            "product_uom_id": env.ref(
                                "print3d_inventory.uom_spool_1kg"
                            ).id,
                            "price_unit": 20,
                        },
                    )
                ],
            }
        )
        order.button_confirm()
        return {
            "filament": filament.id,
            "slot": slot.id,
            "spools": spools.ids,
            "order": order.id,
        }


def phone(registry, meet, answers, actions):
    """Send actions; the first look for what is known of them waits for the others."""
    try:
        with registry.cursor() as cr:
            app = api.Environment(cr, SUPERUSER_ID, {})["print3d.scan.app"]
            meet(type(app))
            answers.put(app._act(actions))
    except Exception as error:
        answers.put(f"{type(error).__name__}: {error}")


def meet_at(barrier):
    """What makes all phones find nothing known before any of them begins."""

    def meet(cls):
        look, met = cls._find_message, []

        def find(self, key):
            found = look(self, key)
            if not met:
                met.append(True)
                barrier.wait(timeout=60)
            return found

        cls._find_message = find

    return meet


def crowd(registry, told):
    """Let one phone send each of ``told``, lists of actions, at once."""
    odoo.sql_db.close_all()
    barrier, answers = fork.Barrier(len(told)), fork.SimpleQueue()
    phones = [
        fork.Process(target=phone, args=(registry, meet_at(barrier), answers, actions))
        for actions in told
    ]
    for one in phones:
        one.start()
    found = [answers.get() for _one in phones]
    for one in phones:
        one.join()
    return found


def die_at(method):
    """What kills the process as soon as it comes to a method of the app."""

    def meet(cls):
        def die(*_args):
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(cls, method, die)

    return meet


def kill(registry, method, actions):
    """Let a phone's request be killed; return whether it was."""
    odoo.sql_db.close_all()
    victim = fork.Process(
        target=phone, args=(registry, die_at(method), fork.SimpleQueue(), actions)
    )
    victim.start()
    victim.join()
    return victim.exitcode == -signal.SIGKILL


def look(registry, things):
    """What the books say."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        lots = env["stock.lot"].browse(things["spools"])
        order = env["purchase.order"].browse(things["order"])
        return {
            "left": lots.mapped("remaining_g"),
            "booked": [lot._get_book_grams() for lot in lots],
            "uses": len(
                lots.spool_entry_ids.filtered(lambda entry: entry.kind == "use")
            ),
            "loads": len(
                lots.spool_entry_ids.filtered(lambda entry: entry.kind == "load")
            ),
            "received": order.order_line.qty_received,
            "receipts": order.picking_ids.mapped("state"),
            "lots": env["stock.lot"].search_count(
                [("product_id", "=", things["filament"])]
            ),
            "messages": env["print3d.scan.action"].search_count([]),
        }


def strip(results):
    """What phones were told, without the cards, which show the moment."""
    return [
        result
        if isinstance(result, str)
        else [
            {
                name: each.get(name)
                for name in ("key", "state", "spool_id", "entry_id", "message")
            }
            for each in result
        ]
        for result in results
    ]


def main(database):
    """Run the crowds; print what came of them."""
    registry = connect(database)
    things = build(registry)
    first, second = things["spools"]
    found = {}

    use = {"key": "race-use-1", "kind": "use", "spool_id": first, "value": 10}
    found["use"] = strip(crowd(registry, [[use]] * PHONES))
    load = {
        "key": "race-load-1",
        "kind": "load",
        "spool_id": first,
        "place_id": things["slot"],
    }
    found["load"] = strip(crowd(registry, [[load], [load]]))
    receive = {
        "kind": "receive",
        "purchase_id": things["order"],
        "product_id": things["filament"],
        "value": {},
    }
    same = {**receive, "key": "race-receive-same"}
    found["receive_same"] = strip(crowd(registry, [[same], [same]]))
    found["receive_each"] = strip(
        crowd(registry, [[{**receive, "key": f"race-receive-{n}"}] for n in range(4)])
    )
    found["after_crowds"] = look(registry, things)

    cut = {"key": "race-cut-1", "kind": "use", "spool_id": second, "value": 100}
    found["killed_in_it"] = kill(registry, "_say", [cut])
    found["after_cut"] = look(registry, things)
    late = {**cut, "key": "race-cut-2"}
    found["killed_after_it"] = kill(registry, "_get_results", [late])
    found["after_late"] = look(registry, things)
    found["sent_again"] = strip(crowd(registry, [[cut, late]]))
    found["sent_twice_again"] = strip(crowd(registry, [[cut, late]]))
    found["in_the_end"] = look(registry, things)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
