from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..reports import labels
from .common import Print3dInventoryCommon
from .label_reader import decode, rasterise, read_zpl

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile"
)


@tagged("post_install", "-at_install")
class TestLabelDialog(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._create_user("label_dialog", "operator")
        cls.spools = cls._create_spool() | cls._create_spool() | cls._create_spool()
        cls.Label = cls.env["print3d.label"].with_user(cls.operator)

    def test_dialog_proposes_what_was_chosen_last(self):
        dialog = self.Label.get_dialog("spool", self.spools.ids)
        self.assertEqual(dialog["count"], 3)
        self.assertEqual(dialog["choice"]["layout"], "dk-62x29")
        self.Label.print_labels(
            "spool",
            self.spools.ids,
            {"layout": "avery-l7160", "start": 19, "copies": 2, "colour": False},
        )
        choice = self.Label.get_dialog("spool", self.spools.ids)["choice"]
        self.assertEqual(choice["layout"], "avery-l7160")
        self.assertFalse(choice["colour"])
        # Six labels from the 20th of 21: the next free one is the fifth.
        self.assertEqual(choice["start"], 4)
        self.assertEqual(choice["copies"], 1)
        # Others, and other kinds of labels, keep their own.
        other = self._create_user("label_other", "sales")
        self.assertEqual(
            self.Label.with_user(other).get_dialog("spool", self.spools.ids)["choice"][
                "layout"
            ],
            "dk-62x29",
        )
        self.assertEqual(
            self.Label.get_dialog("place", self.shelf.ids)["choice"]["layout"],
            "dk-62x29",
        )

    def test_preview_shows_the_page_asked_for(self):
        choice = {"layout": "avery-l7160", "start": 20, "copies": 1}
        first = self.Label.preview("spool", self.spools.ids, choice)
        self.assertEqual((first["pages"], first["labels"], first["after"]), (2, 3, 2))
        self.assertEqual(len(first["cells"]), 21)
        self.assertIn(self.spools[0].name, first["svg"])
        self.assertNotIn(self.spools[1].name, first["svg"])
        second = self.Label.preview("spool", self.spools.ids, choice, page=1)
        self.assertNotIn(self.spools[0].name, second["svg"])
        self.assertIn(self.spools[1].name, second["svg"])
        self.assertIn(self.spools[2].name, second["svg"])
        beyond = self.Label.preview("spool", self.spools.ids, choice, page=9)
        self.assertEqual(beyond["page"], 1)

    def test_preview_of_copies(self):
        choice = {"layout": "dymo-11354", "copies": 2}
        for page, spool in enumerate(self.spools[i] for i in (0, 0, 1, 1, 2, 2)):
            shown = self.Label.preview("spool", self.spools.ids, choice, page=page)
            self.assertEqual(shown["pages"], 6)
            self.assertIn(spool.name, shown["svg"])

    def test_choice_stays_within_its_limits(self):
        _layout, choice = self.Label._read_choice(
            "spool",
            {"layout": "avery-l7160", "start": 99, "copies": "1000", "dpi": "x"},
        )
        self.assertEqual(
            choice,
            {
                "layout": "avery-l7160",
                "start": 20,
                "copies": 50,
                "dpi": 203,
                "colour": True,
            },
        )
        with self.assertRaisesRegex(UserError, "Choose another"):
            self.Label.preview("spool", self.spools.ids, {"layout": "nonsense"})

    def test_what_cannot_be_printed_is_said(self):
        with self.assertRaisesRegex(UserError, "Select up to 500"):
            self.Label.get_dialog("spool", list(range(1, 502)))
        with self.assertRaisesRegex(UserError, "no labels of the kind"):
            self.Label.get_dialog("partner", [1])
        for ids in ([], [10**15], [-1]):
            with self.assertRaisesRegex(UserError, "nothing here"):
                self.Label.get_dialog("spool", ids)
        with self.assertRaisesRegex(UserError, "nothing here"):
            self.stock.with_user(self.operator).action_print_labels()
        many = self.spools.browse(self.spools.ids * 1)
        for _index in range(41 - len(many)):
            many |= self._create_spool()
        with self.assertRaisesRegex(UserError, "up to 2000"):
            self.Label.print_labels("spool", many.ids, {"copies": 50})

    def test_only_staff_prints(self):
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "label_dialog_portal",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        for method in ("get_dialog", "preview", "print_labels"):
            args = () if method == "get_dialog" else ({},)
            with self.assertRaises(AccessError):
                getattr(self.Label.with_user(portal), method)(
                    "spool", self.spools.ids, *args
                )

    def test_spools_of_other_companies_are_left_out(self):
        foreign = self._create_foreign_spool()
        dialog = self.Label.get_dialog("spool", (self.spools | foreign).ids)
        self.assertEqual(dialog["count"], 3)
        with self.assertRaisesRegex(UserError, "nothing here"):
            self.Label.preview("spool", foreign.ids, {})

    def test_printing_is_noted_on_the_spool(self):
        self.assertFalse(any(self.spools.mapped("label_printed_on")))
        self.Label.preview("spool", self.spools.ids, {})
        self.assertFalse(any(self.spools.mapped("label_printed_on")))
        self.Label.print_labels("spool", self.spools[:2].ids, {})
        self.assertEqual(
            self.spools.mapped(lambda lot: bool(lot.label_printed_on)),
            [True, True, False],
        )

    def test_labels_of_spools_say_what_matters(self):
        spool = self.spools[0]
        spool.ref = "B-77"
        spool.tare_weight_g = 212
        (values,) = spool._prepare_label_vals()
        self.assertEqual(values["name"], spool.name)
        self.assertEqual(values["hexes"], ["#1A1A1A"])
        texts = [line["text"] for line in values["lines"]]
        self.assertEqual(texts[0], "PLA")
        self.assertIn("#1A1A1A", texts[2])
        self.assertEqual(texts[-2:], ["1.75 mm · 1000 g · empty 212 g", "Batch B-77"])

    def test_labels_of_places_say_where_they_are(self):
        slot = self._create_slot("Slot 2", 2)
        shelf_values, slot_values = (self.shelf | slot)._prepare_label_vals()
        self.assertEqual(shelf_values["name"], "Test Shelf")
        self.assertEqual(shelf_values["lines"][0]["text"], "Shelf")
        self.assertEqual(slot_values["lines"][0]["text"], "Slot 2")
        self.assertNotIn("hexes", slot_values)
        self.assertTrue(slot_values["url"].endswith(slot._get_label_path()))

    def test_preview_takes_no_query_a_label(self):
        few, many = self.spools, self.spools
        for _index in range(12):
            many |= self._create_spool()
        counts = []
        for spools in (few, many):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.Label.preview("spool", spools.ids, {"layout": "avery-l7160"})
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_same_word_for_another_record_is_no_signature(self):
        """An id may be a spool's and a place's: their signatures differ."""
        place = self.env["stock.location"].browse(self.spools[0].id)
        self.assertNotEqual(
            place._get_label_signature(), self.spools[0]._get_label_signature()
        )


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
        cls.labels_url = f"/print3d/labels/spool?ids={cls.spool.id}"
        cls.scan_url = cls.spool._get_label_path()
        cls.place_url = cls.shelf._get_label_path()

    def test_staff_gets_labels_that_lead_to_the_spool(self):
        self.authenticate("label_operator", "label_operator")
        for layout in ("", "&layout=a4", "&layout=dymo-11354&copies=2"):
            response = self.url_open(self.labels_url + layout)
            self.assertEqual(response.status_code, 200)
            self.assertEqual(response.headers["Content-Type"], "application/pdf")
            codes = {
                code
                for page in rasterise(response.content, 300)
                for code in decode(page)
            }
            self.assertEqual(codes, {self.spool._get_label_url()})
        old = self.url_open(f"/print3d/labels/spools?ids={self.spool.id}")
        self.assertTrue(old.content.startswith(b"%PDF"))

    def test_staff_gets_zpl(self):
        self.authenticate("label_operator", "label_operator")
        response = self.url_open(self.labels_url + "&layout=zpl-57x32&dpi=300&copies=4")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        (label,) = read_zpl(response.content.decode())
        self.assertEqual(label.copies, 4)
        self.assertEqual(label.width, round(57 / 25.4 * 300))
        self.assertEqual(decode(label.draw_codes()), [self.spool._get_label_url()])

    def test_address_of_the_dialog_is_the_file(self):
        self.authenticate("label_operator", "label_operator")
        choice = {"layout": "avery-5160", "start": 29, "copies": 2, "colour": False}
        answer = (
            self.env["print3d.label"]
            .with_user(self.operator)
            .print_labels("place", self.shelf.ids, choice)
        )
        response = self.url_open(answer["url"])
        self.assertEqual(response.content.count(b"/Type /Page\n"), 2)
        self.assertFalse(answer["download"])

    def test_scan_leads_staff_to_the_record(self):
        self.authenticate("label_operator", "label_operator")
        for url, path in (
            (self.scan_url, f"/odoo/spools/{self.spool.id}"),
            (self.place_url, f"/odoo/filament-places/{self.shelf.id}"),
        ):
            response = self.url_open(url, allow_redirects=False)
            self.assertEqual(response.status_code, 303)
            self.assertTrue(response.headers["Location"].endswith(path))

    def test_scan_on_a_phone_leads_to_the_scan_app(self):
        self.authenticate("label_operator", "label_operator")
        for url in (self.scan_url, self.place_url):
            response = self.url_open(
                url, allow_redirects=False, headers={"User-Agent": PHONE}
            )
            self.assertEqual(response.status_code, 303)
            self.assertIn("/print3d/scan?code=", response.headers["Location"])
            self.assertIn(url.rsplit("/", 1)[1], response.headers["Location"])

    def test_wrong_signature_is_refused_with_a_page(self):
        self.authenticate("label_operator", "label_operator")
        other = self._create_spool()
        signature = self.spool._get_label_signature()
        for url in (
            f"/print3d/s/{self.spool.id}/{'0' * 20}",
            f"/print3d/s/{other.id}/{signature}",
            f"/print3d/p/{self.spool.id}/{signature}",
            f"/print3d/s/999999999/{signature}",
            f"/print3d/s/99999999999999/{signature}",
            f"/print3d/p/{self.stock.id}/{self.stock._get_label_signature()}",
        ):
            response = self.url_open(url, allow_redirects=False)
            self.assertEqual(response.status_code, 404, url)
            self.assertIn("Nothing belongs to this label", response.text)

    def test_portal_is_refused_with_a_page(self):
        self.authenticate("label_portal", "label_portal")
        for url in (self.labels_url, self.scan_url, self.place_url):
            response = self.url_open(url, allow_redirects=False)
            self.assertEqual(response.status_code, 403)
            self.assertIn("for the staff of the shop", response.text)
            self.assertNotIn(self.spool.name, response.text)

    def test_public_is_asked_to_log_in(self):
        self.authenticate(None, None)
        for url in (self.labels_url, self.scan_url, self.place_url):
            response = self.url_open(url, allow_redirects=False)
            self.assertEqual(response.status_code, 303)
            self.assertIn("/web/login", response.headers["Location"])

    def test_nonsense_is_answered_with_a_page(self):
        self.authenticate("label_operator", "label_operator")
        for query, status in (
            ("spool?ids=1;drop", 400),
            ("spool", 404),
            ("spool?ids=999999999", 404),
            ("spool?ids=99999999999999999999", 404),
            ("nonsense?ids=1", 404),
            (f"spool?ids={self.spool.id}&layout=nonsense", 404),
        ):
            response = self.url_open(f"/print3d/labels/{query}")
            self.assertEqual(response.status_code, status, query)

    def test_address_in_the_code(self):
        url = self.spool._get_label_url()
        self.assertTrue(url.endswith(self.scan_url))
        self.assertTrue(url.startswith("http"))

    def test_paper_of_a_label_is_asked_for_or_given(self):
        asked = self.spool.action_print_labels()
        self.assertEqual(asked["tag"], "print3d_inventory.print_labels")
        self.assertEqual(asked["params"], {"kind": "spool", "ids": self.spool.ids})
        given = self.spool.action_print_labels("dymo-99012")
        self.assertIn("layout=dymo-99012", given["url"])
        self.assertIn(labels.DEFAULT_LAYOUTS["spool"], labels.LAYOUTS)

    def test_choose_paper_and_place_in_the_browser(self):
        """Print three labels: a sheet begun before, its next page, ZPL, then a roll."""
        filament = self._create_filament("Labelled PLA")
        spools = self.env["stock.lot"]
        for _index in range(3):
            spools |= self._create_spool(filament=filament)
        self.start_tour("/odoo/spools", "print3d_print_labels", login="label_operator")
        self.assertTrue(all(spools.mapped("label_printed_on")))
        self.assertEqual(
            self.operator.res_users_settings_id.print3d_labels["spool"]["layout"],
            "dymo-11354",
        )
