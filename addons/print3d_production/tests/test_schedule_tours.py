from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestScheduleTours(HttpCase, Print3dProductionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator.password = "print3d_operator"
        cls.sales_user.password = "print3d_sales"
        cls.env["print3d.run"].search(
            [("state", "in", ("draft", "queued", "assigned"))]
        )._cancel_waiting()
        cls.env["mrp.workcenter"].search(
            [("is_printer", "=", True), ("id", "!=", cls.printer.id)]
        ).action_archive()
        cls.env.company.write(
            {
                # The hour at which a test runs is no matter.
                "print3d_people_calendar_id": cls.env.ref(
                    "print3d_production.resource_calendar_24_7"
                ).id,
                "print3d_plan_seconds": 0,
                "print3d_plan_assigns": False,
            }
        )
        cls.spool.action_load(cls.printer.slot_ids[0])

    def _queue(self, name, minutes, due=None):
        product = self._create_product(name)
        self._create_version(
            product, [{"time_s": minutes * 60, "filaments": [(self.black, 10)]}]
        ).action_activate()
        production = self._create_mo(1, product)
        production.date_deadline = due
        return production.run_ids

    def test_plan_the_queue(self):
        """See what a plan changes, apply it, pin a run and let it go again."""
        long = self._queue("Patient Part", 300)
        hurried = self._queue(
            "Hurried Part", 60, fields.Datetime.now() + timedelta(hours=3)
        )
        self.start_tour(
            "/odoo/print3d-queue", "print3d_plan_the_queue", login="print3d_operator"
        )
        self.env.invalidate_all()
        self.assertLess(hurried.sequence, long.sequence)
        self.assertFalse(hurried.is_pinned)
        self.assertEqual(hurried.workcenter_id, self.printer)
        schedule = self.env["print3d.schedule"].search([], limit=1)
        self.assertEqual(schedule.applied_by_id, self.operator)

    def test_sales_looks_only(self):
        """Sales has no button, and no way around it."""
        self._queue("Patient Part", 60)
        schedule = self.env["print3d.schedule"]._make(self.env.company)
        self.authenticate("print3d_sales", "print3d_sales")
        for method in ("action_apply", "action_stop", "action_drop", "action_undo"):
            answer = self.url_open(
                f"/web/dataset/call_kw/print3d.schedule/{method}",
                json={
                    "params": {
                        "model": "print3d.schedule",
                        "method": method,
                        "args": [[schedule.id]],
                        "kwargs": {},
                    }
                },
            ).json()
            self.assertEqual(
                answer["error"]["data"]["name"], "odoo.exceptions.AccessError", method
            )
        answer = self.url_open(
            "/web/dataset/call_kw/print3d.schedule/get_progress",
            json={
                "params": {
                    "model": "print3d.schedule",
                    "method": "get_progress",
                    "args": [[schedule.id]],
                    "kwargs": {},
                }
            },
        ).json()
        self.assertEqual(answer["result"]["state"], "ready")
