"""A hundred processes use one spool at the same moment, each on its own connection.

    spool_ledger_race.py DATABASE

The registry is loaded once and the processes are forked from it; what they commit is
committed. What was found is printed as JSON.
"""

import gc
import json
import multiprocessing
import os
import signal
import sys
import time
from datetime import timedelta

from racing import connect

import odoo.sql_db
from odoo import SUPERUSER_ID, api, fields
from odoo.service.model import retrying

PROCESSES = 100
USED = 1.37
FULL = 1000.0
fork = multiprocessing.get_context("fork")


def build(env, name):
    """A filament and a full spool of it; return the number of the spool."""
    filament = env["product.product"].create(
        {
            "name": name,
            "is_filament": True,
            "material_id": env.ref("print3d_inventory.material_pla").id,
            "colour_hexes": "#112233",
            "tare_weight_g": 200,
        }
    )
    stock = env["stock.warehouse"].search([], limit=1).lot_stock_id
    received = fields.Datetime.now() - timedelta(hours=2)
    return (
        env["print3d.spool.add"]
        .with_context(print3d_spool_happened_on=received)
        .create(
            {
                "product_id": filament.id,
                "count": 1,
                "net_weight_g": FULL,
                "price_per_kg": 20,
                "location_id": stock.id,
            }
        )
        ._add_spools()
        .id
    )


def tell(registry, barrier, answers, lot_id, words, options):
    """Be one of many: read the spool, wait for the others, and tell."""
    met = []

    def once():
        lot = env["stock.lot"].browse(lot_id)
        lot.remaining_g  # noqa: B018  all have their snapshot before any acts
        if not met:
            met.append(True)
            barrier.wait(timeout=120)
        return lot._print3d_record(*words, **options).id

    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            answers.put(retrying(once, env))
    except Exception as error:
        # The others need not wait for this one.
        barrier.abort()
        answers.put(f"{type(error).__name__}: {error}")


def crowd(registry, lot_id, told):
    """Let one process tell each of ``told`` at once; return their answers.

    :param told: pairs of (words, options) of the ledger's door
    """
    odoo.sql_db.close_all()
    gc.collect()
    gc.freeze()
    barrier, answers = fork.Barrier(len(told)), fork.SimpleQueue()
    people = [
        fork.Process(target=tell, args=(registry, barrier, answers, lot_id, *one))
        for one in told
    ]
    start = time.monotonic()
    for person in people:
        person.start()
    found = [answers.get() for _person in people]
    for person in people:
        person.join()
    return found, time.monotonic() - start


def look(registry, lot_id):
    """What the books say in the end."""
    with registry.cursor() as cr:
        lot = api.Environment(cr, SUPERUSER_ID, {})["stock.lot"].browse(lot_id)
        entries = lot.spool_entry_ids
        return {
            "left": lot.remaining_g,
            "booked": lot._get_book_grams(),
            "ledger": round(sum(entries.mapped("grams")), 2),
            "quants": round(sum(lot._get_stock_quants().mapped("quantity")), 2),
            "states": {
                state: len(some) for state, some in entries.grouped("state").items()
            },
            "uses": len(entries.filtered(lambda entry: entry.kind == "use")),
            "moved": round(
                -sum(entries.filtered(lambda e: e.kind == "use").mapped("grams")), 2
            ),
        }


def summary(registry, lot_id, answers, seconds):
    """What a crowd was told, and what the books say."""
    failed = [answer for answer in answers if isinstance(answer, str)]
    return {
        "failed": failed,
        "entries": len({answer for answer in answers if not isinstance(answer, str)}),
        "seconds": round(seconds, 1),
        **look(registry, lot_id),
    }


def make(registry, name):
    """Build and commit a spool."""
    with registry.cursor() as cr:
        return build(api.Environment(cr, SUPERUSER_ID, {}), name)


def kill_one(registry):
    """A process is killed when its use is committed and not yet booked."""
    lot_id = make(registry, "Killed PLA")

    def die(hold):
        with registry.cursor() as cr:
            lot = api.Environment(cr, SUPERUSER_ID, {})["stock.lot"].browse(lot_id)
            entry = type(lot.spool_entry_ids)
            entry._try_lock = lambda self: False
            entry._post_waiting_quietly = lambda self, _lot: os.kill(
                os.getpid(), signal.SIGKILL
            )
            lot._print3d_record("use", 12.5)
            cr.commit()

    odoo.sql_db.close_all()
    victim = fork.Process(target=die, args=(True,))
    victim.start()
    victim.join()
    before = look(registry, lot_id)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["print3d.spool.entry"]._cron_post_waiting()
    return {
        "killed": victim.exitcode == -signal.SIGKILL,
        "before": before,
        "after": look(registry, lot_id),
    }


def main(database):
    """Run the crowds; print what came of them."""
    registry = connect(database)
    found = {}

    lot_id = make(registry, "Crowd PLA")
    told = [(("use", USED), {"key": f"use {n}"}) for n in range(PROCESSES)]
    found["uses"] = summary(registry, lot_id, *crowd(registry, lot_id, told))

    lot_id = make(registry, "Twice PLA")
    told = [(("use", USED), {"key": "the same"}) for _n in range(12)]
    found["same_key"] = summary(registry, lot_id, *crowd(registry, lot_id, told))

    lot_id = make(registry, "Mixed PLA")
    now = fields.Datetime.now()
    told = [
        (("use", 10.0), {"happened_on": now - timedelta(minutes=minutes)})
        for minutes in (50, 40, 30, 20, 10, 5, 4, 3)
    ] + [
        (("weigh", 1000.0), {"happened_on": now - timedelta(minutes=35)}),
        (("weigh", 850.0), {"happened_on": now - timedelta(minutes=15)}),
        (("count", 900.0), {"happened_on": now - timedelta(minutes=45)}),
    ]
    found["mixed"] = summary(registry, lot_id, *crowd(registry, lot_id, told))

    found["kill"] = kill_one(registry)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
