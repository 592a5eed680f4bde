from odoo import api, fields, models
from odoo.tools import plaintext2html

from ..tools import embedded
from ..tools.filenames import squash


class Print3dImportModel(models.Model):
    """A model of a plan: one to be made, or one of the library that gets more."""

    _name = "print3d.import.model"
    _description = "Model of an Import"
    _order = "import_id, sequence, id"

    import_id = fields.Many2one(
        "print3d.import", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="import_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    folder = fields.Char(readonly=True)
    reason = fields.Char(readonly=True, help="Why these files are one model.")
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Model in the Library",
        index="btree_not_null",
        ondelete="set null",
        help="The model that gets the files; empty for a new one.",
    )
    is_made = fields.Boolean(
        string="Made by the Import", readonly=True, help="It was not there before."
    )
    designer_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="set null"
    )
    designer_name = fields.Char(
        string="Designer in the Files",
        help="Made a contact with the model, unless a designer is chosen.",
    )
    licence_id = fields.Many2one(
        "print3d.licence", index="btree_not_null", ondelete="set null"
    )
    licence_name = fields.Char(string="Licence in the Files")
    categ_id = fields.Many2one(
        "product.category", index="btree_not_null", ondelete="set null"
    )
    tag_ids = fields.Many2many("product.tag", string="Tags")
    description = fields.Text()
    source_url = fields.Char(string="Source")
    variant_ids = fields.One2many(
        "print3d.import.variant", "model_id", string="Variants"
    )
    row_ids = fields.One2many("print3d.import.row", "model_id", string="Rows")

    @api.model
    def _find_designer(self, name):
        """The contact of a designer's name, upper and lower case being one.

        :rtype: res.partner
        """
        Partner = self.env["res.partner"]
        name = (name or "").strip()
        if not name:
            return Partner
        pattern = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return Partner.search([("name", "=ilike", pattern)], limit=1)

    @api.model
    def _find_licence(self, text):
        """The licence a text means: by its name, or as one of Creative Commons.

        :rtype: print3d.licence
        """
        Licence = self.env["print3d.licence"]
        text = (text or "").strip()
        if not text:
            return Licence
        licences = Licence.search([("name", "!=", False)])
        wanted = text.casefold()
        found = licences.filtered(lambda licence: licence.name.casefold() == wanted)
        if found:
            return found[:1]
        # Sites abbreviate: "BY-NC-SA" is a Creative Commons licence.
        code = (
            text
            if text.startswith("cc")
            else embedded.licence_code(text) or embedded.licence_code(f"CC {text}")
        )
        return licences.filtered(
            lambda licence: code and embedded.licence_code(licence.name) == code
        )[:1]

    def _find_variant(self, name):
        """The variant of a name; without one, the only one there is.

        :rtype: print3d.import.variant
        """
        self.ensure_one()
        key = squash(name or "")
        found = self.variant_ids.filtered(
            lambda variant: squash(variant.name or "") == key
        )
        if not found and not key and len(self.variant_ids) == 1:
            found = self.variant_ids
        return found[:1]

    def _get_template(self):
        """The model in the library, made if it is not there yet.

        :rtype: product.template
        """
        self.ensure_one()
        if not self.product_tmpl_id:
            vals = self._prepare_template_vals()
            self.write(
                {
                    "product_tmpl_id": self.env["product.template"].create(vals).id,
                    "is_made": True,
                }
            )
        elif not self.is_made:
            self._complete_template()
        return self.product_tmpl_id

    def _make_templates(self):
        """Make models of a catalogue in the library, all together.

        :return: the models that were made
        :rtype: print3d.import.model
        """
        attribute = self.env.ref("print3d_library.product_attribute_variant")
        named = {model: model._get_names_of_variants() for model in self}
        values = self._get_option_values(
            attribute, {name for names in named.values() for name in names.values()}
        )
        vals_list = []
        for model in self:
            vals = {
                **model._prepare_template_vals(),
                **model.row_ids._prepare_template_vals(),
            }
            if named[model]:
                chosen = [values[squash(name)].id for name in named[model].values()]
                vals["attribute_line_ids"] = [
                    fields.Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [fields.Command.set(chosen)],
                        }
                    )
                ]
            vals_list.append(vals)
        templates = self.env["product.template"].create(vals_list)
        for model, template in zip(self, templates, strict=True):
            model.write({"product_tmpl_id": template.id, "is_made": True})
            products = {
                squash(value.name): product
                for product in template.product_variant_ids
                for value in product.product_template_attribute_value_ids
            }
            for variant in model.variant_ids.filtered(lambda v: v._is_filled()):
                name = named[model].get(variant)
                variant.product_id = (
                    products[squash(name)] if name else template.product_variant_ids[:1]
                )
        return self

    def _get_names_of_variants(self):
        """Names of the variants that are made; of one without a name, nothing.

        :return: ``{variant: name}``
        :rtype: dict
        """
        self.ensure_one()
        filled = self.variant_ids.filtered(lambda variant: variant._is_filled())
        if len(filled) < 2 and not filled.name:
            return {}
        return {variant: variant.name or self.env._("Standard") for variant in filled}

    @api.model
    def _get_option_values(self, attribute, names):
        """Values of an option by the keys of their names, made where they miss.

        :rtype: dict
        """
        Value = self.env["product.attribute.value"]
        found = {
            squash(value.name): value
            for value in Value.search([("attribute_id", "=", attribute.id)])
        }
        missing = {squash(name): name for name in names if squash(name) not in found}
        made = Value.create(
            [{"attribute_id": attribute.id, "name": name} for name in missing.values()]
        )
        return {**found, **dict(zip(missing, made, strict=True))}

    def _get_designer(self):
        """The designer, made a contact if only the name is known.

        :return: none where the user may not make contacts
        :rtype: res.partner
        """
        Partner = self.env["res.partner"]
        if self.designer_id or not self.designer_name:
            return self.designer_id
        found = self._find_designer(self.designer_name)
        if not found and Partner.has_access("create"):
            found = Partner.create({"name": self.designer_name})
        return found

    def _prepare_template_vals(self):
        """Hook: values of a model that is made.

        :rtype: dict
        """
        self.ensure_one()
        vals = self.env["print3d.slice"]._prepare_upload_template_vals(self.name)
        vals.update(
            name=self.name,
            designer_id=self._get_designer().id,
            licence_id=self.licence_id.id,
            source_url=self.source_url,
            product_tag_ids=[fields.Command.set(self.tag_ids.ids)],
        )
        if self.description:
            vals["description"] = plaintext2html(self.description)
        if self.categ_id:
            vals["categ_id"] = self.categ_id.id
        return vals

    def _complete_template(self):
        """Fill what a model of the library lacks; what it has stays."""
        template, vals = self.product_tmpl_id, {}
        if not template.is_print3d_model:
            vals["is_print3d_model"] = True
        if not template.designer_id and self._get_designer():
            vals["designer_id"] = self._get_designer().id
        if not template.licence_id and self.licence_id:
            vals["licence_id"] = self.licence_id.id
        if not template.source_url and self.source_url:
            vals["source_url"] = self.source_url
        if not template.description and self.description:
            vals["description"] = plaintext2html(self.description)
        if self.tag_ids - template.product_tag_ids:
            vals["product_tag_ids"] = [
                fields.Command.link(tag.id) for tag in self.tag_ids
            ]
        if vals:
            template.write(vals)

    def _get_values(self, names):
        """Values of fields as they can be written again.

        :param names: names of fields
        :rtype: dict
        """
        self.ensure_one()
        return self._convert_to_write({name: self[name] for name in names})
