"""What should be on record after the story of the farm, and whether it is."""

from collections import defaultdict

from ._farm_shop import KWH_PRICE

# Grams are stored to the hundredth; each move is valued to the cent.
GRAM, CENT = 0.005, 0.005


class StoryError(Exception):
    """A figure does not add up, or a step did not do what it says."""


class Books:
    """What is added up by the story alone."""

    def __init__(self):
        # Grams of good pieces and of bad ones, by spool; what was found missing.
        self.used = defaultdict(float)
        self.scrapped = defaultdict(float)
        self.put_right = defaultdict(float)
        self.put_back = 0.0
        # Seconds by printer.
        self.worked = defaultdict(float)
        self.lost = defaultdict(float)
        # Pieces by product.
        self.good = defaultdict(float)
        self.bad = defaultdict(float)
        self.kwh = 0.0
        self.outcomes = defaultdict(int)

    def note_end(self, print_, used, back, seconds, kwh):
        """Write an end down.

        :param print_: see :class:`_farm_print.Print`
        :param dict used: {tool: [(spool, grams)]} as told
        :param dict back: {spool: grams that went back on it}
        :param int seconds: the printer worked
        :param float kwh: it took
        """
        fate, total = print_.fate, sum(print_.lines.values())
        good = sum(print_.good.values()) if fate["outcome"] == "done" else 0.0
        share = good / total
        for rows in used.values():
            for spool, told in rows:
                grams = told - back.get(spool, 0.0)
                self.used[spool] += grams * share
                self.scrapped[spool] += grams * (1 - share)
                print_.story.left[spool] -= grams
        self.put_back += sum(back.values())
        self.worked[print_.printer] += seconds * share
        self.lost[print_.printer] += seconds * (1 - share)
        for line, quantity in print_.lines.items():
            part = print_.good[line] if fate["outcome"] == "done" else 0.0
            self.good[line.product_id] += part
            self.bad[line.product_id] += quantity - part
        self.kwh += kwh
        kind = "partly" if 0 < good < total else fate["outcome"]
        self.outcomes[kind] += 1


def compare(what, found, wanted, tolerance):
    """Refuse a figure that is not what it should be."""
    if abs(found - wanted) > tolerance:
        raise StoryError(f"{what} is {found:.3f}, {wanted:.3f} expected")


def check(story):
    """Compare everything with the product; return the figures.

    :raise StoryError: the first that does not agree
    """
    story.env.flush_all()
    story.env.invalidate_all()
    runs = story.env["print3d.run"].search(
        [("product_id", "in", [one.id for one in story.shop.models.values()])]
    )
    check_orders(story, runs)
    grams = check_grams(story, runs)
    minutes = check_minutes(story, runs)
    pieces = check_pieces(story, runs)
    energy = check_energy(story, runs)
    ignored = runs.event_ids.filtered("is_ignored")
    if len(ignored) != story.told["repeated"]:
        raise StoryError(
            f"{len(ignored)} reports changed nothing, {story.told['repeated']} "
            "were told twice"
        )
    differences = runs._find_differences()
    if differences:
        raise StoryError("; ".join(differences[:5]))
    ended = runs.filtered("date_end")
    last = max(ended.mapped("date_end"))
    return {
        "seed": story.seed,
        "printers": len(story.shop.printers),
        "runs": len(ended),
        "outcomes": dict(sorted(story.books.outcomes.items())),
        "orders": len(story.orders),
        "cancelled_orders": story.told["cancelled_orders"],
        "from": str(min(ended.mapped("date_start"))),
        "to": str(last),
        "swaps": story.told["swaps"],
        "pauses": story.told["pauses"],
        "told_twice": story.told["repeated"],
        "reopened": story.told["reopened"],
        "cleared": story.told["cleared"],
        "maintained": story.told["maintained"],
        "rush_wait_min": story.told["rush_wait_min"],
        "grams": grams,
        "minutes": minutes,
        "pieces": pieces,
        "energy": energy,
        "journal": len(runs.event_ids),
    }


