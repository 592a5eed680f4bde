/** Pure functions of a plan: what the server sends becomes a tree to look at. */

export const CONTENT = ["mesh", "project", "sliced"];

/** An empty plan, to which what the server sends is added. */
export function emptyPlan() {
    return {
        models: new Map(),
        variants: new Map(),
        lines: new Map(),
        rows: new Map(),
        catalogue: null,
        summary: null,
        undo: false,
    };
}

/**
 * Adds what the server sent to a plan; what is there already is replaced.
 *
 * @param {Object} plan
 * @param {Object} data as `print3d.import.get_plan` and the changes return it
 */
export function addToPlan(plan, data) {
    for (const kind of ["models", "variants", "lines", "rows"]) {
        for (const entry of data[kind] || []) {
            plan[kind].set(entry.id, entry);
        }
    }
    plan.catalogue = data.catalogue ?? plan.catalogue;
    plan.summary = data.summary ?? plan.summary;
    plan.undo = data.undo ?? plan.undo;
    return plan;
}

function byOrder(a, b) {
    return a.sequence - b.sequence || a.id - b.id;
}

function fileOrder(a, b) {
    const rank = ({ role }) => (CONTENT.includes(role) ? Number(role !== "mesh") : 2);
    return rank(a) - rank(b) || byOrder(a, b);
}

/** The variant as a branch: its files, and what a person should look at. */
function variantBranch(variant, { lines, rows }) {
    return {
        ...variant,
        lines: lines.sort(fileOrder),
        rows,
        isCompanion: !rows.length && !lines.some((line) => CONTENT.includes(line.role)),
    };
}

function modelBranch(model, variants) {
    variants.sort((a, b) => a.isCompanion - b.isCompanion || byOrder(a, b));
    const lines = variants.flatMap((variant) => variant.lines);
    const rows = variants.flatMap((variant) => variant.rows);
    const count = (test) => lines.filter(test).length;
    return {
        ...model,
        variants,
        lines,
        counts: {
            variants: variants.filter((variant) => !variant.isCompanion).length,
            files: count((line) => CONTENT.includes(line.role)),
            pictures: count((line) => line.role === "picture"),
            failed: [...lines, ...rows].filter((entry) => entry.state === "failed")
                .length,
            done: count((line) => line.state === "done"),
        },
    };
}

/**
 * Models with their variants and files, and the files that are left out.
 *
 * Models and variants without files are not shown: an edit may have emptied them.
 *
 * @param {Object} plan
 * @returns {{models: Object[], skipped: Object[]}}
 */
export function buildTree(plan) {
    const files = new Map();
    const skipped = [];
    const at = (id) => {
        if (!files.has(id)) {
            files.set(id, { lines: [], rows: [] });
        }
        return files.get(id);
    };
    for (const row of plan.rows.values()) {
        if (row.variant_id) {
            at(row.variant_id).rows.push(row);
        }
    }
    for (const line of plan.lines.values()) {
        if (line.code === "catalogue") {
            // Its rows are in the plan, and its name stands above them.
            continue;
        }
        if (line.role === "skip" || !line.variant_id) {
            skipped.push(line);
        } else {
            at(line.variant_id).lines.push(line);
        }
    }
    const branches = new Map();
    for (const [id, entries] of files) {
        const variant = plan.variants.get(id);
        if (variant && !branches.has(variant.model_id)) {
            branches.set(variant.model_id, []);
        }
        if (variant) {
            branches.get(variant.model_id).push(variantBranch(variant, entries));
        }
    }
    const models = [...plan.models.values()]
        .filter((model) => branches.has(model.id))
        .sort(byOrder)
        .map((model) => modelBranch(model, branches.get(model.id)));
    return { models, skipped };
}

function says(text, ...values) {
    return values.some((value) => value && value.toLowerCase().includes(text));
}

function modelSays(model, text) {
    return (
        says(text, model.name, model.folder, model.designer && model.designer[1]) ||
        model.variants.some((variant) => says(text, variant.name)) ||
        model.variants.some((v) => v.rows.some((row) => says(text, row.code))) ||
        model.lines.some((line) => says(text, line.name))
    );
}

const SHOWN = {
    all: () => true,
    new: (model) => !model.template || model.is_made,
    known: (model) => model.template && !model.is_made,
    several: (model) => model.counts.variants > 1,
    failed: (model) => model.counts.failed,
};

/** Models that a person looks for. */
export function filterModels(models, { text = "", show = "all" } = {}) {
    const wanted = text.trim().toLowerCase();
    return models.filter(
        (model) => SHOWN[show](model) && (!wanted || modelSays(model, wanted))
    );
}

/** Files left out, by the reason why: the commonest first. */
export function groupSkipped(skipped, reasons, text = "") {
    const wanted = text.trim().toLowerCase();
    return reasons
        .map((reason) => ({
            ...reason,
            lines: skipped.filter(
                (line) =>
                    (line.code || "person") === reason.code &&
                    (!wanted || says(wanted, line.name, line.path))
            ),
        }))
        .filter((reason) => reason.lines.length);
}

/**
 * A selection with a click added to it: with shift, all from the last one on.
 *
 * @param {Set<number>} selected is changed
 * @param {number[]} order ids in the order shown
 * @param {number} id
 * @param {number|null} last the one clicked before
 * @param {boolean} isRange
 */
export function toggleSelection(selected, order, id, last, isRange) {
    const from = order.indexOf(last);
    const to = order.indexOf(id);
    if (!isRange || from < 0 || to < 0) {
        if (!selected.delete(id)) {
            selected.add(id);
        }
        return;
    }
    for (const each of order.slice(Math.min(from, to), Math.max(from, to) + 1)) {
        selected.add(each);
    }
}

/** Rows of a catalogue by what becomes of them: how many, and those to look at. */
export function summariseRows(rows) {
    const count = (verdict) => rows.filter((row) => row.verdict === verdict).length;
    return {
        counts: {
            new: count("new"),
            update: count("update"),
            same: count("same"),
            problem: count("problem"),
        },
        problems: rows.filter(
            (row) => row.verdict === "problem" || row.state === "failed"
        ),
    };
}
