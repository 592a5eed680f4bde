from odoo import api, models
from odoo.fields import Domain


class Print3dSearch(models.AbstractModel):
    """The plates of the shop's own printers, to look for what fits on them."""

    _inherit = "print3d.search"

    @api.model
    def _get_facets(self, found, chosen):
        facets = super()._get_facets(found, chosen)
        for facet in facets:
            if facet["name"] == "size":
                facet["values"] = self._get_plates()
        return facets

    @api.model
    def _get_plates(self):
        """Each size of plate with the printers that have it, the largest first.

        Who searches need not be allowed to look after printers: names and sizes are
        all that is told of them.

        :rtype: list[dict]
        """
        printers_sudo = (
            self.env["mrp.workcenter"]
            .sudo()
            .search(
                Domain("company_id", "in", self.env.companies.ids)
                & Domain("bed_x_mm", ">", 0)
                & Domain("bed_y_mm", ">", 0)
                & Domain("bed_z_mm", ">", 0),
                order="name, id",
            )
        )
        plates = printers_sudo.grouped(
            lambda printer: (printer.bed_x_mm, printer.bed_y_mm, printer.bed_z_mm)
        )
        return [
            {"value": list(size), "label": ", ".join(printers.mapped("name"))}
            for size, printers in sorted(plates.items(), reverse=True)
        ]