def check_orders(story, runs):
    """Everybody got what was ordered, and nothing is left to do."""
    for order in story.orders:
        if order.state == "cancel":
            continue
        if order.state != "done":
            raise StoryError(f"{order.name} is {order.state} in the end")
        if order._get_printed_qty() < order._get_pieces() - 1e-6:
            raise StoryError(f"{order.name} got fewer pieces than were ordered")
    left = runs.filtered(lambda run: run.state not in ("done", "failed", "cancelled"))
    if left:
        raise StoryError(f"{', '.join(left.mapped('name'))} did not end")
    ended = len(runs.filtered("date_start"))
    if ended != sum(story.books.outcomes.values()):
        raise StoryError(f"{ended} prints on record are not those of the story")


def check_grams(story, runs):
    """Every gram: by spool in stock and ledger, by print, and what it is worth."""
    books = story.books
    moves = runs.move_ids.filtered(lambda move: move.state == "done")
    used, scrapped, rows = defaultdict(float), defaultdict(float), defaultdict(int)
    for line in moves.move_line_ids:
        target = scrapped if line.move_id.scrap_id else used
        target[line.lot_id] += line.quantity
        rows[line.lot_id] += 1
    spools = list(story.left)
    if set(used) | set(scrapped) > set(spools):
        raise StoryError("prints took from spools of others")
    for spool in spools:
        # Each order of a plate has its share rounded to the hundredth.
        tolerance = GRAM * (rows[spool] + 1)
        compare(f"used of {spool.name}", used[spool], books.used[spool], tolerance)
        compare(
            f"scrapped of {spool.name}",
            scrapped[spool],
            books.scrapped[spool],
            tolerance,
        )
        compare(
            f"taken of {spool.name}",
            used[spool] + scrapped[spool],
            books.used[spool] + books.scrapped[spool],
            GRAM,
        )
        compare(f"left of {spool.name}", spool.remaining_g, story.left[spool], GRAM)
        compare(
            f"ledger of {spool.name}",
            sum(spool.spool_entry_ids.mapped("grams")),
            story.bought[spool]
            - books.used[spool]
            - books.scrapped[spool]
            + books.put_right[spool],
            GRAM,
        )
    worth = sum(spool.total_value for spool in spools)
    taken = sum(moves.mapped("value"))
    missing = -sum(
        grams * story.worth[spool] / story.bought[spool]
        for spool, grams in books.put_right.items()
    )
    bought = sum(story.worth.values())
    compare(
        "value of what is left and what was taken",
        worth + taken + missing,
        bought,
        CENT * (len(moves) + len(spools)),
    )
    return {
        "bought": round(sum(story.bought.values()), 2),
        "used": round(sum(used.values()), 2),
        "scrapped": round(sum(scrapped.values()), 2),
        "put_back": round(books.put_back, 2),
        "found_missing": round(-sum(books.put_right.values()), 2),
        "left": round(sum(spool.remaining_g for spool in spools), 2),
        "moves": len(moves),
        "spools": len(spools),
        "value": round(taken, 2),
    }


def check_minutes(story, runs):
    """Every minute: by printer, good and lost, and what it costs."""
    books, cost = story.books, 0.0
    for printer in story.shop.printers:
        logs = runs.time_ids.filtered(lambda log, own=printer: log.workcenter_id == own)
        seconds = {"productive": 0.0, "quality": 0.0}
        for log in logs:
            kind = log.loss_type
            seconds[kind] += (log.date_end - log.date_start).total_seconds()
        # Each log begins and ends at a full second.
        worked, lost = books.worked[printer], books.lost[printer]
        compare(f"time of {printer.name}", sum(seconds.values()), worked + lost, 0.01)
        compare(f"lost time of {printer.name}", seconds["quality"], lost, len(logs))
        cost += (worked + lost) / 3600 * printer.costs_hour
    # Odoo keeps minutes of a log to the hundredth.
    rough = len(runs.time_ids) * 0.01 / 60 * 3
    compare("cost of machine time", sum(runs.mapped("machine_cost")), cost, rough + 0.5)
    return {
        "worked": round(sum(books.worked.values()) / 60, 1),
        "lost": round(sum(books.lost.values()) / 60, 1),
        "logs": len(runs.time_ids),
        "cost": round(sum(runs.mapped("machine_cost")), 2),
    }


