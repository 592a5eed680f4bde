/** Grams of a unit that a scale may show. */
export const UNITS = [
    { key: "g", grams: 1, digits: 1 },
    { key: "kg", grams: 1000, digits: 4 },
    { key: "oz", grams: 28.349523125, digits: 2 },
    { key: "lb", grams: 453.59237, digits: 3 },
];
const MOST_DIGITS = 8;
// A spool that is heavier than when it was full: the scale, or the figure, is wrong.
const ABOVE_SHARE = 1.01;
// Empty spools of one make differ by about so much.
const TARE_SPREAD_G = 10;

/**
 * The text of a number pad after one more key.
 *
 * @param {string} text digits with at most one point
 * @param {string} key "0" to "9", ".", "back" or "clear"
 * @returns {string}
 */
export function pressKey(text, key) {
    if (key === "clear") {
        return "";
    }
    if (key === "back") {
        return text.slice(0, -1);
    }
    if (key === ".") {
        return text.includes(".") ? text : `${text || "0"}.`;
    }
    if (!/^\d$/.test(key) || text.replace(".", "").length >= MOST_DIGITS) {
        return text;
    }
    return text === "0" ? key : text + key;
}

/** @returns {number|null} what a pad shows, in grams; null as long as it shows nothing */
export function readGrams(text, unit = "g") {
    const value = parseFloat(text);
    if (!Number.isFinite(value)) {
        return null;
    }
    const { grams } = UNITS.find(({ key }) => key === unit) || UNITS[0];
    return Math.round(value * grams * 1000) / 1000;
}

/** What a number of grams is in a unit, as text for a pad. */
export function writeUnit(grams, unit = "g") {
    const { grams: size, digits } = UNITS.find(({ key }) => key === unit) || UNITS[0];
    return String(Number((grams / size).toFixed(digits)));
}

/** What is left by each way of telling it, and what may be wrong with the number. */
const MODES = {
    gross: (value, { tare_g: tare }) => ({
        left: value - (tare || 0),
        problem: tare ? "" : "tare",
    }),
    net: (value) => ({ left: value, problem: "" }),
    percent: (value, { full_g: full }) => ({
        left: ((full || 0) * value) / 100,
        problem: value > 100 || !full ? "percent" : "",
    }),
    used(value, { remaining_g: now }) {
        const left = (now || 0) - value;
        return { left, problem: left < -0.5 ? "over" : "" };
    },
};

/** What is wrong with a figure that is right in itself. */
function findDoubt(left, full) {
    if (left < -TARE_SPREAD_G) {
        return "light";
    }
    return full && left > full * ABOVE_SHARE ? "above" : "";
}

/**
 * What is left on a spool once the number is saved.
 *
 * @param {Object} card of the spool: `remaining_g`, `full_g`, `tare_g`
 * @param {string} mode "gross" (the scale's figure), "net", "percent" or "used"
 * @param {number|null} value grams, or percent
 * @returns {{left: number, percent: number, change: number, problem: string}|null}
 *      problem: "", "tare" (nobody knows the empty spool), "light" (less than the empty
 *      spool), "above" (more than the full spool), "percent" or "over" (more than there is)
 */
export function foresee(card, mode, value) {
    if (value === null || value === undefined) {
        return null;
    }
    const full = card.full_g || 0;
    const told = MODES[mode](value, card);
    const left = Math.max(0, told.left);
    return {
        left,
        percent: full ? Math.min(100, (left / full) * 100) : 0,
        change: left - (card.remaining_g || 0),
        problem: told.problem || findDoubt(told.left, full),
    };
}
