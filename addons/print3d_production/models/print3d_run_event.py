from odoo import api, fields, models
from odoo.exceptions import UserError

# What a line of the journal can be about.
KINDS = [
    ("created", "Made"),
    ("moved", "State Changed"),
    ("swapped", "Spool Changed"),
    ("reopened", "End Taken Back"),
    ("corrected", "Pieces Corrected"),
    ("repeated", "Told Again"),
    ("early", "Told Too Early"),
    ("late", "Told Too Late"),
    ("other_job", "About Another Job"),
    ("backwards", "Progress Went Back"),
]
# What was told and changed nothing.
IGNORED = ("repeated", "early", "late", "other_job", "backwards")


class Print3dRunEvent(models.Model):
    """One line of the journal of a run: what changed or was told, by whom, and when.

    Lines are only ever added, and by nobody but the runs themselves. What was told and
    changed nothing, because it came twice, too late or too early, has a line too.
    """

    _name = "print3d.run.event"
    _description = "Journal of Prints"
    _order = "told_at desc, id desc"
    _rec_name = "run_id"
    _log_access = False

    run_id = fields.Many2one(
        "print3d.run", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Printer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    product_id = fields.Many2one(related="run_id.product_id", string="Print")
    kind = fields.Selection(
        KINDS, string="What", required=True, readonly=True, index=True
    )
    old_state = fields.Selection(selection="_get_states", string="From", readonly=True)
    new_state = fields.Selection(
        selection="_get_states",
        string="To",
        readonly=True,
        help="The state it came to, or would have come to.",
    )
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, index=True
    )
    source = fields.Selection(
        [("person", "Person"), ("printer", "Printer"), ("system", "By Itself")],
        string="Told By",
        required=True,
        readonly=True,
    )
    at = fields.Datetime(
        string="When", required=True, readonly=True, help="When it happened."
    )
    told_at = fields.Datetime(
        string="Told", required=True, readonly=True, help="When it was told."
    )
    job_key = fields.Char(
        string="Job", readonly=True, help="How the printer named the job."
    )
    note = fields.Char(readonly=True)
    figures = fields.Json(readonly=True, help="Grams, pieces, time and energy told.")
    is_ignored = fields.Boolean(
        string="Changed Nothing",
        compute="_compute_is_ignored",
        search="_search_is_ignored",
        help="It came twice, too late, too early or was about another job.",
    )

    _told_index = models.Index("(told_at DESC, id DESC)")
    _run_index = models.Index("(run_id, id)")

    @api.model
    def _get_states(self):
        return self.env["print3d.run"]._fields["state"]._description_selection(self.env)

    @api.depends("kind")
    def _compute_is_ignored(self):
        for event in self:
            event.is_ignored = event.kind in IGNORED

    def _search_is_ignored(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("kind", "in" if True in value else "not in", IGNORED)]

    @api.depends("kind", "run_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            event.display_name = f"{event.run_id.name}: {kinds.get(event.kind, '')}"

    def write(self, vals):
        """Refuse: the journal stays as it was written."""
        if vals:
            raise UserError(
                self.env._(
                    "The journal of prints is not changed. Write a comment on the "
                    "print instead."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._("The journal of prints is kept. Nothing of it is deleted.")
        )

    def _get_title(self, states, kinds):
        """Return what this line says in a few words.

        :param dict states: the words of the states
        :param dict kinds: the words of the kinds
        :rtype: str
        """
        self.ensure_one()
        new = states.get(self.new_state, "")
        if self.kind == "created":
            return self.env._("Made, “%(state)s”", state=new)
        if self.kind == "moved":
            return self.env._(
                "%(old)s → %(new)s", old=states.get(self.old_state, ""), new=new
            )
        if self.kind in IGNORED:
            return self.env._("“%(state)s”: %(kind)s", state=new, kind=kinds[self.kind])
        return kinds[self.kind]

    def _get_facts(self):
        """Return what was told in figures, as short sentences.

        :rtype: list[str]
        """
        self.ensure_one()
        figures = self.figures or {}
        facts = []
        if figures.get("good") or figures.get("bad"):
            facts.append(
                self.env._(
                    "%(good)s good, %(bad)s bad",
                    good=f"{figures['good']:g}",
                    bad=f"{figures['bad']:g}",
                )
            )
        for spool in figures.get("spools", ()):
            if not spool["grams"] and not spool["recovered_g"]:
                continue
            fact = self.env._(
                "Tool %(tool)s: %(grams)s g of %(spool)s",
                tool=spool["tool"],
                grams=f"{spool['grams']:.2f}",
                spool=spool["spool"],
            )
            if spool["recovered_g"]:
                fact += self.env._(
                    ", %(grams)s g put back", grams=f"{spool['recovered_g']:.2f}"
                )
            facts.append(fact)
        if figures.get("duration_s"):
            minutes = round(figures["duration_s"] / 60)
            facts.append(self.env._("%(minutes)s min", minutes=minutes))
        if figures.get("energy_kwh"):
            facts.append(self.env._("%(kwh)s kWh", kwh=f"{figures['energy_kwh']:.3f}"))
        return facts
