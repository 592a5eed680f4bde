import json

from odoo.tests import HttpCase, tagged

from ..controllers.printer import MAX_BODY_BYTES
from .common import Print3dConnectorsCommon


@tagged("post_install", "-at_install")
class TestPrinterWebhook(Print3dConnectorsCommon, HttpCase):
    """Real requests, as a printer sends them."""

    def setUp(self):
        super().setUp()
        self.token = self._make_token()

    def _post(self, body, token=None, **kwargs):
        if isinstance(body, dict):
            body = json.dumps(body)
        return self.url_open(
            f"/print3d/printer/{token or self.token}",
            data=body,
            headers={"Content-Type": "application/json"},
            method="POST",
            **kwargs,
        )

    def test_a_whole_print(self):
        response = self._post({"event": "started", "job": "42"})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(
            response.json(),
            {"status": "applied", "run": self.waiting.name, "message": None},
        )
        self.waiting.invalidate_recordset()
        self.assertEqual(self.waiting.state, "printing")
        response = self._post({"event": "done", "job": "42", "duration_s": 600})
        self.assertEqual(response.json()["status"], "applied")
        response = self._post({"event": "done", "job": "42", "duration_s": 600})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.json()["status"], "ignored")
        self.env.invalidate_all()
        self.assertRecordValues(self.waiting, [{"state": "done", "duration_s": 600}])
        self.assertEqual(len(self.waiting.move_ids), 1)

    def test_form_is_refused(self):
        """What `curl -d` says unless told otherwise would be torn apart as a form."""
        response = self.url_open(
            f"/print3d/printer/{self.token}",
            data='{"event": "started", "job": "42"}',
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        self.assertEqual(response.status_code, 415)
        self.assertIn("application/json", response.json()["error"])

    def test_refused_says_why(self):
        self.waiting.workcenter_id = False
        response = self._post({"event": "started", "job": "42"})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.json()["status"], "refused")
        self.assertIn(self.printer.name, response.json()["message"])

    def test_malformed(self):
        for body in ("", "{", "[]", '{"event": "done"}', '{"event": "x", "job": "1"}'):
            response = self._post(body)
            self.assertEqual(response.status_code, 400, body)
            self.assertTrue(response.json()["error"])
        self.assertFalse(self.connection.event_ids)

    def test_unknown_token(self):
        known = self._post({"event": "started", "job": "42"}, token="nobody")
        self.assertEqual(known.status_code, 404)
        for word in ("token", "connection", "printer", self.connection.name):
            self.assertNotIn(word, known.text.lower())

    def test_unknown_token_with_a_bad_body(self):
        self.assertEqual(self._post("{", token="nobody").status_code, 404)

    def test_too_large(self):
        body = json.dumps(
            {"event": "failed", "job": "42", "cause": "x" * (MAX_BODY_BYTES + 1)}
        )
        response = self._post(body)
        self.assertEqual(response.status_code, 413)
        self.assertFalse(self.connection.event_ids)

    def test_reading_is_not_offered(self):
        response = self.url_open(f"/print3d/printer/{self.token}")
        self.assertEqual(response.status_code, 405)

    def test_no_session(self):
        response = self._post({"event": "started", "job": "42"})
        self.assertNotIn("session_id", response.cookies)

    def test_archived(self):
        self.connection.active = False
        response = self._post({"event": "started", "job": "42"})
        self.assertEqual(response.status_code, 404)
