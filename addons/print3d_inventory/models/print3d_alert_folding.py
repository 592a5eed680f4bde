import logging
from collections import namedtuple

from psycopg2 import errors

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ..tools.alert_folding import Episode, Signal, Story
from .print3d_alert import OPEN
from .print3d_alert_intake import AT_ONCE, CLASH

_logger = logging.getLogger(__name__)

Row = namedtuple("Row", "id kind company key when user token vals")


class Print3dAlert(models.Model):
    """How signals are read and folded, by whoever has the lock.

    ``tools/alert_folding.py`` says what signals mean; what comes of it is written in
    ``print3d_alert_writing.py``.
    """

    _inherit = "print3d.alert"

    @api.model
    def _fold_batch(self, after=0, is_alone=False):
        """Make alerts of the next signals; return the number of the last one, or 0.

        :param int after: of those behind this number. Rows that were taken in before
            are skipped one by one as long as any transaction may still see them.
        :param bool is_alone: each key by itself, putting aside also those that meet
            others time and again
        """
        rows = [
            Row(*row)
            for row in self.env.execute_query(
                SQL(
                    """
                    SELECT id, kind, company_ref, key, happened_on, user_ref, token,
                           vals
                      FROM print3d_alert_signal
                     WHERE problem IS NULL AND id > %s
                  ORDER BY id LIMIT %s
                    """,
                    after,
                    AT_ONCE,
                )
            )
        ]
        if rows and (is_alone or not self._fold_safely(rows)):
            # One of them is the matter: the others shall not wait for it.
            for some in self._group_rows(rows).values():
                self._fold_safely(some, is_last=True, is_alone=is_alone)
        return rows[-1].id if rows else 0

    @api.model
    def _fold_safely(self, rows, is_last=False, is_alone=False):
        """Fold rows; tell whether that went well.

        :param bool is_last: put them aside when it does not
        :param bool is_alone: also when others are met
        """
        try:
            with self.env.cr.savepoint():
                self._fold_rows(rows)
                self.env.flush_all()
            return True
        except Exception as error:
            if isinstance(error, (*CLASH, errors.LockNotAvailable)) and not is_alone:
                raise
            if not is_last:
                return False
            _logger.exception("no alert can be made of %s", rows[0].key)
            self.env.cr.execute(
                "UPDATE print3d_alert_signal SET problem = %s WHERE id = ANY(%s)",
                [str(error) or type(error).__name__, [row.id for row in rows]],
            )
            return False

    @api.model
    def _group_rows(self, rows):
        groups = {}
        for row in rows:
            groups.setdefault((row.company, row.key), []).append(row)
        return groups

    @api.model
    def _fold_rows(self, rows):
        self.env.cr.execute(
            "DELETE FROM print3d_alert_signal WHERE id = ANY(%s)",
            [[row.id for row in rows]],
        )
        companies, users = (
            set(self.env[model].browse(numbers).exists().ids)
            for model, numbers in (
                ("res.company", {row.company for row in rows}),
                ("res.users", {row.user for row in rows}),
            )
        )
        rows = self._drop_told(
            [
                row if row.user in users else row._replace(user=SUPERUSER_ID)
                for row in rows
                if row.company in companies
            ]
        )
        groups = self._group_rows(rows)
        stories = self._load_stories(groups)
        changes = []
        for place, some in groups.items():
            story = stories[place]
            cleared_on = story.cleared_on
            episodes = story.fold(
                Signal(row.when, row.id, row.kind, row.vals, row.user) for row in some
            )
            changes += [(place, episode) for episode in episodes]
            if story.cleared_on == cleared_on:
                stories.pop(place)
        self._remember(
            [
                ("clear", company, key, story.cleared_on)
                for (company, key), story in stories.items()
                if story.cleared_on
            ]
        )
        self._write_episodes(changes)

    # === READING === #

    @api.model
    def _drop_told(self, rows):
        """Return rows without those whose token was told before; remember tokens."""
        tokens = {row.token for row in rows if row.token}
        if not tokens:
            return rows
        self.env.cr.execute(
            """
            SELECT word FROM print3d_alert_memory
             WHERE kind = 'token' AND company_ref = 0 AND word = ANY(%s)
            """,
            [list(tokens)],
        )
        told = {word for (word,) in self.env.cr.fetchall()}
        fresh = []
        for row in rows:
            if row.token not in told:
                fresh.append(row)
            if row.token:
                told.add(row.token)
        now = fields.Datetime.now()
        self._remember([("token", 0, row.token, now) for row in fresh if row.token])
        return fresh

    @api.model
    def _remember(self, memories):
        """Keep memories: (kind, company number, word, time)."""
        if not memories:
            return
        self.env.cr.execute(
            """
            INSERT INTO print3d_alert_memory (kind, company_ref, word, noted_on)
            SELECT * FROM UNNEST(%s, %s, %s, %s::timestamp[])
       ON CONFLICT (word, company_ref, kind) DO UPDATE
               SET noted_on = GREATEST(
                   print3d_alert_memory.noted_on, EXCLUDED.noted_on)
            """,
            [list(column) for column in zip(*memories, strict=True)],
        )

    @api.model
    def _load_stories(self, groups):
        """Return what is known of each key (:class:`Story`) before signals are folded.

        :param dict groups: (company number, key) to rows
        """
        stories = {place: Story() for place in groups}
        if not groups:
            return stories
        keys = list({key for _company, key in groups})
        self.env.cr.execute(
            """
            SELECT company_ref, word, noted_on FROM print3d_alert_memory
             WHERE kind = 'clear' AND word = ANY(%s)
            """,
            [keys],
        )
        for company, key, when in self.env.cr.fetchall():
            if (company, key) in stories:
                stories[company, key].cleared_on = when
        first = min(row.when for some in groups.values() for row in some)
        alerts = self.with_context(active_test=False).search(
            [
                ("key", "in", keys),
                "|",
                ("state", "in", OPEN),
                ("resolved_on", ">", first),
            ],
            order="id",
        )
        for alert in alerts:
            story = stories.get((alert.company_id.id, alert.key))
            if story:
                story.episodes.append(
                    Episode(
                        alert.id,
                        alert.first_seen_on,
                        alert.last_seen_on,
                        alert.count,
                        None if alert.state in OPEN else alert.resolved_on,
                    )
                )
        return stories
