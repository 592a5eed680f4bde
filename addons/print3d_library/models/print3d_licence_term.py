from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date, formatLang

# How long before its end a licence is shown as ending.
ENDING_DAYS = 30


class Position(NamedTuple):
    """What may be done with a model on a day: the terms and what speaks against it."""

    # The terms that hold, or that would hold had they not ended; may be empty.
    term: models.BaseModel
    # Empty when prints may be sold, else expired, upcoming, non_commercial, territory
    # or units.
    problem: str
    # The problem in a sentence, empty when there is none.
    reason: str


class Print3dLicenceTerm(models.Model):
    """What a designer allows a shop to do with models, until when and for how much.

    Only owners read it, contract and rates included. Everybody else reads what follows
    from it in words, on the model, the designer and the quotation.
    """

    _name = "print3d.licence.term"
    _description = "Licence Terms"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "designer_id, date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Agreement", help="What you call it, if anything.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        index=True,
        help="Empty: the terms hold for all companies.",
    )
    designer_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    scope = fields.Selection(
        [("all", "All models of the designer"), ("some", "Only these models")],
        string="Holds for",
        default="all",
        required=True,
        tracking=True,
    )
    product_tmpl_ids = fields.Many2many(
        "product.template",
        "print3d_licence_term_template_rel",
        "term_id",
        "product_tmpl_id",
        string="Models",
        domain="[('is_print3d_model', '=', True), "
        "('designer_id', 'in', (designer_id, False))]",
        check_company=True,
    )
    licence_id = fields.Many2one("print3d.licence", tracking=True)
    commercial_use = fields.Boolean(
        string="Prints May Be Sold",
        compute="_compute_from_licence",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    attribution_required = fields.Boolean(
        string="Name the Designer",
        compute="_compute_from_licence",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Quotations, invoices and delivery slips then name the designer.",
    )
    attribution_text = fields.Char(
        string="Words to Print",
        translate=True,
        help="Empty: “Designed by” and the designer, with the licence.",
    )
    date_from = fields.Date(string="Valid from", tracking=True)
    date_until = fields.Date(
        string="Valid until",
        tracking=True,
        help="The last day on which prints may be sold. Empty: without end.",
    )
    reminded_until = fields.Date(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="The end somebody was reminded of; a later one is reminded of again.",
    )
    max_units = fields.Integer(
        string="Most Units",
        tracking=True,
        help="How many prints may be sold in all; 0 is no limit.",
    )
    country_ids = fields.Many2many(
        "res.country",
        string="Countries",
        help="Where prints may be delivered to. Empty: everywhere.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="The designer is paid in this currency.",
    )
    royalty_type = fields.Selection(
        [
            ("none", "No royalty"),
            ("unit", "An amount per unit"),
            ("percent", "A share of the net price"),
        ],
        string="Royalty",
        default="none",
        required=True,
        tracking=True,
    )
    royalty_unit = fields.Monetary(string="Per Unit", tracking=True)
    royalty_percent = fields.Float(
        string="Share (%)",
        digits=(5, 2),
        tracking=True,
        help="Percent of the price after discounts and without taxes.",
    )
    royalty_minimum = fields.Monetary(
        string="At Least per Unit",
        tracking=True,
        help="Paid when the share of the price would be less.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "print3d_licence_term_attachment_rel",
        string="Contract",
        bypass_search_access=True,
        copy=False,
    )
    note = fields.Text()
    sold_units = fields.Float(
        compute="_compute_sold_units",
        digits="Product Unit",
        help="Prints sold under these terms in confirmed orders.",
    )
    state = fields.Selection(
        [
            ("upcoming", "Not Begun"),
            ("in_force", "In Force"),
            ("ending", "Ending Soon"),
            ("exhausted", "Used Up"),
            ("expired", "Ended"),
        ],
        compute="_compute_state",
        search="_search_state",
    )
    summary = fields.Char(string="In Words", compute="_compute_summary")

    _max_units_positive = models.Constraint(
        "CHECK(max_units >= 0)", "The number of units cannot be below zero."
    )
    _royalty_positive = models.Constraint(
        "CHECK(royalty_unit >= 0 AND royalty_minimum >= 0)",
        "A royalty cannot be below zero.",
    )
    _royalty_percent_range = models.Constraint(
        "CHECK(royalty_percent >= 0 AND royalty_percent <= 100)",
        "The share of the price is between 0 and 100 percent.",
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_from <= date_until)", "The terms end before they begin."
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "designer_id", "licence_id", "date_from")
    def _compute_display_name(self):
        for term in self:
            words = term.name or term.licence_id.name
            if not words and term.date_from:
                words = self.env._("from %s", format_date(self.env, term.date_from))
            names = [term.designer_id.display_name, words]
            term.display_name = ": ".join(filter(None, names))

    @api.depends("licence_id")
    def _compute_from_licence(self):
        for term in self:
            licence = term.licence_id
            term.commercial_use = licence.commercial_use if licence else True
            term.attribution_required = licence.attribution_required

    def _compute_sold_units(self):
        sold = self._get_sold_units()
        for term in self:
            term.sold_units = sold.get(term._origin.id, 0.0)

    @api.depends("date_from", "date_until", "max_units", "sold_units")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for term in self:
            term.state = term._get_state(today)

    def _get_state(self, day):
        self.ensure_one()
        if self.date_until and self.date_until < day:
            return "expired"
        if self.date_from and self.date_from > day:
            return "upcoming"
        if self.max_units and self.sold_units >= self.max_units:
            return "exhausted"
        if self.date_until and self.date_until <= day + timedelta(days=ENDING_DAYS):
            return "ending"
        return "in_force"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        soon = today + timedelta(days=ENDING_DAYS)
        expired = Domain("date_until", "<", today)
        upcoming = Domain("date_from", ">", today) & ~expired
        running = ~expired & ~Domain("date_from", ">", today)
        limited = self.sudo().search(running & Domain("max_units", ">", 0))
        exhausted = Domain(
            "id", "in", limited.filtered(lambda term: term.state == "exhausted").ids
        )
        ending = running & Domain("date_until", "<=", soon)
        by_state = {
            "expired": expired,
            "upcoming": upcoming,
            "exhausted": exhausted,
            "ending": ending & ~exhausted,
            "in_force": running & ~ending & ~exhausted,
        }
        return Domain.OR(by_state[state] for state in value if state in by_state)

    @api.depends(
        "commercial_use",
        "attribution_required",
        "date_from",
        "date_until",
        "max_units",
        "country_ids",
        "designer_id",
        "royalty_type",
        "royalty_unit",
        "royalty_percent",
        "royalty_minimum",
        "currency_id",
    )
    def _compute_summary(self):
        for term in self:
            term.summary = term._get_words(with_royalty=True)

    # === CONSTRAINT METHODS === #

    @api.constrains("scope", "product_tmpl_ids", "designer_id")
    def _check_models(self):
        for term in self:
            if term.scope == "some" and not term.product_tmpl_ids:
                raise ValidationError(
                    self.env._(
                        "Choose the models these terms hold for, or let them hold for "
                        "all models of %s.",
                        term.designer_id.display_name,
                    )
                )
            for model in term.product_tmpl_ids:
                if model.designer_id and model.designer_id != term.designer_id:
                    raise ValidationError(
                        self.env._(
                            "“%(model)s” is by %(its)s, not by %(designer)s. Take it "
                            "off these terms or change its designer.",
                            model=model.display_name,
                            its=model.designer_id.display_name,
                            designer=term.designer_id.display_name,
                        )
                    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        terms = super().create(vals_list)
        terms._own_attachments()
        return terms

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        return result

    def _own_attachments(self):
        """Let all owners read a contract, not only the one who uploaded it."""
        for term in self:
            loose = term.attachment_ids.filtered(lambda file: not file.res_id)
            loose.write({"res_model": self._name, "res_id": term.id})

    # === BUSINESS METHODS === #

    @api.model
    def _cron_remind(self):
        """Ask an owner, once, about each agreement that is about to end.

        Whoever wrote the terms down is asked, another owner when that one has left.
        """
        ending = self.search([("state", "=", "ending")]).filtered(
            lambda term: term.reminded_until != term.date_until
        )
        for its in ending:
            user = its._get_owner()
            if not user:
                continue
            term = its.with_context(lang=user.lang)
            term.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=term.date_until,
                summary=term.env._("The licence ends"),
                note=term.env._(
                    "Agree on a new date with %(designer)s and write it down here, or "
                    "stop selling: after %(day)s quotations name the end of the "
                    "licence.",
                    designer=term.designer_id.display_name,
                    day=format_date(term.env, term.date_until),
                ),
                user_id=user.id,
            )
            term.reminded_until = term.date_until

    def _get_owner(self):
        """Return the owner who looks after these terms, empty when there is none."""
        self.ensure_one()
        owners = (
            self.env.ref("print3d_library.group_print3d_owner")
            .sudo()
            .all_user_ids.filtered(
                lambda user: user.active
                and not user.share
                and (not self.company_id or self.company_id in user.company_ids)
            )
        )
        owners -= self.env.ref("base.user_root")
        if self.create_uid in owners:
            return self.create_uid
        return owners.sorted("id")[:1]

    def _get_sold_units(self):
        """Return how many prints were sold under these terms.

        Hook: who sells prints overrides it.

        :return: units by id of the terms
        :rtype: dict[int, float]
        """
        return {}

    def _get_words(self, with_royalty=False):
        """Return the terms in one sentence.

        :param bool with_royalty: say what the designer gets; for owners only
        """
        self.ensure_one()
        if not self.commercial_use:
            words = [self.env._("No commercial use")]
        elif self.date_until:
            words = [
                self.env._(
                    "Commercial use allowed until %s",
                    format_date(self.env, self.date_until),
                )
            ]
        else:
            words = [self.env._("Commercial use allowed")]
        if self.date_from and self.date_from > fields.Date.context_today(self):
            words.append(
                self.env._("from %s on", format_date(self.env, self.date_from))
            )
        if self.max_units:
            words.append(self.env._("at most %s units", self.max_units))
        if self.country_ids:
            words.append(
                self.env._("only in %s", ", ".join(self.country_ids.mapped("name")))
            )
        if with_royalty and self.royalty_type != "none":
            words.append(
                self.env._(
                    "%(royalty)s to %(designer)s",
                    royalty=self._get_royalty_words(),
                    designer=self.designer_id.display_name,
                )
            )
        if self.attribution_required:
            words.append(self.env._("name the designer"))
        return "; ".join(words)

    def _get_royalty_words(self):
        """Return the rate in words: "8 %, at least 0.50 €"; empty without a royalty."""
        self.ensure_one()
        if self.royalty_type == "unit":
            amount = format_amount(self.env, self.royalty_unit, self.currency_id)
            return self.env._("%s per unit", amount)
        if self.royalty_type != "percent":
            return ""
        digits = 0 if self.royalty_percent == int(self.royalty_percent) else 2
        rate = formatLang(self.env, self.royalty_percent, digits=digits)
        if not self.royalty_minimum:
            return self.env._("%s %%", rate)
        return self.env._(
            "%(rate)s %%, at least %(minimum)s per unit",
            rate=rate,
            minimum=format_amount(self.env, self.royalty_minimum, self.currency_id),
        )

    def _get_attribution(self):
        """Return the words that name the designer, empty when they are not required."""
        self.ensure_one()
        if not self.attribution_required:
            return ""
        return self.attribution_text or self._get_default_attribution(
            self.designer_id, self.licence_id
        )

    @api.model
    def _get_default_attribution(self, designer, licence):
        if not designer:
            return ""
        if not licence:
            return self.env._("Designed by %s", designer.name)
        return self.env._(
            "Designed by %(designer)s (%(licence)s)",
            designer=designer.name,
            licence=licence.name,
        )

    @api.model
    def _find_by_model(self, templates, company):
        """Return the terms that speak of each of these models, nearest first.

        Terms that name the model come before those of all models of the designer, those
        of the company before those of all companies, later ones before earlier ones.

        :param templates: product.template
        :param company: res.company, the one that sells
        :return: by model id
        :rtype: dict[int, print3d.licence.term]
        """
        if not templates.ids:
            return defaultdict(self.browse)
        terms = self.sudo().search(
            Domain("company_id", "in", (company.id, False))
            & (
                Domain("scope", "=", "all")
                & Domain("designer_id", "in", templates.designer_id.ids)
                | Domain("scope", "=", "some")
                & Domain("product_tmpl_ids", "in", templates.ids)
            )
        )
        by_model, by_designer = defaultdict(list), defaultdict(list)
        for term in terms:
            if term.scope == "all":
                by_designer[term.designer_id.id].append(term.id)
            for model in term.product_tmpl_ids if term.scope == "some" else ():
                by_model[model.id].append(term.id)

        def nearness(term):
            return (
                term.scope == "some",
                bool(term.company_id),
                term.date_from or fields.Date.to_date("1900-01-01"),
                term.id,
            )

        return {
            model.id: terms.browse(
                by_model[model.id] + by_designer[model.designer_id.id]
            )
            .sorted(nearness, reverse=True)
            .with_prefetch(terms.ids)
            for model in templates
        }

    @api.model
    def _get_positions(self, templates, company, day, country=None):
        """Return what may be done with these models on a day.

        Whether the units are used up is asked with `_get_units_problem`, for that
        depends on how many are to be sold.

        :param templates: product.template
        :param company: res.company, the one that sells
        :param day: the date of the sale
        :param country: res.country the prints go to, when it is known
        :return: Position by model id
        :rtype: dict[int, Position]
        """
        found = self._find_by_model(templates, company)
        return {
            model.id: self._get_position(model, found[model.id], day, country)
            for model in templates
        }

    @api.model
    def _get_position(self, model, terms, day, country):
        # Of one record alone nothing is read ahead; of all models at once it is.
        prefetch = terms._prefetch_ids
        holding = terms.filtered(
            lambda term: (not term.date_from or term.date_from <= day)
            and (not term.date_until or term.date_until >= day)
        ).with_prefetch(prefetch)
        if country:
            # One contract for Europe, another for the rest: the one for this country.
            holding = (
                holding.filtered(
                    lambda term: not term.country_ids or country in term.country_ids
                )
                or holding
            )
        if holding:
            term = holding[0].with_prefetch(prefetch)
            return Position(term, *self._get_problem(model, term, country))
        if terms:
            return Position(
                terms[0].with_prefetch(prefetch),
                *self._get_time_problem(model, terms, day),
            )
        if model.licence_id and not model.licence_id.commercial_use:
            return Position(
                terms,
                "non_commercial",
                self.env._(
                    "“%(model)s” is under %(licence)s: its prints may not be sold.",
                    model=model.display_name,
                    licence=model.licence_id.name,
                ),
            )
        return Position(terms, "", "")

    @api.model
    def _get_problem(self, model, term, country):
        if not term.commercial_use:
            return (
                "non_commercial",
                self.env._(
                    "%(designer)s does not allow prints of “%(model)s” to be sold.",
                    designer=term.designer_id.display_name,
                    model=model.display_name,
                ),
            )
        if country and term.country_ids and country not in term.country_ids:
            return (
                "territory",
                self.env._(
                    "“%(model)s” may be sold in %(countries)s only, not in "
                    "%(country)s.",
                    model=model.display_name,
                    countries=", ".join(term.country_ids.mapped("name")),
                    country=country.name,
                ),
            )
        return ("", "")

    @api.model
    def _get_time_problem(self, model, terms, day):
        upcoming = terms.filtered(lambda term: term.date_from and term.date_from > day)
        ended = (terms - upcoming).sorted("date_until", reverse=True)
        if ended:
            return (
                "expired",
                self.env._(
                    "The licence of “%(model)s” by %(designer)s ended on %(day)s.",
                    model=model.display_name,
                    designer=ended[0].designer_id.display_name,
                    day=format_date(self.env, ended[0].date_until),
                ),
            )
        first = upcoming.sorted("date_from")[0]
        return (
            "upcoming",
            self.env._(
                "The licence of “%(model)s” by %(designer)s begins on %(day)s.",
                model=model.display_name,
                designer=first.designer_id.display_name,
                day=format_date(self.env, first.date_from),
            ),
        )

    def _get_units_problem(self, units):
        """Say that fewer units are left than are to be sold.

        :param float units: how many more are to be sold
        :return: the sentence, empty when there are enough
        :rtype: str
        """
        self.ensure_one()
        if not self.max_units:
            return ""
        left = max(self.max_units - self.sold_units, 0)
        if units <= left:
            return ""
        if not left:
            return self.env._(
                "All %(most)s units that %(designer)s allows are sold.",
                most=self.max_units,
                designer=self.designer_id.display_name,
            )
        return self.env._(
            "Of the %(most)s units that %(designer)s allows %(left)g are left; "
            "%(units)g are to be sold.",
            most=self.max_units,
            designer=self.designer_id.display_name,
            left=left,
            units=units,
        )
