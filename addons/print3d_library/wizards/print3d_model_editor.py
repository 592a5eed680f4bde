import re

from odoo import api, fields, models

# Rows of old and new names that are shown.
MOST_ROWS = 12
PLACEHOLDER = re.compile(r"\{(name|designer|category|n|nn|nnn)\}")


class Print3dModelEditor(models.TransientModel):
    """Changes several models at once.

    What is left empty stays as it is. Names are made by replacing words and then by a
    pattern: ``{name}`` stands for the name, ``{designer}`` and ``{category}`` for
    theirs, ``{n}``, ``{nn}`` and ``{nnn}`` for the number of the model in the list,
    from 1, with at least so many digits.
    """

    _name = "print3d.model.editor"
    _description = "Edit Models"
    _inherit = "print3d.previewed"

    template_ids = fields.Many2many(
        "product.template",
        "print3d_model_editor_rel",
        "editor_id",
        "product_tmpl_id",
        string="Models",
        required=True,
        context={"active_test": False},
    )
    model_count = fields.Integer(compute="_compute_model_count")
    tag_mode = fields.Selection(
        [("add", "Add"), ("remove", "Take away"), ("set", "Replace by")],
        string="Themes",
        default="add",
        required=True,
    )
    tag_ids = fields.Many2many(
        "product.tag", "print3d_model_editor_tag_rel", string="These Themes"
    )
    designer_mode = fields.Selection(
        [("set", "Set to"), ("clear", "Empty")], string="Designer"
    )
    designer_id = fields.Many2one("res.partner", string="New Designer")
    licence_mode = fields.Selection(
        [("set", "Set to"), ("clear", "Empty")], string="Licence"
    )
    licence_id = fields.Many2one("print3d.licence", string="New Licence")
    categ_id = fields.Many2one("product.category", string="Category")
    archive_mode = fields.Selection(
        [("archive", "Archive"), ("restore", "Take out of the archive")],
        string="Archive",
    )
    favourite_mode = fields.Selection(
        [("add", "Mark"), ("remove", "Unmark")], string="My Favourites"
    )
    name_find = fields.Char(string="Replace in the Name")
    name_replace = fields.Char(string="By")
    name_pattern = fields.Char(
        help="{name}, {designer}, {category}, and {n}, {nn} or {nnn} for a number.",
    )

    @api.depends("template_ids")
    def _compute_model_count(self):
        for wizard in self:
            wizard.model_count = len(wizard.template_ids)

    @api.model
    def _get_preview_fields(self):
        return [
            "template_ids",
            "tag_mode",
            "tag_ids",
            "designer_mode",
            "designer_id",
            "licence_mode",
            "licence_id",
            "categ_id",
            "archive_mode",
            "favourite_mode",
            "name_find",
            "name_replace",
            "name_pattern",
        ]

    # === WHAT IS WRITTEN === #

    def _prepare_changes(self):
        """What is written, of those models alone that change.

        :return: values by model, as ``print3d.library.change._get_value`` gives them
        :rtype: dict
        """
        self.ensure_one()
        get = self.env["print3d.library.change"]._get_value
        changes = {}
        for number, template in enumerate(self.template_ids._origin, start=1):
            vals = {
                name: value
                for name, value in self._prepare_vals(template, number).items()
                if get(template, name) != value
            }
            if vals:
                changes[template] = vals
        return changes

    def _prepare_vals(self, template, number):
        """Hook: the values a model is to have.

        :param template: product.template
        :param int number: its place among the models, from 1
        :rtype: dict
        """
        vals = {}
        tags = self._get_tags(template)
        if tags is not None:
            vals["product_tag_ids"] = tags
        for name, mode in (
            ("designer_id", self.designer_mode),
            ("licence_id", self.licence_mode),
        ):
            if mode == "clear":
                vals[name] = False
            elif mode == "set" and self[name]:
                vals[name] = self[name].id
        if self.categ_id:
            vals["categ_id"] = self.categ_id.id
        if self.archive_mode:
            vals["active"] = self.archive_mode == "restore"
        if self.favourite_mode:
            vals["is_favourite"] = self.favourite_mode == "add"
        name = self._get_name(template, number)
        if name:
            vals["name"] = name
        return vals

    def _get_tags(self, template):
        """Ids of the themes a model is to have; ``None`` where they stay.

        :rtype: list[int] | None
        """
        chosen, present = (
            set(self.tag_ids._origin.ids),
            set(template.product_tag_ids.ids),
        )
        if self.tag_mode == "set":
            return sorted(chosen) if chosen else None
        if self.tag_mode == "remove":
            return sorted(present - chosen)
        return sorted(present | chosen)

    def _get_name(self, template, number):
        """The name a model is to have.

        :rtype: str
        """
        name = template.name or ""
        if self.name_find:
            name = re.sub(
                re.escape(self.name_find),
                lambda _match: self.name_replace or "",
                name,
                flags=re.IGNORECASE,
            )
        if self.name_pattern:
            words = {
                "name": name,
                "designer": template.designer_id.name or "",
                "category": template.categ_id.name or "",
                "n": str(number),
                "nn": f"{number:02}",
                "nnn": f"{number:03}",
            }
            name = PLACEHOLDER.sub(lambda match: words[match[1]], self.name_pattern)
        return " ".join(name.split())

    # === PREVIEW === #

    def _prepare_preview(self):
        """Say how many models change in what, and show the new names."""
        self.ensure_one()
        changes = self._prepare_changes()
        lines = [
            self._say(
                icon, self.env._("%(what)s: %(count)s of %(all)s models", **words)
            )
            for icon, words in self._get_change_words(changes)
        ]
        rows = [
            {"old": template.name, "new": vals["name"]}
            for template, vals in changes.items()
            if "name" in vals
        ]
        return {
            "lines": lines,
            "title": self.env._("New names"),
            "rows": rows[:MOST_ROWS],
            "more": max(len(rows) - MOST_ROWS, 0),
            "problems": self._get_problems(changes),
        }

    def _get_change_words(self, changes):
        """Icon and words of each kind of change.

        :param dict changes: of :meth:`_prepare_changes`
        :rtype: list[tuple[str, dict]]
        """
        kinds = (
            ("product_tag_ids", "tags", self._get_tag_words()),
            (
                "designer_id",
                "user",
                self.env._("Designer %(name)s", name=f"“{self.designer_id.name}”")
                if self.designer_mode == "set"
                else self.env._("No designer"),
            ),
            (
                "licence_id",
                "balance-scale",
                self.env._("Licence %(name)s", name=f"“{self.licence_id.name}”")
                if self.licence_mode == "set"
                else self.env._("No licence"),
            ),
            (
                "categ_id",
                "folder-o",
                self.env._("Category “%(name)s”", name=self.categ_id.display_name),
            ),
            (
                "active",
                "archive",
                self.env._("Out of the archive")
                if self.archive_mode == "restore"
                else self.env._("Archived"),
            ),
            (
                "is_favourite",
                "star",
                self.env._("My favourites")
                if self.favourite_mode == "add"
                else self.env._("No longer my favourites"),
            ),
            ("name", "pencil", self.env._("Renamed")),
        )
        words = []
        for name, icon, what in kinds:
            count = sum(name in vals for vals in changes.values())
            if count:
                words.append(
                    (icon, {"what": what, "count": count, "all": self.model_count})
                )
        return words

    def _get_tag_words(self):
        """What becomes of the themes.

        :rtype: str
        """
        names = ", ".join(f"“{tag.name}”" for tag in self.tag_ids)
        if self.tag_mode == "remove":
            return self.env._("Themes taken away: %(names)s", names=names)
        if self.tag_mode == "set":
            return self.env._("Themes replaced by %(names)s", names=names)
        return self.env._("Themes added: %(names)s", names=names)

    def _get_problems(self, changes):
        """Why it cannot be done.

        :param dict changes: of :meth:`_prepare_changes`
        :rtype: list[str]
        """
        problems = []
        for name, mode in (
            ("designer_id", self.designer_mode),
            ("licence_id", self.licence_mode),
        ):
            if mode == "set" and not self[name]:
                problems.append(
                    self.env._(
                        "Choose “%(field)s”, or leave it as it is.",
                        field=self._fields[name]._description_string(self.env),
                    )
                )
        if self.name_find or self.name_pattern:
            unknown = re.findall(
                r"\{[^{}]*\}", PLACEHOLDER.sub("", self.name_pattern or "")
            )
            if unknown:
                problems.append(
                    self.env._(
                        "“%(word)s” is not known. Known are {name}, {designer}, "
                        "{category}, {n}, {nn} and {nnn}.",
                        word=unknown[0],
                    )
                )
            if any(
                not self._get_name(template, number)
                for number, template in enumerate(self.template_ids._origin, start=1)
            ):
                problems.append(
                    self.env._("A model would have no name. Change the pattern.")
                )
        return problems

    def _change(self):
        changes = self._prepare_changes()
        templates = self.env["product.template"].union(*changes)
        what = "; ".join(
            words["what"] for _icon, words in self._get_change_words(changes)
        )
        name = (
            self.env._("One model edited. %(what)s", what=what)
            if len(templates) == 1
            else self.env._(
                "%(count)s models edited. %(what)s", count=len(templates), what=what
            )
        )
        return (
            self.env["print3d.library.change"]._write_with_undo(
                templates, changes, name
            ),
            None,
        )
