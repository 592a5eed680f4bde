"""A day of spools: from the parcel to the recall, with every gram accounted for.

`./print3d story spools [FILE]` runs this on a throwaway database. Spools are received
one by one with the scan app, labelled (the labels are read back by a decoder), scanned
to a shelf and into slots; a print that was sold takes its filament and the scale says
how much it really took; two people weigh at once, one of them without network; spools
are dried, two remnants are wound together, one is scrapped; and a batch is called back
to the customer. What every spool should hold is added up here, apart from the product,
and compared with its ledger, its stock and its value.
"""

from collections import defaultdict
from datetime import timedelta
from uuid import NAMESPACE_OID, uuid5

from odoo import fields
from odoo.fields import Command

from .order import CENT, GRAM, OrderStory, StoryError, tell
from .order import add_arguments as add_order_arguments

FULL_G = 1000.0
EMPTY_G = 240.0
PRICES = (18.5, 21.0, 19.9, 24.75)
# What a printer takes beyond the plan: purges, a skirt, the end that is cut off.
WASTED = 1.04
HAND_G = 25.0
MISSING_G = 12.0
REMNANT_G = 60.0
BATCH = "L-2611-{}"


def add_arguments(parser):
    """Say what the command line takes besides `--json`."""
    add_order_arguments(parser)


def run(env, args):
    """Walk through the day and return its figures.

    :param env: an environment on a database that may be spoiled
    :param args: `file`, `copies` and `json` of the command line
    :return: the object that `--json` prints
    :rtype: dict
    """
    return tell(SpoolsStory, env, args)


