const WEIGHINGS = new Set(["weigh", "scale"]);

function setGrams(card, grams) {
    card.remaining_g = Math.max(0, grams);
    card.percent = card.full_g ? (card.remaining_g / card.full_g) * 100 : 0;
}

const EFFECTS = {
    weigh: (card, { value }) => setGrams(card, value - (card.tare_g || 0)),
    scale: (card, { value }) => setGrams(card, value - (card.tare_g || 0)),
    count: (card, { value }) => setGrams(card, value),
    percent: (card, { value }) => setGrams(card, ((card.full_g || 0) * value) / 100),
    use: (card, { value }) => setGrams(card, card.remaining_g - value),
    scrap: (card, { value }) =>
        setGrams(
            card,
            value === null || value === undefined ? 0 : card.remaining_g - value
        ),
    move: (card, action) => setPlace(card, action),
    load: (card, action) => setPlace(card, action),
    unload: (card) => {
        card.place = null;
    },
    open: (card, { happened_on }) => {
        card.sealed = false;
        card.opened_on ||= String(happened_on || "").slice(0, 10);
    },
    quarantine: (card) => {
        card.status = "quarantine";
    },
    release: (card) => {
        card.status = "stored";
    },
};

function setPlace(card, { place_id }, places) {
    const place = places?.get(place_id);
    card.place = {
        id: place_id,
        title: place?.title || "",
        kind: place?.kind || "shelf",
    };
}

/**
 * A spool as it is once everything that waits in this phone is told.
 *
 * @param {Object} card as the server last gave it
 * @param {Object[]} items of the queue about this spool, the oldest first
 * @param {Map<number, Object>} [places] known places
 * @returns {Object} another card, with `pending`, the number of what waits
 */
export function foretell(card, items, places) {
    const waiting = items.filter(
        (item) => item.route === "act" && item.state === "waiting"
    );
    const told = { ...card, pending: waiting.length };
    for (const { action } of waiting) {
        if (action.kind === "move" || action.kind === "load") {
            setPlace(told, action, places);
        } else {
            EFFECTS[action.kind]?.(told, action);
        }
    }
    return told;
}

/** Whether an action says what is left, so that another's figure may stand against it. */
export function isStatement(kind) {
    return WEIGHINGS.has(kind) || kind === "count" || kind === "percent";
}
