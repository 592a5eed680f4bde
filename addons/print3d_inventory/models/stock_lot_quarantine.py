from odoo import fields, models
from odoo.exceptions import UserError


class StockLot(models.Model):
    """Quarantine: a spool that nobody may print with until it is released.

    It is not loaded, started with, reserved, proposed nor merged. What is told of it
    as a fact is booked all the same: grams that are gone are gone.
    """

    _inherit = "stock.lot"

    is_quarantined = fields.Boolean(
        string="In Quarantine",
        tracking=True,
        copy=False,
        help="Kept aside: nobody may print with it until it is released.",
    )
    quarantine_reason = fields.Char(
        string="Why in Quarantine", readonly=True, copy=False
    )

    # === ACTIONS === #

    def action_open_quarantine(self):
        """Ask why these spools are put aside."""
        return self._get_care_action("print3d_spool_quarantine_action")

    def action_release(self):
        """Let these spools be used again."""
        for lot in self.filtered("is_quarantined"):
            lot._print3d_record("release")
        return True

    def _get_care_action(self, name):
        """Return a dialog of this addon about these spools."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"print3d_inventory.{name}"
        )
        action["context"] = {
            "default_lot_ids": self.ids,
            "print3d_spools": True,
            "dialog_size": "medium",
        }
        return action

    # === DEEDS === #

    def _get_spool_deeds(self):
        """Add what quarantine is about."""
        return {
            **super()._get_spool_deeds(),
            "quarantine": self._do_quarantine,
            "release": self._do_release,
        }

    def _do_quarantine(self, entry, _value):
        if not (entry.reason or "").strip():
            raise UserError(
                self.env._(
                    "Say why spool %(spool)s is put into quarantine, so that others "
                    "know what to look at.",
                    spool=self.name,
                )
            )
        self._set_quarantine(entry.reason)

    def _do_release(self, _entry, _value):
        if not self.is_quarantined:
            raise UserError(
                self.env._(
                    "Spool %(spool)s is not in quarantine. It can be used.",
                    spool=self.name,
                )
            )
        self._set_quarantine(False)

    def _set_quarantine(self, reason):
        """Put this spool aside for ``reason``, or back into use without one."""
        self.ensure_one()
        self.write({"is_quarantined": bool(reason), "quarantine_reason": reason})
        if reason:
            self._tell_users(
                self.env._(
                    "Spool %(spool)s was put into quarantine: %(reason)s. Choose "
                    "another one, or wait until it is released.",
                    spool=self.name,
                    reason=reason,
                )
            )

    def _check_not_quarantined(self):
        """Refuse what a spool in quarantine is not for.

        :raise UserError: why it is there, and what to do
        """
        for lot in self.filtered("is_quarantined"):
            raise UserError(
                self.env._(
                    "Spool %(spool)s is in quarantine: %(reason)s. Release it on its "
                    "page when that is settled, or take another spool.",
                    spool=lot.name,
                    reason=lot.quarantine_reason or self.env._("nobody said why"),
                )
            )

    def _get_spool_users(self):
        """Hook: return the records this spool is promised to or used by.

        :return: list of records, those without a discussion left out
        """
        self.ensure_one()
        return [
            document
            for document in (
                reservation._get_document()
                for reservation in self.sudo().reservation_ids
                if reservation.state in ("active", "taken")
            )
            if document and hasattr(document, "message_post")
        ]

    def _tell_users(self, text):
        """Write into the discussion of whatever counts on this spool.

        Whoever reserved it is notified.
        """
        self.ensure_one()
        reservations = self.sudo().reservation_ids.filtered(
            lambda item: item.state in ("active", "taken")
        )
        people = (reservations.user_id - self.env.user).partner_id
        for document in self._get_spool_users():
            document.sudo().message_post(
                body=text, subtype_xmlid="mail.mt_note", partner_ids=people.ids
            )
