from odoo import api, fields, models


class Print3dVariantSplitter(models.TransientModel):
    """Makes a variant a model of its own."""

    _name = "print3d.variant.splitter"
    _description = "Make a Variant a Model"
    _inherit = "print3d.previewed"

    product_id = fields.Many2one(
        "product.product", string="Variant", required=True, readonly=True
    )
    name = fields.Char(
        string="Name of the Model", compute="_compute_name", store=True, readonly=False
    )

    @api.depends("product_id")
    def _compute_name(self):
        for wizard in self:
            product = wizard.product_id
            wizard.name = product and (
                f"{product.product_tmpl_id.name} {product._print3d_get_variant_name()}"
            )

    @api.model
    def _get_preview_fields(self):
        return ["product_id", "name"]

    def _prepare_preview(self):
        """Say what the new model has, and what stays."""
        self.ensure_one()
        product = self.product_id
        source = product.product_tmpl_id
        if not product:
            return {}
        if len(source.product_variant_ids) < 2:
            return {
                "problems": [
                    self.env._(
                        "“%(model)s” has one variant only: it is a model of its own.",
                        model=source.name,
                    )
                ]
            }
        if not (self.name or "").strip():
            return {"problems": [self.env._("Give the model a name.")]}
        mover = self.env["print3d.variant.mover"]
        return {
            "lines": [
                self._say(
                    "cube",
                    self.env._(
                        "“%(variant)s” becomes the model “%(name)s”, with a copy of "
                        "designer, licence, themes, category and description.",
                        variant=product.display_name,
                        name=self.name.strip(),
                    ),
                ),
                self._say("suitcase", product._get_print3d_kept_words()),
                self._say(
                    "check",
                    self.env._(
                        "Number, barcode, cost, price and picture stay its own."
                    ),
                ),
                self._say("archive", mover._get_leaving_words(source, product)),
            ]
        }

    def _change(self):
        product = self.product_id
        source, title = product.product_tmpl_id, product.display_name
        Change = self.env["print3d.library.change"]
        moves = Change._prepare_moves(product)
        model = source._print3d_split(product, self.name.strip())
        change = Change._log(
            "split",
            self.env._("“%(variant)s” is a model of its own now", variant=title),
            source | model,
            {"moves": moves},
        )
        return change, self._get_page_action(model)
