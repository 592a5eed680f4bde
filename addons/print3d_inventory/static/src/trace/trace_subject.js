export const TRACE_TAG = "print3d_trace";

/**
 * What is followed, in an address.
 *
 * @param {Object} subject `{model, ids}`, or `{model: "batch", name}`
 * @returns {string} e.g. "stock.lot:12,13" or "batch:B-77"
 */
export function writeSubject(subject) {
    const rest = subject.model === "batch" ? subject.name : subject.ids.join(",");
    return `${subject.model}:${rest}`;
}

/**
 * @param {any} text as {@link writeSubject} wrote it
 * @returns {Object|null} the subject; null when it is none
 */
export function readSubject(text) {
    const [model, rest] = /^([a-z0-9_.]+):(.+)$/s.exec(text || "")?.slice(1) || [];
    if (!model) {
        return null;
    }
    if (model === "batch") {
        return { model, name: rest };
    }
    const ids = rest
        .split(",")
        .map(Number)
        .filter((id) => Number.isInteger(id) && id > 0);
    return ids.length ? { model, ids } : null;
}

/**
 * The action that follows a subject.
 *
 * @param {Object} subject
 */
export function traceAction(subject) {
    return {
        type: "ir.actions.client",
        tag: TRACE_TAG,
        params: { subject: writeSubject(subject) },
    };
}
