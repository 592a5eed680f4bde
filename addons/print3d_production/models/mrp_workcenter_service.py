from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# From so many print hours before its service on, a printer is due soon.
SOON_H = 20


class MrpWorkcenterService(models.Model):
    """When a printer wants service, by the hours that it has really printed."""

    _inherit = "mrp.workcenter"

    service_interval_h = fields.Float(
        string="Service Every (print hours)",
        digits=(10, 1),
        tracking=True,
        help="0 means that its service does not go by print hours.",
    )
    serviced_on = fields.Datetime(
        string="Last Serviced",
        tracking=True,
        copy=False,
        help="Set when a maintenance request for it is done.",
    )
    print_hours = fields.Float(
        digits=(10, 1),
        compute="_compute_service",
        help="Machine time of all its prints that have ended, failed ones too, and "
        "what its counter said when it was entered here.",
    )
    hours_since_service = fields.Float(
        string="Print Hours Since Service", digits=(10, 1), compute="_compute_service"
    )
    hours_to_service = fields.Float(
        string="Print Hours Until Service",
        digits=(10, 1),
        compute="_compute_service",
        search="_search_hours_to_service",
        help="Below zero it is overdue.",
    )
    service_state = fields.Selection(
        [("fine", "Fine"), ("soon", "Due soon"), ("due", "Due")],
        string="Service",
        compute="_compute_service",
    )
    spare_product_id = fields.Many2one(
        "product.product",
        string="Spare Part",
        index="btree_not_null",
        check_company=True,
        domain=[("type", "=", "consu")],
        help="What a service uses up, such as a nozzle.",
    )
    spare_qty = fields.Float(
        string="Spare Parts per Service", digits="Product Unit", default=1.0
    )
    service_request_ids = fields.One2many(
        "maintenance.request", "workcenter_id", string="Maintenance", readonly=True
    )
    service_request_count = fields.Integer(
        string="Open Maintenance", compute="_compute_service_request_count"
    )

    _service_interval_positive = models.Constraint(
        "CHECK (service_interval_h >= 0)",
        "A printer is serviced after some print hours, or 0 for never.",
    )

    @api.depends(
        "service_interval_h", "serviced_on", "opening_hours", "run_ids.duration_s"
    )
    def _compute_service(self):
        hours = self._get_print_hours()
        for printer in self:
            total, since = hours.get(printer._origin.id, (0.0, 0.0))
            total += printer.opening_hours
            if not printer.serviced_on:
                since += printer.opening_hours
            interval = printer.service_interval_h
            left = interval - since if interval else 0.0
            printer.print_hours = total
            printer.hours_since_service = since
            printer.hours_to_service = left
            if not interval:
                printer.service_state = False
            elif left <= 0:
                printer.service_state = "due"
            else:
                printer.service_state = "soon" if left < SOON_H else "fine"

    def _compute_service_request_count(self):
        counts = dict(
            self.env["maintenance.request"]._read_group(
                [
                    ("workcenter_id", "in", self.ids),
                    ("stage_id.done", "=", False),
                    ("archive", "=", False),
                ],
                ["workcenter_id"],
                ["__count"],
            )
        )
        for printer in self:
            printer.service_request_count = counts.get(printer._origin, 0)

    def _search_hours_to_service(self, operator, value):
        """Find printers by their hours; those without a service are in no answer."""
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        printers = self.sudo().search([("service_interval_h", ">", 0)])
        return [
            (
                "id",
                "in",
                printers.filtered_domain([("hours_to_service", operator, value)]).ids,
            )
        ]

    def _get_print_hours(self):
        """Return {number of a printer: (print hours here, since its last service)}.

        What counts is when a print ended: one that was under way during the service
        is of the time after it.
        """
        if not self.ids:
            return {}
        self.env["print3d.run"].flush_model(["duration_s", "date_end", "workcenter_id"])
        self.env["mrp.workcenter"].flush_model(["serviced_on"])
        return {
            number: (total / 3600.0, since / 3600.0)
            for number, total, since in self.env.execute_query(
                SQL(
                    """
                    SELECT printer.id, SUM(run.duration_s),
                           COALESCE(SUM(run.duration_s) FILTER (
                               WHERE printer.serviced_on IS NULL
                                  OR run.date_end > printer.serviced_on), 0)
                      FROM mrp_workcenter printer
                      JOIN print3d_run run ON run.workcenter_id = printer.id
                     WHERE printer.id IN %s AND run.date_end IS NOT NULL
                       AND run.duration_s > 0
                  GROUP BY printer.id
                    """,
                    tuple(self.ids),
                )
            )
        }

    # === ACTIONS === #

    def action_plan_service(self):
        """Open the maintenance request there is for this printer, or a new one."""
        self.ensure_one()
        request = self.env["maintenance.request"].search(
            [
                ("workcenter_id", "=", self.id),
                ("stage_id.done", "=", False),
                ("archive", "=", False),
            ],
            limit=1,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "maintenance.request",
            "res_id": request.id,
            "views": [(False, "form")],
            "context": {
                "default_name": self.env._("Service of %s", self.name),
                "default_workcenter_id": self.id,
                "default_maintenance_type": "preventive",
                "default_company_id": (self.company_id or self.env.company).id,
            },
        }

    def action_serviced(self):
        """Note that these printers were serviced now."""
        if not self.has_access("write"):
            raise UserError(
                self.env._(
                    "Only an owner notes a service on the printer itself. Plan it, and "
                    "say there that it is done."
                )
            )
        self._note_service(fields.Datetime.now())
        return True

    def _note_service(self, when):
        """Begin to count the print hours anew; an earlier service changes nothing.

        :param datetime when: of the service (UTC)
        """
        for printer in self:
            if not printer.serviced_on or printer.serviced_on < when:
                printer.serviced_on = when
