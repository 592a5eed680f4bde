from odoo.tests import HttpCase, tagged

from .test_print3d_import import Print3dImportCommon


class ImportToursCommon(Print3dImportCommon, HttpCase):
    """A plan on its screen; what jobs do is done at once."""

    def setUp(self):
        super().setUp()
        self.patch(
            type(self.env["print3d.import"]),
            "_delay_step",
            lambda record, description: record.with_context(queue_job__no_delay=True),
        )
        # Reading and measuring are tested elsewhere; a button would wait for them.
        self.patch(type(self.env["print3d.mesh"]), "_enqueue_inspect", lambda _: None)
        self.patch(type(self.env["print3d.slice"]), "_enqueue_read", lambda _: None)

    def _make_heap(self):
        return self._make_import(
            {
                "lamp_small.stl": self._make_stl(salt=1),
                "lamp_large.stl": self._make_stl(salt=2),
                "vase.stl": self._make_stl(salt=3),
                "hook.stl": self._make_stl(salt=4),
                "vase_v2.gcode": self._make_gcode(salt=1),
                "vase.png": self._make_picture(),
                "broken.stl": b"solid broken\nendsolid broken\n",
                "Thumbs.db": b"\x00",
            }
        )

    def _path(self, record):
        return f"/odoo/print3d-imports/{record.id}"


@tagged("post_install", "-at_install")
class TestImportTours(ImportToursCommon):
    def test_plan_is_changed_and_carried_out(self):
        record = self._make_heap()
        self.start_tour(
            self._path(record),
            "print3d_library_import_plan",
            login="lib_operator",
            timeout=180,
        )
        self.assertEqual(record.state, "done")
        templates = record.model_ids.product_tmpl_id
        self.assertEqual(
            sorted(templates.mapped("name")),
            ["Hook", "Lamp", "Vase"],
            "what was undone was not carried out",
        )
        lamp = templates.filtered(lambda template: template.name == "Lamp")
        self.assertEqual(lamp.product_variant_count, 2)

    def test_catalogue_is_planned_and_carried_out(self):
        record = self._make_import(
            {
                "shop.csv": (
                    "Artikelnummer;Name;Variante;Preis;Bild\r\n"
                    "T-1;Tour lamp;Größe S;12,50;lamp.png\r\n"
                    "T-2;Tour lamp;Größe L;1.250,00;\r\n"
                    "T-3;Tour vase;;9;\r\n"
                    "T-4;Tour odd;;free;\r\n"
                ).encode("cp1252"),
                "pictures/lamp.png": self._make_picture(),
            },
            user=self.user_owner,
        )
        self.start_tour(
            self._path(record),
            "print3d_library_import_catalogue",
            login="lib_owner",
            timeout=180,
        )
        small, large, vase = (
            self.env["product.product"].search([("default_code", "=", code)])
            for code in ("T-1", "T-2", "T-3")
        )
        self.assertEqual(
            [product.lst_price for product in small + large + vase], [12.5, 1250, 9]
        )
        self.assertEqual(
            small.product_template_attribute_value_ids.mapped("name"), ["Größe S"]
        )
        self.assertEqual(small.product_tmpl_id, large.product_tmpl_id)
        self.assertTrue(small.product_tmpl_id.image_1920)
        self.assertFalse(
            self.env["product.template"].search([("name", "=", "Tour odd")])
        )

    def test_problems_and_template_are_downloaded(self):
        record = self._make_import({"shop.csv": b"Name,Price\nLamp,free\n"})
        problems = f"/print3d/import/{record.id}/problems"
        self.authenticate("lib_operator", "lib_operator")
        answer = self.url_open(problems)
        self.assertEqual(answer.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn("“free” is no price.", answer.content.decode("utf-8-sig"))
        answer = self.url_open("/print3d/import/template")
        self.assertTrue(answer.content.decode("utf-8-sig").startswith("Name,Variant,"))
        for login in ("lib_sales", "lib_portal"):
            self.authenticate(login, login)
            for url in (problems, "/print3d/import/template"):
                with self.subTest(login=login, url=url):
                    self.assertEqual(self.url_open(url).status_code, 404)


@tagged("post_install", "-at_install")
class TestImportToursOnPhone(ImportToursCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_files_are_moved_without_dragging(self):
        record = self._make_heap()
        self.start_tour(
            self._path(record), "print3d_library_import_phone", login="lib_operator"
        )
        self.assertEqual(self._places(record)["hook.stl"][0], "Vase")
