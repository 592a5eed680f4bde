import { _t } from "@web/core/l10n/translation";
import { TERM_GROUPS, TERMS, termLabel } from "../facts/terms";

const MOST = 7;
const FROM_LETTERS = 2;

/** What may stand before a colon, each with an example. */
export const FIELDS = [
    { name: "material", label: _t("Material"), example: "petg" },
    { name: "colour", label: _t("Colour"), example: "red" },
    { name: "printer", label: _t("Printer"), example: "x1c" },
    { name: "slicer", label: _t("Slicer"), example: "orca" },
    { name: "designer", label: _t("Designer"), example: "anna" },
    { name: "theme", label: _t("Theme"), example: "toys" },
    { name: "category", label: _t("Category"), example: "lamps" },
    { name: "vendor", label: _t("Brand of the filament"), example: "prusament" },
    { name: "licence", label: _t("Licence"), example: "cc-by" },
    { name: "note", label: _t("Notes"), example: "brim" },
    { name: "part", label: _t("Part on the plate"), example: "lid" },
    { name: "file", label: _t("Name of a file"), example: "v2" },
];

/** Short names of figures and settings (`term`), each with an example. */
export const SHORT_NAMES = [
    { name: "time", label: _t("Print time"), example: "<2h30m" },
    { name: "grams", label: _t("Filament"), example: "<50" },
    { name: "size", label: _t("Fits into, in mm"), example: "<180x180x180" },
    {
        name: "layer",
        term: "layer_height",
        label: _t("Layer height in mm"),
        example: "<0.2",
    },
    {
        name: "nozzle",
        term: "nozzle_diameter",
        label: _t("Nozzle in mm"),
        example: "=0.6",
    },
    { name: "walls", term: "wall_count", label: _t("Walls"), example: ">=3" },
    {
        name: "infill",
        term: "infill_density",
        label: _t("Infill in %"),
        example: ">=30",
    },
    { name: "success", label: _t("Prints that came out well, in %"), example: ">=90" },
    {
        name: "temp",
        term: "nozzle_temp",
        label: _t("Temperature of the nozzle in °C"),
        example: ">230",
    },
    {
        name: "bed",
        term: "bed_temp",
        label: _t("Temperature of the bed in °C"),
        example: ">=60",
    },
    {
        name: "speed",
        term: "speed_print",
        label: _t("Speed in mm/s"),
        example: "<=100",
    },
];

/** Lines of the help: what to write, and what it finds. */
export const EXAMPLES = [
    { text: "cable clip", meaning: _t("Both words, anywhere, with a typo or two") },
    { text: '"cable clip"', meaning: _t("These words, in this order") },
    { text: "vase -spiral", meaning: _t("The one word, not the other") },
    { text: "material:petg colour:black", meaning: _t("Printed in black PETG") },
    { text: "designer:anna theme:toys", meaning: _t("Of a designer, with a theme") },
    { text: "time<2h30m grams<50", meaning: _t("Quick and light") },
    { text: "nozzle=0.6 layer<=0.3", meaning: _t("Sliced for this nozzle and layer") },
    {
        text: "sparse_infill_density>=30",
        meaning: _t("Any setting, by the name the slicer gives it"),
    },
];

// What one looks for as an example of a setting without a number.
const WORDS = new Set(["supports", "ironing", "spiral_vase", "fuzzy_skin"]);

function words(label) {
    return label.toLowerCase().split(/[\s,-]+/);
}

/** Whether what is typed begins a name, one of its parts or a word of its label. */
function begins(typed, name, label) {
    return (
        name.startsWith(typed) ||
        name.split("_").some((part) => part.startsWith(typed)) ||
        words(label).some((word) => word.startsWith(typed))
    );
}

/**
 * The word at the caret, and where it stands.
 *
 * @param {string} text
 * @param {number} caret
 * @param {number} [count] how many words, to the left
 * @returns {{start: number, end: number, word: string}}
 */
