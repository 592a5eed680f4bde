import operator as operators
from datetime import date, datetime, time, timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.date_utils import parse_date

# So many records are looked at for the past of a rule.
MAX_CANDIDATES = 2000
COMPARE = {
    "=": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}


class BaseAutomationHistory(models.Model):
    """When a rule would have acted in the past, as far as that is known.

    What a record was at a time is put together from what Odoo keeps: when it was made,
    the changes in its messages, the journal of an alert, the ledger of a spool. Of
    everything else the value of today stands in, and that is said
    (:meth:`_get_print3d_moments`). Nothing is written here.
    """

    _inherit = "base.automation"

    def _get_print3d_moments(self, since, until):
        """Return when the rule would have acted.

        :param datetime since: begin of the time looked at (UTC)
        :param datetime until: its end
        :return: the moments as (when, record), in order; and what is not known, in
            sentences
        :rtype: tuple[list[tuple], list[str]]
        """
        self.ensure_one()
        notes = []
        if self.trigger in ("on_unlink", "on_change", "on_webhook") or (
            self.trigger or ""
        ).startswith("on_message"):
            return [], [
                self.env._(
                    "When this happened is not kept anywhere, so that nothing can be "
                    "said of the past."
                )
            ]
        if self.trigger in ("on_time", "on_time_created", "on_time_updated"):
            return self._get_print3d_dates(since, until, notes), notes
        return self._get_print3d_changes(since, until, notes), notes

    # === DATES THAT CAME === #

    def _get_print3d_dates(self, since, until, notes):
        """Return the moments of a rule that waits for a date of its records."""
        field = self.env[self.model_name]._fields[self.trg_date_id.name]
        units = {"minutes": "minutes", "hour": "hours", "day": "days"}
        number = self.trg_date_range * (
            -1 if self.trg_date_range_mode == "before" else 1
        )
        unit = units.get(self.trg_date_range_type)
        shift = timedelta(**{unit: number}) if unit else timedelta(days=30 * number)
        low, high = since - shift, until - shift
        if field.type == "date":
            low, high = low.date(), high.date()
        domain = Domain(field.name, ">", low) & Domain(field.name, "<=", high)
        records = self._search_print3d_past(domain & self._get_print3d_domain(), notes)
        if self.trg_date_calendar_id:
            notes.append(
                self.env._("Working days of the calendar are counted as plain days.")
            )
        if self.trigger != "on_time_created":
            notes.append(
                self.env._(
                    "“%(field)s” is taken as it is now: earlier dates of it are not "
                    "kept.",
                    field=field._description_string(self.env),
                )
            )
        self._note_print3d_present(self._get_print3d_fields(), notes)
        return sorted(
            (
                (fields.Datetime.to_datetime(record[field.name]) + shift, record)
                for record in records
            ),
            key=lambda moment: (moment[0], moment[1].id),
        )

    # === CHANGES === #

    def _get_print3d_changes(self, since, until, notes):
        """Return the moments of a rule that watches what comes to be so."""
        domain = self._get_print3d_domain()
        names = self._get_print3d_fields()
        model = self.env[self.model_name]
        tracked = {name for name in names if self._is_print3d_tracked(name)}
        only_new = self.trigger == "on_create"
        # What may have been otherwise is left open when candidates are looked for.
        wide = domain.map_conditions(
            lambda leaf: Domain.TRUE
            if leaf.field_expr in tracked or self._is_print3d_relative(leaf)
            else leaf
        )
        if only_new or not (tracked or self._has_print3d_relative(domain)):
            wide &= Domain("create_date", ">=", since) & Domain(
                "create_date", "<=", until
            )
        records = self._search_print3d_past(wide, notes)
        history = self._get_print3d_history(records, tracked, since)
        present = set(names) - tracked - set(history)
        days = []
        if self._has_print3d_relative(domain) and not only_new:
            # Days go by without anybody changing anything.
            days = [
                datetime.combine(since.date() + timedelta(days=number), time.min)
                for number in range(1, (until - since).days + 1)
            ]
        self._note_print3d_present(present, notes)
        if self.trigger == "on_create_or_write" and not tracked:
            notes.append(
                self.env._(
                    "Changes of what the condition speaks of are not kept: only new "
                    "records are counted."
                )
            )
        moments = []
        for record in records:
            born = record.create_date or since
            if only_new:
                times = [born]
            else:
                times = self._get_print3d_times(
                    history, record, max(since, born), until, days
                )
            held = False
            if not only_new and born < since:
                held = self._held_print3d(domain, record, since, history, model)
            for when in times:
                holds = self._held_print3d(domain, record, when, history, model)
                if holds and not held and since <= when <= until:
                    moments.append((when, record))
                held = holds
        return sorted(moments, key=lambda moment: (moment[0], moment[1].id))

    def _get_print3d_times(self, history, record, begin, until, days):
        """Return the times at which something of a record may have changed."""
        times = {begin} | {day for day in days if begin <= day <= until}
        for steps in history.values():
            times |= {
                when
                for when, _value in steps.get(record.id, ())
                if begin < when <= until
            }
        return sorted(times)

    def _held_print3d(self, domain, record, when, history, model):
        """Tell whether the condition held for a record at a time."""

        def judge(leaf):
            steps = history.get(leaf.field_expr)
            if steps is not None:
                value = self._get_print3d_value(steps.get(record.id, ()), when)
                known = value is not None and self._compare_print3d(leaf, value)
                return Domain.TRUE if known else Domain.FALSE
            if self._is_print3d_relative(leaf):
                return Domain(
                    leaf.field_expr, leaf.operator, self._shift_print3d(leaf, when)
                )
            return leaf

        past = domain.map_conditions(judge)
        if past.is_true() or past.is_false():
            return past.is_true()
        return bool(record.filtered_domain(past))

    def _get_print3d_value(self, steps, when):
        """Return the value that something had at a time; None before its first."""
        found = None
        for begin, value in steps:
            if begin > when:
                break
            found = value
        return found

    def _compare_print3d(self, leaf, value):
        """Tell whether a value fulfils one condition."""
        operator, wanted = leaf.operator, leaf.value
        if operator in ("in", "not in"):
            return (value in wanted) == (operator == "in")
        if operator not in COMPARE:
            text = str(value or "").casefold()
            found = str(wanted or "").casefold() in text
            return found != operator.startswith("not")
        if isinstance(wanted, bool) and not isinstance(value, bool):
            value = bool(value)
        try:
            return COMPARE[operator](value, wanted)
        except TypeError:
            # A date that is not set is neither before nor after one.
            return False

    # === DAYS RELATIVE TO THE DAY === #

    def _is_print3d_relative(self, leaf):
        """Tell whether a condition compares with a day that moves, such as ``-7d``."""
        field = self.env[self.model_name]._fields.get(leaf.field_expr)
        return bool(
            field is not None
            and field.type in ("date", "datetime")
            and isinstance(leaf.value, str)
            and not leaf.value[:1].isdigit()
        )

    def _has_print3d_relative(self, domain):
        return any(self._is_print3d_relative(leaf) for leaf in domain.iter_conditions())

    def _shift_print3d(self, leaf, when):
        """Return the day that a moving day was at a time."""
        now = fields.Datetime.now()
        value = parse_date(leaf.value, self.env)
        if isinstance(value, datetime):
            return value - (now - when)
        if isinstance(value, date):
            return value - timedelta(days=(now.date() - when.date()).days)
        return value

    # === SEARCH AND SAY === #

    def _search_print3d_past(self, domain, notes):
        """Return the records that may have been concerned; say when there are more."""
        model = self.env[self.model_name].sudo().with_context(active_test=False)
        if "company_id" in model._fields:
            companies = self.print3d_company_id or self.env.companies
            domain &= Domain("company_id", "in", [*companies.ids, False])
        records = model.search(domain, limit=MAX_CANDIDATES + 1, order="id desc")
        if len(records) > MAX_CANDIDATES:
            records = records[:MAX_CANDIDATES]
            notes.append(
                self.env._(
                    "There are more than %(count)s records to look at: only the newest "
                    "%(count)s are.",
                    count=MAX_CANDIDATES,
                )
            )
        return records

    def _note_print3d_present(self, names, notes):
        """Say which fields are judged by how they are today."""
        model = self.env[self.model_name]
        labels = []
        for name in names:
            field = model._fields.get(name.split(".")[0])
            # What never changes needs no word.
            if field is None or field.name in ("is_spool", "create_date", "id"):
                continue
            labels.append(field._description_string(self.env) or name)
        if labels:
            notes.append(
                self.env._(
                    "Judged by how it is today, since what it was then is not kept: "
                    "%(fields)s.",
                    fields=", ".join(dict.fromkeys(labels)),
                )
            )
