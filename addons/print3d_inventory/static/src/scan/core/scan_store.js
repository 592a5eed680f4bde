const VERSION = 1;
// Spools that open without a network.
export const MOST_SPOOLS = 500;

function done(request) {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

function finished(transaction) {
    return new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
        transaction.onerror = () => reject(transaction.error);
    });
}

/** All keys of one user; numbers come before texts, texts before lists. */
function ofUser(uid) {
    return window.IDBKeyRange.bound([uid], [uid, []]);
}

/**
 * What the phone keeps: cards, what waits to be told, and a few small things.
 *
 * Everything of a user bears the user's id: a phone may be handed on.
 */
export class ScanStore {
    /** @param {string} name of the database, one for each shop */
    constructor(name) {
        this.name = name;
        this.opening = null;
    }

    open() {
        this.opening ||= new Promise((resolve, reject) => {
            const request = window.indexedDB.open(this.name, VERSION);
            request.onupgradeneeded = () => {
                const db = request.result;
                db.createObjectStore("meta");
                db.createObjectStore("cards");
                const queue = db.createObjectStore("queue", {
                    keyPath: "seq",
                    autoIncrement: true,
                });
                queue.createIndex("key", "key", { unique: true });
                queue.createIndex("uid", "uid");
            };
            request.onsuccess = () => {
                const db = request.result;
                // Another tab brings a newer version: let it.
                db.onversionchange = () => {
                    db.close();
                    this.opening = null;
                };
                resolve(db);
            };
            request.onerror = () => reject(request.error);
        }).catch((error) => {
            this.opening = null;
            throw error;
        });
        return this.opening;
    }

    async close() {
        const opening = this.opening;
        this.opening = null;
        (await opening)?.close();
    }

    async run(stores, mode, job) {
        const db = await this.open();
        // What people did outlives an empty battery.
        const durability = stores.includes("queue") ? "strict" : "relaxed";
        const transaction = db.transaction(stores, mode, { durability });
        const end = finished(transaction);
        const [result] = await Promise.all([job(transaction), end]);
        return result;
    }

    // === SMALL THINGS === //

    getMeta(key) {
        return this.run(["meta"], "readonly", (one) =>
            done(one.objectStore("meta").get(key))
        );
    }

    setMeta(key, value) {
        return this.run(["meta"], "readwrite", (one) =>
            done(one.objectStore("meta").put(value, key))
        );
    }

    // === CARDS === //

    /** @returns {Promise<Object[]>} all cards of a user */
    getCards(uid) {
        return this.run(["cards"], "readonly", (one) =>
            done(one.objectStore("cards").getAll(ofUser(uid)))
        );
    }

    putCard(uid, card) {
        return this.run(["cards"], "readwrite", (one) =>
            done(one.objectStore("cards").put(card, [uid, card.type, card.id]))
        );
    }

    /** The cards of one type that a user has from now on; all others of it go. */
    replaceCards(uid, type, cards) {
        return this.run(["cards"], "readwrite", (one) => {
            const store = one.objectStore("cards");
            store.delete(window.IDBKeyRange.bound([uid, type], [uid, type, []]));
            for (const card of cards) {
                store.put(card, [uid, card.type, card.id]);
            }
        });
    }

    // === THE QUEUE === //

    /** @returns {Promise<Object[]>} what a user's queue holds, the oldest first */
    async getQueue(uid) {
        const items = await this.run(["queue"], "readonly", (one) =>
            done(one.objectStore("queue").index("uid").getAll(uid))
        );
        return items.sort((a, b) => a.seq - b.seq);
    }

    /** @returns {Promise<Object[]>} what waits of everybody */
    async getAllWaiting() {
        const items = await this.run(["queue"], "readonly", (one) =>
            done(one.objectStore("queue").getAll())
        );
        return items.filter((item) => item.state === "waiting");
    }

    /** @returns {Promise<number>} its place in the queue */
    addItem(item) {
        return this.run(["queue"], "readwrite", (one) =>
            done(one.objectStore("queue").add(item))
        );
    }

    putItem(item) {
        return this.run(["queue"], "readwrite", (one) =>
            done(one.objectStore("queue").put(item))
        );
    }

    /** Take an item away unless it was told already. */
    removeWaiting(seq) {
        return this.run(["queue"], "readwrite", async (one) => {
            const store = one.objectStore("queue");
            const item = await done(store.get(seq));
            if (item?.state !== "waiting") {
                return false;
            }
            store.delete(seq);
            return true;
        });
    }

    deleteItems(seqs) {
        return this.run(["queue"], "readwrite", (one) => {
            const store = one.objectStore("queue");
            seqs.forEach((seq) => store.delete(seq));
        });
    }
}
