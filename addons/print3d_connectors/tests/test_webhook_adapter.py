import json
from datetime import datetime

from odoo.tests import BaseCase, tagged

from ..adapters import PayloadError, PrinterEvent, parse_event


@tagged("post_install", "-at_install")
class TestWebhookAdapter(BaseCase):
    def parse(self, **values):
        return parse_event(json.dumps(values).encode())

    def assertRefused(self, body, words):
        with self.assertRaises(PayloadError) as caught:
            parse_event(body)
        self.assertIn(words, caught.exception.message)

    def test_smallest_report(self):
        self.assertEqual(
            self.parse(event="started", job="42"), PrinterEvent("started", "42")
        )

    def test_whole_report(self):
        event = self.parse(
            event="failed",
            job=42,
            run=" RUN/00007 ",
            progress=40,
            duration_s=5400.4,
            filament_g=[18.4, 2],
            cause="Nozzle clog",
            at="2026-11-20T12:00:00+02:00",
            extra={"left": "out"},
        )
        self.assertEqual(
            event,
            PrinterEvent(
                "failed",
                "42",
                "RUN/00007",
                40.0,
                5400,
                (18.4, 2.0),
                "Nozzle clog",
                datetime(2026, 11, 20, 10, 0, 0),
            ),
        )

    def test_moments(self):
        self.assertEqual(
            self.parse(event="done", job="1", at="2026-11-20T12:00:00.5Z").at,
            datetime(2026, 11, 20, 12, 0, 0),
        )
        self.assertEqual(
            self.parse(event="done", job="1", at=0).at, datetime(1970, 1, 1)
        )

    def test_not_json(self):
        for body in (b"", b"{", b"event=started", b"\xff\xfe", b'{"event": NaN}'):
            self.assertRefused(body, "not valid JSON")
        self.assertRefused(b"[" * 100_000, "not valid JSON")

    def test_not_an_object(self):
        for body in (b"[]", b'"started"', b"12", b"null"):
            self.assertRefused(body, "JSON object")

    def test_wrong_event(self):
        self.assertRefused(b'{"event": "exploded", "job": "1"}', '"event"')
        self.assertRefused(b'{"event": ["done"], "job": "1"}', '"event"')

    def test_wrong_job(self):
        for job in ("null", '""', '" "', "true", "1.5", '"%s"' % ("x" * 129)):
            self.assertRefused(b'{"event": "done", "job": %s}' % job.encode(), '"job"')

    def test_wrong_numbers(self):
        for progress in ("-1", "101", '"40"', "true", "1e999"):
            body = f'{{"event": "progress", "job": "1", "progress": {progress}}}'
            self.assertRefused(body.encode(), '"progress"')
        self.assertRefused(
            b'{"event": "done", "job": "1", "duration_s": 99999999999}', "duration_s"
        )

    def test_wrong_grams(self):
        for grams in ("12", "[-1]", '["1"]', "[null]", str([1] * 65)):
            body = f'{{"event": "done", "job": "1", "filament_g": {grams}}}'
            self.assertRefused(body.encode(), "filament_g")

    def test_wrong_moment(self):
        for moment in ('"yesterday"', "true", "[]", "1e20"):
            body = f'{{"event": "done", "job": "1", "at": {moment}}}'
            self.assertRefused(body.encode(), '"at"')
