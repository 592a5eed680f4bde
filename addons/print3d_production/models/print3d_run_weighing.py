from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.print3d_inventory.models.print3d_spool_entry import STATEMENTS

from .print3d_run import ENDED


class Print3dRunWeighing(models.Model):
    """Spools that are weighed while they print.

    A print takes its grams off the books at its end. A weighing (or count) on the way
    says what was left then, and so has what was used until then in it already. That
    part is taken as of just before the weighing, which it does not change: the order
    pays for all of it, and the spool keeps what was weighed less what came after.
    """

    _inherit = "print3d.run"

    def _get_weighings(self):
        """Return {(run id, spool id): when it was weighed or counted since the start}.

        The moments of each are in the order of time. The number of queries does not
        depend on how many runs there are.

        :rtype: dict[tuple, list]
        """
        started = {run: run.date_start for run in self if run.date_start}
        if not started:
            return {}
        moments = {
            lot.id: sorted(set(told))
            for lot, told in self.env["print3d.spool.entry"]
            .sudo()
            ._read_group(
                [
                    ("lot_id", "in", self.spool_ids.lot_id.ids),
                    ("kind", "in", STATEMENTS),
                    ("state", "=", "posted"),
                    ("undone_by_id", "=", False),
                    ("happened_on", ">", min(started.values())),
                ],
                ["lot_id"],
                ["happened_on:array_agg"],
            )
        }
        found = {}
        for run, start in started.items():
            for lot in run.spool_ids.lot_id:
                since = [when for when in moments.get(lot.id, ()) if when > start]
                if since:
                    found[run.id, lot.id] = since
        return found

    def _get_percent_at(self, moment, percent=None, until=None, duration_s=0):
        """Return how far this print was at a moment; standing still counts as no time.

        :param datetime moment: between its start and ``until``
        :param float percent: how far it was in the end; as it is now by default
        :param datetime until: when that was; now by default
        :param int duration_s: machine time until then. Who notes start and end together
            after a print notes a start that is too late: the time tells it.
        :rtype: float
        """
        self.ensure_one()
        until = until or fields.Datetime.now()
        percent = self.progress_shown if percent is None else percent
        begin = min(self.date_start, until - timedelta(seconds=duration_s))
        gone = (until - begin).total_seconds() - self._get_paused_s(until)
        if gone <= 0:
            return 0.0
        then = (moment - begin).total_seconds() - self._get_paused_s(moment)
        return percent * min(max(then / gone, 0.0), 1.0)

    def _get_given(self, used, weighed, percent, percent_at):
        """Return what each spool had given when it was weighed.

        The spools of a tool were used one after the other, so that the later ones had
        given nothing as long as the first one fed it.

        :param list used: (print3d.run.spool, grams it gives up to ``percent``)
        :param dict weighed: see :meth:`_get_weighings`
        :param float percent: how far the print is when all of ``used`` is used
        :param percent_at: tells how far it was at a moment
        :return: {print3d.run.spool: [(moment, grams by then), …]}, in the order of time
        :rtype: dict
        """
        self.ensure_one()
        given = {}
        lines = dict(used)
        spools = self.env["print3d.run.spool"].union(*lines).sorted("id")
        for rows in spools.grouped("tool").values():
            total, before = sum(lines[spool] for spool in rows), 0.0
            for spool in rows:
                for moment in weighed.get((self.id, spool.lot_id.id), ()):
                    share = self._get_share_at(
                        rows.plate_filament_id[:1], percent_at(moment), percent
                    )
                    grams = min(max(total * share - before, 0.0), lines[spool])
                    given.setdefault(spool, []).append((moment, grams))
                before += lines[spool]
        return given

    def _get_share_at(self, need, percent, full):
        """Return which part of the grams used up to ``full`` was used at ``percent``.

        :param need: what the plate wants of the tool (print3d.plate.filament)
        :rtype: float
        """
        if not full:
            # It never came beyond its beginning, which was before any weighing.
            return 1.0
        used = self._get_used_share(need, full)
        if not used:
            return percent / full
        return self._get_used_share(need, percent) / used

    def _get_given_by_end(self, used, percent, ended_on, duration_s):
        """Return what each spool had given when it was weighed during this print.

        :param list used: see :meth:`_get_used_grams`
        :param float percent: how far it came
        :param datetime ended_on: when it ended
        :param int duration_s: its machine time
        :return: see :meth:`_get_given`
        :rtype: dict
        """
        self.ensure_one()
        weighed = {}
        for key, moments in self._get_weighings().items():
            weighed[key] = [moment for moment in moments if moment <= ended_on]
        return self._get_given(
            used,
            weighed,
            percent,
            lambda moment: self._get_percent_at(moment, percent, ended_on, duration_s),
        )

    def _get_grams_to_take(self):
        """Return what runs that print will still take off the books of their spools.

        That is all they were given at the start: the books are written at the end. When
        a spool was weighed since, the books know of what was used until then, and only
        the rest will be taken.

        :return: {run id: {spool id: grams}}
        :rtype: dict
        """
        weighed = self._get_weighings()
        found = {}
        for run in self:
            grams = found[run.id] = {}
            planned = [(line, line.planned_g) for line in run.spool_ids]
            given = run._get_given(planned, weighed, 100.0, run._get_percent_at)
            for line, part in planned:
                gone = given[line][-1][1] if line in given else 0.0
                lot_id = line.lot_id.id
                grams[lot_id] = grams.get(lot_id, 0.0) + part - gone
        return found

    def _get_given_at(self, lot, moments):
        """Return what this print, which has ended, had taken off a spool by then.

        :param lot: the spool (stock.lot)
        :param list moments: in the order of time
        :return: grams, one for each moment
        :rtype: list[float]
        """
        self.ensure_one()
        percent = 100.0 if self.state == "done" else self.failure_percent
        used = [(line, line.told_g) for line in self.spool_ids]
        given = self._get_given(
            used,
            {(self.id, lot.id): moments},
            percent,
            lambda moment: self._get_percent_at(
                moment, percent, self.date_end, self.duration_s
            ),
        )
        sums = [0.0] * len(moments)
        for parts in given.values():
            for index, (_moment, grams) in enumerate(parts):
                sums[index] += grams
        return sums


