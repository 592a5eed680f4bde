import { _t } from "@web/core/l10n/translation";
import { formatNumber, formatTerm, TERM_GROUPS, termLabel } from "../facts/terms";
import { formatGrams, formatPrintTime } from "../marks/format";
import { findSettingGroup, fits, getWords } from "../settings/slicer_settings";

const PLATE_LABELS = {
    time_s: _t("Print time"),
    copies: _t("Good pieces"),
    layers: _t("Layers"),
    height: _t("Height"),
    material: _t("Material"),
    colour: _t("Colour"),
    name: _t("Preset"),
    grams: _t("Filament"),
};
const STATES = {
    added: _t("new"),
    removed: _t("gone"),
};
const NOTHING = "–";

/**
 * One side of a difference as people read it.
 *
 * @param {Object} entry as `tools/compare.py` makes it
 * @param {"old"|"new"} side
 * @returns {string}
 */
export function formatSide(entry, side) {
    const value = entry[side];
    if (value === null || value === undefined || value === "") {
        return NOTHING;
    }
    if (entry.key === "time_s") {
        return formatPrintTime(value) || NOTHING;
    }
    if (entry.key === "grams") {
        return formatGrams(value);
    }
    const text = formatTerm(value, entry.unit, entry.key);
    const share = entry[`${side}_mm`];
    return share === undefined ? text : `${text} (${formatNumber(share)})`;
}

/**
 * How far a number went, as a share of what it was where that says something.
 *
 * @param {Object} entry
 * @returns {{text: string, up: boolean}|null}
 */
export function formatChange(entry) {
    if (!entry.change) {
        return null;
    }
    const up = entry.change > 0;
    const sign = up ? "+" : "−";
    const { percent } = entry;
    if (percent === undefined || percent === null) {
        return {
            up,
            text: sign + formatTerm(Math.abs(entry.change), entry.unit, entry.key),
        };
    }
    const share = Math.abs(percent);
    const digits = share >= 10 ? Math.round(share) : share;
    return { up, text: `${sign}${formatNumber(digits)}%` };
}

function toRow(entry, label) {
    return {
        ...entry,
        label,
        oldText: formatSide(entry, "old"),
        newText: formatSide(entry, "new"),
        delta: formatChange(entry),
    };
}

function filterRows(rows, words) {
    return rows.filter((row) =>
        fits(words, row.key, row.label, row.oldText, row.newText)
    );
}

/**
 * Groups of settings that changed.
 *
 * @param {Object} difference as `tools/compare.py` makes it
 * @param {{query?: string, all?: boolean}} options `all`: the slicer's own names too
 * @returns {{key: string, label: string, icon: string, rows: Object[]}[]}
 */
export function groupChanges(difference, { query = "", all = false } = {}) {
    const words = getWords(query);
    const groups = difference.figures.map(({ group, entries }) => ({
        key: group,
        label: String(TERM_GROUPS[group].label),
        icon: TERM_GROUPS[group].icon,
        rows: entries.map((entry) => toRow(entry, termLabel(entry.key))),
    }));
    if (difference.parameters.length) {
        groups.push({
            key: "parameters",
            label: _t("Own parameters"),
            icon: "fa-pencil",
            rows: difference.parameters.map((entry) => toRow(entry, entry.key)),
        });
    }
    if (all) {
        groups.push(...groupOwn(difference.own));
    }
    return groups
        .map((group) => ({ ...group, rows: filterRows(group.rows, words) }))
        .filter(({ rows }) => rows.length);
}

/** Own settings that changed by topic; those of one side only are left out. */
function groupOwn(entries) {
    const groups = new Map();
    for (const entry of entries.filter(({ state }) => state === "changed")) {
        const { key, label, position } = findSettingGroup(entry.key);
        if (!groups.has(key)) {
            groups.set(key, {
                key: `own_${key}`,
                label: _t("%s, in the slicer's words", label),
                icon: "fa-sliders",
                position,
                rows: [],
            });
        }
        groups.get(key).rows.push(toRow(entry, entry.key));
    }
    return [...groups.values()].sort((a, b) => a.position - b.position);
}

