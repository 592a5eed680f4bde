from odoo import api, fields, models


class Print3dScanAppCare(models.AbstractModel):
    """What the cards of spools say of their care: dry, reserved, best before."""

    _inherit = "print3d.scan.app"

    @api.model
    def _get_care(self, spool):
        today = fields.Date.context_today(spool)
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
            "dry": self._get_dryness(spool, today),
        }

    @api.model
    def _get_dryness(self, spool, today):
        """Return how dry a spool is and how to dry it; None when that is no matter."""
        advice, due = spool._get_drying_advice(), spool.drying_due_on
        if not (
            advice["temperature_c"] or due or spool.last_dried_on or spool.humidity_on
        ):
            return None
        return {
            **advice,
            "due": self._to_iso(due),
            "is_due": bool(due) and due <= today,
            "last_on": self._to_iso(spool.last_dried_on),
            "humidity_percent": spool.humidity_percent if spool.humidity_on else None,
        }
