import { EventBus, markRaw, reactive } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatGrams } from "@print3d_library/marks/format";
import { BluetoothScale } from "../devices/bluetooth_scale";
import { Feedback } from "../devices/feedback";
import { NfcReader } from "../devices/nfc";
import { foretell, isStatement } from "./effects";
import { resolveLocally, searchLocally } from "./local_resolver";
import { ScanQueue } from "./scan_queue";
import { MOST_SPOOLS, ScanStore } from "./scan_store";
import {
    OfflineError,
    RefusedError,
    scanTransport,
    SessionError,
} from "./scan_transport";

const MOST_RECENT = 12;
const NOTE_MS = 7000;
// A lost network is often back before the browser says so.
const LOOK_AGAIN_MS = 60000;

/** What each kind of action is called where it waits to be told. */
const TITLES = {
    weigh: () => _t("Weigh"),
    scale: () => _t("Weigh"),
    count: () => _t("Count"),
    percent: () => _t("Estimate"),
    use: () => _t("Use"),
    move: () => _t("Move"),
    load: () => _t("Load"),
    unload: () => _t("Unload"),
    dry: () => _t("Dry"),
    humidity: () => _t("Humidity"),
    scrap: () => _t("Scrap"),
    open: () => _t("Open"),
    open_one: () => _t("Open one"),
    quarantine: () => _t("Quarantine"),
    release: () => _t("Release"),
    merge: () => _t("Merge"),
    receive: () => _t("Receive"),
    tie: () => _t("Tie a tag"),
};

/**
 * A receipt without an order has no order's number: it goes by its own.
 *
 * @param {Object} one card, brief or answer of the server
 */
function nameReceipt(one) {
    const isBare = one.type === "receipt" || (one.type === "purchase" && !one.id);
    return isBare && one.picking_ids?.length
        ? { ...one, type: "receipt", id: one.picking_ids[0] }
        : one;
}

/**
 * The scan app without its screens: what is known, what was scanned, what is told.
 *
 * `state` is reactive:
 * - `isReady`, `hasNothing` (never been online here), `refusal` (why there is no access)
 * - `user`, `company`, `may`, `reasons`, `lang`
 * - `version` counts up with each change of a card, place or queue item
 * - `status` of the queue; `isOnline`; `others`: people whose actions wait in this phone
 * - `note`: what is told at the lower edge: `{text, kind, item, seq}`
 */
export class ScanModel {
    constructor({ database, store, transport = scanTransport } = {}) {
        this.transport = transport;
        this.store = store || new ScanStore(database);
        this.bus = new EventBus();
        this.feedback = new Feedback();
        this.nfc = new NfcReader();
        this.scale = markRaw(new BluetoothScale());
        this.queue = markRaw(
            new ScanQueue({ store: this.store, send: (items) => this.tell(items) })
        );
        this.cards = new Map();
        // When the card of a spool last came by itself.
        this.learnt = new Map();
        this.places = new Map();
        this.purchases = [];
        this.recent = [];
        this.scanners = [];
        // Tags that were read and belong to nothing yet wait for their spool here.
        this.tag = null;
        this.state = reactive({
            isReady: false,
            hasNothing: false,
            refusal: "",
            user: null,
            company: null,
            may: {},
            reasons: [],
            version: 0,
            status: "",
            other: "",
            isOnline: window.navigator.onLine,
            isBusy: false,
            hasUpdate: false,
            isMuted: false,
            isStill: false,
            others: [],
            note: null,
        });
        this.noteTimer = null;
        this.queue.bus.addEventListener("CHANGED", () => this.onQueueChanged());
        this.queue.bus.addEventListener("SETTLED", (ev) => this.onSettled(ev.detail));
    }

    // === START === //

    /** Open with what the phone knows, then ask the server. */
    async start() {
        await this.readSettings();
        const user = await this.store.getMeta("user");
        if (user) {
            await this.become(user);
        }
        this.state.isReady = Boolean(user);
        this.listen();
        await this.refresh();
        this.state.isReady = true;
    }

    listen() {
        window.addEventListener("online", () => {
            this.state.isOnline = true;
            this.refresh();
        });
        window.addEventListener("offline", () => {
            this.state.isOnline = false;
        });
        document.addEventListener("visibilitychange", () => {
            if (document.visibilityState === "visible") {
                this.onSeen();
            }
        });
        if (window.BroadcastChannel) {
            this.channel = new window.BroadcastChannel(this.store.name);
            this.channel.addEventListener("message", () => this.queue.reload());
        }
    }

