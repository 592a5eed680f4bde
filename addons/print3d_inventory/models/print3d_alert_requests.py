from odoo import api, fields, models
from odoo.exceptions import UserError

from .purchase_request import OVER


class Print3dAlert(models.Model):
    """Alerts that became a request, by one click."""

    _inherit = "print3d.alert"

    request_ids = fields.One2many("purchase.request", "alert_id", string="Requests")
    request_status = fields.Char(
        string="Requested",
        compute="_compute_request_status",
        compute_sudo=True,
        help="The request made of it, and how far that is.",
    )

    @api.depends("request_ids.state", "request_ids.name")
    def _compute_request_status(self):
        for alert in self:
            alert.request_status = ", ".join(
                f"{request.name}: {request._get_state_word()}"
                for request in alert.request_ids
            )

    def _get_cards(self):
        """Say also what became of the request that answers an alert."""
        asked = self._get_card_requests()
        return [
            {**card, "request": asked.get(card["id"], False)}
            for card in super()._get_cards()
        ]

    def _get_card_requests(self):
        """Return the request a card shows, by the id of its alert.

        The last one that was not given up. Whoever may see the alert reads how far it
        is; to open it is for those who may.

        :rtype: dict[int, dict]
        """
        requests = self.sudo().request_ids.sorted(
            lambda request: (request.state != "rejected", request.id)
        )
        readable = set(requests.with_env(self.env)._filtered_access("read").ids)
        return {
            request.alert_id.id: {
                "id": request.id,
                "name": request.name,
                "state": request._get_state_word(),
                "is_over": request.state in OVER,
                "can_open": request.id in readable,
            }
            for request in requests
        }

    def _do_action(self, key):
        """Make a request of an alert that offers it."""
        if key == "request":
            return self.action_request()
        return super()._do_action(key)

    def _get_requested_lines(self):
        """Hook: return what a request made of this alert asks for.

        :rtype: list of dict, as ``purchase.request._print3d_create`` takes them
        """
        self.ensure_one()
        product = self.product_id or self.lot_id.product_id
        if not product:
            raise UserError(
                self.env._(
                    "This alert names no product. Make a request with “New request”."
                )
            )
        return self.env["purchase.request"]._prepare_quick_lines(product)

    def action_request(self):
        """Ask for what this alert says is missing, and open the request.

        Clicked twice, or by two people, it is asked for once. Only when what was asked
        for is over, given up or in stock, it is asked for anew.
        """
        self.ensure_one()
        self.check_access("read")
        asked = self.sudo().request_ids.sorted("id")
        over = asked.filtered(lambda request: request.state in OVER)
        if asked - over:
            return (asked - over)[-1].with_env(self.env).action_open()
        request = (
            self.env["purchase.request"]
            .with_company(self.company_id)
            ._print3d_create(
                self.with_company(self.company_id)._get_requested_lines(),
                alert=self,
                reason=self.name,
                # Two people who ask anew do so after the same one, and so once.
                key=",".join(["alert", str(self.id), *map(str, over[-1:].ids)]),
                priority="2" if self.severity == "critical" else "0",
                **self._get_request_values(),
            )
        )
        return request.action_open()

    def _get_request_values(self):
        """Hook: return more values of the request that is made of this alert."""
        self.ensure_one()
        return {}

    def action_view_requests(self):
        """Open the request made of it."""
        self.ensure_one()
        return self.request_ids[:1].action_open()
