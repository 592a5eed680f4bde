from odoo.addons.print3d_sales.tests.common import Print3dSalesCommon

from ..adapters import PrinterEvent


class Print3dConnectorsCommon(Print3dSalesCommon):
    """A printer with a connection, and a run waiting on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection = cls.env["print3d.connection"].create(
            {"name": "Test Printer", "workcenter_id": cls.printer.id}
        )
        cls.order = cls._sell(1)
        cls.waiting = cls.order.print3d_run_ids
        cls.waiting.workcenter_id = cls.printer

    @classmethod
    def _make_token(cls, connection=None):
        """Make an address and return its secret part."""
        action = (connection or cls.connection).action_regenerate_token()
        return action["context"]["default_url"].rsplit("/", 1)[1]

    def _tell(self, event, job="42", **values):
        """Have the printer report something; returns the status."""
        return self.connection._receive(PrinterEvent(event, job, **values))["status"]

    def _get_event(self, event, job="42"):
        return self.connection.event_ids.filtered(
            lambda e: (e.event, e.job) == (event, job)
        )
