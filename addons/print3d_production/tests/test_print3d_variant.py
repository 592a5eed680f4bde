from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import Print3dProductionCommon


@tagged("post_install", "-at_install")
class TestPrint3dVariant(Print3dProductionCommon):
    """Variants with stock, bills of materials and orders."""

    def _stock(self, product, quantity):
        location = self.env["stock.warehouse"].search([], limit=1).lot_stock_id
        self.env["stock.quant"]._update_available_quantity(product, location, quantity)
        product.invalidate_recordset(["qty_available"])

    def test_added_option_keeps_bill_stock_and_orders(self):
        # Made as a variant, it has a context in which its model makes none.
        model = self.product.product_tmpl_id.with_env(self.env)
        bom = self.product._get_print_bom()
        self._stock(self.product, 4)
        production = self._create_mo(2)
        attribute = self.env["product.attribute"].create({"name": "Size"})
        model.attribute_line_ids = [
            Command.create(
                {
                    "attribute_id": attribute.id,
                    "value_ids": [
                        Command.create({"name": name, "attribute_id": attribute.id})
                        for name in ("Small", "Large")
                    ],
                }
            )
        ]
        self.assertEqual(len(model.product_variant_ids), 2)
        self.assertIn(self.product, model.product_variant_ids)
        self.assertTrue(self.product.active)
        self.assertEqual(self.product._get_print_bom(), bom)
        self.assertTrue(bom.active)
        self.assertEqual(self.product.qty_available, 4)
        self.assertEqual(production.product_id, self.product)
        self.assertEqual(self.product.active_slice_id, self.version)
        self.assertEqual(production.workorder_ids.mapped("state"), ["ready"])

    def test_move_takes_bill_stock_and_orders_along(self):
        target = self._create_product("Test Set").product_tmpl_id
        source = self.product.product_tmpl_id
        bom = self.product._get_print_bom()
        self._stock(self.product, 4)
        production = self._create_mo(2)
        run = self.env["print3d.run"].search(
            [("product_id", "=", self.product.id)], limit=1
        )
        self.assertTrue(run)
        self.product.with_user(self.operator)._print3d_move(
            target.with_user(self.operator), "Vase"
        )
        self.assertEqual(self.product.product_tmpl_id, target)
        self.assertEqual(bom.product_tmpl_id, target)
        self.assertEqual(bom.product_id, self.product)
        self.assertEqual(self.product._get_print_bom(), bom)
        self.assertEqual(self.product.qty_available, 4)
        self.assertEqual(production.product_tmpl_id, target)
        self.assertEqual(run.product_id, self.product)
        self.assertFalse(source.active)
        self.assertTrue(bom.active, "the bill is not archived with the old model")
        # It can be printed as before.
        self._print(run, [self.spool])
        self.assertEqual(run.state, "done")
        # And a new version writes the same bill.
        self._create_version(self.product).action_activate()
        self.assertEqual(self.product._get_print_bom(), bom)

    def test_move_and_back(self):
        source = self.product.product_tmpl_id
        target = self._create_product("Test Set").product_tmpl_id
        bom = self.product._get_print_bom()
        change = target._print3d_merge_with_undo(source)
        self.assertEqual(bom.product_tmpl_id, target)
        change.action_undo()
        self.assertTrue(source.active)
        self.assertEqual(source.product_variant_ids, self.product)
        self.assertEqual(bom.product_tmpl_id, source)
        self.assertTrue(bom.active)

    def test_move_is_refused_where_stock_is_counted_otherwise(self):
        self._create_mo(1)
        target = self._create_product("Test Set").product_tmpl_id
        target.tracking = "lot"
        with self.assertRaisesRegex(UserError, "Stock of .* was booked"):
            self.product._print3d_move(target)

    def test_move_is_refused_for_a_bill_of_the_whole_model(self):
        product = self._create_product("Test Kit")
        self.env["mrp.bom"].create({"product_tmpl_id": product.product_tmpl_id.id})
        target = self._create_product("Test Set").product_tmpl_id
        with self.assertRaisesRegex(UserError, "for all its variants"):
            product._print3d_move(target)

    def test_split_keeps_the_route_and_the_bill(self):
        model = self.product.product_tmpl_id
        model._print3d_add_variant("Wide")
        bom = self.product._get_print_bom()
        own = model._print3d_split(self.product)
        self.assertTrue(own.is_storable)
        self.assertEqual(bom.product_tmpl_id, own)
        self.assertEqual(own.categ_id, model.categ_id)

    def test_merge_takes_versions_and_bill(self):
        other = self._create_product("Test Twin")
        version = self._create_version(other)
        version.action_activate()
        bom, other_bom = self.product._get_print_bom(), other._get_print_bom()
        undo = self.product._print3d_merge_variants(other)
        self.assertEqual(self.product.slice_ids, self.version | version)
        self.assertEqual(self.product.active_slice_id, self.version)
        self.assertTrue(bom.active)
        self.assertFalse(other_bom.active)
        self.product._print3d_unmerge_variants(undo)
        self.assertEqual(other.active_slice_id, version)
        self.assertTrue(other._get_print_bom().active)
        self.assertTrue(other._get_print_bom().bom_line_ids)

    def test_merge_into_one_without_version_writes_its_bill(self):
        empty = self._create_product("Test Empty")
        empty._print3d_merge_variants(self.product)
        self.assertEqual(empty.active_slice_id, self.version)
        self.assertEqual(empty._get_print_bom().bom_line_ids.product_id, self.black)
        self.assertFalse(self.product.active)

    def test_prints_follow_their_version(self):
        self._create_mo(1)
        run = self.env["print3d.run"].search([("product_id", "=", self.product.id)])
        self._print(run, [self.spool])
        self._stock(self.product, -1)
        empty = self._create_product("Test Empty")
        empty._print3d_merge_variants(self.product)
        self.assertEqual(run.product_id, empty)
        self.assertEqual(empty.print3d_success_count, 1)

    def test_merge_is_refused_in_words(self):
        other = self._create_product("Test Twin")
        self._stock(other, 2)
        with self.assertRaisesRegex(UserError, "2 pieces of .* are in stock"):
            self.product._print3d_merge_variants(other)
        self._stock(other, -2)
        self._create_mo(1)
        with self.assertRaisesRegex(UserError, "in the queue"):
            other._print3d_merge_variants(self.product)
        kit = self._create_product("Test Kit")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": other.id})],
            }
        )
        with self.assertRaisesRegex(UserError, "is a part in"):
            self.product._print3d_merge_variants(other)

    def test_success_of_variants(self):
        self.assertEqual(self.product._get_print3d_success(), {})
        self._create_mo(2)
        runs = self.env["print3d.run"].search([("product_id", "=", self.product.id)])
        self._print(runs[0], [self.spool])
        self._start(runs[1], [self.spool])
        cause = self.env["print3d.failure.cause"].search([], limit=1)
        runs[1]._do_end("failed", cause=cause)
        rate, count = self.product._get_print3d_success()[self.product.id]
        self.assertEqual((rate, count), (0.5, 2))
        other = self._create_product("Test Other")
        products = self.product | other
        products.invalidate_recordset()
        with self.assertQueryCount(1):
            products._get_print3d_success()
        self.assertEqual(products.mapped("print3d_success_count"), [2, 0])
        self.assertEqual(self.product.with_user(self.sales_user).print3d_success, 0.5)

    # === COST === #

    def test_owner_sees_what_a_piece_costs(self):
        owner = self._create_user("print3d_owner", "owner")
        model = self.product.product_tmpl_id
        model._print3d_add_variant("Without a version")
        printed, empty = model.with_user(owner).print3d_cards["cards"]
        self.assertAlmostEqual(
            printed["cost"]["amount"], self.version.print_cost, places=4
        )
        self.assertEqual(
            printed["cost"]["currency_id"], self.env.company.currency_id.id
        )
        self.assertNotIn("cost", empty, "nothing is known of what is not printed")
        for record in (self.product, self.version):
            self.assertTrue(record.with_user(owner).read(["print_cost"]))

    def test_others_neither_see_nor_read_it(self):
        model = self.product.product_tmpl_id
        for user in (self.sales_user, self.operator):
            with self.subTest(user=user.login):
                cards = model.with_user(user).print3d_cards["cards"]
                self.assertEqual([card["time_s"] for card in cards], [3600])
                self.assertFalse([card for card in cards if "cost" in card])
                for record in (self.product, self.version):
                    for name in ("print_cost", "print_cost_explained"):
                        with self.assertRaises(AccessError):
                            record.with_user(user).read([name])
                    arch = record.with_user(user).get_view(
                        self.env.ref(
                            "print3d_library."
                            f"{record._name.replace('.', '_')}_view_form"
                        ).id,
                        "form",
                    )["arch"]
                    self.assertNotIn("print_cost", arch)
                    self.assertNotIn("Cost per piece", arch)

    def test_cards_take_few_queries(self):
        def fill(count):
            model = self._create_product(f"Test {count}").product_tmpl_id
            for number in range(count - 1):
                model._print3d_add_variant(f"Size {number}")
            for product in model.product_variant_ids:
                self._create_version(product).action_activate()
            self.env.flush_all()
            return model

        owner = self._create_user("print3d_owner", "owner")

        def count(model):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            cards = model.with_user(owner).print3d_cards["cards"]
            self.assertTrue(all("cost" in card for card in cards))
            return self.cr.sql_log_count - before

        few, many = fill(3), fill(30)
        count(few)
        few, many = count(few), count(many)
        self.assertEqual(few, many, f"{few} queries of 3, {many} of 30 variants")
        self.assertLess(many, 60)
