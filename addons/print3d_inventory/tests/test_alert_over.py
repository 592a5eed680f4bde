import itertools
import random
from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, freeze_time, tagged

from ..tools.alert_folding import CLEAR, HOLD, RAISE, Signal, Story
from .alert_common import FAMILY, NOON, AlertCommon


@tagged("post_install", "-at_install")
class TestAlertOver(AlertCommon):
    """Alerts are resolved by themselves, in whatever order word of it comes."""

    # === RESOLVED BY ITSELF === #

    def test_over_and_again(self):
        first = self._raise(minutes=30)
        self._clear(minutes=20, note="A new spool")
        self.Alert._take_in()
        self.assertRecordValues(
            first,
            [
                {
                    "state": "auto_resolved",
                    "note": "A new spool",
                    "resolved_by_id": False,
                    "resolved_on": first.first_seen_on + timedelta(minutes=10),
                }
            ],
        )
        self.assertRecordValues(
            self._get_last(first), [{"kind": "auto_resolved", "note": "A new spool"}]
        )
        second = self._raise(minutes=10)
        self.assertNotEqual(first, second)
        self.assertEqual(first.state, "auto_resolved")

    def test_over_and_again_at_once(self):
        first = self._raise(minutes=30)
        self._clear(minutes=20)
        self._tell(minutes=10)
        self._clear(minutes=8)
        self._tell(minutes=5)
        self.Alert._take_in()
        alerts = self._find()
        self.assertEqual(alerts[0], first)
        self.assertEqual(
            alerts.mapped("state"), ["auto_resolved", "auto_resolved", "open"]
        )

    def test_what_a_person_resolved_is_raised_anew(self):
        first = self._raise(minutes=10)
        first.action_resolve()
        # Seen before that, and only told now.
        self._tell(minutes=5)
        self.Alert._take_in()
        self.assertEqual((first.state, first.count), ("resolved", 2))
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            second = self._raise()
        self.assertEqual(self._find(), first | second)

    def test_word_of_the_end_overtakes_the_beginning(self):
        self._clear(minutes=10)
        self.Alert._take_in()
        self._tell(minutes=20)
        self.Alert._take_in()
        alert = self._find()
        self.assertRecordValues(alert, [{"state": "auto_resolved", "count": 1}])
        self.assertEqual(self._get_kinds(alert), ["raised", "auto_resolved"])

    def test_seen_after_it_was_over(self):
        alert = self._raise(minutes=5)
        self._clear(minutes=10)
        self.Alert._take_in()
        self.assertEqual(alert.state, "open")

    def test_nothing_is_seen_in_the_future(self):
        alert = self._raise(minutes=-60)
        self.assertLessEqual(alert.last_seen_on, fields.Datetime.now())

    def test_muted_ones_stay_muted_and_may_be_over(self):
        alert = self._raise()
        alert.action_mute(days=1)
        self._tell(severity="critical")
        self.Alert._take_in()
        self.assertRecordValues(
            alert, [{"state": "muted", "count": 2, "severity": "critical"}]
        )
        self._clear()
        self.Alert._take_in()
        self.assertRecordValues(
            alert, [{"state": "auto_resolved", "muted_until": False}]
        )

    # === SYNCHRONISED === #

    def test_sync(self):
        spools = self.spool | self._create_spool() | self._create_spool()
        words = {"name": "Low", "severity": "warning"}
        with freeze_time(NOON):
            self.Alert._sync_alerts(FAMILY, dict.fromkeys(spools[:2], words))
            self.Alert._take_in()
        alerts = self._find()
        self.assertEqual(alerts.lot_id, spools[:2])
        later = NOON + timedelta(minutes=15)
        with freeze_time(later):
            self.Alert._sync_alerts(
                FAMILY,
                {
                    spools[1]: {"name": "Nearly empty", "severity": "critical"},
                    spools[2]: words,
                },
            )
            self.Alert._take_in()
        self.assertRecordValues(
            self._find().sorted("res_id"),
            [
                {
                    "lot_id": spools[0].id,
                    "state": "auto_resolved",
                    "name": "Low",
                    "count": 1,
                    "last_seen_on": NOON,
                },
                {
                    "lot_id": spools[1].id,
                    "state": "open",
                    "name": "Nearly empty",
                    "count": 1,
                    "last_seen_on": later,
                },
                {
                    "lot_id": spools[2].id,
                    "state": "open",
                    "name": "Low",
                    "count": 1,
                    "last_seen_on": later,
                },
            ],
        )

    def test_sync_of_some(self):
        spools = self.spool | self._create_spool() | self._create_spool()
        for spool in spools:
            self._tell(spool)
        company = self.env["res.company"].create({"name": "Another Shop"})
        self._tell(spools[2], company=company)
        self._tell(key="other")
        self.Alert._take_in()
        self.Alert._sync_alerts(FAMILY, {spools[0]: {"name": "Low"}}, scope=spools[:2])
        self.Alert._take_in()
        still = self._find(("is_open", "=", True))
        self.assertEqual(still.lot_id, spools[0] | spools[2])
        self.assertEqual(len(still), 3)
        self.Alert._sync_alerts(FAMILY, {}, scope=self.env.company)
        self.Alert._take_in()
        self.assertEqual(self._find(("is_open", "=", True)).company_id, company)
        self.Alert.with_company(company)._sync_alerts(FAMILY, {})
        self.Alert._take_in()
        self.assertFalse(self._find(("is_open", "=", True)))
        self.assertTrue(self._find(("is_open", "=", True), key="other"))


@tagged("post_install", "-at_install")
class TestAlertFolding(TransactionCase):
    """Signals in any order end the same."""

    def _at(self, minutes, kind, number=0):
        return Signal(NOON + timedelta(minutes=minutes), number, kind, "{}")

    def _tell_story(self, signals, parts):
        """Fold signals in batches of these sizes; return the story."""
        story, rest = Story(), list(signals)
        for size in parts:
            some, rest = rest[:size], rest[size:]
            for episode in story.fold(some):
                episode.id = episode.id or 1
                episode.is_touched = False
        return story

    def test_any_order_ends_the_same(self):
        """Open exactly when it was seen after it was last over; all are counted."""
        source = random.Random(6)
        for _turn in range(150):
            signals = [
                self._at(minutes, source.choice((RAISE, CLEAR, HOLD)), number)
                for number, minutes in enumerate(
                    source.sample(range(60), source.randint(1, 6))
                )
            ]
            seen = [one for one in signals if one.kind != CLEAR]
            over = max((one.when for one in signals if one.kind == CLEAR), default=None)
            is_open = any(over is None or one.when > over for one in seen)
            raised = sum(one.kind == RAISE for one in signals)
            for order in itertools.islice(itertools.permutations(signals), 0, 720, 37):
                for parts in ([len(order)], [1] * len(order), [2, len(order)]):
                    story = self._tell_story(order, parts)
                    still = [one for one in story.episodes if one.closed_on is None]
                    self.assertEqual(len(still), int(is_open), (order, parts))
                    counted = sum(one.count for one in story.episodes)
                    held = sum(one.kind == HOLD for one in signals)
                    self.assertTrue(raised <= counted <= raised + held, (order, parts))

    def test_at_the_same_time_the_last_word_counts(self):
        raised, over = self._at(0, RAISE, 1), self._at(0, CLEAR, 2)
        self.assertIsNotNone(
            self._tell_story([over, raised], [2]).episodes[0].closed_on
        )
        again = self._at(0, RAISE, 3)
        story = self._tell_story([raised, over, again], [1, 1, 1])
        self.assertEqual(
            [one.closed_on is None for one in story.episodes], [False, True]
        )
