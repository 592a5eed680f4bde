import io

from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import Print3dProductionCommon

# One tool for the first half of the time, the other one for the rest.
GCODE = b"""; a test
M83
T0
G1 X0 Y0 Z0.2 F3000
;LAYER_CHANGE
M73 P0 R60
G1 X10 E10
M73 P50 R30
T1
G1 X0 E2
M73 P75 R15
G1 X10 E2
M73 P100 R0
"""


@tagged("post_install", "-at_install")
class TestPrint3dRunTimetable(Print3dProductionCommon):
    """How far a print came is not how much of each filament it took."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.egg = cls._create_product("Timetable Egg")
        cls.version = cls._create_version(
            cls.egg, [{"filaments": [(cls.black, 40), (cls.white, 16)]}]
        )
        cls.version.action_activate()
        cls.white_spool = cls._create_spool(300.0, filament=cls.white)

    def _start_egg(self):
        return self._start(
            self._create_mo(1, self.egg).run_ids, [self.spool, self.white_spool]
        )

    def test_by_percent_where_the_file_says_nothing(self):
        run = self._start_egg()
        run._do_end("failed", percent=75)
        self.assertEqual(run.spool_ids.mapped("used_g"), [30.0, 12.0])

    def test_by_the_table_of_the_file(self):
        self.version.file_id = self.env["print3d.file"]._create_from_stream(
            "egg.gcode", io.BytesIO(GCODE), self.egg, kind="sliced"
        )
        plate = self.version.plate_ids
        with trap_jobs() as trap:
            run = self._start_egg()
            trap.assert_jobs_count(1, only=plate._read_timetable)
        plate._read_timetable()
        self.assertEqual(
            plate.timetable_json,
            [
                [0.0, {"1": 0.0, "2": 0.0}],
                [50.0, {"1": 1.0, "2": 0.0}],
                [75.0, {"1": 1.0, "2": 0.5}],
                [100.0, {"1": 1.0, "2": 1.0}],
            ],
        )
        # The first tool is through, the second one a quarter on its way.
        run._do_end("failed", percent=62.5)
        self.assertEqual(run.spool_ids.mapped("used_g"), [40.0, 4.0])
        self.assertFalse(run._find_differences())
        # It is not read again as long as the file is the same.
        with trap_jobs() as trap:
            self._start(run.reprint_ids, [self.spool, self.white_spool])
            trap.assert_jobs_count(0, only=plate._read_timetable)

    def test_a_file_that_cannot_be_read_is_asked_once(self):
        self.version.file_id = self.env["print3d.file"]._create_from_stream(
            "egg.3mf", io.BytesIO(b"PK\x03\x04 and no more"), self.egg, kind="sliced"
        )
        plate = self.version.plate_ids
        plate._read_timetable()
        self.assertFalse(plate.timetable_json)
        self.assertTrue(plate.timetable_key)
        run = self._start_egg()
        run._do_end("failed", percent=75)
        self.assertEqual(run.spool_ids.mapped("used_g"), [30.0, 12.0])
