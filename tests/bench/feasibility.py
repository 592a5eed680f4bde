"""How long it takes to say of every print in the queue whether it can start.

The queue is walked anew for every request that asks, reading of the database included;
nothing is kept from one request to the next. So what is measured is what a person
waits for after any change: the walk by itself, the board with its words, the numbers
after a spool was weighed, and where else a print could go. With a tenth of the farm
first: the number of queries must not depend on how much there is.
"""

import random
import time

from odoo.fields import Command
from odoo.tools import SQL

from .spools import share

RUNS, PRINTERS, SPOOLS = 500, 50, 1500
ROUNDS = 20
FILAMENTS, PLATES, SLOTS = 40, 60, 4
# Milliseconds that the walk may take with the whole farm.
LIMIT = 1000
BOARD = {
    "name": {},
    "state": {},
    "workcenter_id": {"fields": {"display_name": {}}},
    "feasibility": {},
    "feasibility_note": {},
    "can_start": {},
}


def add_arguments(parser):
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--printers", type=int, default=PRINTERS)
    parser.add_argument("--spools", type=int, default=SPOOLS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)


def run(env, args):
    """Fill a tenth of a farm, measure, fill the rest, measure again."""
    user = env["res.users"].create(
        {
            "name": "Bench operator",
            "login": "bench_feasibility",
            "group_ids": [
                Command.link(env.ref("print3d_library.group_print3d_operator").id)
            ],
        }
    )
    maker = Maker(env)
    result = {"limit": LIMIT, "at": {}}
    for part in (10, 1):
        size = (args.runs // part, args.printers // part, args.spools // part)
        maker.fill(*size)
        for table in ("print3d_run", "stock_quant", "stock_lot", "print3d_plate"):
            env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        env.cr.commit()
        result["at"][size[0]] = Bench(env(user=user)).measure(args.rounds)
        print(f"{size[0]} runs, {size[1]} printers, {size[2]} spools")
        show(result["at"][size[0]])
    return result


class Maker:
    """Makes plates of one to four tools, printers half loaded, spools half used."""

    def __init__(self, env):
        self.env = env
        self.random = random.Random(6)
        self.runs = self.spools = 0
        self.printers = env["mrp.workcenter"]
        env["mrp.workcenter"].search([("is_printer", "=", True)]).action_archive()
        warehouse = env["stock.warehouse"].search(
            [("company_id", "=", env.company.id)], limit=1
        )
        self.shelf = env["stock.location"].create(
            {
                "name": "Bench shelf",
                "location_id": warehouse.lot_stock_id.id,
                "print3d_kind": "shelf",
            }
        )
        pla = env.ref("print3d_inventory.material_pla")
        self.filaments = env["product.product"].create(
            [
                {
                    "name": f"Bench PLA {number}",
                    "is_filament": True,
                    "material_id": pla.id,
                    "colour_hexes": f"#{self.random.randrange(0x1000000):06X}",
                }
                for number in range(FILAMENTS)
            ]
        )
        product = env["product.product"].create(
            {"name": "Bench part", "is_print3d_model": True}
        )
        self.plates = (
            env["print3d.slice"]
            .create(
                [
                    {
                        "product_id": product.id,
                        "read_state": "done",
                        "nozzle_diameter": 0.4,
                        "plate_ids": [Command.create(self.prepare_plate())],
                    }
                    for _number in range(PLATES)
                ]
            )
            .plate_ids
        )

    def prepare_plate(self):
        tools = self.random.choice([1, 1, 1, 2, SLOTS])
        return {
            "index": 1,
            "time_s": 3600 * self.random.randint(1, 12),
            "filament_ids": [
                Command.create(
                    {
                        "tool": tool,
                        "weight_g": self.random.uniform(5, 300),
                        "weight_known": True,
                        "product_id": filament.id,
                    }
                )
                for tool, filament in enumerate(
                    self.random.sample(list(self.filaments), tools), start=1
                )
            ],
        }

    def fill(self, runs, printers, spools):
        """Add to the farm until there is so much of each."""
        self.printers |= self.env["mrp.workcenter"].create(
            [
                {
                    "name": f"Bench printer {number}",
                    "is_printer": True,
                    "slot_count": SLOTS,
                    "needs_clearing": False,
                    "sequence": number,
                }
                for number in range(len(self.printers), printers)
            ]
        )
        free = [slot for slot in self.printers.slot_ids if not slot.spool_id][::2]
        lots = self.env["stock.lot"].create(
            [
                {
                    "name": f"BENCH-{number}",
                    "product_id": self.random.choice(self.filaments).id,
                    "company_id": self.env.company.id,
                }
                for number in range(self.spools, spools)
            ]
        )
        self.env["stock.quant"].create(
            [
                {
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "location_id": (free.pop() if free else self.shelf).id,
                    "quantity": self.random.uniform(20, 1000),
                }
                for lot in lots
            ]
        )
        self.spools = spools
        self.env["print3d.run"].create(
            [
                {
                    "plate_id": self.random.choice(self.plates).id,
                    "workcenter_id": self.random.choice(self.printers).id
                    if number % 3
                    else False,
                }
                for number in range(self.runs, runs)
            ]
        )
        self.runs = runs
        self.env.cr.commit()


class Bench:
    """What a request asks, each in a transaction of its own."""

    def __init__(self, env):
        self.env = env
        self.Run = env["print3d.run"]

    def measure(self, rounds):
        """Milliseconds and queries of each question."""
        found = {}
        for name, step in {
            "walk": self.walk,
            "board": self.board,
            "weigh and walk": self.weigh,
            "where else": self.find,
        }.items():
            taken = []
            for _round in range(rounds + 2):
                self.env.invalidate_all()
                queries = self.env.cr.sql_log_count
                start, worked = time.perf_counter(), time.process_time()
                count = step()
                taken.append(
                    (
                        1000 * (time.perf_counter() - start),
                        1000 * (time.process_time() - worked),
                        self.env.cr.sql_log_count - queries,
                    )
                )
                self.env.cr.commit()
            # The first two rounds read what is kept in memory afterwards.
            taken = taken[2:]
            found[name] = {
                "found": count,
                "queries": taken[-1][2],
                "p50": round(share([wall for wall, _cpu, _sql in taken], 0.5), 1),
                "p95": round(share([wall for wall, _cpu, _sql in taken], 0.95), 1),
                "processor": round(share([cpu for _wall, cpu, _sql in taken], 0.5), 1),
            }
        return found

    def walk(self):
        return len(self.Run._get_farm(self.env.company).walk.verdicts)

    def board(self):
        """What a board asks for at once, of all that waits."""
        rows = self.Run.web_search_read(
            [("state", "in", ("queued", "assigned", "printing"))], BOARD, limit=1000
        )["records"]
        assert all(row["feasibility"] for row in rows)
        return len(rows)

    def weigh(self):
        """A spool was weighed: the walk before is forgotten."""
        self.walk()
        quant = self.env["stock.quant"].search(
            [("lot_id.name", "=like", "BENCH-%")], limit=1
        )
        quant.sudo().quantity += 1
        return self.walk()

    def find(self):
        run = self.Run.search([("state", "in", ("queued", "assigned"))], limit=1)
        return len(run.get_other_printers()["printers"])


def show(result):
    """Print a table of what was measured, and whether it is fast enough."""
    print(f"{'milliseconds':<20}{'queries':>8}{'p50':>8}{'p95':>8}{'cpu':>8}")
    for name, row in result.items():
        print(
            f"{name:<20}{row['queries']:>8}{row['p50']:>8}{row['p95']:>8}"
            f"{row['processor']:>8}"
        )
    slow = [name for name, row in result.items() if row["p95"] > LIMIT]
    print(f"19 of 20 times longer than {LIMIT} ms: {', '.join(slow) or 'nothing'}\n")
