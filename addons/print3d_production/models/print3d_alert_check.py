from datetime import timedelta

from odoo import api, fields, models

from .mrp_production import OPEN
from .print3d_run import WAITING

# Prints whose numbers an alert spells out; of the others it says how many there are.
NAMED = 5
# What a print says that waits for filament.
LACKING = ("short", "no_stock")


class Print3dAlertCheck(models.AbstractModel):
    """What somebody should know about prints, orders to print, and printers."""

    _inherit = "print3d.alert.check"

    @api.model
    def _get_checks(self):
        """Add the production."""
        return [
            *super()._get_checks(),
            "_check_runs_overrun",
            "_check_runs_short",
            "_check_productions_due",
            "_check_printers",
            "_check_maintenance",
        ]

    # === PRINTS === #

    @api.model
    def _check_runs_overrun(self):
        """Tell of prints that take much longer than their file says."""
        shares = self._get_limits("print3d_alert_overrun_percent")
        now = fields.Datetime.now()
        runs = self.env["print3d.run"].search_fetch(
            [("state", "=", "printing"), ("date_start", "!=", False)],
            ["name", "workcenter_id", "product_id", "company_id", "date_start"],
            order="id",
        )
        wanted = {}
        for run in runs:
            share = shares[run.company_id.id]
            if not share or not run.time_s:
                continue
            if now < run.date_start + timedelta(seconds=run.time_s * share / 100):
                continue
            wanted[run] = {
                "name": self.env._(
                    "%(run)s should be done long since", run=run.display_name
                ),
                "body": self.env._(
                    "%(product)s on %(printer)s was to take %(time)s. Look at the "
                    "printer, and say how the print ended.",
                    product=run.product_id.display_name,
                    printer=run.workcenter_id.display_name,
                    time=run._format_time(run.time_s),
                ),
                "severity": "warning",
                "category": "job",
                "due_on": run.date_expected,
            }
        self.env["print3d.alert"]._sync_alerts("run_overrun", wanted)

    @api.model
    def _check_runs_short(self):
        """Tell of the filament that the queue runs out of.

        The alert is that of the first print that cannot start; the others that lack
        the same are counted. It goes on to the next print when the first was helped.
        """
        runs = self.env["print3d.run"].search(
            [
                ("state", "in", WAITING),
                ("state", "!=", "draft"),
                ("is_held", "=", False),
            ],
            order="queue_rank, sequence, id",
        )
        lacking, coming = {}, {}
        for run in runs.filtered(lambda item: item.feasibility in LACKING):
            needs = {need.tool: need for need in run._get_needs()}
            for tool in (run.feasibility_json or {}).get("tools", ()):
                need = needs.get(tool["tool"])
                if need and tool["missing"]:
                    key = (run.company_id, need.product_id or need)
                    first, grams, later = lacking.get(key, (run, 0.0, []))
                    on_order = tool["missing"] - tool["uncovered"]
                    coming[key] = coming.get(key, 0.0) + on_order
                    if first != run:
                        later = [*later, run]
                    lacking[key] = (first, grams + tool["missing"], later)
        wanted = {}
        for (company, what), (run, grams, later) in lacking.items():
            line = self.env._(
                "%(grams)s g of %(filament)s are missing in all.",
                grams=f"{grams:.0f}",
                filament=what.display_name,
            )
            on_order = coming[company, what]
            if on_order:
                line += " " + self.env._(
                    "%(grams)s g are on their way.", grams=f"{on_order:.0f}"
                )
            if later:
                line += " " + self.env._(
                    "So wait %(runs)s too.", runs=self._name_some(later)
                )
            vals = wanted.setdefault(
                run,
                {
                    "name": self.env._(
                        "%(run)s is short of filament", run=run.display_name
                    ),
                    "lines": [],
                    "severity": "warning",
                    "category": "job",
                    "due_on": run.due_date,
                    # What is missing, not what is printed: it is what is asked for.
                    "product_id": what._name == "product.product" and what.id,
                },
            )
            vals["lines"].append(line)
        for vals in wanted.values():
            vals["body"] = " ".join(
                [*vals.pop("lines"), self.env._("Receive or reserve some, or wait.")]
            )
        self.env["print3d.alert"]._sync_alerts("run_short", wanted)

    @api.model
    def _name_some(self, records):
        """Return the names of the first of these records, and how many more follow."""
        names = ", ".join(record.display_name for record in records[:NAMED])
        if len(records) <= NAMED:
            return names
        return self.env._(
            "%(names)s and %(count)s more", names=names, count=len(records) - NAMED
        )

    # === ORDERS TO PRINT === #

    @api.model
    def _get_due_productions_domain(self):
        """Hook: return which manufacturing orders have a date somebody waits for.

        :rtype: list
        """
        return [
            ("state", "in", OPEN),
            ("date_deadline", "!=", False),
            ("workorder_ids.plate_id", "!=", False),
        ]

    @api.model
    def _check_productions_due(self):
        """Tell of what should be printed by now, or soon."""
        hours = self._get_limits("print3d_alert_due_hours")
        now = fields.Datetime.now()
        productions = self.env["mrp.production"].search_fetch(
            [
                *self._get_due_productions_domain(),
                ("date_deadline", "<", now + timedelta(hours=hours[False])),
            ],
            ["name", "product_id", "company_id", "date_deadline", "user_id"],
            order="id",
        )
        wanted = {}
        for production in productions:
            limit = timedelta(hours=hours[production.company_id.id])
            late = production.date_deadline < now
            if not late and production.date_deadline >= now + limit:
                continue
            wanted[production] = {
                "name": self.env._("%(order)s is late", order=production.name)
                if late
                else self.env._("%(order)s is due soon", order=production.name),
                "body": self.env._(
                    "%(quantity)s × %(product)s are not printed yet. Look at its "
                    "prints in the queue, or agree on another date.",
                    quantity=f"{production.product_qty:g}",
                    product=production.product_id.display_name,
                ),
                "severity": "critical" if late else "warning",
                "category": "job",
                "due_on": production.date_deadline,
                "user": production.user_id,
            }
        self.env["print3d.alert"]._sync_alerts("production_due", wanted)

    # === PRINTERS === #

    @api.model
    def _check_printers(self):
        """Tell of printers that cannot print: blocked, or without a slot."""
        printers = self.env["mrp.workcenter"].search_fetch(
            [("is_printer", "=", True)],
            ["name", "company_id", "working_state", "location_id"],
            order="id",
        )
        slots = dict(
            self.env["stock.location"]._read_group(
                [
                    ("workcenter_id", "in", printers.ids),
                    ("print3d_kind", "=", "slot"),
                ],
                ["workcenter_id"],
                ["__count"],
            )
        )
        blocked = printers.filtered(lambda item: item.working_state == "blocked")
        without = printers.filtered(
            lambda item: not item.location_id or not slots.get(item)
        )
        Alert = self.env["print3d.alert"]
        Alert._sync_alerts(
            "printer_blocked",
            {
                printer: {
                    "name": self.env._("%(printer)s is blocked", printer=printer.name),
                    "body": self.env._(
                        "Somebody took it out of use. Unblock it when it prints again; "
                        "what is assigned to it waits until then."
                    ),
                    "severity": "critical",
                    "category": "printer",
                }
                for printer in blocked
            },
        )
        Alert._sync_alerts(
            "printer_without_slot",
            {
                printer: {
                    "name": self.env._(
                        "%(printer)s has no slot for a spool", printer=printer.name
                    ),
                    "body": self.env._(
                        "No filament can be loaded, so that nothing can be printed on "
                        "it. Say on its page how many slots it has."
                    ),
                    "severity": "warning",
                    "category": "printer",
                }
                for printer in without
            },
        )

    @api.model
    def _check_maintenance(self):
        """Tell of maintenance that should have been done by now."""
        requests = self.env["maintenance.request"].search_fetch(
            [
                ("schedule_date", "<", fields.Datetime.now()),
                ("stage_id.done", "=", False),
                ("archive", "=", False),
            ],
            ["name", "equipment_id", "company_id", "schedule_date", "user_id"],
            order="id",
        )
        self.env["print3d.alert"]._sync_alerts(
            "maintenance_due",
            {
                request: {
                    "name": self.env._("%(request)s is overdue", request=request.name),
                    "body": self.env._(
                        "Maintenance of %(equipment)s was planned and is not done. Do "
                        "it, or plan it anew.",
                        equipment=request.equipment_id.display_name
                        or self.env._("the shop"),
                    ),
                    "severity": "warning",
                    "category": "maintenance",
                    "due_on": request.schedule_date,
                    "user": request.user_id,
                }
                for request in requests
            },
        )
