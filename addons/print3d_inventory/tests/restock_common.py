from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command

from .common import Print3dInventoryCommon

NOW = datetime(2027, 3, 10, 12, 0)


class RestockCommon(Print3dInventoryCommon):
    """A vendor, things beside filament, and a past on chosen days, seen from noon of
    10 March 2027."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.company = cls.env.company
        cls.company.partner_id.tz = "UTC"
        cls.today = NOW.date()
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.Rule = cls.env["stock.warehouse.orderpoint"]
        cls.Policy = cls.env["print3d.restock.policy"]
        cls.History = cls.env["print3d.restock.history"]
        cls.Forecast = cls.env["print3d.restock.forecast"]
        # Only the policy made here counts.
        cls.Policy.search([]).action_archive()
        cls.policy = cls.Policy.create(
            {"name": "Test policy", "history_days": 40, "least_days": 20}
        )

    @classmethod
    def _day(cls, ago):
        """Return the date so many days ago."""
        return cls.today - timedelta(days=ago)

    @classmethod
    def _create_thing(cls, name="Test Glue", kind="consumable", price=2.0, **values):
        """Make a thing (product.product) that the test vendor sells."""
        Template = cls.env["product.template"]
        return Template.create(
            {
                **Template._prepare_thing_vals(kind),
                "name": name,
                "print3d_kind": kind,
                "seller_ids": [
                    Command.create(
                        {"partner_id": cls.vendor.id, "price": price, "delay": 5}
                    )
                ],
                **values,
            }
        ).product_variant_id

    @classmethod
    def _move(cls, product, quantity, ago, source=None, dest=None, **values):
        """Do a stock move of a thing so many days ago (stock.move)."""
        return cls._move_all([(product, quantity, ago)], source, dest, **values)

    @classmethod
    def _move_all(cls, uses, source=None, dest=None, **values):
        """Do stock moves of (product, quantity, days ago), out unless it is said."""
        vals_list = []
        for product, quantity, _ago in uses:
            common = {
                "product_id": product.id,
                "company_id": cls.company.id,
                "location_id": (source or cls.stock).id,
                "location_dest_id": (dest or product.property_stock_production).id,
            }
            unit = product.uom_id.id
            line = {**common, "product_uom_id": unit, "quantity": quantity}
            vals_list.append(
                {
                    **common,
                    "product_uom": unit,
                    "product_uom_qty": quantity,
                    "picked": True,
                    "move_line_ids": [Command.create(line)],
                    **values,
                }
            )
        moves = cls.env["stock.move"].create(vals_list)
        moves._action_done()
        for move, (_product, _quantity, ago) in zip(moves, uses, strict=True):
            move.date = move.move_line_ids.date = NOW - timedelta(days=ago)
        return moves

    @classmethod
    def _stock_up(cls, product, quantity, ago=60):
        """Let a vendor have brought so much of a thing."""
        supplier = cls.env.ref("stock.stock_location_suppliers")
        return cls._move(product, quantity, ago, source=supplier, dest=cls.stock)

    @classmethod
    def _use_evenly(cls, product, quantity, days=40, every=1):
        """Use so much of a thing every few days, up to yesterday."""
        cls._move_all([(product, quantity, ago) for ago in range(days, 0, -every)])

    @classmethod
    def _create_old_spool(cls, grams=1000, filament=None):
        """Put a spool (stock.lot) into stock that came sixty days ago."""
        then = NOW - timedelta(days=60)
        return (
            cls.env["print3d.spool.add"]
            .with_context(print3d_spool_happened_on=then)
            .create(
                {
                    "product_id": (filament or cls.filament).id,
                    "count": 1,
                    "net_weight_g": grams,
                    "price_per_kg": 20,
                    "location_id": cls.shelf.id,
                }
            )
            ._add_spools()
            .with_context(print3d_spool_happened_on=None)
        )

    @classmethod
    def _tell(cls, spool, kind, value, ago, **told):
        """Tell of a spool what happened so many days ago (print3d.spool.entry)."""
        happened_on = NOW - timedelta(days=ago)
        return spool._print3d_record(kind, value, happened_on=happened_on, **told)

    @classmethod
    def _order(cls, product, quantity, ago, confirm=True, **line):
        """Order a thing from the test vendor so many days ago (purchase.order)."""
        order = cls.env["purchase.order"].create(
            {
                "partner_id": cls.vendor.id,
                "date_order": NOW - timedelta(days=ago),
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            "product_uom_id": product.uom_id.id,
                            "price_unit": 1.0,
                            **line,
                        }
                    )
                ],
            }
        )
        if confirm:
            order.button_confirm()
            order.date_approve = NOW - timedelta(days=ago)
        return order

    @classmethod
    def _receive_order(cls, order, ago, share=None):
        """Receive an order, or only so much of it, so many days ago."""
        picking = order.picking_ids.filtered(
            lambda one: one.state not in ("done", "cancel")
        )
        if share:
            picking.move_ids.quantity = share
            picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        picking.move_ids.date = NOW - timedelta(days=ago)
        return picking

    @classmethod
    def _create_rule(cls, product, **values):
        """Make a reorder rule (stock.warehouse.orderpoint)."""
        return cls.Rule.create(
            {
                "product_id": product.id,
                "location_id": cls.stock.id,
                "warehouse_id": cls.warehouse.id,
                "print3d_mode": "learned",
                "trigger": "manual",
                **values,
            }
        )

    def _get_used(self, product, days=40, has_scraps=False):
        """Return {days ago: quantity} of what counts as use of a product."""
        histories = self.History._get_histories(product, self.company, self._day(days))
        merged = self.History._merge_histories(histories.values())
        used = self.History._get_used(merged, has_scraps)
        return {(self.today - day).days: round(used[day], 2) for day in used}
