from odoo import api, models

ATTENTION_LIMIT = 6
RECENT_LIMIT = 6


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
        if not self.env["print3d.slice"].has_access("read"):
            return {}
        return {
            "versions": self._get_versions_section(),
            "recent_models": self._get_recent_models_section(),
        }

    @api.model
    def _get_versions_section(self):
        """Versions that wait for a person: not readable, or read and not activated.

        :rtype: dict
        """
        Slice = self.env["print3d.slice"]
        domain = [
            ("state", "=", "draft"),
            ("read_state", "in", ("failed", "done")),
            ("is_sliced", "=", True),
        ]
        versions = Slice.search_fetch(
            domain,
            ["number", "product_id", "read_state", "read_error", "chips", "time_s"],
            limit=ATTENTION_LIMIT,
            order="read_state desc, id desc",
        )
        return {
            "can_activate": Slice.has_access("write"),
            "count": Slice.search_count(domain),
            "records": [
                {
                    "id": version.id,
                    "name": version.display_name,
                    "read_state": version.read_state,
                    "message": version.read_error or "",
                    "chips": version.chips or [],
                    "time_s": version.time_s,
                }
                for version in versions
            ],
        }

    @api.model
    def _get_recent_models_section(self):
        """The newest models of the library.

        :rtype: dict
        """
        Template = self.env["product.template"]
        domain = [("is_print3d_model", "=", True)]
        templates = Template.search_fetch(
            domain,
            ["name", "print3d_chips", "print_time_s", "write_date"],
            limit=RECENT_LIMIT,
            order="id desc",
        )
        return {
            "count": Template.search_count(domain),
            "records": [
                {
                    "id": template.id,
                    "name": template.name,
                    "chips": template.print3d_chips or [],
                    "time_s": template.print_time_s,
                    "unique": template.write_date.timestamp(),
                }
                for template in templates
            ],
        }
