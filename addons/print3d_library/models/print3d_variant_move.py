from odoo import Command, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ProductProduct(models.Model):
    """Moving variants between models.

    A variant that moves stays the record it is: versions, files, meshes, stock, bills
    of materials, orders and prints name the variant, and so they follow it. What names
    the model beside the variant is corrected by :meth:`_print3d_after_move`.
    """

    _inherit = "product.product"

    def _filter_to_unlink(self):
        """Override of `product`: nothing is deleted that may be asked for again."""
        if self.env.context.get("print3d_keep_variants"):
            return self.browse()
        return super()._filter_to_unlink()

    def _print3d_move(self, template, name=None):
        """Move the variant to another model.

        It keeps its number, barcode, cost, price and picture; tax, category and
        description are those of the model it comes to. A model that is left without
        variants is archived.

        :param template: the model it comes to
        :param str name: what the variant is called there; its name without one
        :return: the variant
        :raises UserError: why it cannot be moved, and what to do
        """
        self.ensure_one()
        self._print3d_check_move(template)
        source = self.product_tmpl_id
        name = template._print3d_get_free_name(name or self._print3d_get_variant_name())
        if template.with_context(active_test=False).product_variant_ids:
            values = template._print3d_make_place(name)
        else:
            values = self.env["product.template.attribute.value"]
        self._print3d_place(template, values)
        source._print3d_after_leave(template, self)
        return self

    def _print3d_place(self, template, values):
        """Make the variant one of another model, with these values of its options.

        :param template: the model it comes to
        :param values: product.template.attribute.value
        """
        source, old_values = (
            self.product_tmpl_id,
            (self.product_template_attribute_value_ids),
        )
        (source | template)._print3d_serialise()
        vals = {
            "product_tmpl_id": template.id,
            "product_template_attribute_value_ids": [Command.set(values.ids)],
        }
        picture, price = self.image_1920, self.lst_price
        self.write(vals)
        self.env.flush_all()
        self.env.invalidate_all()
        if picture and not self.image_variant_1920 and picture != self.image_1920:
            self.image_variant_1920 = picture
        # The price of a variant is its model's and what its values add.
        own = values.filtered(lambda value: value.ptav_product_variant_ids == self)[:1]
        if own:
            own.price_extra += price - self.lst_price
        elif not values:
            template.list_price = price
        self._print3d_after_move(source, template)
        if template._print3d_get_option_lines():
            template._create_variant_ids()
        source._print3d_drop_unused_values(old_values)

    def _print3d_after_move(self, source, template):
        """Hook: the variant is another model's now; correct what names both.

        :param source: the model it was of
        :param template: the model it is of
        """
        # Prices and sellers belong to whoever sells and buys; they follow all the same.
        for name in (
            "product.pricelist.item",
            "product.supplierinfo",
            "print3d.picture",
        ):
            self.env[name].sudo().with_context(active_test=False).search(
                [("product_id", "in", self.ids)]
            ).product_tmpl_id = template

    def _print3d_get_variant_name(self):
        """Name of the variant among those of its model, the model's where it has none.

        :rtype: str
        """
        self.ensure_one()
        combination = self.product_template_attribute_value_ids
        return combination._get_combination_name() or self.product_tmpl_id.name

    def _print3d_get_value_ids(self):
        """Ids of product.attribute.value that make the variant.

        :rtype: list[int]
        """
        values = self.product_template_attribute_value_ids
        return values.product_attribute_value_id.ids

    def _print3d_get_merge_name(self, template):
        """Name the variant gets among those of a model its own is merged into.

        :param template: the model it comes to
        :rtype: str
        """
        self.ensure_one()
        name = self._print3d_get_variant_name()
        if name != self.product_tmpl_id.name and template._print3d_find_variant(name):
            name = f"{self.product_tmpl_id.name} {name}"
        return name

    # === CHECKS === #

    def _print3d_check_move(self, template):
        """Refuse to move variants where they cannot be.

        :raises UserError: every reason
        """
        self.check_access("write")
        template.check_access("write")
        problems = [
            problem
            for product in self
            for problem in product._print3d_get_move_problems(template)
        ]
        if problems:
            raise UserError("\n".join(problems))

    def _print3d_get_move_problems(self, template):
        """Hook: why the variant cannot be one of another model, a sentence each.

        :rtype: list[str]
        """
        self.ensure_one()
        problems = []
        names = {"variant": self.display_name, "model": template.display_name}
        if self.product_tmpl_id == template:
            problems.append(
                self.env._(
                    "“%(variant)s” is a variant of “%(model)s” already.", **names
                )
            )
        if not (self.is_print3d_model and template.is_print3d_model):
            problems.append(
                self.env._(
                    "“%(model)s” or “%(variant)s” is no 3D model. Only variants of "
                    "models can be moved, and only to models.",
                    **names,
                )
            )
        if self.company_id != template.company_id:
            problems.append(
                self.env._(
                    "“%(variant)s” and “%(model)s” belong to different companies. "
                    "Choose a model of the same company.",
                    **names,
                )
            )
        for field in self._print3d_get_move_fields():
            mine, theirs = self.product_tmpl_id[field], template[field]
            if mine != theirs:
                problems.append(
                    self.env._(
                        "“%(variant)s” and “%(model)s” differ in “%(field)s”, which "
                        "the quantities booked so far depend on. Make them the same, "
                        "then move it.",
                        field=template._fields[field]._description_string(self.env),
                        **names,
                    )
                )
        return problems

    def _print3d_get_move_fields(self):
        """Hook: fields of models that must be alike, as bookings depend on them.

        :rtype: list[str]
        """
        return ["type", "uom_id"]


