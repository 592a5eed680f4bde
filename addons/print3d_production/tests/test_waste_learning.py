from odoo.tests import BaseCase, tagged

from ..learning import Sample, learn
from ..learning.waste import quantile


@tagged("post_install", "-at_install")
class TestWasteLearning(BaseCase):
    def test_the_median_of_spans(self):
        learned = learn([Sample(100, 104), Sample(100, 102), Sample(100, 110)])
        self.assertAlmostEqual(learned.value, 0.04)
        self.assertEqual((learned.count, learned.left_out), (3, 0))
        self.assertEqual(learned.planned, 300)

    def test_long_spans_weigh_more(self):
        learned = learn([Sample(30, 31.5), Sample(30, 31.5), Sample(400, 408)])
        self.assertAlmostEqual(learned.value, 0.02)

    def test_outliers_are_left_out(self):
        samples = [Sample(100, 100 + tenth / 10) for tenth in range(30, 51, 2)]
        forgotten = Sample(100, 230)
        learned = learn([*samples, forgotten])
        self.assertAlmostEqual(learned.value, learn(samples).value)
        self.assertEqual((learned.count, learned.left_out), (len(samples), 1))

    def test_equal_spans_make_no_outliers_of_near_ones(self):
        learned = learn([Sample(100, 104)] * 8 + [Sample(100, 106)])
        self.assertEqual(learned.left_out, 0)
        learned = learn([Sample(100, 104)] * 8 + [Sample(100, 150)])
        self.assertEqual(learned.left_out, 1)

    def test_less_than_planned_is_learned_too(self):
        self.assertAlmostEqual(learn([Sample(100, 97)]).value, -0.03)

    def test_nothing_is_learned_from_nothing(self):
        self.assertIsNone(learn([]))
        self.assertIsNone(learn([Sample(0, 10)]))

    def test_quartiles_are_weighted(self):
        pairs = [(1.0, 1), (2.0, 1), (3.0, 1), (4.0, 1)]
        self.assertEqual(quantile(pairs, 0.25), 1.5)
        self.assertEqual(quantile(pairs, 0.5), 2.5)
        self.assertEqual(quantile(pairs, 0.75), 3.5)
        self.assertEqual(quantile([(1.0, 1), (2.0, 8), (3.0, 1)], 0.25), 2.0)
        self.assertEqual(quantile([(1.0, 0.1)], 0.75), 1.0)
