from odoo import api, models

DAMAGED_LIMIT = 6


class Print3dHome(models.AbstractModel):
    _inherit = "print3d.home"

    @api.model
    def _get_sections(self):
        sections = super()._get_sections()
        # Only those who can do something about it.
        if sections and self.env["print3d.file"].has_access("write"):
            damage = self._get_damage_section()
            if damage["count"] or damage["storages"]:
                sections["damage"] = damage
        return sections

    @api.model
    def _get_untold_domain(self, model):
        """Hook: return which records no other section of the page tells of.

        :param str model: the name of their model
        :rtype: list
        """
        return []

    @api.model
    def _get_damage_section(self):
        """Files whose bytes are damaged, and storages that do not answer.

        :rtype: dict
        """
        File = self.env["print3d.file"]
        domain = [("condition", "=", "damaged"), *self._get_untold_domain(File._name)]
        files = File.search_fetch(
            domain, ["name", "product_id"], limit=DAMAGED_LIMIT, order="id desc"
        )
        storages = self.env["print3d.storage"]
        if storages.has_access("read"):
            storages = storages.search_fetch(
                [("state", "=", "failed"), *self._get_untold_domain(storages._name)],
                ["name", "check_message"],
            )
        return {
            "count": File.search_count(domain),
            "records": [
                {
                    "id": file.id,
                    "name": file.name,
                    "model": file.product_id.display_name,
                }
                for file in files
            ],
            "storages": [
                {
                    "id": storage.id,
                    "name": storage.name,
                    "message": storage.check_message or "",
                }
                for storage in storages
            ],
        }
