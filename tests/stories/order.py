"""One order from a sliced file to the paid invoice, by the methods the screens use.

`./print3d story order [FILE]` runs this on a throwaway database: a file is uploaded and
read, its filament bought, its print sold, printed with one failure on the way,
delivered, invoiced and paid. Every figure is checked against what the file, the
spools and the vendor say; the walk stops at the first that does not add up.
"""

import math
import sys
from collections import defaultdict
from pathlib import Path

from odoo.exceptions import RedirectWarning, UserError

HOURLY_RATE = 2.4
FAIL_PERCENT = 40.0
SPOOL_PRICES = (18.5, 21.0, 19.9, 24.75)
SALE_PRICE = 49.0
OWN_FILE = (
    Path(__file__).resolve().parents[2]
    / "addons/print3d_library/demo/files/dragon_egg_two_colours.gcode"
)
# Grams are stored to the hundredth and money to the cent.
GRAM = 0.005
CENT = 0.005


class StoryError(Exception):
    """A figure does not add up, or a step did not do what it says."""


def add_arguments(parser):
    """Say what the command line takes besides `--json`."""
    parser.add_argument(
        "file", nargs="?", type=Path, help="a sliced file (one of the project's own)"
    )
    parser.add_argument(
        "--copies", type=int, help="pieces to sell (as many as the plate gives)"
    )


def run(env, args):
    """Walk the road and return its figures.

    :param env: an environment on a database that may be spoiled
    :param args: `file`, `copies` and `json` of the command line
    :return: the object that `--json` prints
    :rtype: dict
    """
    return tell(OrderStory, env, args)


def tell(story_class, env, args):
    """Walk through a story of a sliced file; print its tables unless JSON is wanted.

    :param story_class: of :class:`OrderStory`
    :return: its figures
    :raise StoryError: when something does not add up or is refused
    """
    story = story_class(env, getattr(args, "file", None) or OWN_FILE)
    try:
        result = story.walk(getattr(args, "copies", None))
    except (UserError, RedirectWarning, OSError) as error:
        raise StoryError(str(error.args[0])) from error
    if not getattr(args, "json", False):
        story.print_tables(result, sys.stdout)
    return result


