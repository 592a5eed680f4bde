"""Write the ledgers of the spools that are there, from their stock moves."""

from odoo.tools import SQL


def migrate(cr, version):
    """Give each done move of a spool its line.

    What is an inventory adjustment becomes a count of what was left after it, unless
    it brought the spool in.
    """
    if not version:
        return
    cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE spool_story ON COMMIT DROP AS
            SELECT nextval('print3d_spool_entry_id_seq') AS entry_id, story.*,
                   SUM(grams) OVER spool AS balance,
                   ROW_NUMBER() OVER spool AS turn
              FROM (
                SELECT line.move_id, line.lot_id,
                       MIN(line.date) AS date,
                       SUM(line.quantity_product_uom * (
                           (dest.usage = 'internal')::int
                           - (source.usage = 'internal')::int
                       )) AS grams,
                       MIN(source.usage) AS source, MIN(dest.usage) AS dest,
                       MIN(source.print3d_kind) AS source_kind,
                       MIN(dest.print3d_kind) AS dest_kind
                  FROM stock_move_line line
                  JOIN stock_lot lot ON lot.id = line.lot_id AND lot.is_spool
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location dest ON dest.id = line.location_dest_id
                 WHERE line.state = 'done' AND line.spool_entry_id IS NULL
              GROUP BY line.move_id, line.lot_id
                   ) story
            WINDOW spool AS (PARTITION BY lot_id ORDER BY date, move_id)
            """
        )
    )
    cr.execute(
        SQL(
            """
            INSERT INTO print3d_spool_entry (
                id, lot_id, product_id, company_id, kind, grams, measured_g, stated,
                state, reason, user_id, res_model, res_id, happened_on,
                create_uid, create_date, write_uid, write_date)
            SELECT story.entry_id, lot.id, lot.product_id,
                   COALESCE(lot.company_id, move.company_id),
                   CASE WHEN source = 'internal' AND dest = 'internal' THEN
                             CASE WHEN dest_kind = 'slot' THEN 'load'
                                  WHEN source_kind = 'slot' THEN 'unload'
                                  ELSE 'move' END
                        WHEN move.scrap_id IS NOT NULL THEN 'scrap'
                        WHEN move.is_inventory AND turn > 1 THEN 'count'
                        WHEN dest = 'internal' THEN 'receive'
                        WHEN dest IN ('production', 'inventory') THEN 'use'
                        ELSE 'send' END,
                   story.grams,
                   CASE WHEN move.is_inventory AND turn > 1 THEN story.balance END,
                   CASE WHEN move.is_inventory AND turn > 1 THEN story.balance END,
                   'posted', move.reference,
                   COALESCE(move.write_uid, move.create_uid, 1),
                   CASE WHEN move.scrap_id IS NOT NULL THEN 'stock.scrap'
                        WHEN move.picking_id IS NOT NULL THEN 'stock.picking' END,
                   COALESCE(move.scrap_id, move.picking_id),
                   story.date,
                   COALESCE(move.create_uid, 1), now() AT TIME ZONE 'UTC',
                   COALESCE(move.write_uid, 1), now() AT TIME ZONE 'UTC'
              FROM spool_story story
              JOIN stock_lot lot ON lot.id = story.lot_id
              JOIN stock_move move ON move.id = story.move_id
            """
        )
    )
    cr.execute(
        SQL(
            """
            UPDATE stock_move_line line SET spool_entry_id = story.entry_id
              FROM spool_story story
             WHERE line.move_id = story.move_id AND line.lot_id = story.lot_id
               AND line.state = 'done'
            """
        )
    )
