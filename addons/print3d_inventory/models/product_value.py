from odoo import fields, models


class ProductValue(models.Model):
    _inherit = "product.value"

    # A unit price set by hand is kept here and read back by the average cost. As an
    # amount of money it is rounded to cents, which turns 0.0185 per gram into 0.02.
    value = fields.Float(digits=0)
