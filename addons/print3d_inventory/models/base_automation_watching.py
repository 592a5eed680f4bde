import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .base_automation_running import MAX_RECORDS

_logger = logging.getLogger(__name__)

# A rule that failed is tried again so often, by itself.
MAX_TRIES = 3
# What found nothing to do is looked at again after so long.
IDLE_HOURS = 20


class BaseAutomationWatching(models.Model):
    """Conditions that come true: looked at from time to time, acted on once."""

    _inherit = "base.automation"

    # === WHAT COMES TO BE SO === #

    def _search_print3d_records(self):
        """Return what fulfils the condition now, in the rule's company."""
        self.ensure_one()
        domain = self._get_print3d_domain()
        Model = self.env[self.model_name].sudo()
        if self.print3d_company_id and "company_id" in Model._fields:
            domain &= Domain("company_id", "in", [self.print3d_company_id.id, False])
        return Model.search(domain, limit=MAX_RECORDS, order="id")

    def _watch(self):
        """Act on what has come to fulfil the condition, and notice what ceased to.

        :return: the firings that were made (print3d.automation.firing)
        """
        self.ensure_one()
        rule = self.sudo()
        Firing = self.env["print3d.automation.firing"].sudo()
        found = rule._search_print3d_records()
        open_firings = Firing.search(
            [("automation_id", "=", rule.id), ("is_open", "=", True)]
        )
        over = open_firings.filtered(lambda item: item.res_id not in found._ids)
        over._close()
        rule._look_again(open_firings - over)
        first = not rule.print3d_is_primed
        if first:
            rule.print3d_is_primed = True
        if first and not rule.print3d_is_eager:
            known = set(open_firings.mapped("res_id"))
            Firing._claim(
                [
                    {
                        "automation_id": rule.id,
                        "res_model": record._name,
                        "res_id": record.id,
                        "moment": "",
                        "state": "primed",
                        "company_id": rule._get_print3d_company(record).id,
                    }
                    for record in found
                    if record.id not in known
                ]
            )
            return Firing
        return rule._fire(found)

    def _look_again(self, firings):
        """Carry out again, once a day, what found nothing to do: it may by now.

        What was on its way when a spool ran low may have come short.

        :param firings: those whose condition still holds
        """
        limit = fields.Datetime.now() - timedelta(hours=IDLE_HOURS)
        for firing in firings.filtered("is_idle"):
            record = firing._get_record()
            if record and firing.fired_on <= limit:
                firing._carry_out(record)

    @api.model
    def _cron_print3d_watch(self):
        """Look at every rule for what comes to be so, and try again what failed."""
        self._carry_out_waiting()
        rules = self.search(
            [("trigger", "=", "print3d_becomes"), ("print3d_managed", "=", True)]
        )
        self.env["ir.cron"]._commit_progress(remaining=len(rules))
        for rule in rules:
            try:
                with self.env.cr.savepoint():
                    rule._watch()
            except Exception:
                # The others have their turn; Odoo's log says what is the matter, and
                # who met another transaction has the next turn in 15 minutes.
                _logger.exception("Rule %s (%s) cannot be watched", rule.name, rule.id)
            if not self.env["ir.cron"]._commit_progress(1):
                return
        self._retry_print3d_failed()

    @api.model
    def _retry_print3d_failed(self):
        """Try again what failed lately, if its rule is on and it still holds."""
        firings = (
            self.env["print3d.automation.firing"]
            .sudo()
            .search(
                [
                    ("state", "=", "failed"),
                    ("is_open", "=", True),
                    ("tries", "<", MAX_TRIES),
                    ("automation_id.active", "=", True),
                    ("fired_on", ">=", fields.Datetime.now() - timedelta(days=1)),
                ],
                limit=200,
            )
        )
        for firing in firings:
            record = firing._get_record()
            if record and firing.automation_id._filter_post(record):
                firing._carry_out(record)

    # === SWITCHING === #

    def action_print3d_watch(self):
        """Look at the rule now instead of within 15 minutes."""
        for rule in self:
            if rule.trigger != "print3d_becomes" or not rule.active:
                raise UserError(
                    self.env._(
                        "%(rule)s is not one that is looked at from time to time, or "
                        "it is switched off. It acts by itself when its time comes.",
                        rule=rule.name,
                    )
                )
            rule.check_access("write")
            rule.sudo()._watch()
        return self.action_view_firings() if len(self) == 1 else True
