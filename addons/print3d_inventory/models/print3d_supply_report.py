from odoo import api, fields, models
from odoo.tools import SQL

from .product_template_kind import KINDS
from .purchase_request import TYPES


class Print3dSupplyReport(models.Model):
    """What was spent on what, and how long it took: one row a line of an order.

    A line that no request asked for counts too; its kind of request is empty.
    """

    _name = "print3d.supply.report"
    _description = "Spending and Lead Times"
    _auto = False
    _order = "ordered_on desc, id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one("purchase.order", readonly=True)
    purchase_line_id = fields.Many2one(
        "purchase.order.line", string="Order Line", readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Vendor", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Category", readonly=True)
    material_id = fields.Many2one("print3d.material", readonly=True)
    print3d_kind = fields.Selection(KINDS, string="Kind of Thing", readonly=True)
    print3d_type = fields.Selection(TYPES, string="Kind of Request", readonly=True)
    ordered_on = fields.Datetime(string="Ordered", readonly=True)
    promised_on = fields.Datetime(string="Promised", readonly=True)
    received_on = fields.Datetime(string="All Received", readonly=True)
    quantity = fields.Float(readonly=True, help="In the unit of the product.")
    spent = fields.Monetary(readonly=True, help="Without tax, in the company's money.")
    lead_days = fields.Float(
        string="Days from Order to Receipt", readonly=True, aggregator="avg"
    )
    promised_days = fields.Float(
        string="Days Promised", readonly=True, aggregator="avg"
    )
    late_days = fields.Float(
        string="Days Late",
        readonly=True,
        aggregator="avg",
        help="Less than zero when it came early.",
    )
    lead_bucket = fields.Selection(
        [
            ("0", "Up to 2 days"),
            ("1", "3 to 5 days"),
            ("2", "6 to 10 days"),
            ("3", "11 to 20 days"),
            ("4", "Over 20 days"),
        ],
        string="Lead Time",
        readonly=True,
    )
    on_time_percent = fields.Float(
        string="On Time (%)", readonly=True, aggregator="avg"
    )
    discrepancy_count = fields.Integer(string="Discrepancies", readonly=True)
    discrepancy_value = fields.Monetary(string="Worth of Discrepancies", readonly=True)

    @property
    def _table_query(self):
        """Return the rows: confirmed order lines with what came of them."""
        return SQL(
            """
            WITH came AS (
                SELECT move.purchase_line_id,
                       MAX(move.date) FILTER (WHERE move.state = 'done') AS last_on,
                       BOOL_OR(move.state NOT IN ('done', 'cancel')) AS is_open
                  FROM stock_move AS move
                  JOIN stock_location AS source ON source.id = move.location_id
                 WHERE move.purchase_line_id IS NOT NULL
                   AND source.usage = 'supplier'
              GROUP BY move.purchase_line_id
            ), wrong AS (
                SELECT purchase_line_id, COUNT(*) AS count, SUM(value) AS value
                  FROM print3d_receipt_discrepancy
                 WHERE purchase_line_id IS NOT NULL
              GROUP BY purchase_line_id
            ), asked AS (
                SELECT tie.purchase_order_line_id, MIN(request.print3d_type) AS kind
                  FROM purchase_request_purchase_order_line_rel AS tie
                  JOIN purchase_request_line AS wanted
                    ON wanted.id = tie.purchase_request_line_id
                  JOIN purchase_request AS request ON request.id = wanted.request_id
              GROUP BY tie.purchase_order_line_id
            ), rows AS (
                SELECT line.id,
                       line.id AS purchase_line_id,
                       ordered.id AS order_id,
                       ordered.company_id,
                       company.currency_id,
                       ordered.partner_id,
                       line.product_id,
                       template.categ_id,
                       template.material_id,
                       template.print3d_kind,
                       asked.kind AS print3d_type,
                       COALESCE(ordered.date_approve, ordered.date_order)
                           AS ordered_on,
                       line.date_planned AS promised_on,
                       CASE WHEN came.is_open THEN NULL ELSE came.last_on END
                           AS received_on,
                       line.product_uom_qty AS quantity,
                       line.price_subtotal
                           / COALESCE(NULLIF(ordered.currency_rate, 0), 1) AS spent,
                       COALESCE(wrong.count, 0) AS discrepancy_count,
                       COALESCE(wrong.value, 0) AS discrepancy_value
                  FROM purchase_order_line AS line
                  JOIN purchase_order AS ordered ON ordered.id = line.order_id
                  JOIN res_company AS company ON company.id = ordered.company_id
                  JOIN product_product AS product ON product.id = line.product_id
                  JOIN product_template AS template
                    ON template.id = product.product_tmpl_id
             LEFT JOIN came ON came.purchase_line_id = line.id
             LEFT JOIN wrong ON wrong.purchase_line_id = line.id
             LEFT JOIN asked ON asked.purchase_order_line_id = line.id
                 WHERE ordered.state = 'purchase' AND line.display_type IS NULL
            ), timed AS (
                SELECT rows.*,
                       EXTRACT(EPOCH FROM received_on - ordered_on) / 86400
                           AS lead_days,
                       EXTRACT(EPOCH FROM promised_on - ordered_on) / 86400
                           AS promised_days,
                       EXTRACT(EPOCH FROM received_on - promised_on) / 86400
                           AS late_days
                  FROM rows
            )
            SELECT timed.*,
                   CASE WHEN lead_days IS NULL THEN NULL
                        WHEN lead_days <= 2 THEN '0'
                        WHEN lead_days <= 5 THEN '1'
                        WHEN lead_days <= 10 THEN '2'
                        WHEN lead_days <= 20 THEN '3'
                        ELSE '4' END AS lead_bucket,
                   CASE WHEN received_on IS NULL THEN NULL
                        WHEN received_on::date <= promised_on::date THEN 100.0
                        ELSE 0.0 END AS on_time_percent
              FROM timed
            """
        )

    @api.readonly
    def action_open_order(self):
        """Open the order of a row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "purchase.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }
