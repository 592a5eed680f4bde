"""Three days of a farm of six printers, and every gram and minute accounted for.

`./print3d story farm [--runs N] [--seed N]` runs this on a throwaway database. Orders
come in; people are there from 7 to 19, start prints, change spools, clear plates and
tell how prints ended on the screens; half of the printers tell it themselves, some of
them twice. Prints fail, come out partly good, are paused; a spool holds less than the
books say and runs out on the way; there is a rush order, a cancelled one, a printer
that is looked after, and an end told by mistake. Everything is drawn from a seed and
the clock moves with the story.

What every spool gave, every printer worked, every order got and every kilowatt-hour is
added up here, apart from the product. In the end it is compared with stock moves,
scraps, time logs, finished pieces and the value of the stock, and each run with its
journal. The story stops at the first figure that does not agree.
"""

import heapq
import random
import sys
from collections import defaultdict
from datetime import timedelta
from itertools import count

from freezegun import freeze_time

from odoo.exceptions import RedirectWarning, UserError

from ._farm_books import Books, StoryError, check, print_tables
from ._farm_print import Print
from ._farm_shop import (
    BEGIN,
    DAYS,
    MODELS,
    OPENS,
    Fate,
    Shop,
    get_next_opening,
    is_open,
)

SEED, RUNS = 11, 60
# So much of the prints is ordered at first; what fails is printed again.
FIRST_SHARE = 0.8
# Prints in the order of the queue that are tried on a free printer.
MOST_TRIED = 12
# Nobody waits longer for the farm to come to rest.
LONGEST = timedelta(days=DAYS + 6)


def add_arguments(parser):
    """Say what the command line takes besides `--json`."""
    parser.add_argument("--runs", type=int, default=RUNS, help="prints (60)")
    parser.add_argument("--seed", type=int, default=SEED, help="of all that happens")


def run(env, args):
    """Live through the days and return their figures.

    :param env: an environment on a database that may be spoiled
    :param args: `runs`, `seed` and `json` of the command line
    :return: the object that `--json` prints
    :rtype: dict
    """
    runs = getattr(args, "runs", RUNS)
    if runs < 10:
        raise StoryError("--runs must be 10 or more")
    story = FarmStory(env, getattr(args, "seed", SEED), runs)
    try:
        result = story.walk()
    except (UserError, RedirectWarning) as error:
        raise StoryError(str(error.args[0])) from error
    if not getattr(args, "json", False):
        print_tables(story, result, sys.stdout)
    return result


