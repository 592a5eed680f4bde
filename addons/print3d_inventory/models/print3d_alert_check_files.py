from datetime import timedelta

from odoo import api, fields, models

# What the scanner refused is news for so long.
REFUSED_DAYS = 3


class Print3dAlertCheck(models.AbstractModel):
    """What somebody should know about files, versions and storages."""

    _inherit = "print3d.alert.check"

    @api.model
    def _get_checks(self):
        """Add the files."""
        return [
            *super()._get_checks(),
            "_check_files_damaged",
            "_check_files_infected",
            "_check_versions_unreadable",
            "_check_storages",
        ]

    @api.model
    def _check_files_damaged(self):
        """Tell of files whose bytes are lost, or of which one copy is bad."""
        groups = self.env["print3d.file"].search_fetch(
            [("condition", "in", ("damaged", "weak"))],
            ["name", "product_id", "company_id", "condition"],
            order="id",
        )
        groups = groups.grouped("condition")
        damaged = groups.get("damaged", self.env["print3d.file"])
        weak = groups.get("weak", self.env["print3d.file"])
        Alert = self.env["print3d.alert"]
        Alert._sync_alerts(
            "file_damaged",
            {
                file: {
                    "name": self.env._("File “%(file)s” is damaged", file=file.name),
                    "body": self.env._(
                        "%(found)s No good copy is left. Upload the original, so that "
                        "%(model)s can be printed again.",
                        found=file.damage_message or "",
                        model=file.product_id.display_name,
                    ).strip(),
                    "severity": "critical",
                    "category": "file",
                }
                for file in damaged
            },
        )
        Alert._sync_alerts(
            "file_copy_bad",
            {
                file: {
                    "name": self.env._(
                        "A copy of file “%(file)s” is bad", file=file.name
                    ),
                    "body": self.env._(
                        "%(found)s Another copy is good and is used. The bad one is "
                        "written anew at the next check, unless its storage fails.",
                        found=file.damage_message or "",
                    ).strip(),
                    "severity": "info",
                    "category": "file",
                }
                for file in weak
            },
        )

    @api.model
    def _check_files_infected(self):
        """Tell of viruses: in stored files, and in what was refused lately."""
        files = self.env["print3d.file"].search_fetch(
            [("scan_state", "=", "infected")],
            ["name", "product_id", "company_id", "scan_note"],
            order="id",
        )
        refused = self.env["print3d.scan.event"].search_fetch(
            [
                ("result", "=", "refused"),
                ("create_date", ">", fields.Datetime.now() - timedelta(REFUSED_DAYS)),
            ],
            ["name", "message", "company_id"],
            order="id",
        )
        Alert = self.env["print3d.alert"]
        Alert._sync_alerts(
            "file_infected",
            {
                file: {
                    "name": self.env._(
                        "A virus was found in “%(file)s”", file=file.name
                    ),
                    "body": self.env._(
                        "%(found)s. It is not given out any more. Delete it, and "
                        "upload a clean file of %(model)s.",
                        found=file.scan_note or self.env._("The scanner says so"),
                        model=file.product_id.display_name,
                    ),
                    "severity": "critical",
                    "category": "file",
                }
                for file in files
            },
        )
        Alert._sync_alerts(
            "upload_infected",
            {
                event: {
                    "name": self.env._(
                        "Upload “%(file)s” was refused: a virus", file=event.name
                    ),
                    "body": self.env._(
                        "Nothing of it was kept. %(found)s. Have the computer it came "
                        "from looked at; the journal of virus scans says whose it is.",
                        found=event.message or self.env._("The scanner says so"),
                    ),
                    "severity": "warning",
                    "category": "file",
                }
                for event in refused
            },
        )

    @api.model
    def _check_versions_unreadable(self):
        """Tell of versions of which nothing could be read."""
        versions = self.env["print3d.slice"].search_fetch(
            [("read_state", "=", "failed"), ("state", "=", "draft")],
            ["number", "product_id", "read_error", "file_id"],
            order="id",
        )
        self.env["print3d.alert"]._sync_alerts(
            "version_unreadable",
            {
                version: {
                    "name": self.env._(
                        "%(version)s could not be read", version=version.display_name
                    ),
                    "body": self.env._(
                        "%(problem)s Upload another file, or retry when the cause is "
                        "mended.",
                        problem=version.read_error or "",
                    ).strip(),
                    "severity": "info",
                    "category": "file",
                }
                for version in versions
            },
        )

    @api.model
    def _check_storages(self):
        """Tell of storages that do not work."""
        storages = self.env["print3d.storage"].search_fetch(
            [("state", "=", "failed")], ["name", "company_id"], order="id"
        )
        self.env["print3d.alert"]._sync_alerts(
            "storage_failed",
            {
                storage: {
                    "name": self.env._(
                        "Storage “%(storage)s” does not work", storage=storage.name
                    ),
                    "body": self.env._(
                        "Files kept only there cannot be opened or printed. Its page "
                        "says what was found.",
                    ),
                    "severity": "critical",
                    "category": "file",
                }
                for storage in storages
            },
        )
