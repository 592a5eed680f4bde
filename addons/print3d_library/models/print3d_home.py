from odoo import api, models


class Print3dHome(models.AbstractModel):
    """What the landing page shows; each addon adds its sections."""

    _name = "print3d.home"
    _description = "3D Printing Home"

    @api.model
    @api.readonly
    def get_data(self):
        """Data of the sections this user sees, by section key.

        :rtype: dict
        """
        return self._get_sections()

    @api.model
    def _get_sections(self):
        """Hook: data of each section of the landing page.

        Override: ``return dict(super()._get_sections(), my_section={...})``. A key that
        is absent hides the component registered under it.

        :rtype: dict
        """
        return {}
