"""Several want one spool at the same moment, on a database of their own.

    run_start_race.py DATABASE

What was found is printed as JSON.
"""

import json
import sys

from racing import connect, race
from run_end_race import GRAMS, NEEDED, build

from odoo import SUPERUSER_ID, api


def look(env, runs, spool):
    """What is on record after a race."""
    env.invalidate_all()
    started = runs.filtered(lambda run: run.state == "printing")
    reserved = env["print3d.spool.reservation"].search(
        [("lot_id", "=", spool.id), ("state", "=", "active")]
    )
    return {
        "states": sorted(runs.mapped("state")),
        "feeds": len(started.filtered(lambda run: run.spool_ids.lot_id == spool)),
        "promised": sum(started.spool_ids.mapped("planned_g"))
        + sum(reserved.mapped("grams")),
    }


def race_for_one_spool(env, race_acts):
    """Two runs are started on two printers with the spool that hangs in one."""
    production, spools = build(env)
    runs = production.run_ids
    other = runs[0].workcenter_id.copy({"name": "Race Printer 2"})
    other.slot_count = 1
    runs[1].workcenter_id = other
    slot = runs[0].workcenter_id.slot_ids[0]
    spools[0].action_load(slot)
    env.cr.commit()
    answers = race_acts(*((run, "_do_start", {1: spools[0].id}) for run in runs))
    return {"answers": answers, **look(env, runs, spools[0])}


def race_with_a_reservation(env, race_acts):
    """A spool is reserved for one run while another is started with it."""
    production, spools = build(env)
    runs = production.run_ids
    spools[0].action_load(runs[0].workcenter_id.slot_ids[0])
    spools[0]._print3d_reserve(GRAMS - 1.5 * NEEDED, note="Race")
    env.cr.commit()
    answers = race_acts(
        (runs[0], "_do_start", {1: spools[0].id}),
        (runs[1], "_reserve_spools", {1: spools[0].id}),
    )
    return {"answers": answers, **look(env, runs, spools[0])}


def main(database):
    """Run all races; print what came of them."""
    registry = connect(database)
    found = {}
    for act in (race_for_one_spool, race_with_a_reservation):
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})

            def race_acts(*acts, cr=cr):
                answers = race(registry, *acts)
                # A new snapshot, in which the others' work can be seen.
                cr.commit()
                return [
                    answer if isinstance(answer, str) else bool(answer)
                    for answer in answers
                ]

            found[act.__name__] = act(env, race_acts)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
