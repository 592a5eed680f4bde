from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from .print3d_trace_lines import INSIDE, NOTHING


class Print3dTraceLoose(models.AbstractModel):
    """Pieces without a lot: by chains of moves, or else by what is possible."""

    _inherit = "print3d.trace"

    @api.model
    def _find_loose_left(self, trail, loose, made):
        """Return the lines by which pieces without a lot left, like :meth:`_find_left`.

        :param dict loose: number of the line that made them: (move, product, pieces)
        """
        # A move may have several lines: what was asked for, and what came beyond it.
        lines_of = defaultdict(list)
        for line, (move, _product, _pieces) in sorted(loose.items()):
            lines_of[move].append(line)
        chained = self._find_chained(list(lines_of))
        wanted = self._find_wanted(list(lines_of))
        left, sure_lines, gone = [], set(), defaultdict(float)
        for move, line, usage, pieces in chained:
            sure = any(made[maker] for maker in lines_of[move])
            left.append((line, usage, sure))
            sure_lines.add(line)
            gone[move] += pieces
        # What is more than others asked for lies in the stock with all the rest.
        surplus = {}
        for move, lines in lines_of.items():
            product = loose[lines[0]][1]
            pieces = sum(loose[line][2] for line in lines)
            asked = min(pieces, wanted.get(move, 0.0))
            waiting = max(0.0, asked - gone[move])
            if waiting > NOTHING:
                trail.loose[product] = trail.loose.get(product, 0.0) + waiting
            rest = pieces - asked
            for line in reversed(lines):
                part = min(rest, loose[line][2])
                if part > NOTHING:
                    surplus[line] = part
                    rest -= part
        if surplus:
            mixed, remaining = self._mix(
                {loose[line][1] for line in surplus}, sources=surplus
            )
            fed = self._find_fed(set(mixed) - sure_lines)
            left += [
                (line, usage, False)
                for line, (usage, _pool) in mixed.items()
                if line not in sure_lines and line not in fed
            ]
            for line in remaining:
                product = loose[line][1]
                trail.loose[product] = trail.loose.get(product, 0.0) + surplus[line]
        return left

    @api.model
    def _find_chained(self, moves):
        """Return what left by moves that were chained to others.

        :return: tuples of (first move, line that left, usage of the place it went to,
            pieces)
        """
        return self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE down AS (
                    SELECT id AS first_id, id AS move_id FROM stock_move
                     WHERE id = ANY(%s)
                     UNION
                    SELECT down.first_id, rel.move_dest_id
                      FROM down
                      JOIN stock_move_move_rel rel ON rel.move_orig_id = down.move_id
                )
                SELECT down.first_id, line.id, dest.usage, line.quantity_product_uom
                  FROM down
                  JOIN stock_move_line line ON line.move_id = down.move_id
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location dest ON dest.id = line.location_dest_id
                 WHERE line.state = 'done' AND line.lot_id IS NULL
                   AND source.usage IN %s AND dest.usage NOT IN %s
                   AND line.company_id = ANY(%s)
                """,
                moves,
                INSIDE,
                INSIDE,
                self.env.companies.ids,
            )
        )

    @api.model
    def _find_wanted(self, moves):
        """Return how many pieces others wait for or got, by number of the move."""
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT rel.move_orig_id, SUM(dest.product_qty)
                      FROM stock_move_move_rel rel
                      JOIN stock_move dest ON dest.id = rel.move_dest_id
                     WHERE rel.move_orig_id = ANY(%s) AND dest.state != 'cancel'
                  GROUP BY rel.move_orig_id
                    """,
                    moves,
                )
            )
        )

    @api.model
    def _find_chained_makers(self, moves):
        """Return what was made for moves, as {move: [(line that made it, pieces)]}."""
        makers = defaultdict(list)
        for move, line, pieces in self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE up AS (
                    SELECT id AS last_id, id AS move_id FROM stock_move
                     WHERE id = ANY(%s)
                     UNION
                    SELECT up.last_id, rel.move_orig_id
                      FROM up
                      JOIN stock_move_move_rel rel ON rel.move_dest_id = up.move_id
                )
                SELECT up.last_id, line.id, line.quantity_product_uom
                  FROM up
                  JOIN stock_move_line line ON line.move_id = up.move_id
                  JOIN stock_location source ON source.id = line.location_id
                 WHERE line.state = 'done' AND source.usage = 'production'
                   AND line.company_id = ANY(%s)
                """,
                list(moves),
                self.env.companies.ids,
            )
        ):
            makers[move].append((line, pieces))
        return makers

    @api.model
    def _find_fed(self, lines):
        """Return those of the lines that took no more than was made for them alone."""
        if not lines:
            return set()
        asked, moves = defaultdict(float), {}
        for line, _lot, move, _product, pieces in self._read_pieces(lines):
            asked[move] += pieces
            moves[line] = move
        makers = self._find_chained_makers(asked)
        return {
            line
            for line, move in moves.items()
            if sum(pieces for _maker, pieces in makers[move]) >= asked[move] - NOTHING
        }

    # === PIECES NOBODY CAN TELL APART === #

    @api.model
    def _mix(self, product_ids, sources=None, targets=None):
        """Follow pieces without a lot through the stock of their products.

        :param product_ids: the products
        :param sources: lines that brought the pieces looked for; all that were made,
            when None
        :param targets: lines by which pieces left that are looked at; all, when None
        :return: {line that left: (usage of the place it went to, lines of which
            pieces may have left by it)}, and the lines of which some may be left
        :rtype: tuple
        """
        pools, known, mixed = defaultdict(set), defaultdict(set), {}
        for line, company, product, came, source, dest, balance in self._read_events(
            product_ids, sources
        ):
            pool, ever = pools[company, product], known[company, product]
            if came:
                if line in sources if sources is not None else source == "production":
                    pool.add(line)
                    ever.add(line)
                elif source in ("inventory", "customer"):
                    # What is found or comes back may be what was looked for.
                    pool |= ever
            elif pool and (targets is None or line in targets):
                mixed[line] = (dest, frozenset(pool))
            if balance <= NOTHING:
                pool.clear()
        return mixed, set().union(*pools.values())

    @api.model
    def _read_events(self, product_ids, sources):
        """Return how pieces without a lot came and went, from the first that counts.

        :return: tuples of (line, company, product, whether it came, usages of source
            and destination, pieces in stock after it), in the order of time
        """
        since = SQL("true")
        if sources is not None:
            since = SQL(
                "date >= (SELECT MIN(date) FROM stock_move_line WHERE id = ANY(%s))",
                list(sources),
            )
        return self.env.execute_query(
            SQL(
                """
                SELECT id, company_id, product_id, came, source, dest, balance
                  FROM (
                    SELECT line.id, line.company_id, line.product_id, line.date,
                           dest.usage IN %(inside)s AS came,
                           source.usage AS source, dest.usage AS dest,
                           SUM(CASE WHEN dest.usage IN %(inside)s
                                    THEN line.quantity_product_uom
                                    ELSE -line.quantity_product_uom END) OVER (
                               PARTITION BY line.company_id, line.product_id
                               ORDER BY line.date, line.id) AS balance
                      FROM stock_move_line line
                      JOIN stock_location source ON source.id = line.location_id
                      JOIN stock_location dest ON dest.id = line.location_dest_id
                     WHERE line.state = 'done' AND line.lot_id IS NULL
                       AND line.product_id = ANY(%(products)s)
                       AND line.company_id = ANY(%(companies)s)
                       AND (source.usage IN %(inside)s) != (dest.usage IN %(inside)s)
                       ) events
                 WHERE %(since)s
              ORDER BY date, id
                """,
                inside=INSIDE,
                products=list(product_ids),
                companies=self.env.companies.ids,
                since=since,
            )
        )
