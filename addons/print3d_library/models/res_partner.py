from odoo import api, fields, models

# How many pictures of a designer's models the card shows.
SHOWCASE = 4


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_print3d_designer = fields.Boolean(
        string="Designer",
        compute="_compute_is_print3d_designer",
        store=True,
        readonly=False,
        index=True,
        help="The contact designs models. Whoever is named on a model is one.",
    )
    print3d_model_ids = fields.One2many(
        "product.template",
        "designer_id",
        string="Designed Models",
        groups="print3d_library.group_print3d_user",
    )
    print3d_term_ids = fields.One2many(
        "print3d.licence.term",
        "designer_id",
        string="Terms with the Designer",
        groups="print3d_library.group_print3d_owner",
    )
    print3d_model_count = fields.Integer(
        string="Number of Models",
        compute="_compute_print3d_models",
        groups="print3d_library.group_print3d_user",
    )
    print3d_showcase = fields.Json(
        string="Pictures of Models",
        compute="_compute_print3d_models",
        groups="print3d_library.group_print3d_user",
        help="Ids of the newest models.",
    )
    print3d_terms_words = fields.Text(
        string="Terms in Force",
        compute="_compute_print3d_terms",
        compute_sudo=True,
        groups="print3d_library.group_print3d_user",
        help="What the designer allows today, a line an agreement.",
    )
    print3d_terms_state = fields.Selection(
        [
            ("none", "No Terms"),
            ("in_force", "In Force"),
            ("ending", "Ending Soon"),
            ("exhausted", "Used Up"),
            ("upcoming", "Not Begun"),
            ("expired", "Ended"),
        ],
        string="State of the Terms",
        compute="_compute_print3d_terms",
        compute_sudo=True,
        groups="print3d_library.group_print3d_user",
    )

    @api.depends("print3d_model_ids", "print3d_term_ids")
    def _compute_is_print3d_designer(self):
        found = set()
        for model in ("product.template", "print3d.licence.term"):
            found.update(
                designer.id
                for (designer,) in self.env[model]
                .sudo()
                .with_context(active_test=False)
                ._read_group([("designer_id", "in", self.ids)], ["designer_id"])
            )
        for partner in self:
            # Somebody marked as one by hand stays one.
            partner.is_print3d_designer = (
                partner.is_print3d_designer or partner._origin.id in found
            )

    @api.depends("print3d_model_ids")
    def _compute_print3d_models(self):
        models_ = dict(
            self.env["product.template"]._read_group(
                [("designer_id", "in", self.ids), ("is_print3d_model", "=", True)],
                ["designer_id"],
                ["id:array_agg"],
            )
        )
        for partner in self:
            ids = sorted(models_.get(partner._origin, ()), reverse=True)
            partner.print3d_model_count = len(ids)
            partner.print3d_showcase = ids[:SHOWCASE]

    @api.depends("print3d_term_ids")
    @api.depends_context("uid", "company", "lang")
    def _compute_print3d_terms(self):
        with_royalty = self.env.user.has_group("print3d_library.group_print3d_owner")
        all_terms = self.env["print3d.licence.term"].search(
            [
                ("designer_id", "in", self.ids),
                ("company_id", "in", (self.env.company.id, False)),
            ]
        )
        by_designer = all_terms.grouped("designer_id")
        order = ("ending", "in_force", "exhausted", "upcoming", "expired")
        for partner in self:
            terms = by_designer.get(partner._origin, self.env["print3d.licence.term"])
            lines = []
            for term in terms.with_prefetch(all_terms.ids):
                if term.state not in ("in_force", "ending"):
                    continue
                what = (
                    self.env._("All models")
                    if term.scope == "all"
                    else ", ".join(term.product_tmpl_ids.mapped("name"))
                )
                lines.append(f"{what}: {term._get_words(with_royalty)}")
            partner.print3d_terms_words = "\n".join(lines) or False
            states = set(terms.mapped("state"))
            partner.print3d_terms_state = next(
                (state for state in order if state in states), "none"
            )

    def action_print3d_view_models(self):
        """Open the models of these designers."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_library.product_template_action"
        )
        action["domain"] = [
            ("designer_id", "in", self.ids),
            ("is_print3d_model", "=", True),
        ]
        action["context"] = {
            "default_is_print3d_model": True,
            "default_designer_id": self.id if len(self) == 1 else False,
            "default_purchase_ok": False,
        }
        action["name"] = self.env._("Models")
        # The address of the whole library would forget the filter when it is reloaded.
        action.pop("path", None)
        return action
