"""How long the queue takes with 200 and with 2,000 runs waiting on 50 printers.

Runs are of orders of a shop that prints 40 models in 12 filaments; a tenth of them wait
for whichever printer is free. The screens ask for what their views ask for, as the
browser does, and as an operator. Deeds are committed.
"""

import gc
import random
import time
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from .spools import Screen, WorkClock, others_meanwhile, share

FEW, MANY = 200, 2_000
PRINTERS, MODELS, FILAMENTS, SPOOLS = 50, 40, 12, 150
ROUNDS = 12
# Milliseconds that are felt as at once.
LIMIT = 200
# As the board and the list ask.
COLUMN, LIST = 20, 80
WAITING = ("draft", "queued", "assigned")
TABLES = ("print3d_run", "print3d_run_line", "mrp_production", "mrp_workorder")


def add_arguments(parser):
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("--printers", type=int, default=PRINTERS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)


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
    shop = Shop(env, args.printers)
    result = {}
    for count in (args.few, args.many):
        shop.fill(count)
        result[count] = Bench(env(user=user), shop).measure(args.rounds)
    show(result)
    return {"at": result}


class Shop:
    """Printers, spools, models, and orders of them."""

    def __init__(self, env, printers):
        self.env = env
        self.random = random.Random(7)
        material = env["print3d.material"].search([], limit=1)
        self.filaments = env["product.product"].create(
            [
                {
                    "name": f"Bench filament {number}",
                    "is_filament": True,
                    "material_id": material.id,
                    "colour_hexes": f"#{number * 20:02X}{255 - number * 20:02X}80",
                }
                for number in range(FILAMENTS)
            ]
        )
        self.printers = env["mrp.workcenter"].create(
            [
                {"name": f"Bench {number:02}", "is_printer": True, "slot_count": 1}
                for number in range(printers)
            ]
        )
        place = env["stock.warehouse"].search([], limit=1).lot_stock_id
        spools = env["stock.lot"].create(
            [
                {
                    "product_id": self.filaments[number % FILAMENTS].id,
                    "name": f"BENCH-{number}",
                }
                for number in range(SPOOLS)
            ]
        )
        slots = self.printers.slot_ids
        for number, spool in enumerate(spools):
            env["stock.quant"]._update_available_quantity(
                spool.product_id,
                slots[number] if number < len(slots) else place,
                900.0,
                lot_id=spool,
            )
        self.models = env["product.product"].create(
            [
                {"name": f"Bench part {number}", "is_print3d_model": True}
                for number in range(MODELS)
            ]
        )
        env["print3d.slice"].create(
            [
                self._prepare_version(number, model)
                for number, model in enumerate(self.models)
            ]
        ).action_activate()
        self.made = 0

    def _prepare_version(self, number, model):
        filament = self.filaments[number % FILAMENTS]
        need = {
            "tool": 1,
            "weight_g": 5 + number,
            "weight_known": True,
            "product_id": filament.id,
            "filament_type": filament.material_id.name,
            "colour": filament.colour_hexes,
        }
        plate = {
            "index": 1,
            "time_s": 1800 + 300 * number,
            "filament_ids": [Command.create(need)],
        }
        return {
            "product_id": model.id,
            "read_state": "done",
            "plate_ids": [Command.create(plate)],
        }

    def fill(self, count):
        """Let so many runs wait, of orders of up to 25 pieces."""
        start = time.perf_counter()
        now = fields.Datetime.now()
        while self.made < count:
            orders = self.env["mrp.production"].create(
                [
                    {
                        "product_id": self.random.choice(self.models).id,
                        "product_qty": min(25, count - self.made),
                        "date_deadline": now
                        + timedelta(days=self.random.randrange(3, 60)),
                    }
                    for _number in range(min(8, -(-(count - self.made) // 25)))
                ]
            )
            orders.action_confirm()
            for run in orders.run_ids:
                if self.random.random() < 0.9:
                    run.workcenter_id = self.random.choice(self.printers)
            self.made = self.env["print3d.run"].search_count([("state", "in", WAITING)])
            self.env.cr.commit()
            self.env.invalidate_all()
        print(
            f"{self.made} runs wait ({time.perf_counter() - start:.0f} s)", flush=True
        )


class Bench:
    """Everything that is measured.

    :param env: of the operator
    :param Shop shop: what waits
    """

    def __init__(self, env, shop):
        self.env = env
        self.shop = shop
        self.random = random.Random(5)
        self.screen = Screen(
            env, "print3d_production.print3d_run_action", ("kanban", "list")
        )
        self.runs = env["print3d.run"]
        self.domain = self.screen.filter("queue")

    # === SCREENS === #

    def open_board(self, groupby="workcenter_id"):
        """The board with its first cards; how many."""
        found = (
            self.screen.get_records()
            .with_context(read_group_expand=True)
            .web_read_group(
                self.domain,
                [groupby],
                limit=None,
                order="queue_rank, sequence, id",
                auto_unfold=True,
                unfold_read_specification=self.screen.specs["kanban"],
                unfold_read_default_limit=COLUMN,
            )
        )
        return sum(len(group.get("__records", ())) for group in found["groups"])

    def read_column(self, printer):
        """The cards of one printer; how many."""
        return self.screen.show(
            "kanban", [*self.domain, ("workcenter_id", "=", printer.id)], COLUMN
        )

    def open_list(self, domain=None):
        """The first page of the list; how many there are."""
        return self.screen.show("list", domain or self.domain, LIST)

    def search(self, field, text):
        """What is typed into the search box."""
        return self.open_list(
            [*self.domain, *self.screen.typed(field, text)[len(self.screen.domain) :]]
        )

    def open_timeline(self):
        """What the timeline asks for."""
        names = ["display_name", "state", "timeline_start", "timeline_end"]
        names += ["timeline_workcenter_id", "product_id", "quantity", "thumbnail_url"]
        return len(self.runs.get_timeline(self.domain, names)["records"])

    # === DEEDS === #

    def move(self):
        """A card to the middle of another printer, and what is read after it."""
        source, target = self.random.sample(self.shop.printers, 2)
        waiting = [("state", "in", WAITING)]
        run = self.runs.search([*waiting, ("workcenter_id", "=", source.id)], limit=1)
        queue = self.runs.search([*waiting, ("workcenter_id", "=", target.id)])
        half = len(queue) // 2
        run.action_place(
            after_id=queue[half - 1 : half].id,
            before_id=queue[half : half + 1].id,
            printer_id=target.id,
        )
        return self.read_column(source) + self.read_column(target)

    def undo(self):
        """The last move back."""
        self.env["print3d.queue.change"].action_undo_last()
        return 1

    def propose(self):
        """What grouping by material would save."""
        batches = self.runs._get_batches(self.env.company)
        return sum(batch["before"] - batch["after"] for batch in batches)

    def get_steps(self):
        """What is measured, by name; searches are for what the first run has."""
        run = self.runs.search([*self.domain, ("workcenter_id", "!=", False)], limit=1)
        product, printer = run.product_id.name, run.workcenter_id.name
        filament = run.filament_id.name
        return {
            "board by printer": self.open_board,
            "board by filament": lambda: self.open_board("filament_id"),
            "list": self.open_list,
            "search: print": lambda: self.search("product_id", product),
            "search: printer": lambda: self.search("workcenter_id", printer),
            "search: filament": lambda: self.search("filament_id", filament),
            "timeline": self.open_timeline,
            "move a card": self.move,
            "undo": self.undo,
            "propose grouping": self.propose,
        }

    def measure(self, rounds):
        """Milliseconds and queries of each screen and deed."""
        gc.collect()
        for table in TABLES:
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        self.env.cr.commit()
        clock, rows = WorkClock(self.env), {}
        with others_meanwhile() as others:
            for name, step in self.get_steps().items():
                taken, worked = [], 0.0
                for _round in range(rounds + 1):
                    self.env.invalidate_all()
                    queries, work = self.env.cr.sql_log_count, clock.read()
                    start = time.perf_counter()
                    found = step()
                    self.env.cr.commit()
                    taken.append(1000 * (time.perf_counter() - start))
                    worked += clock.read() - work
                    queries = self.env.cr.sql_log_count - queries
                # The first round reads what is kept in memory afterwards.
                rows[name] = {
                    "found": found,
                    "queries": queries,
                    "p50": round(share(taken[1:], 0.5), 1),
                    "p95": round(share(taken[1:], 0.95), 1),
                    "processor": round(1000 * worked / len(taken), 1),
                }
        print(f"others used {others()} processors meanwhile", flush=True)
        return rows


def show(results):
    """Print all figures beside each other, and what takes too long."""
    counts = list(results)
    print(f"{'milliseconds of the processor':<30}", end="")
    print("".join(f"{count:>10} runs{'':>12}" for count in counts))
    for name in results[counts[0]]:
        print(f"{name:<30}", end="")
        for count in counts:
            row = results[count][name]
            print(f"{row['processor']:>9.0f} ms, {row['queries']:>3} queries", end="")
        print()
    slow = [
        name for name, row in results[counts[-1]].items() if row["processor"] > LIMIT
    ]
    print(f"over {LIMIT} ms: {', '.join(slow) or 'nothing'}")
