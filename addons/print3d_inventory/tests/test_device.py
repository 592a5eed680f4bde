import json
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged

from ..controllers import scale as scale_controller
from ..tools.throttle import Throttle
from .common import Print3dInventoryCommon


class DeviceCommon(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls._create_user("device_owner", "owner")
        cls.operator = cls._create_user("device_operator", "operator")
        cls.sales = cls._create_user("device_sales", "sales")
        cls.filament.tare_weight_g = 200
        cls.spool = cls._create_spool()
        cls.Device = cls.env["print3d.device"].with_user(cls.owner)
        cls.device = cls.Device.create({"name": "Bench Scale"})

    @classmethod
    def _make_key(cls, device=None):
        return (device or cls.device).action_make_key()["context"]["default_key"]


@tagged("post_install", "-at_install")
class TestDevice(DeviceCommon):
    def test_key_is_shown_once_and_not_kept(self):
        key = self._make_key()
        self.assertEqual(self.Device._find_by_key(key), self.device)
        self.assertEqual(self.device.key_made_by, self.owner)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT * FROM print3d_device WHERE id = %s", self.device.ids
        )
        row = self.env.cr.dictfetchone()
        self.assertEqual(len(row["key_hash"]), 64)
        self.assertNotIn(key.split("-", 1)[1], str(row))
        with self.assertRaises(AccessError):
            self.device.read(["key_hash"])
        self.assertNotIn("key_hash", self.device.fields_get())
        self.assertFalse(self.device.copy().key_made_on)

    def test_dialog_shows_the_key(self):
        action = self.device.action_make_key()
        dialog = self.env[action["res_model"]].with_user(self.owner)
        dialog = dialog.with_context(**action["context"])
        shown = dialog.onchange({}, [], {"key": {}})["value"]["key"]
        self.assertEqual(self.Device._find_by_key(shown), self.device)
        dialog.check_access("create")

    def test_new_key_and_revoked_key(self):
        first = self._make_key()
        second = self._make_key()
        self.assertNotEqual(first, second)
        self.assertFalse(self.Device._find_by_key(first))
        self.assertEqual(self.Device._find_by_key(second), self.device)
        self.device.action_revoke_key()
        self.assertFalse(self.Device._find_by_key(second))
        self.assertFalse(self.device.key_made_on)
        third = self._make_key()
        self.device.action_archive()
        self.assertFalse(self.Device._find_by_key(third))

    def test_wrong_keys(self):
        key = self._make_key()
        other = self._make_key(self.Device.create({"name": "Other"}))
        number, secret = key.split("-", 1)
        for wrong in (
            None,
            "",
            "x",
            key + "x",
            key[:-1],
            f"{number}-{other.split('-', 1)[1]}",
            f"{other.split('-', 1)[0]}-{secret}",
            f"9999999999-{secret}",
            f"0-{secret}",
        ):
            self.assertFalse(self.Device._find_by_key(wrong), wrong)

    def test_rights(self):
        for user in (self.operator, self.sales):
            device = self.device.with_user(user)
            self.assertEqual(device.name, "Bench Scale")
            for deed in (
                device.action_make_key,
                device.action_revoke_key,
                device.unlink,
                lambda device=device: device.write({"name": "Mine"}),
                lambda device=device: device.create({"name": "Mine"}),
            ):
                with self.assertRaises(AccessError):
                    deed()
        with self.assertRaises(AccessError):
            self.env["print3d.device.key.show"].with_user(self.operator).check_access(
                "create"
            )

    def test_companies(self):
        company = self.env["res.company"].create({"name": "Company With Scale"})
        foreign = self.env["print3d.device"].create(
            {"name": "Foreign", "company_id": company.id, "user_id": False}
        )
        self.assertNotIn(foreign, self.Device.search([]))
        with self.assertRaises(AccessError):
            foreign.with_user(self.owner).action_make_key()
        with self.assertRaises(ValidationError):
            foreign.user_id = self.owner

    def test_what_a_device_told(self):
        self.spool._print3d_record("scale", 900, device=self.device)
        self.assertEqual(self.device.entry_count, 1)
        action = self.device.action_view_entries()
        entries = self.env["print3d.spool.entry"].search(action["domain"])
        self.assertEqual(entries.lot_id, self.spool)
        self.assertIn("/print3d/scale", self.device.example)


