from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from .print3d_trace import DEEPEST

# Places of the shop's own; whatever leaves them is used, sold or gone.
INSIDE = ("internal", "transit")
# Kinds of entries of a ledger that say what is there, and take nothing off.
BOOKKEEPING = ("count", "percent", "weigh", "scale", "correct", "merge_out")
# Below this many units nothing is left of a product.
NOTHING = 1e-6


class Print3dTraceLines(models.AbstractModel):
    """What is asked of the stock moves to follow filament, each for all at once."""

    _inherit = "print3d.trace"

    # === SPOOLS === #

    @api.model
    def _follow_merges(self, spools, back=False):
        """Add the spools that remnants of these were wound on.

        :param dict spools: number of a spool: since when it counts
        :param bool back: add those instead whose remnants are on these
        :return: all of them, in the same form
        """
        found = dict(spools)
        new = list(spools)
        for _level in range(DEEPEST):
            if not new:
                break
            pairs = self.env.execute_query(
                SQL(
                    """
                    SELECT source.lot_id, target.lot_id, MIN(target.happened_on)
                      FROM print3d_spool_entry target
                      JOIN print3d_spool_entry source ON source.id = target.pair_id
                     WHERE target.kind = 'merge_in' AND target.state = 'posted'
                       AND target.undone_by_id IS NULL AND %s = ANY(%s)
                  GROUP BY source.lot_id, target.lot_id
                    """,
                    SQL("target.lot_id") if back else SQL("source.lot_id"),
                    new,
                )
            )
            new = []
            for source, target, when in pairs:
                lot = source if back else target
                if lot not in found:
                    found[lot] = None if back else when
                    new.append(lot)
                elif not back and found[lot] and when < found[lot]:
                    found[lot] = when
        return found

    @api.model
    def _find_used(self, spools):
        """Return the lines that took filament off spools since they count.

        :rtype: {number of a line: usage of the place it went to}
        """
        return {
            line: usage
            for line, lot, usage, when in self._query_lines(
                SQL(
                    "line.id, line.lot_id, dest.usage, "
                    "COALESCE(entry.happened_on, line.date)"
                ),
                SQL(
                    "line.lot_id = ANY(%s) AND source.usage IN %s "
                    "AND dest.usage NOT IN %s "
                    "AND (entry.kind IS NULL OR entry.kind NOT IN %s)",
                    list(spools),
                    INSIDE,
                    INSIDE,
                    BOOKKEEPING,
                ),
                SQL(
                    "LEFT JOIN print3d_spool_entry entry"
                    " ON entry.id = line.spool_entry_id"
                ),
            )
            if not spools[lot] or when >= spools[lot]
        }

    @api.model
    def _find_received(self, where):
        """Return the numbers of spools that came with certain moves."""
        return [
            lot
            for (lot,) in self._query_lines(
                SQL("DISTINCT line.lot_id"),
                SQL("line.lot_id IS NOT NULL AND lot.is_spool AND %s", where),
                SQL(
                    "JOIN stock_lot lot ON lot.id = line.lot_id "
                    "JOIN stock_move move ON move.id = line.move_id "
                    "LEFT JOIN purchase_order_line purchase"
                    " ON purchase.id = move.purchase_line_id"
                ),
            )
        ]

    @api.model
    def _split_spools(self, lines):
        """Tell lines of spools, as {line: spool}, from all others, as a list."""
        spools = dict(
            self._query_lines(
                SQL("line.id, line.lot_id"),
                SQL("line.id = ANY(%s) AND lot.is_spool", list(lines)),
                SQL("JOIN stock_lot lot ON lot.id = line.lot_id"),
            )
        )
        return spools, [line for line in lines if line not in spools]

    # === LINES OF STOCK MOVES === #

    @api.model
    def _query_lines(self, columns, where, joins=None):
        """Read done lines of the reader's companies, with ``source`` and ``dest``."""
        return self.env.execute_query(
            SQL(
                """
                SELECT %s
                  FROM stock_move_line line
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location dest ON dest.id = line.location_dest_id
                    %s
                 WHERE line.state = 'done' AND line.company_id = ANY(%s) AND (%s)
                """,
                columns,
                joins or SQL(),
                self.env.companies.ids,
                where,
            )
        )

    @api.model
    def _find_sent(self, where):
        """Return done lines that took something out of the shop, as {line: True}."""
        return {
            line: True
            for (line,) in self._query_lines(
                SQL("line.id"),
                SQL("dest.usage NOT IN %s AND %s", INSIDE, where),
                SQL("JOIN stock_move move ON move.id = line.move_id"),
            )
        }

    @api.model
    def _find_made_lots(self, lot_ids):
        """Return the lines that made pieces of certain lots, as {line: True}."""
        return {
            line: True
            for (line,) in self._query_lines(
                SQL("line.id"),
                SQL(
                    "line.lot_id = ANY(%s) AND source.usage = 'production'"
                    " AND dest.usage IN %s",
                    lot_ids,
                    INSIDE,
                ),
            )
        }

    @api.model
    def _find_products_of(self, used):
        """Return pairs of lines: what was used, and what was made of it."""
        if not used:
            return []
        # Odoo's table has its columns named the other way round: `consume_line_id`
        # is the line whose `consume_line_ids` are meant, the one that made something
        # (stock/models/stock_move_line.py).
        return self._query_lines(
            SQL("rel.produce_line_id, line.id"),
            SQL("rel.produce_line_id = ANY(%s)", list(used)),
            SQL(
                "JOIN stock_move_line_consume_rel rel ON rel.consume_line_id = line.id"
            ),
        )

    @api.model
    def _find_parts_of(self, made):
        """Return pairs of lines: what was used, and what was made of it."""
        if not made:
            return []
        return self._query_lines(
            SQL("line.id, rel.consume_line_id"),
            SQL("rel.consume_line_id = ANY(%s)", list(made)),
            SQL(
                "JOIN stock_move_line_consume_rel rel ON rel.produce_line_id = line.id"
            ),
        )

    @api.model
    def _read_pieces(self, lines):
        """Return (line, lot or None, move, product, pieces) of lines that are done."""
        return self._query_lines(
            SQL(
                "line.id, line.lot_id, line.move_id, line.product_id,"
                " line.quantity_product_uom"
            ),
            SQL("line.id = ANY(%s)", list(lines)),
        )

    @api.model
    def _find_left(self, trail, made):
        """Return the lines by which pieces left the stock.

        :param dict made: the lines that made them: whether that is sure
        :return: tuples of (line, usage of the place it went to, whether that is sure)
        """
        left, lots, loose = [], {}, {}
        for line, lot, move, product, pieces in self._read_pieces(made):
            if lot:
                lots[lot] = lots.get(lot, False) or made[line]
            else:
                loose[line] = (move, product, pieces)
        if lots:
            left += [
                (line, usage, lots[lot])
                for line, lot, usage in self._query_lines(
                    SQL("line.id, line.lot_id, dest.usage"),
                    SQL(
                        "line.lot_id = ANY(%s) AND source.usage IN %s"
                        " AND dest.usage NOT IN %s",
                        list(lots),
                        INSIDE,
                        INSIDE,
                    ),
                )
            ]
        if loose:
            left += self._find_loose_left(trail, loose, made)
        return left

    @api.model
    def _find_loose_left(self, trail, loose, made):
        """Return the lines by which pieces without a lot left, like :meth:`_find_left`.

        :param dict loose: number of the line that made them: (move, product, pieces)
        """
        moves = {move: line for line, (move, _product, _pieces) in loose.items()}
        chained = self._find_chained(list(moves))
        wanted = self._find_wanted(list(moves))
        left, sure_lines, gone = [], set(), defaultdict(float)
        for move, line, usage, pieces in chained:
            left.append((line, usage, made[moves[move]]))
            sure_lines.add(line)
            gone[move] += pieces
        # What is more than others asked for lies in the stock with all the rest.
        surplus = {}
        for line, (move, product, pieces) in loose.items():
            waiting = max(0.0, min(pieces, wanted.get(move, 0.0)) - gone[move])
            if waiting > NOTHING:
                trail.loose[product] = trail.loose.get(product, 0.0) + waiting
            rest = pieces - wanted.get(move, 0.0)
            if rest > NOTHING:
                surplus[line] = rest
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
    def _find_makers(self, gone):
        """Return the lines that made what left, as {line: whether that is sure}.

        :param dict gone: lines by which pieces left: whether that is sure
        """
        made, lots, loose = {}, {}, {}
        for line, lot, move, product, _pieces in self._read_pieces(gone):
            if lot:
                lots[lot] = lots.get(lot, False) or gone[line]
            else:
                loose[line] = (move, product)
        if lots:
            for line, lot in self._query_lines(
                SQL("line.id, line.lot_id"),
                SQL(
                    "line.lot_id = ANY(%s) AND source.usage = 'production'"
                    " AND dest.usage IN %s",
                    list(lots),
                    INSIDE,
                ),
            ):
                made[line] = lots[lot]
        if loose:
            makers = self._find_chained_makers(
                {move for move, _product in loose.values()}
            )
            for line, (move, _product) in loose.items():
                for maker, _pieces in makers[move]:
                    made[maker] = made.get(maker, False) or gone[line]
            fed = self._find_fed(loose)
            unknown = {
                line: product
                for line, (_move, product) in loose.items()
                if line not in fed
            }
            if unknown:
                mixed, _rest = self._mix(set(unknown.values()), targets=unknown)
                for _usage, pool in mixed.values():
                    for maker in pool:
                        made.setdefault(maker, False)
        return made

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
