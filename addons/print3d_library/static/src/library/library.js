import {
    Component,
    onMounted,
    onPatched,
    onWillStart,
    useEffect,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { router } from "@web/core/browser/router";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { formatInteger } from "@web/views/fields/formatters";
import { PAGE_ACTION, useUpload } from "../upload/upload_hook";
import { LibraryCard, LibraryRow } from "./library_card";
import { LibraryDrawer } from "./library_drawer";
import { LibraryFacets } from "./library_facets";
import { LibraryModel, PAGE_SIZE } from "./library_model";
import { LibrarySearchBox } from "./library_search_box";
import {
    describeFacets,
    readRoute,
    SORTS,
    withoutFacet,
    writeRoute,
} from "./library_state";

const MODELS_ACTION = "print3d_library.product_template_action";
const RECENT = "print3d.search.recent";
const VIEW_KEY = "print3d_library_view";
const TYPING_DELAY = 200;
const CHANGED_DELAY = 300;
const OPERATOR = "print3d_library.group_print3d_operator";
const LINK = ".o_print3d_result_link";
// Where somebody was in the results, in the entry of the browser's history.
const PLACE = "print3d_place";
// More is done by a condition of a list than by marks on a screen.
const MOST_SELECTED = 2000;

router.hideKeyFromUrl(PLACE);

// Columns of the table, in order; some of them sort.
const COLUMNS = [
    { key: "name", label: _t("Model"), sort: "name", direction: "ascending" },
    { key: "designer", label: _t("Designer") },
    { key: "chips", label: _t("Filaments") },
    { key: "time", label: _t("Time"), sort: "quick", direction: "ascending" },
    { key: "grams", label: _t("Grams"), sort: "light", direction: "ascending" },
    { key: "size", label: _t("Size") },
    { key: "variants", label: _t("Variants") },
    { key: "success", label: _t("Success"), sort: "success", direction: "descending" },
    {
        key: "heart",
        label: _t("Favourite"),
        sort: "favourite",
        direction: "descending",
    },
];

/** Everything the shop can print, found by one box and facets. */
export class Library extends Component {
    static template = "print3d_library.Library";
    static components = {
        Dropdown,
        DropdownItem,
        Layout,
        LibraryCard,
        LibraryDrawer,
        LibraryFacets,
        LibraryRow,
        LibrarySearchBox,
    };
    static props = ["*"];

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.ui = useState(useService("ui"));
        this.rootRef = useRef("root");
        this.resultsRef = useRef("results");
        this.endRef = useRef("end");
        this.sorts = SORTS;
        this.columns = COLUMNS;
        this.skeletons = Array.from({ length: 8 }, (_, index) => index);

        const kept = this.props.state?.library;
        const route = this.getRoute();
        const { view, ...question } = readRoute(route);
        this.model = new LibraryModel(this.orm, question);
        this.data = useState(this.model.state);
        this.state = useState({
            view,
            recent: [],
            currentId: null,
            isDrawerOpen: false,
            canEdit: false,
            canLoadDemo: user.isSystem,
        });
        if (kept) {
            this.model.import(kept.model);
            Object.assign(this.state, kept.state);
        }
        this.setupSearch();
        this.setupPaging();
        this.onAction = this.onAction.bind(this);
        this.onChanged = useDebounced(() => this.model.load(), CHANGED_DELAY);
        this.upload = useUpload(this.rootRef, {
            text: _t("Drop sliced files and meshes here: each becomes a model"),
            getTarget: () => ({}),
            onChanged: () => this.onChanged(),
        });
        useSetupAction({ getLocalState: () => ({ library: this.export() }) });
        useExternalListener(window, "keydown", (ev) => this.onWindowKeydown(ev));
        onWillStart(async () => {
            this.state.canEdit = await user.hasGroup(OPERATOR);
        });
        // By the breadcrumbs everything is kept; by “back” it has to come anew first.
        let place = kept || route[PLACE];
        const restore = () => {
            if (place && this.data.records.length) {
                this.restore(place);
                place = null;
            }
        };
        onPatched(restore);
        onMounted(() => {
            restore();
            this.writeRoute({ isStep: false });
            this.model.load();
            this.loadRecent();
        });
    }

    setupSearch() {
        this.searchSoon = useDebounced(
            () => this.ask({}, { isStep: false }),
            TYPING_DELAY
        );
        this.onSearchInput = (text) => {
            // In the box at once, asked for when the fingers rest.
            this.data.text = text;
            this.searchSoon();
        };
        this.onSubmit = (text) => {
            this.searchSoon.cancel();
            this.ask({ text });
            this.remember(text);
        };
        this.onForget = (text) => this.forget(text);
        this.onDown = () => this.focusResult(this.data.records[0]?.id);
    }

    /** More comes when its end comes into sight, and by its button. */
    setupPaging() {
        useEffect(
            (el) => {
                if (!el) {
                    return;
                }
                const observer = new IntersectionObserver(
                    (entries) => {
                        if (entries.some(({ isIntersecting }) => isIntersecting)) {
                            this.loadMore();
                        }
                    },
                    { root: this.scroller, rootMargin: "800px 0px" }
                );
                observer.observe(el);
                return () => observer.disconnect();
            },
            // Observed anew after each page: it may not have left the sight.
            () => [this.endRef.el, this.data.records.length]
        );
    }

    // === The address ===

    /** What the address says, when it is about this very screen. */
    getRoute() {
        const { action } = this.props;
        const { current } = router;
        const isMine = [action?.path, action?.id, action?.tag].includes(current.action);
        const view = browser.localStorage.getItem(VIEW_KEY);
        return { view, ...(isMine ? current : {}), ...action?.params };
    }

    /**
     * @param {Object} options
     * @param {boolean} options.isStep whether “back” leads to what was before
     */
    writeRoute({ isStep = true } = {}) {
        this.props.updateActionState?.(
            writeRoute({ ...this.data, view: this.state.view })
        );
        if (!isStep) {
            // Joins the change above, which would be a step of its own.
            router.replaceState({});
        }
    }

    export() {
        const { view } = this.state;
        return { model: this.model.export(), state: { view }, ...this.place };
    }

    get place() {
        const { currentId } = this.state;
        return { currentId, scroll: this.scroller?.scrollTop || 0 };
    }

    keepPlace() {
        router.replaceState({ [PLACE]: this.place }, { sync: true });
    }

    /** On a phone the whole page scrolls, elsewhere the results beside the facets. */
    get scroller() {
        return this.ui.isSmall ? this.rootRef.el : this.resultsRef.el;
    }

    restore({ scroll, currentId }) {
        this.scroller.scrollTop = scroll;
        this.state.currentId = currentId;
        this.rootRef.el
            .querySelector(`[data-id="${currentId}"] ${LINK}`)
            ?.focus({ preventScroll: true });
    }

    // === The question ===

    async ask(changes, options) {
        this.state.currentId = null;
        const answered = this.model.ask(changes);
        this.writeRoute(options);
        await answered;
        if (this.scroller) {
            this.scroller.scrollTop = 0;
        }
    }

    async loadMore() {
        await this.model.loadMore();
        this.writeRoute({ isStep: false });
    }

    setFacets(facets) {
        return this.ask({ facets });
    }

    removeFacet({ name, value }) {
        return this.setFacets(withoutFacet(this.data.facets, name, value));
    }

    clearFacets() {
        return this.setFacets({});
    }

    clearAll() {
        return this.ask({ text: "", facets: {} });
    }

    sort(key) {
        return this.ask({ sort: key });
    }

    setView(view) {
        this.state.view = view;
        browser.localStorage.setItem(VIEW_KEY, view);
        this.writeRoute({ isStep: false });
    }

    get sorting() {
        return SORTS.find(({ key }) => key === this.data.sort);
    }

    ariaSort(column) {
        return column.sort && column.sort === this.data.sort
            ? column.direction
            : undefined;
    }

    get activeFacets() {
        return describeFacets(
            this.data.facets,
            (name, value) => this.model.getLabel(name, value),
            (name) => this.model.getTitle(name)
        );
    }

    colourStyle({ name }) {
        const colour =
            name === "colour" && this.model.getColour(name, this.data.facets[name]);
        return colour ? `background: ${colour}` : "";
    }

    facetText({ title, label }) {
        return [title, label].filter(Boolean).join(" ");
    }

    removeFacetLabel(entry) {
        return _t("Remove %s", this.facetText(entry));
    }

    // === Words of the question ===

    /** Conditions, fields and what is wrong; plain words speak for themselves. */
    get terms() {
        return this.data.terms.filter(
            ({ kind, label, text, error }) =>
                error || kind !== "word" || (label && label !== text)
        );
    }

    removeTerm({ text }) {
        const rest = this.data.text.replace(text, " ").replace(/\s+/g, " ").trim();
        return this.onSubmit(rest);
    }

    get correction() {
        const { corrected } = this.data;
        return {
            from: corrected.map(({ from }) => from).join(" "),
            to: corrected.map(({ to }) => to).join(" "),
        };
    }

    searchAsWritten() {
        const text = this.data.corrected.reduce(
            (whole, { from }) => whole.replace(from, `"${from}"`),
            this.data.text
        );
        return this.onSubmit(text);
    }

    // === Recent searches ===

    async loadRecent() {
        this.state.recent = await this.orm.silent.call(RECENT, "get_recent", []);
    }

    async remember(text) {
        if (text.trim()) {
            this.state.recent = await this.orm.silent.call(RECENT, "remember", [
                text.trim(),
            ]);
        }
    }

    async forget(text) {
        this.state.recent = await this.orm.silent.call(
            RECENT,
            "forget",
            text === null ? [] : [text]
        );
    }

    // === What is shown ===

    get isEmptyLibrary() {
        const { status, total, text, facets } = this.data;
        return (
            status === "ready" && !total && !text.trim() && !Object.keys(facets).length
        );
    }

    get isNothingFound() {
        return this.data.status === "ready" && !this.data.total && !this.isEmptyLibrary;
    }

    get isFirstLoad() {
        return this.data.status === "loading" && !this.data.records.length;
    }

    get countText() {
        const { total, status } = this.data;
        if (this.isFirstLoad || status === "failed") {
            return "";
        }
        return total === 1 ? _t("1 model") : _t("%s models", formatInteger(total));
    }

    get doneLabel() {
        return this.data.total === 1
            ? _t("Show 1 model")
            : _t("Show %s models", formatInteger(this.data.total));
    }

    get facetsTitle() {
        return _t("Filters");
    }

    get clearLabel() {
        return _t("Clear all");
    }

    get moreLabel() {
        const rest = this.data.total - this.data.records.length;
        return _t("Show %s more", formatInteger(Math.min(rest, PAGE_SIZE)));
    }

    get shownText() {
        return _t("%(shown)s of %(total)s", {
            shown: formatInteger(this.data.records.length),
            total: formatInteger(this.data.total),
        });
    }

    openUploadPage() {
        return this.action.doAction(PAGE_ACTION);
    }

    loadDemo() {
        return this.action.doAction("base.demo_force_install_action");
    }

    url(record) {
        return router.stateToUrl({ action: "print3d-models", resId: record.id });
    }

    isCurrent(record, index) {
        const { currentId } = this.state;
        return currentId === null ? index === 0 : record.id === currentId;
    }

    // === Cards ===

    /** What a card or a row tells of. */
    onAction(name, record, ev) {
        const handlers = {
            focus: () => (this.state.currentId = record.id),
            open: () => this.open(record, ev),
            select: () => this.select(record, ev.shiftKey),
            favourite: () => this.model.setFavourite([record.id], !record.is_favourite),
        };
        return handlers[name]();
    }

    async open(record, ev) {
        if (ev && (ev.ctrlKey || ev.metaKey || ev.shiftKey || ev.button)) {
            // The browser opens the link in a tab of its own.
            return;
        }
        ev?.preventDefault();
        this.state.currentId = record.id;
        this.remember(this.data.text);
        const action = await this.action.loadAction(MODELS_ACTION);
        this.keepPlace();
        return this.action.doAction(action, {
            viewType: "form",
            props: { resId: record.id },
        });
    }

    /** One more or less; with shift, everything since the last one. */
    select(record, isRange) {
        if (!this.state.canEdit) {
            return;
        }
        const ids = this.data.records.map(({ id }) => id);
        const [from, to] = [ids.indexOf(this.anchorId), ids.indexOf(record.id)];
        if (isRange && from >= 0) {
            const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
            this.model.select(range, true);
        } else {
            this.model.select([record.id], !this.data.selection.has(record.id));
        }
        this.anchorId = record.id;
    }

    focusResult(id) {
        const link = this.rootRef.el.querySelector(`[data-id="${id}"] ${LINK}`);
        link?.focus();
        return Boolean(link);
    }

    /** How many cards stand beside each other. */
    get columnCount() {
        const cards = [...this.resultsRef.el.querySelectorAll(".o_print3d_result")];
        const top = cards[0]?.offsetTop;
        const next = cards.findIndex(({ offsetTop }) => offsetTop !== top);
        return next < 0 ? Math.max(cards.length, 1) : next;
    }

    step(key) {
        const forward = localization.direction === "rtl" ? -1 : 1;
        const isGrid = this.state.view === "grid";
        return {
            ArrowRight: isGrid ? forward : 0,
            ArrowLeft: isGrid ? -forward : 0,
            ArrowDown: isGrid ? this.columnCount : 1,
            ArrowUp: isGrid ? -this.columnCount : -1,
        }[key];
    }

    onResultKeydown(ev) {
        const { records } = this.data;
        const id = Number(ev.target.closest(".o_print3d_result")?.dataset.id);
        const index = records.findIndex((record) => record.id === id);
        if (index < 0 || ev.ctrlKey || ev.metaKey || ev.altKey) {
            return;
        }
        const isLink = ev.target.matches(LINK);
        const isMove = ev.key.startsWith("Arrow") || ["Home", "End"].includes(ev.key);
        if (isMove) {
            ev.preventDefault();
            this.move(index, ev.key);
        } else if (isLink && ev.key === " ") {
            ev.preventDefault();
            this.select(records[index], ev.shiftKey);
        } else if (ev.key.toLowerCase() === "f") {
            ev.preventDefault();
            this.onAction("favourite", records[index]);
        }
    }

    move(index, key) {
        const { records } = this.data;
        const last = records.length - 1;
        if (key === "Home" || key === "End") {
            this.focusResult(records[key === "Home" ? 0 : last].id);
            return;
        }
        const wanted = index + this.step(key);
        if (wanted < 0) {
            this.rootRef.el.querySelector(".o_print3d_search_input").focus();
            return;
        }
        if (wanted > last) {
            this.loadMore();
        }
        this.focusResult(records[Math.min(wanted, last)].id);
    }

    onWindowKeydown(ev) {
        const isMine = !ev.defaultPrevented && this.ui.activeElement === document;
        if (ev.key === "Escape" && isMine && this.data.selection.size) {
            this.model.clearSelection();
        }
    }

    // === What is done with several ===

    get selectedIds() {
        return [...this.data.selection];
    }

    get selectedText() {
        return _t("%s selected", formatInteger(this.data.selection.size));
    }

    get selectAllLabel() {
        return _t("Select all %s found", formatInteger(this.data.total));
    }

    get canSelectAll() {
        const { selection, total } = this.data;
        return selection.size < total && total <= MOST_SELECTED;
    }

    get isPageSelected() {
        const { records, selection } = this.data;
        return records.length > 0 && records.every(({ id }) => selection.has(id));
    }

    togglePage() {
        this.model.select(
            this.data.records.map(({ id }) => id),
            !this.isPageSelected
        );
    }

    /** An action of the server on the selected models, which may open a dialogue. */
    async run(method) {
        const result = await this.orm.call("product.template", method, [
            this.selectedIds,
        ]);
        const onDone = () => this.ask({}, { isStep: false });
        if (result?.type) {
            return this.action.doAction(result, {
                // Who thinks better of it still has the same models in hand.
                onClose: (info) => !info?.dismiss && !info?.special && onDone(),
            });
        }
        return onDone();
    }

    async favouriteSelected() {
        await this.model.setFavourite(this.selectedIds, true);
        this.model.clearSelection();
    }

    async archiveSelected() {
        const ids = this.selectedIds;
        const warning = await this.orm.call(
            "product.template",
            "action_print3d_archive",
            [ids]
        );
        if (warning?.type) {
            this.action.doAction(warning);
        }
        const close = this.notification.add(
            ids.length === 1
                ? _t("1 model is archived.")
                : _t("%s models are archived.", ids.length),
            {
                type: "success",
                buttons: [
                    {
                        name: _t("Undo"),
                        primary: true,
                        onClick: async () => {
                            close();
                            await this.orm.call(
                                "product.template",
                                "action_print3d_unarchive",
                                [ids]
                            );
                            await this.model.load();
                        },
                    },
                ],
            }
        );
        return this.ask({}, { isStep: false });
    }

    async openInList() {
        const action = await this.action.loadAction(MODELS_ACTION);
        this.keepPlace();
        return this.action.doAction(
            { ...action, domain: [["id", "in", this.selectedIds]] },
            { viewType: "list" }
        );
    }
}

registry.category("actions").add("print3d_library", Library);
