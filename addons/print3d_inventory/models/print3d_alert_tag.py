from odoo import api, fields, models


class Print3dAlertTag(models.Model):
    """A word by which people and rules sort alerts."""

    _name = "print3d.alert.tag"
    _description = "Tag of Alerts"
    _order = "name"

    name = fields.Char(required=True)
    color = fields.Integer()

    _name_uniq = models.UniqueIndex("(lower(name))", "There is such a tag already.")

    @api.model
    def _find_or_create(self, names):
        """Return the tags of these names, by name in small letters.

        :param names: iterable of str
        :rtype: dict[str, print3d.alert.tag]
        """
        wanted = {}
        for name in names:
            wanted.setdefault(name.strip().lower(), name.strip())
        wanted.pop("", None)
        if not wanted:
            return {}
        found = {tag.name.lower(): tag for tag in self.search([("name", "!=", False)])}
        missing = [name for low, name in wanted.items() if low not in found]
        for tag in self.create([{"name": name} for name in missing]):
            found[tag.name.lower()] = tag
        return {low: found[low] for low in wanted}
