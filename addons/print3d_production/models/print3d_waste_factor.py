from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..learning import Sample, learn

# What weighs: an estimate in percent teaches nothing.
WEIGHED = ("weigh", "scale", "count")
# What goes along with weighing, or changes no grams.
SILENT = (
    *WEIGHED,
    "percent",
    "correct",
    "move",
    "load",
    "unload",
    "open",
    "dry",
    "humidity",
    "desiccant",
    "quarantine",
    "release",
)
# A scale that is 1 g off makes 5 % of a span of this many grams.
LEAST_GRAMS = 20.0
# Printers, nozzles and habits change.
LOOK_BACK_DAYS = 365
# The most spans one factor is learned from: the newest.
MOST_SAMPLES = 100


class Waste(NamedTuple):
    """Which share is added to planned grams, and how that is known."""

    # 0.04 for 4 % more.
    share: float
    # printer, material or setting
    source: str
    # Weighings it was learned from.
    count: int


class Print3dWasteFactor(models.Model):
    """How much more of a material goes than the files say, learned from weighings.

    A sample is the span between two weighings of a spool in which prints used it and
    nothing else did. What went by the scale is compared with what the sliced files say,
    never with an estimate that counts waste already: so what is learned does not feed
    on itself. :mod:`print3d_production.learning.waste` tells how samples become a
    factor.

    A span in which one printer alone used the spool teaches of that printer; each
    teaches of the material.
    """

    _name = "print3d.waste.factor"
    _description = "Waste Factor"
    _order = "material_id, workcenter_id nulls first, id"
    _rec_name = "material_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    material_id = fields.Many2one(
        "print3d.material",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        string="Printer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Empty: of the material, on all printers.",
    )
    scope = fields.Char(string="On", compute="_compute_scope")
    factor = fields.Float(string="Waste", readonly=True, digits=(8, 4), aggregator=None)
    low = fields.Float(
        string="Lower Quartile", readonly=True, digits=(8, 4), aggregator=None
    )
    high = fields.Float(
        string="Upper Quartile", readonly=True, digits=(8, 4), aggregator=None
    )
    sample_count = fields.Integer(
        string="Weighings",
        readonly=True,
        aggregator=None,
        help="Spans between two weighings it was learned from.",
    )
    left_out_count = fields.Integer(
        string="Left Out",
        readonly=True,
        aggregator=None,
        help="Spans so far from the others that something else must have happened.",
    )
    planned_g = fields.Float(
        string="Planned (g)",
        digits="Product Unit",
        readonly=True,
        aggregator=None,
        help="Grams of the prints it was learned from, as their files say.",
    )
    learned_on = fields.Datetime(readonly=True)
    is_used = fields.Boolean(
        compute="_compute_is_used",
        string="Counts",
        help="It was learned from enough weighings to count in estimates.",
    )
    spread_note = fields.Char(string="Spread", compute="_compute_spread_note")
    lack_note = fields.Char(compute="_compute_is_used", string="What It Lacks")

    _material_uniq = models.UniqueIndex(
        "(company_id, material_id, COALESCE(workcenter_id, 0))",
        "There is a waste factor of this material and printer already.",
    )

    @api.depends("workcenter_id.name")
    @api.depends_context("lang")
    def _compute_scope(self):
        for factor in self:
            factor.scope = factor.workcenter_id.name or self.env._("All printers")

    @api.depends("low", "high", "sample_count")
    @api.depends_context("lang")
    def _compute_spread_note(self):
        for factor in self:
            factor.spread_note = self.env._(
                "%(low)s to %(high)s %%, %(count)s weighings",
                low=f"{100.0 * factor.low:.1f}",
                high=f"{100.0 * factor.high:.1f}",
                count=factor.sample_count,
            )

    @api.depends("sample_count", "company_id.print3d_waste_samples")
    def _compute_is_used(self):
        for factor in self:
            lack = factor.company_id.print3d_waste_samples - factor.sample_count
            factor.is_used = lack <= 0
            factor.lack_note = (
                self.env._("%(count)s more weighings needed", count=lack)
                if lack > 0
                else False
            )

    # === ACTIONS === #

    def action_learn(self):
        """Learn anew, now, from all weighings of the companies at work."""
        if not self.env.user.has_group("print3d_library.group_print3d_operator"):
            raise AccessError(
                self.env._("Only operators and owners let the waste be learned anew.")
            )
        self.sudo()._learn(self.env.companies)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === ASKING === #

    @api.model
    def _get_waste(self, materials, printer=None, company=None):
        """Return what to add to planned grams of materials.

        The printer's own figure, or else that of the material on all printers, or else
        the setting of the company; each only from enough weighings. Less than planned
        is learned as well, but not counted on.

        :param materials: print3d.material
        :param printer: where it is printed (mrp.workcenter), if that is known
        :param company: res.company; the current one by default
        :rtype: {print3d.material: Waste}
        """
        company = company or self.env.company
        setting = self._get_setting(company)
        found = {}
        least = company.sudo().print3d_waste_samples
        # Read once for all versions of a page, whose materials are few.
        factors = materials.sudo().waste_factor_ids.filtered(
            lambda factor: factor.company_id == company
            and factor.sample_count >= least
            and (not factor.workcenter_id or factor.workcenter_id == printer)
        )
        # The printer's own comes last, and stays.
        for factor in factors.sorted(lambda factor: bool(factor.workcenter_id)):
            found[factor.material_id.id] = Waste(
                max(0.0, factor.factor),
                "printer" if factor.workcenter_id else "material",
                factor.sample_count,
            )
        return {material: found.get(material.id, setting) for material in materials}

    @api.model
    def _get_setting(self, company):
        """Return the Waste a company counts on as long as nothing was learned."""
        return Waste(company.sudo().print3d_waste_percent / 100.0, "setting", 0)

    @api.model
    def _describe(self, waste):
        """Return how a share is known: "+4 % waste, learned from 12 weighings"."""
        percent = f"{100.0 * waste.share:.1f}".rstrip("0").rstrip(".")
        if waste.source == "setting":
            return self.env._("+%(percent)s %% waste, as set", percent=percent)
        return self.env._(
            "+%(percent)s %% waste, learned from %(count)s weighings",
            percent=percent,
            count=waste.count,
        )

    # === LEARNING === #

    @api.model
    def _cron_learn(self):
        """Learn anew every night."""
        weighed = self.env["print3d.spool.entry"]._read_group(
            [("kind", "in", WEIGHED)], ["company_id"]
        )
        learned = self._read_group([], ["company_id"])
        companies = self.env["res.company"].union(
            *(company for (company,) in [*weighed, *learned])
        )
        for done, company in enumerate(companies, start=1):
            self._learn(company)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - done)

    @api.model
    def _learn(self, companies):
        """Write the factors of companies anew."""
        self.env.flush_all()
        for company in companies:
            samples = self._get_samples(company)
            known = {
                (factor.material_id.id, factor.workcenter_id.id): factor
                for factor in self.search([("company_id", "=", company.id)])
            }
            vals_list = []
            for key, its_samples in samples.items():
                learned = learn(its_samples[:MOST_SAMPLES])
                if not learned:
                    continue
                vals = {
                    "factor": learned.value,
                    "low": learned.low,
                    "high": learned.high,
                    "sample_count": learned.count,
                    "left_out_count": learned.left_out,
                    "planned_g": learned.planned,
                    "learned_on": fields.Datetime.now(),
                }
                factor = known.pop(key, None)
                if factor:
                    factor.write(vals)
                else:
                    material_id, workcenter_id = key
                    vals_list.append(
                        {
                            **vals,
                            "company_id": company.id,
                            "material_id": material_id,
                            "workcenter_id": workcenter_id,
                        }
                    )
            self.create(vals_list)
            # What was weighed is too long ago, or was taken back.
            self.union(*known.values()).unlink()

    @api.model
    def _get_samples(self, company):
        """Return the samples of a company, the newest first.

        :rtype: {(number of the material, of the printer or False): [Sample]}
        """
        spans = self._read_spans(company)
        planned = self._read_planned({run for span in spans for run in span["runs"]})
        samples = defaultdict(list)
        for span in spans:
            uses = [planned.get((run, span["lot"])) for run in span["runs"]]
            if not uses or not all(uses):
                continue
            grams = sum(use["grams"] for use in uses)
            if grams < LEAST_GRAMS or span["actual"] < 0:
                continue
            sample = Sample(grams, span["actual"])
            samples[span["material"], False].append(sample)
            printers = {use["printer"] for use in uses}
            if len(printers) == 1 and None not in printers:
                samples[span["material"], printers.pop()].append(sample)
        return samples

    @api.model
    def _read_spans(self, company):
        """Return the spans between two weighings in which prints alone used a spool.

        A print that was under way at a weighing has a part on either side of it, and
        nobody knows how much: such spans are left out.

        :return: dicts of ``lot``, ``material``, ``actual`` grams by the scale and
            ``runs``, the newest first
        :rtype: list[dict]
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH told AS (
                    SELECT entry.id, entry.lot_id, entry.happened_on, entry.measured_g,
                           LAG(entry.id) OVER spool AS since_id,
                           LAG(entry.happened_on) OVER spool AS since,
                           LAG(entry.measured_g) OVER spool AS before_g
                      FROM print3d_spool_entry entry
                     WHERE entry.company_id = %(company)s
                       AND entry.state = 'posted' AND entry.undone_by_id IS NULL
                       AND entry.kind IN %(weighed)s
                       AND COALESCE(entry.decision, '') != 'add'
                    WINDOW spool AS (
                           PARTITION BY entry.lot_id
                           ORDER BY entry.happened_on, entry.id)
                )
                SELECT told.lot_id, lot.material_id,
                       told.before_g - told.measured_g,
                       ARRAY_AGG(DISTINCT used.res_id) FILTER (
                           WHERE used.res_model = 'print3d.run'),
                       COUNT(*) FILTER (
                           WHERE used.res_model IS DISTINCT FROM 'print3d.run'
                              OR used.kind NOT IN ('use', 'scrap'))
                  FROM told
                  JOIN stock_lot lot ON lot.id = told.lot_id
                  JOIN print3d_spool_entry used
                    ON used.lot_id = told.lot_id AND used.state = 'posted'
                   AND used.undone_by_id IS NULL
                   AND (used.happened_on, used.id) > (told.since, told.since_id)
                   AND (used.happened_on, used.id) < (told.happened_on, told.id)
                   AND used.kind NOT IN %(silent)s
                   AND COALESCE(used.grams, 0) != 0
                 WHERE told.since IS NOT NULL AND told.happened_on >= %(from)s
                   AND lot.material_id IS NOT NULL
                   AND NOT EXISTS (
                       SELECT 1 FROM print3d_run_spool spool
                         JOIN print3d_run run ON run.id = spool.run_id
                        WHERE spool.lot_id = told.lot_id
                          AND (run.date_start < told.since
                               AND COALESCE(run.date_end, 'infinity') > told.since
                            OR run.date_start < told.happened_on
                               AND COALESCE(run.date_end, 'infinity')
                                   > told.happened_on))
              GROUP BY told.id, told.lot_id, lot.material_id, told.happened_on,
                       told.before_g, told.measured_g
              ORDER BY told.happened_on DESC, told.id DESC
                """,
                **{
                    "company": company.id,
                    "weighed": WEIGHED,
                    "silent": SILENT,
                    "from": fields.Datetime.now() - timedelta(days=LOOK_BACK_DAYS),
                },
            )
        )
        return [
            {
                "lot": lot,
                "material": material,
                "actual": actual,
                "runs": runs,
            }
            for lot, material, actual, runs, others in rows
            if not others
        ]

    @api.model
    def _read_planned(self, run_ids):
        """Return what the files of prints say of each spool.

        The grams planned for a tool, of a print that failed the share it came to, are
        spread over the tool's spools as these really were used.

        :return: {(run, spool): dict of ``grams`` and ``printer``}
        :rtype: dict
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH taken AS (
                    SELECT line.run_id, line.lot_id,
                           SUM(line.quantity_product_uom) AS grams
                      FROM stock_move_line line
                     WHERE line.run_id = ANY(%(runs)s) AND line.state = 'done'
                  GROUP BY line.run_id, line.lot_id
                )
                SELECT spool.run_id, spool.lot_id, spool.tool,
                       COALESCE(spool.planned_g, 0), COALESCE(taken.grams, 0),
                       run.workcenter_id,
                       CASE WHEN run.state = 'done' THEN 1.0
                            ELSE COALESCE(run.failure_percent, 0) / 100.0 END
                  FROM print3d_run_spool spool
                  JOIN print3d_run run ON run.id = spool.run_id
             LEFT JOIN taken
                    ON taken.run_id = spool.run_id AND taken.lot_id = spool.lot_id
                 WHERE spool.run_id = ANY(%(runs)s)
                """,
                runs=list(run_ids),
            )
        )
        plan, taken = defaultdict(float), defaultdict(float)
        for run, _lot, tool, grams, used, _printer, share in rows:
            plan[run, tool] += grams * share
            taken[run, tool] += used
        planned = {}
        for run, lot, tool, _grams, used, printer, _share in rows:
            if not taken[run, tool]:
                continue
            planned[run, lot] = {
                "grams": plan[run, tool] * used / taken[run, tool],
                "printer": printer,
            }
        return planned