class StockLot(models.Model):
    """A weighing that is told only after the end of a print it interrupted."""

    _inherit = "stock.lot"

    def _get_spool_story(self, without=None, also=None):
        """Tell what a print used in parts, when the spool was weighed on the way.

        Weighings that were known at its end have their parts in the books by then.
        """
        story = super()._get_spool_story(without=without, also=also)
        said = sorted({event[0] for event in story if event[2] is not None})
        taken = {
            number: (when, -change)
            for when, number, left, change in story
            if left is None and change < 0
        }
        if not said or not taken:
            return story
        parts = {}
        for run, numbers in self._find_runs_of_entries(taken).items():
            moments = [moment for moment in said if run.date_start < moment]
            given, before = run._get_given_at(self, moments), 0.0
            for number in numbers:
                when, grams = taken[number]
                parts[number] = self._split_by_moments(
                    when,
                    grams,
                    [
                        (moment, min(max(gone - before, 0.0), grams))
                        for moment, gone in zip(moments, given, strict=True)
                        if moment < when
                    ],
                )
                before += grams
        told = []
        for event in story:
            number = event[1]
            told += [
                (when, number, None, -grams) for when, grams in parts.get(number, ())
            ] or [event]
        return sorted(told)

    def _split_by_moments(self, when, grams, given):
        """Return [(when, grams)]: what was used just before each moment, and the rest.

        :param datetime when: when the last of it was used
        :param float grams: all of it
        :param list given: (moment, grams used by then), in the order of time
        """
        parts, reached = [], 0.0
        for moment, gone in given:
            if gone > reached:
                # No other event is in between: they have whole seconds.
                parts.append((moment - timedelta(microseconds=1), gone - reached))
                reached = gone
        return [*parts, (when, grams - reached)]

    def _find_runs_of_entries(self, taken):
        """Return {print3d.run that has ended: its lines of the ledger, by time}.

        :param dict taken: {id of a print3d.spool.entry: (when, grams)}
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entry.id, run.id
                  FROM print3d_spool_entry entry
                  JOIN print3d_run run ON run.id = entry.res_id
                 WHERE entry.res_model = 'print3d.run' AND entry.id IN %s
                   AND entry.kind IN ('use', 'scrap')
                   AND run.state IN %s AND run.date_start < entry.happened_on
              ORDER BY entry.happened_on, entry.id
                """,
                tuple(taken),
                ENDED,
            )
        )
        runs = {}
        for number, run_id in rows:
            runs.setdefault(self.env["print3d.run"].sudo().browse(run_id), []).append(
                number
            )
        return runs
