from odoo import fields, models
from odoo.exceptions import UserError

from .print3d_run import RUNNING

OVER_PERCENT = 99


class StockLot(models.Model):
    _inherit = "stock.lot"

    run_spool_ids = fields.One2many(
        "print3d.run.spool",
        "lot_id",
        string="Prints",
        groups="print3d_library.group_print3d_user",
    )

    def _get_stock_place(self):
        """Return the place (stock.location) where this spool is."""
        self.ensure_one()
        quants = self._get_stock_quants()
        return quants.sorted("quantity", reverse=True)[:1].location_id

    def _get_running_spools(self):
        """Return where these spools are being printed with (print3d.run.spool)."""
        return (
            self.env["print3d.run.spool"]
            .sudo()
            .search([("lot_id", "in", self.ids), ("run_id.state", "in", RUNNING)])
        )

    def _get_promised_grams(self):
        """Add what the prints now running will take."""
        promised = super()._get_promised_grams()
        runs = self._get_running_spools().run_id
        for spools in runs._get_grams_to_take().values():
            for number in spools.keys() & set(self.ids):
                promised[number] = promised.get(number, 0.0) + spools[number]
        return promised

    def _get_spool_users(self):
        """Add the prints that run with this spool."""
        users = super()._get_spool_users()
        users += [run for run in self._get_running_spools().run_id if run not in users]
        return users

    def _check_idle(self):
        """Refuse what cannot be done while a printer pulls at the filament."""
        result = super()._check_idle()
        for spool in self._get_running_spools()[:1]:
            raise UserError(
                self.env._(
                    "%(printer)s is printing %(run)s with spool %(spool)s. Wait for "
                    "its end.",
                    printer=spool.run_id.workcenter_id.display_name,
                    run=spool.run_id.name,
                    spool=spool.lot_id.name,
                )
            )
        return result

    # === SWAPS DURING A PRINT === #

    def action_load(self, location):
        """Have a print that lost its spool in this slot go on with this one."""
        self.ensure_one()
        slot = self.env["stock.location"].browse(
            location if isinstance(location, int) else location.id
        )
        losing = self._get_spools_to_follow(slot)
        for spool in losing:
            spool._check_follower(self)
        result = super().action_load(location)
        for spool in losing:
            spool._go_on_with(self, slot)
        return result

    def _get_spools_to_follow(self, slot):
        """Return what fed a running print from a slot last (print3d.run.spool).

        That is the last spool of its tool, and it is in the slot no more.
        """
        self.ensure_one()
        lines = (
            self.env["print3d.run.spool"]
            .sudo()
            .search([("location_id", "=", slot.id), ("run_id.state", "in", RUNNING)])
        )
        last = lines.browse(
            group.sorted("id")[-1:].id
            for group in lines.run_id.spool_ids.grouped(
                lambda line: (line.run_id.id, line.tool)
            ).values()
        )
        return (last & lines).filtered(
            lambda line: line.lot_id != self
            and line.lot_id._get_stock_place() != slot
            # Over by its time: what is loaded now is for the next print.
            and line.run_id.progress_shown < OVER_PERCENT
            and self not in line.run_id.spool_ids.lot_id
        )

    def _get_gauge(self):
        """Return what a gauge shows of this spool.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "filament": self.product_id.display_name,
            "material": self.material_id.code or self.material_id.name or "",
            "colours": self.product_id._get_colours(),
            "grams": round(self.remaining_g, 2),
            "percent": round(self.remaining_percent, 1),
        }
