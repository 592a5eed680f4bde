from odoo.tests import TransactionCase, tagged

from ..scheduling import Job, Need, Printer, Spool, fill, walk

A, B = 1, 2


@tagged("post_install", "-at_install")
class TestFeasibility(TransactionCase):
    """The pure arithmetic; no record is touched."""

    def setUp(self):
        super().setUp()
        self.printers = [Printer(1, 1), Printer(2, 4)]

    def test_fill(self):
        self.assertEqual(fill(10, [("x", 4), ("y", 20)]), ([("x", 4), ("y", 6)], 0.0))
        self.assertEqual(fill(10, [("x", 4)]), ([("x", 4)], 6))
        self.assertEqual(fill(0, [("x", 4)]), ([], 0.0))
        self.assertEqual(fill(4.001, [("x", 4)]), ([("x", 4)], 0.0))

    def _walk(self, jobs, spools):
        return [
            verdict.status for verdict in walk(jobs, self.printers, spools).values()
        ]

    def test_carries_grams(self):
        jobs = [Job(i, [Need(1, 40, (A,))], printer_id=1) for i in range(3)]
        self.assertEqual(
            self._walk(jobs, [Spool(1, A, 100, printer_id=1)]),
            ["ready", "ready", "short"],
        )

    def test_short_jobs_do_not_eat_what_others_need_twice(self):
        jobs = [
            Job(1, [Need(1, 90, (A,))], printer_id=1),
            Job(2, [Need(1, 20, (A,))], printer_id=1),
        ]
        verdicts = walk(jobs, self.printers, [Spool(1, A, 100, printer_id=1)])
        self.assertEqual(verdicts[2].missing, 10)

    def test_what_is_reserved_is_for_its_job(self):
        def make(reserved):
            return [
                Job(1, [Need(1, 60, (A,))], printer_id=1),
                Job(2, [Need(1, 60, (A,))], printer_id=1, reserved=reserved),
            ]

        full = [Spool(1, A, 100, printer_id=1)]
        self.assertEqual(self._walk(make(None), full), ["ready", "short"])
        # 60 of its 100 g are kept for the second.
        kept = [Spool(1, A, 40, printer_id=1)]
        self.assertEqual(self._walk(make({1: 60}), kept), ["short", "ready"])
        # The reserved spool is taken although another one is nearer to its end.
        spools = [Spool(1, A, 70, printer_id=1), Spool(2, A, 0)]
        verdicts = walk(make({2: 60}), self.printers, spools)
        self.assertEqual(verdicts[1].picks[0].spool_ids, [1])
        self.assertEqual(verdicts[2].picks[0].spool_ids, [2])

    def test_two_tools_of_one_filament_share_spools(self):
        jobs = [Job(1, [Need(1, 60, (A,)), Need(2, 60, (A,))], printer_id=2)]
        self.assertEqual(self._walk(jobs, [Spool(1, A, 100, printer_id=2)]), ["short"])
        self.assertEqual(
            self._walk(
                jobs, [Spool(1, A, 60, printer_id=2), Spool(2, A, 60, printer_id=2)]
            ),
            ["ready"],
        )

    def test_slots_and_materials(self):
        needs = [Need(1, 1, (A,), 7), Need(2, 1, (B,), 7)]
        spools = [Spool(1, A, 10), Spool(2, B, 10)]
        self.assertEqual(self._walk([Job(1, needs, 1)], spools), ["no_printer"])
        self.assertEqual(self._walk([Job(1, needs)], spools), ["swap"])
        self.printers[1].material_ids = frozenset([8])
        self.assertEqual(self._walk([Job(1, needs)], spools), ["no_printer"])

    def test_unknown_printer(self):
        self.assertEqual(
            self._walk([Job(1, [Need(1, 1, (A,))], 99)], []), ["no_printer"]
        )

    def test_opened_spool_is_used_up_first(self):
        jobs = [Job(1, [Need(1, 10, (A,))], printer_id=1)]
        verdict = walk(jobs, self.printers, [Spool(1, A, 900), Spool(2, A, 30)])[1]
        self.assertEqual(verdict.picks[0].spool_ids, [2])
