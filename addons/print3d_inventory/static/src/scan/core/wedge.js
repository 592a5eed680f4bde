// A wedge scanner types a code faster than any person, and ends it with Enter.
const FASTEST_PERSON_MS = 50;
const SHORTEST = 4;

/**
 * Tells what a wedge scanner typed from what a person types, by the time between keys.
 *
 * It keeps no clock and sees no page: keys come with their times.
 */
export class Wedge {
    constructor({ fastest = FASTEST_PERSON_MS, shortest = SHORTEST } = {}) {
        this.fastest = fastest;
        this.shortest = shortest;
        this.reset();
    }

    reset() {
        this.text = "";
        this.last = -Infinity;
    }

    /**
     * @param {string} key as `KeyboardEvent.key` names it
     * @param {number} time of the key in milliseconds
     * @returns {string} the code when this key ends one, else nothing
     */
    feed(key, time) {
        const isFast = time - this.last <= this.fastest;
        if (key === "Enter" || key === "Tab") {
            const code = isFast ? this.text.trim() : "";
            this.reset();
            return code.length >= this.shortest ? code : "";
        }
        if (key.length !== 1) {
            // Shift and the like stand between the keys of a code.
            return "";
        }
        this.text = isFast ? this.text + key : key;
        this.last = time;
        return "";
    }
}
