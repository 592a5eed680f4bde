/**
 * What a check of a shelf found, from what is booked there and what was scanned.
 *
 * @param {number} placeId
 * @param {Object[]} booked spools that should be here
 * @param {Object[]} scanned spools that are here, as cards or minis
 * @returns {{found: Object[], missing: Object[], extra: Object[], isDone: boolean}}
 */
export function compareShelf(placeId, booked, scanned) {
    const seen = new Map(scanned.map((spool) => [spool.id, spool]));
    const expected = new Set(booked.map(({ id }) => id));
    const found = booked.filter(({ id }) => seen.has(id));
    const missing = booked.filter(({ id }) => !seen.has(id));
    const extra = [...seen.values()].filter(({ id }) => !expected.has(id));
    return { found, missing, extra, isDone: !missing.length && !extra.length };
}
