from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, format_duration, html2plaintext, plaintext2html

from ..tools.filenames import squash


class Print3dImportRow(models.Model):
    """A row of a catalogue: what it says, what it would change, what became of it.

    Cells that are empty change nothing. A row carried out twice changes nothing the
    second time.
    """

    _name = "print3d.import.row"
    _description = "Row of a Catalogue"
    _order = "import_id, number, id"

    import_id = fields.Many2one(
        "print3d.import", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="import_id.company_id", store=True, index=True, precompute=True
    )
    number = fields.Integer(
        string="Line in the File", readonly=True, help="Where an editor shows the row."
    )
    cells = fields.Json(readonly=True, help="The texts of the columns, as in the file.")
    data = fields.Json(string="What It Says", readonly=True)
    verdict = fields.Selection(
        [
            ("new", "New"),
            ("update", "Update"),
            ("same", "Nothing to Change"),
            ("problem", "Problem"),
        ],
        readonly=True,
        index=True,
    )
    reason = fields.Char(readonly=True)
    variant_id = fields.Many2one(
        "print3d.import.variant",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    model_id = fields.Many2one(
        related="variant_id.model_id", string="Model", store=True, index=True
    )
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Imported"), ("failed", "Refused")],
        default="planned",
        required=True,
        readonly=True,
        index=True,
    )
    message = fields.Char(readonly=True)

    def _note_files(self, missing, broken):
        """Say which of the files that the row names will not come with it.

        :param missing: names of files that were not uploaded
        :param broken: names of files that cannot be read
        """
        self.ensure_one()
        notes = [self.reason] if self.reason else []
        if missing:
            notes.append(
                self.env._("Not among the files: %(names)s.", names=", ".join(missing))
            )
        if broken:
            notes.append(
                self.env._("Cannot be read: %(names)s.", names=", ".join(broken))
            )
        if missing or broken:
            self.reason = ". ".join(note.rstrip(".") for note in notes) + "."

    # === CARRYING OUT === #

    def _carry_out(self):
        """Make or change the variant as the row says."""
        self.ensure_one()
        if self.state == "done":
            return
        if not self.variant_id:
            raise UserError(self.env._("The row has no model. Check its name."))
        was_there = bool(self.variant_id.product_id)
        product = self.variant_id._get_product()
        template_vals, product_vals = self._get_changes(product)
        self._link_names(template_vals)
        self._check_free(product, product_vals)
        if template_vals:
            product.product_tmpl_id.write(template_vals)
        if product_vals:
            product.write(product_vals)
        if self._has_other_price(product):
            self._set_price(product)
        self.write(
            {
                "state": "done",
                "message": self.env._("Updated.") if was_there else self.env._("Made."),
            }
        )

    def _get_models_to_make(self):
        """Models of the rows that are new, and that nothing stands in the way of.

        :rtype: print3d.import.model
        """
        models_ = self.filtered(lambda row: row.verdict == "new").model_id
        models_ = models_.filtered(lambda model: not model.product_tmpl_id)
        rows = models_.row_ids
        taken = {}
        for name, field in (("reference", "default_code"), ("barcode", "barcode")):
            codes = [row.data[name] for row in rows if row.data.get(name)]
            taken[name] = set(
                self.env["product.product"].search([(field, "in", codes)]).mapped(field)
            )
        blocked = rows.filtered(
            lambda row: any(
                row.data.get(name) in codes for name, codes in taken.items()
            )
        )
        return models_ - blocked.model_id

    def _is_to_change(self):
        """Whether the variant, which is there, is not yet as the row says.

        :rtype: bool
        """
        self.ensure_one()
        product = self.variant_id.product_id
        return (
            not product
            or any(self._get_changes(product))
            or self._has_other_price(product)
        )

    def _prepare_template_vals(self):
        """What rows of one model say of it, the first ones before the others.

        :rtype: dict
        """
        vals, parts = {}, []
        for row in self:
            found, codes = row._get_changes(self.env["product.product"])
            row._link_names(found)
            found.pop("name", None)
            tags = [
                *vals.get("product_tag_ids", []),
                *found.pop("product_tag_ids", []),
            ]
            part = found.pop("description", "")
            vals = {**found, **vals}
            if tags:
                vals["product_tag_ids"] = tags
            if part and part not in parts:
                parts.append(part)
            if len(self) == 1:
                vals.update(codes)
            if row.data.get("price") and "list_price" not in vals:
                vals["list_price"] = row.data["price"]
        if parts:
            vals["description"] = "".join(parts)
        return vals

    def _get_changes(self, product):
        """What the row would change of a variant and its model.

        Names of records that may have to be made first stand in the values as texts.

        :param product: the variant
        :return: values of the model, values of the variant
        :rtype: tuple
        """
        self.ensure_one()
        data, template = self.data, product.product_tmpl_id
        template_vals, product_vals = {}, {}
        if data.get("name") and template.name != self.model_id.name:
            template_vals["name"] = self.model_id.name
        if data.get("url") and template.source_url != data["url"]:
            template_vals["source_url"] = data["url"]
        for name, present in (
            ("designer", template.designer_id.name),
            ("licence", template.licence_id.name),
            ("category", template.categ_id.complete_name),
        ):
            if data.get(name) and not self._is_same(name, data[name], present):
                template_vals[name] = data[name]
        there = {squash(tag.name) for tag in template.product_tag_ids}
        tags = [tag for tag in data.get("tags") or [] if squash(tag) not in there]
        if tags:
            template_vals["tags"] = tags
        description = self._get_description(template)
        if description:
            template_vals["description"] = description
        for name, field in (("reference", "default_code"), ("barcode", "barcode")):
            if data.get(name) and product[field] != data[name]:
                product_vals[field] = data[name]
        return template_vals, product_vals

    def _is_same(self, name, wanted, present):
        present = present or ""
        if name == "category":
            present = present.rpartition("/")[2] if "/" not in wanted else present
        elif name == "licence":
            found = self.model_id._find_licence(wanted)
            return bool(found) and found.name == present
        return squash(wanted) == squash(present)

    def _get_description(self, template):
        """The description with what the row adds to it; empty for nothing new.

        :rtype: str
        """
        present = html2plaintext(template.description or "")
        known = squash(present)
        parts = [self.data.get("description"), self._get_figures()]
        added = [part for part in parts if part and squash(part) not in known]
        if not added:
            return ""
        html = template.description or ""
        return html + "".join(plaintext2html(part) for part in added)

    def _get_figures(self):
        """Print time, grams and material in one line, as a catalogue knows them.

        What a version says comes from its file; these are the words of the former
        catalogue, kept to be read.
        """
        data, parts = self.data, []
        if data.get("time"):
            parts.append(
                self.env._(
                    "print time %(time)s h", time=format_duration(data["time"] / 3600)
                )
            )
        if data.get("grams"):
            parts.append(f"{data['grams']:g} g")
        if data.get("material"):
            parts.append(data["material"])
        if not parts:
            return ""
        name = self.variant_id.name
        return (f"{name}: " if name else "") + ", ".join(parts)

    def _link_names(self, vals):
        """Put records in place of names, made where they are missing.

        :raises UserError: a record is missing and the user may not make it
        """
        if "designer" in vals:
            vals["designer_id"] = self._find_or_create(
                "res.partner", vals.pop("designer"), self.env._("designer")
            ).id
        if "category" in vals:
            vals["categ_id"] = self._find_category(vals.pop("category")).id
        if "licence" in vals:
            name = vals.pop("licence")
            licence = self.model_id._find_licence(name)
            # Until somebody has read it, nothing may be sold under it.
            vals["licence_id"] = (
                licence
                or self._find_or_create(
                    "print3d.licence",
                    name,
                    self.env._("licence"),
                    commercial_use=False,
                )
            ).id
        if "tags" in vals:
            tags = [
                self._find_or_create("product.tag", name, self.env._("tag"))
                for name in vals.pop("tags")
            ]
            vals["product_tag_ids"] = [fields.Command.link(tag.id) for tag in tags]

    def _find_or_create(self, model, name, word, **vals):
        Model = self.env[model]
        pattern = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found = Model.search([("name", "=ilike", pattern)], limit=1)
        if not found and not Model.has_access("create"):
            raise UserError(
                self.env._(
                    "The %(word)s “%(name)s” is not known, and you may not add one. "
                    "Ask the owner to add it, or clear the cell.",
                    word=word,
                    name=name,
                )
            )
        return found or Model.create({"name": name, **vals})

    def _find_category(self, name):
        """The category of a name or a path, as in ``Toys / Cars``."""
        Category = self.env["product.category"]
        parts = [part.strip() for part in name.split("/") if part.strip()]
        category = Category
        for part in parts:
            domain = [("name", "=ilike", part)]
            if category or len(parts) > 1:
                domain.append(("parent_id", "=", category.id))
            category = Category.search(domain, limit=1) or Category.create(
                {"name": part, "parent_id": category.id}
            )
        return category

    def _check_free(self, product, vals):
        """Refuse a barcode or reference that another product has.

        :raises UserError: which product has it
        """
        for field in ("barcode", "default_code"):
            if not vals.get(field):
                continue
            other = self.env["product.product"].search(
                [(field, "=", vals[field]), ("id", "!=", product.id)], limit=1
            )
            if other:
                raise UserError(
                    self.env._(
                        "“%(value)s” is that of %(product)s already. Give each product "
                        "its own.",
                        value=vals[field],
                        product=other.display_name,
                    )
                )

    def _set_price(self, product):
        """Set the sale price: of the model, or of a variant what it differs by."""
        template, price = product.product_tmpl_id, self.data["price"]
        values = product.product_template_attribute_value_ids
        if len(template.product_variant_ids) < 2 or len(values) != 1:
            template.list_price = price
        elif not template.list_price:
            template.list_price = price
            values.price_extra = 0
        else:
            values.price_extra = price - template.list_price

    def _has_other_price(self, product):
        if "price" not in self.data:
            return False
        return bool(
            float_compare(product.lst_price, self.data["price"], precision_digits=2)
        )
