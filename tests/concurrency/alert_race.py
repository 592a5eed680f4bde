"""Four processes tell 100,000 events about 1,000 things, and one of them is killed.

    alert_race.py DATABASE

The registry is loaded once and the processes are forked from it. Each tells its events
in transactions of its own, and takes in what is there after each commit, as requests
do. One is killed twice: before a commit, and after one, while it has the lock and
makes alerts. Each time the batch it was at is told again, with the same tokens. What
was found is printed as JSON.
"""

import gc
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import timedelta

from racing import connect

import odoo.sql_db
from odoo import SUPERUSER_ID, api, fields
from odoo.service.model import retrying

PROCESSES = 4
EVENTS = 100_000
KEYS = 1_000
BATCH = 500
# Where the first process is killed: batch, and whether it is committed by then.
KILLS = ((12, False), (30, True))
# Things of which it is told in any order that they are so and that they are over.
THINGS, STEPS = 40, 25
fork = multiprocessing.get_context("fork")


def tell(registry, rows, kind="raise"):
    """Tell in one transaction, tried again as Odoo does; take in after the commit."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        retrying(lambda: env["print3d.alert"]._tell(kind, rows), env)


def get_batches(process, company_id):
    """What a process tells: every event of its share, with its tokens.

    Of the process that is killed each line has a token, by which what is told twice is
    known.
    """
    numbers = range(process, EVENTS, PROCESSES)
    for start in range(0, len(numbers), BATCH):
        yield [
            {
                # A number without common divisor: all keys come in all processes.
                "key": f"race:{number * 7919 % KEYS}",
                "company_id": company_id,
                "name": f"Thing {number * 7919 % KEYS}",
                "severity": "warning",
                **({"token": f"race {number}"} if process == 0 else {}),
            }
            for number in numbers[start : start + BATCH]
        ]


def work(registry, process, company_id, begin=0, kills=()):
    """Be one of the processes: tell the batches from ``begin`` on."""
    kills = dict(kills)
    for number, rows in enumerate(get_batches(process, company_id)):
        if number < begin:
            continue
        if number in kills:
            die(registry, rows, is_committed=kills[number])
        tell(registry, rows)


def die(registry, rows, is_committed):
    """Tell a batch, and be killed before it is committed, or while it is taken in."""
    Alert = registry["print3d.alert"]
    if is_committed:
        original = Alert._write_episodes

        def write(records, changes):
            original(records, changes)
            records.env.flush_all()
            os.kill(os.getpid(), signal.SIGKILL)

        Alert._write_episodes = write
        tell(registry, rows)
        # Another one has the lock: wait for the turn.
        while True:
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["print3d.alert"]._tell("raise", rows[:1])
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["print3d.alert"]._tell("raise", rows)
        os.kill(os.getpid(), signal.SIGKILL)


def run_crowd(registry, company_id):
    """Let all processes tell; begin the killed one again. Return how each ended."""
    odoo.sql_db.close_all()
    gc.collect()
    gc.freeze()
    ends = []
    others = [
        fork.Process(target=work, args=(registry, number, company_id))
        for number in range(1, PROCESSES)
    ]
    for other in others:
        other.start()
    begin = 0
    for number, is_committed in (*KILLS, (None, None)):
        kills = ((number, is_committed),) if number is not None else ()
        victim = fork.Process(target=work, args=(registry, 0, company_id, begin, kills))
        victim.start()
        victim.join()
        ends.append(victim.exitcode)
        begin = number
    for other in others:
        other.join()
        ends.append(other.exitcode)
    return ends


def settle(registry):
    """Take in what is left, as the cron does."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        while not env["print3d.alert"]._take_in_quietly(50):
            time.sleep(0.05)


def look(registry, prefix):
    """What there is in the end."""
    with registry.cursor() as cr:
        cr.execute(
            """
            SELECT count(*), count(DISTINCT key), sum(count), min(count), max(count),
                   count(*) FILTER (WHERE state = 'open')
              FROM print3d_alert WHERE key LIKE %s
            """,
            [f"{prefix}:%"],
        )
        names = ("alerts", "keys", "events", "least", "most", "open")
        found = dict(zip(names, cr.fetchone(), strict=True))
        cr.execute("SELECT count(*) FROM print3d_alert_signal")
        [found["left"]] = cr.fetchone()
        cr.execute(
            """
            SELECT count(*) FROM print3d_alert_event AS event
              JOIN print3d_alert AS alert ON alert.id = event.alert_id
             WHERE alert.key LIKE %s AND event.kind = 'raised'
            """,
            [f"{prefix}:%"],
        )
        [found["journaled"]] = cr.fetchone()
        return found


def shuffle(registry, company_id):
    """Tell beginnings and ends of things in any order, from all processes at once.

    :return: what there is, and what there should be: things still open, and raised
    """
    source = random.Random(7)
    start = fields.Datetime.now() - timedelta(days=1)
    steps, raised, is_open = [], Counter(), {}
    for thing in range(THINGS):
        seen, over = [], []
        for minute in source.sample(range(1_000), STEPS):
            kind = source.choice(("raise", "raise", "clear"))
            (over if kind == "clear" else seen).append(minute)
            steps.append((kind, f"shuffle:{thing}", start + timedelta(minutes=minute)))
        raised[thing] = len(seen)
        is_open[thing] = max(seen, default=-1) > max(over, default=-1)
    source.shuffle(steps)

    def work_through(share):
        for kind, key, when in share:
            row = {"key": key, "company_id": company_id, "name": key}
            tell(registry, [{**row, "occurred_on": when}], kind)

    odoo.sql_db.close_all()
    workers = [
        fork.Process(target=work_through, args=(steps[number::PROCESSES],))
        for number in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    settle(registry)
    found = look(registry, "shuffle")
    return {
        "ends": [worker.exitcode for worker in workers],
        "open": (found["open"], sum(is_open.values())),
        "events": (found["events"], sum(raised.values())),
    }


def hold(registry, company_id):
    """Change an alert, and have signals about it taken in before that is committed.

    :return: whether they could be, how often it counts then, and in the end
    """
    row = {"key": "hold:1", "company_id": company_id, "name": "Held"}
    tell(registry, [row])
    settle(registry)
    tell_later = {**row, "name": "Told meanwhile"}
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        alert = env["print3d.alert"].search([("key", "=", "hold:1")])
        alert.action_acknowledge()
        env.flush_all()
        other = fork.Process(target=tell_quickly, args=(registry.db_name, tell_later))
        other.start()
        other.join()
        taken = env["print3d.alert"]._take_in()
        cr.commit()
    settle(registry)
    return {"taken": taken, "end": other.exitcode, **look(registry, "hold")}


def tell_quickly(database, row):
    """Add a signal as somebody who has no time to make alerts of it."""
    odoo.sql_db._Pool = None
    with odoo.sql_db.db_connect(database).cursor() as cr:
        cr.execute(
            """
            INSERT INTO print3d_alert_signal
                   (kind, company_ref, key, happened_on, user_ref, vals)
            VALUES ('raise', %s, %s, now() AT TIME ZONE 'UTC', 1, %s)
            """,
            [row["company_id"], row["key"], json.dumps({"name": row["name"]})],
        )


def main(database):
    """Run the crowd; print what came of it."""
    registry = connect(database)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        company_id = env["res.company"].search([], limit=1).id
    start = time.monotonic()
    ends = run_crowd(registry, company_id)
    settle(registry)
    found = {
        "ends": ends,
        "seconds": round(time.monotonic() - start, 1),
        **look(registry, "race"),
        "shuffled": shuffle(registry, company_id),
        "held": hold(registry, company_id),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
