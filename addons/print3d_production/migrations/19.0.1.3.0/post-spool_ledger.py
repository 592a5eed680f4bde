def migrate(cr, version):
    """Name the runs in the ledgers of the spools that are there."""
    if not version:
        return
    cr.execute(
        """
        UPDATE print3d_spool_entry entry
           SET res_model = 'print3d.run', res_id = move.run_id
          FROM stock_move_line line
          JOIN stock_move move ON move.id = line.move_id
         WHERE line.spool_entry_id = entry.id AND move.run_id IS NOT NULL
        """
    )
