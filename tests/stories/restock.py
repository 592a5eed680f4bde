"""A quarter of a shop's filament, day by day: with and without a learned policy.

`./print3d story restock [--days N] [--seed N]` runs this on a throwaway database. What
is printed each day and how the vendor delivers (on time, late, short, with a spool
that is no good) is drawn from a seed, so that the shop lives through the same quarter
twice: once ordering a spool when one is found empty, and once with reorder points
learned every night, whose shortfalls raise alerts, become requests, are approved, put
into RFQs of the shopping list and received. The clock moves with the days.

What every filament should hold is added up here, apart from the product, and compared
with its ledger, its stock and its value; alerts that should be over are over, and
nothing is requested twice. Days and grams without filament, the money that lies on the
shelf, orders and freight of both are printed side by side.
"""

import random
import sys
from collections import defaultdict
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from freezegun import freeze_time

from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command, Domain

SEED = 27
BEGIN = date(2026, 1, 5)
# Days in which habit and policy share one past, from which use is learned.
WARM_UP = 56
DAYS = 91
FULL_G = 1000.0
PRICE = 20.0
PROMISED_DAYS = 5
FREIGHT, FREE_FROM = 7.9, 120.0
AUTO_BELOW, TWO_ABOVE = 50.0, 150.0
# Name, colour, chance of a print a day, grams of one.
FILAMENTS = (
    ("PLA Black", "#101010", 0.85, (80, 340)),
    ("PLA White", "#F5F5F5", 0.65, (60, 260)),
    ("PLA Red", "#C81010", 0.25, (40, 220)),
    ("PLA Blue", "#1030C0", 0.12, (100, 400)),
)
# A fair in the middle of the quarter: its days want more than others.
FAIR_DAYS, FAIR_FACTOR = 10, 1.6
# Grams are stored to the hundredth; each move is valued to the cent.
GRAM, CENT = 0.005, 0.005
RESTOCK = "restock"
HABIT, POLICY = "without", "with"


class StoryError(Exception):
    """A figure does not add up, or a step did not do what it says."""


def add_arguments(parser):
    """Say what the command line takes besides `--json`."""
    parser.add_argument("--days", type=int, default=DAYS, help="days that count (91)")
    parser.add_argument(
        "--warm-up", type=int, default=WARM_UP, help="days before, to learn from (56)"
    )
    parser.add_argument("--seed", type=int, default=SEED, help="of demand and vendor")


def run(env, args):
    """Live through the quarter twice and return the figures of both.

    :param env: an environment on a database that may be spoiled
    :param args: `days`, `warm_up`, `seed` and `json` of the command line
    :return: the object that `--json` prints
    :rtype: dict
    """
    days = getattr(args, "days", DAYS)
    if days < 1 or getattr(args, "warm_up", WARM_UP) < 28:
        raise StoryError("--days must be 1 or more and --warm-up 28 or more")
    story = RestockStory(
        env, getattr(args, "seed", SEED), days, getattr(args, "warm_up", WARM_UP)
    )
    try:
        result = story.walk()
    except (UserError, RedirectWarning) as error:
        raise StoryError(str(error.args[0])) from error
    if not getattr(args, "json", False):
        story.print_tables(result, sys.stdout)
    return result


