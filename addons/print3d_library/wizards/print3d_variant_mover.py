from odoo import api, fields, models


class Print3dVariantMover(models.TransientModel):
    """Moves a variant to another model."""

    _name = "print3d.variant.mover"
    _description = "Move a Variant to Another Model"
    _inherit = "print3d.previewed"

    product_id = fields.Many2one(
        "product.product", string="Variant", required=True, readonly=True
    )
    source_id = fields.Many2one(related="product_id.product_tmpl_id", string="From")
    company_id = fields.Many2one(related="product_id.company_id")
    target_id = fields.Many2one(
        "product.template",
        string="To",
        domain="[('is_print3d_model', '=', True), ('id', '!=', source_id), "
        "('company_id', '=', company_id)]",
    )
    name = fields.Char(
        string="Called There",
        compute="_compute_name",
        store=True,
        readonly=False,
        help="What the variant is called among the variants of that model.",
    )

    @api.depends("target_id")
    def _compute_name(self):
        for wizard in self:
            name = wizard.product_id and wizard.product_id._print3d_get_variant_name()
            wizard.name = name

    @api.model
    def _get_preview_fields(self):
        return ["product_id", "target_id", "name"]

    def _prepare_preview(self):
        """Say what becomes of the variant and of the model it leaves."""
        self.ensure_one()
        product, source, target = self.product_id, self.source_id, self.target_id
        if not target:
            return {}
        problems = product._print3d_get_move_problems(target)
        if problems:
            return {"problems": problems}
        wanted = self.name or product._print3d_get_variant_name()
        name = target._print3d_get_free_name(wanted)
        lines = [
            self._say(
                "long-arrow-right",
                self.env._(
                    "“%(variant)s” becomes a variant of “%(model)s”, called "
                    "“%(name)s”.",
                    variant=product.display_name,
                    model=target.name,
                    name=name,
                ),
            )
        ]
        if name != wanted:
            lines.append(
                self._say(
                    "info-circle",
                    self.env._("“%(name)s” is taken there.", name=wanted),
                )
            )
        if not target._print3d_get_option_lines() and target.product_variant_ids:
            lines.append(
                self._say(
                    "tag",
                    self.env._(
                        "“%(model)s” had no variants to choose from: its present one "
                        "is called “%(name)s” then.",
                        model=target.name,
                        name=self.env._("Standard"),
                    ),
                )
            )
        lines += [
            self._say("suitcase", product._get_print3d_kept_words()),
            self._say(
                "check",
                self.env._(
                    "Number, barcode, cost, price and picture stay its own; category, "
                    "tax and description are those of “%(model)s”.",
                    model=target.name,
                ),
            ),
            self._say("archive", self._get_leaving_words(source, product)),
        ]
        return {"lines": lines}

    @api.model
    def _get_leaving_words(self, source, products):
        """What becomes of a model that variants leave.

        :rtype: str
        """
        rest = source.product_variant_ids - products
        if not rest:
            return self.env._(
                "“%(model)s” has no variant left and is archived.", model=source.name
            )
        if len(rest) == 1:
            return self.env._("“%(model)s” keeps one variant.", model=source.name)
        return self.env._(
            "“%(model)s” keeps %(count)s variants.", model=source.name, count=len(rest)
        )

    def _change(self):
        product, source, target = self.product_id, self.source_id, self.target_id
        Change = self.env["print3d.library.change"]
        moves = Change._prepare_moves(product)
        title = product.display_name
        product._print3d_move(target, self.name)
        change = Change._log(
            "move",
            self.env._(
                "“%(variant)s” moved to “%(model)s”", variant=title, model=target.name
            ),
            source | target,
            {"moves": moves},
        )
        return change, self._get_page_action(target)
