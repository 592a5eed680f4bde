from odoo import Command, models


class ProductProduct(models.Model):
    """What was agreed about a variant follows it to another model."""

    _inherit = "product.product"

    def _print3d_get_move_problems(self, template):
        """Override to keep royalties and limits from going to somebody else."""
        problems = super()._print3d_get_move_problems(template)
        source = self.product_tmpl_id
        mine, theirs = source.designer_id, template.designer_id
        if not mine or not theirs or mine == theirs:
            return problems
        terms = self.env["print3d.licence.term"]._find_by_model(
            source | template, self.company_id or self.env.company
        )
        if any(terms.values()):
            problems.append(
                self.env._(
                    "“%(its)s” is by %(mine)s and “%(model)s” by %(theirs)s, and "
                    "there are licence terms. Name the same designer on both, or leave "
                    "them apart.",
                    its=source.display_name,
                    mine=mine.display_name,
                    model=template.display_name,
                    theirs=theirs.display_name,
                )
            )
        return problems

    def _print3d_after_move(self, source, template):
        """Override to let terms that name the model name the other one, too."""
        result = super()._print3d_after_move(source, template)
        if self.env.context.get("print3d_keep_terms"):
            return result
        # Operators move variants; what was agreed holds whoever moves them.
        found = self.env["print3d.licence.term"]._find_by_model(
            source, self.company_id or self.env.company
        )
        if found.get(source.id) and not template.designer_id:
            template.designer_id = found[source.id].designer_id[:1]
        for term in source.sudo().print3d_term_ids - template.sudo().print3d_term_ids:
            term.product_tmpl_ids = [Command.link(template.id)]
            term.message_post(
                body=self.env._(
                    "These terms now hold for “%(model)s”, too: variants of "
                    "“%(its)s” were moved there.",
                    model=template.name,
                    its=source.name,
                )
            )
        return result


class Print3dLibraryChange(models.Model):
    _inherit = "print3d.library.change"

    def _undo_moves(self):
        """Override: going back brings no terms along."""
        return super(
            Print3dLibraryChange, self.with_context(print3d_keep_terms=True)
        )._undo_moves()
