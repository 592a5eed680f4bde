from odoo import api, fields, models


class Print3dTareProfile(models.Model):
    """What the bare spools of a brand weigh."""

    _name = "print3d.tare.profile"
    _description = "Weight of Empty Spools"
    _order = "brand_id, net_weight_g, id"

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    brand_id = fields.Many2one(
        "res.partner",
        string="Brand",
        index=True,
        ondelete="cascade",
        help="Without a brand it is taken for all that have none of their own.",
    )
    net_weight_g = fields.Float(
        string="Size (g)",
        digits="Product Unit",
        help="Filament on a full spool of this size; 0 for all sizes.",
    )
    spool_type = fields.Selection(
        [
            ("plastic", "Plastic"),
            ("cardboard", "Cardboard"),
            ("reusable", "Reusable"),
            ("metal", "Metal"),
        ],
        string="Made of",
    )
    tare_weight_g = fields.Float(
        string="Empty spool (g)", digits="Product Unit", required=True
    )
    active = fields.Boolean(default=True)

    _tare_positive = models.Constraint(
        "CHECK (tare_weight_g > 0)", "An empty spool weighs more than nothing."
    )
    _uniq = models.UniqueIndex(
        "((COALESCE(brand_id, 0)), net_weight_g, (COALESCE(spool_type, '')))"
        " WHERE active",
        "There is a weight for this brand, size and make already.",
    )

    @api.depends("brand_id.name", "net_weight_g", "spool_type")
    def _compute_name(self):
        makes = dict(self._fields["spool_type"]._description_selection(self.env))
        for profile in self:
            size = profile.net_weight_g
            profile.name = " ".join(
                filter(
                    None,
                    [
                        profile.brand_id.name or self.env._("Any brand"),
                        size and f"{size:g} g",
                        makes.get(profile.spool_type),
                    ],
                )
            )

    @api.model
    def _find_tare(self, brand, net_weight_g):
        """Return what the empty spool of a brand weighs, in grams; 0 when unknown.

        A profile of the brand goes before one of any brand, one of this size before
        one of all sizes; of several, the first.

        :param brand: the brand (res.partner), may be empty
        :param float net_weight_g: filament on the full spool
        """
        pair = (brand.id, net_weight_g)
        return self._find_tares([pair])[pair]

    @api.model
    def _find_tares(self, pairs):
        """Return what many empty spools weigh, as :meth:`_find_tare` does.

        :param pairs: (number of the brand or False, filament on the full spool)
        :rtype: dict
        """
        if not pairs:
            return {}
        profiles = self.sudo().search(
            [
                ("brand_id", "in", [False, *{brand for brand, _size in pairs}]),
                ("net_weight_g", "in", [0.0, *{size or 0.0 for _brand, size in pairs}]),
            ]
        )
        found = {}
        for brand, size in set(pairs):
            fitting = profiles.filtered(
                lambda profile, brand=brand, size=size: profile.brand_id.id
                in (False, brand)
                and profile.net_weight_g in (0.0, size or 0.0)
            )
            best = fitting.sorted(
                lambda profile: (not profile.brand_id, not profile.net_weight_g)
            )
            found[brand, size] = best[:1].tare_weight_g
        return found
