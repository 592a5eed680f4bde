from odoo import fields, models
from odoo.exceptions import UserError

from .print3d_run import RUNNING


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
        for spool in self._get_running_spools():
            number = spool.lot_id.id
            promised[number] = promised.get(number, 0.0) + spool.planned_g
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