    async onSeen() {
        await this.queue.reload();
        if (Date.now() - (this.refreshedOn || 0) > LOOK_AGAIN_MS) {
            await this.refresh();
        } else {
            this.queue.replay();
        }
    }

    /** Take over what the phone keeps of a user. */
    async become(user) {
        const boot = (await this.store.getMeta(`boot:${user.id}`)) || {};
        const recent = (await this.store.getMeta(`recent:${user.id}`)) || [];
        // What is open on the screen stays, kept or not.
        const cards = new Map(this.state.user?.id === user.id ? this.cards : []);
        for (const card of await this.store.getCards(user.id)) {
            cards.set(`${card.type},${card.id}`, card);
        }
        this.cards = cards;
        this.recent = recent;
        this.takeBoot(boot, user);
        await this.queue.use(user.id);
        await this.findOthers();
        this.touch();
    }

    takeBoot(boot, user) {
        this.places = new Map((boot.places || []).map((place) => [place.id, place]));
        this.purchases = (boot.purchases || []).map((one) =>
            nameReceipt({ type: "purchase", ...one })
        );
        Object.assign(this.state, {
            user,
            company: boot.company || null,
            may: boot.may || {},
            reasons: boot.scrap_reasons || [],
        });
    }

    async findOthers() {
        const waiting = await this.store.getAllWaiting();
        const names = new Map();
        for (const item of waiting.filter(({ uid }) => uid !== this.queue.uid)) {
            names.set(item.uid, (names.get(item.uid) || 0) + 1);
        }
        this.state.others = await Promise.all(
            [...names].map(async ([uid, count]) => ({
                count,
                name: (await this.store.getMeta(`name:${uid}`)) || _t("somebody else"),
            }))
        );
    }

