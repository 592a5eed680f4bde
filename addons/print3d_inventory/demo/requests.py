from datetime import timedelta

from odoo import Command, api, fields, models

# Who asks, kind, why, things with how many of each (in their own unit), how far it is.
REQUESTS = [
    ("sales", None, "For the parcels of the market", [("ring", 100)], "draft"),
    (
        "operator",
        None,
        "The one on the second printer does not hold any more",
        [("sheet", 2), ("nozzle_04", 1)],
        "submitted",
    ),
    (
        "operator",
        "equipment",
        "PETG strings since it rains",
        [("Filament dryer for four spools", 1, 260.0)],
        "one_of_two",
    ),
    ("operator", None, "", [("nozzle_06", 2)], "approved"),
    ("operator", None, "Heat sets are half gone", [("insert", 400)], "ordered"),
    ("sales", None, "Lids of the hinge boxes", [("magnet", 500)], "in_transit"),
    (
        "operator",
        None,
        "",
        [("glue", 24), ("ipa", 2)],
        "partly",
    ),
    ("operator", None, "", [("box", 50)], "stocked"),
    ("sales", None, "In case one breaks", [("belt", 10)], "denied"),
    ("operator", "service", "Once a year", [("Calibrate the scale", 1, 35.0)], "held"),
]


class Print3dRequestsDemo(models.AbstractModel):
    """Lets the people of the demo shop ask for things."""

    _name = "print3d.requests.demo"
    _description = "Demo Requests"

    @api.model
    def _load(self):
        """Make the demo requests, each as far as it is, once."""
        if self.env.ref("print3d_inventory.demo_request_1", raise_if_not_found=False):
            return
        company = self.env.ref("base.main_company")
        company.write(
            {"print3d_request_auto_below": 40, "print3d_request_two_above": 200}
        )
        self = self.with_company(company).with_context(  # noqa: PLW0642
            allowed_company_ids=company.ids
        )
        for index, (login, kind, why, things, state) in enumerate(REQUESTS, start=1):
            asker = self.env.ref(f"print3d_library.demo_user_{login}")
            request = (
                self.env["purchase.request"]
                .with_user(asker)
                .create(
                    {
                        **({"print3d_type": kind} if kind else {}),
                        "justification": why,
                        "priority": "1" if state == "submitted" else "0",
                        "needed_by": fields.Date.context_today(self)
                        + timedelta(days=9 + index),
                        "line_ids": [
                            Command.create(self._prepare_line(*thing))
                            for thing in things
                        ],
                    }
                )
            )
            self.env["print3d.things.demo"]._name_record(f"request_{index}", request)
            self._take_to(request, state)

    @api.model
    def _prepare_line(self, name, quantity, cost=0.0):
        thing = self.env.ref(
            f"print3d_inventory.demo_thing_{name}", raise_if_not_found=False
        )
        if not thing:
            return {"name": name, "product_qty": quantity, "estimated_cost": cost}
        return {"product_id": thing.id, "product_qty": quantity}

    @api.model
    def _take_to(self, request, state):
        """Let people do what brings a request where it is."""
        owner = self.env.ref("print3d_library.demo_user_owner")
        operator = self.env.ref("print3d_library.demo_user_operator")
        admin = self.env.ref("base.user_admin")
        if state == "draft":
            return
        request.action_submit()
        if state == "one_of_two":
            request.with_user(admin).action_approve("It pays for itself.")
        if state == "denied":
            if request.state == "to_approve":
                request.with_user(owner).action_deny(
                    "Two are in the drawer beside the printers."
                )
            return
        if state in ("submitted", "one_of_two"):
            return
        if request.state == "to_approve":
            request.with_user(owner).action_approve()
        if state == "held":
            request.action_hold("Until the new scale is here")
        if state in ("approved", "held"):
            return
        request.with_user(owner).action_order()
        request.sudo().line_ids.purchase_lines.order_id.button_confirm()
        if state == "in_transit":
            request.with_user(owner).action_mark_shipped()
        if state in ("partly", "stocked"):
            action = request.with_user(operator).action_receive()
            wizard = (
                self.env["print3d.request.receive"]
                .with_user(operator)
                .browse(action["res_id"])
            )
            if state == "partly":
                # One bottle of two came.
                wizard.line_ids[-1:].write(
                    {
                        "received": wizard.line_ids[-1:].expected / 2,
                        "reason": "One was out of stock, it follows",
                    }
                )
            wizard.action_receive()
