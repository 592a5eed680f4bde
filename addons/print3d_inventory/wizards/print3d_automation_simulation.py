import base64
import csv
import io
import logging
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

DAYS = 30
# So many moments are described; more would not be read.
MAX_MOMENTS = 1000


class Print3dAutomationSimulation(models.TransientModel):
    """What rules would have done lately, had they been on.

    It is found out in a stretch of the transaction that PostgreSQL itself keeps from
    writing (``transaction_read_only``), sequences included, and that is rolled back.
    """

    _name = "print3d.automation.simulation"
    _description = "Simulation of Automations"

    automation_id = fields.Many2one(
        "base.automation", string="Rule", readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, required=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    days = fields.Integer(string="Days Looked At", readonly=True)
    begin = fields.Datetime(string="From", readonly=True)
    end = fields.Datetime(string="To", readonly=True)
    line_ids = fields.One2many(
        "print3d.automation.simulation.line", "simulation_id", readonly=True
    )
    moment_count = fields.Integer(string="Would Have Acted", readonly=True)
    record_count = fields.Integer(string="Records", readonly=True)
    now_count = fields.Integer(
        string="Fulfil It Now",
        readonly=True,
        help="What the rule would act upon at once when it is switched on.",
    )
    request_count = fields.Integer(string="Requests", readonly=True)
    cost = fields.Monetary(string="Would Have Cost", readonly=True)
    notes = fields.Text(string="What Cannot Be Known", readonly=True)
    when_words = fields.Char(related="automation_id.print3d_when")
    if_words = fields.Char(related="automation_id.print3d_if")
    then_words = fields.Text(related="automation_id.print3d_then")
    is_active = fields.Boolean(related="automation_id.active", string="Switched On")
    data = fields.Binary(string="File", readonly=True, attachment=False)

    @api.depends("automation_id")
    def _compute_display_name(self):
        for simulation in self:
            simulation.display_name = self.env._(
                "Simulation of %s", simulation.sudo().automation_id.name or ""
            )

    # === SIMULATE === #

    @api.model
    def _simulate(self, rule, days=DAYS):
        """Return what a rule would have done, writing nothing at all.

        :param rule: the rule (base.automation), as superuser
        :param int days: how far to look back
        :return: values of a simulation, with its lines
        :rtype: dict
        """
        # With what waits for the commit: it would be forgotten below.
        self.env.cr.flush()
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            # Ends with the savepoint; until then the database refuses any write.
            self.env.cr.execute(SQL("SET LOCAL transaction_read_only = on"))
            return self._look_back(rule, days)
        finally:
            # What was computed meanwhile must not be written afterwards, either.
            self.env.cr.clear()
            savepoint.close(rollback=True)

    @api.model
    def _look_back(self, rule, days):
        end = fields.Datetime.now()
        begin = end - timedelta(days=days)
        moments, notes = rule._get_print3d_moments(begin, end)
        if len(moments) > MAX_MOMENTS:
            notes.append(
                self.env._(
                    "It would have acted %(count)s times; %(shown)s are shown.",
                    count=len(moments),
                    shown=MAX_MOMENTS,
                )
            )
        actions = rule.action_server_ids.sorted()
        if not actions:
            notes.append(self.env._("The rule does nothing yet: add an action to it."))
        notes += self._note_actions(actions)
        lines, asked = [], {}
        for when, record in moments[:MAX_MOMENTS]:
            lines += self._describe(rule, actions, when, record, asked)
        now_count = 0
        if rule.trigger == "print3d_becomes":
            now_count = len(rule._search_print3d_records())
        return {
            "automation_id": rule.id,
            "days": days,
            "begin": begin,
            "end": end,
            "moment_count": len(moments),
            "record_count": len({(record._name, record.id) for _w, record in moments}),
            "now_count": now_count,
            "request_count": sum(1 for line in lines if line["product_id"]),
            "cost": sum(line["cost"] for line in lines),
            "notes": "\n".join(dict.fromkeys(notes)) or False,
            "line_ids": [Command.create(line) for line in lines],
        }

    @api.model
    def _note_actions(self, actions):
        """Say what the actions are judged by."""
        notes = []
        if any(
            action.state in ("print3d_request", "print3d_reserve") for action in actions
        ):
            notes.append(
                self.env._(
                    "What was in stock, on order and requested then is not kept: "
                    "requests are reckoned with what there is today, and with those "
                    "that the rule itself would have made."
                )
            )
        if any(action.state in ("code", "multi", "webhook") for action in actions):
            notes.append(
                self.env._(
                    "Code, webhooks and several actions in one are not run here: what "
                    "they do is known only when they run."
                )
            )
        return notes

    @api.model
    def _describe(self, rule, actions, when, record, asked):
        """Return the lines of one moment.

        :param dict asked: {number of a product: (requested on, arrives on)}; what
            would have been requested is added
        """
        lines = []
        waiting = {
            number: begun for number, (begun, due) in asked.items() if due > when
        }
        for action in actions:
            company = rule._get_print3d_company(record)
            worker = action.with_company(company).with_context(print3d_simulated=True)
            try:
                plans = worker._plan_print3d(record, waiting)
            except UserError as error:
                plans = [{"words": str(error.args[0]), "does": False}]
            for plan in plans:
                product = plan.get("quantity") and plan.get("product")
                if product:
                    seller = product._select_seller(quantity=None)
                    due = when + timedelta(days=max(seller.delay, 1))
                    asked[product.id] = when.date(), due
                    waiting[product.id] = when.date()
                lines.append(
                    {
                        "happened_on": when,
                        "day": fields.Datetime.context_timestamp(self, when).date(),
                        "res_model": record._name,
                        "res_id": record.id,
                        "res_name": record.display_name,
                        "words": plan["words"],
                        "outcome": {True: "does", False: "nothing", None: "unknown"}[
                            plan["does"]
                        ],
                        "product_id": product.id if product else False,
                        "quantity": plan.get("quantity", 0.0),
                        "cost": plan.get("cost", 0.0),
                        "currency_id": company.currency_id.id,
                    }
                )
        return lines

    # === ACTIONS === #

    def action_open(self):
        """Show what was found out."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Simulation"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_view_lines(self):
        """Show it day by day."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_automation_simulation_line_action"
        )
        action["domain"] = [("simulation_id", "=", self.id)]
        return action

    def action_again(self):
        """Look at it again."""
        self.ensure_one()
        return self.automation_id.action_simulate(self.days)

    def action_switch_on(self):
        """Switch the rule on."""
        self.ensure_one()
        self.automation_id.active = True
        return {"type": "ir.actions.act_window_close"}

    def action_csv(self):
        """Download what was found out as a table."""
        self.ensure_one()
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(
            [
                self.env._("When"),
                self.env._("Record"),
                self.env._("What would have been done"),
                self.env._("Product"),
                self.env._("Quantity"),
                self.env._("Cost"),
                self.env._("Currency"),
            ]
        )
        for line in self.line_ids:
            writer.writerow(
                [
                    fields.Datetime.to_string(line.happened_on),
                    _plain(line.res_name),
                    _plain(line.words),
                    _plain(line.product_id.display_name),
                    line.quantity or "",
                    line.cost or "",
                    line.currency_id.name if line.cost else "",
                ]
            )
        # The mark at the beginning lets spreadsheets see that it is UTF-8.
        self.data = base64.b64encode(b"\xef\xbb\xbf" + out.getvalue().encode())
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/data/simulation.csv"
            "?download=true",
            "target": "download",
        }


def _plain(text):
    """Return a text that no spreadsheet takes for a formula."""
    text = text or ""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
