from odoo import api, fields, models


class Print3dLicenceTerm(models.Model):
    _inherit = "print3d.licence.term"

    outside = fields.Selection(
        [("warn", "Warn the salesperson"), ("block", "Refuse the sale")],
        string="Sale outside the Terms",
        help="Empty: as the settings of the company say.",
    )
    print3d_use_ids = fields.One2many(
        "print3d.licence.use", "term_id", string="Sold under These Terms"
    )

    @api.depends("print3d_use_ids.units")
    def _compute_sold_units(self):
        return super()._compute_sold_units()

    def _get_sold_units(self):
        """Override of `print3d_library` to count the prints of confirmed orders."""
        sold = super()._get_sold_units()
        groups = (
            self.env["print3d.licence.use"]
            .sudo()
            ._read_group([("term_id", "in", self.ids)], ["term_id"], ["units:sum"])
        )
        for term, units in groups:
            sold[term.id] = sold.get(term.id, 0.0) + units
        return sold

    def _lock_print3d_units(self):
        """Let orders that take of limited units do so one after the other.

        Two orders that read the same count would both find enough. The write makes
        the later one fail to commit and be tried again with the count of the first.
        """
        limited = self.filtered("max_units")
        if limited:
            self.env.cr.execute(
                "UPDATE print3d_licence_term SET max_units = max_units WHERE id IN %s",
                (tuple(sorted(limited.ids)),),
            )
            limited.invalidate_recordset(["sold_units"])

    def _get_royalty(self, units, net):
        """Return what is owed for prints that were invoiced.

        :param float units: how many, negative when they came back
        :param float net: what was paid for them without taxes, in the currency of the
            terms, with the sign of the units
        :rtype: float
        """
        self.ensure_one()
        return self._compute_royalty(
            self.royalty_type, self._get_rate(), self.royalty_minimum, units, net
        )

    def _get_rate(self):
        """Return the amount per unit or the percentage."""
        self.ensure_one()
        if self.royalty_type == "percent":
            return self.royalty_percent
        return self.royalty_unit if self.royalty_type == "unit" else 0.0

    @api.model
    def _compute_royalty(self, kind, rate, minimum, units, net):
        if kind == "unit":
            return rate * units
        if kind != "percent":
            return 0.0
        sign = -1.0 if units < 0 else 1.0
        return sign * max(abs(net) * rate / 100.0, abs(units) * minimum)
