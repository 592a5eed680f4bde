from odoo.tests import HttpCase, tagged

from .request_common import RequestCommon


class RequestTourCommon(HttpCase, RequestCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.owner, cls.asker):
            user.password = user.login
        cls.nozzle.name = "Tour Nozzle"


@tagged("post_install", "-at_install")
class TestRequestTours(RequestTourCommon):
    def test_asked_approved_ordered_received(self):
        """One asks in the browser; another approves, orders and receives."""
        self.start_tour("/odoo/requests", "print3d_request_new", login="request_asker")
        request = self.Request.search([("requested_by", "=", self.asker.id)])
        self.assertEqual(request.state, "to_approve")
        self.assertEqual(request.justification, "The last one is worn")
        self.assertEqual(request.print3d_type, "consumable")
        self.start_tour("/odoo/requests", "print3d_request_road", login="request_owner")
        request.invalidate_recordset()
        self.assertEqual(request.state, "backordered")
        self.assertEqual(request.discrepancy_ids.reason, "The box was torn")


@tagged("post_install", "-at_install")
class TestRequestPhoneTours(RequestTourCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_asked_on_a_phone(self):
        """Ask for a thing that is not among the products."""
        self.start_tour(
            "/odoo/requests", "print3d_request_phone", login="request_asker"
        )
        request = self.Request.search([("requested_by", "=", self.asker.id)])
        self.assertEqual(request.line_ids.name, "A brush for the bed")
        self.assertEqual((request.amount, request.state), (7, "approved"))