class ProductTemplate(models.Model):
    """Merging and splitting models."""

    _inherit = "product.template"

    def _print3d_serialise(self):
        """Fail to serialise, and be run again, beside another change of the models."""
        if self:
            # A write, not a lock: the other transaction's values are not seen here.
            self.env.execute_query(
                SQL(
                    "UPDATE product_template SET write_uid = write_uid "
                    "WHERE id IN %s RETURNING id",
                    tuple(sorted(self.ids)),
                )
            )

    def _print3d_get_free_name(self, name):
        """A name no value of the model's options has yet.

        :rtype: str
        """
        self.ensure_one()
        name = self._print3d_clean_variant_name(name)
        # Without options, the present variant is to be named.
        taken = {
            value.name.casefold()
            for value in self._print3d_get_option_lines().value_ids
        } or {self.env._("Standard").casefold()}
        number, free = 1, name
        while free.casefold() in taken:
            number += 1
            free = f"{name} ({number})"
        return free

    def _print3d_after_leave(self, target, variants):
        """Hook: variants went to another model; an empty one is archived.

        :param target: the model they went to
        :param variants: product.product
        """
        self.ensure_one()
        if not self.product_variant_ids:
            self._print3d_set_active(False)
        names = ", ".join(variants.mapped("display_name"))
        self.message_post(
            body=self.env._(
                "Moved to “%(model)s”: %(names)s", model=target.name, names=names
            )
        )
        target.message_post(
            body=self.env._(
                "Moved here from “%(model)s”: %(names)s", model=self.name, names=names
            )
        )

    def _print3d_merge(self, others):
        """Make the variants of other models this model's; the others are archived.

        Tags and favourites are joined; what this model says of itself stays, and what
        it does not say (designer, licence, source, description) is taken over.

        :param others: product.template
        :return: the variants that came
        :rtype: product.product
        :raises UserError: why they cannot be merged; nothing is changed then
        """
        self.ensure_one()
        others -= self
        variants = others.product_variant_ids
        variants._print3d_check_move(self)
        # Before the first one leaves: the last of a model is not told by its value.
        names = {variant: variant._print3d_get_merge_name(self) for variant in variants}
        for variant, name in names.items():
            variant._print3d_move(self, name)
        self._print3d_take_over(others)
        return variants

    def _print3d_take_over(self, others):
        """Take over what other models say of themselves and this one does not."""
        vals = {}
        for name in self._print3d_get_merged_fields():
            if not self[name]:
                value = next((other[name] for other in others if other[name]), False)
                if value:
                    vals[name] = (
                        value.id if isinstance(value, models.BaseModel) else value
                    )
        vals["product_tag_ids"] = [
            Command.link(tag.id)
            for tag in others.product_tag_ids - self.product_tag_ids
        ]
        self.write(vals)
        # Each mark is its user's own.
        fans = others.sudo().print3d_favourite_user_ids
        self.sudo().print3d_favourite_user_ids |= fans
        self.env["print3d.picture"].search(
            [("product_tmpl_id", "in", others.ids), ("product_id", "=", False)]
        )._move(self)

    def _print3d_reopen(self):
        """Make a model one of the library again, without making variants of it."""
        archived = self.filtered(lambda model: not model.active)
        archived.with_context(print3d_hold_variants=True)._print3d_set_active(True)

    def _print3d_restore_values(self, value_ids):
        """Values of the options that a variant had, taken up again.

        :param value_ids: ids of product.attribute.value
        :rtype: product.template.attribute.value
        :raises UserError: the options were changed since
        """
        self.ensure_one()
        found = self.env["product.template.attribute.value"]
        lines = self._print3d_get_option_lines()
        for value in self.env["product.attribute.value"].browse(value_ids):
            line = lines.filtered(
                lambda line, value=value: line.attribute_id == value.attribute_id
            )
            if line:
                found |= self._print3d_add_line_value(line[:1], value)
        if len(found) != len(lines):
            raise UserError(
                self.env._(
                    "The options of “%(model)s” were changed since, so it is not known "
                    "which of them the variant has. Move it by hand.",
                    model=self.display_name,
                )
            )
        return found

    def _print3d_get_merged_fields(self):
        """Hook: fields that a merged model gives where this one has nothing.

        :rtype: list[str]
        """
        return ["designer_id", "licence_id", "source_url", "description", "image_1920"]

    def _print3d_split(self, variant, name=None):
        """Make a variant a model of its own.

        :param variant: one of several variants of this model
        :param str name: name of the new model
        :return: the new model
        :rtype: product.template
        :raises UserError: it is the only variant
        """
        self.ensure_one()
        if len(self.product_variant_ids) < 2:
            raise UserError(
                self.env._(
                    "“%(model)s” has one variant only: it is a model of its own.",
                    model=self.display_name,
                )
            )
        name = name or f"{self.name} {variant._print3d_get_variant_name()}"
        model = self.with_context(create_product_product=False).create(
            self._print3d_prepare_split_vals(variant, name)
        )
        model = model.with_env(self.env)
        variant._print3d_move(model)
        return model

    def _print3d_prepare_split_vals(self, variant, name):
        """Hook: values of the model a variant becomes.

        :rtype: dict
        """
        return {
            "name": name,
            "is_print3d_model": True,
            "type": self.type,
            "uom_id": self.uom_id.id,
            "categ_id": self.categ_id.id,
            "company_id": self.company_id.id,
            "list_price": variant.lst_price,
            "sale_ok": self.sale_ok,
            "purchase_ok": self.purchase_ok,
            "description": self.description,
            "description_sale": self.description_sale,
            "designer_id": self.designer_id.id,
            "licence_id": self.licence_id.id,
            "source_url": self.source_url,
            "product_tag_ids": [Command.set(self.product_tag_ids.ids)],
            "image_1920": variant.image_1920,
        }

    # === WITH UNDO === #

    def _print3d_merge_with_undo(self, others):
        """Merge models and keep how to undo it.

        :rtype: print3d.library.change
        """
        self.ensure_one()
        others -= self
        Change = self.env["print3d.library.change"]
        moves = Change._prepare_moves(others.product_variant_ids)
        before = {
            name: Change._get_value(self, name)
            for name in self._print3d_get_merged_fields()
            if name != "image_1920"
        }
        has_picture = bool(self.image_1920)
        tags = others.product_tag_ids - self.product_tag_ids
        pictures = self.env["print3d.picture"].search(
            [("product_tmpl_id", "in", others.ids), ("product_id", "=", False)]
        )
        owners = {str(picture.id): picture.product_tmpl_id.id for picture in pictures}
        names = ", ".join(others.mapped("name"))
        self._print3d_merge(others)
        return Change._log(
            "merge_models",
            self.env._(
                "Merged into “%(model)s”: %(names)s", model=self.name, names=names
            ),
            self | others,
            {
                "target": self.id,
                "moves": moves,
                "taken": {
                    name: Change._get_value(self, name)
                    for name, value in before.items()
                    if value != Change._get_value(self, name)
                },
                "took_picture": not has_picture and bool(self.image_1920),
                "tags": tags.ids,
                "pictures": owners,
            },
        )
