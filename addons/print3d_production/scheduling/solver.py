"""Solves models with OR-Tools: the only file that needs it, and only when used."""

import threading
from dataclasses import dataclass
from importlib import import_module
from math import ceil

from .model import Model
from .shop import Placing

# How often whoever waits for a solution is asked whether to go on, in seconds.
LOOK_EVERY = 0.25


class SolverMissingError(Exception):
    """OR-Tools is not installed."""


def load(name="ortools.sat.python.cp_model"):
    """Return a module of OR-Tools, CP-SAT's by default.

    :raises SolverMissingError: it is not there
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise SolverMissingError(
            "OR-Tools is not installed: pip install ortools"
        ) from error


@dataclass
class Solution:
    """The places found, and what is known: `bound` is below every cost of the part."""

    placings: list
    cost: int
    bound: int
    is_optimal: bool


def solve(problem, part, effort, seconds, workers=1, seed=1, go_on=None):
    """Plan a part of a plan anew.

    :param problem: the Problem
    :param part: the part (see `model.Part`)
    :param float effort: how much to do at most, in CP-SAT's deterministic seconds
    :param float seconds: how long to look at most
    :param int workers: threads
    :param int seed: of the search; the same seed finds the same
    :param go_on: a function called now and then; the search ends when it is false
    :return: a Solution, ``None`` when none was found
    :raises SolverMissingError: OR-Tools is not there
    """
    cp = load()
    model = Model(problem, part, cp)
    solver = cp.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = workers
    parameters.interleave_search = workers > 1
    parameters.random_seed = seed
    parameters.max_deterministic_time = effort
    parameters.max_time_in_seconds = seconds
    # Thousands of small models are solved in a row: looking long into each before
    # its search begins, or at its linear relaxation, does not pay.
    parameters.linearization_level = 0
    parameters.cp_model_probing_level = 0
    parameters.symmetry_level = 0
    status = _run(solver, model.model, go_on, cp)
    if status not in (cp.OPTIMAL, cp.FEASIBLE):
        return None
    placings = []
    for job in part.jobs:
        printer_id = next(
            printer.id
            for printer in part.printers
            if (job.id, printer.id) in model.on
            and solver.boolean_value(model.on[job.id, printer.id])
        )
        end = solver.value(model.end[job.id])
        setup = solver.value(model.setup[job.id])
        placings.append(Placing(job.id, printer_id, end - job.minutes, end, setup))
    return Solution(
        placings,
        round(solver.objective_value),
        # Costs are whole numbers; the bound is one but for rounding.
        ceil(solver.best_objective_bound - 1e-6),
        status == cp.OPTIMAL,
    )


def _run(solver, model, go_on, cp):
    """Solve beside whoever waits, who can look at the clock and stop it."""
    if go_on is None:
        return solver.solve(model)
    found = []
    thread = threading.Thread(
        target=lambda: found.append(solver.solve(model)), daemon=True
    )
    thread.start()
    while thread.is_alive():
        thread.join(LOOK_EVERY)
        if thread.is_alive() and not go_on():
            solver.stop_search()
            thread.join()
    return found[0] if found else cp.UNKNOWN


def assign(costs):
    """Return the least sum of costs with which rows go to different columns.

    :param costs: rows of whole numbers, as many as columns
    :rtype: int
    :raises SolverMissingError: OR-Tools is not there
    """
    graph = load("ortools.graph.python.linear_sum_assignment")
    assignment = graph.SimpleLinearSumAssignment()
    for left, row in enumerate(costs):
        for right, cost in enumerate(row):
            assignment.add_arc_with_cost(left, right, cost)
    if assignment.solve() != assignment.OPTIMAL:
        raise ValueError("no assignment: the costs are not square or far too large")
    return assignment.optimal_cost()
