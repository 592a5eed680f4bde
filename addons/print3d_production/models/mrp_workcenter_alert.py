from odoo import models


class MrpWorkcenter(models.Model):
    """What somebody should know about a printer."""

    _name = "mrp.workcenter"
    _inherit = ["mrp.workcenter", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Say by what alerts of printers are found."""
        return {**super()._get_alert_dimensions(), "workcenter_id": self.id}

    def _get_alert_actions(self, key):
        """Offer to unblock a printer, or its page."""
        open_printer = {
            "key": "open",
            "label": self.env._("Open the printer"),
            "icon": "fa-cogs",
        }
        if key == "printer_blocked":
            return [
                {
                    "key": "unblock",
                    "label": self.env._("Unblock"),
                    "icon": "fa-unlock",
                    "groups": "print3d_library.group_print3d_operator",
                },
                {
                    "key": "maintenance",
                    "label": self.env._("Schedule maintenance"),
                    "icon": "fa-wrench",
                },
                open_printer,
            ]
        if key == "printer_without_slot":
            return [open_printer]
        return super()._get_alert_actions(key)

    def _do_alert_action(self, alert, action_key):
        """Do what alerts of printers offer."""
        self.ensure_one()
        if action_key == "unblock":
            if self.working_state == "blocked":
                self.unblock()
            self.env["print3d.alert.check"]._check_soon()
            alert.action_resolve()
            return None
        if action_key == "maintenance":
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Schedule maintenance"),
                "res_model": "maintenance.request",
                "views": [(False, "form")],
                "context": {
                    "default_name": alert.name,
                    "default_workcenter_id": self.id,
                },
            }
        return super()._do_alert_action(alert, action_key)

    def _get_alert_links(self):
        """Add the alerts of its prints and connections."""
        return {
            **super()._get_alert_links(),
            "workcenter_id": [(printer.id, printer) for printer in self],
        }
