from odoo import models

OPERATORS = "print3d_library.group_print3d_operator"
# Who may do what an alert of a spool offers; the others all may.
ALLOWED = {
    **dict.fromkeys(("weigh", "dry", "decide", "release"), OPERATORS),
    "limits": "print3d_library.group_print3d_owner",
}


class StockLot(models.Model):
    """What somebody should know about a spool."""

    _name = "stock.lot"
    _inherit = ["stock.lot", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Say by what alerts of spools are found."""
        return {
            **super()._get_alert_dimensions(),
            "lot_id": self.id,
            "product_id": self.product_id.id,
        }

    def _get_alert_actions(self, key):
        """Offer what helps a spool."""
        known = {
            "open": (self.env._("Open the spool"), "fa-circle-o-notch"),
            "request": (self.env._("Create restock request"), "fa-shopping-cart"),
            "limits": (self.env._("Adjust threshold"), "fa-sliders"),
            "weigh": (self.env._("Weigh"), "fa-balance-scale"),
            "dry": (self.env._("Dry…"), "fa-tint"),
            "decide": (self.env._("Decide"), "fa-gavel"),
            "release": (self.env._("Release"), "fa-unlock"),
        }
        offered = {
            "spool_low": ("request", "weigh", "open", "limits"),
            "spool_empty": ("weigh", "open"),
            "spool_best_before": ("open", "limits"),
            "spool_open_long": ("open", "limits"),
            "spool_to_dry": ("dry", "open"),
            "spool_to_decide": ("decide", "open"),
            "spool_quarantine": ("release", "open", "limits"),
        }.get(key)
        if not offered:
            return super()._get_alert_actions(key)
        return [
            {
                "key": name,
                "label": known[name][0],
                "icon": known[name][1],
                "groups": ALLOWED.get(name),
            }
            for name in offered
        ]

    def _do_alert_action(self, alert, action_key):
        """Do what alerts of spools offer."""
        self.ensure_one()
        if action_key == "weigh":
            return self.action_open_weigh()
        if action_key == "dry":
            return self.action_open_dry()
        if action_key == "decide":
            return self._get_to_decide_action()
        if action_key == "release":
            self.action_release()
            alert.action_resolve()
            return None
        if action_key == "limits":
            return self.env["print3d.alert.limits"]._get_action()
        return super()._do_alert_action(alert, action_key)

    def _get_to_decide_action(self):
        """Return the lines of the ledger that wait for a decision."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_spool_entry_action"
        )
        action["domain"] = [("lot_id", "=", self.id), ("state", "=", "conflict")]
        action["context"] = {}
        return action

    def _get_alert_links(self):
        """Add what concerns the spool without being its own."""
        return {**super()._get_alert_links(), "lot_id": [(lot.id, lot) for lot in self]}

    def _get_alert_page_action(self):
        """Open spools on the page of spools."""
        if self.is_spool:
            return self._get_page_action()
        return super()._get_alert_page_action()
