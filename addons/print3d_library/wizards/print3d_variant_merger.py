from odoo import api, fields, models


class Print3dVariantMerger(models.TransientModel):
    """Merges variants that are the same thing."""

    _name = "print3d.variant.merger"
    _description = "Merge Variants"
    _inherit = "print3d.previewed"

    product_id = fields.Many2one(
        "product.product", string="Stays", required=True, readonly=True
    )
    template_id = fields.Many2one(related="product_id.product_tmpl_id")
    company_id = fields.Many2one(related="product_id.company_id")
    is_any_model = fields.Boolean(
        string="Of other models, too",
        help="Offer the variants of all models, not of this one alone.",
    )
    other_ids = fields.Many2many("product.product", string="Merged into It")
    available_ids = fields.Many2many(
        "product.product", compute="_compute_available_ids", string="To Choose From"
    )

    @api.depends("product_id", "is_any_model")
    def _compute_available_ids(self):
        for wizard in self:
            product = wizard.product_id
            domain = [
                ("is_print3d_model", "=", True),
                ("id", "!=", product.id),
                ("company_id", "=", product.company_id.id),
            ]
            if not wizard.is_any_model:
                domain.append(("product_tmpl_id", "=", product.product_tmpl_id.id))
            wizard.available_ids = self.env["product.product"].search(domain)

    @api.model
    def _get_preview_fields(self):
        return ["product_id", "other_ids"]

    def _prepare_preview(self):
        """Say what is taken over, and what becomes of the others."""
        self.ensure_one()
        product, others = self.product_id, self.other_ids._origin
        if not others:
            return {}
        problems = [
            problem
            for other in others
            for problem in product._print3d_get_merge_problems(other)
        ]
        if problems:
            return {"problems": problems}
        lines = [
            self._say(
                "compress",
                self.env._(
                    "%(names)s: merged into “%(variant)s”.",
                    names=", ".join(f"“{other.display_name}”" for other in others),
                    variant=product.display_name,
                ),
            ),
            self._say("suitcase", self._get_taken_words(others)),
        ]
        versions = (product | others).slice_ids
        if versions:
            active = (
                product.active_slice_id
                or others.active_slice_id.sorted("id", reverse=True)[:1]
            )
            lines.append(
                self._say(
                    "check",
                    self.env._(
                        "The versions are numbered anew by age; the one that is "
                        "printed is %(version)s.",
                        version=active.display_name,
                    )
                    if active
                    else self.env._("The versions are numbered anew by age."),
                )
            )
        lines.append(
            self._say(
                "archive",
                self.env._(
                    "The merged variants are archived: orders and prints made of them "
                    "go on naming them."
                ),
            )
        )
        mover = self.env["print3d.variant.mover"]
        for template in others.product_tmpl_id - product.product_tmpl_id:
            lines.append(self._say("cube", mover._get_leaving_words(template, others)))
        return {"lines": lines}

    @api.model
    def _get_taken_words(self, others):
        belongings = others._get_print3d_belongings()
        if not belongings:
            return self.env._("There are no files or versions to take over.")
        return self.env._("It takes over: %(what)s.", what=", ".join(belongings))

    def _change(self):
        product, others = self.product_id, self.other_ids - self.product_id
        names = ", ".join(others.mapped("display_name"))
        templates = (product | others).product_tmpl_id
        undo = product._print3d_merge_variants(others)
        change = self.env["print3d.library.change"]._log(
            "merge_variants",
            self.env._(
                "Merged into “%(variant)s”: %(names)s",
                variant=product.display_name,
                names=names,
            ),
            templates,
            undo,
        )
        return change, None
