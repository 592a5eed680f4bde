from odoo import api, models
from odoo.fields import Domain

SHOWN = 8


class Print3dHome(models.AbstractModel):
    """What needs a person today, before everything else on the home page."""

    _inherit = "print3d.home"

    @api.model
    def _get_sections(self):
        """Add the alerts that cannot wait."""
        sections = super()._get_sections()
        if self.env.user.has_group("print3d_library.group_print3d_user"):
            sections = dict(sections, today_alerts=self._get_today_alerts())
        return sections

    @api.model
    def _get_untold_domain(self, model):
        """Leave out what the alerts above tell of."""
        return [
            *super()._get_untold_domain(model),
            ("id", "not in", list(self._get_told_today(model))),
        ]

    @api.model
    def _get_today_domain(self):
        """Return which alerts cannot wait: what is worse than news, too late or mine.

        What somebody acknowledged waits for that person alone.

        :rtype: odoo.fields.Domain
        """
        mine = Domain("user_id", "=", self.env.uid)
        known = Domain("state", "=", "acknowledged")
        return (
            Domain("state", "in", ("open", "acknowledged"))
            & (
                Domain("severity", "in", ("warning", "critical"))
                | Domain("sla_state", "=", "breached")
                | mine
            )
            & (~known | mine | Domain("sla_state", "=", "breached"))
        )

    @api.model
    def _get_today_alerts(self):
        """Return the alerts that cannot wait, the most urgent first.

        :rtype: dict
        """
        Alert = self.env["print3d.alert"]
        domain = self._get_today_domain()
        alerts = Alert.search(
            domain, order="rank desc, due_on, first_seen_on, id", limit=SHOWN
        )
        return {
            "count": Alert.search_count(domain)
            if len(alerts) == SHOWN
            else len(alerts),
            "alerts": alerts._get_cards(),
        }

    @api.model
    def _get_told_today(self, model):
        """Return the ids of records the alerts above tell of already.

        Other sections leave them out: nothing is said twice on one page.

        :param str model: the name of their model
        :rtype: set[int]
        """
        if not self.env.user.has_group("print3d_library.group_print3d_user"):
            return set()
        groups = self.env["print3d.alert"]._read_group(
            self._get_today_domain() & Domain("res_model", "=", model), ["res_id"]
        )
        return {number for (number,) in groups}
