from odoo import Command
from odoo.tools import SQL

from .common import Print3dInventoryCommon

LOW = '[("is_spool", "=", True), ("remaining_g", ">", 0), ("remaining_g", "<", 150)]'
LOW_OF = '[("product_id", "=", %s), ("remaining_g", ">", 0), ("remaining_g", "<", 150)]'


class AutomationCommon(Print3dInventoryCommon):
    """Helpers that make rules of the shop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls._create_user("automation_owner", "owner")
        cls.operator = cls._create_user("automation_operator", "operator")
        cls.Rule = cls.env["base.automation"]
        cls.Firing = cls.env["print3d.automation.firing"]
        # The ready ones and those of a demo stay out of it.
        cls._switch_rules_off()
        cls.env["product.supplierinfo"].create(
            {
                "partner_id": cls.vendor.id,
                "product_tmpl_id": cls.filament.product_tmpl_id.id,
                "product_uom_id": cls.spool_uom.id,
                "price": 20.0,
                "delay": 5,
            }
        )

    @classmethod
    def _create_rule(cls, model, trigger, domain=False, *actions, **values):
        """Make a rule (base.automation) that is on, with actions (dicts)."""
        rule = cls.Rule.create(
            {
                "name": f"Rule about {model}",
                "print3d_managed": True,
                "model_id": cls.env["ir.model"]._get_id(model),
                "trigger": trigger,
                "filter_domain": domain,
                **values,
            }
        )
        rule.action_server_ids = [
            Command.create(
                {
                    "name": "Action",
                    "usage": "base_automation",
                    "model_id": rule.model_id.id,
                    **action,
                }
            )
            for action in actions
        ]
        return rule

    @classmethod
    def _create_low_rule(cls, *actions, **values):
        return cls._create_rule(
            "stock.lot",
            "print3d_becomes",
            # A demo has low spools of its own.
            LOW_OF % cls.filament.id,
            *(actions or [{"state": "print3d_request", "print3d_qty": 1000}]),
            **values,
        )

    def _create_low_spool(self, grams):
        """Put a spool into stock that was used until so much was left."""
        spool = self._create_spool(1000)
        spool._print3d_record("count", grams)
        return spool

    def _make_old(self, record, days):
        """Let a record be made so many days ago."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET create_date = create_date - %s * interval '1 day'"
                " WHERE id = %s",
                SQL.identifier(record._table),
                days,
                record.id,
            )
        )
        if record._name == "stock.lot":
            self.env.cr.execute(
                SQL(
                    "UPDATE print3d_spool_entry SET happened_on = happened_on"
                    " - %s * interval '1 day' WHERE lot_id = %s",
                    days,
                    record.id,
                )
            )
        record.invalidate_recordset()
        return record

    def _get_requests(self, product=None):
        return (
            self.env["purchase.request.line"]
            .search([("product_id", "=", (product or self.filament).id)])
            .request_id
        )
