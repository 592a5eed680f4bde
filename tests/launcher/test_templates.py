import os

import pytest

from launcher import templates
from launcher.serve import birth

DEPS = {"mail": "19", "stock": "19"}


@pytest.mark.parametrize(
    ("known", "best"),
    [
        ({}, None),
        ({"t": {"mail": "18"}}, None),
        ({"t": DEPS | {"print3d_a": "old"}}, None),
        ({"t": {"mail": "19"}, "u": DEPS}, "u"),
        ({"t": DEPS, "u": DEPS | {"print3d_a": "1"}}, "u"),
        ({"t": DEPS | {"print3d_a": "1", "print3d_b": "1", "sale": "19"}}, None),
    ],
)
def test_the_largest_fitting_template_is_the_base(known, best):
    wanted = DEPS | {"print3d_a": "1", "print3d_b": "1"}
    assert templates.best_base(known, wanted) == best


def test_working_databases_of_the_living_are_kept():
    alive = f"print3d_abcd_s_{os.getpid()}_{birth(os.getpid())}_12ef"
    assert not templates.is_left_over(alive)
    assert templates.is_left_over(f"print3d_abcd_b_{os.getpid()}_1_12ef")
    assert templates.is_left_over("print3d_abcd_s_999999999_1_12ef")
    assert not templates.is_left_over("print3d_abcd_t_0123456789abcdef")
