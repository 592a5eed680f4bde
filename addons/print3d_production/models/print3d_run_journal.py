from odoo import SUPERUSER_ID, fields, models

from .print3d_run import RUNNING
from .print3d_run_event import IGNORED

# Lines of the journal that a form shows, the newest.
MOST_SHOWN = 60
ICONS = {
    "created": "fa-plus",
    "swapped": "fa-exchange",
    "reopened": "fa-undo",
    "corrected": "fa-pencil",
    "repeated": "fa-files-o",
    "early": "fa-hourglass-start",
    "late": "fa-hourglass-end",
    "other_job": "fa-question",
    "backwards": "fa-step-backward",
    "queued": "fa-clock-o",
    "assigned": "fa-print",
    "printing": "fa-play",
    "paused": "fa-pause",
    "done": "fa-check",
    "failed": "fa-times",
    "cancelled": "fa-ban",
}


class Print3dRunJournal(models.Model):
    """The journal of a run: what changed, and what was told and changed nothing."""

    _inherit = "print3d.run"

    event_ids = fields.One2many(
        "print3d.run.event", "run_id", string="Journal", readonly=True
    )
    journal_json = fields.Json(string="Line of Time", compute="_compute_journal_json")

    def _compute_journal_json(self):
        """Put the newest lines into words, the latest first."""
        Event = self.env["print3d.run.event"]
        states = dict(self._fields["state"]._description_selection(self.env))
        sources = dict(Event._fields["source"]._description_selection(self.env))
        kinds = dict(Event._fields["kind"]._description_selection(self.env))
        for run in self:
            run.journal_json = [
                {
                    "id": event.id,
                    "kind": event.kind,
                    "state": event.new_state or "",
                    "icon": ICONS.get(
                        event.new_state if event.kind == "moved" else event.kind,
                        "fa-circle",
                    ),
                    "ignored": event.kind in IGNORED,
                    "title": event._get_title(states, kinds),
                    "at": fields.Datetime.to_string(event.at),
                    "told": fields.Datetime.to_string(event.told_at)
                    if (event.told_at - event.at).total_seconds() >= 60
                    else False,
                    "who": event.user_id.name
                    if event.source == "person"
                    else sources[event.source],
                    "note": event.note or "",
                    "facts": event._get_facts(),
                }
                for event in Event.search(
                    [("run_id", "=", run._origin.id)], limit=MOST_SHOWN
                )
            ]

    # === WRITING === #

    def _keep_events(
        self,
        kind,
        old=None,
        new=None,
        at=None,
        source=None,
        job_key=None,
        note=None,
        figures=None,
    ):
        """Add a line to the journal of each of these runs.

        :param str kind: one of ``KINDS`` of print3d_run_event.py
        :param dict old: {run: its state before}; as it is now by default
        :param str new: the state it came to, or would have; as it is now by default
        :param datetime at: when it happened (UTC), now by default
        :param str source: ``person``, ``printer`` or ``system``
        :param str job_key: how the printer names the job
        :param str note: in words
        :param dict figures: what was told
        """
        now = fields.Datetime.now()
        at = min(at or now, now).replace(microsecond=0)
        source = source or self._get_source()
        self.env["print3d.run.event"].sudo().create(
            [
                {
                    "run_id": run.id,
                    "company_id": run.company_id.id,
                    "workcenter_id": run.workcenter_id.id,
                    "kind": kind,
                    "old_state": False
                    if kind == "created"
                    else (old or {}).get(run, run.state),
                    "new_state": new or run.state,
                    "user_id": self.env.uid,
                    "source": source,
                    "at": at,
                    "told_at": now,
                    "job_key": job_key or run.job_key or False,
                    "note": note or False,
                    "figures": figures or False,
                }
                for run in self
            ]
        )

    def _get_source(self):
        """Return who tells, as far as nobody says so: a person or nobody."""
        return "system" if self.env.uid == SUPERUSER_ID else "person"

    def _keep_ignored(self, kind, new=None, note=None, **told):
        """Add a line for what was told and changes nothing, unless it says the same.

        Printers repeat themselves for hours; the line that is there already tells it.

        :return: False, as nothing changed
        :rtype: bool
        """
        self.ensure_one()
        last = self.env["print3d.run.event"].search(
            [("run_id", "=", self.id)], limit=1, order="id desc"
        )
        job_key = told.get("job_key") or self.job_key or False
        source = told.get("source") or self._get_source()
        new = new or self.state
        if (last.kind, last.new_state, last.job_key, last.source, last.note) != (
            kind,
            new,
            job_key,
            source,
            note or False,
        ):
            self._keep_events(kind, new=new, note=note, **told)
        return False

    # === READING === #

    def _get_paused_s(self, until):
        """Return for how many seconds this run stood still since it was started.

        :param datetime until: the moment up to which it is counted
        :rtype: int
        """
        self.ensure_one()
        paused, since = 0.0, None
        events = self.env["print3d.run.event"].search(
            [("run_id", "=", self.id), ("kind", "in", ("moved", "reopened"))],
            order="at, id",
        )
        for event in events:
            if event.kind == "moved" and event.new_state == "paused":
                since = event.at
            elif since:
                paused += max(0.0, (min(event.at, until) - since).total_seconds())
                since = None
        if since:
            paused += max(0.0, (until - since).total_seconds())
        return round(paused)

    def _get_last_moment(self):
        """Return when this run began, stood still or went on last, or False."""
        self.ensure_one()
        return (
            self.env["print3d.run.event"]
            .search(
                [
                    ("run_id", "=", self.id),
                    ("kind", "in", ("moved", "reopened")),
                    ("new_state", "in", RUNNING),
                ],
                order="at desc, id desc",
                limit=1,
            )
            .at
        )
