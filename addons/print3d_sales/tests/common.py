from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.print3d_production.tests.common import Print3dProductionCommon


class Print3dSalesCommon(Print3dProductionCommon):
    """A customer, an owner, and orders that go the whole way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Test Customer"})
        cls.owner = new_test_user(
            cls.env, "print3d_owner", "print3d_library.group_print3d_owner"
        )
        cls.route = cls.env.ref("print3d_sales.stock_route_print_to_order")

    @classmethod
    def _create_order(cls, quantity=1, product=None, price=30.0, **values):
        """Make a quotation of one model."""
        product = product or cls.product
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )

    @classmethod
    def _sell(cls, quantity=1, product=None, price=30.0, **values):
        """Make an order and confirm it."""
        order = cls._create_order(quantity, product, price, **values)
        order.action_confirm()
        return order

    @classmethod
    def _add_stock(cls, quantity, product=None):
        """Put finished pieces on the shelf."""
        cls.env["stock.quant"]._update_available_quantity(
            product or cls.product, cls.warehouse.lot_stock_id, quantity
        )

    @classmethod
    def _print_order(cls, order, **kwargs):
        """Print every run of an order that waits."""
        for run in order.print3d_run_ids.sorted("id"):
            if run.state in ("queued", "assigned"):
                cls._print(run, **kwargs)

    @classmethod
    def _deliver(cls, order):
        """Send what is ready."""
        order.picking_ids.filtered(lambda p: p.state == "assigned").button_validate()

    @classmethod
    def _invoice(cls, order):
        """Invoice what was delivered and post it."""
        wizard = cls.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "delivered",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        wizard.create_invoices()
        order.invoice_ids.action_post()
        return order.invoice_ids

    @classmethod
    def _pay(cls, invoice):
        """Register the payment of an invoice."""
        cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({}).action_create_payments()
