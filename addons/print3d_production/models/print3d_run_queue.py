from odoo import api, fields, models
from odoo.fields import Domain

from ..scheduling import Job, Need, Printer, Spool, walk
from .print3d_run import ACTIVE, RUNNING, WAITING


class Print3dRunQueue(models.Model):
    """What the queue knows of its future: who can start, and what is missing."""

    _inherit = "print3d.run"

    feasibility = fields.Selection(
        [
            ("ready", "Ready"),
            ("swap", "Swap spools"),
            ("short", "Filament short"),
            ("no_printer", "No printer fits"),
        ],
        compute="_compute_feasibility",
        help="Looked at in the order of the queue, with what the runs before it take.",
    )
    feasibility_note = fields.Char(
        string="What Is Needed", compute="_compute_feasibility"
    )
    feasibility_json = fields.Json(
        string="Spools Proposed", compute="_compute_feasibility"
    )

    can_start = fields.Boolean(
        compute="_compute_can_start",
        help="Its filament is there and its printer is free.",
    )

    @api.depends("state", "workcenter_id", "feasibility")
    def _compute_can_start(self):
        busy = (
            self.sudo()
            .search(
                [
                    ("state", "in", RUNNING),
                    ("company_id", "in", self.company_id.ids),
                ]
            )
            .workcenter_id
        )
        for run in self:
            proposal = run.feasibility_json or {}
            printer_id = run.workcenter_id.id or proposal.get("printer_id")
            run.can_start = (
                run.state in WAITING
                and run.feasibility in ("ready", "swap")
                and printer_id not in busy.ids
            )

    @api.depends(
        "state", "sequence", "priority", "workcenter_id", "plate_id.filament_ids.grams"
    )
    @api.depends_context("lang")
    def _compute_feasibility(self):
        waiting = self.filtered(lambda run: run.state in WAITING)
        for run in self - waiting:
            run.feasibility = "ready" if run.state in RUNNING else False
            run.feasibility_note = False
            run.feasibility_json = False
        for company, runs in waiting.grouped("company_id").items():
            farm = self.sudo().with_company(company)._get_farm(company)
            verdicts = walk(farm["jobs"], farm["printers"], farm["spools"])
            for run in runs:
                # A run that is not saved yet is not in the queue.
                verdict = verdicts.get(run._origin.id)
                if not verdict:
                    run.feasibility = run.feasibility_note = False
                    run.feasibility_json = False
                    continue
                run.feasibility = verdict.status
                run.feasibility_note = run._get_feasibility_note(verdict, farm)
                run.feasibility_json = run._get_feasibility_json(verdict, farm)

    # === WHAT THERE IS === #

    @api.model
    def _get_farm(self, company, jobs=True):
        """Read queue, printers and spools of a company, as the scheduling wants them.

        The number of queries does not depend on how many there are of each.

        :param company: the company (res.company)
        :param bool jobs: also read the queue
        :rtype: dict
        """
        workcenters = self.env["mrp.workcenter"].search(
            [("is_printer", "=", True), ("company_id", "in", [company.id, False])]
        )
        slots = self.env["stock.location"].search(
            [("workcenter_id", "in", workcenters.ids), ("print3d_kind", "=", "slot")]
        )
        slots_of = slots.grouped("workcenter_id")
        lots, places, spools = {}, {}, []
        slot_of = {}
        reserved = self._get_reserved_by_spool(company)
        # The filament by the quant: thousands of spools are not read for it.
        for lot, place, product, grams in self.env["stock.quant"]._read_group(
            [
                ("company_id", "=", company.id),
                ("lot_id.is_spool", "=", True),
                ("lot_id.is_quarantined", "=", False),
                ("location_id.usage", "=", "internal"),
                ("location_id.is_off_site", "=", False),
                ("quantity", ">", 0),
            ],
            ["lot_id", "location_id", "product_id"],
            ["quantity:sum"],
            order="lot_id, location_id",
        ):
            if lot.id in lots:
                continue
            lots[lot.id], places[lot.id] = lot, place
            if place not in slot_of:
                slot_of[place] = place.workcenter_id.id or None, place.slot_number
            spools.append(
                Spool(
                    lot.id,
                    product.id,
                    grams - reserved.get(lot.id, 0.0),
                    *slot_of[place],
                )
            )
        runs = self.browse()
        if jobs:
            runs = self.search(
                [("company_id", "=", company.id), ("state", "in", ACTIVE)]
            )
        return {
            "jobs": runs._get_jobs(),
            "printers": [
                Printer(
                    printer.id,
                    len(slots_of.get(printer, ())),
                    frozenset(printer.material_ids.ids),
                )
                for printer in workcenters
            ],
            "spools": spools,
            "workcenters": {printer.id: printer for printer in workcenters},
            "lots": lots,
            "places": places,
        }

    def _get_jobs(self):
        """Return these runs as the scheduling wants them."""
        filaments = self.plate_id.filament_ids
        products = filaments._get_interchangeable_products()
        reserved = self._get_own_reservations()
        jobs = []
        for run in self:
            picks = None
            if run.state in RUNNING:
                picks = {}
                for spool in run.spool_ids:
                    lot_id = spool.lot_id.id
                    picks[lot_id] = picks.get(lot_id, 0.0) + spool.planned_g
            jobs.append(
                Job(
                    run.id,
                    [
                        Need(
                            line.tool,
                            line.grams,
                            tuple(products.get(line.product_id, ())),
                            line.product_id.material_id.id or None,
                        )
                        for line in run._get_needs()
                    ],
                    run.workcenter_id.id or None,
                    picks,
                    reserved.get(run.id),
                )
            )
        return jobs

    @api.model
    def _get_reserved_by_spool(self, company):
        """Return {spool id: grams reserved for whatever} of a company."""
        return {
            lot.id: grams
            for lot, grams in self.env["print3d.spool.reservation"]
            .sudo()
            ._read_group(
                [("state", "=", "active"), ("company_id", "=", company.id)],
                ["lot_id"],
                ["grams:sum"],
            )
        }

    def _get_own_reservations(self):
        """Return {run id: {spool id: grams reserved for it}}."""
        own = {}
        for item in self.env["print3d.spool.reservation"]._find_for(self, ["active"]):
            spools = own.setdefault(item.res_id, {})
            spools[item.lot_id.id] = spools.get(item.lot_id.id, 0.0) + item.grams
        return own

    def _get_needs(self):
        """Return the tools (print3d.plate.filament) that use filament on this plate."""
        self.ensure_one()
        return self.plate_id.filament_ids.filtered(lambda line: line.grams > 0)

    # === IN WORDS === #

    def _get_feasibility_note(self, verdict, farm):
        """Say in one line what a person has to do before the run can start."""
        self.ensure_one()
        needs = {line.tool: line for line in self._get_needs()}
        if verdict.status == "short":
            return "; ".join(
                self.env._(
                    "Short by %(grams)s g of %(filament)s",
                    grams=f"{pick.missing:.1f}",
                    filament=needs[pick.tool].product_id.display_name
                    or needs[pick.tool].display_name,
                )
                for pick in verdict.picks
                if pick.missing
            )
        if verdict.status == "swap":
            return "; ".join(
                self.env._(
                    "Load %(spool)s from %(place)s",
                    spool=farm["lots"][spool_id].name,
                    place=farm["places"][spool_id].name,
                )
                for pick in verdict.picks
                for spool_id in pick.load_ids
            )
        if verdict.status == "no_printer":
            if self.workcenter_id:
                return self.env._(
                    "%(printer)s has too few slots for %(count)s tools, or does not "
                    "take the material",
                    printer=self.workcenter_id.display_name,
                    count=len(needs),
                )
            return self.env._(
                "No printer has slots for %(count)s tools", count=len(needs)
            )
        if not self.workcenter_id and verdict.printer_id:
            printer = farm["workcenters"][verdict.printer_id]
            return self.env._("Loaded on %(printer)s", printer=printer.display_name)
        return self.env._("Spools are loaded")

    def _get_feasibility_json(self, verdict, farm):
        """Return the proposal behind the words, tool by tool."""
        self.ensure_one()
        needs = {line.tool: line for line in self._get_needs()}
        return {
            "printer_id": verdict.printer_id,
            "tools": [
                {
                    "tool": pick.tool,
                    "grams": round(needs[pick.tool].grams, 2),
                    "missing": round(pick.missing, 2),
                    "spools": [
                        {
                            "id": spool_id,
                            "name": farm["lots"][spool_id].name,
                            "place": farm["places"][spool_id].name,
                            "load": spool_id in pick.load_ids,
                        }
                        for spool_id in pick.spool_ids
                    ],
                }
                for pick in verdict.picks
            ],
        }

    # === BOARD === #

    @api.model
    def web_read_group(
        self,
        domain,
        groupby,
        aggregates=(),
        limit=None,
        offset=0,
        order=None,
        *,
        auto_unfold=False,
        opening_info=None,
        unfold_read_specification=None,
        unfold_read_default_limit=80,
        groupby_read_specification=None,
    ):
        """Put the runs without a printer into the first column of the board, open.

        Core puts what has no group last and folds it; here it is where every new run
        arrives, so that it is there to drop runs on even when it is empty.
        """
        res = super().web_read_group(
            domain,
            groupby,
            aggregates,
            limit,
            offset,
            order,
            auto_unfold=auto_unfold,
            opening_info=opening_info,
            unfold_read_specification=unfold_read_specification,
            unfold_read_default_limit=unfold_read_default_limit,
            groupby_read_specification=groupby_read_specification,
        )
        if list(groupby) != ["workcenter_id"] or not auto_unfold or limit or offset:
            return res
        groups = res["groups"]
        none = next((group for group in groups if not group["workcenter_id"]), None)
        if not none and groups and self.env.context.get("read_group_expand"):
            none = {
                **dict.fromkeys(groups[0], False),
                "__count": 0,
                "__extra_domain": [("workcenter_id", "=", False)],
                "__records": [],
            }
            groups.append(none)
            res["length"] += 1
        known = {info["value"] for info in opening_info or ()}
        if none and "__records" not in none and False not in known:
            runs = self.search(
                Domain(domain) & Domain(none["__extra_domain"]),
                order=order,
                limit=unfold_read_default_limit,
            )
            none["__records"] = runs.web_read(unfold_read_specification or {})
        groups.sort(key=lambda group: bool(group["workcenter_id"]))
        return res
