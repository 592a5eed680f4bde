import base64
import json

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import ndef, openspool
from .common import Print3dInventoryCommon
from .test_tag_formats import META, OPENSPOOL, PAYLOAD, UID, _base64

NUMBER = "0123456789ABCDEF0123456789ABCDEF"


@tagged("post_install", "-at_install")
class TestScan(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._create_user("scan_operator", "operator")
        cls.spool = cls._create_spool().with_user(cls.operator)
        cls.Scan = cls.env["print3d.scan"].with_user(cls.operator)

    def _assert_found(self, code, record, kind):
        found = self.Scan._resolve(code)
        self.assertEqual(
            (found["type"], found["id"], found["model"]),
            (kind, record.id, record._name),
            found,
        )
        json.dumps(found)
        return found

    def test_label_of_any_server(self):
        path = self.spool._get_label_path()
        for text in (
            self.spool._get_label_url(),
            f"http://192.168.1.5:8069{path}",
            f"https://old-name.example{path}/?utm=1",
            path,
            f" {path}\n",
        ):
            found = self._assert_found(text, self.spool, "spool")
        self.assertEqual(found["title"], self.spool.name)
        self.assertIn(self.filament.name, found["subtitle"])
        found = self._assert_found(self.shelf._get_label_url(), self.shelf, "place")
        self.assertEqual((found["title"], found["subtitle"]), ("Test Shelf", "Shelf"))

    def test_forged_labels_say_nothing(self):
        other = self._create_spool()
        signature = self.spool._get_label_signature()
        for path in (
            f"/print3d/s/{other.id}/{signature}",
            f"/print3d/p/{self.spool.id}/{signature}",
            f"/print3d/x/{self.spool.id}/{signature}",
            f"/print3d/s/9999999999/{signature}",
            f"/print3d/s/{self.spool.id}/{'0' * 20}",
            f"/print3d/s/{self.spool.id}/{signature[:-1]}",
            f"/print3d/p/{self.stock.id}/{self.stock._get_label_signature()}",
        ):
            found = self.Scan._resolve("https://shop.example" + path)
            self.assertEqual(found["type"], "unknown", path)
            self.assertTrue(found["reason"])
            self.assertNotIn(other.name, json.dumps(found))

    def test_deleted_spool_and_foreign_company(self):
        gone = self.env["stock.lot"].create(
            {"name": "GONE", "product_id": self.filament.id}
        )
        url = gone._get_label_url()
        gone.unlink()
        self.assertIn("gone", self.Scan._resolve(url)["reason"])
        foreign = self._create_foreign_spool()
        found = self.Scan._resolve(foreign._get_label_url())
        self.assertEqual(found["type"], "unknown")
        self.assertIn("company", found["reason"])
        self.assertEqual(self.Scan._resolve(foreign.name)["type"], "unknown")

    def test_name_of_a_spool(self):
        self._assert_found(self.spool.name, self.spool, "spool")
        self._assert_found(f" {self.spool.name.lower()} ", self.spool, "spool")

    def test_one_name_on_several_spools(self):
        other_filament = self._create_filament("Scan PETG", material_id=self.petg.id)
        twin = self._create_spool(filament=other_filament)
        twin.name = self.spool.name
        found = self.Scan._resolve(self.spool.name)
        self.assertEqual(found["type"], "unknown")
        self.assertEqual(
            {choice["id"] for choice in found["choices"]}, {self.spool.id, twin.id}
        )
        self._use_filament(twin, 1000)
        self._assert_found(self.spool.name, self.spool, "spool")

    def test_place_by_its_bar_code_or_name(self):
        self.shelf.barcode = "SHELF-7"
        self._assert_found("shelf-7", self.shelf, "place")
        self._assert_found("Test Shelf", self.shelf, "place")
        self.shelf.copy({"barcode": False, "name": "SHELF-7"})
        self._assert_found("SHELF-7", self.shelf, "place")

    def test_purchase_and_its_receipt(self):
        order = self._create_purchase(2, 20)
        found = self._assert_found(order.name, order, "purchase")
        self.assertEqual(found["picking_ids"], order.picking_ids.ids)
        self.assertEqual(found["subtitle"], "Test Vendor")
        self._assert_found(order.picking_ids.name, order, "purchase")

    def test_product_by_any_of_its_numbers(self):
        self.filament.barcode = "4006381333931"
        self.filament.default_code = "PLA-BLK"
        for code in (
            "4006381333931",
            "04006381333931",
            "]C1010400638133393110BATCH7",
            "(01)04006381333931(10)BATCH7",
            "pla-blk",
        ):
            self._assert_found(code, self.filament, "product")
        pack = self.env["product.uom"].create(
            {
                "product_id": self.filament.id,
                "uom_id": self.spool_uom.id,
                "barcode": "012345678905",
            }
        )
        self.assertTrue(pack)
        self._assert_found("0012345678905", self.filament, "product")
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.vendor.id,
                "product_id": self.filament.id,
                "product_tmpl_id": self.filament.product_tmpl_id.id,
                "product_code": "V-99",
            }
        )
        self._assert_found("V-99", self.filament, "product")

    def test_nonsense_is_answered_with_what_to_do(self):
        for text in ("", None, 5, "no such thing", "x" * 9000, "%", "{", "{}", {}):
            found = self.Scan._resolve(text)
            self.assertEqual(found["type"], "unknown")
            self.assertTrue(found["reason"].endswith("."))

    def test_few_queries(self):
        self.Scan._resolve("warm up")
        with self.assertQueryCount(25):
            self.env.invalidate_all()
            self.Scan._resolve("nothing of that name")


