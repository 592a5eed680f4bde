/** From so many pixels on a tile has room for the big look, or the middle one. */
const LARGE = { width: 300, height: 270 };
const MEDIUM = { width: 220, height: 190 };
const SMALLEST = { width: 150, height: 140 };
const LARGEST = { width: 460, height: 420 };
export const GAP = 8;

/**
 * The number of columns that gives the largest tiles without scrolling.
 *
 * @param {number} count tiles
 * @param {{width: number, height: number}} area pixels there are
 * @returns {{columns: number, width: number, height: number, size: string,
 *     scrolls: boolean}} of a tile; `scrolls` when they do not all fit
 */
export function layoutTiles(count, area) {
    let best = null;
    for (let columns = 1; columns <= Math.max(count, 1); columns++) {
        const rows = Math.ceil(count / columns) || 1;
        const width = (area.width - GAP * (columns - 1)) / columns;
        const height = (area.height - GAP * (rows - 1)) / rows;
        if (width < SMALLEST.width) {
            break;
        }
        // A tile reads best when it is about as wide as high.
        const score = Math.min(
            Math.min(width, LARGEST.width) / 1.15,
            Math.min(height, LARGEST.height)
        );
        if (height >= SMALLEST.height && (!best || score > best.score)) {
            best = { columns, width, height, score };
        }
    }
    if (!best) {
        const columns = Math.max(
            1,
            Math.floor((area.width + GAP) / (SMALLEST.width + 20 + GAP))
        );
        const width = (area.width - GAP * (columns - 1)) / columns;
        return describe(columns, width, SMALLEST.height + 10, true);
    }
    return describe(
        best.columns,
        Math.min(best.width, LARGEST.width),
        Math.min(best.height, LARGEST.height),
        false
    );
}

function describe(columns, width, height, scrolls) {
    const holds = (least) => width >= least.width && height >= least.height;
    const size = holds(LARGE) ? "l" : holds(MEDIUM) ? "m" : "s";
    return {
        columns,
        width: Math.floor(width),
        height: Math.floor(height),
        size,
        scrolls,
    };
}

/**
 * Where an arrow key leads in a grid of tiles.
 *
 * @param {string} key of the keyboard
 * @param {number} index of the tile that has the focus
 * @param {{count: number, columns: number, isRtl: boolean}} grid
 * @returns {number} the index of the next tile; the same at an edge
 */
export function moveFocus(key, index, { count, columns, isRtl }) {
    const forward = isRtl ? -1 : 1;
    const steps = {
        ArrowRight: forward,
        ArrowLeft: -forward,
        ArrowDown: columns,
        ArrowUp: -columns,
    };
    if (key === "Home") {
        return 0;
    }
    if (key === "End") {
        return count - 1;
    }
    const next = index + (steps[key] || 0);
    return next >= 0 && next < count ? next : index;
}
