from odoo import api, fields, models

KEPT = 10
MAX_TEXT = 200


class Print3dSearchRecent(models.Model):
    """What somebody searched for lately, for nobody else to see."""

    _name = "print3d.search.recent"
    _description = "Recent Search"
    _order = "date desc, id desc"
    _log_access = False

    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    text = fields.Char(required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)

    @api.model
    def remember(self, text):
        """Remember what the current user searched for.

        What is typed on replaces its beginning when both were searched in a row.

        :return: the searches that are remembered now, see :meth:`get_recent`
        """
        self._remember(text)
        return self.get_recent()

    @api.model
    def _remember(self, text):
        text = " ".join(str(text or "").split())[:MAX_TEXT]
        if not text:
            return
        known_sudo = self._get_mine_sudo()
        key = text.casefold()
        last_sudo = known_sudo[:1]
        if last_sudo.text == text:
            return
        double_sudo = known_sudo.filtered(
            lambda line: (
                line.text.casefold() == key
                or (line == last_sudo and key.startswith(line.text.casefold()))
            )
        )
        double_sudo.unlink()
        self.sudo().create({"user_id": self.env.uid, "text": text})
        self._get_mine_sudo()[KEPT:].unlink()

    @api.model
    def get_recent(self):
        """The last searches of the current user, the newest first.

        :rtype: list[str]
        """
        return self._get_mine_sudo()[:KEPT].mapped("text")

    @api.model
    def forget(self, text=False):
        """Forget a search of the current user; all of them without a text.

        :return: the searches that are left, see :meth:`get_recent`
        """
        self._get_mine_sudo().filtered(
            lambda line: not text or line.text == text
        ).unlink()
        return self.get_recent()

    @api.model
    def _get_mine_sudo(self):
        return self.sudo().search([("user_id", "=", self.env.uid)])
