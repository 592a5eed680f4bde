from odoo import api, fields, models

# Names that are said one by one; more of them are counted.
MOST_NAMES = 8


class Print3dModelMerger(models.TransientModel):
    """Makes the variants of several models those of one."""

    _name = "print3d.model.merger"
    _description = "Merge Models"
    _inherit = "print3d.previewed"

    template_ids = fields.Many2many(
        "product.template",
        "print3d_model_merger_rel",
        "merger_id",
        "product_tmpl_id",
        string="Models",
        required=True,
        domain="[('is_print3d_model', '=', True)]",
    )
    target_id = fields.Many2one(
        "product.template",
        string="Stays",
        domain="[('id', 'in', template_ids)]",
        compute="_compute_target_id",
        store=True,
        readonly=False,
        help="The model the variants of the others come to.",
    )

    @api.depends("template_ids")
    def _compute_target_id(self):
        for wizard in self:
            models_ = wizard.template_ids._origin
            if wizard.target_id not in models_:
                # Whoever has most variants is disturbed least.
                wizard.target_id = models_.sorted(
                    lambda model: (-len(model.product_variant_ids), model.id)
                )[:1]

    @api.model
    def _get_preview_fields(self):
        return ["template_ids", "target_id"]

    def _prepare_preview(self):
        """Say which variants there will be, and what the model takes over."""
        self.ensure_one()
        target = self.target_id
        others = self.template_ids._origin - target
        if not target or not others:
            return {"problems": [self.env._("Choose at least two models to merge.")]}
        variants = others.product_variant_ids
        problems = [
            problem
            for variant in variants
            for problem in variant._print3d_get_move_problems(target)
        ]
        if problems:
            return {"problems": list(dict.fromkeys(problems))}
        lines = [
            self._say(
                "compress",
                self.env._(
                    "“%(model)s” has %(count)s variants then.",
                    model=target.name,
                    count=len(target.product_variant_ids | variants),
                ),
            ),
            self._say("suitcase", self._get_taken_words(variants)),
        ]
        taken = [
            target._fields[name]._description_string(self.env)
            for name in target._print3d_get_merged_fields()
            if not target[name] and any(other[name] for other in others)
        ]
        if taken:
            lines.append(
                self._say(
                    "info-circle",
                    self.env._(
                        "“%(model)s” takes over what it does not say itself: "
                        "%(fields)s.",
                        model=target.name,
                        fields=", ".join(taken),
                    ),
                )
            )
        if others.product_tag_ids - target.product_tag_ids:
            lines.append(self._say("tags", self.env._("Themes are joined.")))
        names = [f"“{other.name}”" for other in others[:MOST_NAMES]]
        if len(others) > MOST_NAMES:
            names.append(self.env._("%s more", len(others) - MOST_NAMES))
        lines.append(
            self._say(
                "archive",
                self.env._("Archived then: %(names)s.", names=", ".join(names)),
            )
        )
        return {
            "lines": lines,
            "title": self.env._("Variants that come"),
            "rows": [
                {
                    "old": variant.display_name,
                    "new": variant._print3d_get_merge_name(target),
                }
                for variant in variants[:MOST_NAMES]
            ],
            "more": max(len(variants) - MOST_NAMES, 0),
        }

    @api.model
    def _get_taken_words(self, variants):
        belongings = variants._get_print3d_belongings()
        if not belongings:
            return self.env._("There are no files or versions to take over.")
        return self.env._("They take along: %(what)s.", what=", ".join(belongings))

    def _change(self):
        target = self.target_id
        change = target._print3d_merge_with_undo(self.template_ids - target)
        # From a list one goes on in the list.
        following = None
        if self.env.context.get("print3d_open_merged"):
            following = self._get_page_action(target)
        return change, following
