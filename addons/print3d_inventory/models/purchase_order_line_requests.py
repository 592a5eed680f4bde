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

        Each request line has the quantity that was put on the order for it, those
        who need it first before the others. What an order brings beyond that (whole
        packs, or somebody raised it) covers what is still wanted of them.

        :return: ``{order line: {request line: {"asked", "coming", "received",
            "stocked"}}}`` in the unit of the product
        """
        shares = {}
        # Read for all of them at once.
        notes = self.purchase_request_allocation_ids
        notes |= self.move_ids.purchase_request_allocation_ids
        notes.fetch(["purchase_request_line_id", "requested_product_uom_qty"])
        for line in self:
            pools = line._get_request_pools()
            ties = line._get_request_ties()
            shares[line] = {
                wanted: line._take_share(pools, size) for wanted, size in ties.items()
            }
            for wanted, share in shares[line].items():
                missing = wanted._get_quantity() - ties[wanted]
                more = line._take_share(pools, max(missing, 0.0))
                for name, quantity in more.items():
                    share[name] += quantity
        return shares

    def _get_request_ties(self):
        """Return how much of this line was ordered for which request line.

        :return: a dict in the order in which they are served
        """
        self.ensure_one()
        ties = {}
        # The module below splits what it noted over the moves of receipts.
        notes = self.purchase_request_allocation_ids
        notes |= self.move_ids.purchase_request_allocation_ids
        for note in notes:
            wanted = note.purchase_request_line_id
            unit = wanted.product_uom_id or wanted._get_uom()
            quantity = unit._compute_quantity(
                note.requested_product_uom_qty, wanted._get_uom()
            )
            ties[wanted] = ties.get(wanted, 0.0) + quantity
        lines = self.purchase_request_lines.sorted(
            lambda each: (each.date_required or fields.Date.today(), each.id)
        )
        return {
            wanted: min(ties[wanted], wanted._get_quantity())
            if wanted in ties
            else wanted._get_quantity()
            for wanted in lines
        }

    @api.model
    def _take_share(self, pools, size):
        """Take one request's part of what an order line brings.

        :param dict pools: what is left of it, changed here
        :param float size: how much is for this request
        """
        taken = {}
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
        if self.order_id.state not in ("purchase", "cancel"):
            pools["asked"] = ordered
            return pools
        is_on = self.order_id.state == "purchase"
        if self.qty_received_method == "stock_moves":
            pools.update(self._get_net_received())
            if is_on and not self.move_ids:
                # Confirmed a moment ago: the receipt is about to be made.
                pools["coming"] = ordered
            return pools
        done = self.product_uom_id._compute_quantity(
            self.qty_received, self.product_id.uom_id
        )
        pools["received"] = pools["stocked"] = done
        pools["coming"] = max(ordered - done, 0.0) if is_on else 0.0
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
                    stocked += quantity * move._get_put_away_share()
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
            "stocked": min(stocked, received),
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
