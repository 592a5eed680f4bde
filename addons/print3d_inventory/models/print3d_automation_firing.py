import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

KEEP_DAYS = 365
# Triggers whose condition may still hold, so that the firing is still needed.
LASTING = ("print3d_becomes", "on_create_or_write", "on_write")


class Print3dAutomationFiring(models.Model):
    """One time that a rule acted on one record: when, what came of it, what failed.

    An open one stands for "this is done", as long as the condition of the rule holds:
    there is one of them for a rule, a record and a moment, and the database sees to
    that.
    """

    _name = "print3d.automation.firing"
    _description = "Firing of an Automation"
    _order = "fired_on desc, id desc"
    _rec_name = "res_name"

    automation_id = fields.Many2one(
        "base.automation",
        string="Rule",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    fired_on = fields.Datetime(
        string="When",
        required=True,
        readonly=True,
        index=True,
        default=fields.Datetime.now,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Set Off By",
        readonly=True,
        default=lambda self: self.env.user,
    )
    res_model = fields.Char(string="Model of the Record", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Number of the Record",
        model_field="res_model",
        required=True,
        readonly=True,
    )
    res_name = fields.Char(string="Record", readonly=True)
    moment = fields.Char(
        readonly=True, default="", help="The date it fired for, if it was for a date."
    )
    state = fields.Selection(
        [
            ("done", "Done"),
            ("failed", "Failed"),
            ("held", "Held Back"),
            ("waiting", "To Be Done"),
            ("skipped", "No Longer So"),
            ("primed", "Was So Before"),
        ],
        required=True,
        readonly=True,
        default="done",
        index=True,
    )
    result = fields.Text(string="What It Did", readonly=True)
    error = fields.Text(string="What Went Wrong", readonly=True)
    tries = fields.Integer(string="Tried", readonly=True, default=0)
    is_open = fields.Boolean(
        string="Still So",
        readonly=True,
        default=True,
        help="The condition of the rule holds since then; it acts again only after it "
        "ceased.",
    )
    is_idle = fields.Boolean(
        string="Nothing to Do",
        readonly=True,
        help="There was nothing to do yet; looked at again every day while it is so.",
    )
    closed_on = fields.Datetime(string="Ceased On", readonly=True)

    _once = models.UniqueIndex("(automation_id, res_id, moment) WHERE is_open")

    # === ACTIONS === #

    def action_open_record(self):
        """Open what the rule acted on."""
        self.ensure_one()
        record = self._get_record()
        if not record:
            raise UserError(self.env._("%(name)s is gone.", name=self.res_name))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def action_retry(self):
        """Try again what failed."""
        self.check_access("read")
        for firing in self:
            if not firing.automation_id.has_access("write"):
                raise UserError(
                    self.env._("Only who may change the rule may try it again.")
                )
            record = firing._get_record()
            if firing.state != "failed" or not record:
                raise UserError(
                    self.env._(
                        "%(name)s needs no other try: it did not fail, or is gone.",
                        name=firing.res_name,
                    )
                )
            firing.sudo()._carry_out(record.sudo())
        return True

    # === BUSINESS === #

    def _get_record(self):
        """Return what the rule acted on, or an empty recordset, or None."""
        self.ensure_one()
        if self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists()

    @api.model
    def _claim(self, vals_list):
        """Write down firings, unless there is an open one for the same.

        Of two transactions that claim the same, the database lets the later one be
        repeated, and it then finds the claim of the earlier one.

        :param list vals_list: with rule, model, number, moment, state and company
        :return: numbers of the new ones
        :rtype: list[int]
        """
        if not vals_list:
            return []
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO print3d_automation_firing (
                    automation_id, res_model, res_id, moment, state, company_id,
                    user_id, fired_on, is_open, tries,
                    create_uid, create_date, write_uid, write_date
                ) VALUES %s
                ON CONFLICT (automation_id, res_id, moment) WHERE is_open DO NOTHING
                RETURNING id
                """,
                SQL(", ").join(
                    SQL(
                        "(%s, %s, %s, %s, %s, %s, %s, %s, true, 0, %s, %s, %s, %s)",
                        vals["automation_id"],
                        vals["res_model"],
                        vals["res_id"],
                        vals["moment"],
                        vals["state"],
                        vals["company_id"],
                        self.env.uid,
                        now,
                        self.env.uid,
                        now,
                        self.env.uid,
                        now,
                    )
                    for vals in vals_list
                ),
            )
        )
        self.env["base.automation"].invalidate_model(
            [
                "print3d_firing_ids",
                "print3d_fired_count",
                "print3d_error_count",
                "print3d_last_fired_on",
            ]
        )
        return [number for (number,) in rows]

    def _carry_out(self, record, domain_post=None):
        """Run the actions of the rule on a record, all of them or none.

        :param record: what the rule is for
        """
        self.ensure_one()
        rule = self.automation_id
        said, did = [], []
        done = dict(self.env.context.get("__action_done", {}))
        done[rule] = done.get(rule, record.browse()) | record
        depth = self.env.context.get("print3d_automation_depth", 0)
        context = {
            "__action_done": done,
            "active_model": record._name,
            "active_ids": record.ids,
            "active_id": record.id,
            "domain_post": domain_post,
            "print3d_automation_depth": depth + 1,
            "print3d_firing_id": self.id,
            "print3d_said": said,
            "print3d_did": did,
        }
        company = self.company_id
        values = {"tries": self.tries + 1, "fired_on": fields.Datetime.now()}
        try:
            with self.env.cr.savepoint():
                for action in rule.action_server_ids.sorted():
                    action.with_company(company).with_context(**context).run()
                    if not action.state.startswith("print3d_"):
                        did.append(True)
                        said.append(action.print3d_words or action.name)
        except (ConcurrencyError, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            # Not the rule's fault: Odoo repeats the whole transaction.
            raise
        except Exception as error:  # noqa: BLE001
            # Whatever it is, the work that set the rule off goes on.
            _logger.warning(
                "Rule %s (%s) failed on %s", rule.name, rule.id, record, exc_info=True
            )
            text = str(error.args[0]) if error.args else type(error).__name__
            if not isinstance(error, UserError):
                text = f"{type(error).__name__}: {text}"
            self.write({**values, "state": "failed", "error": text, "result": False})
            return
        self.write(
            {
                **values,
                "state": "done",
                "error": False,
                "is_idle": not any(did),
                "result": "\n".join(dict.fromkeys(text for text in said if text)),
            }
        )

    def _close(self):
        """Note that the condition has ceased."""
        if not self:
            return
        self.write({"is_open": False, "closed_on": fields.Datetime.now()})
        for firing in self:
            record = firing._get_record()
            for action in firing.automation_id.action_server_ids:
                action._undo_print3d(firing, record)

    @api.autovacuum
    def _gc_firings(self):
        """Throw away what is over for a year."""
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        old = self.search(
            [
                ("fired_on", "<", limit),
                "|",
                ("is_open", "=", False),
                ("automation_id.trigger", "not in", LASTING),
            ],
            limit=5000,
        )
        old.unlink()
        return len(old), len(old) == 5000
