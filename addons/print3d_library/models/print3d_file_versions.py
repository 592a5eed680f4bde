from odoo import api, models
from odoo.exceptions import UserError


class Print3dFile(models.Model):
    _inherit = "print3d.file"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_versions(self):
        """Keep the file of a version, retired ones and archived variants included."""
        version = self.sudo().with_context(active_test=False).slice_ids[:1]
        if version:
            raise UserError(
                self.env._(
                    "“%(name)s” is the file of %(version)s and stays as long as that "
                    "version. Retire the version when it is not printed any more.",
                    name=version.file_id.name,
                    version=version.display_name,
                )
            )
