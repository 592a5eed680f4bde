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
