from odoo import api, models
from odoo.fields import Domain

from .print3d_alert import RANKS

HEARD = ("open", "acknowledged")
SHOWN = 5


class Print3dAlertMixin(models.AbstractModel):
    """The alerts on the pages of records: their own, and those that concern them."""

    _inherit = "print3d.alert.mixin"

    def _get_alert_links(self):
        """Hook: return by what alerts concern these records, beside being their own.

        A product is concerned by the alerts of its spools, an order by those of its
        prints.

        :return: a field of ``print3d.alert`` to pairs of a number and a record
        :rtype: dict[str, list[tuple]]
        """
        return {}

    def _get_alerts_domain(self):
        """Return which alerts are shown on the pages of these records.

        :rtype: odoo.fields.Domain
        """
        domain = Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)
        for name, pairs in self._get_alert_links().items():
            domain |= Domain(name, "in", [number for number, _record in pairs])
        return domain

    @api.depends("alert_ids.state", "alert_ids.severity")
    def _compute_open_alerts(self):
        """Override to count also what concerns a record, and each alert once."""
        links = self._get_alert_links() if self.ids else {}
        if not links:
            return super()._compute_open_alerts()
        concerned = {name: {} for name in links}
        for name, pairs in links.items():
            for number, record in pairs:
                concerned[name].setdefault(number, []).append(record.id)
        found = {number: {} for number in self.ids}
        for alert in self.env["print3d.alert"].search_fetch(
            self._get_alerts_domain() & Domain("state", "in", HEARD),
            ["res_model", "res_id", "severity", *links],
        ):
            own = [alert.res_id] if alert.res_model == self._name else []
            for name, records in concerned.items():
                own += records.get(alert[name].id, [])
            for number in set(own).intersection(found):
                found[number][alert.id] = alert.severity
        for record in self:
            severities = found.get(record._origin.id, {}).values()
            record.alert_count = len(severities)
            record.alert_severity = max(severities, key=RANKS.get, default=False)
        return None

    # === ACTIONS === #

    def action_view_alerts(self):
        """Open the alerts of these records, also those that are over."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_alert_action"
        )
        action["domain"] = list(self._get_alerts_domain())
        return action

    def _get_alert_page_action(self):
        """Hook: return the action that opens the page of this record."""
        self.ensure_one()
        return self.get_formview_action()


class Print3dAlert(models.Model):
    """What is drawn of alerts on the pages of their sources."""

    _inherit = "print3d.alert"

    @api.model
    @api.readonly
    def get_band(self, res_model, res_id):
        """Return the alerts of a record that are not over, the worst first.

        :param str res_model: a model with ``print3d.alert.mixin``
        :param int res_id: a record of it, which the user may see
        :return: ``alerts``, the first ones as in the bell, and how many there are in
            all, ``count``
        :rtype: dict
        """
        none = {"count": 0, "alerts": []}
        mixin = self.env.registry["print3d.alert.mixin"]
        if res_model not in self.env or not issubclass(
            self.env.registry[res_model], mixin
        ):
            return none
        record = self.env[res_model].browse(int(res_id)).exists()
        if not record or not self.has_access("read"):
            return none
        record.check_access("read")
        domain = record._get_alerts_domain() & Domain("state", "in", HEARD)
        alerts = self.search(domain, limit=SHOWN)
        return {
            "count": self.search_count(domain) if len(alerts) == SHOWN else len(alerts),
            "alerts": alerts._get_cards(),
        }