    /** Ask the server for everything, tell it what waits; quietly without a network. */
    async refresh() {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            const asked = performance.now();
            const boot = await this.transport.call("bootstrap");
            this.state.isOnline = true;
            await this.keepBoot(boot, asked);
            this.refreshedOn = Date.now();
            this.queue.replay();
        } catch (error) {
            this.onCallError(error);
        } finally {
            this.state.isBusy = false;
        }
    }

    onCallError(error) {
        if (error instanceof SessionError) {
            this.queue.setStatus("session", error.other);
        } else if (error instanceof RefusedError) {
            this.state.refusal = error.message;
        } else {
            this.queue.setStatus(error instanceof OfflineError ? "offline" : "error");
            this.queue.later();
        }
        this.state.hasNothing = !this.state.user;
    }

    /** @param {number} asked when; what was learnt since is newer than the answer */
    async keepBoot(boot, asked) {
        const { spools: sent = [], ...rest } = boot;
        const { user } = rest;
        const isNewer = ({ id }) => (this.learnt.get(id) || -Infinity) > asked;
        const spools = sent.map((card) =>
            isNewer(card) ? this.cards.get(`spool,${card.id}`) : card
        );
        await this.store.setMeta("user", user);
        await this.store.setMeta(`name:${user.id}`, user.name);
        await this.store.setMeta(`boot:${user.id}`, rest);
        await this.store.replaceCards(user.id, "spool", spools.slice(0, MOST_SPOOLS));
        Object.assign(this.state, { refusal: "", hasNothing: false });
        await this.become(user);
        this.queue.setStatus("");
    }

    async readSettings() {
        const settings = (await this.store.getMeta("settings")) || {};
        this.state.isMuted = this.feedback.isMuted = Boolean(settings.isMuted);
        this.state.isStill = this.feedback.isStill = Boolean(settings.isStill);
    }

    async setSetting(name, value) {
        this.state[name] = this.feedback[name] = value;
        const { isMuted, isStill } = this.state;
        await this.store.setMeta("settings", { isMuted, isStill });
    }

    touch() {
        this.state.version++;
    }

    // === WHAT IS KNOWN === //

    get spools() {
        return [...this.cards.values()].filter(({ type }) => type === "spool");
    }

    get known() {
        return {
            spools: this.spools,
            places: [...this.places.values()],
            purchases: this.purchases,
        };
    }

    /** A card as it is here: of a spool, with what waits to be told. */
    getCard(type, id) {
        const card = this.cards.get(`${type},${id}`);
        if (!card) {
            return type === "place" ? this.imaginePlace(id) : null;
        }
        return type === "spool"
            ? foretell(card, this.queue.getWaitingOf(id), this.places)
            : card;
    }

    /** A place whose card was never loaded, from the spools that are known to be there. */
    imaginePlace(id) {
        const place = this.places.get(id);
        if (!place) {
            return null;
        }
        return { type: "place", spools: [], isImagined: true, ...place };
    }

    /** The spools of a place, with what waits to be told: moved here, or away. */
    getSpoolsAt(place) {
        const told = new Map((place.spools || []).map((spool) => [spool.id, spool]));
        for (const card of this.spools) {
            const now = this.getCard("spool", card.id);
            const isHere = now.place?.id === place.id;
            if (isHere && (place.isImagined || now.pending)) {
                told.set(card.id, now);
            } else if (!isHere && now.pending) {
                told.delete(card.id);
            }
        }
        return [...told.values()];
    }

    async putCard(sent) {
        if (!sent?.type) {
            return;
        }
        const card = nameReceipt(sent);
        this.cards.set(`${card.type},${card.id}`, card);
        if (card.type === "spool") {
            this.learnt.set(card.id, performance.now());
        }
        const place = card.type === "place" && this.places.get(card.id);
        if (place) {
            place.title = card.title;
        }
        this.touch();
        await this.store.putCard(this.state.user.id, card);
    }

    /** Ask for a card; what is known stays when the server cannot be asked. */
    async loadCard(type, id) {
        try {
            await this.putCard(await this.transport.call("card", { type, id }));
            return "";
        } catch (error) {
            if (error instanceof RefusedError) {
                return error.message;
            }
            this.onCallError(error);
            return this.getCard(type, id)
                ? ""
                : _t("This is not kept on the phone. Look again with a network.");
        }
    }

    // === SCANNING === //

    /**
     * Ask for what is scanned, before the app opens it.
     *
     * @param {(answer: Object) => boolean|Promise<boolean>} handler gives true when it
     *      took the answer
     * @returns {() => void} to be asked no more
     */
    addScanner(handler) {
        this.scanners.unshift(handler);
        return () => {
            this.scanners = this.scanners.filter((one) => one !== handler);
        };
    }

    /** Something was scanned, typed, or read off a tag. */
    async scan(code) {
        this.feedback.give("tick");
        const answer = await this.resolve(code);
        for (const handler of this.scanners) {
            if (await handler(answer)) {
                return answer;
            }
        }
        if (answer.type === "unknown") {
            this.say(answer.reason, { kind: "warn" });
        } else {
            this.remember(answer);
        }
        this.bus.trigger("OPEN", answer);
        return answer;
    }

    /** @returns {Promise<Object>} what a code stands for; never fails */
    async resolve(code) {
        const local = resolveLocally(code, this.known);
        if (local?.isSure) {
            return local;
        }
        try {
            const answer = nameReceipt(await this.transport.call("resolve", { code }));
            if (answer.card) {
                await this.putCard(answer.card);
            }
            const card = answer.card || this.getCard(answer.type, answer.id);
            return {
                ...answer,
                swatch: card?.swatch,
                ...(answer.type === "tag" ? { tag: code } : {}),
            };
        } catch (error) {
            if (error instanceof RefusedError) {
                return { type: "unknown", reason: error.message };
            }
            this.onCallError(error);
            return (
                local || {
                    type: "unknown",
                    reason: _t(
                        "This is not kept on the phone, and there is no network. Scan " +
                            "it again once there is."
                    ),
                }
            );
        }
    }

    /** @returns {Promise<Object[]>} what bears such a name */
    async search(text) {
        const local = searchLocally(text, this.known);
        try {
            const found = await this.transport.call("search", { text, limit: 30 });
            const known = new Set(found.map(({ type, id }) => `${type},${id}`));
            return [
                ...found.map((answer) => ({
                    swatch: this.getCard(answer.type, answer.id)?.swatch,
                    ...answer,
                })),
                ...local.filter(({ type, id }) => !known.has(`${type},${id}`)),
            ];
        } catch {
            return local;
        }
    }

    remember({ type, id, title, subtitle, swatch }) {
        if (!id) {
            return;
        }
        const entry = { type, id, title, subtitle, swatch: swatch || null };
        this.recent = [
            entry,
            ...this.recent.filter((one) => one.type !== type || one.id !== id),
        ].slice(0, MOST_RECENT);
        this.touch();
        this.store.setMeta(`recent:${this.state.user.id}`, this.recent);
    }

    // === DOING === //

    /**
     * Do something to a spool: written down here, told when there is a network.
     *
     * @param {string} kind see the server's actions
     * @param {Object} vals `spool_id`, `place_id`, `value`, `reason`, …
     * @param {string} [title] whom it is about
     * @returns {Promise<Object>} the item of the queue
     */
    async act(kind, vals, title = "") {
        const card = vals.spool_id && this.cards.get(`spool,${vals.spool_id}`);
        const action = { kind, ...vals };
        if (card && isStatement(kind)) {
            // As the server last said it, not as it will be once the rest is told.
            action.expected_g = card.remaining_g;
        }
        const name = title || card?.name || "";
        const item = await this.queue.add("act", action, {
            title: [TITLES[kind]?.(), name].filter(Boolean).join(" · ") || kind,
            spoolId: vals.spool_id || null,
        });
        this.feedback.give("ok");
        this.say(this.describe(action, card) || name, { item });
        this.channel?.postMessage("queue");
        return item;
    }

    /** What an action did, before the server said it. */
    describe(action, card) {
        const told = card && this.getCard("spool", card.id);
        const name = card?.name || "";
        const grams = formatGrams(told?.remaining_g);
        if (isStatement(action.kind) || ["use", "scrap"].includes(action.kind)) {
            return _t("%(spool)s: %(grams)s left", { spool: name, grams });
        }
        if (["move", "load"].includes(action.kind)) {
            const place = this.places.get(action.place_id)?.title || "";
            return _t("%(spool)s is now at %(place)s", { spool: name, place });
        }
        return [TITLES[action.kind]?.(), name].filter(Boolean).join(" · ");
    }

    /** Take back an action: unsaid when it was not told yet, else by another. */
    async undo(item) {
        this.state.note = null;
        if (item.state === "waiting" && (await this.queue.withdraw(item))) {
            this.feedback.give("tick");
            this.say(_t("Taken back: %s", item.title));
            return;
        }
        await this.queue.add(
            "undo",
            { of_key: item.key },
            { title: _t("Undo: %s", item.title), spoolId: item.spoolId }
        );
        this.feedback.give("tick");
        this.say(_t("Taken back: %s", item.title));
    }

    /** Do all the same what the server asked about. */
    async insist(item) {
        const { kind, value, ...vals } = item.action;
        delete vals.key;
        delete vals.happened_on;
        await this.queue.dismiss(item);
        await this.act(kind, { ...vals, value: { ...value, [item.result.ask]: true } });
    }

    /** Take back a line of a spool's ledger. */
    async undoEntry(spool, line) {
        await this.queue.add(
            "undo",
            { entry_id: line.entry_id },
            { title: _t("Undo: %s", line.text), spoolId: spool.id }
        );
        this.feedback.give("tick");
        this.say(_t("Taken back: %s", line.text));
    }

    /** Decide what of two figures counts. */
    async decide(conflict, decision, item, spoolId) {
        await this.queue.add(
            "decide",
            { entry_id: conflict.entry_id, decision },
            { title: conflict.text, spoolId: spoolId || item?.spoolId || null }
        );
        if (item) {
            await this.queue.dismiss(item);
        }
        this.feedback.give("ok");
    }

    // === THE QUEUE === //

    /** Tell the server items of one route. */
    async tell(items) {
        const [{ route, uid }] = items;
        const actions = items.map(({ action }) => action);
        if (route === "act") {
            const { results } = await this.transport.call("act", {
                actions,
                user_id: uid,
                // The phone's clock may be wrong; the server takes the difference off.
                sent_on: new Date().toISOString(),
            });
            return results;
        }
        return [await this.transport.call(route, { ...actions[0], user_id: uid })];
    }

    onQueueChanged() {
        const { status, other } = this.queue;
        this.state.status = status;
        this.state.other = other?.name || "";
        this.touch();
    }

    async onSettled(item) {
        const { result } = item;
        for (const card of [result.card, ...(result.cards || [])]) {
            await this.putCard(card);
        }
        if (item.state === "conflict") {
            this.feedback.give("warn");
            this.say(result.conflict?.text || item.message, { kind: "conflict", item });
        } else if (item.state === "refused") {
            this.feedback.give("error");
            this.say(item.message, { kind: "error", item });
        } else if (item.message && this.state.note?.item?.key === item.key) {
            this.say(item.message, { item: result.undo === false ? null : item });
        }
        this.channel?.postMessage("queue");
        this.bus.trigger("SETTLED", item);
        this.touch();
    }

    // === NOTES === //

    /**
     * Tell something at the lower edge.
     *
     * @param {string} text
     * @param {{kind?: string, item?: Object}} [options] kind: "done", "warn", "conflict" or
     *      "error"; the last two stay until somebody looks
     */
    say(text, { kind = "done", item = null } = {}) {
        window.clearTimeout(this.noteTimer);
        this.state.note = { text, kind, item: item && markRaw(item) };
        if (kind === "done" || kind === "warn") {
            this.noteTimer = window.setTimeout(() => this.hush(), NOTE_MS);
        }
    }

    hush() {
        window.clearTimeout(this.noteTimer);
        this.state.note = null;
    }
}
