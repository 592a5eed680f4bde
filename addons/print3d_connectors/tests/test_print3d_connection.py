from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .common import Print3dConnectorsCommon


@tagged("post_install", "-at_install")
class TestPrint3dConnection(Print3dConnectorsCommon):
    # === TOKEN === #

    def test_token_is_not_kept(self):
        token = self._make_token()
        self.assertTrue(self.connection.has_token)
        self.assertNotIn(token, self.connection.token_hash)
        self.env.flush_all()
        for table in ("print3d_connection", "print3d_connection_token", "mail_message"):
            self.env.cr.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s",  # noqa: S608
                (f"%{token}%",),
            )
            self.assertEqual(self.env.cr.fetchone()[0], 0, table)

    def test_find_by_token(self):
        connections = self.env["print3d.connection"]
        token = self._make_token()
        self.assertEqual(connections._find_by_token(token), self.connection)
        for wrong in ("", "x", token[:-1], token + "x", token.swapcase()):
            self.assertFalse(connections._find_by_token(wrong))

    def test_new_token_ends_the_old_one(self):
        connections = self.env["print3d.connection"]
        old, new = self._make_token(), self._make_token()
        self.assertFalse(connections._find_by_token(old))
        self.assertEqual(connections._find_by_token(new), self.connection)

    def test_archived_is_deaf(self):
        token = self._make_token()
        self.connection.action_archive()
        self.assertFalse(self.env["print3d.connection"]._find_by_token(token))

    def test_copy_has_no_token(self):
        self._make_token()
        self.assertFalse(self.connection.copy().has_token)

    def test_dialog(self):
        action = self.connection.action_regenerate_token()
        wizard = self.env["print3d.connection.token"].with_context(**action["context"])
        example = wizard.new(wizard.default_get(["url", "connection_id"])).example
        self.assertIn("curl http", example)
        self.assertIn('"event": "started"', example)

    def test_neutralize(self):
        token = self._make_token()
        self.env.flush_all()
        with file_open("print3d_connectors/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.connection.active)
        self.assertFalse(self.env["print3d.connection"]._find_by_token(token))

    # === HEALTH === #

    def test_health(self):
        now = fields.Datetime.now()
        self.assertEqual(self.connection.health, "new")
        for ago, health in ((1, "ok"), (61, "quiet"), (25 * 60, "lost")):
            self.connection.last_seen = now - timedelta(minutes=ago)
            self.assertEqual(self.connection.health, health)

    # === THE WAY OF A PRINT === #

    def test_started_and_done(self):
        grams = self._get_grams(self.spool)
        self.assertEqual(self._tell("started"), "applied")
        self.assertRecordValues(self.waiting, [{"state": "printing", "job_key": "42"}])
        self.assertEqual(self._tell("done", duration_s=1800), "applied")
        self.assertRecordValues(self.waiting, [{"state": "done", "duration_s": 1800}])
        self.assertEqual(self._get_grams(self.spool), grams - 50)
        self.assertEqual(self.connection.health, "ok")
        self.assertEqual(self.order.print3d_stage, "ready")

    def test_grams_told_by_the_printer(self):
        grams = self._get_grams(self.spool)
        self._tell("started")
        # The second tool is listed by the printer and used by nobody.
        self._tell("done", filament_g=(61.5, 0.0))
        self.assertEqual(self._get_grams(self.spool), grams - 61.5)

    def test_grams_of_a_tool_nobody_has(self):
        self._tell("started")
        self.assertEqual(self._tell("done", filament_g=(50.0, 3.0)), "refused")
        self.assertEqual(self.waiting.state, "printing")
        self.assertEqual(self._tell("done", filament_g=(50.0,)), "applied")
        self.assertEqual(self._get_event("done").outcome, "applied")

    def test_failed(self):
        cause = self.env["print3d.failure.cause"].create({"name": "Test Clog"})
        self._tell("started")
        self.assertEqual(
            self._tell("failed", progress=40.0, cause="test clog"), "applied"
        )
        self.assertRecordValues(
            self.waiting,
            [
                {
                    "state": "failed",
                    "failure_percent": 40.0,
                    "failure_cause_id": cause.id,
                }
            ],
        )
        self.assertEqual(sum(self.waiting.scrap_ids.mapped("scrap_qty")), 20)
        self.assertTrue(self.waiting.reprint_ids)

    def test_failed_with_unknown_cause(self):
        self._tell("started")
        self._tell("failed", progress=10.0, cause="Gremlins")
        self.assertFalse(self.waiting.failure_cause_id)
        self.assertIn("Gremlins", " ".join(self.waiting.message_ids.mapped("body")))

    def test_failed_without_a_percentage(self):
        self._tell("started")
        self._tell("progress", progress=30.0)
        self._tell("failed")
        self.assertEqual(self.waiting.failure_percent, 30)

    def test_paused_and_resumed(self):
        self._tell("started")
        self.assertEqual(self._tell("paused"), "applied")
        self.assertEqual(self.waiting.state, "paused")
        self.assertEqual(self._tell("paused"), "ignored")
        self.assertEqual(self._tell("resumed"), "applied")
        self.assertEqual(self.waiting.state, "printing")
        self.assertEqual(self._tell("paused"), "applied")
        self.assertEqual(self.waiting.state, "paused")
        self.assertEqual(self._get_event("paused").count, 3)

    def test_progress(self):
        self._tell("started")
        for progress, expected in ((30.0, 30), (31.5, 31.5), (0.0, 31.5), (31.9, 31.5)):
            self._tell("progress", progress=progress)
            self.assertEqual(self.waiting.progress, expected)

    def test_notes_on_the_run(self):
        self._tell("started")
        self._tell("done")
        body = " ".join(self.waiting.message_ids.mapped("body"))
        self.assertIn("Test Printer reports: started", body)
        self.assertIn("Test Printer reports: done", body)

    # === WHICH RUN === #

    def test_run_by_name(self):
        other = self._sell(1).print3d_run_ids
        other.workcenter_id = self.printer
        self._tell("started", run=other.name)
        self.assertEqual((self.waiting.state, other.state), ("assigned", "printing"))

    def test_unknown_name(self):
        self.assertEqual(self._tell("started", run="RUN/NONE"), "refused")
        self.assertEqual(self.waiting.state, "assigned")

    def test_run_of_another_printer(self):
        self.waiting.workcenter_id = self.other_printer
        self.assertEqual(self._tell("started"), "refused")
        self.assertEqual(
            self._tell("started", job="43", run=self.waiting.name), "refused"
        )
        self.assertEqual(self.waiting.state, "assigned")

    def test_started_by_hand(self):
        self._start(self.waiting)
        self.assertEqual(self._tell("started"), "applied")
        self.assertEqual(self.waiting.job_key, "42")
        self.assertEqual(self._tell("done"), "applied")
        self.assertEqual(self.waiting.state, "done")

    def test_nothing_waits(self):
        self.waiting.workcenter_id = False
        self.assertEqual(self._tell("started"), "refused")
        event = self._get_event("started")
        self.assertIn(self.printer.name, event.message)
        # Told again when a run is there, it is taken.
        self.waiting.workcenter_id = self.printer
        self.assertEqual(self._tell("started"), "applied")
        self.assertEqual(self._get_event("started").outcome, "applied")

    def test_filament_short(self):
        self.env["stock.quant"]._update_available_quantity(
            self.black, self.shelf, -460, lot_id=self.spool
        )
        self.env["stock.quant"]._update_available_quantity(
            self.black, self.shelf, -999, lot_id=self.second_spool
        )
        self.assertEqual(self._tell("started"), "refused")
        self.assertEqual(self.waiting.state, "assigned")
        self.assertFalse(self.waiting.spool_ids)
        self.assertIn("missing", self._get_event("started").message)

    # === TWICE, LATE, OUT OF ORDER === #

    def _get_world(self):
        """Everything a report could change."""
        self.env.flush_all()
        self.env.invalidate_all()
        runs = self.order.print3d_run_ids
        return (
            self._get_grams(self.spool) + self._get_grams(self.second_spool),
            runs.mapped("state"),
            runs.mapped("progress"),
            len(runs.move_ids),
            len(runs.scrap_ids),
            len(runs.time_ids),
            len(runs.message_ids),
        )

    def assertIgnored(self, *args, **values):
        before = self._get_world()
        self.assertIn(self._tell(*args, **values), ("ignored", "refused"))
        self.assertEqual(self._get_world(), before)

    def test_twice(self):
        self._tell("started")
        self.assertIgnored("started")
        self._tell("done")
        for _time in range(3):
            self.assertIgnored("done")
        self.assertEqual(self._get_event("done").count, 4)

    def test_failed_twice(self):
        self._tell("started")
        self._tell("failed", progress=40.0)
        self.assertIgnored("failed", progress=40.0)
        self.assertIgnored("failed", progress=90.0)
        self.assertEqual(len(self.waiting.reprint_ids), 1)

    def test_late(self):
        self._tell("started")
        self._tell("done")
        for event in ("started", "progress", "paused", "resumed", "failed"):
            self.assertIgnored(event, progress=50.0)

    def test_start_after_the_end(self):
        self.assertIgnored("done")
        self.assertIgnored("started")
        self.assertEqual(self.waiting.state, "assigned")

    def test_unknown_print(self):
        for event in ("progress", "paused", "resumed", "done", "failed"):
            self.assertIgnored(event, job="7")

    def test_end_of_another_print(self):
        self._tell("started")
        self.assertIgnored("done", job="41")
        self.assertEqual(self.waiting.state, "printing")

    def test_older_than_the_last(self):
        noon = datetime(2026, 1, 1, 12)
        self._tell("started", at=noon)
        self._tell("paused", at=noon + timedelta(minutes=10))
        self._tell("resumed", at=noon + timedelta(minutes=20))
        self.assertIgnored("paused", at=noon + timedelta(minutes=10))
        self.assertEqual(self.waiting.state, "printing")

    def test_ended_by_hand_first(self):
        self._tell("started")
        self.waiting._do_end("done")
        self.assertIgnored("done")

    def test_start_time_is_the_printers(self):
        began = datetime(2026, 1, 1, 12)
        self._tell("started", at=began)
        self.assertEqual(self.waiting.date_start, began)

    # === LOG === #

    def test_log_counts_instead_of_growing(self):
        self._tell("started")
        for progress in range(0, 100, 5):
            self._tell("progress", progress=float(progress))
        self.assertEqual(self.connection.event_count, 2)
        self.assertRecordValues(
            self._get_event("started"),
            [{"run_id": self.waiting.id, "outcome": "applied", "message": False}],
        )
        action = self.connection.action_view_events()
        self.assertEqual(
            self.env["print3d.connection.event"].search(action["domain"]),
            self.connection.event_ids,
        )

    def test_report_is_kept_once(self):
        self._tell("started")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._get_event("started").copy()
            self.env.flush_all()

    def test_busy_printer_writes_seldom(self):
        self._tell("started")
        self._tell("progress", progress=10.0)
        self.env.flush_all()
        seen = self.connection.last_seen
        self._tell("progress", progress=10.1)
        with self.assertQueries([], flush=True):
            pass
        self.assertEqual(self.connection.last_seen, seen)
        self.assertEqual(self._get_event("progress").count, 1)

    def test_quiet_after_must_be_positive(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.connection.quiet_minutes = 0
            self.env.flush_all()
