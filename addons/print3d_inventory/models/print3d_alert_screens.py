from odoo import api, fields, models


class Print3dAlert(models.Model):
    """What the screens of alerts need: who may act, and deeds one can take back."""

    _inherit = "print3d.alert"

    material_id = fields.Many2one(
        related="product_id.material_id",
        store=True,
        index="btree_not_null",
        readonly=True,
    )
    can_act = fields.Boolean(
        string="May Be Acted Upon",
        compute="_compute_can_act",
        help="The user may assign, mute and resolve it.",
    )

    offered_actions = fields.Json(
        compute="_compute_offered_actions",
        help="What the source offers to do and the user may do.",
    )

    @api.depends("actions")
    @api.depends_context("uid")
    def _compute_offered_actions(self):
        for alert in self:
            alert.offered_actions = alert._get_actions()

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_can_act(self):
        user = self.env.user
        is_operator = user.has_group("print3d_library.group_print3d_operator")
        for alert in self:
            alert.can_act = is_operator or alert.user_id == user

    def _get_actions(self):
        """Leave out what is for others: an action may name its ``groups``."""
        return [
            action
            for action in super()._get_actions()
            if not action.get("groups") or self.env.user.has_groups(action["groups"])
        ]

    def _get_cards(self):
        """Say also who may act."""
        allowed = {alert.id: alert.can_act for alert in self}
        return [
            {**card, "can_act": allowed[card["id"]]} for card in super()._get_cards()
        ]

    def action_assign_to_me(self):
        """Take these alerts over."""
        return self.action_assign()

    def action_open_mute(self):
        """Ask until when these alerts are muted."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_alert_mute_action"
        )
        action["context"] = {
            "default_alert_ids": self.ids,
            "dialog_size": "medium",
        }
        return action

    def action_open_assign(self):
        """Ask to whom these alerts are given."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_alert_assign_action"
        )
        action["context"] = {
            "default_alert_ids": self.ids,
            "dialog_size": "medium",
        }
        return action

    def action_resolve_quickly(self):
        """Resolve these alerts, and offer to take that back.

        :return: what tells so in the web client
        """
        alerts = self.filtered("is_open")
        alerts.action_resolve()
        return self._get_done_action(
            alerts,
            "action_reopen",
            self.env._("Resolved: %(name)s", name=alerts.name)
            if len(alerts) == 1
            else self.env._("%(count)s alerts are resolved", count=len(alerts)),
        )

    def action_mute_quickly(self, days):
        """Mute these alerts for some days, and offer to take that back.

        :return: what tells so in the web client
        """
        alerts = self.filtered("is_open")
        alerts.action_mute(days=days)
        return self._get_done_action(
            alerts,
            "action_unmute",
            self.env._("Muted: %(name)s", name=alerts.name)
            if len(alerts) == 1
            else self.env._("%(count)s alerts are muted", count=len(alerts)),
        )

    @api.model
    def _get_done_action(self, alerts, undo, message):
        """Return what tells what was done to alerts, with a way back.

        :param str undo: the method of the alerts that takes it back
        """
        return {
            "type": "ir.actions.client",
            "tag": "print3d_alert_done",
            "params": {
                "ids": alerts.ids,
                "message": message,
                "undo": undo,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_open_source(self):
        """Open what this alert is about, on the page people know."""
        self.ensure_one()
        return self._get_source()._get_alert_page_action()
