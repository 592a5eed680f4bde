from odoo.tests import HttpCase, tagged

from ..reports import spool_labels
from .common import Print3dInventoryCommon

LABEL = {
    "name": "SP00001",
    "material": "PLA",
    "brand": "Brand",
    "title": "Title",
    "colour": "Black",
    "hexes": ["#1A1A1A"],
    "detail": "1.75 mm · 1000 g",
    "url": "https://shop.example/print3d/s/1/0123456789abcdef0123",
}


@tagged("post_install", "-at_install")
class TestLabelDrawing(Print3dInventoryCommon):
    def test_one_label_a_page(self):
        content = spool_labels.render([LABEL] * 3)
        self.assertTrue(content.startswith(b"%PDF"))
        self.assertEqual(content.count(b"/Type /Page\n"), 3)

    def test_sheet_takes_twenty_one(self):
        content = spool_labels.render([LABEL] * 22, "a4")
        self.assertEqual(content.count(b"/Type /Page\n"), 2)

    def test_any_text_fits(self):
        for text in (
            "",
            "x" * 500,
            "חוט שחור (מבריק) 1.75 PLA",
            "中文 🧵 <b>&amp;",
            "two\nlines\tand more",
        ):
            with self.subTest(text=text):
                label = dict(
                    LABEL, name=text or "-", title=text, brand=text, colour=text
                )
                self.assertTrue(spool_labels.render([label]).startswith(b"%PDF"))

    def test_several_or_no_colours(self):
        for hexes in ([], ["#FFFFFF80"], ["#C1121F", "#1D4ED8", "#16A34A"]):
            with self.subTest(hexes=hexes):
                spool_labels.render([dict(LABEL, hexes=hexes)])

    def test_right_to_left_is_turned_for_drawing(self):
        self.assertEqual(spool_labels.to_visual("PLA black"), "PLA black")
        self.assertEqual(spool_labels.to_visual("אב"), "בא")
        self.assertEqual(spool_labels.to_visual("אב 12"), "12 בא")
        self.assertEqual(spool_labels.to_visual("PLA אב"), "PLA בא")
        self.assertEqual(spool_labels.to_visual("(אב)"), "(בא)")

    def test_text_is_cut_to_its_room(self):
        font, _bold = spool_labels.get_fonts()
        self.assertEqual(spool_labels.fit("short", font, 8, 200), "short")
        cut = spool_labels.fit("a very long name of a filament", font, 8, 50)
        self.assertTrue(cut.endswith("…"))


@tagged("post_install", "-at_install")
class TestLabelRoutes(HttpCase, Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._create_user("label_operator", "operator")
        cls.operator.password = "label_operator"
        cls.portal = cls.env["res.users"].create(
            {
                "name": "Label Portal",
                "login": "label_portal",
                "password": "label_portal",
                "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
            }
        )
        cls.spool = cls._create_spool()
        cls.labels_url = f"/print3d/labels/spools?ids={cls.spool.id}"
        cls.scan_url = f"/print3d/s/{cls.spool.id}/{cls.spool._get_label_signature()}"

    def test_staff_gets_the_labels(self):
        self.authenticate("label_operator", "label_operator")
        for url in (self.labels_url, self.labels_url + "&layout=a4"):
            response = self.url_open(url)
            self.assertEqual(response.status_code, 200)
            self.assertEqual(response.headers["Content-Type"], "application/pdf")
            self.assertTrue(response.content.startswith(b"%PDF"))

    def test_scan_leads_staff_to_the_spool(self):
        self.authenticate("label_operator", "label_operator")
        response = self.url_open(self.scan_url, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(
            response.headers["Location"].endswith(f"/odoo/spools/{self.spool.id}")
        )

    def test_wrong_signature_is_refused_with_a_page(self):
        self.authenticate("label_operator", "label_operator")
        other = self._create_spool()
        for url in (
            f"/print3d/s/{self.spool.id}/{'0' * 20}",
            f"/print3d/s/{other.id}/{self.spool._get_label_signature()}",
            f"/print3d/s/999999999/{self.spool._get_label_signature()}",
        ):
            response = self.url_open(url, allow_redirects=False)
            self.assertEqual(response.status_code, 404)
            self.assertIn("No spool belongs to this label", response.text)

    def test_portal_is_refused_with_a_page(self):
        self.authenticate("label_portal", "label_portal")
        for url in (self.labels_url, self.scan_url):
            response = self.url_open(url, allow_redirects=False)
            self.assertEqual(response.status_code, 403)
            self.assertIn("for the staff of the shop", response.text)
            self.assertNotIn(self.spool.name, response.text)

    def test_public_is_asked_to_log_in(self):
        self.authenticate(None, None)
        for url in (self.labels_url, self.scan_url):
            response = self.url_open(url, allow_redirects=False)
            self.assertEqual(response.status_code, 303)
            self.assertIn("/web/login", response.headers["Location"])

    def test_nonsense_is_answered_with_a_page(self):
        self.authenticate("label_operator", "label_operator")
        self.assertEqual(
            self.url_open("/print3d/labels/spools?ids=1;drop").status_code, 400
        )
        self.assertEqual(self.url_open("/print3d/labels/spools").status_code, 404)
        self.assertEqual(
            self.url_open("/print3d/labels/spools?ids=999999999").status_code, 404
        )

    def test_address_in_the_code(self):
        url = self.spool._get_label_url()
        self.assertTrue(url.endswith(self.scan_url))
        self.assertTrue(url.startswith("http"))

    def test_label_values(self):
        (values,) = self.spool._prepare_label_vals()
        self.assertEqual(values["name"], self.spool.name)
        self.assertEqual(values["material"], "PLA")
        self.assertEqual(values["hexes"], ["#1A1A1A"])
        self.assertEqual(values["detail"], "1.75 mm · 1000 g")
