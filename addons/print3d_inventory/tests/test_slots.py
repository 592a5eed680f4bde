from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestSlots(Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.slot = cls._create_slot()

    def test_load_moves_the_whole_spool(self):
        spool = self._create_spool(1000)
        self._use_filament(spool, 250)
        self.assertTrue(spool.action_load(self.slot))
        self.assertEqual(spool.location_id, self.slot)
        self.assertEqual(self.slot.spool_id, spool)
        self.assertEqual(spool.spool_status, "loaded")
        self.assertEqual(spool.opened_on, fields.Date.context_today(spool))
        move = self.env["stock.move.line"].search(
            [("lot_id", "=", spool.id)], order="id desc", limit=1
        )
        self.assertEqual((move.state, move.quantity), ("done", 750))
        self.assertEqual(spool.remaining_g, 750)

    def test_loading_does_not_change_the_value(self):
        spool = self._create_spool(1000, 0.0185)
        spool.action_load(self.slot)
        self.assertAlmostEqual(spool.standard_price, 0.0185)
        self.assertAlmostEqual(spool.spool_value, 18.5)

    def test_second_spool_is_refused_by_name(self):
        first, second = self._create_spool(), self._create_spool()
        first.action_load(self.slot)
        with (
            self.assertRaisesRegex(UserError, f"{first.name}.*Unload"),
            self.env.cr.savepoint(),
        ):
            second.action_load(self.slot)
        self.assertEqual(second.location_id, self.shelf)
        first.action_unload()
        second.action_load(self.slot)
        self.assertEqual(self.slot.spool_id, second)

    def test_loading_again_changes_nothing(self):
        spool = self._create_spool()
        spool.action_load(self.slot)
        count = self.env["stock.move"].search_count([])
        spool.action_load(self.slot)
        self.assertEqual(self.env["stock.move"].search_count([]), count)

    def test_slot_is_kept_by_every_kind_of_move(self):
        first, second = self._create_spool(), self._create_spool()
        first.action_load(self.slot)
        with self.assertRaises(UserError):
            second.location_id = self.slot
        with self.assertRaises(UserError):
            second._move_to(self.slot)
        with self.assertRaises(UserError):
            self.env["stock.quant"].with_context(inventory_mode=True).create(
                {
                    "product_id": self.filament.id,
                    "lot_id": second.id,
                    "location_id": self.slot.id,
                    "inventory_quantity": 10,
                }
            ).action_apply_inventory()

    def test_unload_returns_to_where_it_came_from(self):
        spool = self._create_spool()
        spool.action_load(self.slot)
        other = self._create_slot("Other Slot", 2)
        spool.action_load(other)
        self.assertFalse(self.slot.spool_id)
        spool.action_unload()
        self.assertEqual(spool.location_id, self.shelf)
        spool.action_unload()
        self.assertEqual(spool.location_id, self.shelf)

    def test_unload_without_a_home_goes_to_stock(self):
        spool = self._create_spool(location=self.slot)
        self.slot.action_unload()
        self.assertEqual(spool.location_id, self.stock)

    def test_only_slots_are_loaded(self):
        with self.assertRaisesRegex(UserError, "not a slot"):
            self._create_spool().action_load(self.stock)

    def test_empty_spool_is_refused(self):
        spool = self._create_spool()
        self._use_filament(spool, 1000)
        with self.assertRaisesRegex(UserError, "empty"):
            spool.action_load(self.slot)
        with self.assertRaisesRegex(UserError, "empty"):
            spool._move_to(self.stock)

    def test_place_by_id_as_the_browser_sends_it(self):
        spool = self._create_spool()
        spool.action_load(self.slot.id)
        self.assertEqual(self.slot.spool_id, spool)

    def test_reserved_filament_moves_along(self):
        """What waits for this spool finds it in the slot."""
        spool = self._create_spool()
        common = {
            "product_id": self.filament.id,
            "location_id": self.stock.id,
            "location_dest_id": self.filament.property_stock_inventory.id,
        }
        waiting = self.env["stock.move"].create(
            {**common, "product_uom": self.gram.id, "product_uom_qty": 300}
        )
        waiting._action_confirm()
        waiting._action_assign()
        self.assertEqual(waiting.move_line_ids.lot_id, spool)
        spool.action_load(self.slot)
        self.assertEqual(spool.remaining_g, 1000)
        waiting._action_assign()
        self.assertRecordValues(
            waiting.move_line_ids,
            [{"lot_id": spool.id, "location_id": self.slot.id, "quantity": 300}],
        )
        quant = spool._get_stock_quants()
        self.assertEqual((quant.quantity, quant.reserved_quantity), (1000, 300))

    def test_spool_in_two_places_is_brought_together(self):
        spool = self._create_spool()
        self.env["stock.quant"]._update_available_quantity(
            self.filament, self.stock, 50, lot_id=spool
        )
        self.assertFalse(spool.location_id)
        spool.action_load(self.slot)
        self.assertEqual(spool._get_stock_quants().location_id, self.slot)
        self.assertEqual(spool.remaining_g, 1050)

    def test_wizard_moves_and_loads(self):
        spool = self._create_spool()
        action = spool.action_open_move()
        wizard = (
            self.env["print3d.spool.move"]
            .with_context(**action["context"])
            .create({"location_id": self.slot.id})
        )
        self.assertEqual(wizard.lot_ids, spool)
        wizard.action_move()
        self.assertEqual(self.slot.spool_id, spool)
        self.assertTrue(spool.opened_on)
        wizard.location_id = self.shelf
        wizard.action_move()
        self.assertEqual(spool.location_id, self.shelf)

    def test_wizard_moves_several_as_they_are(self):
        spools = self._create_spool(700) + self._create_spool(300)
        action = spools.action_open_move()
        wizard = (
            self.env["print3d.spool.move"]
            .with_context(**action["context"])
            .create({"location_id": self.stock.id})
        )
        wizard.action_move()
        self.assertEqual(spools.mapped("remaining_g"), [700, 300])
        self.assertEqual(spools.location_id, self.stock)

    def test_two_spools_into_one_slot_at_once(self):
        spools = self._create_spool() + self._create_spool()
        wizard = self.env["print3d.spool.move"].create(
            {"lot_ids": [Command.set(spools.ids)], "location_id": self.slot.id}
        )
        with self.assertRaisesRegex(UserError, "already holds"):
            wizard.action_move()

    def test_places_are_inside_the_shop(self):
        with self.assertRaisesRegex(ValidationError, "Internal"):
            self.env["stock.location"].create(
                {"name": "Street", "usage": "customer", "print3d_kind": "shelf"}
            )

    def test_places_have_short_names_among_spools(self):
        printer = self.env["stock.location"].create(
            {"name": "MK4", "location_id": self.stock.id, "print3d_kind": "printer"}
        )
        slot = self._create_slot("Slot 1", location_id=printer.id)
        self.assertIn("/", slot.display_name)
        short = (slot + self.shelf).with_context(print3d_spools=True)
        self.assertEqual(short.mapped("display_name"), ["MK4 · Slot 1", "Test Shelf"])

    def test_spools_of_a_place(self):
        spool = self._create_spool()
        self.assertEqual(self.shelf.spool_count, 1)
        self.assertFalse(self.shelf.spool_id, "a shelf holds many")
        action = self.shelf.action_view_spools()
        self.assertEqual(self.env["stock.lot"].search(action["domain"]), spool)
