from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from .stock_lot_status import GONE

# A spool that was found empty longer ago than this was put away long since.
EMPTIED_DAYS = 7
IN_USE = ("stored", "loaded", "reserved")


class Print3dAlertCheck(models.AbstractModel):
    """What somebody should know about spools."""

    _inherit = "print3d.alert.check"

    @api.model
    def _get_checks(self):
        """Add the spools."""
        return [
            *super()._get_checks(),
            "_check_spools_low",
            "_check_spools_empty",
            "_check_spools_best_before",
            "_check_spools_open_long",
            "_check_spools_to_dry",
            "_check_spools_to_decide",
            "_check_spools_in_quarantine",
        ]

    # === HOW MUCH IS LEFT === #

    @api.model
    def _check_spools_low(self):
        """Tell of spools with little left that are in a printer, or the last one.

        A remnant on the shelf beside full spools is nobody's business today.
        """
        rows = self.env.execute_query(self._get_low_query())
        lots = self.env["stock.lot"].browse(row[0] for row in rows)
        lots.fetch(["name", "product_id", "company_id"])
        wanted = {}
        for lot, row in zip(lots, rows, strict=True):
            _id, company, grams, loaded, others, rest = row
            filament = lot.product_id.display_name
            if others:
                body = self.env._(
                    "It is in a printer. %(count)s more of %(filament)s with "
                    "%(grams)s g are in stock: lay one ready.",
                    count=others,
                    filament=filament,
                    grams=f"{rest:.0f}",
                )
            elif loaded:
                body = self.env._(
                    "It is in a printer, and the last one of %(filament)s. Order more "
                    "before it runs out.",
                    filament=filament,
                )
            else:
                body = self.env._(
                    "It is the last one of %(filament)s. Order more, unless it is not "
                    "needed again.",
                    filament=filament,
                )
            wanted[lot] = {
                "name": self.env._(
                    "Spool %(spool)s runs low: %(grams)s g left",
                    spool=lot.name,
                    grams=f"{grams:.0f}",
                ),
                "body": body,
                "severity": "info" if others else "warning",
                "category": "inventory",
                "company": self.env["res.company"].browse(company),
            }
        self.env["print3d.alert"]._sync_alerts("spool_low", wanted)

    @api.model
    def _get_low_query(self):
        """Return low spools: number, company, grams, is loaded, others, their grams."""
        self.env["stock.quant"].flush_model()
        self.env["stock.lot"].flush_model(
            ["is_spool", "is_quarantined", "net_weight_g"]
        )
        self.env["stock.location"].flush_model(["print3d_kind", "usage", "is_off_site"])
        self.env["res.company"].flush_model(
            ["print3d_alert_low_g", "print3d_alert_low_percent"]
        )
        return SQL(
            """
            WITH stock AS (
                SELECT quant.lot_id, quant.product_id, quant.company_id,
                       SUM(quant.quantity) AS grams,
                       BOOL_OR(place.print3d_kind = 'slot') AS loaded
                  FROM stock_quant quant
                  JOIN stock_location place ON place.id = quant.location_id
                  JOIN stock_lot lot ON lot.id = quant.lot_id
                 WHERE place.usage = 'internal' AND quant.quantity > 0
                   AND lot.is_spool AND lot.is_quarantined IS NOT TRUE
                   AND place.is_off_site IS NOT TRUE
              GROUP BY quant.lot_id, quant.product_id, quant.company_id
            ), counted AS (
                SELECT stock.*,
                       COUNT(*) OVER filament - 1 AS others,
                       SUM(stock.grams) OVER filament - stock.grams AS rest
                  FROM stock
                WINDOW filament AS (PARTITION BY product_id, company_id)
            )
            SELECT counted.lot_id, counted.company_id, counted.grams,
                   COALESCE(counted.loaded, FALSE), counted.others, counted.rest
              FROM counted
              JOIN stock_lot lot ON lot.id = counted.lot_id
              JOIN res_company company ON company.id = counted.company_id
             WHERE (counted.loaded OR counted.others = 0)
               AND counted.grams < GREATEST(
                       company.print3d_alert_low_g,
                       lot.net_weight_g * company.print3d_alert_low_percent / 100
                   )
          ORDER BY counted.lot_id
            """
        )

    @api.model
    def _check_spools_empty(self):
        """Tell of slots whose spool was used up and that nobody loaded again."""
        rows = self.env.execute_query(self._get_emptied_query())
        lots = self.env["stock.lot"].browse(lot_id for lot_id, _slot in rows)
        lots.fetch(["name", "product_id", "company_id"])
        slots = self.env["stock.location"].browse(slot_id for _lot, slot_id in rows)
        wanted = {}
        for lot, slot in zip(lots, slots, strict=True):
            place = slot._get_place_name()
            wanted[lot] = {
                "name": self.env._("Spool %(spool)s is empty", spool=lot.name),
                "body": self.env._(
                    "It was used up in %(slot)s. Take it out and load the next spool; "
                    "weigh this one if there is filament on it.",
                    slot=place,
                ),
                "severity": "warning",
                "category": "inventory",
            }
        self.env["print3d.alert"]._sync_alerts("spool_empty", wanted)

    @api.model
    def _get_emptied_query(self):
        """Return (spool, slot) of each slot that is empty since its spool was used up.

        The slot tells by the last spool that came in: it went off nowhere else.
        """
        self.env["stock.move.line"].flush_model()
        self.env["stock.lot"].flush_model(["spool_status"])
        self.env["stock.quant"].flush_model(["location_id", "quantity"])
        return SQL(
            """
            SELECT last.lot_id, slot.id
              FROM stock_location slot
              JOIN LATERAL (
                    SELECT line.lot_id
                      FROM stock_move_line line
                     WHERE line.location_dest_id = slot.id AND line.state = 'done'
                       AND line.lot_id IS NOT NULL
                  ORDER BY line.date DESC, line.id DESC
                     LIMIT 1
                   ) last ON TRUE
              JOIN stock_lot lot ON lot.id = last.lot_id
              JOIN LATERAL (
                    SELECT line.location_id, line.date
                      FROM stock_move_line line
                     WHERE line.lot_id = lot.id AND line.state = 'done'
                  ORDER BY line.date DESC, line.id DESC
                     LIMIT 1
                   ) used ON used.location_id = slot.id
             WHERE slot.print3d_kind = 'slot' AND slot.active
               AND lot.spool_status = 'empty'
               AND used.date > %(since)s
               AND NOT EXISTS (
                       SELECT FROM stock_quant quant
                        WHERE quant.location_id = slot.id AND quant.quantity > 0
                   )
          ORDER BY lot.id
            """,
            since=fields.Datetime.now() - timedelta(days=EMPTIED_DAYS),
        )

    # === HOW OLD IT IS === #

    @api.model
    def _check_spools_best_before(self):
        """Tell of spools whose best-before date has passed, or will soon."""
        today = fields.Date.context_today(self)
        days = self._get_limits("print3d_alert_expiry_days")
        lots = self.env["stock.lot"].search_fetch(
            [
                ("is_spool", "=", True),
                ("expires_on", "<", today + timedelta(days=days[False] + 1)),
                ("spool_status", "not in", GONE),
            ],
            ["name", "product_id", "company_id", "expires_on"],
            order="id",
        )
        wanted = {}
        for lot in lots:
            left = (lot.expires_on - today).days
            if left >= 0 and left > days[lot.company_id.id]:
                continue
            if left < 0:
                name = self.env._("Spool %(spool)s is past its date", spool=lot.name)
                body = self.env._(
                    "%(filament)s was best before %(day)s. Print a test piece before "
                    "an order depends on it, or scrap it.",
                    filament=lot.product_id.display_name,
                    day=format_date(self.env, lot.expires_on),
                )
            else:
                name = self.env._(
                    "Spool %(spool)s is best before %(day)s",
                    spool=lot.name,
                    day=format_date(self.env, lot.expires_on),
                )
                body = self.env._(
                    "%(filament)s: use it up before others.",
                    filament=lot.product_id.display_name,
                )
            wanted[lot] = {
                "name": name,
                "body": body,
                "severity": "warning" if left < 0 else "info",
                "category": "inventory",
            }
        self.env["print3d.alert"]._sync_alerts("spool_best_before", wanted)

    @api.model
    def _check_spools_open_long(self):
        """Tell of spools that were opened long ago and are not used up."""
        today = fields.Date.context_today(self)
        limits = self._get_limits("print3d_alert_open_days")
        wanted = {}
        if limits[False]:
            lots = self.env["stock.lot"].search_fetch(
                [
                    ("is_spool", "=", True),
                    (
                        "opened_on",
                        "<=",
                        today - timedelta(days=self._get_least(limits)),
                    ),
                    ("spool_status", "in", IN_USE),
                ],
                ["name", "product_id", "company_id", "opened_on"],
                order="id",
            )
            for lot in lots:
                limit = limits[lot.company_id.id]
                if not limit or (today - lot.opened_on).days < limit:
                    continue
                wanted[lot] = {
                    "name": self.env._(
                        "Spool %(spool)s is open since %(day)s",
                        spool=lot.name,
                        day=format_date(self.env, lot.opened_on),
                    ),
                    "body": self.env._(
                        "%(filament)s ages in the air. Use it up first, or scrap it.",
                        filament=lot.product_id.display_name,
                    ),
                    "severity": "info",
                    "category": "inventory",
                }
        self.env["print3d.alert"]._sync_alerts("spool_open_long", wanted)

    @api.model
    def _check_spools_to_dry(self):
        """Tell of spools that took up moisture for long enough."""
        Lot = self.env["stock.lot"]
        lots = Lot.search_fetch(
            Lot._get_to_dry_domain(),
            ["name", "product_id", "company_id", "drying_due_on", "material_id"],
            order="id",
        )
        wanted = {
            lot: {
                "name": self.env._("Dry spool %(spool)s", spool=lot.name),
                "body": self.env._(
                    "%(filament)s is to be dried since %(day)s. %(how)s",
                    filament=lot.product_id.display_name,
                    day=format_date(self.env, lot.drying_due_on),
                    how=lot._get_drying_advice()["text"],
                ),
                "severity": "info",
                "category": "inventory",
            }
            for lot in lots
        }
        self.env["print3d.alert"]._sync_alerts("spool_to_dry", wanted)

    # === WHAT WAITS FOR A DECISION === #

    @api.model
    def _check_spools_to_decide(self):
        """Tell of what was told of spools and contradicts what was known."""
        entries = self.env["print3d.spool.entry"].search_fetch(
            [("state", "=", "conflict")], ["lot_id", "problem_text"], order="id"
        )
        wanted = {}
        for lot, own in entries.grouped("lot_id").items():
            last = own[-1]
            wanted[lot] = {
                "name": self.env._(
                    "Decide what is left on spool %(spool)s", spool=lot.name
                ),
                "body": self.env._(
                    "%(problem)s Nothing was booked. Say on its page what counts.",
                    problem=last.problem_text or "",
                ).strip(),
                "severity": "warning",
                "category": "inventory",
            }
        self.env["print3d.alert"]._sync_alerts("spool_to_decide", wanted)

    @api.model
    def _check_spools_in_quarantine(self):
        """Tell of spools that were put aside long ago without a decision."""
        now = fields.Datetime.now()
        limits = self._get_limits("print3d_alert_quarantine_days")
        wanted = {}
        if limits[False]:
            lots = self.env["stock.lot"].search_fetch(
                [
                    ("is_spool", "=", True),
                    ("is_quarantined", "=", True),
                    ("spool_status", "not in", GONE),
                ],
                ["name", "product_id", "company_id", "quarantine_reason"],
                order="id",
            )
            since = dict(
                self.env["print3d.spool.entry"]._read_group(
                    [
                        ("lot_id", "in", lots.ids),
                        ("kind", "=", "quarantine"),
                        ("undone_by_id", "=", False),
                    ],
                    ["lot_id"],
                    ["happened_on:max"],
                )
            )
            for lot in lots:
                put, limit = since.get(lot), limits[lot.company_id.id]
                if not put or not limit or (now - put).days < limit:
                    continue
                wanted[lot] = {
                    "name": self.env._(
                        "Spool %(spool)s waits in quarantine", spool=lot.name
                    ),
                    "body": self.env._(
                        "It was put aside on %(day)s: %(reason)s. Release it, or scrap "
                        "what is on it.",
                        day=format_date(self.env, put.date()),
                        reason=lot.quarantine_reason or "",
                    ),
                    "severity": "info",
                    "category": "inventory",
                }
        self.env["print3d.alert"]._sync_alerts("spool_quarantine", wanted)