def check_pieces(story, runs):
    """Every piece: good ones came into stock by the orders, bad ones did not."""
    books, made = story.books, 0.0
    for product in set(books.good) | set(books.bad):
        finished = story.env["stock.move"].search(
            [
                ("product_id", "=", product.id),
                ("production_id", "!=", False),
                ("state", "=", "done"),
            ]
        )
        made += sum(finished.mapped("quantity"))
        name = product.name
        compare(
            f"{name} by orders",
            sum(finished.mapped("quantity")),
            books.good[product],
            0,
        )
        compare(f"{name} in stock", product.qty_available, books.good[product], 0)
        lines = runs.line_ids.filtered(lambda line, own=product: line.product_id == own)
        compare(f"bad {name}", sum(lines.mapped("bad_qty")), books.bad[product], 0)
    return {
        "good": round(made),
        "bad": round(sum(books.bad.values())),
        "ordered": round(
            sum(
                order._get_pieces() for order in story.orders if order.state != "cancel"
            )
        ),
    }


def check_energy(story, runs):
    """Every kilowatt-hour, and what it costs."""
    ended = runs.filtered("date_end")
    kwh = sum(ended.mapped("energy_kwh"))
    compare("energy", kwh, story.books.kwh, 0.0006 * len(ended))
    cost = sum(ended.mapped("energy_cost"))
    compare("cost of energy", cost, kwh * KWH_PRICE, CENT * (len(ended) + 1))
    return {"kwh": round(kwh, 3), "cost": round(cost, 2)}


def print_tables(story, result, stream):
    """Print what happened, and that everything agrees."""
    grams, minutes = result["grams"], result["minutes"]
    pieces, energy = result["pieces"], result["energy"]
    currency = story.shop.company.currency_id.name
    outcomes = ", ".join(
        f"{count} {kind}" for kind, count in result["outcomes"].items()
    )
    lines = (
        f"{result['printers']} printers, {result['runs']} prints from {result['from']} "
        f"to {result['to']}, seed {result['seed']}",
        "",
        f"Ends           {outcomes}",
        f"Orders         {result['orders']}, {result['cancelled_orders']} of them "
        f"cancelled; the rush order waited {result['rush_wait_min']} min",
        f"On the way     {result['swaps']} spools ran out and were changed, "
        f"{result['pauses']} pauses, {result['cleared']} plates cleared, "
        f"{result['maintained']} printer looked after",
        f"Told           {result['told_twice']} ends twice, {result['reopened']} by "
        f"mistake and taken back; {result['journal']} lines in the journal",
        "",
        f"Grams          {grams['bought']:,.2f} on {grams['spools']} spools = "
        f"{grams['used']:,.2f} in good pieces + {grams['scrapped']:,.2f} scrapped + "
        f"{grams['found_missing']:,.2f} found missing + {grams['left']:,.2f} left",
        f"               by {grams['moves']} stock moves worth {grams['value']:,.2f} "
        f"{currency}; {grams['put_back']:,.2f} g went back on their spools",
        f"Machine time   {minutes['worked']:,.1f} min for good pieces, "
        f"{minutes['lost']:,.1f} min lost, in {minutes['logs']} time logs: "
        f"{minutes['cost']:,.2f} {currency}",
        f"Pieces         {pieces['good']} good ones in stock of {pieces['ordered']} "
        f"ordered, {pieces['bad']} bad",
        f"Energy         {energy['kwh']:,.3f} kWh: {energy['cost']:,.2f} {currency}",
        "",
        "All figures add up: every gram, minute, piece and kilowatt-hour of the story "
        "is that of the stock moves, scraps, time logs and runs, and every journal "
        "leads to its run.",
    )
    for line in lines:
        print(line, file=stream)
