// The link of a label, whatever server's name stands before it: shops change theirs.
const LINK = /(?:^|\/)print3d\/([a-z])\/(\d{1,10})\/([0-9a-f]{20})\/?(?:[?#].*)?$/;
const TYPES = { s: "spool", p: "place" };
const MOST_FOUND = 30;

/** @returns {{type: string, id: number, path: string}|null} what a label's link names */
export function readLink(text) {
    const match = LINK.exec(String(text || "").trim());
    const type = match && TYPES[match[1]];
    return type
        ? {
              type,
              id: parseInt(match[2], 10),
              path: `/print3d/${match[1]}/${match[2]}/${match[3]}`,
          }
        : null;
}

function describe(type, record) {
    return {
        type,
        id: record.id,
        title: record.name || record.title,
        subtitle: record.name ? record.title : record.subtitle || record.vendor || "",
        swatch: record.swatch,
    };
}

function readNumber(value) {
    const digits = String(value || "").replace(/[\s:.-]/g, "");
    return /^[0-9a-f]{8,32}$/i.test(digits) ? digits.toUpperCase() : "";
}

/** The spool that a tag is tied to, by the number a reader read or somebody typed. */
function findTagged(code, spools) {
    const number = readNumber(typeof code === "string" ? code : code?.uid);
    return number && spools.find(({ tags }) => (tags || []).includes(number));
}

/**
 * Knows what a code stands for without asking the server.
 *
 * @param {string|Object} code scanned or typed, or what a reader read of a tag
 * @param {{spools: Object[], places: Object[], purchases: Object[]}} known
 * @returns {Object|null} an answer as the server gives them, with `isSure` unless only the
 *      number of a label was known and not its signature
 */
export function resolveLocally(code, { spools, places, purchases }) {
    const tagged = findTagged(code, spools);
    if (tagged) {
        return { ...describe("spool", tagged), isSure: true };
    }
    if (typeof code !== "string") {
        return null;
    }
    const wanted = code.trim();
    const link = readLink(wanted);
    if (link) {
        const records = link.type === "spool" ? spools : places;
        const record = records.find(({ id }) => id === link.id);
        if (!record || (record.path && record.path !== link.path)) {
            return null;
        }
        return { ...describe(link.type, record), isSure: Boolean(record.path) };
    }
    const same = (value) =>
        Boolean(value) && value.toLowerCase() === wanted.toLowerCase();
    const named = spools.filter(({ name }) => same(name));
    if (named.length === 1) {
        return { ...describe("spool", named[0]), isSure: true };
    }
    if (named.length > 1) {
        return null;
    }
    let found = places.filter(({ code }) => same(code));
    found = found.length ? found : places.filter(({ title }) => same(title));
    if (found.length === 1) {
        return { ...describe("place", found[0]), isSure: true };
    }
    const purchase = purchases.find(({ title }) => same(title));
    return purchase ? { ...describe(purchase.type, purchase), isSure: true } : null;
}

/**
 * Finds what is known here by a part of its name: every word has to be in it.
 *
 * @returns {Object[]} answers, spools first
 */
export function searchLocally(text, { spools, places, purchases }) {
    const words = String(text || "")
        .toLowerCase()
        .split(/\s+/)
        .filter(Boolean);
    if (!words.length) {
        return [];
    }
    const hit = (record) => {
        const hay = [
            record.name,
            record.title,
            record.subtitle,
            record.brand,
            record.material,
            record.batch,
            record.vendor,
            record.code,
            record.place?.title,
        ]
            .join(" ")
            .toLowerCase();
        return words.every((word) => hay.includes(word));
    };
    return [
        ...spools.filter(hit).map((record) => describe("spool", record)),
        ...places.filter(hit).map((record) => describe("place", record)),
        ...purchases.filter(hit).map((record) => describe(record.type, record)),
    ].slice(0, MOST_FOUND);
}
