import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

HOTTEST_C = 200
LONGEST_H = 500
AT_ONCE = 100
ACTIVITY = "print3d_inventory.mail_activity_type_dry"


class StockLot(models.Model):
    """How dry a spool is: its log, when it is to be dried again, and who is told."""

    _inherit = "stock.lot"

    spool_drying_ids = fields.One2many(
        "print3d.spool.drying",
        "lot_id",
        string="Moisture Log",
        readonly=True,
        groups="print3d_library.group_print3d_user",
    )
    last_dried_on = fields.Datetime(
        string="Last Dried", compute="_compute_moisture", store=True, compute_sudo=True
    )
    humidity_percent = fields.Float(
        string="Humidity (%)",
        digits=(5, 1),
        compute="_compute_moisture",
        store=True,
        compute_sudo=True,
        aggregator=None,
        help="In its bag or box, as read last.",
    )
    humidity_on = fields.Datetime(
        string="Humidity Read On",
        compute="_compute_moisture",
        store=True,
        compute_sudo=True,
    )
    desiccant_on = fields.Datetime(
        string="Desiccant Renewed",
        compute="_compute_moisture",
        store=True,
        compute_sudo=True,
    )
    dry_left_on = fields.Datetime(
        string="Taken Out of the Dry Place",
        readonly=True,
        copy=False,
        help="From then on it takes up moisture again.",
    )
    drying_due_on = fields.Date(
        string="To Dry",
        compute="_compute_drying_due_on",
        store=True,
        index="btree_not_null",
        help="By then it has taken up so much moisture that it should be dried. Spools "
        "that are sealed, or lie at a place that keeps dry, do not.",
    )
    is_drying_due = fields.Boolean(
        string="To Be Dried Now", compute="_compute_is_drying_due"
    )
    drying_reminded_for = fields.Date(
        readonly=True, copy=False, help="The day for which somebody was reminded."
    )
    drying_advice = fields.Char(compute="_compute_drying_advice", string="How to Dry")

    # === COMPUTE === #

    @api.depends(
        "spool_drying_ids.kind",
        "spool_drying_ids.happened_on",
        "spool_drying_ids.humidity_percent",
        "spool_drying_ids.is_taken_back",
    )
    def _compute_moisture(self):
        for lot in self:
            log = lot.spool_drying_ids.filtered(lambda line: not line.is_taken_back)
            log = log.sorted(lambda line: (line.happened_on, line.id))
            read = log.filtered(lambda line: line.has_humidity)[-1:]
            lot.last_dried_on = log.filtered(lambda line: line.kind == "dry")[
                -1:
            ].happened_on
            lot.desiccant_on = log.filtered(lambda line: line.kind == "desiccant")[
                -1:
            ].happened_on
            lot.humidity_on = read.happened_on
            lot.humidity_percent = read.humidity_percent

    @api.depends(
        "is_spool",
        "spool_status",
        "opened_on",
        "last_dried_on",
        "dry_left_on",
        "humidity_percent",
        "humidity_on",
        "location_id.keeps_dry",
        "material_id.drying_interval_days",
        "material_id.humidity_limit",
    )
    def _compute_drying_due_on(self):
        for lot in self:
            lot.drying_due_on = lot._get_drying_due()

    @api.depends("drying_due_on")
    def _compute_is_drying_due(self):
        today = fields.Date.context_today(self)
        for lot in self:
            lot.is_drying_due = bool(lot.drying_due_on) and lot.drying_due_on <= today

    def _get_drying_due(self):
        """Return the day on which this spool should be dried, or False."""
        self.ensure_one()
        material = self.material_id
        days = material.drying_interval_days
        if not self.opened_on or self.spool_status in ("empty", "scrapped") or not days:
            return False
        due = []
        if (
            self.humidity_on
            and self.humidity_percent > material.humidity_limit
            and self.humidity_on >= (self.last_dried_on or self.humidity_on)
        ):
            due.append(self.humidity_on.date())
        if not self.location_id.keeps_dry:
            dry = [self.opened_on]
            dry += [
                moment.date()
                for moment in (self.last_dried_on, self.dry_left_on)
                if moment
            ]
            due.append(max(dry) + timedelta(days=days))
        return min(due, default=False)

    @api.depends("material_id.drying_temp", "material_id.drying_hours")
    @api.depends_context("lang")
    def _compute_drying_advice(self):
        for lot in self:
            lot.drying_advice = lot._get_drying_advice()["text"] if lot.is_spool else ""

    def _get_drying_advice(self):
        """Return how the material of this spool is dried.

        :return: ``temperature_c`` and ``hours``, None when nobody knows; ``text``
        :rtype: dict
        """
        self.ensure_one()
        material = self.material_id
        temperature, hours = material.drying_temp, material.drying_hours
        if temperature and hours:
            text = self.env._(
                "Dry it at %(temperature)s °C for %(hours)s h.",
                temperature=temperature,
                hours=f"{hours:g}",
            )
        else:
            text = self.env._(
                "Nobody has noted how %(material)s is dried. See what its maker says.",
                material=material.name or self.product_id.display_name,
            )
        return {
            "temperature_c": temperature or None,
            "hours": hours or None,
            "text": text,
        }

    # === ACTIONS === #

    def action_open_dry(self):
        """Ask how these spools were dried, or how humid it is around them."""
        return self._get_care_action("print3d_spool_dry_action")

    def action_view_drying(self):
        """Open the moisture log of these spools."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_spool_drying_action"
        )
        action["domain"] = [("lot_id", "in", self.ids)]
        return action

    # === DEEDS === #

    def _check_told(self, kind, value):
        """Keep the percent of a humidity reading in its line of the ledger."""
        if kind == "humidity":
            return {"stated": self._check_number("humidity_percent", value, 100)}
        return super()._check_told(kind, value)

    def _get_spool_deeds(self):
        """Add what the moisture log keeps."""
        return {
            **super()._get_spool_deeds(),
            "dry": self._do_dry,
            "humidity": self._do_humidity,
            "desiccant": self._do_desiccant,
        }

    def _do_dry(self, entry, value):
        """Log a drying, as the material says unless ``value`` tells how."""
        told = value if isinstance(value, dict) else {}
        vals = {
            "temperature_c": self._check_number(
                "temperature_c", told.get("temperature_c"), HOTTEST_C
            ),
            "hours": self._check_number("hours", told.get("hours"), LONGEST_H),
            "dryer": str(told.get("dryer") or "")[:100] or False,
        }
        if told.get("humidity_percent") is not None:
            vals["humidity_percent"] = self._check_number(
                "humidity_percent", told["humidity_percent"], 100
            )
            vals["has_humidity"] = True
        self._log_moisture(entry, **vals)
        # A spool that was in the dryer is not in its bag any more.
        if not self.opened_on:
            self.opened_on = fields.Date.context_today(self, entry.happened_on)
        self.sudo().activity_feedback([ACTIVITY])

    def _do_humidity(self, entry, _value):
        self._log_moisture(entry, humidity_percent=entry.stated, has_humidity=True)

    def _do_desiccant(self, entry, _value):
        self._log_moisture(entry)

    def _log_moisture(self, entry, **vals):
        self.ensure_one()
        self.env["print3d.spool.drying"].sudo().create({"entry_id": entry.id, **vals})

    @api.model
    def _check_number(self, name, value, most):
        """Return a number of the moisture log; 0 when it was not told.

        :raise UserError: when it cannot be right, or humidity was not told
        """
        if value is None and name != "humidity_percent":
            return 0.0
        # What is no number compares with nothing.
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or not 0 <= value <= most
        ):
            field = self.env["print3d.spool.drying"]._fields[name]
            raise UserError(
                self.env._(
                    "%(name)s: say a number from 0 to %(most)s.",
                    name=field._description_string(self.env),
                    most=most,
                )
            )
        return float(value)

    # === REMINDERS === #

    @api.model
    def _get_to_dry_domain(self):
        """Return which spools should be dried by now."""
        return [
            ("is_spool", "=", True),
            ("drying_due_on", "<=", fields.Date.context_today(self)),
            ("spool_status", "in", ("stored", "loaded", "reserved")),
        ]

    @api.model
    def _cron_remind_drying(self):
        """Remind somebody of each spool that should be dried, once for each time."""
        lots = self.search(self._get_to_dry_domain()).filtered(
            lambda lot: lot.drying_reminded_for != lot.drying_due_on
        )
        for start in range(0, len(lots), AT_ONCE):
            part = lots[start : start + AT_ONCE]
            part._remind_drying()
            self.env["ir.cron"]._commit_progress(
                len(part), remaining=len(lots) - start - len(part)
            )

    def _remind_drying(self):
        """Give whoever dealt with these spools last the task to dry them."""
        people = self._get_caretakers()
        for lot in self:
            person = people.get(lot.id)
            if not person:
                _logger.info("spool %s: nobody to be told that it is damp", lot.id)
                continue
            lot.activity_schedule(
                ACTIVITY,
                date_deadline=lot.drying_due_on,
                summary=self.env._("Dry spool %(spool)s", spool=lot.name),
                note=lot.with_context(lang=person.lang)._get_drying_advice()["text"],
                user_id=person.id,
            )
            lot.drying_reminded_for = lot.drying_due_on

    def _get_caretakers(self):
        """Return who is told about each of these spools, {number of the spool: user}.

        That is the operator who dealt with it last, or else an owner of the shop.
        """
        self.env["print3d.spool.entry"].flush_model()
        operators = self.env.ref("print3d_library.group_print3d_operator").all_user_ids
        operators = operators.filtered(lambda user: user.active and not user.share)
        found = {}
        if self.ids and operators:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (lot_id) lot_id, user_id
                      FROM print3d_spool_entry
                     WHERE lot_id IN %s AND user_id IN %s
                  ORDER BY lot_id, happened_on DESC, id DESC
                    """,
                    tuple(self.ids),
                    tuple(operators.ids),
                )
            )
            found = dict(rows)
        owners = self.env.ref("print3d_library.group_print3d_owner").all_user_ids
        owners = owners.filtered(lambda user: user.active and not user.share)
        people = {}
        for lot in self:
            company = lot.company_id
            candidates = (
                self.env["res.users"].browse(found.get(lot.id, ())) | owners
            ).filtered(
                lambda user, company=company: (
                    not company or company in user.company_ids
                )
            )
            if candidates:
                people[lot.id] = candidates[0]
        return people
