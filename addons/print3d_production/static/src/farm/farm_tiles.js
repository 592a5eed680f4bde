/** What is shown of tiles: progress between two readings, order, filters. */

export const SORTS = ["person", "place", "name", "left"];

/**
 * How far a print is now, from what was known when it was read.
 *
 * @param {Object} run of a tile, with `percent` and `eta` (ms)
 * @param {number} readAt when that was read (ms)
 * @param {number} now (ms)
 * @returns {{percent: number, left: number}} `left` in seconds, 0 when it should be
 *     through
 */
export function reckonProgress(run, readAt, now) {
    if (!run.eta || run.is_paused) {
        const left = run.eta ? Math.max(0, run.eta - readAt) / 1000 : 0;
        return { percent: run.percent, left };
    }
    const span = run.eta - readAt;
    const share = span > 0 ? Math.min(1, Math.max(0, (now - readAt) / span)) : 1;
    // The last percent is told by the printer or by a person.
    const percent =
        run.percent >= 99
            ? run.percent
            : Math.min(99, run.percent + (100 - run.percent) * share);
    return { percent, left: Math.max(0, run.eta - now) / 1000 };
}

const text = (tile) =>
    [
        tile.name,
        tile.model,
        tile.label,
        tile.run && `${tile.run.product} ${tile.run.name}`,
        tile.next && `${tile.next.product} ${tile.next.name}`,
        ...(tile.slots || []).map(
            ({ spool }) => spool && `${spool.name} ${spool.material}`
        ),
    ]
        .filter(Boolean)
        .join(" ")
        .toLowerCase();

/** Whether a printer wants a person now. */
export const wantsPerson = (tile) => tile.rank <= 4;

/**
 * The tiles that a person wants to see.
 *
 * @param {Object[]} tiles
 * @param {{search: string, state: string, material: string}} filter empty for all;
 *     `state` is a state or `person`
 * @returns {Object[]}
 */
export function filterTiles(tiles, { search, state, material }) {
    const words = (search || "").toLowerCase().split(/\s+/).filter(Boolean);
    return tiles.filter(
        (tile) =>
            (!state ||
                (state === "person" ? wantsPerson(tile) : tile.state === state)) &&
            (!material ||
                (tile.slots || []).some(({ spool }) => spool?.material === material)) &&
            (!words.length || words.every((word) => text(tile).includes(word)))
    );
}

/**
 * The tiles in the order chosen; a printer's place in the shop decides among equals.
 *
 * @param {Object[]} tiles
 * @param {string} sort one of `SORTS`
 * @returns {Object[]} a new list
 */
export function sortTiles(tiles, sort) {
    const keys = {
        person: (tile) => [tile.rank, endOf(tile)],
        place: () => [0, 0],
        left: (tile) => [tile.run ? 0 : 1, endOf(tile)],
    };
    if (sort === "name") {
        return [...tiles].sort((a, b) =>
            a.name.localeCompare(b.name, undefined, { numeric: true })
        );
    }
    const key = keys[sort] || keys.person;
    return [...tiles].sort((a, b) => {
        const [one, other] = [key(a), key(b)];
        return (
            one[0] - other[0] ||
            one[1] - other[1] ||
            a.sequence - b.sequence ||
            a.id - b.id
        );
    });
}

const endOf = (tile) => tile.run?.eta || Number.MAX_SAFE_INTEGER;

/** The materials that hang in the printers, by name. */
export function listMaterials(tiles) {
    const names = tiles.flatMap((tile) =>
        (tile.slots || []).map(({ spool }) => spool?.material)
    );
    return [...new Set(names.filter(Boolean))].sort((a, b) => a.localeCompare(b));
}
