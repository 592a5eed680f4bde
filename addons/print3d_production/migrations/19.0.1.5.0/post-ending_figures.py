"""Write down of prints that ended before what their ends took and lost."""


def migrate(cr, version):
    """Fill the figures of ends from their stock moves, where there are none yet."""
    if not version:
        return
    cr.execute(
        """
        WITH taken AS (
            SELECT move.run_id, line.lot_id,
                   SUM(line.quantity_product_uom) AS grams,
                   SUM(line.quantity_product_uom)
                       FILTER (WHERE move.scrap_id IS NOT NULL) AS lost
              FROM stock_move_line line
              JOIN stock_move move ON move.id = line.move_id
             WHERE move.run_id IS NOT NULL AND move.state = 'done'
          GROUP BY move.run_id, line.lot_id
        ), first AS (
            SELECT DISTINCT ON (run_id, lot_id) id, run_id, lot_id
              FROM print3d_run_spool
          ORDER BY run_id, lot_id, id
        ), spools AS (
            UPDATE print3d_run_spool spool
               SET told_g = taken.grams
              FROM first JOIN taken
                ON taken.run_id = first.run_id AND taken.lot_id = first.lot_id
             WHERE spool.id = first.id AND COALESCE(spool.told_g, 0) = 0
        )
        UPDATE print3d_run run
           SET used_total_g = total.grams, scrapped_g = COALESCE(total.lost, 0)
          FROM (SELECT run_id, SUM(grams) AS grams, SUM(lost) AS lost
                  FROM taken GROUP BY run_id) total
         WHERE run.id = total.run_id AND COALESCE(run.used_total_g, 0) = 0
        """
    )
