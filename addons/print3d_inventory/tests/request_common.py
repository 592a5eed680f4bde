from odoo import Command

from .common import Print3dInventoryCommon


class RequestCommon(Print3dInventoryCommon):
    """Somebody who asks, two who approve, and things that are bought."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.write(
            {
                "print3d_request_approval": True,
                "print3d_request_auto_below": 50,
                "print3d_request_two_above": 500,
                "print3d_request_equipment_ids": [Command.clear()],
                "print3d_request_decide_hours": 24,
                "print3d_request_autoclose": True,
                "print3d_request_close_days": 7,
            }
        )
        cls.asker = cls._create_user("request_asker", "operator")
        cls.seller = cls._create_user("request_sales", "sales")
        cls.owner = cls._create_user("request_owner", "owner")
        cls.approver = cls._create_user("request_approver", "user")
        cls.approver.group_ids = [
            Command.link(cls.env.ref("print3d_inventory.group_print3d_approver").id)
        ]
        # Others of the database who may approve would only make the tests slower.
        others = (
            cls.env.ref("print3d_inventory.group_print3d_approver").all_user_ids
            - cls.owner
            - cls.approver
        )
        cls.others = others
        cls.Request = cls.env["purchase.request"]
        cls.glue = cls._create_thing("Glue Stick", 5.0)
        cls.nozzle = cls._create_thing("Nozzle 0.4", 20.0)
        cls.printer = cls._create_thing("Printer XL", 900.0)
        cls._create_seller(cls.filament, 20.0, cls.spool_uom)

    @classmethod
    def _create_seller(cls, product, price, unit=None):
        """Let the vendor sell a product (product.supplierinfo)."""
        return cls.env["product.supplierinfo"].create(
            {
                "partner_id": cls.vendor.id,
                "product_tmpl_id": product.product_tmpl_id.id,
                "price": price,
                "product_uom_id": (unit or product.uom_id).id,
                "currency_id": cls.env.company.currency_id.id,
                "delay": 3,
            }
        )

    @classmethod
    def _create_thing(cls, name, price=None):
        """Make a thing that is kept in stock, sold by the vendor at a price."""
        product = cls.env["product.product"].create(
            {"name": name, "type": "consu", "is_storable": True, "purchase_ok": True}
        )
        if price:
            cls._create_seller(product, price)
        return product

    @classmethod
    def _create_request(cls, *things, user=None, **values):
        """Make a draft (purchase.request) of (product, quantity) pairs."""
        values.setdefault("print3d_type", "consumable")
        return (
            cls.env["purchase.request"]
            .with_user(user or cls.asker)
            .create(
                {
                    **values,
                    "line_ids": [
                        Command.create({"product_id": product.id, "product_qty": qty})
                        for product, qty in things
                    ],
                }
            )
        )

    @classmethod
    def _create_approved(cls, *things, **values):
        """Make a request that the owner approved."""
        request = cls._create_request(*things, **values)
        request.action_submit()
        if request.state == "to_approve":
            request.with_user(cls.owner).action_approve()
        return request.sudo()

    @classmethod
    def _create_ordered(cls, *things, **values):
        """Make a request whose order is confirmed."""
        request = cls._create_approved(*things, **values)
        request.with_user(cls.owner).action_order()
        request.line_ids.purchase_lines.order_id.button_confirm()
        return request

    @classmethod
    def _open_wizard(cls, request, user=None):
        """Open the dialog by which a request is received."""
        action = request.with_user(user or cls.asker).action_receive()
        return (
            cls.env["print3d.request.receive"]
            .with_user(user or cls.asker)
            .browse(action["res_id"])
        )

    @classmethod
    def _receive_all(cls, request):
        """Receive all that is to come."""
        cls._open_wizard(request).action_receive()
