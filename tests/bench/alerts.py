"""How long 100,000 events take to become alerts, and the screens of 10,000 of them.

First four processes tell events about a hundredth as many things, in transactions of
500 each, and take in what is there after each commit, as requests do. Every event has
to be counted, and every thing to have one alert. Then the screens ask for what their
views ask for, as the browser does, and as an operator, with few alerts and with many;
deeds are committed. Alerts are of 50 products, of all severities and categories, a
fifth of them over.
"""

import gc
import multiprocessing
import random
import time
from datetime import timedelta
from functools import partial

import odoo.sql_db
from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.service.model import retrying
from odoo.tools import SQL

from .spools import LIST, Screen, others_meanwhile, share, take_rounds

EVENTS, PROCESSES, BATCH = 100_000, 4, 500
# Events about one thing.
REPEATED = 100
FEW, MANY = 1_000, 10_000
ROUNDS = 30
# Milliseconds that are felt as at once.
LIMIT = 200
PRODUCTS = 50
TABLES = ("print3d_alert", "print3d_alert_event", "print3d_alert_signal")
INHERITED = []
fork = multiprocessing.get_context("fork")


def add_arguments(parser):
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=ROUNDS)


def run(env, args):
    """Tell, count; fill, measure, fill on, measure again."""
    user = env["res.users"].create(
        {
            "name": "Bench operator",
            "login": "bench_operator",
            "group_ids": [
                Command.link(env.ref("print3d_library.group_print3d_operator").id)
            ],
        }
    )
    env.cr.commit()
    result = {"events": tell_events(env, args.events, args.processes), "at": {}}
    env.cr.execute("DELETE FROM print3d_alert")
    env.cr.commit()
    maker = Maker(env)
    for count in (args.few, args.many):
        maker.fill(count)
        result["at"][count] = Bench(env(user=user)).measure(args.rounds)
    show(result["at"])
    return result


# === EVENTS === #


