import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import filament_table, spoolmandb


class Print3dCatalogueExport(models.TransientModel):
    """Filaments of the shop, or of the catalogue, as a file that others read."""

    _name = "print3d.catalogue.export"
    _description = "Export of Filaments"

    scope = fields.Selection(
        [("shop", "Filaments of the shop"), ("catalogue", "The whole catalogue")],
        string="Which",
        default="shop",
        required=True,
    )
    layout = fields.Selection(
        [
            ("compiled", "SpoolmanDB's list (filaments.json)"),
            ("sources", "SpoolmanDB's sources (a ZIP with a file for each maker)"),
        ],
        string="Format",
        default="compiled",
        required=True,
    )
    data = fields.Binary(string="File", readonly=True)
    name = fields.Char(readonly=True)

    def action_export(self):
        """Make the file and download it."""
        self.ensure_one()
        rows = self._get_rows()
        if not rows:
            raise UserError(
                self.env._(
                    "There is no filament to write. Make one first, or choose the "
                    "catalogue."
                )
            )
        if self.layout == "sources":
            self.name, data = "spoolmandb.zip", spoolmandb.write_sources(rows)
        else:
            self.name, data = "filaments.json", spoolmandb.write_compiled(rows)
        self.data = base64.b64encode(data)
        return self._get_download()

    def action_template(self):
        """Download a table to begin a list of one's own with."""
        self.ensure_one()
        self.name = "filaments.csv"
        self.data = base64.b64encode(filament_table.make_template())
        return self._get_download()

    def _get_download(self):
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/data/{self.name}"
            "?download=true",
            "target": "download",
        }

    def _get_rows(self):
        """Return the filaments as rows of ``spoolmandb.FIELDS``."""
        if self.scope == "catalogue":
            catalogue = self.env["print3d.catalogue.filament"]
            return catalogue.search([("active", "=", True)])._get_rows()
        ids = self.env.context.get("active_ids")
        domain = [("is_filament", "=", True)]
        if ids and self.env.context.get("active_model") == "product.product":
            domain.append(("id", "in", ids))
        return self.env["product.product"].search(domain)._get_spoolmandb_rows()
