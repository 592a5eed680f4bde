from odoo import api, fields, models


class UomUom(models.Model):
    _inherit = "uom.uom"

    is_spool = fields.Boolean(
        help="One unit is one spool: receiving three of them makes three spools."
    )

    @api.model
    def _get_spool_uom(self, grams):
        """Return the unit "one spool of ``grams``", made when it is missing.

        :rtype: uom.uom
        """
        gram = self.env.ref("uom.product_uom_gram")
        uom = self.search(
            [
                ("is_spool", "=", True),
                ("relative_uom_id", "=", gram.id),
                ("relative_factor", "=", grams),
            ],
            limit=1,
        )
        if not uom:
            kilos = grams / 1000
            name = (
                self.env._("Spool %(weight)s kg", weight=f"{kilos:g}")
                if kilos >= 1
                else self.env._("Spool %(weight)s g", weight=f"{grams:g}")
            )
            # Units belong to the system administrator; a spool size is bare
            # arithmetic that whoever makes a filament may need.
            uom = (
                self.sudo()
                .create(
                    {
                        "name": name,
                        "relative_uom_id": gram.id,
                        "relative_factor": grams,
                        "is_spool": True,
                    }
                )
                .sudo(False)
            )
        return uom
