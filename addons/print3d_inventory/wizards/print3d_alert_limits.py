from odoo import api, fields, models
from odoo.exceptions import AccessError


class Print3dAlertLimits(models.TransientModel):
    """Asks from when on something is worth an alert in this company.

    Hook: an addon adds a field of the same name as its field of the company; it is
    read and saved without more.
    """

    _name = "print3d.alert.limits"
    _description = "Limits of Alerts"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    print3d_alert_low_percent = fields.Float(
        string="Spool Low under (%)",
        help="Of what was on it when it was full. 0: never because of its share.",
    )
    print3d_alert_low_g = fields.Float(
        string="Spool Low under (g)", help="0: never because of its grams."
    )
    print3d_alert_expiry_days = fields.Integer(
        string="Best Before within (days)", help="0: only once it has passed."
    )
    print3d_alert_open_days = fields.Integer(
        string="Open for (days)",
        help="A spool that was opened so long ago and is not used up. 0: never.",
    )
    print3d_alert_quarantine_days = fields.Integer(
        string="In Quarantine for (days)",
        help="A spool that was put aside so long ago without a decision. 0: never.",
    )

    @api.model
    def default_get(self, fields):
        """Show what counts in the company now."""
        res = super().default_get(fields)
        company = self.env.company.sudo()
        for name in self._get_limit_fields():
            if name in fields:
                res[name] = company[name]
        return res

    @api.model
    def _get_limit_fields(self):
        """Return the names of the limits, which the company has under the same."""
        company = self.env["res.company"]._fields
        return [
            name
            for name in self._fields
            if name.startswith("print3d_alert_") and name in company
        ]

    @api.model
    def _get_action(self):
        """Return the dialog.

        :raise AccessError: for whoever is no owner of the shop
        """
        self._check_owner()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_alert_limits_action"
        )

    @api.model
    def _check_owner(self):
        if not self.env.user.has_group("print3d_library.group_print3d_owner"):
            raise AccessError(
                self.env._(
                    "Owners of the shop set the limits of its alerts. Ask one of them."
                )
            )

    def action_save(self):
        """Let these limits count, from the next look at the shop on.

        :raise AccessError: for whoever is no owner of the shop
        """
        self.ensure_one()
        self._check_owner()
        self.company_id.sudo().write(
            {name: self[name] for name in self._get_limit_fields()}
        )
        self.env["print3d.alert.check"]._check_soon()
        return {"type": "ir.actions.act_window_close"}
