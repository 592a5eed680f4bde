import logging
from contextlib import contextmanager

from pytz import UTC

from odoo import api, fields, models

from odoo.addons.base_automation.models.base_automation import WRITE_TRIGGERS

_logger = logging.getLogger(__name__)

# Rules that set each other off stop here.
MAX_DEPTH = 4
# So many records are looked at for a rule in one go.
MAX_RECORDS = 5000
# What a rule is judged by again and again, so that it has to cease before the rule
# acts anew. A date is fired for by its value.
TIMED = ("on_time", "on_time_created", "on_time_updated")


class BaseAutomationRunning(models.Model):
    """How rules of the shop are carried out.

    Odoo runs a rule in the middle of what a person does, and an error of the rule
    takes that work with it. A rule of the shop runs in a savepoint: what goes wrong is
    undone and noted (``print3d.automation.firing``), and the person's work goes on.
    Only when two transactions get into each other's way is the error passed on, so
    that Odoo repeats the whole of the later one.

    A rule acts once on a record as long as its condition holds: the open firing says
    that it did, and is closed when the condition ceases. A unique index keeps two
    transactions from firing for the same.
    """

    _inherit = "base.automation"

    # === WHEN SOMETHING WAS WRITTEN === #

    def _filter_post_export_domain(self, records, feedback=False):
        """Close the firings of those for which the condition has ceased."""
        found, domain = super()._filter_post_export_domain(records, feedback)
        rule = self.sudo()
        if rule.print3d_managed:
            found = rule._filter_print3d_company(found)
            if rule.trigger == "on_create_or_write" and records - found:
                rule._close_print3d_firings(records - found)
        return found, domain

    def _filter_print3d_company(self, records):
        """Return those of the records that belong to the company of the rule."""
        self.ensure_one()
        company = self.print3d_company_id
        if not company or "company_id" not in records._fields:
            return records
        return records.filtered(
            lambda record: record.sudo().company_id in (company, company.browse())
        )

    def _process(self, records, domain_post=None):
        """Carry out a rule of the shop so that it stops nobody's work."""
        rule = self.sudo()
        if not rule.print3d_managed:
            return super()._process(records, domain_post=domain_post)
        done = self.env.context.get("__action_done", {})
        records = records - done.get(self, records.browse())
        records = rule._filter_print3d_company(records)
        records = records.filtered(self._check_trigger_fields)
        if records:
            self._fire(records, domain_post)
        return None

    @api.model
    @contextmanager
    def _follow_write(self, records, names):
        """Let rules see a change that is written past the models' own ``write``.

        States of prints and requests are written past the door that refuses them to
        people, and so past the one at which Odoo looks for rules.

        :param records: what is changed in the meantime, of one model
        :param names: the fields that change
        """
        rules = self._get_actions(records, WRITE_TRIGGERS)
        rules = rules.filtered(lambda rule: rule.sudo().print3d_managed)
        if not rules or not records:
            yield
            return
        before = {rule: rule._filter_pre(records) for rule in rules}
        old_values = {
            record.id: {name: record[name] for name in names} for record in records
        }
        yield
        for rule in rules.with_context(old_values=old_values):
            found, domain = rule._filter_post_export_domain(before[rule], feedback=True)
            rule._process(found, domain_post=domain)

    # === FIRING === #

    def _fire(self, records, domain_post=None):
        """Act on records, each by itself; note what was done or went wrong.

        :param records: what the rule is for, of one model
        :return: the firings that were made (print3d.automation.firing)
        """
        self.ensure_one()
        rule = self.sudo()
        Firing = self.env["print3d.automation.firing"].sudo()
        firings = Firing.browse()
        # What the person did must stand by itself: an error in it is his, not ours.
        self.env.flush_all()
        depth = self.env.context.get("print3d_automation_depth", 0)
        moments = {record.id: rule._get_print3d_moment(record) for record in records}
        known = rule._get_print3d_known(records, moments)
        room = rule._get_print3d_room()
        for record in records:
            if (record.id, moments[record.id]) in known:
                continue
            if depth >= MAX_DEPTH or room <= 0:
                firings |= rule._note_print3d_stop(record, depth >= MAX_DEPTH)
                break
            deferred = rule.print3d_is_deferred and not rule.env.context.get(
                "print3d_at_once"
            )
            firing = rule._begin_print3d_firing(
                record, moments[record.id], "waiting" if deferred else "done"
            )
            if not firing:
                continue
            room -= 1
            firings |= firing
            if deferred:
                self._carry_out_soon()
            else:
                firing._carry_out(record, domain_post)
        return firings

    @api.model
    def _carry_out_soon(self):
        """Let what waits for the end of the work be done once it is saved."""
        cron = self.env.ref("print3d_inventory.ir_cron_automation_watch", False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _carry_out_waiting(self):
        """Do what waited for the end of the work that set it off, if it still holds."""
        waiting = (
            self.env["print3d.automation.firing"]
            .sudo()
            .search([("state", "=", "waiting")], limit=500, order="id")
        )
        for firing in waiting:
            record = firing._get_record()
            rule = firing.automation_id
            if record and rule.active and rule._filter_post(record):
                firing._carry_out(record)
            else:
                firing.write({"state": "skipped", "is_open": False})
        return waiting

    def _get_print3d_moment(self, record):
        """Return what a firing for this record is told apart by, besides the record.

        Of a date it is the date: when it is put off, the rule acts again.
        """
        self.ensure_one()
        if self.trigger in TIMED and self.trg_date_id:
            return str(record.sudo()[self.trg_date_id.name] or "")
        return ""

    def _get_print3d_known(self, records, moments):
        """Return {(number of a record, moment)} for which the rule has acted."""
        self.ensure_one()
        return {
            (firing.res_id, firing.moment)
            for firing in self.env["print3d.automation.firing"]
            .sudo()
            .search_fetch(
                [
                    ("automation_id", "=", self.id),
                    ("res_id", "in", records.ids),
                    ("is_open", "=", True),
                    ("moment", "in", list(set(moments.values()))),
                ],
                ["res_id", "moment"],
            )
        }

    def _get_print3d_room(self):
        """Return how often the rule may still act today."""
        self.ensure_one()
        if not self.print3d_day_limit:
            return MAX_RECORDS
        midnight = self._get_print3d_midnight()
        return self.print3d_day_limit - self.env[
            "print3d.automation.firing"
        ].sudo().search_count(
            [
                ("automation_id", "=", self.id),
                ("fired_on", ">=", midnight),
                ("state", "in", ("done", "failed", "waiting")),
            ]
        )

    @api.model
    def _get_print3d_midnight(self):
        """Return when the day began where this user is, in UTC."""
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight.astimezone(UTC).replace(tzinfo=None)

    def _begin_print3d_firing(self, record, moment, state="done"):
        """Return the firing to carry out; nothing when another one was faster."""
        self.ensure_one()
        Firing = self.env["print3d.automation.firing"].sudo()
        numbers = Firing._claim(
            [
                {
                    "automation_id": self.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "moment": moment,
                    "state": state,
                    "company_id": self._get_print3d_company(record).id,
                }
            ]
        )
        firing = Firing.browse(numbers)
        if firing:
            firing.res_name = record.sudo().display_name
        return firing

    def _get_print3d_company(self, record):
        """Return the company that a record belongs to, or else the rule's, or ours."""
        self.ensure_one()
        company = "company_id" in record._fields and record.sudo().company_id
        return company or self.print3d_company_id or self.env.company

    def _note_print3d_stop(self, record, looping):
        """Note, once a day, that the rule was held back."""
        self.ensure_one()
        Firing = self.env["print3d.automation.firing"].sudo()
        if looping:
            text = self.env._(
                "Stopped: rules set each other off %(depth)s times in a row. Change "
                "their conditions, so that one does not cause the other.",
                depth=MAX_DEPTH,
            )
        else:
            text = self.env._(
                "Rested: it acted %(count)s times today, as often as it may. It goes "
                "on tomorrow; raise the number if that is right.",
                count=self.print3d_day_limit,
            )
        today = self._get_print3d_midnight()
        if Firing.search_count(
            [
                ("automation_id", "=", self.id),
                ("state", "=", "held"),
                ("fired_on", ">=", today),
            ],
            limit=1,
        ):
            return Firing
        return Firing.create(
            {
                "automation_id": self.id,
                "res_model": record._name,
                "res_id": record.id,
                "res_name": record.sudo().display_name,
                "company_id": self._get_print3d_company(record).id,
                "state": "held",
                "is_open": False,
                "result": text,
            }
        )

    def _close_print3d_firings(self, records):
        """Let the rule act anew when the condition comes to hold again."""
        self.ensure_one()
        firings = (
            self.env["print3d.automation.firing"]
            .sudo()
            .search(
                [
                    ("automation_id", "=", self.id),
                    ("res_id", "in", records.ids),
                    ("is_open", "=", True),
                    ("moment", "=", ""),
                ]
            )
        )
        firings._close()
