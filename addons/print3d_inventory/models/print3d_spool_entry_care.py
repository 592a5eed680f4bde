from odoo import api, fields, models
from odoo.exceptions import UserError

from .print3d_spool_entry import STATEMENTS

# What the moisture log keeps.
LOGGED = ("dry", "humidity", "desiccant")


class Print3dSpoolEntryCare(models.Model):
    """Lines about drying, quarantine and merging: their words, and taking them back."""

    _inherit = "print3d.spool.entry"

    drying_ids = fields.One2many(
        "print3d.spool.drying", "entry_id", string="Moisture Log", readonly=True
    )

    @api.model
    def _get_statements(self):
        """Return the kinds of lines that say how much is left."""
        return STATEMENTS

    @api.depends("drying_ids")
    def _compute_stated_text(self):
        logged = self.filtered(lambda entry: entry.kind in LOGGED)
        for entry in logged:
            entry.stated_text = ", ".join(
                filter(None, (line._get_text() for line in entry.drying_ids))
            )
        others = super(Print3dSpoolEntryCare, self - logged)
        return others._compute_stated_text()

    # === TAKING BACK === #

    def _get_undo_methods(self):
        """Add what is told of moisture, quarantine and merging."""
        return {
            **super()._get_undo_methods(),
            **dict.fromkeys(LOGGED, self._undo_log),
            **dict.fromkeys(("quarantine", "release"), self._undo_quarantine),
            **dict.fromkeys(("merge_in", "merge_out"), self._undo_merge),
        }

    def _is_undoable_for(self, model):
        """A merge names the other spool as its document."""
        if self.kind in ("merge_in", "merge_out"):
            return True
        return super()._is_undoable_for(model)

    def _undo_log(self):
        """Let the log be as if this had not been told."""
        undoing = self.create(self._prepare_undo_vals("correct"))
        self.write({"undone_by_id": undoing.id})
        # Whoever was spared a reminder gets it.
        self.lot_id.drying_reminded_for = False
        return undoing

    def _undo_quarantine(self):
        """Put the spool aside again, or back into use."""
        lot = self.lot_id
        last = self.search(
            [
                ("lot_id", "=", lot.id),
                ("kind", "in", ("quarantine", "release")),
                ("undone_by_id", "=", False),
            ],
            order="id desc",
            limit=1,
        )
        if last != self:
            raise UserError(
                self.env._(
                    "Something else was decided about spool %(spool)s since. Put it "
                    "into quarantine or release it, as it should be now.",
                    spool=lot.name,
                )
            )
        undoing = self.create(self._prepare_undo_vals("correct"))
        self.write({"undone_by_id": undoing.id})
        if self.kind == "quarantine":
            lot._set_quarantine(False)
        else:
            before = self.search(
                [
                    ("lot_id", "=", lot.id),
                    ("kind", "=", "quarantine"),
                    ("undone_by_id", "=", False),
                ],
                order="id desc",
                limit=1,
            )
            lot._set_quarantine(before.reason or self.env._("Not released after all"))
        return undoing

    # === MERGING === #

    def _prepare_move_vals(self, grams, source, dest):
        """Let grams bring along what they were worth where they came from."""
        vals = super()._prepare_move_vals(grams, source, dest)
        carried = self.env.context.get("print3d_spool_value_from")
        if carried:
            vals["spool_value_entry_id"] = carried
        return vals

    def _undo_merge(self):
        """Put the grams back, with what they are worth."""
        came = self
        if self.kind == "merge_out":
            came = self.search([("pair_id", "=", self.id)], limit=1)
        went = came.pair_id
        source, target = went.lot_id, came.lot_id
        (source | target)._check_idle()
        uom = target.product_id.uom_id
        taken, given = -came._get_undo_change(), went._get_undo_change()
        left = target._get_book_grams()
        if not came._is_restated() and uom.compare(came.grams, left) > 0:
            raise UserError(
                self.env._(
                    "%(grams)s g came from spool %(spool)s, but only %(left)s g are "
                    "left on %(target)s. Weigh both spools instead.",
                    grams=f"{came.grams:g}",
                    spool=source.name,
                    left=f"{left:g}",
                    target=target.name,
                )
            )
        back = came._undo_grams()
        # A weighing since then outranks the merge: then what comes back is not what
        # goes, and is worth what its own spool says.
        if uom.compare(taken, 0) > 0 and not uom.compare(taken, given):
            went = went.with_context(print3d_spool_value_from=back.id)
        return back | went._undo_grams().with_env(self.env)

    def _is_restated(self):
        """Tell whether the spool was weighed or counted since."""
        self.ensure_one()
        mine = (self.happened_on, self.id)
        return any(
            said is not None and (when, number) > mine
            for when, number, said, _change in self.lot_id._get_spool_story()
        )

    def _get_undo_change(self):
        """Return by how much taking this back changes what is left of its spool."""
        self.ensure_one()
        story = self.lot_id._get_spool_story()
        after = self._tell([event for event in story if event[1] != self.id])
        return self.product_id.uom_id.round(after - self._tell(story))
