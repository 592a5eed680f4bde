from odoo import api, fields, models

# A spool that has so much less or more on it than a usual one is still a spool.
SPOOL_TOLERANCE = 0.3


class PurchaseOrderLine(models.Model):
    """What orders say of the requests they serve."""

    _inherit = "purchase.order.line"

    print3d_discrepancy_ids = fields.One2many(
        "print3d.receipt.discrepancy", "purchase_line_id", string="Discrepancies"
    )

    def _get_served_requests(self):
        """Return the requests these lines serve."""
        return self.sudo().purchase_request_lines.request_id

    def write(self, vals):
        """Tell requests when an order brings more or less, or later."""
        res = super().write(vals)
        if {"product_qty", "date_planned", "qty_received_manual"} & vals.keys():
            self._get_served_requests()._sync_with_orders()
        return res

    def unlink(self):
        """Tell requests that something is not ordered any more."""
        requests = self._get_served_requests()
        res = super().unlink()
        requests._sync_with_orders()
        return res

    def _share_among_requests(self):
        """Return what of each of these lines is for which request line.

        Those who need it first are served first; the module below ties a quantity to
        each, and what an order brings beyond them is for the stock.

        :return: ``{order line: {request line: {"asked", "coming", "received",
            "stocked"}}}`` in the unit of the product
        """
        ties = {}
        for tie in self.purchase_request_allocation_ids:
            key = (tie.purchase_line_id, tie.purchase_request_line_id)
            ties[key] = ties.get(key, 0.0) + tie.requested_product_uom_qty
        shares = {}
        for line in self:
            pools = line._get_request_pools()
            shares[line] = {}
            for wanted in line.purchase_request_lines.sorted(
                lambda each: (each.date_required or fields.Date.today(), each.id)
            ):
                size = wanted._get_quantity()
                tied = ties.get((line, wanted))
                if tied:
                    unit = wanted.product_uom_id or wanted._get_uom()
                    size = min(size, unit._compute_quantity(tied, wanted._get_uom()))
                shares[line][wanted] = line._take_share(pools, size)
        return shares

    @api.model
    def _take_share(self, pools, size):
        """Take one request's part of what an order line brings.

        :param dict pools: what is left of it, changed here
        :param float size: how much is for this request
        """
        taken = {"stocked": 0.0}
        for name in ("received", "coming", "asked"):
            taken[name] = min(pools[name], size)
            pools[name] -= taken[name]
            size -= taken[name]
        taken["stocked"] = min(pools["stocked"], taken["received"])
        pools["stocked"] -= taken["stocked"]
        return taken

    def _get_request_pools(self):
        """Return what this line brings in all, in the unit of the product.

        :return: ``asked`` on an RFQ, ``coming`` to us, ``received``, ``stocked``
        """
        self.ensure_one()
        pools = dict.fromkeys(("asked", "coming", "received", "stocked"), 0.0)
        ordered = self.product_uom_id._compute_quantity(
            self.product_qty, self.product_id.uom_id
        )
        if self.order_id.state == "cancel":
            pools["received"] = self._get_net_received()["received"]
        elif self.order_id.state != "purchase":
            pools["asked"] = ordered
            return pools
        if self.qty_received_method != "stock_moves":
            done = self.product_uom_id._compute_quantity(
                self.qty_received, self.product_id.uom_id
            )
            pools["received"] = pools["stocked"] = done
            if self.order_id.state == "purchase":
                pools["coming"] = max(ordered - done, 0.0)
            return pools
        pools.update(self._get_net_received())
        return pools

    def _get_net_received(self):
        """Return what came and stayed, and what is to come, of goods.

        What went back is not here any more, whether the vendor replaces it or not; what
        was found broken is not what was asked for.
        """
        self.ensure_one()
        received = stocked = coming = 0.0
        for move in self.move_ids.filtered(
            lambda move: move.product_id == self.product_id
        ):
            back = move._is_purchase_return()
            if move.state == "done":
                quantity = self._count_as_ordered(move)
                received += -quantity if back else quantity
                if not back:
                    stocked += quantity if move._is_put_away() else 0.0
            elif move.state not in ("cancel", "draft") and not back:
                coming += move.product_qty
        broken = sum(
            self.sudo()
            .print3d_discrepancy_ids.filtered(lambda each: each._is_lost_here())
            .mapped("quantity")
        )
        received = max(received - broken, 0.0)
        return {
            "received": received,
            "stocked": min(max(stocked - broken, 0.0), received),
            "coming": coming,
        }

    @api.model
    def _count_as_ordered(self, move):
        """Return what a done move brought, with each spool counted as a whole one.

        A spool of 985 g is the spool of 1,000 g that was asked for.
        """
        product = move.product_id
        size = product.is_filament and move._get_spool_size()
        if not size:
            return move.product_uom._compute_quantity(
                move.quantity, product.uom_id, rounding_method="HALF-UP"
            )
        total = 0.0
        for line in move.move_line_ids:
            grams = line.quantity_product_uom
            spools = round(grams / size)
            near = abs(grams - spools * size) <= SPOOL_TOLERANCE * size
            total += spools * size if spools and near else grams
        return total

    def _get_spare_quantity(self):
        """Return what an RFQ line orders beyond its requests, in product units."""
        self.ensure_one()
        [shares] = self.sudo()._share_among_requests().values()
        ordered = self.product_uom_id._compute_quantity(
            self.product_qty, self.product_id.uom_id
        )
        return ordered - sum(share["asked"] for share in shares.values())

    def _get_print3d_value(self, quantity):
        """Return what a quantity, in units of the product, costs on this order.

        In the currency of the company, without tax; 0 without an order.
        """
        if not self:
            return 0.0
        self.ensure_one()
        ordered = self.product_uom_id._compute_quantity(
            self.product_qty, self.product_id.uom_id
        )
        if not ordered:
            return 0.0
        company = self.company_id
        return self.currency_id._convert(
            self.price_subtotal * quantity / ordered,
            company.currency_id,
            company,
            (self.order_id.date_order or fields.Datetime.now()).date(),
        )
