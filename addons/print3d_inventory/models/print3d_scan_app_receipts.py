from odoo import api, models
from odoo.fields import Domain

from .stock_picking_receiving import OPEN

# Spools that a card of a receipt lists as received, the newest first.
MOST_RECEIVED = 50


class Print3dScanAppReceipts(models.AbstractModel):
    """What is ordered, and what of it came."""

    _inherit = "print3d.scan.app"

    @api.model
    def _get_purchases(self):
        """Return the orders of which spools are still to come, the soonest first."""
        if not self.env["stock.picking"].has_access("write"):
            return []
        pickings = self.env["stock.picking"].search(
            [
                ("picking_type_code", "=", "incoming"),
                ("state", "in", OPEN),
                ("move_ids", "any", [("product_id.is_filament", "=", True)]),
            ],
            order="scheduled_date, id",
            limit=100,
        )
        found = {}
        for picking in pickings:
            # Operators receive what they may not buy.
            order = picking.sudo().purchase_id
            key = ("purchase", order.id) if order else ("receipt", picking.id)
            brief = found.setdefault(
                key,
                {
                    "type": key[0],
                    "id": order.id or None,
                    "picking_ids": [],
                    "title": order.name or picking.name,
                    "vendor": (order.partner_id or picking.partner_id).sudo().name
                    or "",
                    "expected_on": self._to_iso(picking.scheduled_date),
                    "open": 0,
                },
            )
            brief["picking_ids"].append(picking.id)
            brief["open"] += self._count_pending(picking)
        return list(found.values())

    @api.model
    def _count_pending(self, pickings, product=None):
        """Return how many spools are still to come."""
        moves = pickings._get_pending_spool_moves(product)
        return len(moves.move_line_ids.filtered(lambda line: line.quantity > 0))

    @api.model
    def _find_receipts(self, kind, record_id):
        """Return the transfers of an order, or one transfer, that this user may see.

        :param str kind: ``purchase`` or ``receipt``
        :return: (purchase.order with all rights, or empty; stock.picking)
        """
        if kind == "purchase":
            order_sudo = (
                self.env["print3d.scan.app"]
                .sudo()
                ._find_record(
                    "purchase.order",
                    record_id,
                    Domain("company_id", "in", self.env.companies.ids),
                )
            )
            pickings = order_sudo.picking_ids.with_env(self.env)
            return order_sudo, pickings._filtered_access("read")
        picking = self._find_record(
            "stock.picking", record_id, Domain("picking_type_code", "=", "incoming")
        )
        return picking.sudo().purchase_id, picking

    @api.model
    def _find_purchase_card(self, kind, record_id):
        """Return what was ordered and what of it came, or None."""
        if not self.env["stock.picking"].has_access("read"):
            return None
        order_sudo, pickings = self._find_receipts(kind, record_id)
        if not pickings:
            return None
        moves = pickings.move_ids.filtered(lambda move: move.state != "cancel")
        coming = moves.filtered(lambda move: not move._is_purchase_return())
        lots = (
            coming.filtered(lambda move: move.state == "done")
            .move_line_ids.lot_id.filtered("is_spool")
            .sorted("id", reverse=True)
        )
        is_open = bool(pickings._get_pending_spool_moves())
        receipts = pickings._get_open_receipts()
        title = order_sudo.name or pickings[:1].name
        return {
            "type": "purchase",
            "id": order_sudo.id or None,
            "picking_ids": (receipts or pickings).ids,
            "title": title,
            "vendor": (order_sudo.partner_id or pickings[:1].partner_id).sudo().name
            or "",
            "lines": [
                self._get_order_line(product, some)
                for product, some in coming.grouped("product_id").items()
            ],
            "received": self._get_spool_minis(lots[:MOST_RECEIVED]),
            "received_count": len(lots),
            "can_finish": is_open
            and any(move.state == "done" for move in receipts.move_ids),
            # Where it is said what is short, over or broken, with photos.
            "can_differ": bool(receipts) and receipts.has_access("write"),
            "url": f"/odoo/filament-receipts/{(receipts or pickings)[:1].id}",
        }

    @api.model
    def _get_order_line(self, product, moves):
        """Return what was ordered of a product and came, in the unit of the order."""
        unit = moves[0].packaging_uom_id or moves[0].product_uom
        pending = moves.picking_id._get_pending_spool_moves(product)
        gram = product.uom_id

        def count(quantity):
            return gram._compute_quantity(quantity, unit, rounding_method="HALF-UP")

        return {
            "product_id": product.id,
            "title": product.display_name,
            **self._get_looks(product),
            "is_filament": product.is_filament,
            "ordered": count(sum(moves.mapped("product_qty"))),
            "received": count(
                sum(
                    moves.filtered(
                        lambda move: move.state == "done"
                    ).move_line_ids.mapped("quantity_product_uom")
                )
            ),
            "unit": self.env._("spools") if unit.is_spool else unit.name,
            "spool_g": moves[0]._get_spool_size() if product.is_filament else 0.0,
            "spools_left": len(
                pending.move_line_ids.filtered(lambda line: line.quantity > 0)
            ),
        }
