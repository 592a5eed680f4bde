from odoo import fields, models


class Print3dAlertSignal(models.Model):
    """What was told about something that may need a person, not yet made an alert of.

    Rows are added by whoever tells, without looking at any other row, so that telling
    never waits for anybody and never fails; they are taken out when they are folded
    into alerts. References are plain numbers for the same reason: what they mean is
    looked up when they are folded.
    """

    _name = "print3d.alert.signal"
    _description = "Signal for Alerts"
    _log_access = False
    _order = "id"

    kind = fields.Selection(
        [
            ("raise", "It is so"),
            ("hold", "It is still so"),
            ("clear", "It is no longer so"),
        ],
        required=True,
    )
    company_ref = fields.Integer(string="Number of the Company", required=True)
    key = fields.Char(required=True)
    happened_on = fields.Datetime(string="Seen", required=True)
    user_ref = fields.Integer(string="Number of the User")
    token = fields.Char(help="Told twice with one token, it counts once.")
    vals = fields.Text(string="Values", help="JSON object")
    problem = fields.Char(help="Why no alert could be made of it.")


class Print3dAlertMemory(models.Model):
    """What has to be known of signals that were taken in, until they are forgotten.

    When something was last over, since word of it may overtake word of what was seen
    before; and which tokens were told.
    """

    _name = "print3d.alert.memory"
    _description = "Memory of Signals"
    _log_access = False

    kind = fields.Selection(
        [("clear", "Over"), ("token", "Told")], required=True, index=True
    )
    company_ref = fields.Integer(string="Number of the Company", required=True)
    word = fields.Char(string="Key or Token", required=True)
    noted_on = fields.Datetime(string="When", required=True, index=True)

    _word_uniq = models.UniqueIndex("(word, company_ref, kind)")
