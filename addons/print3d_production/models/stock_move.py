from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    run_id = fields.Many2one(
        "print3d.run",
        string="Print Run",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
        help="The run that used this filament.",
    )

    undone_run_id = fields.Many2one(
        "print3d.run",
        string="End Taken Back",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
        help="The run that used this filament, until its end was taken back.",
    )

    def _get_spool_document(self):
        """Name the print, or else the order, in the ledgers of the spools."""
        return (
            self.run_id
            or self.raw_material_production_id
            or self.production_id
            or super()._get_spool_document()
        )
