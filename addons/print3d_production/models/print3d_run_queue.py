from odoo import api, fields, models
from odoo.fields import Domain

from ..scheduling.feasibility import FED
from .mrp_workcenter_closed import REFUSING
from .print3d_run import RUNNING, WAITING


class Print3dRunQueue(models.Model):
    """What the queue knows of its future: who can start, and what is missing."""

    _inherit = "print3d.run"

    feasibility = fields.Selection(
        [
            ("ready", "Ready"),
            ("swap", "Swap spools"),
            ("short", "Filament short"),
            ("no_stock", "No filament"),
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
        for run in self:
            run.can_start = False
        waiting = self.filtered(
            lambda run: run.state in WAITING and run.feasibility in FED
        )
        for company, runs in waiting.grouped("company_id").items():
            farm = self._get_farm(company)
            for run in runs:
                verdict = farm.walk.get(run._origin.id)
                run.can_start = (
                    bool(verdict)
                    and verdict.printer_id not in farm.busy
                    and farm.closed.get(verdict.printer_id) not in REFUSING
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
        companies = waiting.grouped("company_id")
        # All of them first: reading one could make us forget what is set on others.
        farms = {company: self._get_farm(company) for company in companies}
        for company, runs in companies.items():
            teller = runs._get_feasibility_teller(farms[company])
            for run in runs:
                # A run that is not saved yet is not in the queue.
                verdict = farms[company].walk.get(run._origin.id)
                if not verdict:
                    run.feasibility = run.feasibility_note = False
                    run.feasibility_json = False
                    continue
                run.feasibility = verdict.status
                run.feasibility_note = teller.get_note(run, verdict)
                run.feasibility_json = teller.get_json(run, verdict)

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
