from odoo import models

# Requests that no longer bring anything.
ENDED_REQUESTS = ("done", "rejected", "stocked", "received")
# Requests of which nothing can be said yet.
UNDECIDED = ("draft", "to_approve", "approved", "on_hold")
MAX_LOOKED_AT = 50


class IrActionsServerFacts(models.Model):
    """What a record is about, for rules of the shop: products, grams, prices."""

    _inherit = "ir.actions.server"

    # === WHAT A RECORD IS ABOUT === #

    def _get_print3d_targets(self, eval_context):
        """Return the records that the action is for."""
        self.ensure_one()
        eval_context = eval_context or {}
        model = self.env[self.sudo().model_name]
        records = eval_context.get("records") or eval_context.get("record") or model
        return model.browse(records.ids).sudo()

    def _get_print3d_company(self, record):
        """Return the company that something is done for."""
        company = "company_id" in record._fields and record.sudo().company_id
        return company or self.env.company

    def _get_print3d_products(self, record):
        """Hook: return the products (product.product) that a record is about."""
        self.ensure_one()
        if self.print3d_product_mode == "fixed":
            return self.print3d_product_id
        if record._name == "product.product":
            return record
        products = self.env["product.product"]
        for name in ("product_id", "lot_id", "line_ids", "order_line"):
            field = record._fields.get(name)
            if field is None or not field.relational:
                continue
            value = record.sudo()[name]
            if field.comodel_name == "product.product":
                products |= value
            elif "product_id" in value._fields:
                products |= value.product_id
            if products:
                break
        return products

    def _get_print3d_needs(self, record):
        """Hook: return what filament a record waits for.

        :rtype: list[dict]
        :return: ``product`` (product.product), ``products`` (those that will do,
            the best first, when there are others), ``grams`` (float), ``document``
            (what it is reserved for) and ``values`` of the reservation, such as
            ``tool``; less what is reserved for it already
        """
        return []

    def _filter_print3d_needs(self, needs):
        """Return those of the needs that the action is for: one material, or much."""
        self.ensure_one()
        if self.print3d_material_id:
            needs = [
                need
                for need in needs
                if need["product"].material_id == self.print3d_material_id
            ]
        if sum(need["grams"] for need in needs) < self.print3d_min_g:
            return []
        return needs

    def _fill_print3d_needs(self, needs):
        """Tell which spools would do for what is needed, opened ones first.

        :param list needs: of :meth:`_get_print3d_needs`
        :return: the needs, each with ``found`` {spool: grams} and ``missing`` (grams)
        :rtype: list[dict]
        """
        products = self.env["product.product"].union(
            *(need.get("products", need["product"]) for need in needs)
        )
        lots = self.env["stock.lot"].search(
            [
                ("product_id", "in", products.ids),
                ("is_spool", "=", True),
                ("spool_status", "in", ("sealed", "stored", "loaded", "reserved")),
            ],
            order="opened_on, id",
        )
        free = lots._get_free_grams()
        filled = []
        for need in needs:
            left, found = need["grams"], {}
            wanted = need.get("products", need["product"])
            by_product = lots.grouped("product_id")
            # Concatenated: the order is that of the products, then of the spools.
            for lot in lots.browse().concat(
                *(by_product.get(product, lots.browse()) for product in wanted)
            ):
                if left <= 0 or free[lot.id] <= 0:
                    continue
                take = min(left, free[lot.id])
                found[lot] = take
                free[lot.id] -= take
                left -= take
            filled.append({**need, "found": found, "missing": max(0.0, round(left, 2))})
        return filled

    def _link_print3d_request(self, request, record, product):
        """Hook: say on a request what waits for it."""

    # === FIGURES === #

    def _get_print3d_pack(self, product, company):
        """Return the content of the vendor's pack, in the unit of the product."""
        seller = product.with_company(company)._select_seller(quantity=None)
        if seller.product_uom_id:
            pack = seller.product_uom_id._compute_quantity(1, product.uom_id)
            return pack or 1.0
        if product.is_filament:
            return product.net_weight_g or 1000.0
        return 1.0

    def _get_print3d_quantity(self, product, company, record):
        """Hook: return how much is requested, in the unit of the product.

        :param product: product.product
        :param company: for whom (res.company)
        :param record: what the rule is about
        :rtype: float
        """
        self.ensure_one()
        if self.print3d_qty_mode == "packs":
            return self.print3d_qty * self._get_print3d_pack(product, company)
        if self.print3d_qty_mode == "policy":
            points = self.env["stock.warehouse.orderpoint"].search(
                [("product_id", "=", product.id), ("company_id", "=", company.id)]
            )
            pack = self._get_print3d_pack(product, company)
            if points:
                # In whole packs, as it will be bought: so is it approved.
                return -(-sum(points.mapped("qty_to_order")) // pack) * pack
            return pack
        return self.print3d_qty

    def _get_print3d_cost(self, product, quantity, company):
        """Return what that much costs: the vendor's price, or else the product's."""
        product = product.with_company(company)
        seller = product._select_seller(quantity=None)
        if not seller:
            return product.standard_price * quantity
        # The discounted price is for one unit of the product, not of the vendor.
        return seller.currency_id._convert(
            seller.price_discounted * quantity, company.currency_id, company
        )

    def _get_print3d_coming(self, product, company):
        """Return the name of what brings the product already, or nothing.

        A request or order of which nothing more is to come brings nothing, whether all
        of it came or not.
        """
        lines = (
            self.env["purchase.request.line"]
            .sudo()
            .search(
                [
                    ("product_id", "=", product.id),
                    ("company_id", "=", company.id),
                    ("cancelled", "=", False),
                    ("request_state", "not in", ENDED_REQUESTS),
                ],
                limit=MAX_LOOKED_AT,
            )
        )
        for line in lines:
            if line.request_state in UNDECIDED or line.qty_coming or line.qty_asked:
                return line.request_id.display_name
        bought = (
            self.env["purchase.order.line"]
            .sudo()
            .search(
                [
                    ("product_id", "=", product.id),
                    ("company_id", "=", company.id),
                    "|",
                    ("order_id.state", "in", ("draft", "sent", "to approve")),
                    ("move_ids.state", "not in", ("done", "cancel")),
                ],
                limit=1,
            )
        )
        return bought.order_id.display_name