@tagged("post_install", "-at_install")
class TestScale(HttpCase, DeviceCommon):
    """Readings posted as a scale posts them."""

    def setUp(self):
        super().setUp()
        self.key = self._make_key()
        for name in ("READINGS", "WRONG_KEYS"):
            patcher = patch.object(
                scale_controller, name, Throttle(per_minute=60, burst=40)
            )
            patcher.start()
            self.addCleanup(patcher.stop)

    def _post(self, body=None, key=None, headers=None, **told):
        if body is None:
            body = {"spool": self.spool.name, "gross_g": 812.4, **told}
        if not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        response = self.url_open(
            "/print3d/scale",
            data=body,
            headers={
                "Content-Type": "application/json",
                "X-Device-Key": self.key if key is None else key,
                **(headers or {}),
            },
            method="POST",
        )
        self.env.invalidate_all()
        return response

    def _assert_refused(self, response, status, error):
        self.assertEqual(response.status_code, status, response.text)
        answer = response.json()
        self.assertEqual(answer["error"], error)
        self.assertTrue(answer["message"].endswith("."), answer)

    def test_reading_is_taken_once(self):
        # Lines keep the time that is told, unless the spool came later.
        late = self._post(at="2020-01-01T10:00:00Z").json()
        self.assertEqual(
            self.env["print3d.spool.entry"].browse(late["entry"]).happened_on,
            self.spool.spool_entry_ids.filtered(
                lambda entry: entry.kind == "receive"
            ).happened_on,
        )
        when = datetime(2020, 1, 1, 10)
        self.spool = (
            self.env["print3d.spool.add"]
            .with_context(print3d_spool_happened_on=when - timedelta(days=1))
            .create({"product_id": self.filament.id, "location_id": self.shelf.id})
            ._add_spools()
        )
        response = self._post(at="2020-01-01T10:00:00Z")
        self.assertEqual(response.status_code, 200, response.text)
        answer = response.json()
        self.assertEqual(
            (answer["state"], answer["spool"]), ("posted", self.spool.name)
        )
        entry = self.env["print3d.spool.entry"].browse(answer["entry"])
        self.assertEqual((entry.kind, entry.device_id), ("scale", self.device))
        self.assertEqual(entry.user_id, self.owner)
        self.assertEqual(entry.happened_on, when)
        self.assertTrue(self.device.seen_on)
        again = self._post(at="2020-01-01T10:00:00Z")
        self.assertEqual(again.json()["entry"], answer["entry"])

    def test_scale_outranks_the_printer(self):
        self.spool._print3d_record("use", 300)
        answer = self._post().json()
        self.assertEqual(answer["remaining_g"], 612.4)

    def test_key_counts_once(self):
        body = {"spool": self.spool.name, "gross_g": 800, "key": "reading-1"}
        answer = self._post(body).json()
        self.assertEqual(self._post(body).json(), answer)
        self.assertEqual(
            self._post({**body, "gross_g": 700}).json()["entry"], answer["entry"]
        )
        other = self._create_spool()
        self._assert_refused(self._post({**body, "spool": other.name}), 409, "key_used")
        # Another scale has its own keys.
        second = self.Device.create({"name": "Second"})
        answer = self._post({**body, "spool": other.name}, key=self._make_key(second))
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.spool.remaining_g, 600)

    def test_spool_by_anything(self):
        self.env["print3d.tag"].create(
            {"lot_id": self.spool.id, "value": "04A22B1C5D6E80"}
        )
        slot = self._create_slot("Scale Slot")
        self.spool.action_load(slot)
        for number, code in enumerate(
            (
                self.spool.name.lower(),
                self.spool.id,
                self.spool._get_label_url(),
                "04:a2:2b:1c:5d:6e:80",
                {"uid": "04A22B1C5D6E80"},
                "Scale Slot",
            )
        ):
            response = self._post({"spool": code, "gross_g": 900 - number})
            self.assertEqual(response.status_code, 200, response.text)
            self.assertEqual(response.json()["remaining_g"], 700 - number)

    def test_unknown_spools(self):
        foreign = self._create_foreign_spool()
        self._create_slot("Empty Scale Slot")
        for code in (
            "nothing",
            "no\x00thing",
            foreign.name,
            foreign.id,
            2**40,
            1.5,
            "Empty Scale Slot",
            self.shelf.name,
            [1],
        ):
            self._assert_refused(
                self._post({"spool": code, "gross_g": 900}), 404, "unknown_spool"
            )

    def test_wrong_key_and_gone_person(self):
        for key in ("", "x", self.key[:-1]):
            self._assert_refused(self._post(key=key), 401, "wrong_key")
        self.device.user_id = self.sales
        self._assert_refused(self._post(), 401, "no_right")
        self.device.user_id = False
        self._assert_refused(self._post(), 401, "no_person")
        self.device.action_revoke_key()
        self._assert_refused(self._post(), 401, "wrong_key")
        self.assertEqual(self.spool.remaining_g, 1000)

    def test_nonsense(self):
        for body, error in (
            ("", "no_json"),
            ("{", "no_json"),
            ("[" * 5000, "no_json"),
            ("[]", "no_object"),
            ('{"gross_g": 5}', "no_spool"),
            ('{"gross_g": 5, "spool": true}', "no_spool"),
            ('{"spool": "x", "gross_g": NaN}', "bad_weight"),
            ('{"spool": "x", "gross_g": 1e309}', "bad_weight"),
            ('{"spool": "x", "gross_g": "5"}', "bad_weight"),
            ('{"spool": "x", "gross_g": true}', "bad_weight"),
            ('{"spool": "x", "gross_g": 1%s}' % ("0" * 400), "bad_weight"),
            ('{"spool": "x", "gross_g": 5, "key": "a\\u0000b"}', "bad_key"),
            ('{"spool": "x", "gross_g": 5, "at": "0001-01-01T00:00"}', "bad_time"),
            ('{"spool": "x", "gross_g": -1}', "bad_weight"),
            ('{"spool": "x", "gross_g": 5, "key": 7}', "bad_key"),
            ('{"spool": "x", "gross_g": 5, "key": "%s"}' % ("k" * 101), "bad_key"),
            ('{"spool": "x", "gross_g": 5, "at": "noon"}', "bad_time"),
            (b"\xff\xfe", "no_json"),
        ):
            self._assert_refused(self._post(body), 400, error)
        self._assert_refused(self._post(gross_g=50), 409, "refused")
        self.assertEqual(self._post("x" * 17000).status_code, 413)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self._assert_refused(self._post(headers=form), 415, "not_json")
        self.assertEqual(self.spool.remaining_g, 1000)

    def test_more_than_full_is_for_people(self):
        response = self._post(gross_g=1500)
        self.assertEqual(response.status_code, 202)
        answer = response.json()
        self.assertEqual(answer["state"], "conflict")
        self.assertIn("full spool", answer["message"])
        self.assertEqual(self.spool.remaining_g, 1000)

    def test_too_many(self):
        with patch.object(
            scale_controller, "READINGS", Throttle(per_minute=1, burst=2)
        ):
            self.assertEqual(self._post().status_code, 200)
            self.assertEqual(self._post().status_code, 200)
            response = self._post()
            self._assert_refused(response, 429, "too_many")
            self.assertGreater(int(response.headers["Retry-After"]), 0)
        with patch.object(
            scale_controller, "WRONG_KEYS", Throttle(per_minute=1, burst=2)
        ):
            for status in (401, 401, 429):
                self.assertEqual(self._post(key="guess").status_code, status)
            # Nor the right one, from there.
            self.assertEqual(self._post().status_code, 429)

    def test_only_posted(self):
        response = self.url_open("/print3d/scale")
        self.assertEqual(response.status_code, 405)
