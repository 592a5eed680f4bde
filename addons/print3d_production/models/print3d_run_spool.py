from odoo import api, fields, models
from odoo.exceptions import UserError


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
    told_g = fields.Float(
        string="Told (g)",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What it gave as told at the end: used and put back together.",
    )
    recovered_g = fields.Float(
        string="Put Back (g)",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Of that, what went back on the spool.",
    )
    purge_g = fields.Float(
        string="Purged (g)",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Of that, what was purged beside the print and its file does not know.",
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

    def _check_follower(self, lot):
        """Refuse to go on with a spool of another material.

        :param lot: the spool that is loaded in place of this one (stock.lot)
        """
        self.ensure_one()
        wanted = self.plate_filament_id.product_id.material_id
        if wanted and lot.material_id != wanted:
            raise UserError(
                self.env._(
                    "%(printer)s is printing %(run)s with %(wanted)s from this slot, "
                    "and spool %(spool)s is %(found)s. Load a spool of %(wanted)s.",
                    printer=self.run_id.workcenter_id.display_name,
                    run=self.run_id.name,
                    wanted=wanted.name,
                    spool=lot.name,
                    found=lot.material_id.name,
                )
            )

    def _go_on_with(self, lot, slot):
        """Note that the print was given another spool on its way.

        What was planned of this spool is shared by how far the print is. What each
        gave is asked for, or weighed, at the end.

        :param lot: the spool that was loaded in place of this one (stock.lot)
        :param slot: where (stock.location)
        """
        self.ensure_one()
        run = self.run_id
        # An end that goes on at the same moment has to see this spool.
        run._lock(touch=True)
        lines = run.spool_ids.filtered(lambda line: line.tool == self.tool)
        before = sum((lines - self).mapped("planned_g"))
        gone = (before + self.planned_g) * run.progress_shown / 100 - before
        given = self.product_id.uom_id.round(min(max(gone, 0.0), self.planned_g))
        self.copy(
            {
                "lot_id": lot.id,
                "location_id": slot.id,
                "planned_g": self.planned_g - given,
            }
        )
        self.planned_g = given
        note = self.env._(
            "Tool %(tool)s went on with spool %(new)s instead of %(old)s, at "
            "%(percent)s %%.",
            tool=self.tool,
            new=lot.name,
            old=self.lot_id.name,
            percent=round(run.progress_shown),
        )
        run.message_post(body=note)
        run._keep_events(
            "swapped",
            note=note,
            figures={"tool": self.tool, "old": self.lot_id.name, "new": lot.name},
        )

    def _ensure_stock(self, grams, is_weighed=False):
        """Make sure the books have the grams a print took from this spool.

        A spool can hold more than its count says. What a print really took is then
        first found on it by an inventory count, so that no spool ever goes below zero
        and the surplus can be seen.

        :param float grams: what was taken
        :param bool is_weighed: a weighing since then says what was left, so that
            nobody has to be told of a surplus
        :return: where the spool is (stock.location), and the grams that were found
        :rtype: tuple
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
            if is_weighed:
                return place, lacking
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
        return place, max(0.0, lacking)
