from odoo.tests import HttpCase, tagged

from odoo.addons.print3d_inventory.reports import labels
from odoo.addons.print3d_inventory.tests.label_reader import decode, rasterise

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestJobPacket(HttpCase, Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls._create_product("Packet Vase")
        cls._create_version(
            product,
            [
                {"filaments": [(cls.black, 50)]},
                {"filaments": [(cls.black, 30), (cls.white, 20)]},
            ],
        ).action_activate()
        cls.white_spool = cls._create_spool(1000, filament=cls.white)
        cls.production = cls._create_mo(1, product, date_deadline="2026-03-02 12:00:00")
        cls.runs = cls.env["print3d.run"].search(
            [("production_ids", "in", cls.production.ids)], order="id"
        )
        cls.operator.password = "print3d_operator"

    def _get_texts(self, run):
        (values,) = run._prepare_label_vals()
        return [line["text"] for line in values["lines"]]

    def test_packet_says_what_to_print_for_whom_and_from_what(self):
        first, second = self.runs.sorted(lambda run: run.plate_id.index)
        texts = self._get_texts(second)
        self.assertEqual(texts[0], "Packet Vase")
        self.assertIn("1 piece · Plate 2 of 2", texts)
        self.assertIn(self.production.name, texts)
        self.assertTrue(any(text.startswith("Due ") for text in texts), texts)
        # What would be taken now, tool by tool.
        self.assertTrue(texts[-2].startswith("Tool 1 · SP"), texts)
        self.assertIn(self.white_spool.name, texts[-1])
        self.assertIn("20 g", texts[-1])
        self._start(first, [self.second_spool])
        texts = self._get_texts(first)
        self.assertIn(self.second_spool.name, texts[-1])
        self.assertIn("Printer A", texts)

    def test_packet_is_read_back(self):
        for key in ("page-a5", "dk62", "avery-l7160"):
            pdf = labels.render_pdf(
                self.runs._prepare_label_vals(), labels.find_layout(key)
            )
            codes = [code for page in rasterise(pdf, 203) for code in decode(page)]
            self.assertCountEqual(
                codes, self.runs.mapped(lambda run: run._get_label_url())
            )

    def test_dialog_and_link(self):
        run = self.runs[0]
        self.assertEqual(
            self.runs.action_print_labels()["params"],
            {"kind": "job", "ids": self.runs.ids},
        )
        answer = (
            self.env["print3d.label"]
            .with_user(self.operator)
            .print_labels("job", self.runs.ids, {"layout": "page-a5"})
        )
        self.authenticate("print3d_operator", "print3d_operator")
        pdf = self.url_open(answer["url"])
        self.assertEqual(pdf.content.count(b"/Type /Page\n"), len(self.runs))
        response = self.url_open(run._get_label_path(), allow_redirects=False)
        self.assertTrue(
            response.headers["Location"].endswith(f"/odoo/print3d-prints/{run.id}")
        )
        wrong = self.url_open(
            run._get_label_path()[:-20] + "0" * 20, allow_redirects=False
        )
        self.assertEqual(wrong.status_code, 404)

    def test_scan_of_a_packet(self):
        scan = self.env["print3d.scan"].with_user(self.operator)
        run = self.runs[0]
        for code in (run._get_label_url(), run.name, run.name.lower()):
            found = scan._resolve(code)
            self.assertEqual((found["type"], found["id"]), ("job", run.id))
            self.assertEqual(found["title"], run.name)
            self.assertIn("Packet Vase", found["subtitle"])
