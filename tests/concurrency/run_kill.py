"""Whoever starts or ends a print is killed at any moment, and does it again.

    run_kill.py DATABASE SEED TIMES

Each deed is done in a process forked from this one, which kills itself at a point. What
was found is printed as JSON. A point is the number of a statement that is sent to the
database, counted from the beginning of the deed; ``commit`` is just before its commit
and ``after`` just after it. The deed is told with the printer's job, as a printer would
that got no answer.
"""

import json
import multiprocessing
import os
import random
import signal
import sys

from racing import connect
from run_end_race import build

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import retrying

JOB = "job-{}"
# As many kinds of ends as there are ways through the code.
DEEDS = ("start", "done", "partly", "failed", "reopen")
fork = multiprocessing.get_context("fork")


def tell(run, deed):
    """Do a deed as the printer or a person would tell it; whether it changed anything.

    :param run: print3d.run
    :param str deed: of :data:`DEEDS`
    """
    job = JOB.format(run.id)
    if deed == "start":
        return run._report("started", job_key=job)
    if deed == "reopen":
        return run._do_reopen()
    values = {"partly": {"good": 1}, "failed": {"progress": 40.0}}.get(deed, {})
    return run._report(
        "failed" if deed == "failed" else "done",
        job_key=job,
        duration_s=3600,
        recovered_g={1: 2.0},
        purge_g={1: 1.5},
        **values,
    )


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def do_and_die(registry, run_id, deed, point):
    """Do a deed until a point is reached, and be killed there."""
    # The connections are those of the process this one was forked from.
    odoo.sql_db._Pool = None
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        run = env["print3d.run"].browse(run_id)
        if point.isdigit():
            execute, sent = cr.execute, []

            def count(*args, **kwargs):
                sent.append(1)
                if len(sent) > int(point):
                    die()
                return execute(*args, **kwargs)

            cr.execute = count
        tell(run, deed)
        env.flush_all()
        if point == "commit":
            die()
        cr.commit()
        if point == "after":
            die()


def count_statements(registry, run_id, deed):
    """Return how many statements a deed sends, without doing it."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        before = cr.sql_log_count
        tell(env["print3d.run"].browse(run_id), deed)
        env.flush_all()
        count = cr.sql_log_count - before
        cr.rollback()
    return count


def tell_again(registry, run_id, deed):
    """Tell it again, as whoever got no answer does."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        run = env["print3d.run"].browse(run_id)
        try:
            return retrying(lambda: tell(run, deed), env)
        except UserError as error:
            return str(error)


def look(registry, run_id):
    """Return the differences of a run, its state, and the marks of doubled deeds."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        run = env["print3d.run"].browse(run_id)
        runs = run.production_ids.run_ids
        return {
            "state": run.state,
            "differences": runs._find_differences(),
            "ends": len(
                run.event_ids.filtered(
                    lambda event: (
                        event.kind == "moved"
                        and event.new_state in ("done", "failed", "cancelled")
                    )
                )
            ),
            "starts": len(
                run.event_ids.filtered(
                    lambda event: (
                        event.kind == "moved"
                        and (event.old_state, event.new_state)
                        == ("assigned", "printing")
                    )
                )
            ),
        }


def main(database, seed, times):
    """Kill each deed at some points; print what came of it."""
    registry = connect(database)
    draw = random.Random(int(seed))
    told = []
    for deed in DEEDS:
        for turn in range(int(times)):
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                production, spools = build(env, copies=2, quantity=4)
                run = production.run_ids[0]
                spools[0].action_load(run.workcenter_id.slot_ids[0])
                run_id = run.id
                cr.commit()
            before = {"start": (), "reopen": ("start", "done")}.get(deed, ("start",))
            for earlier in before:
                tell_again(registry, run_id, earlier)
            count = count_statements(registry, run_id, deed)
            point = ("commit", "after")[turn] if turn < 2 else draw.randrange(count)
            odoo.sql_db.close_all()
            victim = fork.Process(
                target=do_and_die, args=(registry, run_id, deed, str(point))
            )
            victim.start()
            victim.join(120)
            after_kill = look(registry, run_id)
            answers = [tell_again(registry, run_id, deed) for _again in range(2)]
            told.append(
                {
                    "deed": deed,
                    "point": str(point),
                    "of": count,
                    "killed": victim.exitcode == -signal.SIGKILL,
                    "half": after_kill["differences"],
                    "answers": answers,
                    **look(registry, run_id),
                }
            )
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
