"""How many slips of the finger are between two words. Nothing of Odoo."""


def allowed(word):
    """How many slips a word of this length may have before it is another word."""
    if len(word) < 4:
        return 0 if len(word) < 3 else 1
    return 1 if len(word) < 6 else 2


def slips(first, second, limit):
    """Letters left out, added, changed or swapped between two words.

    The distance of optimal string alignment (Damerau 1964, without a letter edited
    twice), as far as it is within a limit.

    :param int limit: the most that matters
    :return: the number of slips; ``limit + 1`` when there are more
    """
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before, row = [], list(range(len(second) + 1))
    for at, letter in enumerate(first, 1):
        last, before = before, row
        row = [at]
        for place, other in enumerate(second, 1):
            cost = min(
                before[place] + 1, row[-1] + 1, before[place - 1] + (letter != other)
            )
            swapped = (
                at > 1
                and place > 1
                and letter == second[place - 2]
                and other == first[at - 2]
            )
            row.append(min(cost, last[place - 2] + 1) if swapped else cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
