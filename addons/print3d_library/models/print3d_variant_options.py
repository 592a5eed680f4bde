from odoo import Command, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ProductTemplate(models.Model):
    """Options of a model: the variants that are there stay when options change."""

    _inherit = "product.template"

    # === KEEPING VARIANTS === #

    def _create_variant_ids(self):
        """Keep the variants of models when options are added.

        Of an option with several values, Odoo would archive the variants that have
        none of them, and with them their versions, stock and bills of materials, and
        make empty ones in their place.
        """
        if self.env.context.get("print3d_hold_variants"):
            return True
        self.filtered("is_print3d_model")._print3d_complete_variants()
        return super()._create_variant_ids()

    def _print3d_complete_variants(self):
        """Give each variant the first value of the options it has no value of."""
        self.env.flush_all()
        for template in self:
            lines = template._print3d_get_option_lines()
            for variant in template.product_variant_ids:
                # A value that was taken away archives its variant, as it should.
                chosen = variant.product_template_attribute_value_ids
                missing = lines - chosen.attribute_line_id
                first = [
                    line.product_template_value_ids._only_active()[:1]
                    for line in missing
                ]
                if any(first):
                    variant.product_template_attribute_value_ids = chosen.union(*first)

    def _print3d_get_option_lines(self):
        """Options whose values make variants.

        :rtype: product.template.attribute.line
        """
        return self.valid_product_template_attribute_line_ids.filtered(
            "active"
        )._without_no_variant_attributes()

    # === ADDING VARIANTS === #

    def _print3d_add_variant(self, name, line=None):
        """Add a variant; those that are there stay the records they are.

        Of several options, the new value goes with the first value of the others and
        excludes the rest, so that one variant is added and not a row of them.

        :param str name: name of the value, that is of the variant
        :param line: option the name is a value of; without one, the only option of the
            model, else the option *Variant*
        :return: the new variant, or the one of that name
        :rtype: product.product
        :raises UserError: the name is empty
        """
        self.ensure_one()
        known = self._print3d_find_variant(name)
        if known:
            return known
        values = self._print3d_make_place(name, line)
        self._create_variant_ids()
        return self._get_variant_for_combination(values) or (
            self._create_product_variant(values)
        )

    def _print3d_name_first_variant(self, name=None):
        """Give a model without options the option *Variant* with one value.

        Its variant stays the same record and gets the value.

        :param str name: name of the variant, *Standard* without one
        :return: the option
        :rtype: product.template.attribute.line
        """
        self.ensure_one()
        lines = self._print3d_get_option_lines()
        if lines:
            return lines[:1]
        return self._print3d_add_option_line(
            self._print3d_clean_variant_name(name or self.env._("Standard"))
        )

    def _print3d_add_option_line(self, name):
        """Add the option *Variant* with one value, which all variants get.

        :rtype: product.template.attribute.line
        """
        attribute = self.env.ref("print3d_library.product_attribute_variant")
        value = self._print3d_get_option_value(attribute, name)
        return self.env["product.template.attribute.line"].create(
            {
                "product_tmpl_id": self.id,
                "attribute_id": attribute.id,
                "value_ids": [Command.set(value.ids)],
            }
        )

    def _print3d_clean_variant_name(self, name):
        """A name on one line.

        :raises UserError: nothing is left of it
        """
        name = " ".join((name or "").split())[:120]
        if not name:
            raise UserError(self.env._("Give the variant a name, for example Large."))
        return name

    def _print3d_get_option_value(self, attribute, name):
        """The value of an option with a name, made if it is missing.

        :rtype: product.attribute.value
        """
        Value = self.env["product.attribute.value"]
        domain = Domain("attribute_id", "=", attribute.id)
        return Value.search(
            domain & Domain("name", "=", name), limit=1
        ) or Value.create({"attribute_id": attribute.id, "name": name})

    def _print3d_find_variant(self, name):
        """The variant with a value of that name, upper and lower case being one.

        :rtype: product.product
        """
        name = self._print3d_clean_variant_name(name).casefold()
        return self.product_variant_ids.filtered(
            lambda product: any(
                value.name.casefold() == name
                for value in product.product_template_attribute_value_ids
            )
        )[:1]

    def _print3d_make_place(self, name, line=None):
        """Make room for one more variant: the values that tell it from the others.

        No variant is made and none is changed, but that the present ones are named.

        :param str name: name of the value
        :param line: option the name is a value of
        :return: the values, one of each option
        :rtype: product.template.attribute.value
        """
        self.ensure_one()
        name = self._print3d_clean_variant_name(name)
        if not line:
            line = self._print3d_get_naming_line()
        value = self._print3d_get_option_value(line.attribute_id, name)
        if value in line.value_ids:
            raise UserError(
                self.env._(
                    "“%(model)s” has the value “%(name)s” already. Choose another "
                    "name.",
                    model=self.display_name,
                    name=name,
                )
            )
        new = self._print3d_add_line_value(line, value)
        others = self._print3d_get_option_lines() - line
        first = new.browse()
        rest = new.browse()
        for other in others:
            values = other.product_template_value_ids._only_active()
            first |= values[:1]
            rest |= values[1:]
        if rest:
            self.env["product.template.attribute.exclusion"].with_context(
                print3d_hold_variants=True
            ).create(
                {
                    "product_tmpl_id": self.id,
                    "product_template_attribute_value_id": new.id,
                    "value_ids": [Command.set(rest.ids)],
                }
            )
        return new | first

    def _print3d_get_naming_line(self):
        """The option that names variants: the only one, else *Variant*.

        :rtype: product.template.attribute.line
        """
        lines = self._print3d_get_option_lines()
        if len(lines) == 1:
            return lines
        attribute = self.env.ref("print3d_library.product_attribute_variant")
        line = lines.filtered(lambda line: line.attribute_id == attribute)[:1]
        return line or self._print3d_add_option_line(self.env._("Standard"))

    def _print3d_add_line_value(self, line, value):
        """Let an option have one more value, without making variants of it.

        :param line: product.template.attribute.line
        :param value: product.attribute.value
        :return: the value of this model
        :rtype: product.template.attribute.value
        """
        if value not in line.value_ids:
            line.with_context(print3d_hold_variants=True).value_ids = [
                Command.link(value.id)
            ]
        return line.product_template_value_ids.filtered(
            lambda entry: entry.product_attribute_value_id == value
            and entry.ptav_active
        )

    def _print3d_drop_unused_values(self, values):
        """Take values away that no variant has any more.

        Of two options, a combination that nobody has is excluded instead, where both
        values are used by others; of more options nothing is excluded, and Odoo makes
        an empty variant of the combination when the options are changed again.

        :param values: product.template.attribute.value of a variant that left
        """
        self.ensure_one()
        # Archived variants are kept: their history, and what may be undone, is there.
        model = self.with_context(print3d_keep_variants=True)
        held = model.with_context(print3d_hold_variants=True)
        values = values.with_env(held.env)
        used = held.product_variant_ids.product_template_attribute_value_ids
        dropped = False
        for value in values - used:
            line = value.attribute_line_id
            if len(line.value_ids) > 1:
                line.value_ids = [Command.unlink(value.product_attribute_value_id.id)]
                dropped = True
        lines = held._print3d_get_option_lines()
        if not dropped and len(lines) == 2 and len(values) == 2:
            held.env["product.template.attribute.exclusion"].create(
                {
                    "product_tmpl_id": self.id,
                    "product_template_attribute_value_id": values[0].id,
                    "value_ids": [Command.set(values[1].ids)],
                }
            )
        if model.product_variant_ids:
            model._create_variant_ids()
