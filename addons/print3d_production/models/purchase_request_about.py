from odoo import Command, models


class Print3dRun(models.Model):
    """What is requested for a print."""

    _name = "print3d.run"
    _inherit = ["print3d.run", "print3d.request.mixin"]

    def _get_request_links(self):
        """Add the requests it waits for."""
        return {
            **super()._get_request_links(),
            "run_ids": self._link_by(lambda run: run),
        }

    def _get_request_alert_field(self):
        return "run_id"

    def _prepare_request_values(self):
        """Let the print wait for it."""
        runs = [Command.set(self.ids)]
        return {**super()._prepare_request_values(), "run_ids": runs}

    def _get_requested_product(self):
        """Return a filament it is short of, or else the first it needs."""
        missing = self._get_missing_grams()
        needed = [need.product_id for need in self._get_needs() if need.product_id]
        return next(iter([*missing, *needed]), super()._get_requested_product())


class MrpWorkcenter(models.Model):
    """What is requested about a printer: spare parts, service, another one."""

    _name = "mrp.workcenter"
    _inherit = ["mrp.workcenter", "print3d.request.mixin"]

    def _get_request_links(self):
        """Add the requests that name it."""
        return {
            **super()._get_request_links(),
            "workcenter_id": self._link_by(lambda printer: printer),
        }

    def _get_request_alert_field(self):
        return "workcenter_id"

    def _prepare_request_values(self):
        """Name the printer."""
        return {**super()._prepare_request_values(), "workcenter_id": self.id}

    def _get_requested_product(self):
        """Return what a service uses up."""
        return self.spare_product_id
