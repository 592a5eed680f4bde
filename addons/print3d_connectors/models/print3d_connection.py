import hashlib
import hmac
import logging
import secrets
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

TOKEN_BYTES = 32
# A printer that reports every second must not write every second.
SEEN_EVERY = timedelta(seconds=30)
ENDS = ("done", "failed")


class Print3dConnection(models.Model):
    _name = "print3d.connection"
    _description = "Printer Connection"
    _inherit = ["mail.thread"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    kind = fields.Selection(
        [("webhook", "Webhook")],
        default="webhook",
        required=True,
        help="How the printer speaks with us. A webhook is an address the printer, "
        "or a script beside it, posts its reports to.",
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        "Printer",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_printer", "=", True)],
        ondelete="cascade",
        tracking=True,
    )
    company_id = fields.Many2one(
        related="workcenter_id.company_id", store=True, index=True
    )
    # Only the hash is kept: who reads the database cannot speak for a printer.
    token_hash = fields.Char(groups="base.group_system", copy=False, index=True)
    has_token = fields.Boolean("Address Made", compute="_compute_has_token")
    last_seen = fields.Datetime(readonly=True, copy=False)
    quiet_minutes = fields.Integer(
        "Quiet After (min)",
        default=60,
        help="Minutes without a report after which the connection counts as quiet.",
    )
    health = fields.Selection(
        [
            ("new", "Never Heard"),
            ("ok", "Heard Lately"),
            ("quiet", "Quiet"),
            ("lost", "Silent for a Day"),
        ],
        compute="_compute_health",
    )
    event_ids = fields.One2many("print3d.connection.event", "connection_id")
    event_count = fields.Integer(compute="_compute_event_count")

    _token_uniq = models.UniqueIndex(
        "(token_hash) WHERE token_hash IS NOT NULL", "This token is taken."
    )
    _quiet_positive = models.Constraint(
        "CHECK(quiet_minutes > 0)", "A connection is quiet after one minute or more."
    )

    # === COMPUTE METHODS === #

    @api.depends("token_hash")
    def _compute_has_token(self):
        for connection, connection_sudo in zip(self, self.sudo(), strict=True):
            connection.has_token = bool(connection_sudo.token_hash)

    @api.depends("last_seen", "quiet_minutes")
    def _compute_health(self):
        now = fields.Datetime.now()
        for connection in self:
            if not connection.last_seen:
                connection.health = "new"
                continue
            silence = now - connection.last_seen
            if silence > timedelta(days=1):
                connection.health = "lost"
            elif silence > timedelta(minutes=connection.quiet_minutes):
                connection.health = "quiet"
            else:
                connection.health = "ok"

    def _compute_event_count(self):
        counts = dict(
            self.env["print3d.connection.event"]._read_group(
                [("connection_id", "in", self.ids)], ["connection_id"], ["__count"]
            )
        )
        for connection in self:
            connection.event_count = counts.get(connection, 0)

    # === ACTION METHODS === #

    def action_regenerate_token(self):
        """Make a new address; the old one is dead at once."""
        self.ensure_one()
        self.check_access("write")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self.sudo().token_hash = self._hash_token(token)
        self.message_post(
            body=self.env._("A new address was made; the old one no longer works.")
        )
        # The dialog is filled from the context and never saved: the address is shown
        # once and written nowhere.
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("The printer's address"),
            "res_model": "print3d.connection.token",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_connection_id": self.id,
                "default_url": f"{self.get_base_url()}/print3d/printer/{token}",
            },
        }

    def action_view_events(self):
        """Open the reports of these connections."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_connectors.print3d_connection_event_action"
        )
        action["domain"] = [("connection_id", "in", self.ids)]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _hash_token(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _find_by_token(self, token):
        """Return the connection a token belongs to, to act with its rights.

        :param str token: what the address carried
        :return: the connection as superuser, empty when nobody has that token
        """
        digest = self._hash_token(token)
        connection_sudo = self.with_user(SUPERUSER_ID).search(
            [("token_hash", "=", digest)], limit=1
        )
        # The index compares the hashes byte by byte; this does it in constant time.
        if connection_sudo and hmac.compare_digest(connection_sudo.token_hash, digest):
            return connection_sudo.with_company(connection_sudo.company_id)
        return connection_sudo.browse()

    def _receive(self, event):
        """Apply what the printer told, once.

        The same report told again, later or after the end of its print changes
        nothing, and neither does one that cannot be applied: it is kept with the
        reason and the printer goes on.

        :param event: the report, a `PrinterEvent`
        :return: `status` (applied, ignored, refused), `run` and `message`
        :rtype: dict
        """
        self.ensure_one()
        # Reports of one printer are taken one after the other. The row is written
        # below, so a request that waited here is begun again on what it now sees.
        self.env.cr.execute(
            "SELECT id FROM print3d_connection WHERE id = %s FOR UPDATE", (self.id,)
        )
        told = self._get_told_events(event.job)
        known = told.get(event.event)
        now = fields.Datetime.now()
        if (
            event.event != "progress"
            or not self.last_seen
            or (now - self.last_seen > SEEN_EVERY)
        ):
            self.last_seen = now
        reason = self._get_reason_to_ignore(event, told)
        if reason:
            status, run, message = "ignored", self._find_run(event.job), reason
            if run:
                run._keep_report(event.event, reason, at=event.at, job_key=event.job)
        else:
            status, run, message = self._apply(event)
        self._keep(event, known, status, run, message)
        if status == "refused":
            _logger.info("Connection %s: report refused: %s", self.id, message)
        return {
            "status": status,
            "run": run.name or None,
            "message": message or None,
        }

    def _get_told_events(self, job):
        events = self.env["print3d.connection.event"].search(
            [("connection_id", "=", self.id), ("job", "=", job)]
        )
        return {event.event: event for event in events}

    def _get_reason_to_ignore(self, event, told):
        """Say why a report comes too often or too late, empty when it does not."""
        known = told.get(event.event)
        ended = [told[end] for end in ENDS if end in told]
        if any(end.outcome == "applied" for end in ended):
            return self.env._("This print has already ended.")
        if event.event in ("started", *ENDS) and known and known.outcome == "applied":
            return self.env._("This was already told.")
        if event.event == "started" and ended:
            return self.env._("The end of this print was told before its start.")
        last_told = max((e.told_at for e in told.values() if e.told_at), default=False)
        if event.at and last_told and event.at < last_told:
            return self.env._("Something newer was already told.")
        return ""

    def _apply(self, event):
        """Apply a report through the methods the screens use.

        :return: outcome, the run and why nothing was changed
        :rtype: tuple
        """
        handlers = {
            "started": self._apply_started,
            "progress": self._apply_progress,
            "paused": self._apply_paused,
            "resumed": self._apply_resumed,
            "done": self._apply_end,
            "failed": self._apply_end,
        }
        run = self._find_run(event.job)
        if not run and event.event != "started":
            return "refused", run, self.env._("No run is known for this print.")
        try:
            # All of a report or nothing of it.
            with self.env.cr.savepoint():
                run, changed, message = handlers[event.event](event, run)
        except UserError as error:
            return "refused", run, str(error)
        return ("applied" if changed else "ignored"), run, message

    def _find_run(self, job):
        return self.env["print3d.run"].search(
            [("workcenter_id", "=", self.workcenter_id.id), ("job_key", "=", job)],
            limit=1,
        )

    def _find_run_to_start(self, event):
        """Return the run a printer has begun: the one it names, the one a person
        started by hand, or the next one waiting on this printer."""
        runs = self.env["print3d.run"].search(
            [
                ("workcenter_id", "=", self.workcenter_id.id),
                ("state", "in", ("assigned", "printing", "paused")),
                ("job_key", "=", False),
            ],
            order="sequence, id",
        )
        if event.run:
            return runs.filtered(lambda run: run.name == event.run)[:1]
        return (runs.filtered(lambda run: run.state != "assigned") or runs)[:1]

    def _apply_started(self, event, run):
        if run:
            return run, False, self.env._("This run is already printing.")
        run = self._find_run_to_start(event)
        if not run:
            raise UserError(
                self.env._(
                    "No run waits on the printer %(printer)s. Put one there on the "
                    "queue board.",
                    printer=self.workcenter_id.name,
                )
            )
        if run.state == "assigned":
            run._do_start(started_at=event.at, job_key=event.job, source="printer")
        else:
            run.job_key = event.job
        self._post_note(
            run, self.env._("%(printer)s reports: started.", printer=self.name)
        )
        return run, True, ""

    def _report(self, event, run, **figures):
        """Tell the run; its journal keeps what comes too late, too early or twice."""
        return run._report(event.event, at=event.at, job_key=event.job, **figures)

    def _apply_progress(self, event, run):
        return run, self._report(event, run, progress=event.progress), ""

    def _apply_paused(self, event, run):
        if not self._report(event, run):
            return run, False, self.env._("The run is not printing.")
        self._post_note(
            run, self.env._("%(printer)s reports: paused.", printer=self.name)
        )
        return run, True, ""

    def _apply_resumed(self, event, run):
        if not self._report(event, run):
            return run, False, self.env._("The run is not paused.")
        self._post_note(
            run, self.env._("%(printer)s reports: goes on.", printer=self.name)
        )
        return run, True, ""

    def _apply_end(self, event, run):
        tools = run.spool_ids.mapped("tool")
        used_g = {
            tool: grams
            for tool, grams in enumerate(event.filament_g, start=1)
            # Printers also list the tools this print did not use.
            if grams or tool in tools
        }
        values = {
            "duration_s": event.duration_s,
            "used_g": used_g or None,
        }
        if event.event == "done":
            changed = self._report(event, run, **values)
            note = self.env._("%(printer)s reports: done.", printer=self.name)
        else:
            percent = run.progress_shown if event.progress is None else event.progress
            cause = self._find_cause(event)
            changed = self._report(
                event, run, progress=percent, cause=cause or None, **values
            )
            note = self.env._(
                "%(printer)s reports: failed at %(percent)d %%. %(cause)s",
                printer=self.name,
                percent=percent,
                cause=event.cause,
            )
        if not changed:
            return run, False, self.env._("This run has already ended.")
        self._post_note(run, note.strip())
        return run, True, ""

    def _find_cause(self, event):
        causes = self.env["print3d.failure.cause"]
        if not event.cause:
            return causes
        return causes.search([("name", "=ilike", event.cause)], limit=1)

    def _post_note(self, run, body):
        run.message_post(body=body, subtype_xmlid="mail.mt_note")

    def _keep(self, event, known, status, run, message):
        now = fields.Datetime.now()
        if known:
            if event.event == "progress" and now - known.last_at < SEEN_EVERY:
                return
            values = {"count": known.count + 1, "last_at": now}
            if known.outcome != "applied":
                values.update(outcome=status, message=message or False, run_id=run.id)
            if event.at and not (known.told_at and known.told_at > event.at):
                values["told_at"] = event.at
            known.write(values)
            return
        self.env["print3d.connection.event"].create(
            {
                "connection_id": self.id,
                "job": event.job,
                "event": event.event,
                "outcome": status,
                "message": message or False,
                "run_id": run.id,
                "told_at": event.at,
            }
        )