def tell_events(env, events, processes):
    """Let processes tell events at once; seconds, and what came of it."""
    keys = max(1, events // REPEATED)
    company_id = env.company.id
    registry = env.registry
    # No transaction that looks on while others work.
    env.cr.commit()
    gc.collect()
    gc.freeze()
    workers = [
        fork.Process(
            target=tell,
            args=(registry, range(number, events, processes), keys, company_id),
        )
        for number in range(processes)
    ]
    with others_meanwhile() as others:
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        told = time.perf_counter() - start
        while not env["print3d.alert"]._take_in_quietly(50):
            time.sleep(0.01)
        seconds = time.perf_counter() - start
    env.cr.rollback()
    [(alerts, found, counted)] = env.execute_query(
        SQL(
            """
            SELECT COUNT(*), COUNT(DISTINCT key), SUM(count) FROM print3d_alert
             WHERE key LIKE 'bench:%%'
            """
        )
    )
    assert alerts == found == keys, f"{alerts} alerts of {found} things, not {keys}"
    assert counted == events, f"{counted} of {events} events are counted"
    print(
        f"{events:,} events about {keys:,} things from {processes} processes: told in "
        f"{told:.1f} s, all are alerts after {seconds:.1f} s "
        f"({events / seconds:,.0f} a second)"
    )
    busy = others()
    # The processes themselves use more than the one that is counted as ours.
    print(f"Meanwhile all programs but one used {busy:g} processors.\n", flush=True)
    return {
        "events": events,
        "alerts": alerts,
        "told": round(told, 1),
        "seconds": round(seconds, 1),
    }


def tell(registry, numbers, keys, company_id):
    """Be one of the processes, with connections of its own."""
    # Those that were inherited belong to the parent, and have to stay open for it.
    INHERITED.append((odoo.sql_db._Pool, registry._db))
    odoo.sql_db._Pool = None
    registry._db = odoo.sql_db.db_connect(registry.db_name)
    for start in range(0, len(numbers), BATCH):
        rows = [
            {
                "key": f"bench:{number % keys}",
                "company_id": company_id,
                "name": f"Thing {number % keys}",
                "severity": "warning",
            }
            for number in numbers[start : start + BATCH]
        ]
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            retrying(partial(env["print3d.alert"]._raise_many, rows), env)


# === SCREENS === #


class Maker:
    """Makes alerts of products, a fifth of them over."""

    def __init__(self, env):
        self.env = env
        self.random = random.Random(8)
        self.made = 0
        self.products = env["product.product"].create(
            [{"name": f"Bench thing {number}"} for number in range(PRODUCTS)]
        )
        kinds = env["print3d.alert"]._fields
        self.categories = kinds["category"].get_values(env)
        self.severities = kinds["severity"].get_values(env)

    def fill(self, count):
        """Raise alerts until there are so many."""
        now = fields.Datetime.now()
        rows = []
        for number in range(self.made, count):
            product = self.products[number % PRODUCTS]
            seen = now - timedelta(minutes=self.random.randrange(60 * 24 * 60))
            rows.append(
                {
                    "key": f"product.product,{product.id}:bench {number}",
                    "company_id": self.env.company.id,
                    "name": f"Something is the matter with it ({number})",
                    "body": "What it is, and what helps.",
                    "severity": self.severities[number % 3],
                    "category": self.categories[number % len(self.categories)],
                    "res_model": "product.product",
                    "res_id": product.id,
                    "product_id": product.id,
                    "user_id": self.env.uid if number % 7 == 0 else None,
                    "occurred_on": seen,
                }
            )
        Alert = self.env["print3d.alert"]
        Alert._raise_many(rows)
        Alert._tell(
            "clear",
            [{"key": row["key"], "company_id": row["company_id"]} for row in rows[::5]],
        )
        self.env.cr.commit()
        while not Alert._take_in():
            continue
        self.env.cr.commit()
        self.made = count


class Bench:
    """Everything that is measured of the screens, as one user."""

    def __init__(self, env):
        self.env = env
        self.Alert = env["print3d.alert"]
        self.alerts = Screen(
            env, "print3d_inventory.print3d_alert_action", ("list", "kanban", "form")
        )
        self.turn = 0

    def measure(self, rounds):
        """Milliseconds and queries of each screen and deed."""
        for table in TABLES:
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        self.env.cr.commit()
        return take_rounds(self.env, self._get_steps(), self.prepare, rounds)

    def prepare(self):
        """Take the next open alert in hand."""
        self.turn += 1
        # What was acknowledged in the round before is there again.
        self.env.cr.execute(
            """
            UPDATE print3d_alert SET state = 'open', acknowledged_on = NULL
             WHERE state = 'acknowledged'
            """
        )
        self.alert = self.Alert.search(
            [("state", "=", "open")], order="id", limit=1, offset=self.turn % 40
        )
        self.page = self.Alert.search(
            [("state", "=", "open")], order="id desc", limit=LIST
        )
        self.env.cr.commit()
        self.env.invalidate_all()

    def _get_steps(self):
        alerts, get_bell = self.alerts, self.Alert.get_bell
        there = alerts.filter("not_over")
        return {
            "bell": lambda: get_bell()["total"],
            "bell, a category": lambda: get_bell(tab="printer")["total"],
            "bell, mine": lambda: get_bell(tab="mine")["total"],
            "bell, search": lambda: get_bell(search="matter 99")["total"],
            "alerts": lambda: alerts.show("list", there),
            "alerts as cards": lambda: alerts.show("kanban", there, 40),
            "panel beside the alerts": lambda: alerts.count(there),
            "alerts of a thing": lambda: alerts.show(
                "list", alerts.typed("source_name", "Bench thing 7") + there
            ),
            **{
                f"alerts: {words}": partial(alerts.show, "list", domain)
                for words, domain in alerts.get_filters().items()
            },
            **{
                f"alerts, grouped by {words}": partial(
                    alerts.group, "list", there, field
                )
                for words, field in alerts.get_groups().items()
            },
            "page of an alert": lambda: len(alerts.open(self.alert.id)),
            "acknowledge": lambda: self.alert.action_acknowledge() and 1,
            "mute": lambda: self.alert.action_mute(days=1) and 1,
            "hear again": self._hear_again,
            "acknowledge a page": lambda: self.page.action_acknowledge() and 1,
            "one comes in": self._raise_one,
        }

    def _hear_again(self):
        muted = self.Alert.search([("state", "=", "muted")], limit=1)
        muted.action_unmute()
        return len(muted)

    def _raise_one(self):
        self.Alert.sudo()._raise_many(
            [
                {
                    "key": self.alert.key,
                    "company_id": self.alert.company_id.id,
                    "name": self.alert.name,
                }
            ]
        )
        return 1


# === TELLING === #


def show(results):
    """Print all figures beside each other, and what takes too long."""
    counts = list(results)
    print(f"{'milliseconds':<40}", end="")
    for count in counts:
        print(f"{f'{count:,} alerts':>32}", end="")
    print(f"\n{'':<40}" + f"{'queries':>8}{'p50':>8}{'p95':>8}{'cpu':>8}" * len(counts))
    slow = []
    for name in results[counts[0]]:
        print(f"{name:<40}", end="")
        for count in counts:
            row = results[count][name]
            print(
                f"{row['queries']:>8}{row['p50']:>8}{row['p95']:>8}"
                f"{row['processor']:>8}",
                end="",
            )
        print()
        if row["p95"] > LIMIT:
            slow.append(f"{name} ({row['p95']:.0f} ms)")
    print(
        f"\n19 of 20 times longer than {LIMIT} ms with {counts[-1]:,} alerts: "
        f"{', '.join(slow) or 'nothing'}"
    )
