import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

_logger = logging.getLogger(__name__)

CRON = "print3d_inventory.ir_cron_check_alerts"
# What is done within this time is looked at by one check.
SOON = timedelta(seconds=30)


class Print3dAlertCheck(models.AbstractModel):
    """What looks at the whole shop for what somebody should know.

    A check tells the state of things as it finds it: it raises an alert of each that
    is wrong and resolves the one of each that is not wrong any more. So it may run at
    any time and as often as one likes.
    """

    _name = "print3d.alert.check"
    _description = "Checks that Raise Alerts"

    @api.model
    def _get_checks(self):
        """Hook: return the names of the methods that look at the shop, in order.

        Override: ``return [*super()._get_checks(), "_check_my_subject"]``. Such a
        method takes no arguments, looks at all companies with the rights of the
        system, and ends with ``print3d.alert._sync_alerts`` for each family of alerts
        it owns. How many queries it makes must not depend on what it finds.

        :rtype: list[str]
        """
        return []

    @api.model
    def _run_checks(self, names=None):
        """Look at the whole shop now.

        One check that fails does not keep the others from looking: it is logged, and
        what it raised before stays as it is.

        :param names: some of :meth:`_get_checks`; all by default
        """
        checks = self._as_shop()
        for name in names or self._get_checks():
            try:
                with self.env.cr.savepoint():
                    getattr(checks, name)()
            except Exception:
                _logger.exception("Alerts: %s of %s failed", name, self._name)

    @api.model
    def _as_shop(self):
        """Return this model as it looks at all companies, whoever has it look.

        Alerts are read by many: the language is that of the shop.
        """
        company = self.env.ref("base.main_company", raise_if_not_found=False)
        lang = (company or self.env.company).sudo().partner_id.lang
        env = self.env(user=SUPERUSER_ID, su=True, context={"lang": lang or None})
        return env[self._name]

    @api.model
    def _get_limits(self, name):
        """Return a limit of every company, by its id.

        Under False there is the largest one: of what belongs to no company, and to
        look no further than anybody wants.

        :param str name: a field of res.company, a number
        :rtype: dict
        """
        companies = self.env["res.company"].search([("id", "!=", False)])
        limits = {company.id: company[name] for company in companies}
        return {**limits, False: max(limits.values(), default=0)}

    @api.model
    def _get_least(self, limits):
        """Return the smallest of these limits that is not 0, or 0 without one."""
        return min(filter(None, limits.values()), default=0)

    @api.model
    def _cron_check(self):
        """Look at the whole shop; check by check, so that one that is slow does not
        undo what the others found."""
        names = self._get_checks()
        for done, name in enumerate(names, start=1):
            self._run_checks([name])
            self.env["ir.cron"]._commit_progress(1, remaining=len(names) - done)

    @api.model
    def _check_soon(self):
        """Have the shop looked at in a moment, because something was done to it.

        Many deeds at a time are followed by one check.
        """
        # Once a transaction is enough, whatever it does.
        done = self.env.cr.precommit.data
        if done.get(CRON):
            return
        done[CRON] = True
        cron = self.env.ref(CRON, raise_if_not_found=False)
        if not cron:
            return
        now = fields.Datetime.now()
        planned = (
            self.env["ir.cron.trigger"]
            .sudo()
            .search_count(
                [
                    ("cron_id", "=", cron.id),
                    ("call_at", ">", now),
                    ("call_at", "<=", now + 2 * SOON),
                ],
                limit=1,
            )
        )
        if not planned:
            cron.sudo()._trigger(at=now + SOON)
