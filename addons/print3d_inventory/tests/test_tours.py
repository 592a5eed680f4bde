from odoo.tests import HttpCase, tagged

from .common import FilamentMatchCommon, Print3dInventoryCommon


@tagged("post_install", "-at_install")
class TestTours(HttpCase, Print3dInventoryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls._create_user("tour_owner", "owner")
        cls.owner.password = "tour_owner"

    def test_receive_five_spools(self):
        """Order five spools in the browser, receive them, and print their labels."""
        filament = self._create_filament("Tour PETG Teal", "#0F8B8D")
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.vendor.id,
                "product_tmpl_id": filament.product_tmpl_id.id,
                "price": 18.5,
            }
        )
        self.start_tour(
            "/odoo/filament-orders", "print3d_receive_spools", login="tour_owner"
        )
        spools = self.env["stock.lot"].search([("product_id", "=", filament.id)])
        self.assertEqual(spools.mapped("remaining_g"), [1000.0] * 5)
        for spool in spools:
            self.assertAlmostEqual(spool.standard_price, 0.0185)
        self.authenticate("tour_owner", "tour_owner")
        response = self.url_open(spools.action_print_labels("dk-62x29")["url"])
        self.assertTrue(response.content.startswith(b"%PDF"))
        self.assertEqual(response.content.count(b"/Type /Page\n"), 5)

    def test_merge_and_quarantine(self):
        """Merge two remnants from the list, put the spool aside, and release it."""
        filament = self._create_filament("Tour PLA Merge", "#F77F00")
        spools = self._create_spool(filament=filament) + self._create_spool(
            filament=filament
        )
        spools[0]._print3d_record("count", 250)
        spools[1]._print3d_record("count", 150)
        self.start_tour("/odoo/spools", "print3d_merge_spools", login="tour_owner")
        self.assertEqual(spools.mapped("remaining_g"), [400, 0])
        self.assertEqual(
            spools[0].spool_entry_ids.sorted("id").mapped("kind"),
            ["receive", "count", "merge_in", "quarantine", "release"],
        )

    def test_add_and_move_spools(self):
        """Add spools without a purchase, and load one into a slot."""
        filament = self._create_filament("Tour PLA White", "#F5F5F5")
        slot = self._create_slot("Tour Slot")
        self.start_tour("/odoo/filaments", "print3d_add_spools", login="tour_owner")
        spools = self.env["stock.lot"].search([("product_id", "=", filament.id)])
        self.assertEqual(len(spools), 2)
        self.assertIn(slot.spool_id, spools)


@tagged("post_install", "-at_install")
class TestMatchingTours(HttpCase, FilamentMatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._create_user("tour_operator", "operator")
        cls.slice.read_state = "done"
        cls.taken = cls._match(colour="#D01A25", vendor="Somebody")
        cls.other = cls._match(tool=2, colour="#C1121F", filament_name="Deep Red")
        cls.missing = cls._match(tool=3, colour="#0F8B8D", vendor="Tourfil")

    def test_confirm_choose_and_create(self):
        """Confirm one line, take it back, choose another filament, create a third."""
        self.start_tour(
            f"/odoo/print3d-versions/{self.slice.id}",
            "print3d_match_filaments",
            login="tour_operator",
        )
        self.assertEqual(self.taken.match_state, "confirmed")
        self.assertEqual(self.taken.product_id, self.red)
        self.assertEqual(self.other.product_id, self.black)
        self.assertEqual(self.other.match_state, "confirmed")
        self.assertEqual(self.missing.product_id.name, "Tourfil PLA Teal")
        self.assertEqual(self.missing.product_id.brand_id.name, "Tourfil")
        self.assertEqual(len(self.Match.search([])), 3)

    def test_forget_what_was_learned(self):
        self.other.product_id = self.black
        self.start_tour(
            "/odoo/learned-filaments",
            "print3d_forget_filament",
            login="tour_operator",
        )
        self.assertFalse(self.Match.search([]))
