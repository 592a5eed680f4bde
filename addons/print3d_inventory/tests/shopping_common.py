from odoo import Command

from .common import Print3dInventoryCommon


class ShoppingCommon(Print3dInventoryCommon):
    """A shop with an empty shopping list, two vendors and a filament."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        # Only what is made here is wanted.
        cls.env["stock.warehouse.orderpoint"].search([]).active = False
        cls.env["purchase.request"].search([]).line_ids.filtered(
            lambda line: not line.purchase_lines
        ).cancelled = True
        cls.Line = cls.env["print3d.shopping.line"]
        cls.Line.search([]).unlink()
        cls.depot = cls.env["res.partner"].create({"name": "Shopping Depot"})
        cls.barn = cls.env["res.partner"].create({"name": "Shopping Barn"})
        cls.buyer = cls._create_user("shopping_buyer", "owner")
        cls.red = cls._create_filament("Shopping PLA Red", "#C1121F")
        cls._add_price(cls.red, cls.depot, 20.0)

    @classmethod
    def _add_price(cls, product, vendor, price, uom=None, **values):
        """Let a vendor offer a product, after others; a filament by the spool."""
        values.setdefault("sequence", len(product.product_tmpl_id.seller_ids) + 1)
        return cls.env["product.supplierinfo"].create(
            {
                "partner_id": vendor.id,
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_id": product.id,
                "price": price,
                "company_id": cls.company.id,
                **({"product_uom_id": uom.id} if uom else {}),
                **values,
            }
        )

    @classmethod
    def _add_rule(cls, product, minimum=500, maximum=1500, **values):
        """Make a reorder rule at the stock of the warehouse."""
        return cls.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": product.id,
                "location_id": cls.stock.id,
                "product_min_qty": minimum,
                "product_max_qty": maximum,
                "trigger": "manual",
                **values,
            }
        )

    @classmethod
    def _add_request(cls, product, qty, state="approved", **values):
        """Make a request in some state, counted for no rule; return its line."""
        request = cls.env["purchase.request"].create(
            {
                "picking_type_id": cls.warehouse.in_type_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "name": product.name,
                            "product_qty": qty,
                            "product_uom_id": product.uom_id.id,
                            **values,
                        }
                    )
                ],
            }
        )
        # How it gets there is none of the list's business.
        request._put_state(state)
        return request.line_ids

    @classmethod
    def _get_lines(cls, product=None):
        """Bring the list up to date and return what is to be bought."""
        cls.Line._refresh(cls.company)
        domain = [("company_id", "=", cls.company.id), ("state", "=", "todo")]
        if product:
            domain.append(("product_id", "=", product.id))
        return cls.Line.search(domain)

    @classmethod
    def _get_screen(cls, user=None):
        """Return what the page shows to a user."""
        return cls.Line.with_user(user or cls.buyer).get_list()
