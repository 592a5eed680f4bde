def migrate(cr, version):
    """Give materials a level of moisture by the tick they had."""
    cr.execute(
        """
        ALTER TABLE print3d_material ADD COLUMN IF NOT EXISTS hygroscopy varchar;
        UPDATE print3d_material
           SET hygroscopy = CASE WHEN hygroscopic THEN 'medium' ELSE 'low' END
         WHERE hygroscopy IS NULL
        """
    )
