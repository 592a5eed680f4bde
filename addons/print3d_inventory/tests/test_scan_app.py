from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .scan_common import ScanCommon

ROUTES = {
    "bootstrap": {},
    "resolve": {"code": "SP00001"},
    "card": {"type": "spool", "id": 1},
    "search": {"text": "black"},
    "act": {"actions": []},
    "undo": {"key": "test-key-undo", "of_key": "test-key-none"},
    "decide": {"key": "test-key-decide", "entry_id": 1, "decision": "mine"},
}


@tagged("post_install", "-at_install")
class TestScanRoutes(ScanCommon):
    """Who may ask for what, and what a phone gets."""

    def test_strangers_get_nothing(self):
        self._log_in("portal")
        for route, params in ROUTES.items():
            error = self._call(route, **params)["error"]
            self.assertEqual(
                error["data"]["name"], "odoo.exceptions.AccessError", route
            )
            self.assertIn("staff", error["data"]["message"])
        self.authenticate(None, None)
        for route, params in ROUTES.items():
            self.assertEqual(self._call(route, **params)["error"]["code"], 100, route)

    def test_each_role_knows_what_it_may(self):
        for role, may in (("operator", True), ("owner", True), ("sales", False)):
            self._log_in(role)
            found = self._get("bootstrap")
            self.assertEqual(set(found["may"].values()), {may}, role)
            self.assertEqual(found["user"]["id"], self.people[role].id)
            self.assertIn(self.spool.id, [card["id"] for card in found["spools"]])

    def test_bootstrap_is_all_a_phone_needs(self):
        foreign = self._create_foreign_spool()
        self._create_purchase(3, 20)
        self.shelf.barcode = "SHELF-T"
        found = self._get("bootstrap")
        self.assertEqual(found["company"]["id"], self.env.company.id)
        self.assertFalse(found["rtl"])
        self.assertEqual(found["now"][-1], "Z")
        self.assertNotIn(foreign.id, [card["id"] for card in found["spools"]])
        places = {place["id"]: place for place in found["places"]}
        self.assertEqual(places[self.shelf.id]["code"], "SHELF-T")
        self.assertEqual(places[self.slot.id]["kind"], "slot")
        orders = [
            each for each in found["purchases"] if each["vendor"] == "Test Vendor"
        ]
        self.assertEqual([order["open"] for order in orders], [3])
        self.assertTrue(found["scrap_reasons"])

    def test_touched_last_comes_first(self):
        newer = self._create_spool()
        self._do("use", 5)
        ids = [card["id"] for card in self._get("bootstrap")["spools"]]
        self.assertLess(ids.index(self.spool.id), ids.index(newer.id))

    def test_card_of_a_spool(self):
        self.env["print3d.tag"].create(
            {"lot_id": self.spool.id, "value": "04A22B1C5D6E80"}
        )
        self._do("use", 100)
        card = self._get("card", type="spool", id=self.spool.id)
        expected = {
            "type": "spool",
            "id": self.spool.id,
            "name": self.spool.name,
            "title": self.filament.display_name,
            "material": "PLA",
            "colours": ["#1A1A1A"],
            "remaining_g": 900.0,
            "full_g": 1000.0,
            "percent": 90.0,
            "tare_g": 200.0,
            "sealed": False,
            "is_low": False,
            "conflicts": [],
            "tags": ["04A22B1C5D6E80"],
            "url": f"/odoo/spools/{self.spool.id}",
        }
        self.assertEqual({key: card[key] for key in expected}, expected)
        self.assertEqual(
            card["place"],
            {"id": self.shelf.id, "title": "Test Shelf", "kind": "shelf"},
        )
        last = card["log"][0]
        self.assertEqual((last["kind"], last["grams"]), ("use", -100.0))
        self.assertEqual(last["by"], self.operator.name)
        self.assertTrue(last["can_undo"])

    def test_shelf_shows_what_is_here_and_what_is_out(self):
        out = self._create_spool()
        self._do("load", spool_id=out.id, place_id=self.slot.id)
        card = self._get("card", type="place", id=self.shelf.id)
        self.assertEqual([each["id"] for each in card["spools"]], [self.spool.id])
        [away] = card["away"]
        self.assertEqual((away["id"], away["place_title"]), (out.id, "App Slot"))
        slot = self._get("card", type="place", id=self.slot.id)
        self.assertEqual(slot["kind"], "slot")
        self.assertEqual(slot["colours"], ["#1A1A1A"])
        self.assertEqual([each["id"] for each in slot["spools"]], [out.id])

    def test_filament_card_counts_sealed_and_open(self):
        self._create_spool()
        self._do("use", 250)
        card = self._get("card", type="product", id=self.filament.id)
        self.assertEqual((card["sealed"], card["remaining_g"]), (1, 1750.0))
        self.assertEqual([each["id"] for each in card["open"]], [self.spool.id])

    def test_scanned_label_comes_with_its_card(self):
        found = self._get("resolve", code=self.spool._get_label_url())
        self.assertEqual((found["type"], found["id"]), ("spool", self.spool.id))
        self.assertEqual(found["card"]["id"], self.spool.id)
        found = self._get("resolve", code=self.slot._get_label_path())
        self.assertEqual(found["card"]["type"], "place")
        order = self._create_purchase(1, 20)
        found = self._get("resolve", code=order.name)
        self.assertEqual(found["card"]["id"], order.id)
        tag = {"protocol": "openspool", "version": "1.0", "type": "PLA"}
        found = self._get("resolve", code={**tag, "color_hex": "1A1A1A"})
        self.assertEqual(found["type"], "tag", found)
        self.assertIn(self.filament.id, [each["id"] for each in found["candidates"]])
        self.assertTrue(all(each["swatch"] for each in found["candidates"]))
        found = self._get("resolve", code="no such thing")
        self.assertEqual(found["type"], "unknown")
        self.assertNotIn("card", found)

    def test_gone_and_foreign_things_have_no_card(self):
        foreign = self._create_foreign_spool()
        for kind, number in (
            ("spool", foreign.id),
            ("spool", 2**31 + 5),
            ("spool", "1 OR 1=1"),
            ("spool", True),
            ("place", self.stock.id),
            ("nonsense", 1),
        ):
            error = self._call("card", type=kind, id=number)["error"]
            self.assertIn("gone", error["data"]["message"])

    def test_search_by_any_word(self):
        red = self._create_filament("Search PETG Ruby", "#AA0000")
        spool = self._create_spool(filament=red)
        found = self._get("search", text="ruby petg")
        self.assertEqual(
            [(each["type"], each["id"]) for each in found],
            [("spool", spool.id), ("product", red.id)],
        )
        self.assertEqual(found[0]["mini"]["colours"], ["#AA0000"])
        [place] = self._get("search", text="other she")
        self.assertEqual(place["id"], self.other_shelf.id)
        for nothing in ("", "  ", None, 5, "\x00"):
            self.assertEqual(self._get("search", text=nothing), [])


