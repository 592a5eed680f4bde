import hashlib
import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import consteq

# The number of the device, and 32 random bytes as text.
KEY = re.compile(r"([1-9]\d{0,9})-([A-Za-z0-9_-]{43})")
# When it was seen is written down no more often.
SEEN_EVERY = timedelta(minutes=1)
SCALE_PATH = "/print3d/scale"


class Print3dDevice(models.Model):
    """A thing that tells about spools: a scale, a phone, a reader, a printer.

    A device that tells by itself has a key. The key is random and long, so that its
    bare hash gives nothing away; only that is kept.
    """

    _name = "print3d.device"
    _description = "Device"
    _order = "name, id"

    name = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("scale", "Scale"),
            ("phone", "Phone"),
            ("reader", "Reader"),
            ("printer", "Printer"),
        ],
        required=True,
        default="scale",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="In the Name of",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="What the device tells, it tells with the rights of this person.",
    )
    key_hash = fields.Char(
        string="Hash of the Key", copy=False, readonly=True, groups=fields.NO_ACCESS
    )
    key_made_on = fields.Datetime(
        string="Key Made", copy=False, readonly=True, help="Empty without a key."
    )
    key_made_by = fields.Many2one("res.users", copy=False, readonly=True)
    seen_on = fields.Datetime(
        string="Last Seen",
        copy=False,
        readonly=True,
        help="When it told something last, to the minute.",
    )
    entry_count = fields.Integer(string="Lines", compute="_compute_entry_count")
    example = fields.Text(string="How It Tells", compute="_compute_example")

    @api.constrains("user_id", "company_id")
    def _check_user(self):
        for device in self:
            user = device.user_id.sudo()
            if user and (user.share or device.company_id not in user.company_ids):
                raise ValidationError(
                    self.env._(
                        "%(user)s does not work for %(company)s. Choose somebody who "
                        "does.",
                        user=user.name,
                        company=device.company_id.display_name,
                    )
                )

    def _compute_entry_count(self):
        counts = dict(
            self.env["print3d.spool.entry"]._read_group(
                [("device_id", "in", self.ids)], ["device_id"], ["__count"]
            )
        )
        for device in self:
            device.entry_count = counts.get(device._origin, 0)

    @api.depends("kind")
    def _compute_example(self):
        url = self.get_base_url() + SCALE_PATH
        body = '{"spool": "SP00012", "gross_g": 812.4}'
        for device in self:
            device.example = (
                f"curl -X POST {url} \\\n"
                f"  -H 'X-Device-Key: …' \\\n"
                f"  -H 'Content-Type: application/json' \\\n"
                f"  -d '{body}'"
            )

    # === ACTIONS === #

    def action_make_key(self):
        """Give this device a new key, and show it this one time.

        The key it had is worth nothing from now on.
        """
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_device_key_show_action"
        )
        action["context"] = {"default_key": self._make_key()}
        return action

    def action_revoke_key(self):
        """Take the key away: the device is not heard any more."""
        self.check_access("write")
        self.sudo().write(
            {"key_hash": False, "key_made_on": False, "key_made_by": False}
        )
        return True

    def action_view_entries(self):
        """Open what this device told."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_spool_entry_action"
        )
        action["domain"] = [("device_id", "=", self.id)]
        return action

    # === KEYS === #

    def _make_key(self):
        """Return a new key, of which the hash is kept."""
        self.ensure_one()
        key = f"{self.id}-{secrets.token_urlsafe(32)}"
        self.sudo().write(
            {
                "key_hash": self._hash_key(key),
                "key_made_on": fields.Datetime.now(),
                "key_made_by": self.env.uid,
            }
        )
        return key

    @api.model
    def _hash_key(self, key):
        return hashlib.sha256(key.encode()).hexdigest()

    @api.model
    def _find_by_key(self, key):
        """Return the device (with all rights) of a key, or an empty one.

        How long it takes says nothing about the key.
        """
        match = KEY.fullmatch(key or "")
        device = self.sudo().browse(int(match[1]) if match else 0)
        if match and int(match[1]) < 2**31:
            device = device.exists()
        else:
            device = device.browse()
        known = device.key_hash or self._hash_key("")
        is_right = consteq(known, self._hash_key(key or ""))
        return (
            device
            if is_right and device.key_hash and device.active
            else (device.browse())
        )

    def _note_seen(self):
        """Write down that this device was heard of, now and then."""
        self.ensure_one()
        now = fields.Datetime.now()
        if not self.seen_on or now - self.seen_on >= SEEN_EVERY:
            self.seen_on = now

    def _as_teller(self):
        """Return this device in the name and the company of whom it tells for.

        :return: an empty one when that person is gone
        """
        self.ensure_one()
        user = self.user_id
        if not user.active or self.company_id not in user.company_ids:
            return self.browse()
        return (
            self.with_user(user)
            .with_context(allowed_company_ids=self.company_id.ids)
            .with_company(self.company_id)
        )
