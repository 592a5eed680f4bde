"""One print of the story of the farm: what it really does, and what is told of it."""

from collections import defaultdict
from datetime import timedelta

from ._farm_books import StoryError
from ._farm_shop import get_next_opening, is_open

# A print of which somebody says "All good" by mistake, counted from the first.
MISTAKEN = 17


class Print:
    """A print from its start to its end, with its stops on the way.

    Progress is percent of the whole; ``minutes`` is what the whole would take.
    """

    def __init__(self, story, run, printer, job):
        self.story, self.run, self.printer, self.job = story, run, printer, job
        self.shop = story.shop
        fate = story.fate.get(run.time_s / 60, run.plate_id.copies)
        self.fate = fate
        self.minutes = fate["minutes"] / fate["percent"] * 100
        self.tells = story.shop.tells[printer]
        self.progress, self.active_s = 0.0, 0
        self.began = story.now
        # {tool: [[spool, grams it gives]]}, as it really is.
        self.used = defaultdict(list)
        self.emptied = []
        self.stops = sorted(self.plan_stops())
        story.told["started"] += 1

    def plan_stops(self):
        """Return what happens on the way: (percent, what, of which tool)."""
        fate = self.fate
        yield fate["percent"], "end", 0
        if fate["pause"] and fate["pause"][0] < fate["percent"]:
            yield fate["pause"][0], "pause", 0
        if self.is_mistaken():
            yield min(50.0, fate["percent"] / 2), "mistake", 0
        for tool, lines in self.run.spool_ids.grouped("tool").items():
            need = sum(lines.mapped("planned_g")) * fate["grams"]
            at, left = 0.0, need * fate["percent"] / 100
            for line in lines:
                spool = line.lot_id
                part = min(self.shop.real[spool], left)
                self.used[tool].append([spool, part])
                at, left = at + part, left - part
            if left > 1e-9:
                # No spool that was chosen has enough on it, whatever the books say.
                yield 100 * at / need, "empty", tool

    def is_mistaken(self):
        """Tell whether somebody tells the end of this print too early."""
        orders = self.run.production_ids
        others = orders.run_ids.filtered(
            lambda run: run.state in ("queued", "assigned")
        )
        return (
            self.story.told["started"] >= MISTAKEN
            and not self.story.told["mistakes"]
            and not self.tells
            and set(others.production_ids.ids) >= set(orders.ids)
        )

    def later(self, minutes, deed, *args):
        self.story.later(
            self.story.now + timedelta(minutes=minutes), deed, self.run, *args
        )

    def go_on(self):
        """Print on to the next stop."""
        stop = self.stops[0]
        seconds = round((stop[0] - self.progress) * self.minutes * 60 / 100)
        self.active_s += seconds
        self.later(seconds / 60, self.story.reach, stop)

    def reach(self, stop):
        """Do what happens at a stop."""
        self.progress, what, tool = stop
        self.stops.remove(stop)
        if self.tells and what != "end":
            self.run._report(
                "progress", at=self.story.now, job_key=self.job, progress=self.progress
            )
        {
            "end": self.end,
            "pause": self.pause,
            "empty": self.run_empty,
            "mistake": self.mistake,
        }[what](tool)

    def stand_still(self):
        """Be paused, as the printer or a person tells."""
        if self.tells:
            self.run._report("paused", at=self.story.now, job_key=self.job)
        else:
            self.run.with_user(self.shop.jan).action_pause()
        self.story.told["pauses"] += 1

    def pause(self, _tool):
        self.stand_still()
        self.later(self.fate["pause"][1], self.story.resume)

    def resume(self):
        """Print on after a pause."""
        if self.tells:
            self.run._report("resumed", at=self.story.now, job_key=self.job)
        else:
            self.run.with_user(self.shop.jan).action_resume()
        self.go_on()

    def mistake(self, _tool):
        """Somebody taps “All good” on the wrong printer."""
        wizard = self.get_wizard("done")
        wizard.action_all_good()
        self.story.told["mistakes"] += 1
        self.later(1, self.story.take_back)
        self.go_on()

    # === SPOOLS === #

    def run_empty(self, tool):
        """A spool has run out on the way: the printer waits for somebody."""
        self.stand_still()
        empty = self.used[tool][-1][0]
        moment = get_next_opening(self.story.now + timedelta(minutes=8))
        self.story.later(moment, self.story.swap, self.run, tool, empty)

    def swap(self, tool, empty):
        """Load another spool of the same filament into the slot, and go on."""
        slot = empty._get_stock_place()
        if slot.print3d_kind != "slot":
            raise StoryError(f"{empty.name} feeds a print and is in no slot")
        others = [
            spool
            for spool, grams in self.shop.real.items()
            if spool.product_id == empty.product_id
            and grams > 400
            and spool not in self.run.spool_ids.lot_id
            and spool.location_id.print3d_kind != "slot"
        ]
        if not others:
            name = next(
                name
                for name, product in self.shop.filaments.items()
                if product == empty.product_id
            )
            others = [self.story.bring(name)]
        empty.with_user(self.shop.ida).action_unload()
        others[0].with_user(self.shop.ida).action_load(slot)
        if others[0] not in self.run.spool_ids.lot_id:
            raise StoryError(f"{self.run.name} does not know of its new spool")
        self.emptied.append(empty)
        need = (
            sum(
                self.run.spool_ids.filtered(lambda line: line.tool == tool).mapped(
                    "planned_g"
                )
            )
            * self.fate["grams"]
            * self.fate["percent"]
            / 100
        )
        given = sum(grams for _spool, grams in self.used[tool])
        self.used[tool].append([others[0], need - given])
        self.story.told["swaps"] += 1
        self.resume()

    # === THE END === #

    def end(self, _tool):
        """The printer is through: it tells so, or somebody comes and does."""
        story, fate = self.story, self.fate
        self.ended = story.now
        if self.tells:
            if not is_open(story.now):
                # Nobody is there to look at each piece.
                fate["bad"] = 0
            self.tell_end()
        else:
            moment = get_next_opening(story.now)
            story.later(moment, story.tell_end, self.run)

    def tell_end(self):
        """Tell the end in one of the ways in which that is done; write it down."""
        run, fate = self.run, self.fate
        self.good, bad = {}, fate["bad"] if fate["outcome"] == "done" else 0
        for line in run.line_ids:
            less = min(bad, line.quantity)
            self.good[line] = line.quantity - less
            bad -= less
        self.lines = {line: line.quantity for line in run.line_ids}
        self.cause = self.story.env.ref("print3d_production.cause_spaghetti")
        told = self.tell_by_printer() if self.tells else self.tell_by_person()
        if run.state != fate["outcome"]:
            raise StoryError(f"{run.name} is {run.state} and not {fate['outcome']}")
        self.story.books.note_end(self, *told)
        for spool in self.emptied:
            # It is in the bin: the shop learns that nothing is left on it.
            spool.with_user(self.shop.ida)._print3d_record("count", 0.0)
            self.story.books.put_right[spool] -= self.story.left[spool]
            self.story.left[spool] = 0.0
        self.story.print_ended(run, self.printer)

    def get_used(self):
        """Return {tool: [(spool, grams)]} as it really was, to the hundredth."""
        return {
            tool: [(spool, round(grams, 2)) for spool, grams in rows]
            for tool, rows in self.used.items()
        }

    def get_by_file(self):
        """Return {tool: [(spool, grams)]} as the file says for so far into it."""
        shares = {}
        for tool, lines in self.run.spool_ids.grouped("tool").items():
            left = sum(lines.mapped("planned_g")) * self.fate["percent"] / 100
            rows = []
            for line in lines:
                part = left if line == lines[-1] else min(line.planned_g, left)
                rows.append((line.lot_id, round(part, 2)))
                left -= part
            shares[tool] = rows
        return shares

    def wear(self, back=0.0, purged=0.0):
        """Take off the spools what really went."""
        for rows in self.used.values():
            for spool, grams in rows:
                self.shop.real[spool] -= grams
        first = next(iter(self.used.values()))[-1][0]
        self.shop.real[first] += back - purged

    def tell_by_printer(self):
        """The printer tells its end, maybe twice; with its grams, or only purges.

        :return: told grams, grams put back, seconds, kWh
        :rtype: tuple
        """
        fate, run = self.fate, self.run
        seconds = self.active_s
        kwh = round(self.printer.power_w * seconds / 3.6e6 * 1.04, 3)
        values = {"duration_s": seconds, "energy_kwh": kwh}
        purged = fate["purged"] if not self.emptied else 0.0
        tool = min(self.used)
        if purged:
            # It counts what it purges and nothing else: the file knows the rest.
            values["purge_g"] = {tool: purged}
            used = self.get_by_file()
            spool, grams = used[tool][-1]
            used[tool][-1] = (spool, round(grams + purged, 2))
        else:
            used = values["used_g"] = self.get_used()
        if fate["outcome"] == "done":
            values.update(good=dict(self.good))
        if fate["outcome"] != "done" or fate["bad"]:
            values.update(cause=self.cause)
        for _turn in range(2 if fate["twice"] else 1):
            changed = run._report(
                fate["outcome"],
                at=self.ended,
                job_key=self.job,
                progress=fate["percent"],
                **values,
            )
            if changed and _turn:
                raise StoryError(f"the end of {run.name} counted twice")
        self.story.told["repeated"] += fate["twice"]
        self.wear(purged=purged)
        return used, {}, seconds, kwh

    def get_wizard(self, outcome):
        """Open the dialog of the end, as somebody does on a phone."""
        return (
            self.story.env["print3d.run.end"]
            .with_user(self.shop.jan)
            .create({"run_id": self.run.id, "outcome": outcome})
        )

    def tell_by_person(self):
        """Somebody tells the end on the dialog: what was weighed, or what it says.

        :return: told grams, grams put back, seconds, kWh
        :rtype: tuple
        """
        fate = self.fate
        wizard = self.get_wizard(fate["outcome"])
        if fate["outcome"] == "done":
            wizard.pieces = [
                {**piece, "good": self.good[self.browse_line(piece)]}
                for piece in wizard.pieces
            ]
        else:
            wizard.percent = fate["percent"]
        if fate["outcome"] == "failed" or fate["bad"]:
            wizard.cause_id = self.cause
        back = {}
        weighs = self.emptied or fate["twice"]
        used = self.get_used() if weighs else self.get_by_file()
        if weighs:
            given = {
                (tool, spool.id): grams
                for tool, rows in used.items()
                for spool, grams in rows
            }
            wizard.grams = [
                {**row, "used": given.get((row["tool"], row["lot_id"]), 0.0)}
                for row in wizard.grams
            ]
        tool = min(used)
        spool, grams = used[tool][-1]
        if fate["back"] and grams > fate["back"]:
            back = {spool: fate["back"]}
            wizard.grams = [
                {**row, "back": fate["back"]}
                if (row["tool"], row["lot_id"]) == (tool, spool.id)
                else row
                for row in wizard.grams
            ]
        # The watch on the wall: nobody was there when it ended.
        wizard.hours = self.active_s / 3600
        wizard.action_end()
        self.wear(back=sum(back.values()))
        seconds = round(self.active_s / 3600 * 3600)
        return used, back, seconds, self.printer.power_w * seconds / 3.6e6

    def browse_line(self, piece):
        return self.story.env["print3d.run.line"].browse(piece["line_id"])
