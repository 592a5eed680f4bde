import { _t } from "@web/core/l10n/translation";
import { formatGrams, formatPrintTime, safeColour } from "../marks/format";

export const SORTS = [
    { key: "relevance", label: _t("Best match") },
    { key: "newest", label: _t("Newest") },
    { key: "name", label: _t("Name") },
    { key: "quick", label: _t("Quickest") },
    { key: "light", label: _t("Least filament") },
    { key: "success", label: _t("Most successful") },
    { key: "favourite", label: _t("Favourites first") },
];
export const VIEWS = ["grid", "list"];
// Restored at once, however far somebody had scrolled.
const MOST_PAGES = 25;

// What the value of a facet is, where it is no list of choices.
const RANGES = new Set(["time", "grams"]);
const SCALARS = new Set(["colour", "success"]);

/**
 * What the address says beside the path, read from the router.
 *
 * @typedef {{text: string, facets: Object, sort: string, view: string, pages: number}}
 *      LibraryState
 */

const isNumber = (text) => text !== "" && String(Number(text)) === text;

function encodeValue(value) {
    if (typeof value === "number" || value === null) {
        return value === null ? "" : String(value);
    }
    const text = encodeURIComponent(String(value)).replaceAll("'", "%27");
    // A word that looks like a number stays a word.
    return isNumber(text) ? `'${text}` : text;
}

function decodeValue(text) {
    if (text.startsWith("'")) {
        return decodeURIComponent(text.slice(1));
    }
    // An end of a range that is open is empty.
    return isNumber(text) ? Number(text) : decodeURIComponent(text) || null;
}

/**
 * Facets as a short text for the address: `material:PLA,PETG;time:0,3600`.
 *
 * @param {Object} facets
 * @returns {string}
 */
export function encodeFacets(facets) {
    return Object.entries(facets)
        .map(([name, value]) => {
            const values = Array.isArray(value) ? value : [value === true ? 1 : value];
            return `${name}:${values.map(encodeValue).join(",")}`;
        })
        .join(";");
}

/**
 * The facets of such a text. What cannot be read is left out.
 *
 * @param {string} text
 * @returns {Object}
 */
export function decodeFacets(text) {
    const facets = {};
    for (const part of String(text || "").split(";")) {
        const [, name, list] = /^(\w+):(.+)$/.exec(part) || [];
        if (!name) {
            continue;
        }
        try {
            const values = list.split(",").map(decodeValue);
            if (name === "favourite") {
                facets[name] = true;
            } else {
                facets[name] = SCALARS.has(name) ? values[0] : values;
            }
        } catch {
            // A cut-off address (“%E2%8”): the rest of it still holds.
        }
    }
    return facets;
}

/**
 * @param {Object} route state of the router
 * @returns {LibraryState}
 */
export function readRoute(route) {
    // The router turns whatever looks like a number into one; see writeRoute.
    const text = String(route.q ?? "").replace(/^=/, "");
    return {
        text,
        facets: decodeFacets(route.f),
        sort: SORTS.some(({ key }) => key === route.sort) ? route.sort : "relevance",
        view: VIEWS.includes(route.view) ? route.view : "grid",
        pages: Math.min(Math.max(Math.round(route.page) || 1, 1), MOST_PAGES),
    };
}

/**
 * What of the state goes into the address; defaults do not.
 *
 * @param {LibraryState} state
 * @returns {{q?: string, f?: string, sort?: string, view?: string, page?: number}}
 */
export function writeRoute({ text, facets, sort, view, pages }) {
    const trimmed = text.trim();
    return {
        // “0012” would come back as 12: an equals sign keeps it a text.
        q: trimmed ? (isNaN(trimmed) ? trimmed : `=${trimmed}`) : undefined,
        f: encodeFacets(facets) || undefined,
        sort: sort === "relevance" ? undefined : sort,
        view: view === "grid" ? undefined : view,
        page: pages > 1 ? pages : undefined,
    };
}

/**
 * A time as people write it, in seconds: `90` (minutes), `2h30m`, `2:30`, `1d 4h`.
 *
 * @param {string} text
 * @returns {number|null}
 */
