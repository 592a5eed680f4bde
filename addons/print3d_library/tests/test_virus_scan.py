import json
import socket
from unittest import skipUnless

from odoo import http
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models.print3d_scanner import RefusedContentError
from ..slicer import SlicedFileError
from . import clamd_daemon
from .common import Print3dLibraryCommon

JOURNAL = "odoo.addons.print3d_library.models.print3d_scan_event"


class VirusScanCommon(Print3dLibraryCommon):
    def setUp(self):
        super().setUp()
        self.patch(
            type(self.env["print3d.mesh"]), "_enqueue_inspect", lambda self: None
        )
        self.Files = self.env["print3d.file"]
        self.Events = self.env["print3d.scan.event"]

    def _set(self, **params):
        for name, value in params.items():
            self.env["ir.config_parameter"].set_param(f"print3d_library.{name}", value)

    def _set_nobody(self, policy):
        """A scanner that was switched off on its machine."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        self._set(
            scanner="tcp",
            scanner_host="127.0.0.1",
            scanner_port=port,
            scanner_policy=policy,
        )

    def _infected(self):
        """A mesh with the test file in it."""
        return b"solid x\nfacet normal 0 0 1\n" + clamd_daemon.EICAR


@tagged("post_install", "-at_install")
@skipUnless(
    clamd_daemon.find(), "ClamAV's daemon is not installed (package clamav-daemon)"
)
class TestWithDaemon(VirusScanCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        daemon = clamd_daemon.running()
        cls.address = daemon.__enter__()
        cls.addClassCleanup(daemon.__exit__, None, None, None)

    def setUp(self):
        super().setUp()
        self._set(scanner="socket", scanner_socket=self.address)

    def test_clean_file_is_stored_as_clean(self):
        file = self.Files._upload("part.stl", self._make_stl()).file
        self.assertEqual(file.scan_state, "clean")
        self.assertTrue(file.scan_date)

    def test_infected_file_is_refused_and_nothing_stored(self):
        count = self.Files.search_count([])
        with self.assertRaisesRegex(UserError, "part.stl.*Eicar-Test"):
            self.Files._upload("part.stl", self._infected())
        self.assertEqual(self.Files.search_count([]), count)

    @mute_logger(JOURNAL)
    def test_refusal_is_told_and_journaled(self):
        self.authenticate("lib_operator", "lib_operator")
        response = self.url_open(
            "/print3d/upload",
            data={"csrf_token": http.Request.csrf_token(self)},
            files=[
                ("files", ("part.stl", self._infected())),
                ("files", ("good.stl", self._make_stl())),
            ],
        )
        refused, good = json.loads(response.text)["results"]
        self.assertFalse(refused["ok"])
        self.assertIn("Eicar-Test", refused["message"])
        self.assertTrue(good["ok"], "a bad file does not stop the others")
        event = self.Events.search([])
        self.assertRecordValues(
            event,
            [
                {
                    "name": "part.stl",
                    "result": "refused",
                    "user_id": self.user_operator.id,
                    "size": len(self._infected()),
                }
            ],
        )
        self.assertIn("Eicar-Test", event.message)

    def test_sliced_files_and_packages_are_scanned_too(self):
        gcode = self._make_gcode() + b"; " + clamd_daemon.EICAR + b"\n"
        package = self._make_3mf(members={"Auxiliaries/a.txt": clamd_daemon.EICAR})
        for name, content in (("a.gcode", gcode), ("a.3mf", package)):
            with self.subTest(name=name), self.assertRaises(RefusedContentError):
                self.Files._upload(name, content)

    def test_larger_than_the_scanner_takes(self):
        content = self._make_gcode() + b"\n" * clamd_daemon.STREAM_MAX
        with self.assertRaisesRegex(UserError, "StreamMaxLength"):
            self.Files._upload("part.gcode", content)
        self._set(scanner_policy="accept")
        file = self.Files._upload("part.gcode", content).file
        self.assertEqual(file.scan_state, "skipped")

    @mute_logger(JOURNAL)
    def test_file_taken_unseen_is_found_later_and_locked(self):
        self._set_nobody("accept")
        mesh = self.Files._upload("part.stl", self._infected()).mesh
        version = self._create_version(name="clean.gcode")
        files = mesh.file_id + version.file_id
        self.assertEqual(set(files.mapped("scan_state")), {"waiting"})
        self._set(scanner="socket")
        with self.enter_registry_test_mode():
            self.env.ref("print3d_library.ir_cron_scan_waiting").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(files.mapped("scan_state"), ["infected", "clean"])
        self.assertRecordValues(
            self.Events.search([("result", "=", "found")]),
            [{"name": "part.stl", "file_id": mesh.file_id.id}],
        )
        # It is neither handed out nor read any more.
        with self.assertRaisesRegex(UserError, "locked"):
            mesh.action_download()
        with self.assertRaises(SlicedFileError), mesh.file_id._open():
            pass
        mesh._inspect_file()
        self.assertEqual((mesh.state, mesh.error_code), ("failed", "infected"))
        self.authenticate("lib_owner", "lib_owner")
        response = self.url_open(mesh.file_id.download_url)
        self.assertEqual(response.status_code, 403)
        self.assertNotIn(clamd_daemon.EICAR, response.content)

    def test_settings_are_tried(self):
        settings = self.env["res.config.settings"].create(
            {"print3d_scanner": "socket", "print3d_scanner_socket": self.address}
        )
        action = settings.action_test_print3d_scanner()
        self.assertIn("ClamAV", action["params"]["message"])


@tagged("post_install", "-at_install")
class TestWithoutDaemon(VirusScanCommon):
    def test_nothing_is_scanned_by_default(self):
        self.assertIsNone(self.env["print3d.scanner"]._get_client())
        file = self.Files._upload("part.stl", self._make_stl()).file
        self.assertEqual(file.scan_state, "off")

    def test_files_are_refused_while_the_scanner_is_away(self):
        self._set_nobody("refuse")
        with self.assertRaises(RefusedContentError) as caught:
            self.Files._upload("part.stl", self._make_stl())
        self.assertIn("part.stl", str(caught.exception))
        self.assertIn("cannot be reached", str(caught.exception))
        self.assertEqual(caught.exception.event["result"], "unscanned")

    def test_files_are_marked_where_they_are_taken_unseen(self):
        self._set_nobody("accept")
        file = self.Files._upload("part.stl", self._make_stl()).file
        self.assertEqual(file.scan_state, "waiting")
        self.assertIn("cannot be reached", file.scan_note)

    def test_waiting_files_stay_so_while_the_scanner_is_away(self):
        self._set_nobody("accept")
        file = self.Files._upload("part.stl", self._make_stl()).file
        self.assertFalse(file._scan())
        self.assertEqual(file.scan_state, "waiting")

    def test_waiting_files_wait_no_more_without_a_scanner(self):
        self._set_nobody("accept")
        file = self.Files._upload("part.stl", self._make_stl()).file
        self._set(scanner="off")
        self.assertTrue(file._scan())
        self.assertEqual(file.scan_state, "off")

    def test_settings_that_lead_nowhere_are_told(self):
        settings = self.env["res.config.settings"].create(
            {"print3d_scanner": "socket", "print3d_scanner_socket": "/nowhere.sock"}
        )
        with self.assertRaisesRegex(UserError, "cannot be reached"):
            settings.action_test_print3d_scanner()
        settings.print3d_scanner = "off"
        with self.assertRaisesRegex(UserError, "Choose first"):
            settings.action_test_print3d_scanner()

    def test_address_is_as_the_settings_say(self):
        self.env["res.config.settings"].create(
            {
                "print3d_scanner": "tcp",
                "print3d_scanner_host": "scanner.local",
                "print3d_scanner_port": 3311,
                "print3d_scanner_policy": "accept",
            }
        ).execute()
        client = self.env["print3d.scanner"]._get_client()
        self.assertEqual(client.address, ("scanner.local", 3311))
        self._set(scanner_port="many")
        client = self.env["print3d.scanner"]._get_client()
        self.assertEqual(client.address, ("scanner.local", 3310))
