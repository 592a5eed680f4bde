import json
import logging
import random
import time
from datetime import date, datetime

import psycopg2
from psycopg2 import errors
from pytz import UTC

from odoo import SUPERUSER_ID, api, fields, models
from odoo.modules import module
from odoo.sql_db import PoolError
from odoo.tools import SQL

from .print3d_alert import OPEN

_logger = logging.getLogger(__name__)

# The advisory lock of whoever makes alerts of signals: one at a time.
LOCK = (0x3D6, 0)
# Signals made alerts of in one transaction, and how often one is tried that met
# others.
AT_ONCE = 5_000
TRIES = 20
# Seconds for which a request makes alerts of what others told meanwhile; what is left
# then is for the next one, or for the cron.
PATIENCE = 2
CRON_PATIENCE = 50
CLASH = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.UniqueViolation,
)
# How long to wait for somebody who is at the same alerts. That may be the transaction
# of whoever waits here, which would be forever.
LOCK_TIMEOUT = "2s"
HOOK = "print3d_alerts"


def _as_json(value):
    """What JSON knows no word for: times, and records as their numbers."""
    if isinstance(value, datetime):
        return fields.Datetime.to_string(value)
    if isinstance(value, date):
        return fields.Date.to_string(value)
    if isinstance(value, models.BaseModel):
        return value.id if len(value) < 2 else value.ids
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    return str(value)


def _as_time(value):
    """A time in UTC without saying so, or None when it cannot be read."""
    try:
        if isinstance(value, datetime) and value.tzinfo:
            value = value.astimezone(UTC).replace(tzinfo=None)
        return fields.Datetime.to_datetime(value) or None
    except (TypeError, ValueError):
        _logger.error("an alert of the time %r", value)
        return None


