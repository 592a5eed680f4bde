from odoo import api, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.model_create_multi
    def create(self, vals_list):
        """Stock models, and value them at what printing them really cost."""
        category = self.env.ref(
            "print3d_production.product_category_print", raise_if_not_found=False
        )
        for vals in vals_list:
            if vals.get("is_print3d_model"):
                # A variant made directly hands core's default down as if it was meant.
                if vals.get("type", "consu") == "consu":
                    vals["is_storable"] = True
                if category and not vals.get("categ_id"):
                    vals["categ_id"] = category.id
        return super().create(vals_list)

    @api.model
    def _print3d_stock_existing_models(self):
        """Stock and value the models that were there before this addon."""
        models = self.with_context(active_test=False).search(
            [("is_print3d_model", "=", True), ("type", "=", "consu")]
        )
        models.filtered(lambda model: not model.is_storable).is_storable = True
        models.filtered(lambda model: not model.categ_id).categ_id = self.env.ref(
            "print3d_production.product_category_print"
        )
