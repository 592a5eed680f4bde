import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

CRON = "print3d_inventory.ir_cron_alert_deliveries"
# What takes part in the transaction, so that sending and noting that it was sent are
# one: nothing leaves before the commit.
WITHIN = {"inbox", "email"}
TRIES = 5
# After so long, a message on its way was lost, or sent by a process that was killed
# before it could say so; either way it is not sent again.
LOST = timedelta(minutes=15)
# Alerts told of in one message.
MOST = 200


class Print3dAlertDelivery(models.Model):
    """The outbox: of which alerts somebody is to be told, how, and whether he was.

    A row is written together with what it tells of. The cron sends what is due: all
    that is due for one person by one channel is one message. What Odoo sends itself
    (inbox, e-mail) is written and noted as sent in one transaction. What goes out by
    another channel is noted as on its way before, and never sent again from there.
    """

    _name = "print3d.alert.delivery"
    _description = "Message about Alerts"
    _order = "id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", string="To", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade"
    )
    channel = fields.Selection(
        selection="_select_channel", string="By", required=True, readonly=True
    )
    reason = fields.Selection(
        [
            ("raised", "Raised"),
            ("worse", "Became worse"),
            ("reopened", "Opened again"),
            ("unmuted", "Heard again"),
            ("assigned", "Assigned to you"),
            ("breached", "Overdue"),
            ("escalated", "Escalated"),
            ("daily", "Daily digest"),
            ("weekly", "Weekly digest"),
        ],
        string="Why",
        required=True,
        readonly=True,
    )
    alert_ids = fields.Many2many("print3d.alert", readonly=True)
    summary = fields.Char(compute="_compute_summary", string="About")
    key = fields.Char(
        readonly=True, help="Of a digest: its day, so that there is one a day."
    )
    since = fields.Datetime(
        readonly=True, help="Of a digest: the time from which on it tells."
    )
    send_on = fields.Datetime(
        string="Due", required=True, readonly=True, default=fields.Datetime.now
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sending", "On its way"),
            ("sent", "Sent"),
            ("dropped", "Not needed any more"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    sent_on = fields.Datetime(string="Sent", readonly=True)
    tries = fields.Integer(readonly=True)
    problem = fields.Char(string="What Is the Matter", readonly=True)

    _key_uniq = models.UniqueIndex("(key) WHERE key IS NOT NULL")
    _due_index = models.Index("(send_on, id) WHERE state = 'waiting'")
    _sending_index = models.Index("(id) WHERE state = 'sending'")

    @api.model
    def _select_channel(self):
        subscriptions = self.env["print3d.alert.subscription"]
        return subscriptions._fields["channel"]._description_selection(self.env)

    @api.depends("alert_ids.name")
    def _compute_summary(self):
        for delivery in self:
            first, count = delivery.alert_ids[:1], len(delivery.alert_ids)
            delivery.summary = (
                self.env._(
                    "%(name)s and %(count)s more", name=first.name, count=count - 1
                )
                if count > 1
                else first.name
            )

    # === WRITING === #

    @api.model
    def _prepare(self, alerts, user, channel, reason):
        """Return the values of messages to a user; one for all at the same time.

        :param alerts: print3d.alert, of one company
        """
        now = fields.Datetime.now()
        times = {}
        for severity, some in alerts.grouped("severity").items():
            when = user._get_print3d_send_time(now, severity)
            times[when] = times.get(when, alerts.browse()) | some
        return [
            {
                "user_id": user.id,
                "company_id": some.company_id.id,
                "channel": channel,
                "reason": reason,
                "alert_ids": [fields.Command.set(some.ids)],
                "send_on": when,
            }
            for when, some in times.items()
        ]

    @api.model
    def _create_soon(self, vals_list):
        """Write messages, and have the cron send those that are due."""
        if not vals_list:
            return self.browse()
        deliveries = self.create(vals_list)
        cron = self.env.ref(CRON, raise_if_not_found=False)
        if cron:
            for when in {vals["send_on"] for vals in vals_list}:
                cron.sudo()._trigger(at=when)
        return deliveries

    # === SENDING === #

    @api.model
    def _cron_send(self):
        """Send what is due, message by message; each is committed by itself."""
        self._give_up_lost()
        self.env["ir.cron"]._commit_progress()
        while group := self._next_group():
            group._send()
            left = self._count_due()
            if not self.env["ir.cron"]._commit_progress(len(group), remaining=left):
                break

    @api.model
    def _count_due(self):
        return self.search_count(
            [("state", "=", "waiting"), ("send_on", "<=", fields.Datetime.now())]
        )

    @api.model
    def _next_group(self):
        """Return what is due for one person by one channel, locked for us."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ARRAY_AGG(id ORDER BY id) FROM print3d_alert_delivery
                 WHERE state = 'waiting' AND send_on <= %(now)s
              GROUP BY user_id, company_id, channel,
                       reason IN ('daily', 'weekly'), COALESCE(key, '')
              ORDER BY MIN(send_on), MIN(id) LIMIT 1
                """,
                now=fields.Datetime.now(),
            )
        )
        if not rows:
            return self.browse()
        return self.browse(rows[0][0][:MOST]).try_lock_for_update()

    def _send(self):
        """Send these, all to one person by one channel, as one message.

        What fails is tried again later, longer from time to time, and in the end
        given up with what was the matter.
        """
        channel = self[0].channel
        sender = self._get_senders().get(channel)
        alerts = self._get_alerts()
        if not self._may_be_told() or (not alerts and not self[0].key):
            self.write({"state": "dropped"})
            return
        if not sender:
            self.write(
                {"state": "failed", "problem": self.env._("Nobody sends by it.")}
            )
            return
        if channel not in WITHIN:
            self.write({"state": "sending", "sent_on": fields.Datetime.now()})
            self.env["ir.cron"]._commit_progress()
        try:
            with self.env.cr.savepoint():
                sender(alerts)
                self.env.flush_all()
        except Exception as error:
            if not isinstance(error, UserError):
                _logger.exception("alerts: not sent by %s", channel)
            self._note_failure(str(error) or type(error).__name__)
            return
        self.write(
            {"state": "sent", "sent_on": fields.Datetime.now(), "problem": False}
        )

    def _may_be_told(self):
        """Tell whether the person works here, with 3D printing, still."""
        user = self[0].user_id
        return (
            user.active
            and self[0].company_id in user.company_ids
            and user.has_group("print3d_library.group_print3d_user")
        )

    def _note_failure(self, problem):
        for delivery in self:
            tries = delivery.tries + 1
            delivery.write(
                {
                    "tries": tries,
                    "problem": problem,
                    "state": "failed" if tries >= TRIES else "waiting",
                    "sent_on": False,
                    "send_on": fields.Datetime.now()
                    + timedelta(minutes=5 * 2 ** (tries - 1)),
                }
            )

    @api.model
    def _give_up_lost(self):
        lost = self.search(
            [("state", "=", "sending"), ("sent_on", "<", fields.Datetime.now() - LOST)]
        )
        lost.write(
            {
                "state": "failed",
                "problem": self.env._(
                    "It was interrupted on its way. It may have been sent, so it is "
                    "not sent again."
                ),
            }
        )

    def _get_alerts(self):
        """Return the alerts to tell of: those that are not over meanwhile."""
        return self.alert_ids.filtered(
            lambda alert: alert.state in ("open", "acknowledged")
        )

    def action_retry(self):
        """Send again what failed.

        :raises AccessError: the user is no owner
        """
        self.check_access("read")
        if not self.env.user.has_group("print3d_library.group_print3d_owner"):
            raise AccessError(self.env._("Only owners send messages again. Ask one."))
        failed = self.sudo().filtered(lambda one: one.state == "failed")
        failed.write({"state": "waiting", "tries": 0, "send_on": fields.Datetime.now()})
        return True

    @api.autovacuum
    def _gc_deliveries(self):
        """Forget what was sent a quarter ago."""
        limit = fields.Datetime.now() - timedelta(days=90)
        old = self.search(
            [("send_on", "<", limit), ("state", "in", ("sent", "dropped", "failed"))],
            limit=10_000,
        )
        old.unlink()
        return len(old), len(old) == 10_000

    # === CHANNELS === #

    def _get_senders(self):
        """Hook: return who sends by each channel.

        Such a method gets the alerts, is called on deliveries of one person by one
        channel, and raises when it could not. What it does outside of the database it
        does once: it is called again only after it raised.

        :rtype: dict of channel to method
        """
        return {"inbox": self._send_inbox, "email": self._send_email}
