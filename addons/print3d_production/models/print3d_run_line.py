from odoo import Command, api, fields, models


class Print3dRunLine(models.Model):
    """Pieces a run makes for one work order."""

    _name = "print3d.run.line"
    _description = "Pieces of a Run"
    _order = "run_id, id"
    _check_company_auto = True

    run_id = fields.Many2one(
        "print3d.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="run_id.company_id", store=True, index=True, precompute=True
    )
    workorder_id = fields.Many2one(
        "mrp.workorder",
        string="Work Order",
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    production_id = fields.Many2one(
        "mrp.production",
        string="Manufacturing Order",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    product_id = fields.Many2one(
        related="production_id.product_id", store=True, index=True
    )
    quantity = fields.Float(
        string="Planned", required=True, digits="Product Unit", default=1.0
    )
    good_qty = fields.Float(
        string="Good", digits="Product Unit", readonly=True, copy=False
    )
    bad_qty = fields.Float(
        string="Bad", digits="Product Unit", readonly=True, copy=False
    )
    bad_copies = fields.Json(
        string="Which Are Bad",
        readonly=True,
        copy=False,
        help="Numbers of the bad copies, counted on the plate from 1.",
    )
    bad_copies_text = fields.Char(
        string="Bad Copies", compute="_compute_bad_copies_text"
    )
    state = fields.Selection(related="run_id.state")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A run makes at least one piece for an order."
    )

    @api.depends("bad_copies")
    def _compute_bad_copies_text(self):
        for line in self:
            line.bad_copies_text = ", ".join(map(str, line.bad_copies or ()))

    def _get_waived_pieces(self):
        """Hook: return the pieces nobody prints again, with those that are good.

        :rtype: float
        """
        self.ensure_one()
        return self.quantity

    def _prepare_reprint_vals(self):
        """Hook: return the values of the line that makes these pieces again."""
        self.ensure_one()
        return {
            "workorder_id": self.workorder_id.id,
            "production_id": self.production_id.id,
            "quantity": self.quantity,
        }

    def _reduce_planned(self, spool, share):
        """Take what was planned from a spool off the order's open demand.

        :param spool: the spool (print3d.run.spool)
        :param float share: this line's share of the plate
        :return: {planned move (stock.move): grams less}
        :rtype: dict
        """
        self.ensure_one()
        wanted = spool.plate_filament_id.product_id
        left = spool.product_id.uom_id.round(spool.planned_g * share)
        moves = self.production_id.move_raw_ids.filtered(
            lambda move: move.product_id == wanted
            and move.workorder_id == self.workorder_id
            and move.state not in ("done", "cancel")
            and not move.run_id
        )
        changed = {}
        for move in moves:
            part = min(left, move.product_uom_qty)
            if part > 0:
                # Nothing is bought or made because of a demand that shrinks.
                move.with_context(
                    no_procurement=True
                ).product_uom_qty = move.product_uom.round(move.product_uom_qty - part)
                left -= part
                changed[move] = part
        return changed

    def _prepare_consumption_vals(self, spool, grams, place):
        """Hook: return the values of the stock move that takes grams for this order.

        :param spool: the spool (print3d.run.spool)
        :param float grams: how much
        :param place: where the spool is (stock.location)
        :rtype: dict
        """
        self.ensure_one()
        production, product = self.production_id, spool.product_id
        planned = production.move_raw_ids.filtered(
            lambda move: move.product_id == product
            and move.workorder_id == self.workorder_id
            and not move.run_id
        )[:1]
        common = {
            "product_id": product.id,
            "location_id": place.id,
            "location_dest_id": production.production_location_id.id,
        }
        return {
            **common,
            "run_id": self.run_id.id,
            "company_id": self.company_id.id,
            "raw_material_production_id": production.id,
            "workorder_id": self.workorder_id.id,
            "operation_id": self.workorder_id.operation_id.id,
            "bom_line_id": planned.bom_line_id.id,
            "picking_type_id": production.picking_type_id.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": grams,
            "procure_method": "make_to_stock",
            # Core leaves alone what was consumed by hand, and does not split into a
            # backorder what was added later.
            "manual_consumption": True,
            "additional": True,
            "picked": True,
            "move_line_ids": [
                Command.create(
                    {
                        **common,
                        "lot_id": spool.lot_id.id,
                        "quantity": grams,
                        "product_uom_id": product.uom_id.id,
                        "picked": True,
                    }
                )
            ],
        }

    def _prepare_scrap_vals(self, spool, grams, place, cause=None):
        """Hook: return the values of the scrap of a failed print for this order.

        :param spool: the spool (print3d.run.spool)
        :param float grams: how much
        :param place: where the spool is (stock.location)
        :param cause: why it failed (print3d.failure.cause)
        :rtype: dict
        """
        self.ensure_one()
        return {
            "run_id": self.run_id.id,
            "company_id": self.company_id.id,
            "product_id": spool.product_id.id,
            "product_uom_id": spool.product_id.uom_id.id,
            "lot_id": spool.lot_id.id,
            "location_id": place.id,
            "scrap_qty": grams,
            "production_id": self.production_id.id,
            "workorder_id": self.workorder_id.id,
            "origin": self.run_id.name,
            "scrap_reason_tag_ids": [
                Command.link(tag.id)
                for tag in cause and cause._get_scrap_reason() or ()
            ],
        }