export function parseTime(text) {
    const clean = String(text).trim().toLowerCase().replaceAll(",", ".");
    if (!clean) {
        return null;
    }
    const clock = /^(\d+):(\d{1,2})$/.exec(clean);
    if (clock) {
        return Number(clock[1]) * 3600 + Number(clock[2]) * 60;
    }
    if (/^\d+(\.\d+)?$/.test(clean)) {
        return Math.round(Number(clean) * 60);
    }
    const units = { d: 86400, h: 3600, m: 60, s: 1 };
    const part = /(\d+(?:\.\d+)?)\s*(d|h|m|s)[a-z]*\s*/y;
    let seconds = 0;
    while (part.lastIndex < clean.length) {
        const match = part.exec(clean);
        if (!match) {
            return null;
        }
        seconds += Number(match[1]) * units[match[2]];
    }
    return Math.round(seconds);
}

/**
 * A time to be edited, read back by `parseTime`: `2h30m`, `45m`.
 *
 * @param {number} seconds
 * @returns {string}
 */
export function writeTime(seconds) {
    const minutes = Math.round(seconds / 60);
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    return `${hours ? `${hours}h` : ""}${rest || !hours ? `${rest}m` : ""}`;
}

/** Numbers as people write them: a point or a comma. */
export function parseNumber(text) {
    const clean = String(text).trim().replace(",", ".");
    return /^\d+(\.\d+)?$/.test(clean) ? Number(clean) : null;
}

/**
 * A size in millimetres, largest extents as they are asked: `80 × 40 × 30 mm`.
 *
 * @param {number[]} size
 * @returns {string}
 */
export function formatSize(size) {
    return _t("%s mm", size.map((side) => String(Math.round(side))).join(" × "));
}

/** @param {number} rate 0 to 1 */
export function formatRate(rate) {
    return `${Math.round(rate * 100)}%`;
}

function describeRange(name, [min, max]) {
    const format = RANGES.has(name)
        ? name === "time"
            ? formatPrintTime
            : formatGrams
        : String;
    if (min && max !== null) {
        return `${format(min)} – ${format(max)}`;
    }
    return max === null ? _t("from %s", format(min)) : _t("up to %s", format(max));
}

/**
 * The active facets, one entry for each that is taken away with a click.
 *
 * @param {Object} facets
 * @param {(name: string, value: any) => string} getLabel of a choice
 * @param {(name: string) => string} getTitle of a facet
 * @returns {{key: string, name: string, value: any, title: string, label: string}[]}
 */
export function describeFacets(facets, getLabel, getTitle) {
    return Object.entries(facets).flatMap(([name, value]) => {
        const entry = (label, one = null) => ({
            key: `${name}:${one}`,
            name,
            value: one,
            title: getTitle(name),
            label,
        });
        if (name === "favourite") {
            return [entry("")];
        }
        if (name === "colour") {
            // One of the palette, or a colour to be near to.
            const label = getLabel(name, value);
            return [entry(safeColour(value) ? _t("near %s", label) : label)];
        }
        if (name === "success") {
            return [entry(_t("at least %s", formatRate(value)))];
        }
        if (name === "size") {
            return [entry(formatSize(value))];
        }
        if (RANGES.has(name)) {
            return [entry(describeRange(name, value))];
        }
        return value.map((one) => entry(getLabel(name, one), one));
    });
}

/**
 * The facets without one of them, or without one choice of it.
 *
 * @param {Object} facets
 * @param {string} name
 * @param {any} [value]
 * @returns {Object}
 */
export function withoutFacet(facets, name, value = null) {
    const rest = { ...facets };
    const kept = value === null ? [] : facets[name].filter((one) => one !== value);
    if (kept.length) {
        rest[name] = kept;
    } else {
        delete rest[name];
    }
    return rest;
}

/**
 * The facets with one choice more, or less when it was chosen.
 *
 * @param {Object} facets
 * @param {string} name
 * @param {any} value
 * @returns {Object}
 */
export function toggleChoice(facets, name, value) {
    const chosen = facets[name] || [];
    return chosen.includes(value)
        ? withoutFacet(facets, name, value)
        : { ...facets, [name]: [...chosen, value] };
}
