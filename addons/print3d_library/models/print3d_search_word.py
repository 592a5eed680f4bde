from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import typo

MAX_CANDIDATES = 40
# Words of few letters share too few groups of three; as many are looked at at most.
MAX_SHORT = 20000
MIN_LENGTH = 3


class Print3dSearchWord(models.Model):
    """A word that is written anywhere in the library, to know what a slip meant.

    Nothing is locked when words are added, so a word may be there twice.
    """

    _name = "print3d.search.word"
    _description = "Word of the Library, for the Search"
    _log_access = False
    _order = "word"

    word = fields.Char(required=True, index=True)

    def init(self):
        """Index groups of three letters, where PostgreSQL can."""
        if self.env.registry.has_trigram:
            self.env.cr.execute(
                "CREATE INDEX IF NOT EXISTS print3d_search_word_trigram_idx "
                "ON print3d_search_word USING gin (word gin_trgm_ops)"
            )

    @api.model
    def _add(self, words):
        """Add the words that are not there yet."""
        words = sorted(
            word
            for word in words
            if len(word) >= MIN_LENGTH and not any(map(str.isdigit, word))
        )
        if words:
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO print3d_search_word (word)
                    SELECT new.word
                      FROM unnest(%s) AS new(word)
                     WHERE NOT EXISTS (SELECT FROM print3d_search_word AS known
                                        WHERE known.word = new.word)
                    RETURNING id
                    """,
                    words,
                )
            )

    @api.model
    def _find_like(self, word):
        """Words of the library that a slip of the finger may have turned into this one.

        The nearest come first.

        :rtype: list[str]
        """
        limit = typo.allowed(word)
        if not limit:
            return []
        found = self._find_by_trigrams(word) if self.env.registry.has_trigram else []
        ranked = self._rank(word, found, limit)
        if not ranked:
            ranked = self._rank(word, self._find_by_length(word, limit), limit)
        return ranked

    @api.model
    def _rank(self, word, found, limit):
        ranked = sorted(
            (typo.slips(word, other, limit), other[:1] != word[:1], other)
            for other in found
        )
        return [other for slips, _first, other in ranked if 0 < slips <= limit]

    @api.model
    def _find_by_trigrams(self, word):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT word, similarity(word, %(word)s) AS alike
                  FROM print3d_search_word
                 WHERE word %% %(word)s AND length(word) BETWEEN %(low)s AND %(high)s
                 ORDER BY alike DESC, word
                 LIMIT %(limit)s
                """,
                word=word,
                low=len(word) - 2,
                high=len(word) + 2,
                limit=MAX_CANDIDATES,
            )
        )
        return [found for found, _alike in rows]

    @api.model
    def _find_by_length(self, word, limit):
        """Words of about this length: what two swapped letters of a short word need."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT word
                  FROM print3d_search_word
                 WHERE length(word) BETWEEN %s AND %s
                   AND (left(word, 1) = ANY(%s) OR right(word, 1) = %s)
                 LIMIT %s
                """,
                len(word) - limit,
                len(word) + limit,
                list(word[:2]),
                word[-1],
                MAX_SHORT,
            )
        )
        return [found for (found,) in rows]
