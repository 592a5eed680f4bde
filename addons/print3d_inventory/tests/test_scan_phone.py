import io

from PIL import Image

from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import Print3dInventoryCommon
from .label_reader import decode, rasterise
from .phone import CAMERA_SIZE, Phone

PAGE = "/print3d/scan"


@tagged("post_install", "-at_install")
class TestScanPage(HttpCase, Print3dInventoryCommon):
    """The pages of the scan app, without a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._create_user("scan_operator", "operator")

    def test_page_is_for_the_staff(self):
        response = self.url_open(PAGE, allow_redirects=False)
        self.assertEqual(response.status_code, 303, "log in first")
        self.assertIn("/web/login", response.headers["Location"])
        self._create_portal_user()
        self.authenticate("scan_portal", "scan_portal")
        response = self.url_open(PAGE)
        self.assertEqual(response.status_code, 403)
        self.assertIn("for the staff of the shop", response.text)

    def _create_portal_user(self):
        self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": "Portal",
                "login": "scan_portal",
                "password": "scan_portal",
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )

    def test_shell_is_the_same_for_all_and_tells_no_secret(self):
        """A phone keeps the page: it may name nobody and hold no token."""
        self.authenticate("scan_operator", "scan_operator")
        page = self.url_open(PAGE).text
        self.assertIn("assets_scan", page)
        self.assertNotIn(self.operator.name, page)
        self.assertNotIn(self.session.sid, page)
        self.assertIn('csrf_token: ""', page)
        again = self.url_open(f"{PAGE}?code=/print3d/s/1/{'0' * 20}").text
        self.assertEqual(page, again, "the service worker compares it")
        self._create_user("scan_owner", "owner")
        self.authenticate("scan_owner", "scan_owner")
        self.assertEqual(page, self.url_open(PAGE).text)

    def test_page_of_a_language_from_right_to_left(self):
        self.env["res.lang"]._activate_lang("he_IL")
        self.operator.lang = "he_IL"
        self.authenticate("scan_operator", "scan_operator")
        page = self.url_open(PAGE).text
        self.assertIn('dir="rtl"', page)
        self.assertIn('lang="he-IL"', page)

    def test_what_somebody_else_did_is_not_done(self):
        """A phone tells what its user did after another one has logged in."""
        spool = self._create_spool(grams=1000)
        other = self._create_user("scan_other", "operator")
        self.authenticate("scan_other", "scan_other")
        told = {
            "act": {
                "actions": [
                    {
                        "key": "11111111-0000-4000-8000-000000000001",
                        "kind": "use",
                        "spool_id": spool.id,
                        "value": 10,
                    }
                ]
            },
            "undo": {"key": "11111111-0000-4000-8000-000000000002", "entry_id": 1},
            "decide": {
                "key": "11111111-0000-4000-8000-000000000003",
                "entry_id": 1,
                "decision": "mine",
            },
        }
        for route, params in told.items():
            with self.subTest(route=route):
                answer = self.make_jsonrpc_request(
                    f"{PAGE}/{route}", {**params, "user_id": self.operator.id}
                )
                self.assertEqual(
                    answer, {"other_user": {"id": other.id, "name": other.name}}
                )
        self.assertAlmostEqual(spool.remaining_g, 1000)
        answer = self.make_jsonrpc_request(
            f"{PAGE}/act", {**told["act"], "user_id": other.id}
        )
        self.assertEqual([one["state"] for one in answer["results"]], ["done"])
        self.env.invalidate_all()
        self.assertAlmostEqual(spool.remaining_g, 990)

    def test_manifest_and_worker(self):
        response = self.url_open(f"{PAGE}/manifest.webmanifest")
        self.assertEqual(response.headers["Content-Type"], "application/manifest+json")
        manifest = response.json()
        self.assertEqual(manifest["scope"], PAGE)
        self.assertEqual(manifest["start_url"], PAGE)
        self.assertEqual(manifest["display"], "standalone")
        sizes = {}
        for icon in manifest["icons"]:
            picture = self.url_open(icon["src"])
            self.assertEqual(picture.headers["Content-Type"], "image/png")
            with Image.open(io.BytesIO(picture.content)) as image:
                sizes[icon.get("purpose", "any"), icon["sizes"]] = image.size
        self.assertEqual(
            sizes,
            {
                ("any", "192x192"): (192, 192),
                ("any", "512x512"): (512, 512),
                ("maskable", "512x512"): (512, 512),
            },
        )
        worker = self.url_open(f"{PAGE}/sw.js")
        self.assertEqual(worker.headers["Service-Worker-Allowed"], PAGE)
        self.assertIn("text/javascript", worker.headers["Content-Type"])
        self.assertIn("no-cache", worker.headers["Cache-Control"])


@tagged("post_install", "-at_install")
class TestScanPhone(HttpCase, Print3dInventoryCommon):
    """The scan app on a phone: camera, network cut, phone switched off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._create_user("scan_operator", "operator")
        cls.spool = cls._create_spool(grams=1000)
        cls.spool.tare_weight_g = 240
        cls.slot = cls._create_slot("Scan Slot")

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("web.base.url", self.base_url())
        # While the phone may ask the server, the test asks the database nothing.
        self.number = self.spool.name

    # === HELPERS === #

    def _show_label(self, spool):
        """Return a picture of the spool's printed label, as a camera sees it."""
        content, _mime, _name = self.env["print3d.label"]._render(
            "spool", spool.ids, {"layout": "dk-62x29"}
        )
        [label] = rasterise(content, 203)[:1]
        self.assertEqual(decode(label), [spool._get_label_url()])
        scene = Image.new("RGB", CAMERA_SIZE, (96, 92, 88))
        # Held a hand away, a little askew: grey edges, as a lens makes them.
        width, height = CAMERA_SIZE
        scale = 0.5 * width / label.width
        label = label.resize((int(label.width * scale), int(label.height * scale)))
        label = label.rotate(3, Image.Resampling.BICUBIC, expand=True, fillcolor=96)
        scene.paste(label, ((width - label.width) // 2, (height - label.height) // 2))
        return scene

    def _open_phone(self, picture=None):
        phone = Phone(self, picture)
        phone.start()
        return phone

    def _log_in(self, phone, login="scan_operator"):
        self.authenticate(login, login, browser=phone)

    def _open_app(self, phone):
        """Open the app with a network, and wait until the phone keeps it."""
        phone.open(f"{self.base_url()}{PAGE}")
        phone.wait("document.querySelector('.o_print3d_scan[data-status=ready]')")
        # The worker takes over once it has everything.
        phone.wait("navigator.serviceWorker.controller")

    def _get_entries(self, spool=None):
        self.env.invalidate_all()
        return (
            self.env["print3d.spool.entry"]
            .search([("lot_id", "=", (spool or self.spool).id)], order="id")
            .filtered(lambda entry: entry.kind in ("weigh", "count", "use", "load"))
        )

    def _weigh(self, phone, grams):
        phone.tap('[data-action="weigh"]')
        phone.press(grams)
        phone.tap(".o_scan_save")
        phone.wait("!document.querySelector('.o_scan_sheet')")

    def _settle(self, phone):
        phone.wait("document.querySelector('.o_print3d_scan[data-waiting=\"0\"]')", 90)

    # === STORIES === #

    def test_camera_to_saved_weight(self):
        """The camera sees a printed label; four touches later the weight is booked."""
        phone = self._open_phone(self._show_label(self.spool))
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            self._open_app(phone)
            phone.wait("document.querySelector('[data-screen=spool]')", 60)
            phone.see(self.number)
            phone.tap('[data-action="weigh"]')
            phone.press("812.4")
            phone.see("572 g")
            phone.tap(".o_scan_save")
            phone.wait("!document.querySelector('.o_scan_sheet')")
            self._settle(phone)
        entries = self._get_entries()
        self.assertEqual(entries.mapped("kind"), ["weigh"])
        self.assertEqual(entries.user_id, self.operator)
        self.assertAlmostEqual(entries.stated, 812.4)
        self.assertAlmostEqual(self.spool.remaining_g, 572.4)
        self.assertFalse(phone.errors)

    def test_without_a_network_and_switched_off(self):
        """Weighed in the cellar, battery empty, opened again there: booked once."""
        phone = self._open_phone()
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            self._open_app(phone)
            phone.scan(self.number)
            phone.wait("document.querySelector('[data-screen=spool]')")
        phone.set_offline(True)
        self._weigh(phone, "740")
        phone.see("500 g")
        phone.wait("document.querySelector('.o_print3d_scan[data-waiting=\"1\"]')")
        phone.kill()
        self.assertFalse(self._get_entries(), "the server knows nothing yet")

        phone.start()
        phone.open(f"{self.base_url()}{PAGE}")
        phone.wait("document.querySelector('.o_print3d_scan[data-waiting=\"1\"]')")
        phone.scan(self.number)
        phone.see("500 g")
        phone.tap('[data-action="use"]')
        phone.press("25")
        phone.tap(".o_scan_save")
        phone.wait("document.querySelector('.o_print3d_scan[data-waiting=\"2\"]')")
        self.assertFalse(self._get_entries(), "the server knows nothing yet")

        with self.allow_requests(browser=phone):
            phone.set_offline(False)
            self._settle(phone)
        entries = self._get_entries()
        self.assertEqual(entries.mapped("kind"), ["weigh", "use"])
        self.assertAlmostEqual(self.spool.remaining_g, 475)

    def test_lost_answer_is_booked_once(self):
        """The server books, its answer is lost, and the phone tells it again."""
        phone = self._open_phone()
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            self._open_app(phone)
            phone.scan(self.number)
            phone.wait("document.querySelector('[data-screen=spool]')")
            with phone.losing_answers("/print3d/scan/act"):
                self._weigh(phone, "840")
                phone.wait("document.querySelector('[data-status=offline]')")
                phone.wait(
                    "document.querySelector('.o_print3d_scan[data-waiting=\"1\"]')"
                )
            self._settle(phone)
        entries = self._get_entries()
        self.assertEqual(entries.mapped("kind"), ["weigh"])
        self.assertAlmostEqual(self.spool.remaining_g, 600)

    def test_conflict_is_shown_and_decided(self):
        """Somebody weighed meanwhile: nothing is overwritten, a person decides."""
        phone = self._open_phone()
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            self._open_app(phone)
            phone.scan(self.number)
            phone.wait("document.querySelector('[data-screen=spool]')")
        phone.set_offline(True)
        self._weigh(phone, "740")
        other = self._create_user("scan_other", "operator")
        self.spool.with_user(other)._print3d_record("weigh", 1040)
        self.assertAlmostEqual(self.spool.remaining_g, 800)
        with self.allow_requests(browser=phone):
            phone.set_offline(False)
            phone.wait("document.querySelector('.o_scan_note_conflict')", 60)
        self.env.invalidate_all()
        self.assertAlmostEqual(self.spool.remaining_g, 800, msg="nothing is lost")
        with self.allow_requests(browser=phone):
            phone.tap(".o_scan_note_conflict button")
            phone.tap('[data-decision="mine"]')
            self._settle(phone)
        self.env.invalidate_all()
        self.assertAlmostEqual(self.spool.remaining_g, 500)

    def test_load_by_scanning_and_take_back(self):
        """Spool, then slot, by a hand scanner; then undone."""
        slot = self.slot.name
        phone = self._open_phone()
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            self._open_app(phone)
            phone.scan(self.number)
            phone.tap('[data-action="load"]')
            phone.wait("document.querySelector('.o_scan_sheet')")
            phone.scan(slot)
            phone.wait("document.querySelector('.o_scan_note_undo')")
            self._settle(phone)
        self.env.invalidate_all()
        self.assertEqual(self.slot.spool_id, self.spool)
        with self.allow_requests(browser=phone):
            phone.tap(".o_scan_note_undo")
            phone.see("Taken back")
            self._settle(phone)
        self.env.invalidate_all()
        self.assertFalse(self.slot.spool_id)
        self.assertEqual(self.spool._get_spool_place(), self.shelf)

    @mute_logger("odoo.http")
    def test_session_that_ended_keeps_the_queue(self):
        phone = self._open_phone()
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            self._open_app(phone)
            phone.scan(self.number)
            phone.wait("document.querySelector('[data-screen=spool]')")
            phone.set_cookie("session_id", "0" * 40, "/", "127.0.0.1")
            self._weigh(phone, "640")
            phone.wait("document.querySelector('[data-status=session]')")
            phone.see("Log in")
        self.assertFalse(self._get_entries())
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            phone.open(f"{self.base_url()}{PAGE}")
            self._settle(phone)
        self.assertAlmostEqual(self.spool.remaining_g, 400)

    def test_queue_belongs_to_its_user(self):
        """Another person logs in on the phone: what the first did waits for them."""
        phone = self._open_phone()
        self._create_user("scan_other", "operator")
        name = self.operator.name
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            self._open_app(phone)
            phone.scan(self.number)
            phone.wait("document.querySelector('[data-screen=spool]')")
        phone.set_offline(True)
        self._weigh(phone, "740")
        phone.kill()
        phone.start()
        with self.allow_requests(browser=phone):
            phone.set_offline(False)
            self._log_in(phone, "scan_other")
            phone.open(f"{self.base_url()}{PAGE}")
            self._settle(phone)
            phone.tap(".o_scan_queue")
            phone.see(f"1 of {name} wait here")
            phone.tap(".o_scan_sheet_head button")
            phone.scan(self.number)
            phone.see("1,000 g")
        self.assertFalse(self._get_entries())
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            phone.open(f"{self.base_url()}{PAGE}")
            phone.tap(".o_scan_queue")
            phone.see(f"Weigh · {self.number}")
            self._settle(phone)
        entries = self._get_entries()
        self.assertEqual(entries.user_id, self.operator)
        self.assertAlmostEqual(self.spool.remaining_g, 500)

    def test_new_version_is_told_and_used(self):
        """The page comes from the phone; a newer one is used when somebody says so."""
        phone = self._open_phone()
        title = "document.title"
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            self._open_app(phone)
            self.assertEqual(phone.evaluate(title), "Spool Scanner")
        view = self.env.ref("print3d_inventory.scan_app")
        view.arch_db = view.arch_db.replace("Spool Scanner", "Spool Scanner 2")
        with self.allow_requests(browser=phone):
            phone.open(f"{self.base_url()}{PAGE}")
            self.assertEqual(phone.evaluate(title), "Spool Scanner", "the kept page")
            phone.see("A new version of the app is here.")
            phone.tap(".o_scan_notice button")
            phone.wait(f'{title} === "Spool Scanner 2"')

    def test_receive_spool_by_spool(self):
        """Two spools of an order are received, the second with another weight."""
        order = self._create_purchase(3, 20).name
        phone = self._open_phone()
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            self._open_app(phone)
            phone.scan(order)
            phone.wait("document.querySelector('.o_scan_purchase')")
            phone.tap(".o_scan_purchase button.o_scan_row_main")
            phone.see("3 to come")
            phone.tap(".o_scan_save")
            phone.see("2 to come")
            self._settle(phone)
            phone.evaluate(
                """
                const grams = document.querySelector("input[name=grams]");
                grams.value = "750";
                grams.dispatchEvent(new Event("input"));
                """
            )
            phone.tap(".o_scan_save")
            phone.see("1 to come")
            self._settle(phone)
        self.env.invalidate_all()
        spools = self.env["stock.lot"].search(
            [("product_id", "=", self.filament.id), ("id", "!=", self.spool.id)],
            order="id",
        )
        self.assertEqual(spools.mapped("remaining_g"), [1000, 750])

    def test_what_is_broken_is_told_on_the_page_of_the_receipt(self):
        """From the scan app to the dialog for it; not without the network."""
        order = self._create_purchase(3, 20)
        number, receipt = order.name, order.picking_ids.name
        phone = self._open_phone()
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            self._open_app(phone)
            phone.scan(number)
            phone.wait("document.querySelector('.o_scan_differ')")
            phone.set_offline(True)
            phone.tap(".o_scan_differ")
            phone.see("needs the network")
            phone.set_offline(False)
            phone.wait("navigator.onLine")
            height = "document.querySelector('.o_scan_differ').offsetHeight"
            self.assertGreaterEqual(phone.evaluate(height), 44)
            phone.tap(".o_scan_differ")
            # On a phone all but the first button of a page are in a menu.
            more = ".o_statusbar_buttons button[title=More]"
            phone.wait(f"document.querySelector('{more}')")
            phone.see(receipt)
            phone.tap(more)
            button = "button[name=action_print3d_receive]"
            phone.wait(f"document.querySelector('{button}')")
            phone.tap(button)
            phone.wait("document.querySelector('.modal .o_form_view')")
            phone.see("Delivery Note Number")

    def test_shelf_is_checked_and_put_right(self):
        """Scanned here and booked elsewhere: one touch books it here."""
        missing = self._create_spool(grams=500).name
        stray = self._create_spool(grams=300, location=self.stock)
        shelf, number = self.shelf.name, stray.name
        phone = self._open_phone()
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            self._open_app(phone)
            phone.scan(shelf)
            phone.tap('[data-action="check"]')
            phone.see("0 of 2 found")
            phone.scan(self.number)
            phone.see("1 of 2 found")
            phone.scan(number)
            phone.see("Here, but booked somewhere else")
            phone.tap(".o_scan_row_extra .o_scan_button")
            phone.see("2 of 3 found")
            row = "document.querySelector('.o_scan_row_missing').innerText"
            self.assertIn(missing, phone.evaluate(row))
            self._settle(phone)
        self.env.invalidate_all()
        self.assertEqual(stray._get_spool_place(), self.shelf)

    def test_occupied_slot_is_swapped_when_somebody_says_so(self):
        """The slot holds another spool: the app asks, and one touch swaps them."""
        other = self._create_spool(grams=500)
        other.action_load(self.slot)
        slot = self.slot.name
        phone = self._open_phone()
        with self.allow_requests(browser=phone):
            self._log_in(phone)
            self._open_app(phone)
            phone.scan(slot)
            phone.tap('[data-action="put"]')
            phone.wait("document.querySelector('.o_scan_sheet')")
            phone.scan(self.number)
            phone.see("Swap them")
        self.env.invalidate_all()
        self.assertEqual(self.slot.spool_id, other, "nothing is done unasked")
        with self.allow_requests(browser=phone):
            phone.tap(".o_scan_note button")
            phone.wait("document.querySelector('.o_scan_note_undo')")
            self._settle(phone)
        self.env.invalidate_all()
        self.assertEqual(self.slot.spool_id, self.spool)
