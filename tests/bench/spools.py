"""How long the screens and deeds of spools take with 1,000 and with 10,000 of them.

A spool has 20 stock moves on average, a few of them many more; of a few filaments there
are hundreds of spools. The screens ask for what their views ask for, as the browser
does, and as an operator; deeds are told through the ledger, and committed. Before and
after, stock, stock moves and ledger of every spool have to say the same.
"""

import gc
import json
import os
import random
import time
from contextlib import contextmanager, suppress
from functools import partial

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL, safe_eval

from ._spool_maker import FULL, SPOOLS_A_FILAMENT, TARE, TOLD, Maker

FEW, MANY = 1_000, 10_000
MOVES = 20
ROUNDS = 40
# Milliseconds that are felt as at once.
LIMIT = 200
# As the web client asks.
BOARD, LIST, COUNT = 40, 80, 10_001
TABLES = (
    "stock_lot",
    "stock_quant",
    "stock_move",
    "stock_move_line",
    "print3d_spool_entry",
    "product_product",
    "product_template",
)


def add_arguments(parser):
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("--moves", type=int, default=MOVES, help="of a spool")
    parser.add_argument("--told", type=int, default=TOLD, help="spools not copied")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", help="measure only what has this in its name")


def run(env, args):
    """Fill, measure, fill on, measure again."""
    user = env["res.users"].create(
        {
            "name": "Bench operator",
            "login": "bench_operator",
            "group_ids": [
                Command.link(env.ref("print3d_library.group_print3d_operator").id)
            ],
        }
    )
    maker = Maker(env, user, args.moves)
    result = {"at": {}, "books": {}}
    for count in (args.few, args.many):
        if maker.made >= count:
            continue
        wanted = max(3, count // SPOOLS_A_FILAMENT)
        maker.add_filaments(wanted - len(maker.filaments))
        if not maker.made:
            result["told"] = maker.tell(min(args.told, count))
        result["copied"] = maker.copy(count - maker.made)
        result["books"][count] = maker.check()
        bench = Bench(env(user=user), maker)
        result["at"][count] = bench.measure(args.rounds, args.only)
        maker.check()
    show(result["at"])
    return result


class Screen:
    """What the web client asks for to show the views of an action."""

    def __init__(self, env, action, kinds=("list",)):
        self.env = env
        record = env.ref(action).sudo()
        self.model = env[record.res_model]
        self.context = safe_eval.safe_eval(record.context or "{}", {"uid": env.uid})
        self.domain = safe_eval.safe_eval(record.domain or "[]", {"uid": env.uid})
        views = [view for view in record.views if view[1] in kinds]
        views.append((record.search_view_id.id, "search"))
        found = self.model.get_views(views)["views"]
        self.views = {
            kind: etree.fromstring(one["arch"]) for kind, one in found.items()
        }
        self.specs = {kind: self._read(self.model, self.views[kind]) for kind in kinds}

    def get_records(self):
        """The records of the model as this screen asks for them."""
        return self.model.with_context(**self.context)

    # -- from the search view --

    def filter(self, *names):
        """The domain of the screen with filters of these names."""
        domain = list(self.domain)
        for name in names:
            [node] = self.views["search"].iterfind(f".//filter[@name='{name}']")
            domain += safe_eval.safe_eval(node.get("domain"), self._get_words())
        return domain

    def typed(self, field, text):
        """The domain of the screen with ``text`` typed and looked up in a field."""
        [node] = self.views["search"].iterfind(f"./field[@name='{field}']")
        if node.get("filter_domain"):
            return self.domain + safe_eval.safe_eval(
                node.get("filter_domain"), {"self": text}
            )
        return [*self.domain, (field, node.get("operator") or "ilike", text)]

    def _get_words(self):
        """What domains of filters may speak of."""
        return {
            "uid": self.env.uid,
            "context_today": fields.Date.today,
            "datetime": safe_eval.datetime,
            "relativedelta": relativedelta,
        }

    def get_filters(self):
        """The domain of each filter, with the screen's own, by what it is called."""
        return {
            node.get("string").lower(): self.filter(node.get("name"))
            for node in self.views["search"].iterfind(".//filter[@domain]")
        }

    def get_groups(self):
        """What each grouping groups by, by what it is called."""
        return {
            node.get("string").lower(): safe_eval.safe_eval(node.get("context"))[
                "group_by"
            ]
            for node in self.views["search"].iterfind(".//group/filter[@context]")
        }

    def get_panel(self):
        """The fields of the search panel."""
        return [
            node.get("name")
            for node in self.views["search"].iterfind(".//searchpanel/field")
        ]

    # -- from the other views --

    def _read(self, model, node):
        """What a view asks for of each record."""
        spec = {}
        for child in node:
            if not isinstance(child.tag, str):
                continue
            if child.tag != "field":
                spec.update(self._read(model, child))
                continue
            name = child.get("name")
            field = model._fields[name]
            if field.relational:
                spec[name] = self._read_relation(model, field, child)
            else:
                spec[name] = {}
        return spec

    def _read_relation(self, model, field, node):
        if field.type == "many2one":
            return {"fields": {"display_name": {}}}
        comodel = self.env[field.comodel_name]
        # A list stands beside the cards that telephones are shown.
        for sub in node.iterfind("./list"):
            return {
                "fields": self._read(comodel, sub),
                "limit": int(sub.get("limit") or BOARD),
                "order": sub.get("default_order") or "",
            }
        return {"fields": {"display_name": {}}} if node.get("widget") else {}

    # -- what is asked --

    def show(self, kind, domain, limit=LIST, **context):
        """The first page of records; how many there are in all."""
        records = self.get_records().with_context(**context)
        return records.web_search_read(
            domain,
            self.specs[kind],
            limit=limit,
            order=self.views[kind].get("default_order"),
            count_limit=COUNT,
        )["length"]

    def count(self, domain):
        """The counters of the search panel."""
        for name in self.get_panel():
            self.get_records().search_panel_select_multi_range(
                name, enable_counters=True, search_domain=domain, limit=200
            )

    def group(self, kind, domain, groupby):
        """The groups of a list, folded; how many."""
        records = self.get_records()
        shown = self.specs[kind]
        described = records.fields_get(list(shown), ["type", "aggregator"])
        aggregates = [
            f"{name}:{one['aggregator']}"
            for name, one in described.items()
            if one.get("aggregator") and one["type"] in ("integer", "float", "monetary")
        ]
        return records.web_read_group(domain, [groupby], aggregates, limit=LIST)[
            "length"
        ]

    def open(self, record_id):
        """The page of one record; the record."""
        record = self.get_records().browse(record_id)
        assert record.web_read(self.specs["form"])
        return record


class Bench:
    """Everything that is measured.

    :param env: of the operator
    :param Maker maker: what made the spools
    """

    def __init__(self, env, maker):
        self.env = env
        self.random = random.Random(5)
        self.maker = maker
        self.spools = Screen(
            env, "print3d_inventory.print3d_spool_action", ("list", "kanban", "form")
        )
        self.filaments = Screen(
            env, "print3d_inventory.print3d_filament_action", ("list", "kanban")
        )
        self.ledger = Screen(env, "print3d_inventory.print3d_spool_entry_action")
        self.popular = maker.filaments[0]
        self.scale = maker.scale
        self._choose_spools()

    def _choose_spools(self):
        """Spools to look at and to use: any, those with filament, and the oldest."""
        cr = self.env.cr
        cr.execute(
            """
            SELECT lot_id FROM print3d_spool_entry
          GROUP BY lot_id ORDER BY COUNT(*) DESC, lot_id
            """
        )
        rows = [row[0] for row in cr.fetchall()]
        self.longest = rows[0]
        self.any = self.random.sample(rows, len(rows))
        cr.execute(
            """
            SELECT quant.lot_id FROM stock_quant AS quant
              JOIN stock_location AS place ON place.id = quant.location_id
             WHERE place.print3d_kind = 'shelf' AND quant.quantity BETWEEN 300 AND 900
          ORDER BY quant.lot_id
            """
        )
        usable = [row[0] for row in cr.fetchall()]
        self.usable = self.random.sample(usable, len(usable))
        self.turn = 0
        self.prepare()

    def prepare(self):
        """Take the next spool in hand: ``spool`` to look at, ``used`` to use."""
        self.turn += 1
        lots = self.env["stock.lot"]
        self.spool = lots.browse(self.any[self.turn % len(self.any)])
        self.name, self.label = self.spool.name, self.spool._get_label_url()
        self.used = lots.browse(self.usable[self.turn % len(self.usable)])
        self.left = self.used.remaining_g
        self.env.cr.commit()
        self.env.invalidate_all()

    # === MEASURING === #

    def measure(self, rounds, only=None):
        """Milliseconds and queries of each screen and deed."""
        self.env.cr.commit()
        gc.collect()
        gc.freeze()
        for table in TABLES:
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        self.env.cr.commit()
        steps = {
            name: step
            for name, step in {**self._get_screens(), **self._get_deeds()}.items()
            if not only or only in name
        }
        with others_meanwhile() as others:
            rows = take_rounds(self.env, steps, self.prepare, rounds)
        for name, row in rows.items():
            print(
                f"{name:<38}{row['queries']:>5} queries{row['p50']:>8.0f}"
                f"{row['p95']:>8.0f} ms, {row['processor']:.0f} of the processor",
                flush=True,
            )
        print()
        return {"rows": rows, "others": others()}

    # === SCREENS === #

    def _get_screens(self):
        """What people look at: functions that return what was found."""
        spools, filaments, ledger = self.spools, self.filaments, self.ledger
        stocked = spools.filter("in_stock")
        popular = [("product_id", "=", self.popular.id)]
        longest = self.spool.browse(self.longest)
        return {
            "spools": lambda: spools.show("list", stocked),
            "spools as cards": lambda: spools.show("kanban", stocked, BOARD),
            "panel beside the cards": lambda: spools.count(stocked),
            **self._get_filtered("spools", spools),
            **self._get_grouped("spools", spools, stocked),
            "spools by number": self._find_by_number,
            "spools by filament": lambda: spools.show(
                "list", spools.typed("name", "galaxy teal") + stocked
            ),
            "filaments": lambda: filaments.show("list", filaments.domain),
            "filaments as cards": lambda: filaments.show("kanban", filaments.domain),
            "filaments: forest green": lambda: filaments.show(
                "list", filaments.typed("colour_like", "Forest Green")
            ),
            "filaments: like #0F8B8D": lambda: filaments.show(
                "list",
                filaments.typed("colour_like", "#0F8B8D"),
                print3d_colour_near="#0F8B8D",
            ),
            "page of a spool": lambda: self._open(self.spool),
            "page of the longest ledger": lambda: self._open(longest),
            "ledger": lambda: ledger.show("list", []),
            "ledger of a filament": lambda: ledger.show("list", popular),
            **self._get_filtered("ledger", ledger),
            **self._get_grouped("ledger", ledger, []),
            "a scanned label": lambda: self._resolve(self.label),
            "a typed number": lambda: self._resolve(self.name),
            "home": lambda: len(self.env["print3d.home"].get_data()),
            "scan app: to keep offline": lambda: len(
                self.env["print3d.scan.app"]._get_bootstrap()["spools"]
            ),
            "scan app: card of a spool": lambda: self._show_card("spool", self.spool),
            "scan app: card of a filament": lambda: self._show_card(
                "product", self.popular
            ),
            "scan app: card of a shelf": lambda: self._show_card(
                "place", self.maker.shelves[1]
            ),
            "scan app: search": lambda: len(
                self.env["print3d.scan.app"]._search_text("galaxy teal")
            ),
        }

    def _get_filtered(self, name, screen):
        return {
            f"{name}: {words}": partial(screen.show, "list", domain)
            for words, domain in screen.get_filters().items()
        }

    def _get_grouped(self, name, screen, domain):
        return {
            f"{name}, grouped by {words}": partial(screen.group, "list", domain, field)
            for words, field in screen.get_groups().items()
        }

    def _find_by_number(self):
        found = self.spools.show("list", self.spools.typed("name", self.name))
        assert found
        return found

    def _open(self, spool):
        record = self.spools.open(spool.id)
        return len(record.get_burn_down()["points"])

    def _resolve(self, text):
        answer = self.env["print3d.scan"]._resolve(text)
        assert answer["type"] == "spool", answer
        return 1

    def _show_card(self, kind, record):
        return len(self.env["print3d.scan.app"]._get_card(kind, record.id))

    # === DEEDS === #

    def _get_deeds(self):
        """What people do: functions that return how many deeds were done."""
        return {
            "use": lambda: self._tell("use", 1.5),
            "weigh, less than thought": lambda: self._tell(
                "weigh", TARE + self.left - 2
            ),
            "weigh, more than thought": lambda: self._tell(
                "weigh", TARE + self.left + 2
            ),
            "weigh in the dialog": self._weigh_in_dialog,
            "weighed by a scale": self._weigh_by_scale,
            "move to another shelf": lambda: self._tell(
                "move", self.random.choice(self.maker.shelves.ids)
            ),
            "load and unload": lambda: self._tell("load", self.maker.slots[1].id)
            + self._tell("unload"),
            "a spool comes in": self._receive,
        }

    def _tell(self, kind, value=None):
        entry = self.used._print3d_record(kind, value)
        assert entry.state == "posted"
        return 1

    def _weigh_in_dialog(self):
        context = self.used.action_open_weigh()["context"]
        dialog = self.env["print3d.spool.weigh"].with_context(**context)
        gross = TARE + self.left + 1
        dialog.create({"mode": "gross", "gross_g": gross}).action_save()
        return 1

    def _weigh_by_scale(self):
        body = {"spool": self.used.id, "gross_g": TARE + self.left - 1}
        code, _answer = self.env["print3d.scale"]._weigh(
            self.scale.sudo(), json.dumps(body).encode()
        )
        assert code == 200
        return 1

    def _receive(self):
        wizard = self.env["print3d.spool.add"].create(
            {
                "product_id": self.popular.id,
                "count": 1,
                "net_weight_g": FULL,
                "price_per_kg": 21,
                "location_id": self.maker.shelves[1].id,
            }
        )
        return len(wizard._add_spools())


class WorkClock:
    """Seconds that this process and its database connection used a processor.

    They tell more than the clock where other programs run. The database server's are
    missing where it runs on another machine.
    """

    def __init__(self, env):
        env.cr.execute("SELECT pg_backend_pid()")
        [number] = env.cr.fetchone()
        self.path = f"/proc/{number}/stat"
        self.tick = 1 / os.sysconf("SC_CLK_TCK")

    def read(self):
        """Seconds since any time."""
        seconds = time.process_time()
        with suppress(OSError), open(self.path, encoding="utf-8") as stat:
            user, system = stat.read().rpartition(")")[2].split()[11:13]
            seconds += (int(user) + int(system)) * self.tick
        return seconds


# === TELLING === #


def share(times, part):
    """The time that a share of all times does not exceed."""
    times = sorted(times)
    return times[min(len(times) - 1, int(len(times) * part))]


def take_rounds(env, steps, prepare, rounds):
    """Take every step once a round, and tell how long it took.

    :param dict steps: name -> function that returns what it found
    :param prepare: what is done before each step, not measured
    :param int rounds: how often, besides the two rounds that fill the memory
    :return: {name: found, queries, p50 and p95 in ms, ms of the processor}
    """
    taken = {name: [] for name in steps}
    worked, facts = dict.fromkeys(steps, 0.0), {}
    clock = WorkClock(env)
    for _round in range(rounds + 2):
        for name, step in steps.items():
            prepare()
            queries, work = env.cr.sql_log_count, clock.read()
            start = time.perf_counter()
            found = step()
            env.cr.commit()
            taken[name].append(1000 * (time.perf_counter() - start))
            worked[name] += clock.read() - work
            facts[name] = found, env.cr.sql_log_count - queries
    # The first two rounds read what is kept in memory afterwards.
    return {
        name: {
            "found": facts[name][0],
            "queries": facts[name][1],
            "p50": round(share(times[2:], 0.5), 1),
            "p95": round(share(times[2:], 0.95), 1),
            "processor": round(1000 * worked[name] / len(times), 1),
        }
        for name, times in taken.items()
    }


@contextmanager
def others_meanwhile():
    """How many processors other programs used; a function that tells it afterwards.

    What is measured uses one at a time: this process, or its database server.
    """

    def read():
        with open("/proc/stat", encoding="ascii") as stat:
            counts = [int(word) for word in stat.readline().split()[1:]]
        idle = counts[3] + counts[4]
        return (sum(counts[:8]) - idle) / 100, time.perf_counter()

    busy, start = read()
    found = []
    yield lambda: found[0]
    busy_now, now = read()
    found.append(round(max(0.0, (busy_now - busy) / (now - start) - 1), 2))


def show(results):
    """Print all figures beside each other, and what takes too long."""
    counts = list(results)
    print(f"{'milliseconds':<38}", end="")
    for count in counts:
        print(f"{f'{count:,} spools':>32}", end="")
    head = f"{'queries':>8}{'p50':>8}{'p95':>8}{'cpu':>8}"
    print(f"\n{'':<38}" + head * len(counts), end="")
    print(f"{'growth':>9}" if len(counts) == 2 else "")
    slow = []
    for name in results[counts[0]]["rows"]:
        print(f"{name:<38}", end="")
        for count in counts:
            row = results[count]["rows"][name]
            print(f"{row['queries']:>8}{row['p50']:>8}{row['p95']:>8}", end="")
            print(f"{row['processor']:>8}", end="")
        if len(counts) == 2:
            few, many = (results[count]["rows"][name]["processor"] for count in counts)
            print(f"{many / max(few, 1):>8.1f}x", end="")
        print()
        if row["p95"] > LIMIT:
            slow.append(f"{name} ({row['p95']:.0f} ms)")
    print(
        f"\n19 of 20 times longer than {LIMIT} ms with {counts[-1]:,} spools: "
        f"{', '.join(slow) or 'nothing'}"
    )
    busy = {count: results[count]["others"] for count in counts}
    if max(busy.values()) > 0.2:
        print(
            "Measured on a busy machine: meanwhile other programs used "
            + " and ".join(f"{value:g}" for value in busy.values())
            + " processors."
        )
