"""A plan is applied twice while runs of it are started, moved and planned anew.

    schedule_apply_race.py DATABASE

What was found is printed as JSON.
"""

import json
import sys

from racing import connect, race
from run_end_race import build

from odoo import SUPERUSER_ID, api

RUNS = 6


def main(database):
    """Run the race; print what came of it."""
    registry = connect(database)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        production, _spools = build(env, quantity=RUNS)
        runs = production.run_ids
        printers = runs.workcenter_id
        printers |= printers.copy({"name": "Race Printer 2", "needs_clearing": False})
        runs[1:].workcenter_id = False
        company = env.company
        company.write(
            {
                "print3d_plan_seconds": 0,
                "print3d_plan_assigns": True,
                "print3d_people_calendar_id": env.ref(
                    "print3d_production.resource_calendar_24_7"
                ).id,
            }
        )
        # Last in the queue and due first, so that a plan has something to move.
        runs[-1].priority = "1"
        schedule = env["print3d.schedule"]._make(company)
        started, moved = runs[0], runs[1]
        cr.commit()
        answers = race(
            registry,
            (schedule, "action_apply"),
            (schedule, "action_apply"),
            (started, "_do_start"),
            (moved, "write", {"workcenter_id": printers[1].id}),
            (started, "_plan_now", company.id),
        )
        cr.commit()
        env.invalidate_all()
        env["print3d.run"]._plan_now(company.id)
        found = {
            "refused": [answer for answer in answers if isinstance(answer, str)],
            "answers": len(answers),
            "schedule": schedule.state,
            "started": [started.state, started.workcenter_id == printers[0]],
            "started_plan": bool(started.date_planned_start),
            "moved": [moved.workcenter_id == printers[1], moved.is_placed_by_plan],
            "states": sorted(runs.mapped("state")),
            "sequences": len(set(runs.mapped("sequence"))),
            "overlaps": find_overlaps(runs, started),
            "changes": env["print3d.queue.change"].search_count(
                [("id", "=", schedule.change_id.id)]
            ),
        }
    print(json.dumps(found))


def find_overlaps(runs, started):
    """Return the pairs of runs that are planned on one printer at one time."""
    spans = [
        (run.planned_workcenter_id.id, run.date_planned_start, run.date_planned_end)
        for run in runs - started
    ] + [(started.workcenter_id.id, started.date_start, started.date_eta)]
    return [
        [str(first), str(second)]
        for number, first in enumerate(spans)
        for second in spans[number + 1 :]
        if first[0] == second[0] and first[1] < second[2] and second[1] < first[2]
    ]


if __name__ == "__main__":
    main(*sys.argv[1:])
