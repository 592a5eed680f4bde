def migrate(cr, version):
    """Drop the indexes of jsonb that answered conditions on settings.

    Numbers of a dictionary take their place.
    """
    cr.execute("DROP INDEX IF EXISTS print3d_slice__settings_gin")
    cr.execute("DROP INDEX IF EXISTS print3d_slice__common_gin")