class SpoolsStory(OrderStory):
    """The day of the spools of one shop; each step is a stretch of it."""

    def __init__(self, env, path):
        super().__init__(env, path)
        self.app = self.env["print3d.scan.app"]
        self.told = 0
        self.spools = self.env["stock.lot"]
        # Kept by hand, as on a sheet of paper beside the shelf.
        self.paper = defaultdict(float)
        self.lines = []

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
        self.make_people()
        purchase = self.receive_all()
        labels = self.print_labels()
        shelf = self.put_on_shelf()
        self.load_all(printer)
        order = self.sell(version, quantity)
        run = self.print_once(order, printer)
        waste = self.weigh_after(run)
        self.use_by_hand()
        self.decide_conflict()
        self.weigh_late()
        self.dry()
        self.merge()
        self.scrap()
        self.deliver(order)
        self.invoice(order)
        recall = self.recall(run, order, purchase)
        spools = self.check_all()
        return {
            "file": str(self.path),
            "received": len(self.spools),
            "labels": labels,
            "on_shelf": shelf,
            "waste_g": waste,
            "told": self.told,
            "recall": recall,
            "spools": spools,
            "left_g": round(sum(row["after_g"] for row in spools), 2),
        }

    # === THE SCAN APP === #

    def make_people(self):
        """Two people with a phone each."""
        operator = self.env.ref("print3d_library.group_print3d_operator")
        self.people = self.env["res.users"].create(
            [
                {
                    "name": name,
                    "login": f"story_{name.lower()}",
                    "group_ids": [Command.link(operator.id)],
                }
                for name in ("Ada", "Ben")
            ]
        )

    def tell(self, kind, who=0, expect="done", **action):
        """Do something with the phone, and send it twice as a bad network does."""
        self.told += 1
        key = str(uuid5(NAMESPACE_OID, f"story {self.told}"))
        action = {"key": key, "kind": kind, **action}
        app = self.app.with_user(self.people[who])
        before = None
        for _time in range(2):
            outcome = app._do_once(key, action, timedelta())
            (result,) = app._get_results([outcome])
            if result["state"] != expect:
                raise StoryError(f"{kind}: {result['state']}: {result['message']}")
            self.spools.invalidate_recordset()
            after = [(spool.id, spool.remaining_g) for spool in self.spools]
            if before not in (None, after):
                raise StoryError(f"{kind} was done twice when it came twice")
            before = after
        return result

    def scan(self, text, kind, who=0):
        """Hold the phone over a label, and return what the app found."""
        found = self.app.with_user(self.people[who])._resolve(text)
        if found["type"] != kind:
            raise StoryError(f"{text}: {found['type']} found: {found.get('reason')}")
        return found

    def write_down(self, spool, what, grams):
        """Note on the sheet of paper what came on a spool, or went off it."""
        self.paper[spool] += grams
        self.lines.append((spool.name, what, grams))

    # === STRETCH 1: THE PARCEL === #

    def receive_all(self):
        """Order whole spools, and receive them one by one as they are unpacked."""
        uom = self.env.ref("print3d_inventory.uom_spool_1kg")
        vendor = self.env["res.partner"].create({"name": "Story Filaments"})
        filaments = list(dict.fromkeys(product for product, _place in self.needs))
        counts = {product: 2 if index else 3 for index, product in enumerate(filaments)}
        for product in filaments:
            places = sum(1 for other, _place in self.needs if other == product)
            counts[product] = max(counts[product], places + 1)
        purchase = self.env["purchase.order"].create(
            {
                "partner_id": vendor.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": counts[product],
                            "product_uom_id": uom.id,
                            "price_unit": PRICES[index % len(PRICES)],
                            "tax_ids": [],
                        }
                    )
                    for index, product in enumerate(filaments)
                ],
            }
        )
        purchase.button_confirm()
        self.prices = {
            product: PRICES[index % len(PRICES)] / FULL_G
            for index, product in enumerate(filaments)
        }
        order = self.scan(purchase.name, "purchase")
        for index, product in enumerate(filaments):
            for number in range(counts[product]):
                result = self.tell(
                    "receive",
                    purchase_id=order["id"],
                    product_id=product.id,
                    happened_on=self.get_time(hours=2),
                    value={
                        "grams": FULL_G,
                        "gross_g": FULL_G + EMPTY_G,
                        "batch": BATCH.format(index + 1),
                        "print": True,
                    },
                )
                spool = self.env["stock.lot"].browse(result["spool_id"])
                self.spools |= spool
                self.write_down(spool, "received", FULL_G)
                left = counts[product] - number - 1
                if result["left"] != left:
                    raise StoryError(
                        f"{result['left']} spools to come, {left} expected"
                    )
        receipt = purchase.picking_ids
        if receipt.state != "done":
            raise StoryError(f"the receipt is {receipt.state} with its last spool in")
        if any(spool.spool_status != "sealed" for spool in self.spools):
            raise StoryError("a spool that was never opened is not sealed")
        self.note(
            "Received", f"{len(self.spools)} spools of {purchase.name}, one by one"
        )
        return purchase

    def print_labels(self):
        """Print a label for each, and read it back with a decoder."""
        # The addon is importable only once the database is open.
        from odoo.addons.print3d_inventory.tests import label_reader

        content, _mime, _name = self.env["print3d.label"]._render(
            "spool", self.spools.ids, {"layout": "dymo-11354"}
        )
        texts = [
            text
            for page in label_reader.rasterise(content, 300)
            for text in label_reader.decode(page)
        ]
        found = [self.scan(text, "spool")["id"] for text in texts]
        if sorted(found) != sorted(self.spools.ids):
            raise StoryError(f"labels of {found} read, {self.spools.ids} printed")
        self.codes = dict(zip(found, texts, strict=True))
        self.note("Labels", f"{len(texts)} read back from the paper at 300 dpi")
        return len(texts)

    # === STRETCH 2: SHELF AND SLOTS === #

    def put_on_shelf(self):
        """Scan a shelf, then every spool that goes on it."""
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        shelf = self.env["stock.location"].create(
            {
                "name": "Story Shelf",
                "print3d_kind": "shelf",
                "location_id": warehouse.lot_stock_id.id,
            }
        )
        place = self.scan(shelf._get_label_path(), "place")
        for spool in self.spools:
            found = self.scan(self.codes[spool.id], "spool")
            self.tell("move", spool_id=found["id"], place_id=place["id"])
        card = self.scan(shelf._get_label_path(), "place")["card"]
        if sorted(mini["id"] for mini in card["spools"]) != sorted(self.spools.ids):
            raise StoryError("the shelf does not show the spools that were put on it")
        self.note("Shelf", f"{len(card['spools'])} spools on {shelf.name}")
        return len(card["spools"])

    def load_all(self, printer):
        """Load a spool for every tool that prints."""
        self.loaded = {}
        free = {
            product: list(spools)
            for product, spools in self.spools.grouped("product_id").items()
        }
        slots = iter(printer.slot_ids.sorted("id"))
        for product, _place in self.needs:
            spool = free[product].pop(0)
            slot = next(slots)
            self.tell(
                "load",
                spool_id=spool.id,
                place_id=self.scan(slot._get_label_path(), "place")["id"],
            )
            self.loaded[spool] = slot
        self.rest = {product: spools for product, spools in free.items() if spools}
        names = ", ".join(
            f"{spool.name} in {slot.name}" for spool, slot in self.loaded.items()
        )
        self.note("Loaded", names)

    # === STRETCH 3: PRINT AND SCALE === #

    def print_once(self, order, printer):
        """Print the order; the printer takes what the file says, as far as it knows."""
        runs = order.print3d_run_ids.sorted("id")
        for run in runs:
            self.start(run, printer)
            if not run._do_end(
                job_key=self.get_job_key(run),
                outcome="done",
                duration_s=run.plate_id.time_s,
            ):
                raise StoryError(f"{run.name} did not end")
            for pick in run.spool_ids:
                self.write_down(pick.lot_id, "printed", -pick.used_g)
        self.check_paper("printing")
        grams = sum(runs.spool_ids.mapped("used_g"))
        self.note("Printed", f"{len(runs)} run(s), {grams:.2f} g by their plan")
        return runs[:1]

    def weigh_after(self, run):
        """Put every spool that printed on the scale: it took more than planned."""
        wasted = 0.0
        for spool in self.loaded:
            planned = FULL_G - self.paper[spool]
            left = round(FULL_G - planned * WASTED, 2)
            self.tell(
                "weigh",
                spool_id=spool.id,
                value=left + EMPTY_G,
                expected_g=spool.remaining_g,
            )
            self.write_down(spool, "found by the scale", left - self.paper[spool])
            wasted += planned * (WASTED - 1)
        self.check_paper("weighing")
        self.note("Weighed", f"{wasted:.2f} g more than planned")
        return round(wasted, 2)

    def use_by_hand(self):
        """A test piece is noted by hand, twice by mistake, and taken back once."""
        spool = next(iter(self.loaded))
        for _time in range(2):
            result = self.tell(
                "use", spool_id=spool.id, value=HAND_G, reason="Test piece"
            )
            self.write_down(spool, "used by hand", -HAND_G)
        self.tell("undo", entry_id=result["entry_id"])
        self.write_down(spool, "taken back", HAND_G)
        self.check_paper("taking back")
        self.note("Used", f"{HAND_G:g} g by hand; the second one was taken back")

    def decide_conflict(self):
        """Two weigh one spool; the second did not know of the first and gives way."""
        spool = next(iter(self.loaded))
        known = spool.remaining_g
        first = round(known - 7.0, 2)
        self.tell("count", spool_id=spool.id, value=first, expected_g=known)
        self.write_down(spool, "counted by Ada", first - known)
        result = self.tell(
            "count",
            who=1,
            spool_id=spool.id,
            value=known - 90.0,
            expected_g=known,
            expect="conflict",
        )
        self.check_paper("a conflict that nobody decided")
        entry_id = result["conflict"]["entry_id"]
        self.tell("decide", who=1, entry_id=entry_id, decision="theirs")
        self.check_paper("the decision")
        self.note("Conflict", "told, shown, decided; nothing was overwritten")

    def weigh_late(self):
        """A count of an hour ago comes when the network is back: uses since go on."""
        spool = next(iter(self.rest.values()))[0]
        self.tell("use", spool_id=spool.id, value=HAND_G)
        self.write_down(spool, "used by hand", -HAND_G)
        self.tell(
            "count",
            who=1,
            spool_id=spool.id,
            value=FULL_G - MISSING_G,
            expected_g=FULL_G,
            happened_on=self.get_time(hours=1),
        )
        self.write_down(spool, "counted before that", -MISSING_G)
        self.check_paper("a count told late")
        self.note("Told late", f"{MISSING_G:g} g less, and what was used since")

    def get_time(self, hours):
        """Return so many hours ago, as a phone writes it."""
        return (fields.Datetime.now() - timedelta(hours=hours)).isoformat() + "Z"

    # === STRETCH 4: CARE === #

    def dry(self):
        """A spool was in the dryer over night."""
        spool = next(iter(self.loaded))
        self.tell(
            "dry",
            spool_id=spool.id,
            value={"temperature_c": 50, "hours": 6, "humidity_percent": 18},
        )
        card = self.app._get_card("spool", spool.id)
        if not (card["dry"] or {}).get("last_on"):
            raise StoryError("the drying is not on the spool's card")
        self.check_paper("drying")
        self.note("Dried", f"{spool.name}: 6 h at 50 °C")

    def merge(self):
        """What is left on one spool is wound on another one of its filament."""
        product, spools = next(iter(self.rest.items()))
        target = next(spool for spool in self.loaded if spool.product_id == product)
        source = spools[-1]
        for spool, grams in ((source, REMNANT_G), (target, 700.0)):
            self.tell("count", spool_id=spool.id, value=grams)
            self.write_down(spool, "counted", grams - self.paper[spool])
        self.tell("merge", spool_id=source.id, value={"target_id": target.id})
        self.write_down(source, f"wound on {target.name}", -REMNANT_G)
        self.write_down(target, f"wound from {source.name}", REMNANT_G)
        self.check_paper("merging")
        self.note("Merged", f"{REMNANT_G:g} g of {source.name} on {target.name}")

    def scrap(self):
        """The last loaded spool is tangled; what is left of it goes to the bin."""
        spool = list(self.loaded)[-1]
        left = self.paper[spool]
        reason = self.app._get_scrap_reasons()[0]["name"]
        self.tell("scrap", spool_id=spool.id, reason=reason)
        self.write_down(spool, "scrapped", -left)
        self.check_paper("scrapping")
        self.note("Scrapped", f"{left:.2f} g of {spool.name}: {reason}")

    # === STRETCH 5: THE RECALL === #

    def recall(self, run, order, purchase):
        """A batch turns out bad: find its prints, orders, customer and vendor."""
        batch = BATCH.format(1)
        trace = self.env["print3d.trace"].get_trace({"model": "batch", "name": batch})
        text = repr(trace)
        wanted = {
            "the print": run.name,
            "the order": order.name,
            "the customer": order.partner_id.name,
            "the invoice": order.invoice_ids.name,
            "the purchase": purchase.name,
            "the vendor": purchase.partner_id.name,
        }
        for what, name in wanted.items():
            if name not in text:
                raise StoryError(f"the recall does not name {what}, {name}")
        action = self.env["print3d.recall"].action_begin(
            {"model": "batch", "name": batch}, "Brittle"
        )
        recall = self.env["print3d.recall"].browse(action["res_id"])
        recall.action_stop_spools()
        of_batch = self.spools.filtered(lambda spool: spool.ref == batch)
        self.spools.invalidate_recordset()
        held = of_batch.filtered(lambda spool: spool.spool_status == "quarantine")
        full = of_batch.filtered(lambda spool: spool.remaining_g > 0)
        if held != full:
            raise StoryError(f"{len(held)} spools stopped, {len(full)} expected")
        report = self.env.ref("print3d_inventory.print3d_recall_report")
        content, _kind = report._render_qweb_html(report.report_name, recall.ids)
        if order.partner_id.name not in content.decode():
            raise StoryError("the paper of the recall does not name the customer")
        self.check_paper("the recall")
        self.note(
            "Recall", f"{batch}: {run.name}, {order.name}, {order.partner_id.name}"
        )
        return {"batch": batch, "stopped": len(held)}

    # === THE SUMS === #

    def check_paper(self, when):
        """Compare what every spool holds with the sheet of paper."""
        self.spools.invalidate_recordset()
        for spool in self.spools:
            self.compare(
                f"grams of {spool.name} after {when}",
                spool.remaining_g,
                self.paper[spool],
                GRAM,
            )

    def check_all(self):
        """Paper, ledger, stock and value of every spool say the same."""
        self.check_paper("the day")
        Entry = self.env["print3d.spool.entry"]
        rows = []
        for spool in self.spools.sorted("name"):
            entries = Entry.search([("lot_id", "=", spool.id)])
            open_entries = entries.filtered(lambda entry: entry.state == "waiting")
            if open_entries:
                raise StoryError(f"{spool.name}: {len(open_entries)} lines still wait")
            ledger = sum(entries.mapped("grams"))
            self.compare(f"ledger of {spool.name}", ledger, self.paper[spool], GRAM)
            stock = sum(
                self.env["stock.quant"]
                .search(
                    [("lot_id", "=", spool.id), ("location_id.usage", "=", "internal")]
                )
                .mapped("quantity")
            )
            self.compare(f"stock of {spool.name}", stock, self.paper[spool], GRAM)
            # Every move is valued to the cent.
            self.compare(
                f"value of {spool.name}",
                spool.total_value,
                self.paper[spool] * self.prices[spool.product_id],
                CENT * (len(entries) + 1),
            )
            rows.append(
                {
                    "name": spool.name,
                    "before_g": FULL_G,
                    "after_g": round(spool.remaining_g, 2),
                    "lines": len(entries),
                }
            )
        return rows

    # === FOR PEOPLE === #

    def print_tables(self, result, stream):
        """Print the day and what became of every spool."""
        width = max(len(what) for what, _text in self.documents)
        for what, text in self.documents:
            print(f"{what:<{width}}  {text}", file=stream)
        print(file=stream)
        for name, what, grams in self.lines:
            print(f"{name:<12} {what:<28} {grams:>10.2f} g", file=stream)
        print(file=stream)
        for row in result["spools"]:
            print(
                f"{row['name']:<12} {row['after_g']:>10.2f} g left, "
                f"{row['lines']} lines in its ledger",
                file=stream,
            )
        print(
            f"All figures add up; {result['told']} messages told twice counted once.",
            file=stream,
        )
