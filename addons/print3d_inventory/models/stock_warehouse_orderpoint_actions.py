from odoo import api, models
from odoo.exceptions import UserError


class StockWarehouseOrderpoint(models.Model):
    """What people do with rules: learn, make them, and look where numbers come from."""

    _inherit = "stock.warehouse.orderpoint"

    # === ACTIONS === #

    def action_learn(self):
        """Learn these rules anew, now; without any chosen, all of them."""
        rules = self or self.search([("company_id", "in", self.env.companies.ids)])
        rules.check_access("write")
        rules._learn()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_use_suggestion(self):
        """Set the limits by hand to what would be learned."""
        for rule in self:
            if not rule.learned_on:
                raise UserError(
                    self.env._(
                        "Nothing was learned of %(product)s yet. Choose “Learn now” "
                        "first.",
                        product=rule.product_id.display_name,
                    )
                )
            rule.write(
                {
                    "product_min_qty": rule.reorder_point,
                    "product_max_qty": max(rule.reorder_point, rule.reorder_upto),
                }
            )
        return True

    @api.model
    def action_make_filament_rules(self):
        """Make reorder rules for all filaments that are used and have none."""
        self.check_access("create")
        products = self.env["product.product"].search(
            [
                ("is_filament", "=", True),
                ("company_id", "in", [self.env.company.id, False]),
            ]
        )
        used = products._filter_used(self.env.company)
        return self._print3d_ensure_rules(used, only_new=True)._tell_made()

    def _tell_made(self):
        """Say how many rules were made, and show them."""
        if not self:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "message": self.env._(
                        "All that is used has its reorder rule already. Something that "
                        "was never used needs none, or one made by hand."
                    ),
                },
            }
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s reorder rules made.", count=len(self)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _print3d_ensure_rules(self, products, company=None, only_new=False):
        """Return the reorder rules of products, made where they are missing.

        They are made for the stock of the company's first warehouse, as the policy of
        each product says. An archived rule is no missing one.

        :param products: product.product
        :param only_new: return only those that were made
        """
        company = company or self.env.company
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        known = self.with_context(active_test=False).search(
            [("product_id", "in", products.ids), ("company_id", "=", company.id)]
        )
        missing = (products - known.product_id).filtered("is_storable")
        policies = self.env["print3d.restock.policy"]._find_all(company)
        chosen = policies._choose(missing)
        default = policies._get_default_policy()
        made = self.with_company(company).create(
            [
                {
                    "product_id": product.id,
                    "company_id": company.id,
                    "warehouse_id": warehouse.id,
                    "location_id": warehouse.lot_stock_id.id,
                    "print3d_mode": (chosen[product] or default).mode,
                    "trigger": (chosen[product] or default).trigger,
                }
                for product in missing
            ]
        )
        made.filtered(lambda rule: rule.print3d_mode == "manual")._learn()
        return made if only_new else made | known.filtered("active")

    # === WHERE NUMBERS COME FROM === #

    def action_view_use(self):
        """Open the stock moves that daily use was reckoned from."""
        self.ensure_one()
        facts = self.restock_facts or {}
        return self.product_id._get_use_action(facts.get("first"), facts.get("last"))

    def action_view_receipts(self):
        """Open the receipts that the lead time was reckoned from."""
        self.ensure_one()
        lead = (self.restock_facts or {}).get("lead", {})
        domain = [
            ("purchase_id", "!=", False),
            ("state", "=", "done"),
            ("company_id", "=", self.company_id.id),
            ("partner_id.commercial_partner_id", "=", lead.get("vendor_id")),
        ]
        if lead.get("source") == "product":
            domain.append(("move_ids.product_id", "=", self.product_id.id))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receipts"),
            "res_model": "stock.picking",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
        }

    def action_open_policy(self):
        """Open the policy that these rules follow."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Restocking Policy"),
            "res_model": "print3d.restock.policy",
            "res_id": self.policy_used_id.id,
            "views": [(False, "form")],
        }
