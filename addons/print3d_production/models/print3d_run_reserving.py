from odoo import fields, models
from odoo.exceptions import UserError

from ..scheduling import fill
from .print3d_run import ENDED, WAITING

NEAR_COLOUR = 5.0


class Print3dRunReserving(models.Model):
    """Filament kept for a run that waits, until it has ended."""

    _inherit = "print3d.run"

    reservation_ids = fields.One2many(
        "print3d.spool.reservation",
        "res_id",
        string="Spools Reserved",
        domain=[("res_model", "=", "print3d.run"), ("state", "=", "active")],
        readonly=True,
        groups="print3d_library.group_print3d_user",
    )

    # === ACTIONS === #

    def action_reserve_spools(self):
        """Keep the proposed spools for these runs."""
        for run in self:
            run._reserve_spools()
        return True

    def action_release_spools(self):
        """Let others have what these runs reserved."""
        self.check_access("write")
        self._release_spools()
        return True

    # === BUSINESS === #

    def _reserve_spools(self, mapping=None):
        """Reserve what each tool needs, instead of what was reserved before.

        :param dict mapping: {tool: spools (stock.lot) or ids}; by default the spools
            that come first for each tool, of its material and colour
        :return: the reservations (print3d.spool.reservation)
        :raise UserError: which filament is missing, or why it cannot be reserved
        """
        self.ensure_one()
        self.check_access("write")
        if self.state not in WAITING:
            raise UserError(
                self.env._(
                    "%(run)s does not wait any more, so that nothing is reserved for "
                    "it.",
                    run=self.name,
                )
            )
        self._release_spools()
        reservations = self.env["print3d.spool.reservation"]
        taken = {}
        for line in self._get_needs():
            for lot, grams in self._get_reservable(line, mapping, taken):
                reservations |= lot._print3d_reserve(
                    lot.product_id.uom_id.round(grams),
                    document=self,
                    wanted=line.product_id,
                    # Whoever names the spools has seen their colour.
                    accept_colour=bool(mapping),
                    tool=line.tool,
                )
        return reservations

    def _get_reservable(self, line, mapping, taken):
        """Return the spools to reserve for a tool, with their grams.

        :param line: the tool's need (print3d.plate.filament)
        :param dict mapping: see :meth:`_reserve_spools`
        :param dict taken: {spool: grams} of the tools before; is added to
        """
        self.ensure_one()
        if mapping:
            lots = self._browse_spools(mapping.get(line.tool))
            free = lots._get_free_grams(document=self)
            choices = [(lot, free[lot.id]) for lot in lots]
        else:
            choices = [
                (choice["lot"], choice["grams"])
                for choice in self._get_spool_choices(line, self.workcenter_id)
                if choice["distance"] <= NEAR_COLOUR
            ]
        found, missing = fill(
            line.grams, [(lot, grams) for lot, grams in choices if lot not in taken]
        )
        if missing:
            raise UserError(
                self.env._(
                    "Tool %(tool)s needs %(grams)s g of %(filament)s and %(missing)s g "
                    "of it are not free. Receive more, or release another reservation.",
                    tool=line.tool,
                    grams=f"{line.grams:.2f}",
                    filament=line.product_id.display_name or line.display_name,
                    missing=f"{missing:.2f}",
                )
            )
        taken.update(found)
        return found

    def _take_reserved(self):
        """Let the run plan the grams of its spools itself, now that it prints."""
        Reservation = self.env["print3d.spool.reservation"]
        for run in self:
            reserved = Reservation._find_for(run, ["active"])
            used = reserved.filtered(
                lambda item, run=run: item.lot_id in run.spool_ids.lot_id
            )
            used.write({"state": "taken"})
            (reserved - used).action_release()

    def _release_spools(self):
        """Let others have what is reserved for these runs."""
        if self.ids:
            self.env["print3d.spool.reservation"]._find_for(self).action_release()

    def _set_state(self, state, told=None, **vals):
        """Take what was reserved when a run starts, and release it at the end."""
        res = super()._set_state(state, told=told, **vals)
        if state == "printing":
            self._take_reserved()
        elif state in ENDED:
            self._release_spools()
        return res

    def unlink(self):
        """Release what was reserved for drafts."""
        self._release_spools()
        return super().unlink()