/**
 * Settings that only one of the two versions states.
 *
 * @param {Object} difference
 * @param {string} query
 * @returns {Object[]}
 */
export function oneSided(difference, query = "") {
    const rows = difference.own
        .filter(({ state }) => state !== "changed")
        .map((entry) => toRow(entry, entry.key));
    return filterRows(rows, getWords(query));
}

/**
 * Plates that differ: their figures, filaments and objects as rows.
 *
 * @param {Object[]} plates
 * @returns {{key: number, label: string, state: string, rows: Object[]}[]}
 */
export function readPlates(plates) {
    return plates.map((plate) => ({
        key: plate.index,
        label: plate.name
            ? _t("Plate %(number)s: %(name)s", {
                  number: plate.index,
                  name: plate.name,
              })
            : _t("Plate %s", plate.index),
        state: STATES[plate.state] ? String(STATES[plate.state]) : "",
        rows: [
            ...plate.entries.map((entry) => toRow(entry, labelOf(entry.key))),
            ...plate.filaments.flatMap(({ tool, entries }) =>
                entries.map((entry) => ({
                    ...toRow(
                        entry,
                        _t("Tool %(tool)s: %(what)s", {
                            tool,
                            what: labelOf(entry.key),
                        })
                    ),
                    rowKey: `${tool}_${entry.key}`,
                }))
            ),
            ...plate.objects.map(({ name, old, new: count }) =>
                toRow(
                    { key: `object_${name}`, old, new: count, unit: "×" },
                    name || _t("Object")
                )
            ),
        ],
    }));
}

function labelOf(key) {
    return String(PLATE_LABELS[key] || key);
}

/**
 * Overrides that differ, with their settings as rows.
 *
 * @param {Object[]} overrides
 * @returns {{key: number, label: string, state: string, rows: Object[]}[]}
 */
export function readOverrideChanges(overrides) {
    return overrides.map((override, index) => ({
        key: index,
        label:
            [override.parent, override.name].filter(Boolean).join(" › ") ||
            (override.plate ? _t("Plate %s", override.plate) : override.scope),
        state: STATES[override.state] ? String(STATES[override.state]) : "",
        rows: override.entries.map((entry) => toRow(entry, entry.key)),
    }));
}

/**
 * What a change does to a figure, in words.
 *
 * @param {number} old
 * @param {number} now
 * @param {"time"|"grams"} kind
 * @returns {{text: string, tone: "less"|"more"|"same"|"unknown", percent: number|null}}
 */
export function describeEffect(old, now, kind) {
    if (!old || !now) {
        return { text: _t("not stated by both"), tone: "unknown", percent: null };
    }
    const change = now - old;
    const percent = Math.round((100 * change) / old);
    const isTime = kind === "time";
    const size = Math.abs(change);
    if (isTime ? size < 1 : size < 0.005) {
        return {
            text: isTime ? _t("as long") : _t("as much"),
            tone: "same",
            percent: 0,
        };
    }
    const tone = change < 0 ? "less" : "more";
    if (isTime) {
        const time = formatPrintTime(size);
        return {
            text: tone === "less" ? _t("%s shorter", time) : _t("%s longer", time),
            tone,
            percent,
        };
    }
    const grams = formatGrams(size);
    return {
        text: tone === "less" ? _t("%s less", grams) : _t("%s more", grams),
        tone,
        percent,
    };
}

/**
 * How the prints of a version went, in words.
 *
 * @param {Object} stats of a version; empty where nobody counts prints
 * @returns {string}
 */
export function describeSuccess(stats) {
    if (!stats?.ended) {
        return stats?.prints ? _t("printing now") : _t("not printed yet");
    }
    return _t("%(share)s of %(count)s prints went well", {
        share: `${Math.round(100 * stats.success)}%`,
        count: stats.ended,
    });
}
