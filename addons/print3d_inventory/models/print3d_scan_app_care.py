from odoo import api, fields, models


class Print3dScanAppCare(models.AbstractModel):
    """What the cards of spools say of their care: dry, reserved, best before."""

    _inherit = "print3d.scan.app"

    @api.model
    def _get_care(self, spool):
        today = fields.Date.context_today(spool)
        due = spool.drying_due_on
        reserved = spool.sudo().reservation_ids.filtered(
            lambda item: item.state == "active"
        )
        return {
            **super()._get_care(spool),
            "sealed": spool.is_sealed,
            "expires_on": self._to_iso(spool.expires_on),
            "is_expired": bool(spool.expires_on) and spool.expires_on < today,
            "quarantine_reason": spool.quarantine_reason or "",
            "reserved": [
                {
                    "title": item.with_env(self.env).document_name
                    or self.env._("Reserved"),
                    "grams": item.grams,
                }
                for item in reserved
            ],
            "dry": {
                "due": self._to_iso(due),
                "is_due": bool(due) and due <= today,
                "text": spool.drying_advice or "",
                "last_on": self._to_iso(spool.last_dried_on),
                "humidity_percent": spool.humidity_percent
                if spool.humidity_on
                else None,
            }
            if due or spool.last_dried_on or spool.humidity_on
            else None,
        }
