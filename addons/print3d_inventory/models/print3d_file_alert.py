from odoo import models


class Print3dFile(models.Model):
    """What somebody should know about a file."""

    _name = "print3d.file"
    _inherit = ["print3d.file", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Say by what alerts of files are found."""
        return {**super()._get_alert_dimensions(), "product_id": self.product_id.id}

    def _get_alert_actions(self, key):
        """Offer what mends a file."""
        open_file = {
            "key": "open",
            "label": self.env._("Open the file"),
            "icon": "fa-file-o",
        }
        if key == "file_damaged":
            return [
                {
                    "key": "restore",
                    "label": self.env._("Upload the original"),
                    "icon": "fa-upload",
                    "groups": "print3d_library.group_print3d_operator",
                },
                open_file,
            ]
        if key == "file_copy_bad":
            return [
                {
                    "key": "check",
                    "label": self.env._("Check again"),
                    "icon": "fa-refresh",
                    "groups": "print3d_library.group_print3d_operator",
                },
                open_file,
            ]
        if key == "file_infected":
            return [open_file]
        return super()._get_alert_actions(key)

    def _do_alert_action(self, alert, action_key):
        """Do what alerts of files offer."""
        self.ensure_one()
        if action_key == "restore":
            return self.action_restore()
        if action_key == "check":
            result = self.action_check_bytes()
            self.env["print3d.alert.check"]._check_soon()
            return result if isinstance(result, dict) else None
        return super()._do_alert_action(alert, action_key)


class Print3dSlice(models.Model):
    """What somebody should know about a version."""

    _name = "print3d.slice"
    _inherit = ["print3d.slice", "print3d.alert.mixin"]

    def _get_alert_dimensions(self):
        """Say by what alerts of versions are found."""
        return {**super()._get_alert_dimensions(), "product_id": self.product_id.id}

    def _get_alert_actions(self, key):
        """Offer to read a version again."""
        if key == "version_unreadable":
            return [
                {
                    "key": "retry",
                    "label": self.env._("Read it again"),
                    "icon": "fa-refresh",
                    "groups": "print3d_library.group_print3d_operator",
                },
                {
                    "key": "open",
                    "label": self.env._("Open the version"),
                    "icon": "fa-file-o",
                },
            ]
        return super()._get_alert_actions(key)

    def _do_alert_action(self, alert, action_key):
        """Do what alerts of versions offer."""
        self.ensure_one()
        if action_key == "retry":
            self.action_retry()
            self.env["print3d.alert.check"]._check_soon()
            return None
        return super()._do_alert_action(alert, action_key)


class Print3dStorage(models.Model):
    """What somebody should know about a storage."""

    _name = "print3d.storage"
    _inherit = ["print3d.storage", "print3d.alert.mixin"]


class Print3dScanEvent(models.Model):
    """What somebody should know about an upload that was refused."""

    _name = "print3d.scan.event"
    _inherit = ["print3d.scan.event", "print3d.alert.mixin"]
