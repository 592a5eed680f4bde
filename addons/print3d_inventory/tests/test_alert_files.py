from unittest.mock import patch

from odoo.tests import tagged

from .common_alerts import AlertCheckCommon


@tagged("post_install", "-at_install")
class TestAlertFiles(AlertCheckCommon):
    """What somebody should know about files, versions and storages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.env["product.product"].create(
            {"name": "Alert Vase", "is_print3d_model": True}
        )
        cls.file = cls.env["print3d.file"].create(
            {"name": "vase.3mf", "kind": "sliced", "product_id": cls.model.id}
        )

    def _make_copies(self, *states):
        self.file.copy_ids.unlink()
        for index, state in enumerate(states):
            storage = self.env["print3d.storage"].create(
                {
                    "name": f"Bucket {index}",
                    "endpoint_url": "https://s3.example.com",
                    "bucket": f"bucket-{index}",
                    "access_key": "key",
                    "secret_key": "secret",
                }
            )
            self.env["print3d.file.copy"].create(
                {
                    "file_id": self.file.id,
                    "storage_id": storage.id,
                    "key": f"key-{index}",
                    "state": state,
                }
            )

    def test_damaged_file(self):
        self._make_copies("damaged")
        self._check("_check_files_damaged")
        alert = self._get_alert(self.file, "file_damaged")
        self.assertEqual((alert.severity, alert.category), ("critical", "file"))
        self.assertEqual(alert.product_id, self.model)
        action = alert.action_run("restore")
        self.assertEqual(action["res_model"], "print3d.file.restore")
        self.file.copy_ids.state = "ok"
        self._check("_check_files_damaged")
        self._assert_over(self.file, "file_damaged")

    def test_one_bad_copy_of_two(self):
        self._make_copies("ok", "missing")
        self._check("_check_files_damaged")
        self.assertFalse(self._get_alerts(self.file, "file_damaged"))
        alert = self._get_alert(self.file, "file_copy_bad")
        self.assertEqual(alert.severity, "info")
        with patch.object(
            type(self.env["print3d.file.copy"]), "action_check", return_value=None
        ) as check:
            alert.action_run("check")
        check.assert_called_once()
        self.file.copy_ids.state = "ok"
        self._check("_check_files_damaged")
        self._assert_over(self.file, "file_copy_bad")

    def test_infected_file(self):
        self.file.write({"scan_state": "infected", "scan_note": "Eicar-Test"})
        self._check("_check_files_infected")
        alert = self._get_alert(self.file, "file_infected")
        self.assertEqual(alert.severity, "critical")
        self.assertIn("Eicar-Test", alert.body)
        self.file.scan_state = "clean"
        self._check("_check_files_infected")
        self._assert_over(self.file, "file_infected")

    def test_refused_upload_is_news_for_some_days(self):
        event = self.env["print3d.scan.event"]._journal(
            {"name": "bad.3mf", "result": "refused", "message": "Eicar-Test"}
        )
        self._check("_check_files_infected")
        alert = self._get_alert(event, "upload_infected")
        self.assertEqual(alert.severity, "warning")
        self.assertNotIn(event.user_id.name, alert.body, "others need not know whose")
        self.env.cr.execute(
            "UPDATE print3d_scan_event"
            " SET create_date = create_date - interval '4 days' WHERE id = %s",
            [event.id],
        )
        self._check("_check_files_infected")
        self._assert_over(event, "upload_infected")

    def test_version_that_could_not_be_read(self):
        version = self.env["print3d.slice"].create(
            {
                "product_id": self.model.id,
                "read_state": "failed",
                "read_error": "It is cut short.",
            }
        )
        self._check("_check_versions_unreadable")
        alert = self._get_alert(version, "version_unreadable")
        self.assertIn("It is cut short.", alert.body)
        with patch.object(type(version), "_enqueue_read") as read:
            alert.action_run("retry")
        read.assert_called_once()
        version.read_state = "done"
        self._check("_check_versions_unreadable")
        self._assert_over(version, "version_unreadable")

    def test_storage_that_does_not_work(self):
        self._make_copies("ok")
        storage = self.file.copy_ids.storage_id
        storage.write({"state": "failed", "check_message": "secret host 10.1.2.3"})
        self._check("_check_storages")
        alert = self._get_alert(storage, "storage_failed")
        self.assertEqual(alert.severity, "critical")
        self.assertNotIn("10.1.2.3", alert.body, "only owners see what was found")
        storage.state = "ok"
        self._check("_check_storages")
        self._assert_over(storage, "storage_failed")
