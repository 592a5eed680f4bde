from odoo import fields, models
from odoo.exceptions import UserError

from .print3d_spool_entry import STATEMENTS, TAKING


class Print3dSpoolEntryDeciding(models.Model):
    """What people do about lines of the ledger: decide conflicts, take lines back."""

    _inherit = "print3d.spool.entry"

    # === DECIDING === #

    def action_decide(self, decision):
        """Decide an entry that was told without knowing what others had stated.

        :param str decision:

            * ``mine``: it counts, and what others stated meanwhile is taken back; of
              more than the full spool: so much was on it
            * ``theirs``: it does not count
            * ``add``: both count; a weighing by the difference it found
            * ``tare``: of more than the full spool: it is full, and the empty spool
              weighs the rest
        :raise UserError: when there is nothing to decide, or not so
        """
        for entry in self:
            entry.lot_id.check_access("write")
            entry_sudo = entry.sudo()
            if entry_sudo.state != "conflict":
                raise UserError(
                    self.env._(
                        "This line of %(spool)s was decided already.",
                        spool=entry_sudo.lot_id.name,
                    )
                )
            if decision not in entry_sudo._get_decisions():
                raise UserError(
                    self.env._(
                        "Decide by one of these: %(choices)s.",
                        choices=", ".join(entry_sudo._get_decisions()),
                    )
                )
            if decision == "theirs":
                entry_sudo.write({"state": "refused", "decision": decision})
                continue
            if decision == "tare":
                entry_sudo._take_as_full()
            elif entry_sudo.problem == "above":
                entry_sudo._raise_full_weight()
            entry_sudo.write({"state": "waiting", "decision": decision})
            entry_sudo._post_soon()
        return True

    def action_decide_mine(self):
        """Let this line count."""
        return self.action_decide("mine")

    def action_decide_theirs(self):
        """Let this line not count."""
        return self.action_decide("theirs")

    def action_decide_add(self):
        """Let both count."""
        return self.action_decide("add")

    def action_decide_tare(self):
        """Take the spool for full, and learn what it weighs empty."""
        return self.action_decide("tare")

    def _get_decisions(self):
        """Return what may be decided about this entry."""
        self.ensure_one()
        if self.problem == "changed":
            return ["mine", "theirs", "add"]
        return [
            "mine",
            "theirs",
            *(["tare"] if self.kind in ("weigh", "scale") else []),
        ]

    def _raise_full_weight(self):
        """Learn that more was on the spool than its label said."""
        for entry in self:
            if entry.measured_g > entry.lot_id.net_weight_g:
                entry.lot_id.net_weight_g = entry.measured_g

    def _take_as_full(self):
        """Learn what the empty spool weighs from a full one on the scale."""
        self.ensure_one()
        full = self.lot_id.net_weight_g
        self.lot_id.tare_weight_g = self.stated - full
        self.measured_g = full

    # === TAKING BACK === #

    def action_undo(self):
        """Take these lines back: as if they had not been told.

        :return: the entries that took them back (print3d.spool.entry)
        :raise UserError: when that cannot be
        """
        undoings = self.browse()
        for entry in self:
            entry.lot_id.check_access("write")
            undoings |= entry.sudo()._undo().with_env(self.env)
        return undoings

    def _undo(self):
        self.ensure_one()
        if self.state in ("waiting", "conflict"):
            self.write({"state": "refused"})
            return self.browse()
        if not self._can_undo():
            raise UserError(
                self.env._(
                    "This line of %(spool)s cannot be taken back. Weigh the spool, or "
                    "count what is left, to put it right.",
                    spool=self.lot_id.name,
                )
            )
        return self._get_undo_methods()[self.kind]()

    def _can_undo(self):
        """Tell whether this line may be taken back, as far as it says itself."""
        self.ensure_one()
        if self.state in ("waiting", "conflict"):
            return True
        return (
            self.state == "posted"
            and not self.undone_by_id
            and self.kind in self._get_undo_methods()
            and (not self.res_id or self._is_undoable_for(self.res_model))
        )

    def _get_claimed_grams(self):
        """Return the grams that are left if only this entry counts."""
        self.ensure_one()
        if self.kind in STATEMENTS:
            return self.measured_g
        return max(0.0, self.expected_g - self.stated)

    def _is_undoable_for(self, model):
        """Hook: tell whether a line may be taken back that was done for a document.

        What a document posted itself is taken back there.
        """
        self.ensure_one()
        return bool(self.key or self.device_id) and model in self.env

    def _get_undo_methods(self):
        """Hook: return what takes back a line of each kind.

        :return: {kind: function without arguments that returns the new entry}
        """
        return {
            **dict.fromkeys((*STATEMENTS, *TAKING), self._undo_grams),
            **dict.fromkeys(("load", "unload", "move"), self._undo_place),
            "open": self._undo_open,
        }

    def _prepare_undo_vals(self, kind):
        return {
            "lot_id": self.lot_id.id,
            "company_id": self.company_id.id,
            "kind": kind,
            "state": "posted",
            "user_id": self.env.uid,
            "happened_on": fields.Datetime.now(),
            "reason": self.env._("Taken back: %(what)s", what=self._get_title()),
            "undoes_id": self.id,
        }

    def _undo_grams(self):
        """Put the books as if this entry had not been told."""
        lot, uom = self.lot_id, self.product_id.uom_id
        story = lot._get_spool_story()
        before = self._tell(story)
        after = self._tell([event for event in story if event[1] != self.id])
        undoing = self.create(self._prepare_undo_vals("correct"))
        self.write({"undone_by_id": undoing.id})
        left = lot._get_book_grams()
        change = uom.round(max(after - before, -left))
        undoing._as_author()._post_change(change)
        return undoing

    def _undo_place(self):
        """Move the spool back to where this entry took it from."""
        lot = self.lot_id
        line = self.move_line_ids[:1]
        if not line or lot._get_stock_quants().location_id != line.location_dest_id:
            raise UserError(
                self.env._(
                    "Spool %(spool)s is elsewhere by now, so that this cannot be taken "
                    "back. Move it to where it is.",
                    spool=lot.name,
                )
            )
        undoing = self.create(self._prepare_undo_vals("move"))
        self.write({"undone_by_id": undoing.id})
        lot._with_spool_entry(undoing)._move_to(line.location_id)
        return undoing

    def _undo_open(self):
        """Close the spool again."""
        undoing = self.create(self._prepare_undo_vals("correct"))
        self.write({"undone_by_id": undoing.id})
        self.lot_id.opened_on = False
        return undoing
