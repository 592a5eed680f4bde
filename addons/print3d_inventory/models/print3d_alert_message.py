from urllib.parse import urljoin

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

# Alerts that are listed in one message; the others are counted.
LISTED = 20
COLOURS = {"critical": "#b3261e", "warning": "#8a5300", "info": "#0b5cad"}
DIGESTS = ("daily", "weekly")
# Reasons that go without saying.
PLAIN = ("raised", *DIGESTS)


class Print3dAlertDelivery(models.Model):
    """What a message about alerts says, in the language and the time of its reader."""

    _inherit = "print3d.alert.delivery"

    def _in_words_of_reader(self):
        """Return these in the language and the time zone of the person."""
        user = self[0].user_id.sudo()
        return self.with_context(lang=user.lang, tz=user.tz or "UTC")

    def _send_inbox(self, alerts):
        """Write a message into the inbox of the person."""
        deliveries = self._in_words_of_reader()
        alerts = alerts.with_env(deliveries.env)
        user = self[0].user_id
        # What is about one alert stands on its page too.
        alert = alerts if len(alerts) == 1 and not self[0].key else alerts.browse()
        message = (
            self.env["mail.message"]
            .sudo()
            .create(
                {
                    "message_type": "user_notification",
                    "subtype_id": self.env.ref("mail.mt_note").id,
                    "model": alert._name if alert else False,
                    "res_id": alert.id,
                    "subject": deliveries._get_subject(alerts),
                    "body": deliveries._render("print3d_alert_inbox", alerts),
                    "author_id": self.env.ref("base.partner_root").id,
                    "partner_ids": [fields.Command.set(user.partner_id.ids)],
                }
            )
        )
        thread = alert or self.env["mail.thread"]
        thread.sudo()._notify_thread_by_inbox(
            message,
            [{"id": user.partner_id.id, "uid": user.id, "notif": "inbox"}],
        )

    def _send_email(self, alerts):
        """Have Odoo send an e-mail to the person, once this is committed."""
        user = self[0].user_id.sudo()
        if not user.email:
            raise UserError(
                self.env._(
                    "%(name)s has no e-mail address. Add one to the user.",
                    name=user.name,
                )
            )
        deliveries = self._in_words_of_reader()
        alerts = alerts.with_env(deliveries.env)
        company = self[0].company_id
        sender = company.partner_id.email_formatted or company.email_formatted
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": deliveries._get_subject(alerts),
                    "body_html": deliveries._render("print3d_alert_mail", alerts),
                    "email_from": sender or self.env.user.email_formatted,
                    "email_to": user.email_formatted,
                    "auto_delete": True,
                    "headers": repr({"X-Auto-Response-Suppress": "OOF"}),
                }
            )
        )
        mail.send_after_commit()

    # === WORDS === #

    def _get_subject(self, alerts):
        """Return the title of a message about alerts."""
        reason = self[0].reason
        if reason in DIGESTS:
            return (
                self.env._("Alerts of the day: %(count)s to see to", count=len(alerts))
                if reason == "daily"
                else self.env._(
                    "Alerts of the week: %(count)s to see to", count=len(alerts)
                )
            )
        if len(alerts) == 1:
            words = [alerts._get_word("severity"), alerts.source_name, alerts.name]
            title = ": ".join(filter(None, [words[0], words[2]]))
            if words[1] and words[1] not in words[2]:
                title = f"{title} ({words[1]})"
            reasons = dict(self._fields["reason"]._description_selection(self.env))
            return title if reason == "raised" else f"{reasons[reason]} · {title}"
        worst = alerts.sorted("rank")[-1:]
        return self.env._(
            "%(count)s alerts, the worst: %(name)s",
            count=len(alerts),
            name=worst.name,
        )

    def _render(self, template, alerts):
        """Return the body of a message about alerts, as HTML."""
        return self.env["ir.qweb"]._render(
            f"print3d_inventory.{template}", self._prepare_message(alerts)
        )

    def _prepare_message(self, alerts):
        """Hook: return what the templates of messages show.

        :rtype: dict
        """
        base = self[0].get_base_url()
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        return {
            "title": self._get_subject(alerts),
            "company": self[0].company_id.sudo(),
            "user": self[0].user_id.sudo(),
            "why": ", ".join(
                dict.fromkeys(
                    reasons[one.reason] for one in self if one.reason not in PLAIN
                )
            ),
            "lang": self.env.lang or "en_US",
            "direction": self.env["res.lang"]._get_data(code=self.env.lang).direction
            or "ltr",
            "figures": self._get_figures(),
            "alerts": [self._describe(alert, base) for alert in alerts[:LISTED]],
            "more": max(0, len(alerts) - LISTED),
            "all_url": urljoin(base, "/odoo/alerts"),
            "settings_url": urljoin(base, "/odoo/my-alert-notifications"),
        }

    def _describe(self, alert, base):
        """Return what a message says of one alert."""

        def tell(when):
            return when and format_datetime(
                self.env, when, tz=self.env.context.get("tz"), dt_format="short"
            )

        return {
            "name": alert.name,
            "body": alert.body,
            "severity": alert._get_word("severity"),
            "category": alert._get_word("category"),
            "colour": COLOURS[alert.severity],
            "source": alert.source_name,
            "seen": tell(alert.last_seen_on),
            "count": alert.count,
            "due": tell(alert.due_on),
            "is_late": alert.sla_state == "breached",
            "assignee": alert.user_id.sudo().name,
            "url": urljoin(base, f"/odoo/alerts/{alert.id}"),
        }
