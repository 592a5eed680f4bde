import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

const HEX = /^#(?:[0-9a-f]{6}|[0-9a-f]{8})$/i;

/**
 * A time of printing in the two largest units that say something.
 *
 * @param {number} seconds
 * @returns {string} e.g. "2 h 05 min", "45 min", "1 d 3 h"; empty without a time
 */
export function formatPrintTime(seconds) {
    if (!seconds || seconds < 0) {
        return "";
    }
    if (seconds < 60) {
        return _t("%s s", Math.round(seconds));
    }
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) {
        return _t("%s min", minutes);
    }
    const hours = Math.floor(minutes / 60);
    if (hours < 24) {
        const rest = String(minutes % 60).padStart(2, "0");
        return _t("%(hours)s h %(minutes)s min", { hours, minutes: rest });
    }
    return _t("%(days)s d %(hours)s h", {
        days: Math.floor(hours / 24),
        hours: hours % 24,
    });
}

/**
 * Grams with as many digits as matter at their size.
 *
 * @param {number} grams
 * @returns {string} e.g. "4.25 g", "38.2 g", "412 g"
 */
export function formatGrams(grams) {
    const value = grams || 0;
    const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return _t(
        "%s g",
        formatFloat(value, { digits: [false, digits], trailingZeros: false })
    );
}

/**
 * The colour when it is one; what a file states goes into a style only this way.
 *
 * @param {any} colour
 * @returns {string} "#RRGGBB", "#RRGGBBAA" or ""
 */
export function safeColour(colour) {
    return typeof colour === "string" && HEX.test(colour.trim()) ? colour.trim() : "";
}

/**
 * Whether one looks through the colour.
 *
 * @param {string} colour
 * @returns {boolean}
 */
export function isTransparent(colour) {
    return colour.length === 9 && parseInt(colour.slice(7), 16) < 250;
}

/**
 * CSS background of a swatch: one colour, equal segments of several, or a run of one
 * into the other where they follow each other along the spool.
 *
 * @param {string[]} colours safe colours
 * @param {string} [direction] "coaxial" or "longitudinal"
 * @returns {string}
 */
export function swatchBackground(colours, direction = "") {
    if (colours.length < 2) {
        return colours[0] || "";
    }
    if (direction === "longitudinal") {
        return `linear-gradient(to bottom, ${colours.join(", ")})`;
    }
    const share = 100 / colours.length;
    const stops = colours.map(
        (colour, index) => `${colour} ${index * share}% ${(index + 1) * share}%`
    );
    return `conic-gradient(${stops.join(", ")})`;
}
