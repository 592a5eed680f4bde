from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestPrint3dVersions(Print3dLibraryCommon):
    """Versions of a variant beside each other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_model("Vase").product_variant_id
        cls.first = cls._create_version(cls.product, activate=True)
        cls.second = cls._create_version(
            cls.product,
            activate=True,
            time="1h 14m 3s",
            filaments=(("PLA", "#1A1A1A", 1000.0, 2.5),),
            settings={"fill_density": "20%", "layer_height": "0.25"},
        )

    def test_timeline(self):
        self.second.note = "Stiffer"
        timeline = self.product.with_user(self.user_sales).version_timeline
        self.assertEqual(timeline["active_id"], self.second.id)
        newest, oldest = timeline["versions"]
        self.assertEqual((newest["number"], newest["note"]), (2, "Stiffer"))
        self.assertEqual(newest["before"]["id"], self.first.id)
        self.assertEqual(newest["before"]["time_s"], 720)
        self.assertAlmostEqual(newest["before"]["grams"], -0.48)
        self.assertNotIn("before", oldest)
        lines = self.first.version_timeline["versions"]
        self.assertEqual([line["is_current"] for line in lines], [False, True])

    def test_comparison(self):
        result = self.Slice.with_user(self.user_sales).get_comparison(
            self.first.id, self.second.id
        )
        keys = [
            entry["key"]
            for group in result["difference"]["figures"]
            for entry in group["entries"]
        ]
        self.assertIn("layer_height", keys)
        self.assertIn("infill_density", keys)
        self.assertEqual(result["difference"]["effect"]["time_s"], [3723, 4443])
        same = self.Slice.get_comparison(self.first.id, self.first.id)
        counts = dict(same["difference"]["counts"], same=0)
        self.assertFalse(any(counts.values()))

    def test_corrected_values_are_compared(self):
        third = self._create_version(self.product, settings={"layer_height": "0.25"})
        third.action_correct("layer_height", 0.2)
        result = self.Slice.get_comparison(self.first.id, third.id)
        keys = [
            entry["key"]
            for group in result["difference"]["figures"]
            for entry in group["entries"]
        ]
        self.assertNotIn("layer_height", keys)

    def test_what_cannot_be_compared(self):
        with self.assertRaisesRegex(UserError, "not there any more"):
            self.Slice.get_comparison(self.first.id, self.first.id + 100_000)
        self.first.read_state = "pending"
        with self.assertRaisesRegex(UserError, "not read"):
            self.Slice.get_comparison(self.first.id, self.second.id)
        with self.assertRaises(AccessError):
            self.Slice.with_user(self.user_plain).get_comparison(
                self.first.id, self.second.id
            )

    def test_other_company_is_not_compared(self):
        company = self.env["res.company"].create({"name": "Other Shop"})
        model = self._create_model("Theirs", company_id=company.id)
        theirs = self._create_version(model.product_variant_id)
        with self.assertRaises(AccessError):
            self.Slice.with_user(self.user_operator).get_comparison(
                self.first.id, theirs.id
            )

    def test_two_chosen_versions(self):
        both = self.second | self.first
        action = both.action_compare()
        self.assertEqual(
            action["params"], {"old": self.first.id, "new": self.second.id}
        )
        self.assertEqual(
            self.second.action_compare_before()["params"]["old"], both[1].id
        )
        with self.assertRaisesRegex(UserError, "two versions"):
            self.first.action_compare()
        with self.assertRaisesRegex(UserError, "first one"):
            self.first.action_compare_before()

    def test_roll_back_once(self):
        version = self.first.with_user(self.user_operator)
        wizard = (
            self.env["print3d.slice.rollback"]
            .with_user(self.user_operator)
            .create({"slice_id": version.id, "reason": "It warped"})
        )
        self.assertEqual(wizard.changes["former"], "v2")
        self.assertEqual(wizard.changes["time_s"], [4443.0, 3723.0])
        wizard.action_confirm()
        self.assertEqual(self.product.active_slice_id, self.first)
        self.assertEqual(self.second.state, "retired")
        message = self.first.message_ids[0].body
        self.assertIn("from v2", message)
        self.assertIn("It warped", message)
        count = len(self.first.message_ids), len(self.product.message_ids)
        wizard.action_confirm()
        self.assertEqual(
            (len(self.first.message_ids), len(self.product.message_ids)), count
        )
        with self.assertRaises(AccessError):
            self.second.with_user(self.user_sales)._roll_back()

    def test_odd_values_need_a_reason(self):
        odd = self._create_version(self.product, settings={"layer_height": "0.39"})
        odd.question_ids.action_accept("a test")
        odd.action_activate()
        self.second.action_activate()
        odd.question_ids.state = "open"
        wizard = self.env["print3d.slice.rollback"].create({"slice_id": odd.id})
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.action_confirm()
        wizard.reason = "Measured"
        wizard.action_confirm()
        self.assertEqual(odd.state, "active")
        self.assertFalse(odd.flag_count)

    def test_activating_twice_changes_nothing(self):
        messages = len(self.second.message_ids)
        self.assertTrue(self.second.action_activate())
        self.assertEqual(len(self.second.message_ids), messages)
        self.assertEqual(self.product.active_slice_id, self.second)

    def test_files_of_versions_stay(self):
        self.product.product_tmpl_id.action_archive()
        with self.assertRaisesRegex(UserError, "is the file of"):
            self.first.file_id.unlink()
        with self.assertRaisesRegex(UserError, "was in use"):
            self.first.unlink()
        self.assertTrue(self.first.file_id.download_url)

    def test_queries_do_not_grow_with_the_history(self):
        """A variant of 24 versions takes as many queries as one of two."""
        many = self._create_model("Bowl").product_variant_id
        for _number in range(24):
            version = self._create_version(many)
            version.action_correct("layer_height", 0.1)
        products = self.product | many

        def count(record):
            # What is read once a process (rights, languages) is read before.
            self._read_history(record)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            timeline = self._read_history(record)
            return self.cr.sql_log_count - before, len(timeline["versions"])

        (few, of_few), (much, of_many) = (count(product) for product in products)
        self.assertEqual((of_few, of_many), (2, 24))
        self.assertEqual(few, much)
        self.assertLess(much, 30)
        # The page of a version has the same timeline.
        self.assertEqual(count(self.first)[0], count(many.slice_ids[5])[0])

    def _read_history(self, record):
        record = record.with_user(self.user_operator)
        return record.read(["version_timeline"])[0]["version_timeline"]

    def test_queries_of_a_comparison(self):
        """As many for versions of 20 plates as for those of one."""
        wide = []
        for number in range(2):
            version = self._create_version(self.product, salt=900 + number)
            plate = version.plate_ids
            for index in range(2, 21):
                copy = plate.copy({"index": index})
                plate.filament_ids.copy({"plate_id": copy.id})
                plate.object_ids.copy({"plate_id": copy.id})
            wide.append(version.id)

        versions = self.Slice.with_user(self.user_sales)

        def count(old, new):
            # What is read once a process (rights, languages) is read before.
            versions.get_comparison(old, new)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            versions.get_comparison(old, new)
            return self.cr.sql_log_count - before

        narrow = count(self.first.id, self.second.id)
        self.assertLessEqual(count(*wide), narrow)
        self.assertLess(narrow, 40)
