import logging

from odoo import api, fields, models

_logger = logging.getLogger(__name__)


class Print3dScanEvent(models.Model):
    """A line of the virus scanner's journal: what was refused or found, and of whom."""

    _name = "print3d.scan.event"
    _description = "Virus Scan Event"
    _order = "id desc"

    name = fields.Char(string="File Name", required=True, readonly=True)
    result = fields.Selection(
        [
            ("refused", "Refused: Infected"),
            ("unscanned", "Refused: No Answer of the Scanner"),
            ("found", "Found in a Stored File"),
        ],
        required=True,
        readonly=True,
    )
    message = fields.Char(string="Signature or Reason", readonly=True)
    size = fields.Integer(string="Size (bytes)", readonly=True)
    sha256 = fields.Char(string="SHA-256", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="By",
        default=lambda self: self.env.user,
        readonly=True,
        index="btree_not_null",
    )
    file_id = fields.Many2one(
        "print3d.file",
        string="Stored File",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        readonly=True,
        index=True,
    )

    @api.model
    def _journal(self, vals):
        """Write a line; whoever uploads may not write one otherwise.

        :param dict vals: values of the line
        :rtype: print3d.scan.event
        """
        event = self.sudo().create(vals)
        _logger.warning(
            "Virus scan: %s, user %s, file %r, sha256 %s: %s",
            event.result,
            event.user_id.id,
            event.name,
            event.sha256,
            event.message,
        )
        return event
