from odoo import fields, models

from ..tools import grouping
from ..tools.filenames import squash


class Print3dImportVariant(models.Model):
    """A variant of a model of a plan; the only one of its model may have no name."""

    _name = "print3d.import.variant"
    _description = "Variant of an Import"
    _order = "model_id, sequence, id"

    model_id = fields.Many2one(
        "print3d.import.model", required=True, index=True, ondelete="cascade"
    )
    import_id = fields.Many2one(
        related="model_id.import_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="import_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char()
    product_id = fields.Many2one(
        "product.product",
        string="Variant in the Library",
        index="btree_not_null",
        ondelete="set null",
        help="The variant that gets the files; empty for a new one.",
    )
    line_ids = fields.One2many("print3d.import.line", "variant_id", string="Files")
    row_ids = fields.One2many("print3d.import.row", "variant_id", string="Rows")

    def _find_products(self):
        """Find variants in the library, of models that are there."""
        for variant in self:
            template = variant.model_id.product_tmpl_id
            products = template.product_variant_ids
            found = products.browse()
            if variant.name:
                key = squash(variant.name)
                found = products.filtered(
                    lambda product, key=key: key
                    in (
                        squash(value.name)
                        for value in product.product_template_attribute_value_ids
                    )
                )
            elif len(products) == 1:
                found = products
            variant.product_id = found[:1]

    def _get_product(self):
        """The variant in the library, made if it is not there yet.

        :rtype: product.product
        """
        self.ensure_one()
        if self.product_id:
            self.model_id._get_template()
            return self.product_id
        was_there = bool(self.model_id.product_tmpl_id)
        template = self.model_id._get_template()
        # Somebody may have made it since the plan was.
        self._find_products()
        if not self.product_id:
            self.product_id = self._make_product(template, is_first=not was_there)
        return self.product_id

    def _make_product(self, template, is_first):
        """Add the variant to its model.

        :param template: the model
        :param bool is_first: the model was just made for it, and has its one variant
        :rtype: product.product
        """
        name = self.name or self.env._("Standard")
        if is_first and template.product_variant_count == 1:
            # A catalogue without references is told again by the names of variants.
            if self._has_siblings() or (self.name and self.row_ids):
                template._print3d_name_first_variant(name)
            return template.product_variant_id
        return template._print3d_add_variant(name)

    def _has_siblings(self):
        """Whether the plan has files or rows for another variant of the model."""
        others = self.model_id.variant_ids - self
        return any(other._is_filled() for other in others)

    def _is_filled(self):
        """Whether the plan has something that makes it a variant in the library."""
        self.ensure_one()
        return bool(self.row_ids) or any(
            line.role in grouping.CONTENT for line in self.line_ids
        )

    def _get_values(self, names):
        """Values of fields as they can be written again.

        :param names: names of fields
        :rtype: dict
        """
        self.ensure_one()
        return self._convert_to_write({name: self[name] for name in names})
