"""People and printers act on one run at the same moment, on a database of their own.

    run_end_race.py DATABASE

What was found is printed as JSON.
"""

import json
import sys

from racing import connect, make_spools, race

from odoo import SUPERUSER_ID, Command, api
from odoo.service.model import retrying

GRAMS = 1000.0
NEEDED = 50.0


def build(env, copies=1, quantity=2, plates=1):
    """Make a shop of one printer and two spools; return an order and the spools.

    :param int copies: pieces of a plate
    :param int quantity: pieces ordered
    :param int plates: of the file, each of :data:`NEEDED` grams
    """
    filament, spools = make_spools(env, GRAMS)
    printer = env["mrp.workcenter"].create(
        {
            "name": "Race Printer",
            "is_printer": True,
            "slot_count": 2,
            "needs_clearing": False,
        }
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
                        "index": index,
                        "time_s": 3600,
                        "copies": copies,
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
                for index in range(1, plates + 1)
            ],
        }
    )
    version.action_activate()
    production = env["mrp.production"].create(
        {"product_id": product.id, "product_qty": quantity}
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
        "order": production.state,
        "differences": runs._find_differences(),
    }


def end(outcome):
    """Arguments of an end."""
    if outcome == "done":
        return ("_do_end", "done")
    return ("_do_end", "failed", 40)


def race_ends(registry):
    """Two people end one run, in several ways."""
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
            yield name, {"answers": answers, **look(env, production, spools)}


def race_two_people_and_a_printer(registry):
    """Two people and the printer end one run at the same moment."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        production, spools = build(env)
        run = production.run_ids[0]
        run._do_start({1: spools[0]}, job_key="job")
        cr.commit()
        answers = race(
            registry,
            (run, "_do_end", "done"),
            (run, "_do_end", "failed", 40),
            (run, "_report", "done", None, "job"),
        )
        cr.commit()
        yield (
            "three_at_once",
            {
                "answers": answers,
                "ignored": len(run.event_ids.filtered("is_ignored")),
                **look(env, production, spools),
            },
        )


def race_starts(registry):
    """Two runs are started on one printer; and one that is cancelled meanwhile."""
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
        yield "two_starts", {"answers": answers, **look(env, production, spools)}
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        production, spools = build(env)
        run = production.run_ids[0]
        cr.commit()
        answers = race(
            registry,
            (run, "_do_start", {1: spools[0].id}),
            (run, "_cancel_waiting", True),
        )
        cr.commit()
        yield (
            "start_and_cancel",
            {
                "answers": answers,
                "state": run.state,
                **look(env, production, spools),
            },
        )


def race_swap(registry):
    """The spool is changed while the printer tells that the print is done."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        production, spools = build(env)
        run = production.run_ids[0]
        run._do_start({1: spools[0]})
        slot = spools[0].location_id
        run.progress = 40.0
        spools[0].action_unload()
        cr.commit()
        answers = race(
            registry,
            (spools[1], "action_load", slot.id),
            (run, "_report", "done", None, "job"),
        )
        cr.commit()
        yield (
            "swap_and_end",
            {
                "answers": len(answers),
                "used": sorted(run.spool_ids.mapped("used_g")),
                **look(env, production, spools),
            },
        )


def swap_behind_an_end(registry):
    """The spool is changed after an end has read the run and before it acts."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        production, spools = build(env)
        run = production.run_ids[0]
        run._do_start({1: spools[0]})
        slot = spools[0].location_id
        run.progress = 40.0
        spools[0].action_unload()
        cr.commit()
        with registry.cursor() as other:
            late = run.with_env(env(cr=other))
            late.spool_ids.mapped("planned_g")
            spools[1].action_load(slot.id)
            cr.commit()
            answer = retrying(lambda: late._do_end("done"), late.env)
        yield (
            "swap_before_end",
            {
                "answers": [answer],
                "used": sorted(run.spool_ids.mapped("used_g")),
                **look(env, production, spools),
            },
        )


def race_two_plates(registry):
    """The last two prints of an order end at the same moment."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        production, spools = build(env, quantity=1, plates=2)
        runs = production.run_ids
        runs[1].workcenter_id = runs[1].workcenter_id.copy({"slot_count": 1})
        for run, spool in zip(runs, spools, strict=True):
            run._do_start({1: spool})
        cr.commit()
        answers = race(registry, *((run, "_do_end", "done") for run in runs))
        cr.commit()
        yield "two_plates", {"answers": answers, **look(env, production, spools)}


def main(database):
    """Run all races; print what came of them."""
    registry = connect(database)
    found = {}
    for story in (
        race_ends,
        race_two_people_and_a_printer,
        race_starts,
        race_swap,
        swap_behind_an_end,
        race_two_plates,
    ):
        found.update(story(registry))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
