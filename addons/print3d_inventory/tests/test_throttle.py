from odoo.tests import BaseCase, tagged

from ..tools.throttle import Throttle


@tagged("post_install", "-at_install")
class TestThrottle(BaseCase):
    def setUp(self):
        super().setUp()
        self.now = 100.0

    def _make(self, **options):
        return Throttle(per_minute=60, burst=3, clock=lambda: self.now, **options)

    def test_a_burst_and_then_one_a_second(self):
        throttle = self._make()
        self.assertEqual([throttle.take("a") for _index in range(3)], [0, 0, 0])
        self.assertEqual(throttle.take("a"), 1)
        # What was refused does not count.
        self.assertEqual(throttle.take("a"), 1)
        self.now += 0.25
        self.assertAlmostEqual(throttle.peek("a"), 0.75)
        self.now += 0.75
        self.assertEqual(throttle.take("a"), 0)
        self.assertGreater(throttle.take("a"), 0)

    def test_keys_do_not_hold_each_other_up(self):
        throttle = self._make()
        for _index in range(3):
            throttle.take("a")
        self.assertGreater(throttle.peek("a"), 0)
        self.assertEqual(throttle.take("b"), 0)

    def test_rest_fills_up_to_the_burst_only(self):
        throttle = self._make()
        throttle.take("a")
        self.now += 3600
        self.assertEqual([throttle.take("a") for _index in range(4)], [0, 0, 0, 1])

    def test_the_longest_unseen_is_forgotten(self):
        throttle = self._make(most_keys=2)
        for key in ("a", "a", "a", "b", "c"):
            throttle.take(key)
        self.assertEqual(throttle.peek("a"), 0)
