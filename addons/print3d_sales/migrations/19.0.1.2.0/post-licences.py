def migrate(cr, version):
    """Only warn in shops that sold before there was a check.

    A new shop refuses a sale outside a licence; one that was upgraded must not find its
    quotations refused the next morning. Its owner sees the warnings and changes it.
    """
    cr.execute("UPDATE res_company SET print3d_licence_rule = 'warn'")
