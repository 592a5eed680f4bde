from odoo import api, fields, models
from odoo.exceptions import UserError


class Print3dLibraryChange(models.Model):
    """A change of several things at once in the library, and how to undo it."""

    _name = "print3d.library.change"
    _description = "Change in the Library"
    _order = "id desc"

    name = fields.Char(string="What Was Done", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("edit", "Edited"),
            ("move", "Variant Moved"),
            ("split", "Variant Made a Model"),
            ("merge_variants", "Variants Merged"),
            ("merge_models", "Models Merged"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    state = fields.Selection(
        [("done", "Done"), ("undone", "Undone")],
        default="done",
        required=True,
        readonly=True,
    )
    data = fields.Json(readonly=True, help="What undoing it needs.")
    template_ids = fields.Many2many(
        "product.template",
        "print3d_library_change_template_rel",
        "change_id",
        "product_tmpl_id",
        string="Models",
        readonly=True,
        context={"active_test": False},
    )
    model_count = fields.Integer(compute="_compute_model_count")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    undo_user_id = fields.Many2one("res.users", string="Undone by", readonly=True)

    @api.depends("template_ids")
    def _compute_model_count(self):
        for change in self:
            change.model_count = len(change.template_ids)

    # === ACTION METHODS === #

    def action_undo(self):
        """Undo the change: put back what it changed, as far as nobody changed it since.

        :raises UserError: a later change of the same models is in the way
        """
        for change in self.filtered(lambda change: change.state == "done"):
            change.template_ids.check_access("write")
            later = self.search(
                [
                    ("id", ">", change.id),
                    ("state", "=", "done"),
                    ("kind", "!=", "edit"),
                    ("template_ids", "in", change.template_ids.ids),
                ],
                limit=1,
            )
            if later and change.kind != "edit":
                raise UserError(
                    self.env._(
                        "These models were changed again since: “%(change)s”. Undo "
                        "that first.",
                        change=later.name,
                    )
                )
            getattr(change, f"_undo_{change.kind}")()
            change.write({"state": "undone", "undo_user_id": self.env.uid})
        return self._get_message_action(self.env._("Undone."))

    # === BUSINESS METHODS === #

    @api.model
    def _log(self, kind, name, templates, data):
        """Keep a change.

        :param str kind: key of ``kind``
        :param str name: what was done, a sentence
        :param templates: the models it is about
        :param dict data: what ``_undo_<kind>`` needs
        :rtype: print3d.library.change
        """
        return self.create(
            {
                "kind": kind,
                "name": name,
                "data": data,
                "template_ids": [fields.Command.set(templates.ids)],
            }
        )

    def _get_done_action(self, following=None):
        """What tells that the change is done, with a button that undoes it.

        :param dict following: action that is run then; closes the dialog without one
        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "print3d_change_done",
            "params": {
                "change_id": self.id,
                "message": self.name,
                "next": following or {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _get_message_action(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === EDIT === #

    @api.model
    def _write_with_undo(self, templates, vals_of, name):
        """Write values and keep what they were.

        :param templates: product.template
        :param dict vals_of: values to write, by template; relations as lists of ids
        :param str name: what is done, a sentence
        :rtype: print3d.library.change
        """
        data = {}
        for template in templates:
            vals = vals_of.get(template) or {}
            changed = {
                field: [self._get_value(template, field), value]
                for field, value in vals.items()
                if self._get_value(template, field) != value
            }
            if changed:
                data[str(template.id)] = changed
                self._write_values(
                    template, {field: new for field, (_old, new) in changed.items()}
                )
        return self._log("edit", name, templates, {"values": data})

    @api.model
    def _get_value(self, template, field):
        """A field's value as JSON: ids sorted, an empty one ``False``."""
        value = template[field]
        if template._fields[field].type == "many2many":
            return sorted(value.ids)
        if isinstance(value, models.BaseModel):
            return value.id
        return value or False

    @api.model
    def _write_values(self, template, vals):
        """Write values as :meth:`_get_value` gives them.

        :param template: product.template
        :param dict vals: values by name; ``is_favourite`` is the current user's
        """
        own_mark = vals.get("is_favourite", template.is_favourite)
        if own_mark != template.is_favourite:
            template.action_toggle_favourite()
        template.write(
            {
                field: [fields.Command.set(value)]
                if template._fields[field].type == "many2many"
                else value
                for field, value in vals.items()
                if field not in ("is_favourite", "active")
            }
        )
        if "active" in vals:
            template._print3d_set_active(vals["active"])

    def _undo_edit(self):
        for key, changed in self.data["values"].items():
            template = self.env["product.template"].browse(int(key)).exists()
            if template:
                self._undo_favourite(template, *changed.get("is_favourite", ()))
                self._write_values(
                    template,
                    {
                        field: old
                        for field, (old, new) in changed.items()
                        # What somebody changed since is theirs.
                        if field != "is_favourite"
                        and self._get_value(template, field) == new
                    },
                )

    def _undo_favourite(self, template, old=None, new=None):
        """Put back the mark of the user who edited, whoever undoes it.

        :param template: product.template
        :param bool old: whether it was a favourite; ``None`` where that was not edited
        :param bool new: whether editing made it one
        """
        theirs = template.with_user(self.create_uid).sudo()
        if old != new and theirs.is_favourite == new:
            theirs.action_toggle_favourite()

    # === MOVES === #

    @api.model
    def _prepare_moves(self, products):
        """What is needed to move variants back.

        :rtype: list[dict]
        """
        return [
            {
                "product": product.id,
                "source": product.product_tmpl_id.id,
                "name": product._print3d_get_variant_name(),
                "values": product._print3d_get_value_ids(),
                "has_picture": bool(product.image_variant_1920),
            }
            for product in products
        ]

    def _undo_moves(self):
        for move in reversed(self.data["moves"]):
            product = self.env["product.product"].browse(move["product"])
            source = self.env["product.template"].browse(move["source"])
            if not (product.exists() and source.exists()):
                raise UserError(
                    self.env._(
                        "What was moved is no longer there, so it cannot be moved back."
                    )
                )
            left = product.product_tmpl_id
            if left == source:
                continue
            source._print3d_reopen()
            product._print3d_place(
                source, source._print3d_restore_values(move["values"])
            )
            if not move["has_picture"]:
                product.image_variant_1920 = False
            left._print3d_after_leave(source, product)

    def _undo_move(self):
        self._undo_moves()

    def _undo_split(self):
        self._undo_moves()

    def _undo_merge_models(self):
        self._undo_moves()
        template = self.env["product.template"].browse(self.data["target"])
        vals = {
            name: False
            for name in self.data["taken"]
            if self._get_value(template, name) == self.data["taken"][name]
        }
        if self.data["took_picture"]:
            vals["image_1920"] = False
        vals["product_tag_ids"] = [
            fields.Command.unlink(tag_id) for tag_id in self.data["tags"]
        ]
        template.write(vals)
        for key, template_id in self.data["pictures"].items():
            self.env["print3d.picture"].browse(int(key)).exists().write(
                {"product_tmpl_id": template_id}
            )

    def _undo_merge_variants(self):
        product = self.env["product.product"].browse(self.data["product"])
        product._print3d_unmerge_variants(self.data)