@tagged("post_install", "-at_install")
class TestTag(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._create_user("tag_operator", "operator")
        cls.sales = cls._create_user("tag_sales", "sales")
        cls.spool = cls._create_spool().with_user(cls.operator)
        cls.other = cls._create_spool().with_user(cls.operator)
        cls.Scan = cls.env["print3d.scan"].with_user(cls.operator)
        cls.Tag = cls.env["print3d.tag"].with_user(cls.operator)
        cls.bambu = {
            "tray_uuid": NUMBER,
            "tag_uid": "A1B2C3D400000100",
            "tray_type": "PLA",
            "tray_color": "1A1A1AFF",
        }

    def test_bambu_spool_is_known_by_its_number_not_by_its_chip(self):
        self.Tag.tie(self.spool.id, self.bambu)
        self.assertEqual(
            self.spool.tag_ids.mapped("value"), [NUMBER, "A1B2C3D400000100"]
        )
        # In another slot the printer reads the chip on the other side.
        seen = self.Scan._resolve({**self.bambu, "tag_uid": "FFFFC3D400000100"})
        self.assertEqual((seen["type"], seen["id"]), ("spool", self.spool.id))
        self.assertEqual(self.Scan._resolve(NUMBER.lower())["id"], self.spool.id)
        self.Tag.tie(self.spool.id, {**self.bambu, "tag_uid": "FFFFC3D400000100"})
        self.assertEqual(self.spool.tag_count, 3)
        self.assertEqual(
            self.Scan._resolve("ff:ff:c3:d4:00:00:01:00")["id"], self.spool.id
        )

    def test_tie_twice_changes_nothing(self):
        first = self.Tag.tie(self.spool.id, self.bambu)
        messages = len(self.spool.message_ids)
        self.assertEqual(self.Tag.tie(self.spool.id, self.bambu), first)
        self.assertEqual(len(self.spool.message_ids), messages)

    def test_tag_moves_to_another_spool(self):
        self.Tag.tie(self.spool.id, {"uid": UID})
        self.Tag.tie(self.other.id, {"uid": UID})
        self.assertFalse(self.spool.tag_ids)
        self.assertEqual(self.other.tag_ids.value, UID)
        self.assertIn("taken off", self.spool.message_ids[0].body)
        self.assertIn("put on", self.other.message_ids[0].body)

    def test_openprinttag_is_tied_by_its_package(self):
        payload = {
            "uid": UID,
            "records": [
                {"kind": "application/vnd.openprinttag", "data": _base64(PAYLOAD)}
            ],
        }
        found = self.Scan._resolve(payload)
        self.assertEqual(found["type"], "tag")
        self.assertEqual(found["title"], "Prusament PLA Prusa Galaxy Black")
        self.assertEqual(found["facts"]["net_weight_g"], 1012)
        self.assertIn(self.filament.id, found["candidates"])
        json.dumps(found)
        self.Tag.tie(self.spool.id, payload)
        self.assertEqual(self.Scan._resolve(payload)["id"], self.spool.id)
        self.assertEqual(self.spool.tag_ids[0].facts["brand"], "Prusament")

    def test_candidates_are_the_nearest_of_brand_and_colour(self):
        brand = self.env["res.partner"].create({"name": "Tag Brand"})
        red = self._create_filament("Tag PLA Red", "#C1121F", brand_id=brand.id)
        white = self._create_filament("Tag PLA White", "#FFFFFF", brand_id=brand.id)
        payload = {**OPENSPOOL, "brand": "tag brand"}
        found = self.Scan._resolve({**payload, "color_hex": "FAFAFA"})
        self.assertEqual(found["type"], "tag")
        self.assertEqual(found["candidates"][0], white.id)
        found = self.Scan._resolve(json.dumps({**payload, "color_hex": "C0121F"}))
        self.assertEqual(found["candidates"][0], red.id)
        red.barcode = "8594173675001"
        found = self.Scan._resolve({"records": [self._get_record(PAYLOAD)]})
        self.assertEqual(found["candidates"], red.ids)
        found = self.Scan._resolve({**OPENSPOOL, "type": "UNOBTAINIUM"})
        self.assertEqual(found["candidates"], [])

    def _get_record(self, payload):
        return {"kind": "application/vnd.openprinttag", "data": _base64(payload)}

    def test_written_tag_leads_to_its_spool(self):
        payload = self.spool.get_tag_payload()
        message = ndef.parse(_bytes(payload["ndef"]))
        self.assertEqual(len(_bytes(payload["ndef"])), payload["size"])
        # The common tag, NTAG215, holds 504 bytes.
        self.assertLess(payload["size"], 480)
        facts = openspool.read(message[0].data)
        self.assertEqual((facts.material, facts.hexes), ("PLA", ("#1A1A1A",)))
        self.assertEqual(message[1].text, self.spool._get_label_url())
        self.assertEqual(payload["records"][0]["mediaType"], "application/json")
        found = self.Scan._resolve({"uid": UID, "ndef": payload["ndef"]})
        self.assertEqual((found["type"], found["id"]), ("spool", self.spool.id))

    def test_a_tag_without_a_number_is_refused(self):
        for payload in (OPENSPOOL, {}, {"tray_uuid": "0" * 32}):
            with self.assertRaisesRegex(UserError, "no number of its own"):
                self.Tag.tie(self.spool.id, payload)
        with self.assertRaisesRegex(UserError, "gone"):
            self.Tag.tie(10**9, {"uid": UID})
        damaged = {"records": [self._get_record(META)]}
        self.assertEqual(self.Scan._resolve(damaged)["type"], "unknown")

    def test_unknown_chip_can_be_tied(self):
        found = self.Scan._resolve({"uid": UID})
        self.assertEqual((found["type"], found["candidates"]), ("tag", []))
        self.assertIn(UID, found["title"])

    def test_numbers_typed_by_hand(self):
        tag = self.Tag.create(
            {"lot_id": self.spool.id, "value": "04:a2:2b:c1:d3:e4:f5"}
        )
        self.assertEqual(tag.value, "04A22BC1D3E4F5")
        tag.value = "04 A2 2B C1 D3 E4 F6"
        self.assertEqual(tag.value, "04A22BC1D3E4F6")
        with self.assertRaisesRegex(UserError, "not the number of a tag"):
            self.Tag.create({"lot_id": self.spool.id, "value": "hello"})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            self.Tag.create({"lot_id": self.other.id, "value": "04A22BC1D3E4F6"})

    def test_rights(self):
        self.Tag.tie(self.spool.id, {"uid": UID})
        tag = self.spool.tag_ids
        self.assertEqual(tag.with_user(self.sales).value, UID)
        with self.assertRaises(AccessError):
            tag.with_user(self.sales).value = "04A22BC1D3E4F5"
        with self.assertRaises(AccessError):
            self.Tag.with_user(self.sales).tie(self.other.id, {"uid": UID})

    def test_tags_of_other_companies_are_not_seen(self):
        self.Tag.tie(self.spool.id, {"uid": UID})
        self.spool.tag_ids.sudo().lot_id = self._create_foreign_spool()
        self.env.flush_all()
        self.assertFalse(self.Tag.search([("value", "=", UID)]))
        self.assertEqual(self.Scan._resolve({"uid": UID})["type"], "tag")
        # The same chip may be tied here: it is another company's matter.
        self.Tag.tie(self.other.id, {"uid": UID})
        self.assertEqual(self.Scan._resolve({"uid": UID})["id"], self.other.id)

    def test_list_of_a_spool(self):
        self.Tag.tie(self.spool.id, {"uid": UID})
        action = self.spool.action_view_tags()
        self.assertEqual(self.Tag.search(action["domain"]), self.spool.tag_ids)


def _bytes(text):
    return base64.b64decode(text)