class Print3dAlert(models.Model):
    """How signals come in, and who makes alerts of them.

    Transactions see the database as it was when they began, so two of them that are
    told the same would both make an alert of it. So telling only adds a row to
    ``print3d.alert.signal``, and one process at a time makes alerts of such rows, in a
    transaction that begins once it has the lock: right after the commit of whoever
    told; or when another one has the lock, by that one, who looks again after he has
    given it back; or by a cron, each minute.
    """

    _inherit = "print3d.alert"

    # === TELLING === #

    @api.model
    def _raise_many(self, vals_list):
        """Tell many things at once; see ``print3d.alert.mixin._raise_alert``.

        :param vals_list: dicts of ``key`` (in full), ``company_id``, ``name`` and the
            other values, also ``res_model`` and ``res_id``, ``occurred_on``, ``token``
        """
        self._tell("raise", vals_list)

    @api.model
    def _tell(self, kind, vals_list):
        """Add signals; the transaction of the caller does not fail of it.

        :param str kind: ``raise``, ``hold`` or ``clear``
        """
        now = fields.Datetime.now()
        rows = []
        for vals in vals_list:
            vals = {name: value for name, value in vals.items() if value is not None}
            company = vals.pop("company_id", False) or self.env.company.id
            key = str(vals.pop("key", "")).replace("\x00", "")
            if not key:
                _logger.error("an alert without a key: %r", vals)
                continue
            when = _as_time(vals.pop("occurred_on", None)) or now
            token = str(vals.pop("token", "")).replace("\x00", "")
            text = json.dumps(vals, default=_as_json).replace("\\u0000", "")
            rows.append(
                (
                    kind,
                    getattr(company, "id", company),
                    key,
                    # None of them was seen in the future, whatever clocks say.
                    min(when, now),
                    self.env.uid,
                    token or None,
                    text,
                )
            )
        if rows:
            self._add_signals(rows)

    @api.model
    def _add_signals(self, rows):
        columns = [list(column) for column in zip(*rows, strict=True)]
        self.env.cr.execute(
            """
            INSERT INTO print3d_alert_signal
                   (kind, company_ref, key, happened_on, user_ref, token, vals)
            SELECT * FROM UNNEST(%s, %s, %s, %s::timestamp[], %s, %s::varchar[], %s)
            """,
            columns,
        )
        self._take_in_after_commit()

    @api.model
    def _sync_alerts(self, family, wanted, scope=None):
        """Tell all that is so of one kind, and that nothing else is.

        What is told each time a cron looks is one alert that holds, and is not counted
        as raised again.

        :param str family: the key without the record, of all of them
        :param dict wanted: record (of a model with ``print3d.alert.mixin``) to what
            ``_raise_alert`` takes, ``name`` included
        :param scope: the records that were looked at; or the companies (res.company);
            None are all of the current company when the context names one
            (``with_company``), else of all companies
        """
        rows = [
            record._prepare_alert_vals(family, vals, vals.get("company"))
            for record, vals in wanted.items()
        ]
        for row in rows:
            row.pop("company", None)
        kept = {(row["company_id"], row["key"]) for row in rows}
        over = self.sudo().search(
            [
                ("family", "=", family),
                ("state", "in", OPEN),
                *self._get_scope_domain(scope),
            ]
        )
        self._tell("hold", rows)
        self._tell(
            "clear",
            [
                {"key": alert.key, "company_id": alert.company_id.id}
                for alert in over
                if (alert.company_id.id, alert.key) not in kept
            ],
        )

    @api.model
    def _get_scope_domain(self, scope):
        if scope is None:
            if not self.env.context.get("allowed_company_ids"):
                return []
            scope = self.env.company
        if scope._name == "res.company":
            return [("company_id", "in", scope.ids)]
        return [("res_model", "=", scope._name), ("res_id", "in", scope.ids)]

    # === TAKING IN === #

    @api.model
    def _take_in(self, here=None):
        """Make alerts of all signals that are there.

        :param bool here: in this transaction, as tests need it; or else in others,
            what this transaction told once it is committed
        """
        if module.current_test if here is None else here:
            return self._take_in_here()
        self._take_in_after_commit()
        return self._take_in_quietly(CRON_PATIENCE)

    @api.model
    def _take_in_after_commit(self):
        hooks = self.env.cr.postcommit
        if HOOK not in hooks.data:
            hooks.data[HOOK] = True
            hooks.add(self._take_in_committed)

    @api.model
    def _take_in_committed(self):
        self.env.cr.postcommit.data.pop(HOOK, None)
        self._take_in_quietly(PATIENCE)

    @api.model
    def _take_in_quietly(self, patience):
        """Take in for some seconds; what goes wrong is left to the cron."""
        try:
            return self._take_in_apart(time.monotonic() + patience)
        except (PoolError, psycopg2.Error):
            _logger.info("signals: left to the cron", exc_info=True)
            return False

    @api.model
    def _take_in_here(self):
        """Take in all signals this transaction sees, as far as nobody else is at it."""
        # Others may find the lock taken until the commit.
        self._take_in_after_commit()
        self.env.flush_all()
        if not self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", *LOCK)
        )[0][0]:
            return False
        try:
            with self.env.cr.savepoint():
                env = api.Environment(self.env.cr, SUPERUSER_ID, {})
                while env[self._name]._fold_batch():
                    continue
                env.flush_all()
            return True
        except CLASH:
            # Somebody was faster, which this transaction cannot see.
            _logger.debug("signals: taken in after the commit")
            return False

    @api.model
    def _take_in_apart(self, until):
        """Take in all signals, in transactions of their own.

        :param float until: when to leave the rest (``time.monotonic``)
        :return: whether nothing is left; False when somebody else is at it
        """
        with self.env.registry.cursor() as cr:
            while self._is_told(cr):
                # A lock of the session: it outlives the transaction in which it was
                # asked for, so that the next one begins with it.
                cr.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK)
                taken = cr.fetchone()[0]
                cr.commit()  # pylint: disable=invalid-commit
                if not taken:
                    return False
                try:
                    is_free = self._take_in_locked(cr, until)
                finally:
                    cr.rollback()
                    cr.execute("SELECT pg_advisory_unlock(%s, %s)", LOCK)
                    cr.commit()  # pylint: disable=invalid-commit
                if not is_free or time.monotonic() > until:
                    return False
        return True

    @api.model
    def _is_told(self, cr):
        cr.execute("SELECT 1 FROM print3d_alert_signal WHERE problem IS NULL LIMIT 1")
        found = cr.fetchone()
        cr.commit()  # pylint: disable=invalid-commit
        return bool(found)

    @api.model
    def _take_in_locked(self, cr, until):
        """Take in until nothing is left or the time is over.

        :return: False when somebody else holds what has to be changed
        """
        tries = after = 0
        while time.monotonic() <= until:
            env = api.Environment(cr, SUPERUSER_ID, {})
            try:
                cr.execute("SET LOCAL lock_timeout = %s", [LOCK_TIMEOUT])
                last = env[self._name]._fold_batch(after, is_alone=tries == TRIES)
                cr.commit()  # pylint: disable=invalid-commit
                if not last and not after:
                    return True
                # Those with a smaller number may have been committed later.
                tries, after = 0, last
            except errors.LockNotAvailable:
                _logger.info("signals: somebody is at the same alerts")
                return False
            except CLASH:
                cr.rollback()
                tries += 1
                if tries > TRIES:
                    raise
                time.sleep(random.uniform(0.01, 0.05) * tries)
        return True

    @api.model
    def _cron_take_in(self):
        """Take in what was left, say by a process that was killed."""
        self._take_in_quietly(CRON_PATIENCE)
        return True
