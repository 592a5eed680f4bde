from odoo import fields, models

MB = 1024 * 1024


class ResUsers(models.Model):
    _inherit = "res.users"

    print3d_quota_mode = fields.Selection(
        [
            ("shop", "As set for the shop"),
            ("own", "A limit of their own"),
            ("none", "Unlimited"),
        ],
        string="Room for Uploads",
        default="shop",
        required=True,
        help="How many bytes of files this user may keep in the library.",
    )
    print3d_quota_mb = fields.Integer(string="Limit (MB)")

    def _get_print3d_quota(self):
        """Bytes of files the user may have in the library; 0 without a limit.

        :rtype: int
        """
        self.ensure_one()
        user = self.sudo()
        if user.print3d_quota_mode == "none":
            return 0
        if user.print3d_quota_mode == "own":
            # A limit of nothing is a limit: this user may send no file.
            return max(user.print3d_quota_mb * MB, 1)
        stated = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("print3d_library.upload_quota_mb", 0)
        )
        try:
            return max(int(float(stated)), 0) * MB
        except ValueError:
            return 0
