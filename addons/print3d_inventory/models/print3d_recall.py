from odoo import api, fields, models
from odoo.exceptions import UserError


class Print3dRecall(models.Model):
    """A recall: what is called back, why, by whom, and since when.

    Where the filament went is read anew each time it is looked at, so that what is
    delivered after the recall began is not missed.
    """

    _name = "print3d.recall"
    _description = "Recall"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/"
    )
    subject = fields.Json(
        required=True,
        readonly=True,
        help="What is called back: a model and numbers of records, or a batch.",
    )
    title = fields.Char(string="What", required=True, readonly=True)
    reason = fields.Text(string="Why", required=True, tracking=True)
    date = fields.Datetime(
        string="Begun", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    stopped_on = fields.Datetime(
        string="Spools Put Aside",
        readonly=True,
        copy=False,
        help="When its spools were last put into quarantine together.",
    )
    closed_on = fields.Datetime(string="Closed", readonly=True, copy=False)
    is_closed = fields.Boolean(compute="_compute_is_closed", string="Over")

    @api.depends("closed_on")
    def _compute_is_closed(self):
        for recall in self:
            recall.is_closed = bool(recall.closed_on)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Number the recalls, and name what they are about."""
        Trace = self.env["print3d.trace"]
        for vals in vals_list:
            if not (vals.get("reason") or "").strip():
                raise UserError(self.env._("Say why it is called back."))
            subject = vals.get("subject") or {}
            records = Trace._get_subject_records(subject)
            vals["title"] = Trace._describe_subject(subject, records)["title"]
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("print3d.recall")
        return super().create(vals_list)

    # === ACTIONS === #

    @api.model
    def action_begin(self, subject, reason):
        """Begin a recall, and open it.

        :param dict subject: what is called back, as ``print3d.trace`` takes it
        :param str reason: why
        """
        recall = self.create({"subject": subject, "reason": reason})
        return recall._get_form_action()

    def action_stop_spools(self):
        """Put all spools found into quarantine, for the reason of the recall."""
        for recall in self:
            count = recall._get_trace_model().stop_spools(recall.subject, recall.reason)
            recall.stopped_on = fields.Datetime.now()
            recall.message_post(
                body=self.env._("%(count)s spools put into quarantine.", count=count)
            )
        return True

    def action_close(self):
        """Note that everything was done."""
        self.closed_on = fields.Datetime.now()
        return True

    def action_reopen(self):
        """Go on with recalls that were closed."""
        self.closed_on = False
        return True

    def action_print(self):
        """Print what is called back, and whom to call."""
        return self.env.ref("print3d_inventory.print3d_recall_report").report_action(
            self
        )

    def _get_form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # === BUSINESS === #

    def _get_trace_model(self):
        """Return the tracing in the company of this recall."""
        self.ensure_one()
        return self.env["print3d.trace"].with_context(
            allowed_company_ids=self.company_id.ids
        )

    def get_trace(self):
        """Return where the filament went, as ``print3d.trace`` tells it."""
        self.ensure_one()
        return self._get_trace_model().get_trace(self.subject)

    def _get_report(self):
        """Return the same for the paper, with all rows and plain text in the cells."""
        self.ensure_one()
        Trace = self._get_trace_model()
        trace = Trace.get_trace(self.subject, limit=None)
        # Whoever holds the paper calls people first.
        trace["sections"].sort(key=lambda section: section["key"] != "customers")
        for section in trace["sections"]:
            section["rows"] = [
                {
                    "group": row["group"],
                    "cells": [
                        Trace._format_cell(column, row["cells"].get(column["name"]))
                        for column in section["columns"]
                    ],
                }
                for row in section["rows"]
            ]
        return trace
