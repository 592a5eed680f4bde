from odoo import api, fields, models
from odoo.fields import Domain


class ProductTemplate(models.Model):
    """What may be done with a model, in words everybody may read."""

    _inherit = "product.template"

    print3d_term_ids = fields.Many2many(
        "print3d.licence.term",
        "print3d_licence_term_template_rel",
        "product_tmpl_id",
        "term_id",
        string="Licence Terms",
        copy=False,
        groups="print3d_library.group_print3d_owner",
    )
    print3d_licence_words = fields.Char(
        string="May Be Sold",
        compute="_compute_print3d_licence_words",
        compute_sudo=True,
        groups="print3d_library.group_print3d_user",
        help="What the licence and the terms with the designer allow today.",
    )
    print3d_licence_problem = fields.Selection(
        [
            ("expired", "Ended"),
            ("upcoming", "Not Begun"),
            ("non_commercial", "Non-commercial"),
            ("territory", "Other Countries Only"),
            ("units", "Used Up"),
        ],
        string="Licence Problem",
        compute="_compute_print3d_licence_words",
        search="_search_print3d_licence_problem",
        compute_sudo=True,
        groups="print3d_library.group_print3d_user",
    )

    @api.depends(
        "designer_id",
        "licence_id.commercial_use",
        "licence_id.attribution_required",
        "print3d_term_ids",
    )
    @api.depends_context("uid", "company", "lang")
    def _compute_print3d_licence_words(self):
        day = fields.Date.context_today(self)
        # In sudo the environment still knows who asks; rates are the owner's to see.
        with_royalty = self.env.user.has_group("print3d_library.group_print3d_owner")
        positions = self.env["print3d.licence.term"]._get_positions(
            self._origin, self.env.company, day
        )
        for model in self:
            position = positions.get(model._origin.id)
            problem, words = "", ""
            if position:
                problem, words = position.problem, position.reason
                if not problem and position.term:
                    words = position.term._get_units_problem(1)
                    problem = "units" if words else ""
                words = words or (
                    position.term._get_words(with_royalty)
                    if position.term
                    else model._get_print3d_licence_words()
                )
            model.print3d_licence_problem = problem or False
            model.print3d_licence_words = words or False

    def _search_print3d_licence_problem(self, operator, value):
        if operator != "in":
            return NotImplemented
        terms = (
            self.env["print3d.licence.term"]
            .sudo()
            .search([("company_id", "in", (self.env.company.id, False))])
        )
        # Nothing speaks against the others.
        models_ = self.with_context(active_test=False).search(
            Domain("licence_id.commercial_use", "=", False)
            & Domain("licence_id", "!=", False)
            | Domain("designer_id", "in", terms.designer_id.ids)
            | Domain("id", "in", terms.product_tmpl_ids.ids)
        )
        problems = {model.id: model.print3d_licence_problem for model in models_}
        found = Domain(
            "id", "in", [id_ for id_, problem in problems.items() if problem in value]
        )
        if False in value:
            found |= Domain("id", "not in", list(problems))
        return found

    def _get_print3d_licence_words(self):
        """Return what the licence alone says, without terms of our own."""
        self.ensure_one()
        licence = self.licence_id
        if not licence:
            return ""
        words = [
            self.env._("Commercial use allowed")
            if licence.commercial_use
            else self.env._("No commercial use")
        ]
        if licence.attribution_required:
            words.append(self.env._("name the designer"))
        return "; ".join(words)

    def _get_print3d_attributions(self, company, day):
        """Return the words that name the designers of these models.

        :param company: res.company, the one that sells
        :param day: the date of the sale
        :return: by model id, only of those whose designer must be named
        :rtype: dict[int, str]
        """
        Term = self.env["print3d.licence.term"].sudo()
        found = {}
        for model_id, position in Term._get_positions(self, company, day).items():
            model = self.browse(model_id).sudo()
            if position.term:
                words = position.term._get_attribution()
            elif model.licence_id.attribution_required:
                words = Term._get_default_attribution(
                    model.designer_id, model.licence_id
                )
            else:
                words = ""
            if words:
                found[model_id] = words
        return found
