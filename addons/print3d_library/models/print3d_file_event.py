import logging

from markupsafe import Markup

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

TOLD_AT_ONCE = 50


class Print3dFileEvent(models.Model):
    """A line of the files' journal: what was found damaged, and what was healed.

    A storage that did not answer is a line too: its files could not be looked at.
    """

    _name = "print3d.file.event"
    _description = "File Integrity Event"
    _order = "id desc"

    name = fields.Char(string="File Name", required=True, readonly=True)
    result = fields.Selection(
        [
            ("damaged", "Damaged"),
            ("missing", "Missing"),
            ("healed", "Healed from Another Copy"),
            ("restored", "Uploaded Again"),
            ("silent", "Storage Did Not Answer"),
        ],
        required=True,
        readonly=True,
    )
    where = fields.Char(readonly=True)
    message = fields.Char(string="Found", readonly=True)
    file_id = fields.Many2one(
        "print3d.file",
        string="Stored File",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    is_told = fields.Boolean(string="Owners Were Told", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True)

    @api.model
    def _journal(self, copy, result, message=False):
        """Write a line, and tell it where the file is seen.

        :param copy: ``print3d.file.copy``
        :param str result: a value of the field
        :rtype: print3d.file.event
        """
        file = copy.file_id
        event = self.sudo().create(
            {
                "name": file.name,
                "result": result,
                "where": copy.where,
                "message": message,
                "file_id": file.id,
                "company_id": file.company_id.id,
            }
        )
        log = _logger.info if result in ("healed", "restored") else _logger.warning
        log(
            "File %s, copy %s in %r: %s",
            file.id,
            copy.id,
            copy.storage_id.id or "file store",
            result,
        )
        body = event._get_sentence()
        for version in file.sudo().slice_ids:
            version.message_post(body=body)
        return event

    @api.model
    def _journal_silence(self, storage, reason):
        """Write a line about a storage that does not answer.

        :param storage: ``print3d.storage``
        :param str reason: a sentence
        :rtype: print3d.file.event
        """
        _logger.warning("Storage %s: %s", storage.id, reason)
        return self.sudo().create(
            {
                "name": storage.name,
                "result": "silent",
                "where": storage.name,
                "message": reason,
                "company_id": storage.company_id.id,
            }
        )

    def _get_sentence(self):
        """What happened, in words."""
        self.ensure_one()
        words = {
            "damaged": self.env._(
                "The copy of “%(name)s” in “%(where)s” was damaged.",
                name=self.name,
                where=self.where,
            ),
            "missing": self.env._(
                "The copy of “%(name)s” in “%(where)s” is missing.",
                name=self.name,
                where=self.where,
            ),
            "healed": self.env._(
                "The copy of “%(name)s” in “%(where)s” was healed from another one.",
                name=self.name,
                where=self.where,
            ),
            "restored": self.env._(
                "The original of “%(name)s” was uploaded again; “%(where)s” has it.",
                name=self.name,
                where=self.where,
            ),
            "silent": self.env._(
                "The files in “%(where)s” could not be checked. %(reason)s",
                where=self.where,
                reason=self.message or "",
            ),
        }
        return words[self.result]

    @api.model
    def _notify_owners(self):
        """Write one message to the owners about what they were not told of yet."""
        events = self.sudo().search([("is_told", "=", False)], limit=TOLD_AT_ONCE)
        group = self.env.ref("print3d_library.group_print3d_owner").sudo()
        owners = group.all_user_ids.filtered(lambda user: user.active and user.id > 1)
        for company, told in events.grouped("company_id").items():
            users = owners
            if company:
                users = owners.filtered(
                    lambda user, one=company: one in user.company_ids
                )
            left = told.file_id.filtered(lambda file: file.condition != "good")
            if left:
                subject = self.env._("%(count)s files are damaged", count=len(left))
                advice = self.env._(
                    "Open Library › Damaged Files and upload the originals again."
                )
            elif "silent" in told.mapped("result"):
                subject = self.env._("A storage of files does not answer")
                advice = self.env._(
                    "Open Configuration › Storage of Files › Storages and check the "
                    "connection."
                )
            else:
                subject = self.env._("Damaged files were healed")
                advice = self.env._("There is nothing to do.")
            lines = Markup().join(
                Markup("<li>%s</li>") % event._get_sentence() for event in told
            )
            self.env["mail.thread"].message_notify(
                partner_ids=users.partner_id.ids,
                subject=subject,
                body=Markup("<p>%s</p><ul>%s</ul>") % (advice, lines),
            )
        events.is_told = True