class Demand:
    """What is printed and how the vendor delivers, the same for both ways."""

    def __init__(self, seed, days, warm_up):
        self.seed = seed
        draw = random.Random(f"{seed} demand")
        fair = range(warm_up + days // 2, warm_up + days // 2 + FAIR_DAYS)
        self.grams = []
        for day in range(warm_up + days):
            wanted = {}
            for name, _colour, chance, (low, high) in FILAMENTS:
                # Always drawn, so that no filament's luck depends on another's.
                rolled, grams = draw.random(), draw.uniform(low, high)
                if rolled < chance:
                    factor = FAIR_FACTOR if day in fair else 1.0
                    wanted[name] = round(grams * factor, 2)
            self.grams.append(wanted)

    def get_delivery(self, way, number):
        """Return what becomes of the delivery of an order: days and kind.

        :param str way: of ordering, and ``number``, the order in it
        :rtype: tuple[int, str]
        """
        draw = random.Random(f"{self.seed} {way} {number}")
        days = draw.randint(PROMISED_DAYS - 1, PROMISED_DAYS + 2)
        kind = draw.choices(
            ("right", "late", "short", "defect"), (0.55, 0.2, 0.15, 0.1)
        )[0]
        return days + (draw.randint(3, 7) if kind == "late" else 0), kind


class RestockStory:
    """One shop, one vendor, some filaments, and two ways to keep them there."""

    def __init__(self, env, seed, days, warm_up):
        self.env = env(
            context=dict(
                env.context,
                queue_job__no_delay=True,
                skip_sms=True,
                tracking_disable=True,
                mail_notrack=True,
            )
        )
        self.seed, self.days, self.warm_up = seed, days, warm_up
        self.demand = Demand(seed, days, warm_up)

    def walk(self):
        """Live through the past once, and through the quarter twice."""
        with freeze_time(datetime.combine(BEGIN, time(7))) as self.clock:
            self.at(0, 7)
            self.make_shop()
            self.begin_books()
            self.way, self.order_number = "warm-up", 0
            self.defects = defaultdict(float)
            for day in range(self.warm_up):
                self.live_by_habit(day)
            self.check_books("the past")
            ways = {}
            for way, live in (
                (HABIT, self.live_by_habit),
                (POLICY, self.live_by_policy),
            ):
                with self.apart():
                    ways[way] = self.live_quarter(way, live)
        return {
            "seed": self.seed,
            "days": self.days,
            "warm_up": self.warm_up,
            "from": str(BEGIN + timedelta(days=self.warm_up)),
            "wanted_g": round(
                sum(sum(day.values()) for day in self.demand.grams[self.warm_up :]), 2
            ),
            HABIT: ways[HABIT],
            POLICY: ways[POLICY],
        }

    @contextmanager
    def apart(self):
        """Let a stretch begin with what there is now, and leave nothing behind."""
        books = self.copy_books()
        self.env.cr.flush()
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.books = books

    def live_quarter(self, way, live):
        """Live through the days that count, and return their figures."""
        self.way, self.order_number = way, 0
        self.defects = defaultdict(float)
        self.figures = defaultdict(float)
        if way == POLICY:
            self.begin_policy()
        for day in range(self.warm_up, self.warm_up + self.days):
            live(day)
            self.note_shelf()
        self.check_books(f"the quarter {way} it")
        result = self.get_figures()
        if way == POLICY:
            result.update(self.check_policy())
        return result

    # === THE SHOP === #

    def make_shop(self):
        """A shop with four filaments, two spools each, a vendor and three people."""
        self.company = self.env.company
        self.company.write(
            {
                "print3d_request_approval": True,
                "print3d_request_auto_below": AUTO_BELOW,
                "print3d_request_two_above": TWO_ABOVE,
            }
        )
        self.make_people()
        self.vendor = self.env["res.partner"].create(
            {
                "name": "Story Filaments",
                "print3d_freight_cost": FREIGHT,
                "print3d_free_freight_from": FREE_FROM,
            }
        )
        spool = self.env.ref("print3d_inventory.uom_spool_1kg")
        self.products = {}
        for name, colour, _chance, _grams in FILAMENTS:
            product = self.env["product.product"].create(
                {
                    "name": f"Story {name}",
                    "is_filament": True,
                    "material_id": self.env.ref("print3d_inventory.material_pla").id,
                    "colour_hexes": colour,
                }
            )
            self.env["product.supplierinfo"].create(
                {
                    "partner_id": self.vendor.id,
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "product_uom_id": spool.id,
                    "price": PRICE,
                    "delay": PROMISED_DAYS,
                    "min_qty": 1,
                }
            )
            self.products[name] = product
        self.names = {product: name for name, product in self.products.items()}
        self.spool_uom = spool

    def make_people(self):
        """Ada prints; Ben and Cleo own the shop, and approve."""
        people = self.env["res.users"].create(
            [
                {
                    "name": name,
                    "login": f"story_restock_{name.lower()}",
                    "group_ids": [
                        Command.link(
                            self.env.ref(f"print3d_library.group_print3d_{role}").id
                        )
                    ],
                }
                for name, role in (
                    ("Ada", "operator"),
                    ("Ben", "owner"),
                    ("Cleo", "owner"),
                )
            ]
        )
        self.ada, self.ben, self.cleo = people

    def at(self, day, hour, minute=0):
        """Move the clock, and that of the transaction, which is asked only once."""
        now = datetime.combine(BEGIN + timedelta(days=day), time(hour, minute))
        # Each deed of a day is a request of its own, which remembers nothing.
        self.env.flush_all()
        self.env.invalidate_all()
        self.clock.move_to(now)
        self.env.cr._now = now
        self.today = now.date()

    # === THE BOOKS, KEPT BY HAND === #

    def begin_books(self):
        """Put the first spools on the shelf, and write them down."""
        self.books = {"grams": defaultdict(float), "deliveries": []}
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        for product in self.products.values():
            for _number in range(2):
                self.env["print3d.spool.add"].create(
                    {
                        "product_id": product.id,
                        "count": 1,
                        "net_weight_g": FULL_G,
                        "price_per_kg": PRICE,
                        "location_id": warehouse.lot_stock_id.id,
                    }
                )._add_spools()
            self.books["grams"][product] += 2 * FULL_G

    def copy_books(self):
        """Return the books as they are, to go on from here again."""
        return {
            "grams": defaultdict(float, self.books["grams"]),
            "deliveries": list(self.books["deliveries"]),
        }

    def get_spools(self, product):
        """Return the spools of a filament to print from, opened ones first."""
        return self.env["stock.lot"].search(
            [
                ("product_id", "=", product.id),
                ("spool_status", "in", ("sealed", "stored", "loaded", "reserved")),
            ],
            order="opened_on, id",
        )

    def check_books(self, when):
        """Compare what is written down with ledger, stock and value."""
        self.env.invalidate_all()
        for name, product in self.products.items():
            lots = self.env["stock.lot"].search([("product_id", "=", product.id)])
            ledger = sum(
                self.env["print3d.spool.entry"]
                .search([("lot_id", "in", lots.ids), ("state", "=", "posted")])
                .mapped("grams")
            )
            stock = sum(
                self.env["stock.quant"]
                .search(
                    [
                        ("product_id", "=", product.id),
                        ("location_id.usage", "=", "internal"),
                    ]
                )
                .mapped("quantity")
            )
            wanted = self.books["grams"][product]
            self.compare(f"ledger of {name} after {when}", ledger, wanted, GRAM)
            self.compare(f"stock of {name} after {when}", stock, wanted, GRAM)
            moves = self.env["stock.move"].search_count(
                [("product_id", "=", product.id), ("state", "=", "done")]
            )
            self.compare(
                f"value of {name} after {when}",
                sum(lots.mapped("total_value")),
                wanted * PRICE / FULL_G,
                CENT * (moves + 1),
            )

    def compare(self, what, found, wanted, tolerance):
        """Refuse a figure that is not what it should be."""
        if abs(found - wanted) > tolerance:
            raise StoryError(f"{what} is {found:.2f}, {wanted:.2f} expected")

    # === A DAY === #

    def print_day(self, day):
        """Print what is wanted today, as far as there is filament.

        :return: the filaments of which a spool was found empty, once for each spool
        """
        self.at(day, 12)
        emptied = []
        for name, wanted in self.demand.grams[day].items():
            product = self.products[name]
            left = wanted
            for spool in self.get_spools(product):
                grams = min(left, spool.remaining_g)
                if grams <= 0:
                    continue
                spool._print3d_record("use", grams, reason="Print")
                self.books["grams"][product] -= grams
                left = round(left - grams, 2)
                if spool.product_id.uom_id.is_zero(spool.remaining_g):
                    emptied.append(product)
                if left <= 0:
                    break
            if left > 0 and self.way != "warm-up":
                self.figures["short_days"] += 1
                self.figures["short_g"] += left
        return emptied

    def note_shelf(self):
        """Write down what lies on the shelf tonight, and what it is worth."""
        grams = sum(self.books["grams"].values())
        self.figures["shelf_g"] += grams
        self.figures["shelf_value"] += grams * PRICE / FULL_G

    # === WITHOUT A POLICY === #

    def live_by_habit(self, day):
        """Receive, print, and order a spool for each that was found empty."""
        self.receive_day(day)
        emptied = self.print_day(day)
        if not emptied:
            return
        self.at(day, 18)
        order = (
            self.env["purchase.order"]
            .with_user(self.ben)
            .create(
                {
                    "partner_id": self.vendor.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_qty": emptied.count(product),
                                "product_uom_id": self.spool_uom.id,
                                "price_unit": PRICE,
                                "tax_ids": [],
                            }
                        )
                        for product in dict.fromkeys(emptied)
                    ],
                }
            )
        )
        order.button_confirm()
        self.expect(order, day)

    # === WITH A POLICY === #

    def begin_policy(self):
        """Learn reorder points of what was used; let rules request what is short."""
        Point = self.env["stock.warehouse.orderpoint"]
        products = self.env["product.product"].union(*self.products.values())
        self.points = Point._print3d_ensure_rules(products)
        self.points.write({"print3d_mode": "learned", "trigger": "manual"})
        self.rule = self.env.ref("print3d_inventory.automation_restock_request")
        self.rule.active = True
        self.learn(self.warm_up)
        if self.points.filtered(lambda point: point.product_min_qty <= 0):
            raise StoryError("a filament that is used has no reorder point")

    def learn(self, day):
        """Learn as the cron of the night does."""
        self.at(day, 2)
        products = self.points.product_id
        self.env["product.product"]._learn_use(self.company)
        self.points._learn()
        products.invalidate_recordset()

    def live_by_policy(self, day):
        """Learn at night; receive; ask, approve and order; print."""
        if day > self.warm_up:
            self.learn(day)
        self.receive_day(day)
        self.at(day, 8)
        self.look(day)
        self.ask(day)
        self.approve(day)
        self.order(day)
        self.print_day(day)

    def look(self, day):
        """Raise and resolve the alerts of the shop."""
        self.env["print3d.alert.check"]._check_restock()
        Alert = self.env["print3d.alert"]
        Alert._take_in(here=True)
        raised = Alert.search([("family", "=", RESTOCK), ("is_open", "=", True)])
        self.figures["alert_days"] += len(raised)

    def ask(self, day):
        """Let the rule request what is short; twice, as crons overlap."""
        self.at(day, 8, 15)
        before = self.get_request_lines()
        self.rule._watch()
        once = self.get_request_lines()
        self.rule._watch()
        if self.get_request_lines() != once:
            raise StoryError(f"{self.today}: the second look requested once more")
        failed = self.rule.print3d_firing_ids.filtered(
            lambda item: item.state == "failed"
        )
        if failed:
            raise StoryError(f"{self.today}: the rule failed: {failed[0].error}")
        for line in once - before:
            twins = once.filtered(
                lambda other, line=line: other.product_id == line.product_id
                and other != line
                and other.request_id.state in ("draft", "to_approve", "approved")
            )
            if twins:
                raise StoryError(
                    f"{self.today}: {self.names[line.product_id]} is requested twice"
                )

    def get_request_lines(self):
        """Return all that was ever requested of these filaments."""
        return self.env["purchase.request.line"].search(
            [("product_id", "in", [product.id for product in self.names])]
        )

    def approve(self, day):
        """Ben approves what waits; what is dear waits for Cleo, until tomorrow."""
        self.at(day, 9)
        requests = self.get_request_lines().request_id
        for request in requests.filtered(lambda item: item.state == "draft"):
            raise StoryError(f"{request.name} was not submitted")
        for request in requests.filtered(lambda item: item.state == "to_approve"):
            first = request.amount <= TWO_ABOVE or not request.review_ids.filtered(
                lambda review: review.status == "approved"
            )
            who = self.ben if first else self.cleo
            request.with_user(who).action_approve("Needed")
            self.figures["approvals"] += 1

    def order(self, day):
        """Put what is approved into RFQs of the shopping list; twice is once."""
        self.at(day, 10)
        Line = self.env["print3d.shopping.line"]
        Line._refresh(self.company)
        lines = Line.search(
            Domain("company_id", "=", self.company.id)
            & Domain("state", "=", "todo")
            & Domain("origin", "=", "request")
            & Domain("product_id", "in", [product.id for product in self.names])
        )
        if not lines:
            return
        mine = lines.with_user(self.ben)
        orders = mine._create_rfqs()
        if mine._create_rfqs() != orders:
            raise StoryError(f"{self.today}: the second click made another RFQ")
        for order in orders.filtered(lambda item: item.state == "draft"):
            order.button_confirm()
            self.expect(order, day)

    # === THE VENDOR === #

    def expect(self, order, day):
        """Write down when an order comes, and how; and what it costs to be sent."""
        if self.way != "warm-up":
            self.figures["orders"] += 1
            self.figures["ordered"] += order.amount_untaxed
            if order.amount_untaxed < FREE_FROM:
                self.figures["freight"] += FREIGHT
        self.order_number += 1
        days, kind = self.demand.get_delivery(self.way, self.order_number)
        self.books["deliveries"].append((day + days, order.id, kind))

    def receive_day(self, day):
        """Receive what comes today."""
        self.at(day, 7, 30)
        due = [item for item in self.books["deliveries"] if item[0] <= day]
        for item in due:
            self.books["deliveries"].remove(item)
            _when, number, kind = item
            self.receive(self.env["purchase.order"].browse(number), kind, day)

    def receive(self, order, kind, day):
        """Receive a delivery with the dialog for it, and say what is wrong with it."""
        pickings = order.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        action = (
            self.env["print3d.request.receive"].with_user(self.ada)._open_for(pickings)
        )
        wizard = (
            self.env["print3d.request.receive"]
            .with_user(self.ada)
            .browse(action["res_id"])
        )
        wizard.print_labels = False
        lines = wizard.line_ids
        rest = False
        if kind == "short" and sum(lines.mapped("expected")) > 1:
            line = lines.sorted("expected")[-1]
            line.write(
                {
                    "received": line.expected - 1,
                    "rest": "backorder",
                    "reason": "One spool is missing",
                }
            )
            rest = True
        elif kind == "defect":
            line = lines[:1]
            line.write(
                {
                    "defect": 1,
                    "defect_action": "scrap",
                    "reason": "Wrong filament on the spool",
                }
            )
            # It came and went to the bin; one more is bought instead of it.
            self.defects[order, line.product_id] += FULL_G
            self.books["grams"][line.product_id] -= FULL_G
        for line in lines:
            self.books["grams"][line.product_id] += line.received * FULL_G
        wizard.action_receive()
        if rest:
            self.books["deliveries"].append((day + 4, order.id, "right"))
        if self.way != "warm-up":
            self.figures[f"deliveries_{kind}"] += 1

    # === THE SUMS === #

    def get_figures(self):
        """Return the figures of a quarter."""
        figures = self.figures
        wanted = sum(sum(day.values()) for day in self.demand.grams[self.warm_up :])
        return {
            "short_days": int(figures["short_days"]),
            "short_g": round(figures["short_g"], 2),
            "served_percent": round(100 * (1 - figures["short_g"] / wanted), 2),
            "shelf_g": round(figures["shelf_g"] / self.days, 2),
            "shelf_value": round(figures["shelf_value"] / self.days, 2),
            "orders": int(figures["orders"]),
            "ordered": round(figures["ordered"], 2),
            "freight": round(figures["freight"], 2),
            "deliveries": {
                kind: int(figures[f"deliveries_{kind}"])
                for kind in ("right", "late", "short", "defect")
            },
            "left_g": round(sum(self.books["grams"].values()), 2),
        }

    def check_policy(self):
        """Look whether alerts and requests are what they should be.

        :return: how many there were of each
        :rtype: dict
        """
        last = self.warm_up + self.days
        self.learn(last)
        self.look(last)
        Alert = self.env["print3d.alert"]
        alerts = Alert.with_context(active_test=False).search(
            [("family", "=", RESTOCK), ("res_id", "in", self.points.ids)]
        )
        still = alerts.filtered("is_open")
        wanted = self.env["print3d.alert.check"]._find_restock_alerts(self.points)
        if set(still.mapped("res_id")) != {point.id for point in wanted}:
            raise StoryError("alerts are open that should be over, or the other way")
        if len({alert.key for alert in still}) != len(still):
            raise StoryError("there are two open alerts about one thing")
        for alert in alerts - still:
            kinds = set(alert.event_ids.mapped("kind"))
            if not {"raised", alert.state} <= kinds:
                raise StoryError(f"the journal of {alert.name} does not tell its end")
        return {
            "alerts": {"raised": len(alerts), "open": len(still)},
            "requests": self.check_requests(),
            "approvals": int(self.figures["approvals"]),
            "reorder_points": {
                self.names[point.product_id]: round(point.product_min_qty, 1)
                for point in self.points
            },
        }

    def check_requests(self):
        """Look whether each request was ordered once, and came as far as it should."""
        lines = self.get_request_lines()
        coming = {number for _day, number, _kind in self.books["deliveries"]}
        for line in lines:
            request = line.request_id
            bought = sum(
                each.product_uom_id._compute_quantity(
                    each.product_qty, line.product_id.uom_id
                )
                for each in line.purchase_lines
                if each.state != "cancel"
            )
            bought -= sum(
                self.defects[order, line.product_id]
                for order in line.purchase_lines.order_id
            )
            name = f"{request.name} ({self.names[line.product_id]})"
            if request.state in ("to_approve", "approved"):
                if bought:
                    raise StoryError(f"{name} was bought before it was approved")
                continue
            if not line.product_qty - GRAM <= bought < line.product_qty + FULL_G:
                raise StoryError(
                    f"{name}: {bought:g} g bought of {line.product_qty:g} g requested"
                )
            open_orders = set(line.purchase_lines.order_id.ids) & coming
            if not open_orders and request.state not in ("received", "stocked", "done"):
                raise StoryError(f"{name} is {request.state}, and nothing is to come")
        states = defaultdict(int)
        for request in lines.request_id:
            states[request.state] += 1
        return {"made": len(lines.request_id), "states": dict(states)}

    # === FOR PEOPLE === #

    def print_tables(self, result, stream):
        """Print both quarters side by side."""
        habit, policy = result[HABIT], result[POLICY]
        currency = self.company.currency_id.name
        print(
            f"{result['days']} days from {result['from']}, seed {result['seed']}: "
            f"{result['wanted_g'] / 1000:.1f} kg wanted of {len(FILAMENTS)} filaments",
            file=stream,
        )
        rows = (
            ("Days without filament", "short_days", "{:,.0f}"),
            ("Grams not printed", "short_g", "{:,.0f} g"),
            ("Served", "served_percent", "{:.1f} %"),
            ("On the shelf, on average", "shelf_g", "{:,.0f} g"),
            ("Money tied up, on average", "shelf_value", f"{{:,.2f}} {currency}"),
            ("Orders", "orders", "{:,.0f}"),
            ("Bought", "ordered", f"{{:,.2f}} {currency}"),
            ("Freight", "freight", f"{{:,.2f}} {currency}"),
        )
        print(file=stream)
        print(f"{'':<28}{'without policy':>16}{'with policy':>16}", file=stream)
        for label, key, shape in rows:
            cells = [shape.format(figures[key]) for figures in (habit, policy)]
            print(f"{label:<28}{cells[0]:>16}{cells[1]:>16}", file=stream)
        for kind in ("right", "late", "short", "defect"):
            print(
                f"{'Deliveries ' + kind:<28}{habit['deliveries'][kind]:>16}"
                f"{policy['deliveries'][kind]:>16}",
                file=stream,
            )
        print(file=stream)
        print(
            f"Alerts raised: {policy['alerts']['raised']}, still open: "
            f"{policy['alerts']['open']}. Requests: {policy['requests']['made']}, "
            f"approvals given: {policy['approvals']}.",
            file=stream,
        )
        points = ", ".join(
            f"{name} {grams:g} g" for name, grams in policy["reorder_points"].items()
        )
        print(f"Reorder points in the end: {points}.", file=stream)
        print(
            "All figures add up: every gram is in the books, nothing was requested "
            "twice.",
            file=stream,
        )
