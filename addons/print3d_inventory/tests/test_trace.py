import io
import json
from datetime import timedelta
from zipfile import ZipFile

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL, mute_logger
from odoo.tools.pdf import PdfReader

from .common import Print3dInventoryCommon


class TraceCommon(Print3dInventoryCommon):
    """Two spools of one batch, bought, and one of another that was just there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Trace = cls.env["print3d.trace"]
        cls.order = cls._create_purchase(2, 20.0)
        cls.order.picking_ids.button_validate()
        cls.bought = cls.order.picking_ids.move_line_ids.lot_id.sorted("id")
        cls.bought.ref = "B_77%"
        cls.other = cls._create_spool(500)
        cls.other.ref = "BX77x"
        cls.customer = cls.env["res.partner"].create(
            {"name": "Trace Customer", "phone": "+1 555 0100", "email": "t@example.com"}
        )
        cls.operator = cls._create_user("trace_operator", "operator")
        cls.sales = cls._create_user("trace_sales", "sales")
        cls.owner = cls._create_user("trace_owner", "owner")
        cls.reader = cls._create_user("trace_reader", "user")

    @classmethod
    def _receive_at(cls, spools, when):
        """Let spools have come at a time of the past."""
        cls.env["print3d.spool.entry"].flush_model()
        cls.env.cr.execute(
            SQL(
                "UPDATE print3d_spool_entry SET happened_on = %s"
                " WHERE lot_id = ANY(%s) AND kind = 'receive'",
                when,
                spools.ids,
            )
        )
        cls.env.invalidate_all()

    @classmethod
    def _sell_spool(cls, spool, grams):
        """Send filament of a spool to the customer, and return the delivery."""
        picking_type = cls.warehouse.out_type_id
        customers = cls.env.ref("stock.stock_location_customers")
        values = {
            "product_id": spool.product_id.id,
            "location_id": spool._get_stock_quants().location_id.id,
            "location_dest_id": customers.id,
        }
        picking = cls.env["stock.picking"].create(
            {
                "partner_id": cls.customer.id,
                "picking_type_id": picking_type.id,
                "location_id": values["location_id"],
                "location_dest_id": customers.id,
            }
        )
        move = cls.env["stock.move"].create(
            {
                **values,
                "product_uom": cls.gram.id,
                "product_uom_qty": grams,
                "picking_id": picking.id,
            }
        )
        picking.action_confirm()
        move.move_line_ids.unlink()
        cls.env["stock.move.line"].create(
            {
                **values,
                "move_id": move.id,
                "picking_id": picking.id,
                "lot_id": spool.id,
                "quantity": grams,
                "product_uom_id": cls.gram.id,
                "picked": True,
            }
        )
        picking._action_done()
        return picking

    def _begin(self):
        """Let the operator begin a recall of the batch (print3d.recall)."""
        action = (
            self.env["print3d.recall"]
            .with_user(self.operator)
            .action_begin(
                {"model": "batch", "name": "B_77%"}, "Brittle after three days"
            )
        )
        return self.env["print3d.recall"].browse(action["res_id"])

    def _get_words(self, recall):
        """What every paper of that recall says."""
        return (
            recall.name,
            "B_77%",
            "Brittle after three days",
            self.operator.name,
            self.bought[0].name,
            self.delivery.name,
            "Trace Customer",
            "+1 555 0100",
            "t@example.com",
        )

    def _get_trace(self, model, records=None, name=None, user=None):
        subject = {"model": model}
        if name:
            subject["name"] = name
        else:
            subject["ids"] = records.ids
        Trace = self.Trace.with_user(user) if user else self.Trace
        return Trace.get_trace(subject)

    def _get_cells(self, trace, key, column):
        """What a column of a section says, links by their text."""
        section = next((s for s in trace["sections"] if s["key"] == key), None)
        if not section:
            return []
        cells = [row["cells"].get(column) for row in section["rows"]]
        return [cell["text"] if isinstance(cell, dict) else cell for cell in cells]


@tagged("post_install", "-at_install")
class TestTrace(TraceCommon):
    def test_a_batch_is_its_spools_and_their_purchase(self):
        trace = self._get_trace("batch", name=" b_77% ")
        self.assertEqual(trace["title"], "Batch B_77%")
        self.assertEqual(
            self._get_cells(trace, "spools", "spool"), self.bought.mapped("name")
        )
        self.assertEqual(
            self._get_cells(trace, "sources", "purchase"), [self.order.name]
        )
        self.assertEqual(
            self._get_cells(trace, "sources", "vendor"), [self.vendor.display_name]
        )
        self.assertEqual(self._get_cells(trace, "sources", "spools"), [2])
        self.assertEqual(trace["spools_to_stop"], 2)

    def test_the_bill_is_named(self):
        self.order.action_create_invoice()
        bill = self.order.invoice_ids
        bill.invoice_date = "2026-01-05"
        bill.action_post()
        trace = self._get_trace("stock.lot", self.bought[0])
        [bills] = self._get_cells(trace, "sources", "bills")
        self.assertEqual(
            bills, [{"text": bill.name, "model": bill._name, "id": bill.id}]
        )
        # And from the bill to its spools.
        trace = self._get_trace("account.move", bill)
        self.assertEqual(
            self._get_cells(trace, "spools", "spool"), self.bought.mapped("name")
        )

    def test_purchases_and_receipts_lead_to_their_spools(self):
        for record in (self.order, self.order.picking_ids):
            trace = self._get_trace(record._name, record)
            self.assertEqual(
                self._get_cells(trace, "spools", "spool"), self.bought.mapped("name")
            )

    def test_a_filament_is_all_its_spools(self):
        trace = self._get_trace("product.product", self.filament)
        self.assertEqual(len(self._get_cells(trace, "spools", "spool")), 3)

    def test_what_was_taken_by_hand_is_told(self):
        spool = self.bought[0]
        spool._print3d_record("use", 12, reason="Pen")
        # A weighing takes nothing: it only says what is there.
        spool._print3d_record("count", 900)
        trace = self._get_trace("stock.lot", spool)
        self.assertEqual(self._get_cells(trace, "uses", "grams"), [12.0])
        self.assertEqual(self._get_cells(trace, "uses", "reason"), ["Pen"])

    def test_spools_that_were_sold_name_the_customer(self):
        delivery = self._sell_spool(self.bought[0], 1000)
        trace = self._get_trace("batch", name="B_77%")
        self.assertEqual(
            self._get_cells(trace, "deliveries", "delivery"), [delivery.name]
        )
        [row] = next(s for s in trace["sections"] if s["key"] == "customers")["rows"]
        self.assertEqual(row["cells"]["phone"], "+1 555 0100")
        self.assertEqual(row["cells"]["email"], "t@example.com")
        self.assertEqual(row["cells"]["pieces"], 1000)
        self.assertTrue(row["cells"]["sure"])
        self.assertFalse(self._get_cells(trace, "uses", "spool"))
        # Back from the delivery: this spool alone.
        trace = self._get_trace("stock.picking", delivery)
        self.assertEqual(
            self._get_cells(trace, "spools", "spool"), [self.bought[0].name]
        )

    def test_merged_filament_is_followed_to_the_other_spool(self):
        first, second = self.bought
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        self._receive_at(self.bought, hour_ago - timedelta(days=1))
        second._print3d_record("use", 150, reason="Before", happened_on=hour_ago)
        first._print3d_merge_into(second, 100)
        second._print3d_record("use", 7, reason="After")
        trace = self._get_trace("stock.lot", first)
        self.assertEqual(
            self._get_cells(trace, "spools", "spool"), self.bought.mapped("name")
        )
        reasons = self._get_cells(trace, "uses", "reason")
        self.assertIn("After", reasons)
        self.assertNotIn("Before", reasons)
        # Nothing of the second spool is on the first.
        trace = self._get_trace("stock.lot", second)
        self.assertEqual(self._get_cells(trace, "spools", "spool"), [second.name])

    def test_all_spools_are_put_into_quarantine(self):
        subject = {"model": "batch", "name": "B_77%"}
        empty = self.bought[1]
        empty._print3d_record("scrap")
        Trace = self.Trace.with_user(self.operator)
        self.assertEqual(Trace.stop_spools(subject, "Brittle"), 1)
        self.assertEqual(self.bought.mapped("is_quarantined"), [True, False])
        self.assertEqual(self.bought[0].quarantine_reason, "Brittle")
        self.assertFalse(self.other.is_quarantined)
        # The second time nothing is left to be done.
        self.assertEqual(Trace.stop_spools(subject, "Brittle"), 0)

    def test_it_is_found_by_name(self):
        names = [found["title"] for found in self.Trace.search_subjects("77")]
        self.assertIn("Batch B_77%", names)
        self.assertIn("Batch BX77x", names)
        [found] = [
            found
            for found in self.Trace.search_subjects(self.order.name)
            if found["subject"]["model"] == "purchase.order"
        ]
        self.assertEqual(found["subject"]["ids"], self.order.ids)
        found = self.Trace.search_subjects(self.bought[0]._get_label_url())
        self.assertEqual(
            found[0]["subject"], {"model": "stock.lot", "ids": self.bought[0].ids}
        )
        self.assertEqual(self.Trace.search_subjects("  "), [])

    def test_what_nobody_knows_is_refused(self):
        for subject in (
            {"model": "batch", "name": "none of ours"},
            {"model": "batch", "name": ""},
            {"model": "res.users", "ids": [1]},
            {"model": "stock.lot", "ids": []},
            {},
        ):
            with self.assertRaises(UserError):
                self.Trace.get_trace(subject)


@tagged("post_install", "-at_install")
class TestTraceRights(TraceCommon):
    def test_who_has_no_such_role_sees_nothing(self):
        with self.assertRaises(AccessError):
            self._get_trace("stock.lot", self.bought, user=self.reader)
        with self.assertRaises(AccessError):
            self.Trace.with_user(self.reader).search_subjects("77")

    def test_sales_see_the_part_of_the_customers(self):
        self._sell_spool(self.bought[0], 1000)
        trace = self._get_trace("stock.lot", self.bought, user=self.sales)
        keys = [section["key"] for section in trace["sections"]]
        self.assertIn("customers", keys)
        self.assertNotIn("sources", keys)
        self.assertNotIn("uses", keys)
        self.assertEqual(trace["may"], {"stop": False, "recall": False})
        with self.assertRaises(AccessError):
            self.Trace.with_user(self.sales).stop_spools(
                {"model": "stock.lot", "ids": self.bought.ids}, "Brittle"
            )
        with self.assertRaises(AccessError):
            self.env["print3d.recall"].with_user(self.sales).action_begin(
                {"model": "stock.lot", "ids": self.bought.ids}, "Brittle"
            )

    def test_prices_are_for_those_who_may_see_them(self):
        trace = self._get_trace("stock.lot", self.bought, user=self.operator)
        [source] = [s for s in trace["sections"] if s["key"] == "sources"]
        [row] = source["rows"]
        self.assertNotIn("price", row["cells"])
        # Who sold it is no secret.
        self.assertEqual(row["cells"]["purchase"]["text"], self.order.name)
        self.assertNotIn("value", [c["name"] for c in trace["sections"][1]["columns"]])
        trace = self._get_trace("stock.lot", self.bought, user=self.owner)
        [source] = [s for s in trace["sections"] if s["key"] == "sources"]
        self.assertIn("20", source["rows"][0]["cells"]["price"])
        self.assertEqual(source["rows"][0]["cells"]["purchase"]["id"], self.order.id)

    def test_other_companies_keep_their_own(self):
        foreign = self._create_foreign_spool()
        foreign.ref = "B_77%"
        with self.assertRaises(AccessError):
            self._get_trace("stock.lot", foreign, user=self.operator)
        trace = self._get_trace("batch", name="B_77%", user=self.operator)
        self.assertNotIn(foreign.name, self._get_cells(trace, "spools", "spool"))
        recall = self.env["print3d.recall"].create(
            {
                "subject": {"model": "stock.lot", "ids": self.bought.ids},
                "reason": "Brittle",
                "company_id": foreign.company_id.id,
            }
        )
        with self.assertRaises(AccessError):
            recall.with_user(self.owner).read(["title"])


@tagged("post_install", "-at_install")
class TestRecallPaper(TraceCommon):
    def test_the_pdf(self):
        self.delivery = self._sell_spool(self.bought[0], 400)
        recall = self._begin()
        with self.allow_pdf_render():
            content, kind = (
                self.env["ir.actions.report"]
                .with_user(self.operator)
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf("print3d_inventory.recall_report", recall.ids)
            )
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF"))
        reader = PdfReader(io.BytesIO(content))
        text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
        for words in (*self._get_words(recall), self.order.name):
            self.assertIn(words, text)


@tagged("post_install", "-at_install")
class TestRecall(HttpCase, TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.operator, cls.sales, cls.reader):
            user.password = user.login
        cls.delivery = cls._sell_spool(cls.bought[0], 400)

    def _read_page(self, recall, user):
        self.authenticate(user.login, user.login)
        return self.url_open(
            f"/report/html/print3d_inventory.recall_report/{recall.id}"
        )

    def test_a_recall_says_what_why_and_by_whom(self):
        recall = self._begin()
        self.assertRecordValues(
            recall,
            [
                {
                    "title": "Batch B_77%",
                    "reason": "Brittle after three days",
                    "user_id": self.operator.id,
                    "closed_on": False,
                }
            ],
        )
        self.assertTrue(recall.name.startswith("RC"))
        with self.assertRaises(UserError):
            self.env["print3d.recall"].action_begin(recall.subject, "  ")
        recall.with_user(self.operator).action_stop_spools()
        self.assertEqual(self.bought.mapped("is_quarantined"), [True, True])
        recall.action_close()
        self.assertTrue(recall.is_closed)

    def test_the_page(self):
        recall = self._begin()
        page = self._read_page(recall, self.operator)
        self.assertEqual(page.status_code, 200)
        for words in (*self._get_words(recall), self.order.name):
            self.assertIn(words, page.text)

    def test_sales_print_no_purchases(self):
        page = self._read_page(self._begin(), self.sales)
        self.assertIn("Trace Customer", page.text)
        self.assertNotIn(self.order.name, page.text)

    @mute_logger("odoo.http")
    def test_others_get_no_paper(self):
        page = self._read_page(self._begin(), self.reader)
        self.assertNotEqual(page.status_code, 200)
        self.assertNotIn("Trace Customer", page.text)

    def _export(self, subject):
        return self.url_open(f"/print3d/trace.xlsx?subject={subject}")

    def test_the_spreadsheet(self):
        # What looks like a formula stays text.
        self.customer.name = "=1+1"
        self.authenticate(self.operator.login, self.operator.login)
        response = self._export(
            json.dumps({"model": "stock.lot", "ids": self.bought.ids})
        )
        self.assertEqual(response.status_code, 200)
        with ZipFile(io.BytesIO(response.content)) as archive:
            strings = archive.read("xl/sharedStrings.xml").decode()
            sheets = [name for name in archive.namelist() if "worksheets/sheet" in name]
            texts = "".join(archive.read(name).decode() for name in sheets)
        for words in (self.bought[0].name, self.order.name, "=1+1", "+1 555 0100"):
            self.assertIn(words, strings)
        self.assertNotIn("<f>", texts)
        self.assertEqual(
            len(sheets), len(self._get_trace("stock.lot", self.bought)["sections"])
        )

    def test_no_spreadsheet_of_nothing(self):
        self.authenticate(self.operator.login, self.operator.login)
        for subject, status in (
            ("", 400),
            ("[1]", 400),
            ('{"model":"batch","name":"none"}', 404),
        ):
            self.assertEqual(self._export(subject).status_code, status)
        self.authenticate(self.reader.login, self.reader.login)
        subject = json.dumps({"model": "stock.lot", "ids": self.bought.ids})
        self.assertEqual(self._export(subject).status_code, 403)

    def test_screen(self):
        """Look for the batch, put its spools aside, begin a recall."""
        self.start_tour(
            "/odoo/print3d-trace", "print3d_recall_a_batch", login=self.operator.login
        )
        self.assertEqual(self.bought.mapped("is_quarantined"), [True, True])
        recall = self.env["print3d.recall"].search([("title", "=", "Batch B_77%")])
        self.assertEqual(recall.reason, "Brittle batch")
        self.assertEqual(recall.user_id, self.operator)
