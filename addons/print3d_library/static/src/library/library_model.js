import { markRaw, reactive } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { safeColour } from "../marks/format";

export const PAGE_SIZE = 40;
// The server gives no more at once.
const MOST_AT_ONCE = 200;
const MODEL = "product.template";

function merge(records, more) {
    // A model that came in meanwhile pushes others on to the next page.
    const known = new Set(records.map(({ id }) => id));
    return [...records, ...more.filter(({ id }) => !known.has(id))];
}

/**
 * What the library shows: the question (`text`, `facets`, `sort`), its answer, and what
 * is selected of it.
 *
 * Answers that were overtaken by a newer question are dropped. Records are plain
 * objects, replaced when they change, so that a card is drawn again only then.
 */
export class LibraryModel {
    /**
     * @param {Object} orm
     * @param {Object} question `{text, facets, sort, pages}`
     */
    constructor(orm, question) {
        this.orm = orm;
        this.labels = {};
        this.keepLast = new KeepLast();
        this.state = reactive({
            ...question,
            status: "loading",
            isMoreLoading: false,
            total: 0,
            records: markRaw([]),
            facetList: markRaw([]),
            terms: markRaw([]),
            corrected: markRaw([]),
            selection: markRaw(new Set()),
        });
    }

    get hasMore() {
        return this.state.records.length < this.state.total;
    }

    get question() {
        const { text, facets, sort } = this.state;
        return { text: text.trim(), facets, sort };
    }

    /** What is kept while another page is shown. */
    export() {
        const { labels } = this;
        return { ...this.state, labels };
    }

    /** What was kept is shown at once, and asked for anew. */
    import({ labels, ...state }) {
        this.labels = labels;
        Object.assign(this.state, state, { status: "loading", isMoreLoading: false });
    }

    call(params) {
        return this.orm.silent.call(MODEL, "print3d_search", [], {
            ...this.question,
            ...params,
        });
    }

    /** The first records of what is found, in as many calls as it takes. */
    async fetch(count, options) {
        const limit = Math.min(count, MOST_AT_ONCE);
        const answer = await this.call({ offset: 0, limit, ...options });
        const wanted = Math.min(count, answer.total);
        let { records } = answer;
        for (let offset = limit; offset < wanted; offset += MOST_AT_ONCE) {
            const more = await this.call({
                offset,
                limit: Math.min(count - offset, MOST_AT_ONCE),
                with_facets: false,
            });
            records = merge(records, more.records);
        }
        return { ...answer, records };
    }

    /** Asks from the first page on, as many pages as are shown. */
    async load() {
        const { state } = this;
        state.status = "loading";
        let answer;
        try {
            answer = await this.keepLast.add(this.fetch(state.pages * PAGE_SIZE));
        } catch (error) {
            state.status = "failed";
            throw error;
        }
        this.readLabels(answer.facets);
        Object.assign(state, {
            status: "ready",
            isMoreLoading: false,
            total: answer.total,
            records: markRaw(answer.records),
            facetList: markRaw(answer.facets || []),
            terms: markRaw(answer.terms || []),
            corrected: markRaw(answer.corrected || []),
        });
    }

    /** Asks for the next page. */
    async loadMore() {
        const { state } = this;
        if (state.status !== "ready" || state.isMoreLoading || !this.hasMore) {
            return;
        }
        state.isMoreLoading = true;
        try {
            const answer = await this.keepLast.add(
                this.call({
                    offset: state.pages * PAGE_SIZE,
                    limit: PAGE_SIZE,
                    with_facets: false,
                })
            );
            state.pages++;
            // A page with nothing new ends it: the library became smaller meanwhile.
            state.total = answer.records.length ? answer.total : state.records.length;
            state.records = markRaw(merge(state.records, answer.records));
        } finally {
            state.isMoreLoading = false;
        }
    }

    /** Another question, answered from its first page. */
    ask(changes) {
        const { state } = this;
        Object.assign(state, changes, { pages: 1, selection: markRaw(new Set()) });
        return this.load();
    }

    readLabels(facets) {
        for (const { name, label, values } of facets || []) {
            this.labels[name] = { ...this.labels[name], "": { label } };
            for (const choice of values || []) {
                this.labels[name][choice.value] = choice;
            }
        }
    }

    /** The words of a choice, also of one that no result has any more. */
    getLabel(name, value) {
        return this.labels[name]?.[value]?.label ?? String(value);
    }

    getTitle(name) {
        return this.labels[name]?.[""]?.label ?? name;
    }

    /** The colour of a choice, or the choice when it is one itself. */
    getColour(name, value) {
        return (
            safeColour(value) || safeColour(this.labels[name]?.[value]?.colours?.[0])
        );
    }

    // === Selection ===

    select(ids, isSelected) {
        const selection = new Set(this.state.selection);
        for (const id of ids) {
            if (isSelected) {
                selection.add(id);
            } else {
                selection.delete(id);
            }
        }
        this.state.selection = markRaw(selection);
    }

    /** Everything that was found, also what is not on the screen yet. */
    async selectAll() {
        const { text, facets } = this.state;
        const { records } = this.hasMore
            ? await this.fetch(this.state.total, { with_facets: false })
            : this.state;
        if (text !== this.state.text || facets !== this.state.facets) {
            // Something else is looked for meanwhile.
            return;
        }
        this.select(
            records.map(({ id }) => id),
            true
        );
    }

    clearSelection() {
        this.state.selection = markRaw(new Set());
    }

    // === Favourites ===

    /** Marks or unmarks models; the heart does not wait for the server. */
    async setFavourite(ids, isFavourite) {
        const wanted = new Set(ids);
        const changed = this.state.records.filter(
            (record) => wanted.has(record.id) && record.is_favourite !== isFavourite
        );
        const set = (value) => {
            const mine = new Set(changed.map(({ id }) => id));
            this.state.records = markRaw(
                this.state.records.map((record) =>
                    mine.has(record.id) ? { ...record, is_favourite: value } : record
                )
            );
        };
        if (!changed.length) {
            return;
        }
        set(isFavourite);
        try {
            await this.orm.silent.call(MODEL, "action_toggle_favourite", [
                changed.map(({ id }) => id),
            ]);
        } catch (error) {
            set(!isFavourite);
            throw error;
        }
    }
}
