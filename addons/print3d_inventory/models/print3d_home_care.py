from odoo import api, models

SHOWN = 6


class Print3dHome(models.AbstractModel):
    _inherit = "print3d.home"

    @api.model
    def _get_sections(self):
        """Add the spools that should be dried."""
        sections = super()._get_sections()
        if self.env.user.has_group("print3d_library.group_print3d_user"):
            sections = dict(sections, to_dry=self._get_spools_to_dry())
        return sections

    @api.model
    def _get_spools_to_dry(self):
        """Return the spools that should be dried by now, the dampest first.

        Those that an alert on the same page tells of are left out.

        :rtype: dict
        """
        Lot = self.env["stock.lot"]
        domain = [
            *Lot._get_to_dry_domain(),
            *self._get_untold_domain("stock.lot"),
            ("company_id", "in", [*self.env.companies.ids, False]),
        ]
        spools = Lot.search(domain, order="drying_due_on, id", limit=SHOWN)
        return {
            "count": Lot.search_count(domain),
            "can_dry": self.env.user.has_group(
                "print3d_library.group_print3d_operator"
            ),
            "spools": [
                {
                    "id": spool.id,
                    "name": spool.name,
                    "filament": spool.product_id.display_name,
                    "colours": spool.product_id._get_colours(),
                    "place": spool.location_id._get_place_name()
                    if spool.location_id
                    else "",
                    "advice": spool._get_drying_advice()["text"],
                }
                for spool in spools
            ],
        }