@tagged("post_install", "-at_install")
class TestScanAct(ScanCommon):
    """What is done with the app: once, however often and late it is told."""

    def test_weighed_and_sent_again(self):
        action = self._make("weigh", 812.4)
        [first] = self._act(action)
        self.assertEqual(first["state"], "done")
        self.assertEqual(first["card"]["remaining_g"], 612.4)
        self.assertIn("612.4", first["message"])
        self.assertTrue(first["undo"])
        [again] = self._act(action)
        self.assertEqual(again, first)
        [again, twice] = self._act(action, action)
        self.assertEqual((again, twice), (first, first))
        self.assertEqual(len(self._get_entries()), 1)
        self.assertEqual(self.spool.remaining_g, 612.4)

    def test_one_refused_does_not_stop_the_others(self):
        results = self._act(
            self._make("use", 10),
            self._make("use", "many"),
            self._make("use", 20),
        )
        self.assertEqual(
            [result["state"] for result in results], ["done", "refused", "done"]
        )
        self.assertIn("number", results[1]["message"])
        self.assertEqual(results[0]["card"]["remaining_g"], 970)
        self.assertEqual(self.spool.remaining_g, 970)

    def test_refused_stays_refused(self):
        action = self._make("quarantine")
        [first] = self._act(action)
        self.assertEqual(first["state"], "refused")
        [again] = self._act({**action, "reason": "brittle"})
        self.assertEqual(again, first)
        self.assertFalse(self.spool.is_quarantined)
        result = self._do("quarantine", reason="brittle")
        self.assertTrue(result["card"]["is_quarantined"])
        self._do("release")
        self.assertFalse(self.spool.is_quarantined)

    def _create_old_spool(self):
        """Make a spool that came an hour ago."""
        when = fields.Datetime.now() - timedelta(hours=1)
        add = self.env["print3d.spool.add"].with_context(print3d_spool_happened_on=when)
        return add.create(
            {
                "product_id": self.filament.id,
                "net_weight_g": 1000,
                "location_id": self.shelf.id,
            }
        )._add_spools()

    def test_told_late_and_out_of_order(self):
        self.spool = self._create_old_spool()
        self._do("use", 30, happened_on=self._ago(minutes=2))
        self._do("weigh", 900, happened_on=self._ago(minutes=5))
        self._do("use", 50, happened_on=self._ago(minutes=9))
        # 700 g were left; the 30 came off after that, the 50 before.
        self.assertEqual(self.spool.remaining_g, 670)

    def test_not_weighed_before_it_came(self):
        self._do("weigh", 900, happened_on=self._ago(minutes=5))
        self.assertEqual(self.spool.remaining_g, 700)

    def test_wrong_clock_is_set_right(self):
        self.spool = self._create_old_spool()
        self._do("weigh", 900, happened_on=self._ago(minutes=5))
        # Ten years slow: the use was a minute ago, after the weighing.
        [result] = self._act(
            self._make("use", 30, happened_on=self._ago(days=3650, minutes=1)),
            sent_on=self._ago(days=3650),
        )
        self.assertEqual(result["card"]["remaining_g"], 670)
        result = self._do("use", 1, state="refused", happened_on="yesterday")
        self.assertIn("yesterday", result["message"])
        result = self._do(
            "use", 1, state="refused", happened_on="0001-01-01T00:00:00+14:00"
        )
        self.assertIn("time", result["message"])

    def _make_conflict(self):
        """The colleague counts 700 g, which the phone did not know."""
        self.spool.with_user(self.colleague)._print3d_record("count", 700)
        action = self._make("weigh", 1150, expected_g=1000)
        [result] = self._act(action)
        self.assertEqual(result["state"], "conflict")
        conflict = result["conflict"]
        self.assertEqual(conflict["entry_id"], result["entry_id"])
        self.assertEqual(
            (conflict["expected_g"], conflict["found_g"], conflict["mine_g"]),
            (1000, 700, 950),
        )
        self.assertEqual(conflict["theirs_g"], 700)
        self.assertEqual(conflict["by"], self.colleague.name)
        self.assertEqual(conflict["choices"], ["mine", "theirs", "add"])
        self.assertEqual(result["card"]["conflicts"], [conflict])
        self.assertEqual(self.spool.remaining_g, 700)
        [again] = self._act(action)
        self.assertEqual(again, result)
        return action, conflict["entry_id"]

    def test_conflict_is_decided_each_way(self):
        for decision, left in (("mine", 950), ("theirs", 700), ("add", 650)):
            with self.subTest(decision=decision):
                self.spool = self._create_spool()
                action, entry_id = self._make_conflict()
                told = {
                    "key": f"test-decide-{decision}-{entry_id}",
                    "entry_id": entry_id,
                    "decision": decision,
                }
                result = self._get("decide", **told)
                self.assertEqual(result["state"], "done", result)
                self.assertEqual(result["card"]["remaining_g"], left)
                self.assertEqual(result["card"]["conflicts"], [])
                self.assertEqual(self._get("decide", **told), result)
                [first] = self._act(action)
                self.assertEqual(
                    first["state"], "refused" if decision == "theirs" else "done"
                )
                late = self._get("decide", **{**told, "key": told["key"] + "-2"})
                self.assertEqual(late["state"], "refused")

    def test_more_than_full_asks(self):
        result = self._do("weigh", 1300, state="conflict")
        self.assertEqual(result["conflict"]["problem"], "above")
        self.assertIn("tare", result["conflict"]["choices"])
        done = self._get(
            "decide",
            key="test-decide-tare",
            entry_id=result["entry_id"],
            decision="tare",
        )
        self.assertEqual(done["card"]["tare_g"], 300)
        self.assertEqual(done["card"]["remaining_g"], 1000)
        wrong = self._get(
            "decide", key="test-decide-none", entry_id=None, decision="mine"
        )
        self.assertEqual(wrong["state"], "refused")

    def test_taken_back_by_key_once(self):
        action = self._make("use", 100)
        self._act(action)
        told = {"key": "test-undo-key-1", "of_key": action["key"]}
        result = self._get("undo", **told)
        self.assertEqual(result["state"], "done", result)
        self.assertEqual(result["card"]["remaining_g"], 1000)
        self.assertEqual(self._get("undo", **told), result)
        second = self._get("undo", key="test-undo-key-2", of_key=action["key"])
        self.assertEqual(second["state"], "refused")
        [again] = self._act(action)
        self.assertEqual((again["state"], again["undo"]), ("done", False))
        self.assertEqual(self.spool.remaining_g, 1000)

    def test_taken_back_by_its_line(self):
        entry = self.spool.with_user(self.colleague)._print3d_record("use", 40)
        result = self._get("undo", key="test-undo-line", entry_id=entry.id)
        self.assertEqual(result["card"]["remaining_g"], 1000)
        line = next(
            each for each in result["card"]["log"] if each["entry_id"] == entry.id
        )
        self.assertTrue(line["undone"])
        self.assertFalse(line["can_undo"])

    def test_taken_back_before_it_came(self):
        action = self._make("use", 100)
        result = self._get("undo", key="test-undo-early", of_key=action["key"])
        self.assertEqual(result["state"], "done")
        [late] = self._act(action)
        self.assertEqual(late["state"], "refused")
        self.assertIn("Taken back", late["message"])
        self.assertEqual(self.spool.remaining_g, 1000)

    def test_key_of_somebody_else(self):
        action = self._make("use", 100)
        self._act(action)
        self._log_in("colleague")
        [result] = self._act(action)
        self.assertEqual(result["state"], "refused")
        self.assertNotIn("card", result)
        result = self._get("undo", key="test-undo-other", of_key=action["key"])
        self.assertEqual(result["state"], "refused")
        self.assertEqual(self.spool.remaining_g, 900)

    def test_key_of_another_deed(self):
        action = self._make("use", 100)
        self._act(action)
        [result] = self._act({**action, "kind": "scrap"})
        self.assertEqual(result["state"], "refused")
        self.assertEqual(self.spool.remaining_g, 900)

    def test_sales_may_look_only(self):
        self._log_in("sales")
        for action in (
            self._make("use", 10),
            self._make("load", place_id=self.slot.id),
            self._make("tie", {"uid": "04A22B1C5D6E80"}),
            self._make(
                "receive",
                purchase_id=self._create_purchase(1, 20).id,
                product_id=self.filament.id,
            ),
            self._make("open_one", product_id=self.filament.id),
        ):
            [result] = self._act(action)
            self.assertEqual(result["state"], "refused", result)
            self.assertIn("operator", result["message"], action["kind"])
        self.assertFalse(self._get_entries())

    def test_spool_of_another_company(self):
        foreign = self._create_foreign_spool()
        for number in (foreign.id, 0, -1, 2**40, "7", None, [], True):
            result = self._do("use", 10, state="refused", spool_id=number)
            self.assertIn("Scan its label", result["message"])

    def test_nonsense_is_refused_with_a_sentence(self):
        for kind, words in (
            ("weigh", {"value": None}),
            ("weigh", {"value": -1}),
            ("weigh", {"value": 100}),
            ("weigh", {"value": True}),
            ("percent", {"value": 101}),
            ("use", {"value": {"grams": 5}}),
            ("use", {"value": 10**400}),
            ("use", {"value": 5, "expected_g": 10**400}),
            ("scrap", {"value": 10**400}),
            ("load", {"place_id": None}),
            ("load", {"place_id": self.other_shelf.id}),
            ("move", {"place_id": self.vendor.id * 1000}),
            ("move", {"place_id": self.filament.property_stock_inventory.id}),
            ("merge", {"value": {"target_id": self.spool.id}}),
            ("merge", {"value": None}),
            ("tie", {"value": {}}),
            ("open_one", {"product_id": self.vendor.id * 1000}),
            ("dry", {"value": {"temperature_c": 900}}),
            ("humidity", {"value": 120}),
            ("receive", {"purchase_id": 0}),
            ("receive_done", {"purchase_id": None}),
            ("explode", {}),
            ("exp\x00lode", {}),
            ("undo", {"of_key": "no\x00key-no-key"}),
            ("undo", {"of_key": {"a": 1}}),
            ("undo", {}),
            ("decide", {"entry_id": {}}),
            (None, {}),
            ({}, {}),
        ):
            result = self._do(kind, state="refused", **words)
            self.assertTrue(
                result["message"].endswith((".", "?")), (kind, result["message"])
            )
        self.assertEqual(self.spool.remaining_g, 1000)
        self.assertFalse(self._get_entries())

    def test_messages_without_a_key(self):
        for key in (None, "", "short", "x" * 65, "no spaces here", 12345678, {}):
            [result] = self._act({**self._make("use", 1), "key": key})
            self.assertEqual(result["state"], "refused")
        for actions in (None, {}, ["x"], [{}] * 101):
            error = self._call("act", actions=actions)["error"]
            self.assertEqual(error["data"]["name"], "odoo.exceptions.UserError")
        self.assertEqual(self.spool.remaining_g, 1000)

    # === PLACES === #

    def test_load_move_unload(self):
        result = self._do("load", place_id=self.slot.id)
        self.assertEqual(result["card"]["place"]["id"], self.slot.id)
        self.assertEqual(
            {card["id"] for card in result["cards"]}, {self.slot.id, self.shelf.id}
        )
        result = self._do("load", place_id=self.slot.id)
        self.assertIn("already", result["message"])
        self.assertEqual(len(self._get_entries()), 1)
        result = self._do("unload")
        self.assertEqual(result["card"]["place"]["id"], self.shelf.id)
        self.assertIn("Test Shelf", result["message"])
        result = self._do("unload")
        self.assertIn("no slot", result["message"])
        result = self._do("move", place_id=self.other_shelf.id)
        self.assertEqual(self.spool.location_id, self.other_shelf)
        self._get("undo", key="test-undo-move", of_key=result["key"])
        self.assertEqual(self.spool.location_id, self.shelf)

    def test_full_slot_asks_before_it_swaps(self):
        other = self._create_spool()
        self._do("load", place_id=self.slot.id, spool_id=other.id)
        result = self._do("load", state="refused", place_id=self.slot.id)
        self.assertEqual(result["ask"], "swap")
        self.assertIn(other.name, result["message"])
        result = self._do("load", {"swap": True}, place_id=self.slot.id)
        self.assertEqual(self.spool.location_id, self.slot)
        self.assertEqual(other.location_id, self.shelf)
        self.assertIn(other.id, [card["id"] for card in result["cards"]])
        result = self._get("undo", key="test-undo-swap", of_key=result["key"])
        self.assertEqual(result["state"], "done", result)
        self.assertEqual(self.spool.location_id, self.shelf)
        self.assertEqual(other.location_id, self.slot)

    def test_moved_by_somebody_since(self):
        moment = self._ago(minutes=10)
        colleague = self.spool.with_user(self.colleague)
        colleague._print3d_record("move", self.other_shelf)
        result = self._do(
            "load", state="refused", place_id=self.slot.id, happened_on=moment
        )
        self.assertIn("Other Shelf", result["message"])
        self.assertEqual(self.spool.location_id, self.other_shelf)
        # Now it is told after that.
        self._do("load", place_id=self.slot.id, happened_on=self._ago(seconds=-5))
        self.assertEqual(self.spool.location_id, self.slot)

    # === CARE === #

    def test_dried_and_scrapped(self):
        self._do("dry", {"temperature_c": 55, "hours": 6})
        self.pla.drying_temp, self.pla.drying_hours = 50, 7
        result = self._do("humidity", 18)
        self.assertEqual(result["card"]["dry"]["temperature_c"], 50)
        self.assertEqual(result["card"]["dry"]["humidity_percent"], 18)
        [reason, *_rest] = self._get("bootstrap")["scrap_reasons"]
        result = self._do("scrap", 200, reason=reason["name"])
        self.assertEqual(result["card"]["remaining_g"], 800)
        scrap = self.env["stock.scrap"].search([("lot_id", "=", self.spool.id)])
        self.assertEqual(scrap.scrap_reason_tag_ids.id, reason["id"])
        self._do("scrap", reason="damp")
        self.assertEqual(self.spool.remaining_g, 0)

    def test_open_and_open_one(self):
        result = self._do("open_one", product_id=self.filament.id, spool_id=None)
        self.assertEqual(result["spool_id"], self.spool.id)
        self.assertTrue(result["print"])
        self.assertTrue(self.spool.opened_on)
        result = self._do("open")
        self.assertIn("before", result["message"])
        result = self._do("open_one", product_id=self.filament.id, state="refused")
        self.assertIn("sealed", result["message"])

    def test_merge_and_take_it_back(self):
        target = self._create_spool()
        self._do("use", 400)
        self._do("use", 700, spool_id=target.id)
        result = self._do("merge", {"target_id": target.id})
        self.assertEqual(result["card"]["remaining_g"], 0)
        self.assertEqual(
            [(card["id"], card["remaining_g"]) for card in result["cards"]],
            [(target.id, 900)],
        )
        result = self._get("undo", key="test-undo-merge", of_key=result["key"])
        self.assertEqual(result["state"], "done", result)
        self.assertEqual((self.spool.remaining_g, target.remaining_g), (600, 300))

    def test_tie_a_tag_and_take_it_off(self):
        other = self._create_spool()
        uid = {"uid": "04:a2:2b:1c:5d:6e:80"}
        result = self._do("tie", uid)
        self.assertEqual(result["card"]["tags"], ["04A22B1C5D6E80"])
        self.assertTrue(result["undo"])
        moved = self._do("tie", uid, spool_id=other.id)
        self.assertEqual(moved["card"]["tags"], ["04A22B1C5D6E80"])
        self.assertFalse(self.spool.tag_ids)
        self._get("undo", key="test-undo-tie-1", of_key=moved["key"])
        self.assertEqual(self.spool.tag_ids.value, "04A22B1C5D6E80")
        self._get("undo", key="test-undo-tie-2", of_key=result["key"])
        self.assertFalse(self.spool.tag_ids)

    def test_scale_of_the_phone_is_named(self):
        scale = self.env["print3d.device"].create({"name": "Bench Scale"})
        result = self._do("scale", 900, device_id=scale.id, reason="end", note="of day")
        entry = self.env["print3d.spool.entry"].browse(result["entry_id"])
        self.assertEqual((entry.device_id, entry.kind), (scale, "scale"))
        self.assertEqual(entry.reason, "end: of day")
        self.assertEqual(entry.key, result["key"])

    def test_old_messages_are_forgotten(self):
        self._do("use", 1)
        Message = self.env["print3d.scan.action"]
        message = Message.search([], limit=1)
        Message.flush_model()
        self.env.cr.execute(
            "UPDATE print3d_scan_action SET create_date = '2020-01-01' WHERE id = %s",
            [message.id],
        )
        count = Message.search_count([])
        Message.invalidate_model()
        Message._gc_old_messages()
        self.assertFalse(message.exists())
        self.assertEqual(Message.search_count([]), count - 1)
