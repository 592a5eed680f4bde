from datetime import date

from freezegun import freeze_time

from odoo.fields import Command

from .common import Print3dSalesCommon

TODAY = date(2026, 6, 15)


class LicenceCommon(Print3dSalesCommon):
    """Anna, who designed the vase, and what was agreed with her."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(TODAY, tick=True))
        cls.anna = cls.env["res.partner"].create({"name": "Anna"})
        cls.model = cls.product.product_tmpl_id
        cls.model.designer_id = cls.anna
        cls.env.company.print3d_licence_rule = "block"
        cls.country = cls.env.ref("base.de")
        cls.customer.country_id = cls.country
        cls.currency = cls.env.company.currency_id

    @classmethod
    def _agree(cls, **values):
        return cls.env["print3d.licence.term"].create(
            {"designer_id": cls.anna.id, "currency_id": cls.currency.id, **values}
        )

    @classmethod
    def _create_invoice(
        cls, *lines, move_type="out_invoice", day=TODAY, post=True, **values
    ):
        """Make an invoice of lines (product, quantity, price, more values)."""
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": cls.customer.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                            **(more[0] if more else {}),
                        }
                    )
                    for product, quantity, price, *more in lines
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _get_royalties(cls, moves=None):
        domain = [("designer_id", "=", cls.anna.id)]
        if moves is not None:
            domain.append(("move_id", "in", moves.ids))
        return cls.env["print3d.royalty"].search(domain, order="id")

    @classmethod
    def _reverse(cls, move, cancel=False, day=TODAY, quantity=None, post=True):
        """Make the credit note of an invoice."""
        refund = move._reverse_moves([{"invoice_date": day, "date": day}])
        if quantity is not None:
            refund.invoice_line_ids.quantity = quantity
        if post:
            refund.action_post()
        return refund

    @classmethod
    def _create_kit(cls, *parts):
        kit = cls.env["product.product"].create({"name": "Test Set", "list_price": 50})
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in parts
                ],
            }
        )
        return kit
