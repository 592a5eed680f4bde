from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..scheduling.feasibility import SWAP
from .print3d_run import RUNNING

HOURS = 8
LONGEST_HOURS = 24 * 14


class Print3dRunFetching(models.Model):
    """Spools to fetch: what has to be brought to the printers in the coming hours."""

    _inherit = "print3d.run"

    # === THE LIST === #

    @api.model
    def get_fetch_list(self, hours=HOURS):
        """Return the spools that the prints of the coming hours want loaded.

        Each spool is on it once, for the first print that wants it; what is loaded
        is on it no more. The number of queries does not depend on its length.

        :param float hours: how far it looks ahead
        :return: ``places``: dicts of ``id``, ``name`` and ``lines``, see
            :meth:`_prepare_fetch_line`; ``count``; ``hours``; ``may`` (load them)
        :rtype: dict
        """
        self.check_access("read")
        hours = min(max(float(hours), 0.0), LONGEST_HOURS)
        company = self.env.company
        farm = self._get_farm(company)
        lines = self._get_fetch_lines(farm, company, hours)
        places = {}
        for line in lines:
            place = places.setdefault(
                line["place_id"],
                {"id": line["place_id"], "name": line["place"], "lines": []},
            )
            place["lines"].append(line)
        return {
            "places": sorted(
                places.values(), key=lambda place: (place["name"], place["id"])
            ),
            "count": len(lines),
            "hours": hours,
            "may": self.has_access("write"),
        }

    @api.model
    def _get_fetch_lines(self, farm, company, hours):
        """Return the lines of the list, those that are wanted first before others."""
        swaps = {
            job.id: farm.walk[job.id]
            for job in farm.jobs
            if job.takes and job.picks is None and farm.walk[job.id].status == SWAP
        }
        starts = self._get_fetch_starts(farm)
        until = fields.Datetime.now() + timedelta(hours=hours)
        runs = self.browse(
            number for number in swaps if starts.get(number) and starts[number] <= until
        )
        teller = runs._get_feasibility_teller(farm)
        teller.learn(swaps[run.id] for run in runs)
        out = self._get_names_to_take_out(swaps, runs)
        lines, seen = [], set()
        for run in runs.sorted(lambda run: (starts[run.id], run.id)):
            verdict = swaps[run.id]
            printer = teller.printers[verdict.printer_id]
            for pick in verdict.picks:
                for index, take in enumerate(pick.takes):
                    lies = teller.places[farm.places[take.spool_id]]
                    # What an earlier print took out is fetched when it is its turn.
                    if not take.load or take.moved or take.spool_id in seen:
                        continue
                    seen.add(take.spool_id)
                    if lies == printer.location_id:
                        # It lies beside the printer, to go on with.
                        continue
                    line = run._prepare_fetch_line(take, printer, teller)
                    line.update(
                        tool=pick.tool,
                        follows=bool(index),
                        at=fields.Datetime.to_string(starts[run.id]),
                        out=out.get(run.id, []),
                    )
                    lines.append(line)
        return lines

    def _prepare_fetch_line(self, take, printer, teller):
        """Return a line: the spool, where it lies, where it goes and what for.

        :rtype: dict
        """
        self.ensure_one()
        place = teller.places[teller.farm.places[take.spool_id]]
        return {
            "key": f"{self.id}-{take.spool_id}",
            "run_id": self.id,
            "run": self.name,
            "product": self.product_id.display_name,
            "spool": teller.lots[take.spool_id]._get_gauge(),
            "grams": round(take.grams, 2),
            "place_id": place.id,
            "place": place._get_place_name(),
            "printer_id": printer.id,
            "printer": printer.display_name,
            "busy": printer.id in teller.farm.busy,
        }

    @api.model
    def _get_fetch_starts(self, farm):
        """Return {run id: when it is about to start}.

        As planned; without a plan as if each printer went on without a pause, in the
        order of the queue.
        """
        now = fields.Datetime.now()
        runs = self.browse([job.id for job in farm.jobs])
        free, starts = {}, {}
        for run in runs.filtered(lambda run: run.state in RUNNING):
            free[run.workcenter_id.id] = max(run.date_eta or now, now)
        for run in runs.filtered(lambda run: run.state not in RUNNING):
            printer_id = farm.walk[run.id].printer_id
            if run.date_planned_start and run.planned_workcenter_id.id == printer_id:
                starts[run.id] = run.date_planned_start
            elif printer_id:
                starts[run.id] = free.get(printer_id, now)
                free[printer_id] = starts[run.id] + timedelta(seconds=run.time_s or 0)
        return starts

    @api.model
    def _get_names_to_take_out(self, swaps, runs):
        """Return {run id: names of the spools that leave their slots for it}."""
        numbers = {number for run in runs for number in swaps[run.id].unload_ids}
        lots = {
            lot.id: lot.name for lot in self.env["stock.lot"].sudo().browse(numbers)
        }
        return {
            run.id: [lots[number] for number in swaps[run.id].unload_ids]
            for run in runs
        }

    @api.model
    def action_print_fetch_list(self, hours=HOURS):
        """Print the list, for whoever goes without a phone.

        :param float hours: how far it looks ahead
        """
        self.check_access("read")
        report = self.env.ref("print3d_production.print3d_fetch_report")
        return report.report_action([], data={"hours": float(hours)})

    # === FETCHING === #

    @api.model
    def fetch_spool(self, run_id, lot_id):
        """Load a spool that the list asks for, or lay it beside its printer.

        A spool to go on with hangs in a slot when there is a free one, and otherwise
        lies beside the printer until it is its turn.

        :param int run_id: the run (print3d.run) it is for
        :param int lot_id: the spool (stock.lot)
        :return: what was done, in words
        :rtype: str
        :raises UserError: nobody wants it there any more, and what to do
        """
        run = self.browse(run_id).exists()
        run.check_access("write")
        lot = self.env["stock.lot"].browse(lot_id).exists()
        farm = run and self._get_farm(run.company_id)
        verdict = farm and farm.walk.get(run.id)
        take, is_follower = None, False
        for pick in verdict.picks if verdict else ():
            for index, item in enumerate(pick.takes):
                if item.spool_id == lot.id and item.load:
                    take, is_follower = item, bool(index)
        if not take:
            raise UserError(
                self.env._(
                    "%(spool)s is not wanted any more: the queue has changed. Look at "
                    "the list again.",
                    spool=lot.name or self.env._("This spool"),
                )
            )
        printer = self.env["mrp.workcenter"].browse(verdict.printer_id)
        chosen = [number for pick in verdict.picks for number in pick.spool_ids]
        slot = run._make_room(printer, chosen, is_follower)
        if slot:
            lot.action_load(slot)
            return self.env._(
                "%(spool)s is in %(slot)s.", spool=lot.name, slot=slot._get_place_name()
            )
        lot._move_to(printer.sudo().location_id)
        return self.env._(
            "%(spool)s lies beside %(printer)s.",
            spool=lot.name,
            printer=printer.display_name,
        )

    def _make_room(self, printer, chosen, is_follower):
        """Return a slot for a spool: a free one, or one whose spool may come out.

        :param printer: mrp.workcenter
        :param chosen: ids of the spools this run takes
        :param bool is_follower: nothing is taken out for it
        :return: stock.location, empty when the spool has to lie beside the printer:
            what prints before it still needs the slots
        """
        slots = printer.slot_ids
        free = slots.filtered(lambda slot: not slot.spool_id)
        if free or is_follower:
            return free[:1]
        feeding = printer.sudo().current_run_id.spool_ids.lot_id
        sooner = self._get_spools_wanted_sooner()
        spare = slots.filtered(
            lambda slot: (
                slot.spool_id.id not in chosen
                and slot.spool_id.id not in sooner
                and slot.spool_id not in feeding
            )
        ).sorted(lambda slot: slot.spool_id.remaining_g > 0)[:1]
        spare.spool_id.action_unload()
        return spare

    def _get_spools_wanted_sooner(self):
        """Return the ids of the spools that prints before this one take of."""
        self.ensure_one()
        farm = self._get_farm(self.company_id)
        numbers = [job.id for job in farm.jobs]
        before = set(numbers[: numbers.index(self.id)])
        return {
            spool_id
            for spool_id, claims in farm.walk.claims.items()
            if any(number in before for number, _grams in claims)
        }

    @api.model
    def fetch_scanned(self, code, hours=HOURS):
        """Load the spool whose label was scanned, if the list asks for it.

        :param str code: what was scanned
        :param float hours: how far the list looks ahead
        :return: ``done`` in words, or ``message`` why nothing was done
        :rtype: dict
        """
        found = self.env["print3d.scan"]._resolve(code)
        if found["type"] != "spool":
            return {
                "message": self.env._(
                    "That is no spool. Scan the label of a spool on the list."
                )
            }
        for place in self.get_fetch_list(hours)["places"]:
            for line in place["lines"]:
                if line["spool"]["id"] == found["id"]:
                    return {"done": self.fetch_spool(line["run_id"], found["id"])}
        return {
            "message": self.env._(
                "%(spool)s is not on the list: no print of the coming hours wants it "
                "fetched.",
                spool=found["title"],
            )
        }


class ReportFetchList(models.AbstractModel):
    """The list of spools to fetch, on paper."""

    _name = "report.print3d_production.fetch_report"
    _description = "Spools to Fetch on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return the list as it is now.

        :param dict data: ``hours`` it looks ahead
        """
        hours = float((data or {}).get("hours") or HOURS)
        Run = self.env["print3d.run"]
        found = Run.get_fetch_list(hours)
        for place in found["places"]:
            for line in place["lines"]:
                line["at"] = fields.Datetime.to_datetime(line["at"])
        return {
            "fetch": found,
            "now": fields.Datetime.now(),
            "company": self.env.company,
            "docs": Run,
        }
