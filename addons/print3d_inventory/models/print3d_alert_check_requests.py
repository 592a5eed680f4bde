from datetime import datetime, time

from odoo import api, fields, models


class Print3dAlertCheck(models.AbstractModel):
    """Requests that wait for somebody: to be decided, to come, to be put away."""

    _inherit = "print3d.alert.check"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "_check_requests"]

    @api.model
    def _check_requests(self):
        """Tell of requests to decide, of late orders, and of what came."""
        requests = self.env["purchase.request"].search(
            [
                (
                    "state",
                    "in",
                    (
                        "to_approve",
                        "in_progress",
                        "partially_received",
                        "backordered",
                        "received",
                    ),
                )
            ]
        )
        today = fields.Date.context_today(self)
        waiting, late, pending = {}, {}, {}
        for request in requests:
            if request.state == "to_approve":
                waiting[request] = self._get_waiting_alert(request)
            elif request.state == "received":
                pending[request] = self._get_pending_alert(request)
            elif request.expected_on and request.expected_on < today:
                late[request] = self._get_late_alert(request, today)
            elif request.stage == "in_transit" and request.expected_on == today:
                pending[request] = self._get_pending_alert(request)
        Alert = self.env["print3d.alert"]
        Alert._sync_alerts("request_approval", waiting)
        Alert._sync_alerts("request_late", late)
        Alert._sync_alerts("request_receipt", pending)

    @api.model
    def _get_waiting_alert(self, request):
        deciders = request._get_deciders()
        return {
            "name": self.env._(
                "%(request)s of %(person)s waits for a decision",
                request=request.name,
                person=request.requested_by.name,
            ),
            "body": request._get_amount_text(),
            "severity": "critical" if request.priority == "2" else "warning",
            "category": "request",
            "due_on": request.decide_before or None,
            "user_id": deciders.id if len(deciders) == 1 else False,
        }

    @api.model
    def _get_late_alert(self, request, today):
        days = (today - request.expected_on).days
        return {
            "name": self.env._(
                "%(request)s is %(days)s days late",
                request=request.name,
                days=days,
            ),
            "body": ", ".join(line._get_text() for line in request._get_lines()),
            "severity": "critical" if request.priority == "2" else "warning",
            "category": "request",
            "due_on": datetime.combine(request.expected_on, time(23, 59)),
        }

    @api.model
    def _get_pending_alert(self, request):
        if request.state == "received":
            name = self.env._(
                "What came of %(request)s is to be put away", request=request.name
            )
        else:
            name = self.env._("%(request)s should come today", request=request.name)
        return {
            "name": name,
            "body": ", ".join(line._get_text() for line in request._get_lines()),
            "severity": "info",
            "category": "request",
        }
