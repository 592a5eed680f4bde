import json
import logging

from odoo import SUPERUSER_ID, Command, api, fields, models

from .print3d_alert import RANKS

_logger = logging.getLogger(__name__)

# The words that count are those of the signal that was seen last.
WORDS = ("name", "body", "severity", "category", "actions", "due_on")


class Print3dAlert(models.Model):
    """How alerts are written of what signals made of them."""

    _inherit = "print3d.alert"

    @api.model
    def _write_episodes(self, changes):
        """Write alerts, and tell those who listen.

        :param changes: list of ((company number, key), :class:`Episode`)
        """
        new = [change for change in changes if not change[1].id]
        # What many have in common is written at once.
        alike = {}
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
            place = _get_note(episode.closer), _get_teller(episode), repr(vals)
            _vals, some = alike.get(place, (vals, alert.browse()))
            alike[place] = vals, some | alert
        for (note, teller, _words), (vals, some) in alike.items():
            some = some.with_context(print3d_alert_note=note or False)
            some.with_user(teller).sudo().write(vals)
        # What is over has to be so before the same is raised anew.
        self.flush_model(["state"])
        raised = self._create_episodes(new)
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
