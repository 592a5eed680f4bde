from odoo import models

from .print3d_run import ENDED, RUNNING


class Print3dRun(models.Model):
    """What somebody should know about a print."""

    _name = "print3d.run"
    _inherit = ["print3d.run", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Say by what alerts of prints are found."""
        return {
            **super()._get_alert_dimensions(),
            "run_id": self.id,
            "workcenter_id": self.workcenter_id.id,
            "product_id": self.product_id.id,
        }

    def _get_alert_actions(self, key):
        """Offer what helps a print: end it, look at it, or say that it was seen."""
        actions = super()._get_alert_actions(key)
        open_run = {
            "key": "open",
            "label": self.env._("Open the print"),
            "icon": "fa-print",
        }
        if key == "run_failed":
            return [
                {
                    "key": "seen",
                    "label": self.env._("Leave it at that"),
                    "icon": "fa-thumbs-o-up",
                    "groups": "print3d_library.group_print3d_operator",
                },
                open_run,
            ]
        if key == "run_overrun":
            return [
                {
                    "key": "end",
                    "label": self.env._("End the print"),
                    "icon": "fa-flag-checkered",
                    "groups": "print3d_library.group_print3d_operator",
                },
                open_run,
            ]
        if key == "run_short":
            return [
                {
                    "key": "request",
                    "label": self.env._("Create restock request"),
                    "icon": "fa-shopping-cart",
                },
                open_run,
            ]
        return actions

    def _do_alert_action(self, alert, action_key):
        """Do what alerts of prints offer."""
        self.ensure_one()
        if action_key == "end":
            if self.state in RUNNING:
                return self.action_done()
            return self.get_formview_action()
        if action_key == "seen":
            alert.action_resolve()
            return None
        return super()._do_alert_action(alert, action_key)

    def _get_alert_links(self):
        """Add what concerns a print without being its own."""
        return {**super()._get_alert_links(), "run_id": [(run.id, run) for run in self]}

    # === FAILING === #

    def _after_end(self):
        """Tell of a failure at once; it is over when it was printed again."""
        res = super()._after_end()
        for run in self:
            if run.state == "failed":
                run._raise_failure()
            elif run.state == "done" and run.reprint_of_id:
                run._get_reprinted()._resolve_alert(
                    "run_failed",
                    note=self.env._("Printed again as %(run)s", run=run.name),
                )
        if any(run.state in ENDED for run in self):
            self.env["print3d.alert.check"]._check_soon()
        return res

    def _raise_failure(self):
        """Raise the alert of this print that failed."""
        self.ensure_one()
        cause = self.failure_cause_id.display_name or self.env._("nobody said why")
        reprint = self.reprint_ids[:1]
        self._raise_alert(
            "run_failed",
            self.env._(
                "%(product)s failed at %(percent)d %%",
                product=self.product_id.display_name,
                percent=self.failure_percent,
            ),
            severity="warning",
            category="job",
            body=self.env._(
                "%(run)s on %(printer)s: %(cause)s. It is queued again as %(reprint)s; "
                "look at the printer first.",
                run=self.name,
                printer=self.workcenter_id.display_name or "",
                cause=cause,
                reprint=reprint.name,
            )
            if reprint
            else self.env._(
                "%(run)s on %(printer)s: %(cause)s. It is not queued again. Queue what "
                "is missing on its order, if it is still wanted.",
                run=self.name,
                printer=self.workcenter_id.display_name or "",
                cause=cause,
            ),
            occurred_on=self.date_end,
        )

    def _get_reprinted(self):
        """Return the prints this one makes good, one after the other."""
        runs = self.browse()
        run = self.reprint_of_id
        while run and run not in runs:
            runs |= run
            run = run.reprint_of_id
        return runs

    def _format_time(self, seconds):
        """Return a time as people say it: "45 min", "2 h 05"."""
        minutes = round(seconds / 60)
        if minutes < 60:
            return self.env._("%(minutes)s min", minutes=minutes)
        return self.env._(
            "%(hours)s h %(minutes)s", hours=minutes // 60, minutes=f"{minutes % 60:02}"
        )
