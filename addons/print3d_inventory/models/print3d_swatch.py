from odoo import api, models

# A list shows this many at most.
MAX_ASKED = 1000
# Colours of a product with many variants that a round mark can show.
MAX_COLOURS = 6


class Print3dSwatch(models.AbstractModel):
    """The colours of whatever names a filament, for the screens that name it."""

    _name = "print3d.swatch"
    _description = "Colours of What Names a Filament"

    @api.model
    @api.readonly
    def read_swatches(self, wanted):
        """Return the swatches of records that are filaments or made of one.

        :param dict wanted: lists of ids by model: product.product, product.template,
            stock.lot or print3d.catalogue.filament
        :return: by model and id (as a text) what the swatch is drawn with; records
            that are no filament, or that the user may not read, are missing
        :rtype: dict
        """
        found = {}
        for model, ids in wanted.items():
            getter = self._get_getters().get(model)
            if not getter:
                continue
            ids = [key for key in ids[:MAX_ASKED] if isinstance(key, int)]
            if not self.env[model].has_access("read"):
                continue
            found[model] = {str(key): swatch for key, swatch in getter(ids).items()}
        return found

    def _get_getters(self):
        """Hook: return by model what gets the swatches of a list of ids."""
        return {
            "product.product": self._get_of_products,
            "product.template": self._get_of_templates,
            "stock.lot": self._get_of_lots,
            "print3d.catalogue.filament": self._get_of_catalogue,
        }

    def _get_of_products(self, ids):
        products = (
            self.env["product.product"]
            .with_context(active_test=False)
            .search([("id", "in", ids), ("is_filament", "=", True)])
        )
        return {product.id: product._get_swatch() for product in products}

    def _get_of_templates(self, ids):
        products = (
            self.env["product.product"]
            .with_context(active_test=False)
            .search([("product_tmpl_id", "in", ids), ("is_filament", "=", True)])
        )
        found = {}
        for template, variants in products.grouped("product_tmpl_id").items():
            swatch = variants[0]._get_swatch()
            if len(variants) > 1:
                colours = [text for one in variants for text in one._get_colours()[:1]]
                swatch = {
                    **swatch,
                    "colours": list(dict.fromkeys(colours))[:MAX_COLOURS],
                }
            found[template.id] = swatch
        return found

    def _get_of_lots(self, ids):
        lots = self.env["stock.lot"].search(
            [("id", "in", ids), ("is_spool", "=", True)]
        )
        swatches = self._get_of_products(lots.product_id.ids)
        return {
            lot.id: swatches[lot.product_id.id]
            for lot in lots
            if lot.product_id.id in swatches
        }

    def _get_of_catalogue(self, ids):
        filaments = self.env["print3d.catalogue.filament"].search([("id", "in", ids)])
        return {filament.id: filament._get_swatch() for filament in filaments}