export function getWordAt(text, caret, count = 1) {
    const pattern = count === 1 ? /\S*$/ : /(?:\S+[ ]+)\S+$/;
    const match = pattern.exec(text.slice(0, caret));
    const word = match ? match[0] : "";
    const rest = /^\S*/.exec(text.slice(caret))[0];
    return { start: caret - word.length, end: caret + rest.length, word };
}

function replace(text, { start, end }, by) {
    const before = text.slice(0, start) + by;
    return { text: before + text.slice(end), caret: before.length };
}

function suggestValues(text, at, facetList) {
    const [name, begun] = at.word.split(/:(.*)/s);
    const facet = facetList.find((one) => one.name === name.toLowerCase());
    const typed = begun.replace(/^"/, "").toLowerCase();
    return (facet?.type === "choice" ? facet.values : [])
        .filter(({ label }) => words(label).some((word) => word.startsWith(typed)))
        .map(({ label, count }) => {
            const value = /\s/.test(label) ? `"${label}"` : label;
            return {
                kind: "value",
                key: `value:${label}`,
                title: label,
                hint: String(count ?? ""),
                ...replace(text, at, `${name}:${value} `),
            };
        });
}

function suggestNames(text, caret) {
    const found = [];
    const seen = new Set();
    const add = (at, kind, name, separator, label, example) => {
        if (!seen.has(name)) {
            seen.add(name);
            found.push({
                kind,
                key: `${kind}:${name}`,
                title: label,
                hint: name + (separator || "") + example,
                ...replace(text, at, name + separator),
            });
        }
    };
    // “layer he” is on its way to layer_height.
    for (const count of [2, 1]) {
        const at = getWordAt(text, caret, count);
        const typed = at.word
            .trim()
            .toLowerCase()
            .replace(/^-/, "")
            .replace(/\s+/, "_");
        if (typed.length < FROM_LETTERS || !/^[\w-]+$/.test(typed)) {
            continue;
        }
        if (count === 1) {
            for (const { name, label, example } of FIELDS) {
                if (begins(typed, name, String(label))) {
                    add(at, "field", name, ":", String(label), example);
                }
            }
            for (const { name, term, label, example } of SHORT_NAMES) {
                if (!seen.has(term) && begins(typed, name, String(label))) {
                    // Shown under its short name, not once more under the long one.
                    seen.add(term);
                    add(at, "setting", name, "", String(label), example);
                }
            }
        }
        for (const [name, [group, , unit]] of Object.entries(TERMS)) {
            const label = termLabel(name);
            if (begins(typed, name, label)) {
                const where = String(TERM_GROUPS[group].label);
                const example = WORDS.has(name) ? "=yes" : "";
                const title = unit ? `${label} (${unit})` : label;
                add(at, "setting", name, "", `${where}: ${title}`, example);
            }
        }
    }
    return found;
}

/**
 * What one may be about to write: former searches, names, values of a field.
 *
 * @param {string} text
 * @param {number} caret
 * @param {{recent: string[], facetList: Object[]}} known
 * @returns {{kind: string, key: string, title: string, hint: string, text: string,
 *      caret: number}[]} `kind` is recent, field, setting or value
 */
export function suggest(text, caret, { recent, facetList }) {
    const typed = text.trim().toLowerCase();
    const former = recent
        .filter((one) => {
            const lower = one.toLowerCase();
            return lower !== typed && lower.includes(typed);
        })
        .slice(0, typed ? 3 : MOST)
        .map((one) => ({
            kind: "recent",
            key: `recent:${one}`,
            title: one,
            hint: "",
            text: one,
            caret: one.length,
        }));
    if (!typed) {
        return former;
    }
    const at = getWordAt(text, caret);
    const names = /^-?\w+:/.test(at.word)
        ? suggestValues(text, at, facetList)
        : suggestNames(text, caret);
    return [...former, ...names].slice(0, MOST);
}
