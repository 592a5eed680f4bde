from odoo import fields, models

from .print3d_run import WAITING

# So many prints are named on a request; more would not be read.
MAX_RUNS = 200


class IrActionsServer(models.Model):
    """What rules of the shop do about prints and printers."""

    _inherit = "ir.actions.server"

    print3d_qty_mode = fields.Selection(
        selection_add=[("spare", "The spare parts of the printer")],
        ondelete={"spare": "set default"},
    )

    def _say_print3d(self):
        """Name the spare parts."""
        if self.state == "print3d_request" and self.print3d_qty_mode == "spare":
            return self.env._("Request the spare parts of its service")
        return super()._say_print3d()

    def _get_print3d_products(self, record):
        """Take the spare part of a printer, and the filament that prints need."""
        if self.print3d_product_mode != "fixed":
            if record._name == "mrp.workcenter":
                return record.sudo().spare_product_id
            if record._name == "print3d.run":
                return record.sudo()._get_needs().product_id
        return super()._get_print3d_products(record)

    def _get_print3d_quantity(self, product, company, record):
        """Take the spare parts that the printer says."""
        if self.print3d_qty_mode == "spare":
            is_printer = record._name == "mrp.workcenter"
            return record.sudo().spare_qty if is_printer else self.print3d_qty
        return super()._get_print3d_quantity(product, company, record)

    # === WHAT PRINTS NEED === #

    def _get_print3d_runs(self, record):
        """Hook: return the prints (print3d.run) that a record is about."""
        if record._name == "print3d.run":
            return record
        if record._name == "mrp.production":
            return record.run_line_ids.run_id
        return self.env["print3d.run"]

    def _get_print3d_needs(self, record):
        """Return what the waiting prints of a record need and have not reserved."""
        needs = super()._get_print3d_needs(record)
        # Of the past: prints that waited then are over by now.
        simulated = self.env.context.get("print3d_simulated")
        runs = self._get_print3d_runs(record).sudo()
        runs = runs.filtered(
            lambda run: run.state in WAITING
            or (simulated and run.state != "cancelled" and not run.reprint_of_id)
        )
        if not runs:
            return needs
        reserved = {}
        items = self.env["print3d.spool.reservation"]._find_for(runs, ["active"])
        for item in items.browse() if simulated else items:
            key = item.res_id, item.tool
            reserved[key] = reserved.get(key, 0.0) + item.grams
        lines = runs.plate_id.filament_ids
        alike = lines._get_interchangeable_products()
        Product = self.env["product.product"].sudo()
        for run in runs.sorted("queue_rank"):
            for line in run._get_needs():
                grams = line.grams - reserved.get((run.id, line.tool), 0.0)
                if not line.product_id or line.product_id.uom_id.compare(grams, 0) <= 0:
                    continue
                needs.append(
                    {
                        "product": line.product_id,
                        "products": Product.browse(alike.get(line.product_id, [])),
                        "grams": grams,
                        "document": run,
                        "values": {"tool": line.tool},
                    }
                )
        return needs

    def _link_print3d_request(self, request, record, product):
        """Say on a request for which printer it is, and which prints wait for it."""
        super()._link_print3d_request(request, record, product)
        printer = record
        if record._name == "maintenance.request":
            printer = record.workcenter_id
        if printer._name == "mrp.workcenter" and not request.workcenter_id:
            request.sudo().workcenter_id = printer
        if not product.is_filament:
            return
        runs = (
            self.env["print3d.run"]
            .sudo()
            ._get_waiting_for(product, request.company_id, limit=MAX_RUNS)
        )
        if runs:
            request.sudo().run_ids |= runs
