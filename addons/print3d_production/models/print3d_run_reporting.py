from odoo import models

from .print3d_run import ENDED, RUNNING, WAITING

# Steps in percent that are written; printers tell every second.
PROGRESS_STEP = 1.0
TARGETS = {
    "started": "printing",
    "progress": "printing",
    "paused": "paused",
    "resumed": "printing",
    "done": "done",
    "failed": "failed",
    "cancelled": "cancelled",
}


class Print3dRunReporting(models.Model):
    """What is told of a run from outside: twice, late, out of order."""

    _inherit = "print3d.run"

    def _report(
        self, what, at=None, job_key=None, progress=None, source="printer", **figures
    ):
        """Take in a report; one that cannot be right any more changes nothing.

        Each that changes nothing leaves a line in the journal, so that it can be seen
        what a printer told and why nothing came of it.

        :param str what: ``started``, ``progress``, ``paused``, ``resumed``, ``done``,
            ``failed`` or ``cancelled``
        :param datetime at: when it happened (UTC), now by default
        :param str job_key: how the printer names the job
        :param float progress: percent
        :param str source: who tells: ``person``, ``printer`` or ``system``
        :param figures: of a start or an end, see :meth:`_do_start` and :meth:`_do_end`
        :return: whether anything changed
        :rtype: bool
        :raises UserError: why a start is refused, or what is wrong with the figures
        """
        self.ensure_one()
        self._lock()
        told = {"source": source, "at": at, "job_key": job_key}
        target = TARGETS[what]
        if job_key and self.job_key and job_key != self.job_key:
            return self._keep_ignored("other_job", new=target, **told)
        if what == "started":
            return self._report_start(told, figures)
        if self.state in WAITING:
            return self._keep_ignored("early", new=target, **told)
        if what in ENDED:
            if what != "done":
                figures.setdefault("percent", progress)
            return self._do_end(
                what, ended_on=at, job_key=job_key, source=source, **figures
            )
        if self.state in ENDED:
            note = self.env._("How far it is") if what == "progress" else None
            return self._keep_ignored("late", new=target, note=note, **told)
        if what == "progress":
            return self._report_progress(progress or 0.0, told)
        return self._report_pause(target, told)

    def _report_start(self, told, figures):
        """Take in that the printer began."""
        if self.state in RUNNING:
            if told["job_key"] and not self.job_key:
                # Started by hand; now its name at the printer is known.
                self.job_key = told["job_key"]
                return True
            return self._keep_ignored("repeated", new="printing", **told)
        if self.state in ENDED:
            return self._keep_ignored("late", new="printing", **told)
        if told["job_key"] and self._has_early_end(told["job_key"]):
            note = self.env._(
                "The end of this job was told before its start. Look at the printer; "
                "start and end the print here when it was printed."
            )
            return self._keep_ignored("late", new="printing", note=note, **told)
        return self._do_start(
            started_at=told["at"],
            job_key=told["job_key"],
            source=told["source"],
            **figures,
        )

    def _has_early_end(self, job_key):
        """Tell whether an end of this job was told while the run was waiting."""
        self.ensure_one()
        return bool(
            self.env["print3d.run.event"].search_count(
                [
                    ("run_id", "=", self.id),
                    ("kind", "=", "early"),
                    ("new_state", "in", ENDED),
                    ("job_key", "=", job_key),
                ],
                limit=1,
            )
        )

    def _report_progress(self, progress, told):
        """Take in how far the print is: only forward counts.

        Some firmware falls back to 0 at the end of a print, and says so until the next
        one begins: that is kept once.
        """
        if progress < self.progress:
            note = self.env._(
                "Told to be at less than %(percent)s %%, where it was before.",
                percent=f"{self.progress:.0f}",
            )
            if self._has_gone_back():
                return False
            return self._keep_ignored("backwards", new=self.state, note=note, **told)
        if progress < self.progress + PROGRESS_STEP:
            return False
        self.progress = min(progress, 100.0)
        return True

    def _has_gone_back(self):
        """Tell whether it is kept already that the progress went back."""
        self.ensure_one()
        last = self.env["print3d.run.event"].search(
            [("run_id", "=", self.id), ("kind", "in", ("moved", "backwards"))],
            limit=1,
            order="id desc",
        )
        return last.kind == "backwards"

    def _report_pause(self, target, told):
        """Take in that the printer stands still, or goes on."""
        if self.state == target:
            return self._keep_ignored("repeated", new=target, **told)
        last = self._get_last_moment()
        at = told["at"]
        if at and last and at.replace(microsecond=0) < last:
            # Something that happened after it is known already.
            return self._keep_ignored("late", new=target, **told)
        self._set_state(target, told=told)
        return True

    def _keep_report(self, what, reason, at=None, job_key=None, source="printer"):
        """Hook: keep a report that whoever took it in found too late or doubled.

        :param str what: see :meth:`_report`
        :param str reason: why it changes nothing, in words
        """
        self.ensure_one()
        target = TARGETS[what]
        if what == "progress":
            return False
        if self.state == target:
            kind = "repeated"
        else:
            kind = "early" if self.state in WAITING else "late"
        return self._keep_ignored(
            kind, new=target, note=reason, at=at, job_key=job_key, source=source
        )
