from odoo import api, fields, models


class Print3dRunSpool(models.Model):
    """A spool that feeds a tool of a run; several in a row when one is not enough."""

    _name = "print3d.run.spool"
    _description = "Spool of a Run"
    _order = "run_id, tool, id"
    _check_company_auto = True

    run_id = fields.Many2one(
        "print3d.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="run_id.company_id", store=True, index=True, precompute=True
    )
    tool = fields.Integer(default=1, required=True)
    plate_filament_id = fields.Many2one(
        "print3d.plate.filament",
        string="What the Plate Wants",
        index=True,
        ondelete="restrict",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Spool",
        required=True,
        index=True,
        check_company=True,
        domain="[('is_spool', '=', True)]",
        ondelete="restrict",
    )
    product_id = fields.Many2one(
        related="lot_id.product_id", store=True, index=True, string="Filament"
    )
    location_id = fields.Many2one(
        "stock.location",
        string="Slot",
        index="btree_not_null",
        check_company=True,
        help="Where the spool was when the run started.",
    )
    planned_g = fields.Float(string="Planned (g)", digits="Product Unit")
    used_g = fields.Float(
        string="Used (g)",
        digits="Product Unit",
        compute="_compute_used_g",
        help="Taken and scrapped by this run.",
    )
    spool_chip = fields.Json(related="lot_id.spool_chip")

    @api.depends("run_id.move_ids.state", "run_id.move_ids.quantity")
    def _compute_used_g(self):
        used = {
            (run, lot): grams
            for run, lot, grams in self.env["stock.move.line"]
            .sudo()
            ._read_group(
                [("move_id.run_id", "in", self.run_id.ids), ("state", "=", "done")],
                ["run_id", "lot_id"],
                ["quantity_product_uom:sum"],
            )
        }
        for spool in self:
            spool.used_g = used.get((spool.run_id._origin, spool.lot_id._origin), 0.0)

    def _ensure_stock(self, grams):
        """Make sure the books have the grams a print took from this spool.

        A spool can hold more than its count says. What a print really took is then
        first found on it by an inventory count, so that no spool ever goes below zero
        and the surplus can be seen.

        :param float grams: what was taken
        :return: where the spool is (stock.location)
        """
        self.ensure_one()
        lot = self.lot_id
        place = lot._get_stock_place() or self.location_id
        uom = self.product_id.uom_id
        quants = (
            self.env["stock.quant"]
            .sudo()
            ._gather(self.product_id, place, lot_id=lot, strict=True)
        )
        left = sum(quants.mapped("quantity"))
        lacking = uom.round(grams - left)
        if uom.compare(lacking, 0) > 0:
            quant = quants[:1] or self.env["stock.quant"].sudo().create(
                {
                    "product_id": self.product_id.id,
                    "location_id": place.id,
                    "lot_id": lot.id,
                }
            )
            quant.inventory_quantity = uom.round(quant.quantity + lacking)
            # Nobody counted: it does not outrank what others tell late.
            quant.with_context(
                inventory_name=self.env._("More than counted"),
                print3d_spool_kind="correct",
            ).action_apply_inventory()
            note = self.env._(
                "%(run)s took %(grams)s g from spool %(spool)s, which was thought to "
                "hold %(left)s g. Its count was raised by %(lacking)s g.",
                run=self.run_id.name,
                grams=f"{grams:.2f}",
                spool=lot.name,
                left=f"{left:.2f}",
                lacking=f"{lacking:.2f}",
            )
            self.run_id.message_post(body=note)
            lot.message_post(body=note)
        return place