class OrderStory:
    """The road of one order; each step is a stretch of it."""

    def __init__(self, env, path):
        # Jobs run at once: there is no job runner on a throwaway database. Nobody is
        # there either to be asked about a text message.
        self.env = env(
            context=dict(env.context, queue_job__no_delay=True, skip_sms=True)
        )
        self.path = Path(path)
        self.documents = []
        self.ends_told_twice = 0

    def walk(self, copies=None):
        """Go the whole way and check it."""
        version = self.upload()
        self.match_filaments(version)
        printer = self.create_printer(version)
        self.activate(version)
        quantity = copies or self.bom.product_qty
        if quantity <= 0:
            raise StoryError("--copies must be more than 0")
        self.plan(version, quantity)
        self.buy()
        order = self.sell(version, quantity)
        self.print_all(order, printer)
        picking = self.deliver(order)
        invoice = self.invoice(order)
        return self.check(version, order, picking, invoice)

    # === STRETCH 1: FILE IN === #

    def upload(self):
        """Upload the file to the library and have it read."""
        version = self.env["print3d.slice"]._create_from_upload(
            self.path.name, self.path.read_bytes()
        )
        if version.read_state != "done":
            raise StoryError(version.read_error or "the file was not read")
        version.product_id.list_price = SALE_PRICE
        self.note("File", self.path.name)
        self.note("Model", version.product_id.display_name)
        self.note(
            "Version",
            f"{version.name}: {len(version.plate_ids)} plate(s), "
            f"{version.time_s / 3600:.2f} h",
        )
        return version

    def match_filaments(self, version):
        """Find or make the filament of every tool, as a person does on the form."""
        for line in version.plate_ids.filament_ids:
            if not self.is_used(line):
                # The file lists this tool and does not use it.
                continue
            if not line.product_id:
                # What was made for another plate may be what this one wants too.
                line.action_match_filament()
            if not line.product_id:
                self.create_filament(line)
        unknown = version.plate_ids.filament_ids.filtered(
            lambda line: self.is_used(line) and not line.grams
        )
        if unknown:
            raise StoryError("a tool has no grams even with its filament known")

    def is_used(self, line):
        """Tell whether the file says anything of what a tool takes."""
        return bool(line.length_mm or line.volume_mm3 or line.weight_g)

    def create_filament(self, line):
        """Make the filament a tool wants; a file that names none is printed in PLA."""
        materials = self.env["print3d.material"]
        if materials._find(line.filament_type):
            dialog = line.action_create_filament()
            self.env[dialog["res_model"]].browse(dialog["res_id"]).action_create()
            return
        material = self.env.ref("print3d_inventory.material_pla")
        if line.filament_type:
            material = materials.create({"name": line.filament_type, "density": 1.24})
        line.product_id = self.env["product.product"].create(
            {
                "name": f"Story {material.name} {line.tool}",
                "is_filament": True,
                "material_id": material.id,
                "colour_hexes": line.colour or "#808080",
                "diameter_mm": line.diameter or 1.75,
            }
        )

    # === STRETCH 2: VERSION TO PRODUCT === #

    def create_printer(self, version):
        """Set up a printer with a slot for every tool of the file."""
        used = version.plate_ids.filament_ids.filtered(self.is_used)
        slots = max(used.mapped("tool"), default=1)
        printer = self.env["mrp.workcenter"].create(
            {
                "name": "Story Printer",
                "is_printer": True,
                "slot_count": slots,
                "costs_hour": HOURLY_RATE,
                "nozzle_diameter": version.nozzle_diameter,
            }
        )
        self.note("Printer", f"{printer.name}: {slots} slot(s)")
        return printer

    def activate(self, version):
        """Make the version the one that is printed; its bill of materials appears."""
        if version.flag_count:
            questions = version.question_ids.mapped("message")
            version.question_ids.action_accept("tried on the printer")
            self.note("Accepted", "; ".join(questions))
        version.action_activate()
        product = version.product_id
        self.bom = self.env["mrp.bom"]._bom_find(product)[product]
        if not self.bom:
            raise StoryError("activating wrote no bill of materials")
        self.note("Bill of materials", f"{self.bom.product_qty:g} piece(s) a cycle")

    def plan(self, version, quantity):
        """Work out what the order will take: every run, and a failed one on top."""
        self.runs_of = {
            plate: math.ceil(quantity / plate.copies) for plate in version.plate_ids
        }
        # Two tools of one filament need a spool each, so that places are counted: the
        # first tool of a filament on a plate, the second one, and so on.
        self.needs = defaultdict(list)
        for plate, runs in self.runs_of.items():
            places = defaultdict(int)
            for line in plate.filament_ids.filtered("grams"):
                place = (line.product_id, places[line.product_id])
                places[line.product_id] += 1
                # One more run than planned: the one that fails is begun again.
                self.needs[place] += [line.grams] * (runs + 1)

    # === STRETCH 3: SPOOLS IN === #

    def buy(self):
        """Order whole 1 kg spools of every filament and receive them."""
        uom = self.env.ref("print3d_inventory.uom_spool_1kg")
        vendor = self.env["res.partner"].create({"name": "Story Filaments"})
        counts = defaultdict(int)
        for (product, _place), grams in self.needs.items():
            counts[product] += self.count_spools(grams)
        lines = [
            {
                "product_id": product.id,
                "product_qty": count,
                "product_uom_id": uom.id,
                "price_unit": SPOOL_PRICES[index % len(SPOOL_PRICES)],
                "tax_ids": [],
            }
            for index, (product, count) in enumerate(counts.items())
        ]
        purchase = self.env["purchase.order"].create(
            {
                "partner_id": vendor.id,
                "order_line": [(0, 0, line) for line in lines],
            }
        )
        purchase.button_confirm()
        receipt = purchase.picking_ids
        self.finish(receipt.button_validate(), receipt, "done")
        self.spools = receipt.move_line_ids.lot_id
        bought = sum(line["product_qty"] for line in lines)
        if len(self.spools) != bought:
            raise StoryError(f"{bought:g} spools bought, {len(self.spools)} received")
        for spool in self.spools:
            if spool.remaining_g != 1000.0:
                raise StoryError(f"{spool.name} holds {spool.remaining_g} g, not 1 kg")
        self.prices = {
            line["product_id"]: line["price_unit"] / 1000.0 for line in lines
        }
        self.note("Purchase order", f"{purchase.name}: {bought:g} spool(s)")
        self.note("Receipt", f"{receipt.name} {receipt.state}")

    def count_spools(self, needs):
        """Return how many spools of 1 kg give these grams one after the other.

        A print that fits on one spool is not begun on the rest of another.
        """
        count, left = 0, 0.0
        for grams in needs:
            if left < grams - GRAM:
                count += max(1, math.ceil(grams / 1000.0))
                left = 1000.0 * math.ceil(grams / 1000.0)
            left -= grams
        return count

    # === STRETCH 4: SOLD === #

    def sell(self, version, quantity):
        """Sell the pieces; what has to be printed appears on the queue."""
        customer = self.env["res.partner"].create({"name": "Story Customer"})
        order = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": version.product_id.id,
                            "product_uom_qty": quantity,
                            "price_unit": SALE_PRICE,
                        },
                    )
                ],
            }
        )
        order.action_confirm()
        productions = order.order_line.print3d_production_ids
        if len(productions) != 1 or productions.product_qty != quantity:
            raise StoryError("the order made no manufacturing order of its quantity")
        self.production = productions
        runs = order.print3d_run_ids
        if len(runs) != sum(self.runs_of.values()):
            raise StoryError(
                f"{len(runs)} runs queued, {sum(self.runs_of.values())} expected"
            )
        self.note("Sale order", f"{order.name}: {quantity:g} × {SALE_PRICE:.2f}")
        self.note("Manufacturing order", f"{productions.name}: {len(runs)} run(s)")
        return order

    # === STRETCH 5: PRINTED === #

    def print_all(self, order, printer):
        """Print every run: the first fails and is printed again."""
        self.scrapped = defaultdict(float)
        self.consumed = defaultdict(float)
        self.hours = self.lost_hours = 0.0
        self.moves = 0
        first = True
        runs = order.print3d_run_ids.sorted("id")
        while runs:
            run = runs[0]
            self.start(run, printer)
            if first:
                self.fail(run)
                first = False
            else:
                self.complete(run)
            order.invalidate_recordset()
            runs = order.print3d_run_ids.filtered(
                lambda r: r.state in ("draft", "queued", "assigned")
            ).sorted(lambda r: (r.sequence, r.id))
        if self.production.state != "done":
            raise StoryError(f"the manufacturing order is {self.production.state}")

    def start(self, run, printer):
        """Put the run on the printer and start it with the spools that are proposed."""
        run.workcenter_id = printer
        mapping = run._propose_spools()
        # What the start dialog does: load the chosen spools, unload what is in the way.
        run._do_start(mapping, job_key=self.get_job_key(run), unload=True)
        if run.state != "printing":
            raise StoryError(f"{run.name} did not start: {run.state}")

    def get_job_key(self, run):
        """Return how the printer names the print."""
        return f"story-{run.id}"

    def fail(self, run):
        """The print fails on the way; its cause is noted and a reprint queued."""
        cause = self.env["print3d.failure.cause"].search([], limit=1)
        seconds = round(run.plate_id.time_s * FAIL_PERCENT / 100)
        self.end(
            run,
            outcome="failed",
            percent=FAIL_PERCENT,
            cause=cause,
            duration_s=seconds,
        )
        if len(run.reprint_ids) != 1:
            raise StoryError(f"{run.name} failed and no reprint is queued")
        for pick in run.spool_ids:
            self.scrapped[pick.lot_id, pick.tool] += pick.used_g
        self.lost_hours += seconds / 3600.0
        self.note("Failed run", f"{run.name} at {FAIL_PERCENT:g} %: {cause.name}")
        self.note("Reprint", run.reprint_ids.name)

    def complete(self, run):
        """The print is done, with what the file says it takes."""
        seconds = run.plate_id.time_s
        self.end(run, outcome="done", duration_s=seconds)
        for pick in run.spool_ids:
            self.consumed[pick.lot_id, pick.tool] += pick.used_g
        self.hours += seconds / 3600.0
        self.note("Run", f"{run.name} done")

    def end(self, run, **values):
        """Report an end, and the same end once more: that must change nothing."""
        key = self.get_job_key(run)
        if not run._do_end(job_key=key, **values):
            raise StoryError(f"{run.name} did not end")
        before = self.get_grams()
        if run._do_end(job_key=key, **values) or self.get_grams() != before:
            raise StoryError(f"{run.name} ended twice")
        self.ends_told_twice += 1
        self.moves += len(run.spool_ids)
        # Somebody takes the print off; nothing starts on a taken plate.
        run.workcenter_id.action_confirm_clear()

    def get_grams(self):
        self.spools.invalidate_recordset()
        return {spool: spool.remaining_g for spool in self.spools}

    # === STRETCH 6: DELIVERED, INVOICED === #

    def deliver(self, order):
        """Send the goods."""
        picking = order.picking_ids
        if picking.state != "assigned":
            raise StoryError(f"the delivery is {picking.state}, not ready")
        self.finish(picking.button_validate(), picking, "done")
        self.note("Delivery", f"{picking.name} {picking.state}")
        return picking

    def invoice(self, order):
        """Invoice the order, post it and register its payment."""
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "delivered",
                "sale_order_ids": [(6, 0, order.ids)],
            }
        )
        wizard.create_invoices()
        invoice = order.invoice_ids
        invoice.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({}).action_create_payments()
        self.note("Invoice", f"{invoice.name} {invoice.state}, {invoice.payment_state}")
        return invoice

    def finish(self, answer, record, state):
        """Check that a button did its work instead of asking a question."""
        if answer is not True or record.state != state:
            raise StoryError(f"{record.display_name} is {record.state}, not {state}")

    # === THE SUMS === #

    def check(self, version, order, picking, invoice):
        """Compare what every document says with what went through our hands."""
        order.invalidate_recordset()
        grams_in_file, grams_consumed = self.check_grams(version)
        spools = self.check_spools()
        self.check_costs(order)
        expected_states = {
            "mo_state": (self.production.state, "done"),
            "picking_state": (picking.state, "done"),
            "invoice_state": (invoice.state, "posted"),
        }
        for name, (state, expected) in expected_states.items():
            if state != expected:
                raise StoryError(f"{name} is {state}, not {expected}")
        return {
            "file": str(self.path),
            "grams_in_file": grams_in_file,
            "grams_consumed": grams_consumed,
            "spools": spools,
            "failed_run_scrap_g": round(sum(self.scrapped.values()), 2),
            "mo_state": self.production.state,
            "picking_state": picking.state,
            "invoice_state": invoice.state,
            "material_cost": round(order.print3d_material_cost, 2),
            "machine_cost": round(order.print3d_machine_cost, 2),
            "revenue": round(order.print3d_revenue, 2),
            "margin": round(order.print3d_margin, 2),
        }

    def check_grams(self, version):
        """Grams of each tool: of the file, and of the runs that came out well."""
        tools = sorted(set(version.plate_ids.filament_ids.mapped("tool")))
        in_file = dict.fromkeys(tools, 0.0)
        expected = dict.fromkeys(tools, 0.0)
        for plate, runs in self.runs_of.items():
            for line in plate.filament_ids:
                in_file[line.tool] += line.grams
                expected[line.tool] += line.grams * runs
        consumed = dict.fromkeys(tools, 0.0)
        for (_spool, tool), grams in self.consumed.items():
            consumed[tool] += grams
        runs = sum(self.runs_of.values())
        for tool in tools:
            self.compare(
                f"grams of tool {tool}", consumed[tool], expected[tool], GRAM * runs
            )
        return (
            [round(grams, 2) for grams in in_file.values()],
            [round(grams, 2) for grams in consumed.values()],
        )

    def check_spools(self):
        """What a spool lost is what was printed and what was scrapped of it."""
        grams = self.get_grams()
        result = []
        for spool in self.spools.sorted("name"):
            used = sum(
                value
                for taken in (self.consumed, self.scrapped)
                for (lot, _tool), value in taken.items()
                if lot == spool
            )
            self.compare(
                f"grams taken from {spool.name}", 1000.0 - grams[spool], used, GRAM
            )
            result.append(
                {
                    "name": spool.name,
                    "before_g": 1000.0,
                    "after_g": round(grams[spool], 2),
                }
            )
        scraps = self.env["stock.scrap"].search([("lot_id", "in", self.spools.ids)])
        scrapped = sum(scraps.move_ids.mapped("quantity"))
        self.compare("grams scrapped", scrapped, sum(self.scrapped.values()), GRAM * 4)
        if not scrapped:
            raise StoryError("the failed run scrapped nothing")
        return result

    def check_costs(self, order):
        """Cost is grams at the price of their spool and hours at the rate."""
        production = self.production
        produced = sum(
            production.move_finished_ids.filtered(
                lambda move: move.state == "done" and not move.scrap_id
            ).mapped("quantity")
        )
        # Pieces of a plate nobody ordered are stock and carry their own share of what
        # went well; what was lost is in the value of no piece.
        share = production.product_qty / max(produced, production.product_qty)
        material = sum(
            grams * self.prices[spool.product_id.id] * share
            for (spool, _tool), grams in self.consumed.items()
        ) + sum(
            grams * self.prices[spool.product_id.id]
            for (spool, _tool), grams in self.scrapped.items()
        )
        machine = (self.hours * share + self.lost_hours) * HOURLY_RATE
        # Every stock move is valued to the cent.
        self.compare(
            "material cost",
            order.print3d_material_cost,
            material,
            CENT * (self.moves + 1),
        )
        # Time logs are kept to the second.
        runs = sum(self.runs_of.values()) + 1
        self.compare(
            "machine cost",
            order.print3d_machine_cost,
            machine,
            CENT + runs * HOURLY_RATE / 3600,
        )
        self.compare("revenue", order.print3d_revenue, order.amount_untaxed, CENT)
        self.compare(
            "margin",
            order.print3d_margin,
            order.print3d_revenue
            - order.print3d_material_cost
            - order.print3d_machine_cost,
            CENT,
        )
        lines = order.print3d_explanation["lines"]
        self.compare(
            "explained material cost",
            sum(line["material"] for line in lines),
            order.print3d_material_cost,
            CENT,
        )

    def compare(self, what, found, expected, tolerance):
        if abs(found - expected) > tolerance + 1e-9:
            raise StoryError(f"{what}: {found:.4f} found, {expected:.4f} expected")

    # === FOR PEOPLE === #

    def note(self, what, text):
        self.documents.append((what, text))

    def print_tables(self, result, stream):
        """Print the documents, the spools and the money."""
        width = max(len(what) for what, _text in self.documents)
        for what, text in self.documents:
            print(f"{what:<{width}}  {text}", file=stream)
        print(file=stream)
        print(
            f"{'Spool':<12} {'before g':>10} {'after g':>10} {'used g':>10}",
            file=stream,
        )
        for spool in result["spools"]:
            used = spool["before_g"] - spool["after_g"]
            print(
                f"{spool['name']:<12} {spool['before_g']:>10.2f} "
                f"{spool['after_g']:>10.2f} {used:>10.2f}",
                file=stream,
            )
        print(file=stream)
        for tool, (stated, used) in enumerate(
            zip(result["grams_in_file"], result["grams_consumed"], strict=True), start=1
        ):
            print(
                f"Tool {tool}: {stated:.2f} g in the file, {used:.2f} g used",
                file=stream,
            )
        print(
            f"Scrapped by the failed run: {result['failed_run_scrap_g']:.2f} g",
            file=stream,
        )
        print(file=stream)
        for key in ("revenue", "material_cost", "machine_cost", "margin"):
            print(
                f"{key.replace('_', ' ').capitalize():<14} {result[key]:>10.2f}",
                file=stream,
            )
        print(
            "All figures add up; "
            f"{self.ends_told_twice} ends told twice changed nothing.",
            file=stream,
        )