class FarmStory:
    """Six printers, three people, and what happens to them."""

    def __init__(self, env, seed, runs):
        self.env = env(
            context=dict(
                env.context,
                queue_job__no_delay=True,
                skip_sms=True,
                tracking_disable=True,
                mail_notrack=True,
            )
        )
        self.seed, self.wanted = seed, runs
        self.draw = random.Random(f"{seed} farm")
        self.fate = Fate(seed)
        self.books = Books()
        self.told = defaultdict(int)
        self.agenda, self.number = [], count()
        self.orders = self.env["mrp.production"]
        self.busy, self.prints = {}, {}

    # === THE CLOCK === #

    def at(self, moment):
        """Move the clock, and that of the transaction, which is asked only once."""
        # Each deed is a request of its own, which remembers nothing.
        self.env.flush_all()
        self.env.invalidate_all()
        self.clock.move_to(moment)
        self.env.cr._now = moment
        self.now = moment

    def later(self, moment, deed, *args):
        """Put a deed on the agenda."""
        heapq.heappush(self.agenda, (moment, next(self.number), deed, args))

    def walk(self):
        """Live through the days until the farm has come to rest; check everything."""
        with freeze_time(BEGIN) as self.clock:
            self.at(BEGIN)
            self.shop = Shop(self.env)
            self.env = self.shop.env
            self.orders = self.orders.with_env(self.env)
            # Grams on each spool as the shop should know them, and what it was worth.
            self.left, self.bought, self.worth = {}, {}, {}
            for spool in self.shop.real:
                self.meet(spool)
            self.plan_days()
            while self.agenda:
                moment, _number, deed, args = heapq.heappop(self.agenda)
                if moment - BEGIN > LONGEST:
                    raise StoryError("the farm did not come to rest")
                self.at(max(moment, self.now))
                deed(*args)
                if not self.agenda:
                    self.fill_up()
            self.at(self.now + timedelta(hours=1))
            return check(self)

    def plan_days(self):
        """Draw when which orders come, and what else happens."""
        names, chances = list(MODELS), [model[3] for model in MODELS.values()]
        planned = 0
        while planned < self.wanted * FIRST_SHARE:
            name = self.draw.choices(names, chances)[0]
            copies = MODELS[name][0]
            plates = self.draw.randint(1, 3)
            # Not always full plates: what nobody ordered goes to the stock.
            quantity = plates * copies - self.draw.randint(0, copies // 3)
            day = int(planned / (self.wanted * FIRST_SHARE) * DAYS)
            minutes = self.draw.randint(0, 600)
            self.later(self.day(day, 7, minutes), self.take_order, name, quantity)
            planned += plates
        self.later(self.day(0, 9), self.take_order_to_cancel)
        self.later(self.day(1, 8), self.look_after, self.shop.printers[3])
        self.later(self.day(1, 10, 20), self.take_rush_order)
        self.later(self.day(0, OPENS), self.go_round)

    def day(self, number, hour, minutes=0):
        """Return a moment of one of the days, the first of which is 0."""
        start = BEGIN.replace(hour=0) + timedelta(days=number, hours=hour)
        return start + timedelta(minutes=minutes)

    # === ORDERS === #

    def take_order(self, name, quantity, urgent=False):
        """An order comes in; its prints are in the queue at once."""
        deadline = self.now + timedelta(days=1 if urgent else self.draw.randint(2, 5))
        order = self.shop.order(name, quantity, deadline, urgent)
        self.orders |= order
        self.told["orders"] += 1
        self.dispatch()
        return order

    def take_rush_order(self):
        """Somebody needs eight brackets today."""
        self.rush = self.take_order("Bracket", 8, urgent=True)
        self.rush_came = self.now

    def take_order_to_cancel(self):
        """Two stands are ordered, and not wanted an hour later."""
        self.doubtful = self.shop.order("Stand", 2, self.day(8, 12))
        self.orders |= self.doubtful
        self.later(self.now + timedelta(hours=1), self.cancel_order)

    def cancel_order(self):
        """The customer rings up: the stands are not wanted any more."""
        runs = self.doubtful.run_ids
        self.doubtful.with_user(self.shop.kim).action_cancel()
        if set(runs.mapped("state")) != {"cancelled"}:
            raise StoryError("the prints of a cancelled order are still in the queue")
        self.told["cancelled_orders"] += 1
        self.doubtful = self.orders.browse()

    def fill_up(self):
        """Order what is lacking until so many prints are done, or bring filament."""
        if self.get_waiting():
            self.told["deliveries"] += 1
            if self.told["deliveries"] > 20:
                raise StoryError("prints wait that cannot be started")
            for name in self.shop.filaments:
                self.bring(name)
            self.later(get_next_opening(self.now), self.go_round)
        elif self.told["ended"] < self.wanted:
            copies = MODELS["Coaster"][0]
            lacking = (self.wanted - self.told["ended"]) * copies
            moment = get_next_opening(self.now)
            self.later(moment, self.take_order, "Coaster", lacking)
            self.later(moment, self.go_round)

    # === THE DAY OF THE PEOPLE === #

    def go_round(self):
        """In the morning: order filament that runs low, clear plates, start prints."""
        for name, filament in self.shop.filaments.items():
            left = sum(
                self.left[spool] for spool in self.left if spool.product_id == filament
            )
            if left < 1200:
                self.bring(name)
        for printer in self.shop.printers:
            if printer._is_plate_taken():
                self.clear(printer)
        self.dispatch()
        if self.busy or self.agenda:
            tomorrow = self.now.replace(hour=0, minute=0) + timedelta(days=1)
            self.later(tomorrow + timedelta(hours=OPENS), self.go_round)

    def bring(self, name):
        """A spool is delivered."""
        spool = self.shop.add_spool(name)
        self.meet(spool)
        return spool

    def meet(self, spool):
        """Write down what is on a spool that came in, and what it is worth."""
        self.left[spool] = self.bought[spool] = spool.remaining_g
        self.worth[spool] = spool.total_value

    def clear(self, printer):
        """Somebody takes the print off the plate."""
        if not is_open(self.now):
            self.later(get_next_opening(self.now), self.clear, printer)
            return
        if printer._is_plate_taken():
            printer.with_user(self.shop.jan).action_confirm_clear()
            self.told["cleared"] += 1
        self.dispatch()

    def look_after(self, printer):
        """A printer is taken out of service for some hours."""
        printer.with_user(self.shop.kim).action_take_out()
        self.later(self.now + timedelta(hours=3), self.put_back, printer)

    def put_back(self, printer):
        """It is as good as new."""
        printer.with_user(self.shop.kim).action_put_back()
        self.told["maintained"] += 1
        self.dispatch()

    # === STARTING === #

    def get_waiting(self):
        """Return the prints that wait, in the order of the queue."""
        waiting = self.env["print3d.run"].search(
            [
                ("product_id", "in", [one.id for one in self.shop.models.values()]),
                ("state", "in", ("queued", "assigned")),
            ]
        )
        return waiting.filtered(
            lambda run: not run.production_ids & getattr(self, "doubtful", self.orders)
        )

    def dispatch(self):
        """Start what can be started on each printer that is free."""
        if not is_open(self.now):
            return
        # What a job does after each change of the queue.
        self.env["print3d.run"]._plan_now(self.shop.company.id)
        for printer in self.shop.printers:
            if printer in self.busy or printer._get_start_refusal():
                continue
            for run in self.get_choices(printer):
                if self.try_start(run, printer):
                    break

    def get_choices(self, printer):
        """Return the prints to try on a printer: as planned, then in queue order."""
        waiting = self.get_waiting().filtered(
            lambda run: (
                run.workcenter_id in (printer, run.workcenter_id.browse())
                and len(run._get_needs()) <= printer.slot_count
            )
        )
        planned = waiting.filtered(lambda run: run.planned_workcenter_id == printer)
        # Nobody keeps a printer idle for what is planned elsewhere and can wait.
        others = (waiting - planned).filtered(lambda run: not run.planned_workcenter_id)
        return (planned.sorted("date_planned_start") | others)[:MOST_TRIED]

    def try_start(self, run, printer):
        """Start a print with the spools the shop proposes; whether that went."""
        job = f"{printer.name} {run.name}"
        try:
            with self.env.cr.savepoint():
                run.with_user(self.shop.ida)._do_start(
                    printer=printer,
                    unload=True,
                    job_key=job,
                    source="printer" if self.shop.tells[printer] else None,
                )
        except UserError:
            self.told["refused_starts"] += 1
            return False
        if run.production_ids & getattr(self, "rush", self.orders.browse()):
            self.told.setdefault("rush_wait_min", self.get_minutes(self.rush_came))
        self.busy[printer] = run
        self.prints[run] = Print(self, run, printer, job)
        self.prints[run].go_on()
        return True

    def get_minutes(self, since):
        """Return the minutes that have gone by since a moment."""
        return int((self.now - since).total_seconds() // 60)

    # === WHAT A PRINT DOES === #

    def reach(self, run, stop):
        """A print has come to its next stop."""
        self.prints[run].reach(stop)
        self.dispatch()

    def swap(self, run, tool, empty):
        """Somebody changes a spool that ran out, and lets the print go on."""
        self.prints[run].swap(tool, empty)

    def resume(self, run):
        """The print goes on after a pause."""
        self.prints[run].resume()

    def tell_end(self, run):
        """Somebody comes and tells how a print ended."""
        self.prints[run].tell_end()

    def take_back(self, run):
        """An end was told by mistake: the print goes on."""
        run.with_user(self.shop.jan).action_reopen()
        if run.state != "printing" or run.move_ids or run.time_ids:
            raise StoryError(f"{run.name} was reopened and kept what its end did")
        self.told["reopened"] += 1

    def print_ended(self, run, printer):
        """The end is on record; the printer is free as soon as its plate is."""
        del self.busy[printer]
        self.told["ended"] += 1
        if printer._is_plate_taken():
            minutes = self.draw.randint(2, 25)
            self.later(self.now + timedelta(minutes=minutes), self.clear, printer)
        self.dispatch()
