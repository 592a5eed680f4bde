def migrate(cr, version):
    """Only warn in shops that sold before there was a check.

    A shop that is new refuses a sale outside a licence; one that was upgraded must not
    find its quotations refused the next morning. Its owner sees the warnings and changes
    the setting.
    """
    cr.execute("UPDATE res_company SET print3d_licence_rule = 'warn'")
