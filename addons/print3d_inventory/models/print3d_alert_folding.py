import json
import logging
from collections import namedtuple

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.tools import SQL

from ..tools.alert_folding import Episode, Signal, Story
from .print3d_alert import OPEN, RANKS
from .print3d_alert_intake import AT_ONCE, CLASH

_logger = logging.getLogger(__name__)

Row = namedtuple("Row", "id kind company key when user token vals")
# The words that count are those of the signal that was seen last.
WORDS = ("name", "body", "severity", "category", "actions", "due_on")


class Print3dAlert(models.Model):
    """How alerts are made of signals, by whoever has the lock.

    ``tools/alert_folding.py`` says what signals mean; here it is read and written.
    """

    _inherit = "print3d.alert"

    @api.model
    def _fold_batch(self):
        """Make alerts of the next signals; return how many there were."""
        rows = [
            Row(*row)
            for row in self.env.execute_query(
                SQL(
                    """
                    SELECT id, kind, company_ref, key, happened_on, user_ref, token,
                           vals
                      FROM print3d_alert_signal
                     WHERE problem IS NULL
                  ORDER BY id LIMIT %s
                    """,
                    AT_ONCE,
                )
            )
        ]
        if rows and not self._fold_safely(rows):
            # One of them is the matter: the others shall not wait for it.
            for some in self._group_rows(rows).values():
                self._fold_safely(some, is_last=True)
        return len(rows)

    @api.model
    def _fold_safely(self, rows, is_last=False):
        """Fold rows; tell whether that went well.

        :param bool is_last: put them aside when it does not
        """
        try:
            with self.env.cr.savepoint():
                self._fold_rows(rows)
                self.env.flush_all()
            return True
        except CLASH:
            raise
        except Exception as error:
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

    # === WRITING === #

    @api.model
    def _write_episodes(self, changes):
        """Write alerts, and tell those who listen.

        :param changes: list of ((company number, key), :class:`Episode`)
        """
        new = [change for change in changes if not change[1].id]
        raised = self._create_episodes(new)
        worse, resolved, repeated = self.browse(), self.browse(), self.browse()
        words = {
            episode.id: json.loads(episode.told.vals)
            for _place, episode in changes
            if episode.id and episode.told
        }
        self._drop_missing(list(words.values()))
        tags = self._find_tags(words.values())
        for _place, episode in changes:
            if not episode.id:
                continue
            alert = self.browse(episode.id)
            told = words.get(episode.id, {})
            vals = alert._prepare_change_vals(episode, told)
            missing = self._pick_tags(told, tags) - alert.tag_ids
            if missing:
                vals["tag_ids"] = [Command.link(tag.id) for tag in missing]
            if vals.pop("is_worse", False):
                worse |= alert
            elif episode.added:
                repeated |= alert
            if vals.get("state") == "auto_resolved":
                resolved |= alert
            alert.with_context(
                print3d_alert_note=_get_note(episode.closer) or False
            ).with_user(_get_teller(episode)).sudo().write(vals)
        worse -= resolved
        repeated -= resolved
        for alerts, kind in (
            (raised, "raised"),
            (repeated, "repeated"),
            (worse, "worse"),
            (resolved, "resolved"),
        ):
            if alerts:
                self._on_alerts(alerts, kind)

    @api.model
    def _create_episodes(self, changes):
        """Create alerts; return those that are open."""
        if not changes:
            return self.browse()
        told = [_merge(episode) for _place, episode in changes]
        self._drop_missing(told)
        self._name_sources(told)
        tags = self._find_tags(told)
        vals_list = [
            self._prepare_new_vals(place, episode, vals, tags)
            for (place, episode), vals in zip(changes, told, strict=True)
        ]
        tellers = {place: _get_teller(episode) for place, episode in changes}
        alerts = self.with_context(print3d_alert_tellers=tellers).create(vals_list)
        return alerts.with_env(self.env).filtered("is_open")

    @api.model
    def _prepare_new_vals(self, place, episode, told, tags):
        """Hook: return the values of a new alert.

        :param tuple place: number of the company, and key
        :param dict told: what was told of it
        :param dict tags: words in small letters to tags
        """
        company, key = place
        vals = self._pick_words(told)
        vals.setdefault("name", key)
        for name in (*self._get_dimension_names(), "user_id", "res_model", "res_id"):
            if told.get(name):
                vals[name] = told[name]
        vals.update(
            tag_ids=[Command.set(self._pick_tags(told, tags).ids)],
            key=key,
            company_id=company,
            source_name=told.get("source_name") or False,
            count=max(1, episode.count),
            first_seen_on=episode.first,
            last_seen_on=episode.last,
        )
        if episode.closed_on:
            vals.update(
                state="auto_resolved",
                resolved_on=episode.closed_on,
                note=_get_note(episode.closer) or False,
            )
        return vals

    def _prepare_change_vals(self, episode, told):
        """Hook: return what signals change of this alert.

        ``is_worse`` is among them when it is more severe than before.
        """
        self.ensure_one()
        vals = {
            name: value
            for name, value in self._pick_words(told).items()
            if name != "due_on" and self[name] != value
        }
        due_on = fields.Datetime.to_datetime(told.get("due_on"))
        if due_on and due_on != self.due_on:
            vals["due_on"] = due_on
        if episode.count != self.count:
            vals["count"] = episode.count
        if episode.first != self.first_seen_on:
            vals["first_seen_on"] = episode.first
        if episode.last != self.last_seen_on:
            vals["last_seen_on"] = episode.last
        if episode.closer:
            vals.update(
                state="auto_resolved",
                resolved_on=episode.closed_on,
                muted_until=False,
                note=_get_note(episode.closer) or False,
            )
        elif RANKS[vals.get("severity", self.severity)] > self.rank:
            vals["is_worse"] = self.state != "muted"
            if self.state == "acknowledged":
                # What was acknowledged was less than that.
                vals.update(
                    state="open", acknowledged_on=False, acknowledged_by_id=False
                )
        return vals

    @api.model
    def _pick_words(self, told):
        """Return the words of a signal that an alert can have."""
        vals = {name: told[name] for name in WORDS if told.get(name)}
        for name in ("severity", "category"):
            known = self._fields[name].get_values(self.env)
            if name in vals and vals[name] not in known:
                _logger.error("an alert of the %s %r", name, vals.pop(name))
        for name in ("name", "body"):
            if name in vals:
                vals[name] = str(vals[name])
        return vals

    @api.model
    def _drop_missing(self, told_list):
        """Forget references to what is not, or no longer, there."""
        for name in (*self._get_dimension_names(), "user_id"):
            numbers = {told[name] for told in told_list if told.get(name)}
            if not numbers:
                continue
            comodel = self.env[self._fields[name].comodel_name]
            there = set(comodel.browse(numbers).exists().ids)
            for told in told_list:
                if told.get(name) not in there:
                    told.pop(name, None)

    @api.model
    def _name_sources(self, told_list):
        """Write what the sources are called, each model's at once."""
        numbers = {}
        for told in told_list:
            if told.get("res_id") and not told.get("source_name"):
                numbers.setdefault(told.get("res_model"), set()).add(told["res_id"])
        names = {}
        for model, ids in numbers.items():
            if model in self.env:
                for source in self.env[model].browse(ids).exists():
                    names[model, source.id] = source.display_name
        for told in told_list:
            place = told.get("res_model"), told.get("res_id")
            if place in names:
                told["source_name"] = names[place]

    @api.model
    def _find_tags(self, told_list):
        words = [str(word) for told in told_list for word in told.get("tags") or ()]
        return self.env["print3d.alert.tag"]._find_or_create(words)

    @api.model
    def _pick_tags(self, told, tags):
        words = {str(word).strip().lower() for word in told.get("tags") or ()}
        return self.env["print3d.alert.tag"].union(
            *(tags[word] for word in words if word in tags)
        )


def _merge(episode):
    """What was told of a new alert; some of it perhaps only the first time."""
    begun, told = json.loads(episode.begun.vals), json.loads(episode.told.vals)
    tags = [*(begun.get("tags") or ()), *(told.get("tags") or ())]
    return {**begun, **told, "tags": tags}


def _get_note(signal):
    """What was said with a signal that closes an alert."""
    return json.loads(signal.vals).get("note") if signal else ""


def _get_teller(episode):
    """The number of the user who told what counts of an episode."""
    signal = episode.closer or episode.told
    return (signal and signal.user_id) or SUPERUSER_ID
