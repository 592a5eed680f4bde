from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..scheduling.feasibility import ADVICE, EPSILON, FED, RANK, walk
from .mrp_workcenter_closed import REFUSING
from .print3d_run import RUNNING, WAITING

# So many earlier prints of a spool are named; of the others their number is told.
NAMED = 5
# Requests that are over.
REQUEST_OVER = ("done", "rejected", "cancel")


class Print3dRunExplaining(models.Model):
    """The arithmetic behind what a run is told, and what can be done about it."""

    _inherit = "print3d.run"

    # === EXPLAINED === #

    def get_feasibility_explained(self):
        """Return all that is behind the feasibility of a run.

        :return: ``status``, ``label``, ``note``, ``printer`` (id, name, whether
            ``chosen`` by a person), ``closed`` (why nothing starts there), ``changes``
            (what to mount), ``tools``, ``reasons`` (printers that do not fit), ``may``
            (what this user may do), ``requests`` (what was asked for already),
            ``allowed`` (what an owner said); see :meth:`_explain_tool`
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        farm = self._get_farm(self.company_id)
        verdict = farm.walk.get(self.id)
        if not verdict:
            return {"status": False, "tools": [], "may": {}}
        labels = dict(self._fields["feasibility"]._description_selection(self.env))
        teller = self._get_feasibility_teller(farm)
        printer = teller.printers.get(verdict.printer_id)
        needs = {line.tool: line for line in self._get_needs()}
        jobs = self._get_earlier(farm, verdict)
        return {
            "status": verdict.status,
            "label": labels[verdict.status],
            "note": self.feasibility_note or "",
            "printer": {
                "id": printer.id,
                "name": printer.display_name,
                "chosen": printer.id == self.workcenter_id.id,
            }
            if printer
            else False,
            "closed": teller.closed.get(verdict.printer_id, ""),
            "changes": teller.tell_changes(verdict),
            "tools": [
                self._explain_tool(needs[pick.tool], pick, teller, jobs)
                for pick in verdict.picks
            ],
            "reasons": self._explain_misfits(verdict, teller),
            "may": self._get_feasibility_rights(verdict),
            "requests": self._get_open_requests(),
            "allowed": self._explain_allowed(),
        }

    def _get_earlier(self, farm, verdict):
        """Return {run id: run} of the prints that take of the same spools before."""
        numbers = {
            number
            for pick in verdict.picks
            for take in pick.takes
            for number, _grams in farm.walk.claims.get(take.spool_id, ())[: take.claims]
        }
        return {run.id: run for run in self.sudo().browse(sorted(numbers))}

    def _explain_tool(self, need, pick, teller, jobs):
        """Return what one tool is fed from, and what it lacks.

        :param need: what it wants (print3d.plate.filament)
        :param pick: what was found for it (Pick)
        :param teller: who knows the names (FeasibilityTeller)
        :param dict jobs: {run id: run} of those that come before
        :return: ``tool``, ``chip``, ``filament``, ``grams``, ``missing``,
            ``uncovered``, ``spools`` and ``arrivals``
        :rtype: dict
        """
        return {
            "tool": pick.tool,
            "chip": need._get_chips(),
            "filament": need.product_id.display_name or need.display_name,
            "grams": round(need.grams, 2),
            "missing": round(pick.missing, 2),
            "uncovered": round(pick.uncovered, 2),
            "spools": [
                self._explain_take(take, index, teller, jobs)
                for index, take in enumerate(pick.takes)
            ],
            "arrivals": self._explain_arrivals(pick, teller),
        }

    def _explain_take(self, take, index, teller, jobs):
        """Return what a print finds on a spool, takes of it and leaves.

        ``total`` is what the books have, ``kept`` what is reserved for others, and
        ``earlier`` what the prints before it take: the rest is ``before``.
        """
        lot = teller.lots[take.spool_id]
        claims = teller.farm.walk.claims.get(take.spool_id, ())[: take.claims]
        sums = {}
        for number, grams in claims:
            sums[number] = sums.get(number, 0.0) + grams
        total = lot.remaining_g
        kept = max(total - take.before - sum(sums.values()), 0.0)
        return {
            **lot._get_gauge(),
            "place": teller.get_place(take),
            "load": take.load,
            "moved": take.moved,
            "follows": bool(index),
            "total": round(total, 2),
            "kept": round(kept, 2) if kept > EPSILON else 0.0,
            "earlier": [
                {
                    "id": number,
                    "name": jobs[number].name,
                    "product": jobs[number].product_id.display_name,
                    "printing": jobs[number].state in RUNNING,
                    "grams": round(grams, 2),
                }
                for number, grams in list(sums.items())[-NAMED:]
            ],
            "more": max(len(sums) - NAMED, 0),
            "more_grams": round(sum(list(sums.values())[:-NAMED]), 2),
            "before": round(take.before, 2),
            "takes": round(take.grams, 2),
            "after": round(max(take.before - take.grams, 0.0), 2),
        }

    def _explain_arrivals(self, pick, teller):
        """Return what is on its way for a tool, with the names of its orders."""
        moves = (
            self.env["stock.move"].sudo().browse([item[0] for item in pick.arrivals])
        )
        return [
            {
                "id": move.id,
                "name": move.picking_id.origin or move.picking_id.name or move.origin,
                "date": format_date(self.env, teller.receipts[move.id].date),
                "grams": round(grams, 2),
            }
            for move, (_number, grams) in zip(moves, pick.arrivals, strict=True)
        ]

    def _explain_misfits(self, verdict, teller):
        """Return why printers do not fit, those that want least first."""
        return [
            {
                "id": number,
                "name": teller.printers[number].display_name,
                "notes": self._get_misfit_notes(misfits),
            }
            for number, misfits in sorted(
                verdict.misfits.items(), key=lambda item: len(item[1])
            )
        ]

    def _explain_allowed(self):
        """Return what an owner allowed and why, or False."""
        if not self.allowed_codes:
            return False
        return {
            "by": self.sudo().allowed_by_id.name or "",
            "on": format_date(self.env, self.allowed_on) if self.allowed_on else "",
            "reason": self.allowed_reason or "",
        }

    def _get_feasibility_rights(self, verdict):
        """Return what this user can do about it, from here.

        :rtype: dict
        """
        user = self.env.user
        waits = self.state in WAITING and self.has_access("write")
        advice = any(
            {code for code, _facts in misfits} <= ADVICE
            for misfits in verdict.misfits.values()
        )
        return {
            "start": waits and verdict.status in FED,
            "reserve": waits and verdict.status in FED and not self.reservation_ids,
            "release": waits and bool(self.reservation_ids),
            "buy": waits
            and any(pick.uncovered > EPSILON for pick in verdict.picks)
            and self.env["purchase.request"].has_access("create"),
            "find": waits,
            "allow": waits
            and advice
            and user.has_group("print3d_library.group_print3d_owner"),
            "ask": waits
            and advice
            and not user.has_group("print3d_library.group_print3d_owner"),
        }

    # === BUYING === #

    def _get_open_requests(self):
        """Return what was asked for already because of this run."""
        requests = (
            self.env["purchase.request"]
            .sudo()
            .search(
                [("run_ids", "in", self.ids), ("state", "not in", REQUEST_OVER)],
                limit=NAMED,
            )
        )
        states = dict(requests._fields["state"]._description_selection(self.env))
        return [
            {
                "id": request.id,
                "name": request.name,
                "state": states.get(request.state, ""),
            }
            for request in requests
        ]

    def action_buy_missing(self):
        """Ask for the filament that is missing and not on its way, and open that.

        What was asked for already is opened, and not asked for again.

        :raises UserError: nothing is missing
        """
        self.ensure_one()
        self.check_access("write")
        known = self._get_open_requests()
        if known:
            return self._open_request(known[0]["id"])
        farm = self._get_farm(self.company_id)
        verdict = farm.walk.get(self.id)
        needs = {line.tool: line for line in self._get_needs()}
        missing = {}
        for pick in verdict.picks if verdict else ():
            product = needs[pick.tool].product_id
            if product and pick.uncovered > EPSILON:
                missing[product] = missing.get(product, 0.0) + pick.uncovered
        if not missing:
            raise UserError(
                self.env._(
                    "Nothing has to be bought for %(run)s: what it lacks is on its "
                    "way, or its filament is not known.",
                    run=self.name,
                )
            )
        Request = self.env["purchase.request"].with_company(self.company_id)
        lines = Request._prepare_quick_lines(
            self.env["product.product"].union(*missing)
        )
        for line in lines:
            line["qty"] = max(line["qty"], missing[line["product"]])
        count = Request.sudo().search_count([("run_ids", "in", self.ids)])
        request = Request._print3d_create(
            lines,
            reason=self.env._(
                "%(run)s waits for it: %(product)s.",
                run=self.name,
                product=self.product_id.display_name,
            ),
            # Two clicks at once ask for the same once.
            key=f"print3d.run,{self.id}:{count}",
            company_id=self.company_id.id,
            needed_by=self.due_date and self.due_date.date(),
            run_ids=[(6, 0, self.ids)],
        )
        return self._open_request(request.id)

    @api.model
    def _open_request(self, request_id):
        return {
            "type": "ir.actions.act_window",
            "res_model": "purchase.request",
            "res_id": request_id,
            "views": [(False, "form")],
        }

    # === ANOTHER PRINTER === #

    def get_other_printers(self):
        """Return how this run would stand on every printer, the best first.

        :return: ``printers``: ``id``, ``name``, ``status``, ``label``, ``note``,
            ``closed``, ``busy``, ``waiting`` (prints before it there), ``current``
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        farm = self._get_farm(self.company_id)
        found = walk(
            farm.jobs, farm.printers, farm.spools, farm.receipts, everywhere=self.id
        ).everywhere
        labels = dict(self._fields["feasibility"]._description_selection(self.env))
        teller = self._get_feasibility_teller(farm)
        teller.learn(found.values())
        waiting = {
            printer.id: count
            for printer, count in self.sudo()._read_group(
                [
                    ("company_id", "=", self.company_id.id),
                    ("state", "in", ("queued", "assigned")),
                    ("workcenter_id", "!=", False),
                    ("id", "!=", self.id),
                ],
                ["workcenter_id"],
                ["__count"],
            )
        }
        ordered = sorted(
            found.items(),
            key=lambda item: (
                RANK[item[1].status],
                item[1].closed in REFUSING,
                item[0] in farm.busy,
                waiting.get(item[0], 0),
                teller.printers[item[0]].sequence,
                item[0],
            ),
        )
        return {
            "run": self.display_name,
            "may": self.state in WAITING and self.has_access("write"),
            "printers": [
                {
                    "id": number,
                    "name": teller.printers[number].display_name,
                    "status": verdict.status,
                    "label": labels[verdict.status],
                    "note": teller.get_note_elsewhere(self, verdict),
                    "closed": teller.closed.get(number, ""),
                    "busy": number in farm.busy,
                    "waiting": waiting.get(number, 0),
                    "current": number == self.workcenter_id.id,
                }
                for number, verdict in ordered
            ],
        }

    def action_choose_printer(self, printer_id):
        """Put this run on a printer.

        :param int printer_id: the printer (mrp.workcenter)
        """
        self.ensure_one()
        self.workcenter_id = self.env["mrp.workcenter"].browse(printer_id).exists()
        return True
