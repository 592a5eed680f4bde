from odoo import api, models
from odoo.fields import Domain

from .print3d_alert import CATEGORIES

BELL = "print3d_alert_bell"
CHANNEL = "print3d_alert"
# What the bell shows: neither over nor muted.
SHOWN = ("open", "acknowledged")
# What changes what the bell says.
HEARD = {"state", "severity", "active", "user_id"}


class Print3dAlert(models.Model):
    """The bell in the top bar: how many there are, which, and what is new."""

    _inherit = "print3d.alert"

    # === ASKING === #

    @api.model
    @api.readonly
    def get_bell(self, tab=None, search="", offset=0, limit=30, severity=None):
        """Return what the drawer of the bell shows to the user.

        :param str tab: ``all`` (also None), ``mine``, or a category
        :param str search: words of the title, the source or the details
        :param str severity: only those of this severity
        :return: ``open`` and ``critical`` (how many nobody acknowledged), ``tabs``
            (key, label, count of those not over), ``total`` of this tab and search,
            and ``alerts`` (:meth:`_get_cards`), the worst and newest first
        :rtype: dict
        """
        shown = Domain("state", "in", SHOWN)
        counts = self._count_bell(shown)
        mine = Domain("user_id", "=", self.env.uid)
        tabs = [
            {"key": "all", "label": self.env._("All"), "count": counts["all"]},
            {
                "key": "mine",
                "label": self.env._("Mine"),
                "count": self.search_count(shown & mine),
            },
            *(
                {"key": key, "label": label, "count": counts.get(key, 0)}
                for key, label in self._fields["category"]._description_selection(
                    self.env
                )
            ),
        ]
        domain = shown
        if tab == "mine":
            domain &= mine
        elif tab in dict(CATEGORIES):
            domain &= Domain("category", "=", tab)
        if severity:
            domain &= Domain("severity", "=", severity)
        for word in (search or "").split():
            domain &= Domain.OR(
                Domain(name, "ilike", word) for name in ("name", "source_name", "body")
            )
        if severity or (search or "").strip():
            total = self.search_count(domain)
        else:
            total = next(
                (one["count"] for one in tabs if one["key"] == tab), counts["all"]
            )
        alerts = self.search(domain, offset=offset, limit=min(max(limit, 1), 200))
        return {
            "open": counts["open"],
            "critical": counts["critical"],
            "tabs": tabs,
            "total": total,
            "alerts": alerts._get_cards(),
        }

    @api.model
    def _count_bell(self, domain):
        """Return how many are in each category, in all, and to be acknowledged."""
        counts = {"all": 0, "open": 0, "critical": 0}
        for category, state, severity, count in self._read_group(
            domain, ["category", "state", "severity"], ["__count"]
        ):
            counts["all"] += count
            counts[category] = counts.get(category, 0) + count
            if state == "open":
                counts["open"] += count
                if severity == "critical":
                    counts["critical"] += count
        return counts

    def _get_cards(self):
        """Return what a card of each of these alerts shows.

        :rtype: list[dict]
        """
        return [
            {
                **{
                    name: alert[name]
                    for name in (
                        "id",
                        "name",
                        "body",
                        "severity",
                        "category",
                        "state",
                        "source_name",
                        "res_model",
                        "res_id",
                        "count",
                        "first_seen_on",
                        "last_seen_on",
                        "due_on",
                        "sla_state",
                        "muted_until",
                    )
                },
                "user": {
                    "id": alert.user_id.id,
                    "name": alert.user_id.sudo().display_name,
                }
                if alert.user_id
                else False,
                "company": alert.company_id.id,
                "actions": alert._get_actions(),
            }
            for alert in self
        ]

    # === TELLING === #

    def _tell_bell(self, vals=None):
        """Have the bells of these alerts' companies told, once this is committed.

        :param dict vals: what was written; None for new alerts
        """
        if vals is not None and not HEARD.intersection(vals):
            return
        precommit = self.env.cr.precommit
        if BELL not in precommit.data:
            precommit.data[BELL] = {}
            precommit.add(self.sudo()._ring)
        companies = precommit.data[BELL]
        for alert in self:
            new = companies.setdefault(alert.company_id.id, [])
            if vals is None:
                new.append(alert.id)

    @api.model
    def _ring(self):
        """Tell the bells how many there are, and of the worst new one."""
        self.env.flush_all()
        told = self.env.cr.precommit.data.pop(BELL, {})
        for company_id, new_ids in told.items():
            counts = self._count_bell(
                [("company_id", "=", company_id), ("state", "=", "open")]
            )
            new = self.search([("id", "in", new_ids), ("state", "=", "open")], limit=1)
            self.env["bus.bus"]._sendone(
                (self.env["res.company"].browse(company_id), CHANNEL),
                "print3d_alert_count",
                {
                    "company": company_id,
                    "open": counts["open"],
                    "critical": counts["critical"],
                    "alert": new._get_cards()[0] if new else None,
                },
            )
