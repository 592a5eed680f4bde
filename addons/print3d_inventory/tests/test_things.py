from odoo.tests import Form, tagged

from .restock_common import RestockCommon

THING_LIST = {
    "display_name": {},
    "print3d_kind": {},
    "qty_available": {},
    "uom_id": {"fields": {"display_name": {}}},
    "print3d_has_rule": {},
    "print3d_reorder_point": {},
    "print3d_daily_use": {},
    "stock_ahead": {},
    "print3d_depletion_on": {},
    "print3d_vendor_id": {"fields": {"display_name": {}}},
}
RULE_LIST = {
    "product_id": {"fields": {"display_name": {}}},
    "print3d_kind": {},
    "policy_used_id": {"fields": {"display_name": {}}},
    "daily_use": {},
    "lead_days_learned": {},
    "safety_stock": {},
    "explained": {},
    "product_min_qty": {},
    "has_suggestion": {},
    "stock_ahead": {},
    "stock_now": {},
    "stock_then": {},
    "qty_to_order": {},
    "depletion_on": {},
    "product_uom_name": {},
}


@tagged("post_install", "-at_install")
class TestThings(RestockCommon):
    """Nozzles, glue and magnets are stock like filament."""

    def test_kinds_follow_from_what_a_product_is(self):
        Template = self.env["product.template"]
        model = Template.create({"name": "Gear", "is_print3d_model": True})
        plain = Template.create({"name": "Consulting", "type": "service"})
        self.assertEqual(self.filament.print3d_kind, "filament")
        self.assertEqual(model.print3d_kind, "finished")
        self.assertFalse(plain.print3d_kind)
        model.is_print3d_model = False
        self.assertFalse(model.print3d_kind)

    def test_kinds_follow_from_the_category(self):
        spare = self.env.ref("print3d_inventory.product_category_spare")
        thing = self.env["product.template"].create(
            {"name": "Belt", "categ_id": spare.id}
        )
        self.assertEqual(thing.print3d_kind, "spare")
        thing.print3d_kind = "hardware"
        self.assertEqual(thing.print3d_kind, "hardware")

    def test_a_new_thing_starts_right(self):
        """Kept in stock, bought, in the category of its kind, sold where that is so."""
        cases = {"hardware": (False, True), "accessory": (True, True)}
        for kind, (sold, bought) in cases.items():
            with self.subTest(kind=kind):
                Product = self.env["product.product"].with_context(
                    default_print3d_kind=kind
                )
                with Form(Product) as form:
                    form.name = f"New {kind}"
                product = form.record
                self.assertTrue(product.is_storable)
                self.assertEqual(product.print3d_kind, kind)
                self.assertEqual(product.sale_ok, sold)
                self.assertEqual(product.purchase_ok, bought)
                self.assertEqual(
                    product.categ_id,
                    self.env.ref(f"print3d_inventory.product_category_{kind}"),
                )

    def test_the_menu_shows_things_and_no_filament(self):
        thing = self._create_thing()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "print3d_inventory.print3d_thing_action"
        )
        found = self.env["product.product"].search(
            [
                ("print3d_kind", "not in", (False, "filament")),
                ("is_storable", "=", True),
            ]
        )
        self.assertIn("not in", action["domain"])
        self.assertIn(thing, found)
        self.assertNotIn(self.filament, found)

    def test_reorder_point_of_a_thing(self):
        thing = self._create_thing()
        self.assertFalse(thing.print3d_has_rule)
        thing.action_make_reorder_rules()
        rule = self.Rule.search([("product_id", "=", thing.id)])
        self.assertEqual(len(rule), 1)
        thing.invalidate_recordset()
        self.assertTrue(thing.print3d_has_rule)
        self.assertEqual(thing.print3d_reorder_point, rule.product_min_qty)
        search = self.env["product.product"].search
        self.assertIn(thing, search([("print3d_has_rule", "=", True)]))
        self.assertNotIn(thing, search([("print3d_has_rule", "=", False)]))
        rule.active = False
        self.assertIn(thing, search([("print3d_has_rule", "=", False)]))
        thing.action_make_reorder_rules()
        rules = self.Rule.with_context(active_test=False)
        self.assertEqual(rules.search_count([("product_id", "=", thing.id)]), 1)

    # === LISTS === #

    def _assert_constant(self, model, ids, specification, budget):
        counts = []
        for some in (ids[:2], ids[:2], ids):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            found = self.env[model].web_search_read(
                [("id", "in", some)], specification, order="id"
            )
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual(len(found["records"]), len(some))
        # The first one filled the caches of the registry.
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[1], budget)

    def test_queries_of_the_lists(self):
        things = self.env["product.product"]
        for index in range(12):
            thing = self._create_thing(f"Thing {index}")
            self._stock_up(thing, 50)
            self._use_evenly(thing, 1, days=8, every=4)
            things |= thing
        things.action_make_reorder_rules()
        rules = self.Rule.search([("product_id", "in", things.ids)])
        self._assert_constant("product.product", things.ids, THING_LIST, 90)
        self._assert_constant("stock.warehouse.orderpoint", rules.ids, RULE_LIST, 90)
