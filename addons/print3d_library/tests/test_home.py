from odoo.tests import tagged

from .common import Print3dLibraryCommon


@tagged("post_install", "-at_install")
class TestHome(Print3dLibraryCommon):
    def _get_data(self, user):
        return self.env["print3d.home"].with_user(user).get_data()

    def test_versions_that_wait_for_a_person(self):
        waiting = self._create_version()
        failed = self._create_version()
        failed.write({"read_state": "failed", "read_error": "Cut short."})
        active = self._create_version(activate=True)
        section = self._get_data(self.user_operator)["versions"]
        ids = [record["id"] for record in section["records"]]
        self.assertEqual(ids[0], failed.id)
        self.assertIn(waiting.id, ids)
        self.assertNotIn(active.id, ids)
        self.assertEqual(section["records"][0]["message"], "Cut short.")
        self.assertTrue(section["can_activate"])
        self.assertFalse(self._get_data(self.user_sales)["versions"]["can_activate"])

    def test_newest_models(self):
        model = self._create_model("The newest")
        section = self._get_data(self.user_sales)["recent_models"]
        self.assertEqual(section["records"][0]["id"], model.id)
        self.assertGreaterEqual(section["count"], 1)

    def test_nothing_for_those_without_a_role(self):
        self.assertEqual(self._get_data(self.user_plain), {})

    def test_sections_are_a_hook(self):
        original = type(self.env["print3d.home"])._get_sections
        self.patch(
            type(self.env["print3d.home"]),
            "_get_sections",
            lambda home: dict(original(home), mine={"count": 3}),
        )
        self.assertEqual(self._get_data(self.user_owner)["mine"], {"count": 3})
