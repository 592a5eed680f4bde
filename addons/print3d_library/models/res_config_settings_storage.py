from odoo import fields, models

from .print3d_file_copy import DEFAULT_CHECK_DAYS, DEFAULT_CHECK_MBPS
from .print3d_storage_orphan import DEFAULT_GRACE_DAYS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    print3d_integrity_days = fields.Integer(
        string="Every File Once in (days)",
        default=DEFAULT_CHECK_DAYS,
        config_parameter="print3d_library.integrity_days",
    )
    print3d_integrity_mbps = fields.Integer(
        string="Read at Most (MB a second)",
        default=DEFAULT_CHECK_MBPS,
        config_parameter="print3d_library.integrity_mbps",
        help="0 is as fast as can be.",
    )
    print3d_orphan_days = fields.Integer(
        string="Keep Objects without a File (days)",
        default=DEFAULT_GRACE_DAYS,
        config_parameter="print3d_library.orphan_days",
    )
