import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { keyDown, keyUp, press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred, runAllTimers } from "@odoo/hoot-mock";
import { browser } from "@web/core/browser/browser";
import { router } from "@web/core/browser/router";
import {
    contains,
    defineActions,
    getService,
    makeMockEnv,
    mockService,
    mountWebClient,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {
    decodeFacets,
    describeFacets,
    encodeFacets,
    parseNumber,
    parseTime,
    readRoute,
    toggleChoice,
    withoutFacet,
    writeRoute,
    writeTime,
} from "@print3d_library/library/library_state";
import { getWordAt, suggest } from "@print3d_library/library/library_suggest";

const FACETS = [
    { name: "favourite", label: "Favourites", type: "flag", values: [] },
    {
        name: "material",
        label: "Material",
        type: "choice",
        values: ["PLA", "PETG", "ABS", "TPU", "ASA", "PA", "PC", "PVA"].map(
            (value, index) => ({ value, label: value, count: 9 - index })
        ),
    },
    {
        name: "colour",
        label: "Colour",
        type: "colour",
        values: [{ value: "red", label: "Red", count: 3, colours: ["#FF0000"] }],
    },
    {
        name: "size",
        label: "Fits on",
        type: "size",
        values: [{ value: [250, 210, 220], label: "MK4", count: 4 }],
    },
    { name: "time", label: "Print time", type: "range", min: 600, max: 86400 },
    { name: "success", label: "Success", type: "range", min: 0, max: 1 },
];

function makeRecord(id, values = {}) {
    return {
        id,
        name: `Model ${id}`,
        product_id: id,
        variant_count: 1,
        matching_variant_count: 1,
        chips: [{ colours: ["#ff0000"], material: "PLA", grams: 10 }],
        time_s: 3600 * id,
        grams: 10 * id,
        size_mm: [10, 20, 30],
        picture: false,
        is_favourite: false,
        designer: "Anna",
        themes: ["Toys"],
        success: null,
        version: id,
        ...values,
    };
}

function makeAnswer(values = {}) {
    const records = values.records || [1, 2, 3].map((id) => makeRecord(id));
    return {
        total: records.length,
        records,
        facets: FACETS,
        terms: [],
        corrected: [],
        ...values,
    };
}

/** The search of a server with `count` models, and what it was asked. */
function mockSearch(getAnswer = () => makeAnswer()) {
    onRpc("product.template", "print3d_search", ({ kwargs }) => {
        expect.step(
            [
                kwargs.text,
                JSON.stringify(kwargs.facets),
                kwargs.sort,
                kwargs.offset,
            ].join(" | ")
        );
        return getAnswer(kwargs);
    });
    let recent = ["dragon", "vase"];
    onRpc("print3d.search.recent", "get_recent", () => recent);
    onRpc("print3d.search.recent", "remember", ({ args: [text] }) => {
        recent = [text, ...recent.filter((one) => one !== text)];
        return recent;
    });
    onRpc("print3d.search.recent", "forget", ({ args: [text] }) => {
        recent = text ? recent.filter((one) => one !== text) : [];
        return recent;
    });
}

async function openLibrary(isOperator = true) {
    onRpc("has_access", () => isOperator);
    onRpc("has_group", () => isOperator);
    await mountWebClient();
    await getService("action").doAction("print3d_library");
    await animationFrame();
}

function many(kwargs, total) {
    const ids = Array.from({ length: total }, (_, index) => index + 1);
    const records = ids
        .slice(kwargs.offset, kwargs.offset + kwargs.limit)
        .map((id) => makeRecord(id));
    return makeAnswer({ total, records });
}

describe.current.tags("desktop");
defineMailModels();
defineActions([
    {
        id: 7,
        xml_id: "print3d_library.product_template_action",
        name: "Models",
        res_model: "product.template",
        type: "ir.actions.act_window",
        views: [[false, "form"]],
    },
]);
beforeEach(() => browser.localStorage.clear());

test("the address holds the question, whatever is in it", () => {
    const facets = {
        material: ["PLA", "PET;G, 2:1", "12", "'s"],
        nozzle: [0.4, 0.6],
        colour: "#ff0000",
        size: [250, 210, 220],
        time: [0, 3600],
        grams: [10, null],
        success: 0.9,
        favourite: true,
    };
    expect(decodeFacets(encodeFacets(facets))).toEqual(facets);
    expect(decodeFacets("material:PLA;time:%E2%8;nozzle;colour:")).toEqual({
        material: ["PLA"],
    });
    const state = { text: "0012", facets: {}, sort: "name", view: "list", pages: 3 };
    expect(readRoute(writeRoute(state))).toEqual(state);
    // What the router makes of a text that is a number.
    expect(readRoute({ q: 12, sort: "nonsense", view: 3, page: "many" })).toEqual({
        text: "12",
        facets: {},
        sort: "relevance",
        view: "grid",
        pages: 1,
    });
    expect(writeRoute({ text: " ", facets: {}, sort: "relevance", pages: 1 }).q).toBe(
        undefined
    );
});

test("times and numbers as people write them", () => {
    for (const [text, seconds] of [
        ["90", 5400],
        ["2h30m", 9000],
        ["2 h 30 min", 9000],
        ["2:30", 9000],
        ["1,5h", 5400],
        ["1d 2h", 93600],
        ["45s", 45],
        ["", null],
        ["soon", null],
        ["2h soon", null],
    ]) {
        expect(parseTime(text)).toBe(seconds, { message: text });
    }
    for (const seconds of [0, 2700, 9000, 93600]) {
        expect(parseTime(writeTime(seconds))).toBe(seconds);
    }
    expect(parseNumber("12,5")).toBe(12.5);
    expect(parseNumber("a dozen")).toBe(null);
});

test("facets are taken away one by one", async () => {
    await makeMockEnv();
    const facets = { material: ["PLA", "PETG"], time: [0, 3600], favourite: true };
    const entries = describeFacets(
        facets,
        (name, value) => value,
        (name) => name
    );
    expect(entries.map(({ label }) => label)).toEqual([
        "PLA",
        "PETG",
        "up to 1 h 00 min",
        "",
    ]);
    expect(withoutFacet(facets, "material", "PLA").material).toEqual(["PETG"]);
    expect("material" in withoutFacet({ material: ["PLA"] }, "material", "PLA")).toBe(
        false
    );
    expect(toggleChoice({}, "material", "PLA")).toEqual({ material: ["PLA"] });
    expect(toggleChoice({ material: ["PLA"] }, "material", "PLA")).toEqual({});
});

test("suggestions: recent searches, names with examples, values", async () => {
    await makeMockEnv();
    const known = { recent: ["dragon egg", "vase"], facetList: FACETS };
    const titles = (text) =>
        suggest(text, text.length, known).map(({ title, hint }) =>
            `${title} ${hint}`.trim()
        );
    expect(titles("")).toEqual(["dragon egg", "vase"]);
    expect(titles("drag")).toEqual(["dragon egg"]);
    expect(titles("nozz")).toInclude("Nozzle in mm nozzle=0.6");
    expect(titles("layer he")[0]).toBe("Layers: Layer height (mm) layer_height");
    expect(titles("material:pe")).toEqual(["PETG 8"]);
    const [value] = suggest("clip material:pe", 16, known);
    expect(value.text).toBe("clip material:PETG ");
    const text = "a nozz b";
    const [nozzle] = suggest(text, 6, known);
    expect(nozzle.text).toBe("a nozzle b");
    expect(nozzle.caret).toBe(8);
    expect(getWordAt("a nozzle b", 4)).toEqual({ start: 2, end: 8, word: "no" });
});

test("what is typed is searched once the fingers rest; stale answers are dropped", async () => {
    const answers = {};
    mockSearch(({ text }) => answers[text] || makeAnswer());
    await openLibrary();
    expect.verifySteps([" | {} | relevance | 0"]);
    expect(".o_print3d_result_card").toHaveCount(3);
    expect(".o_print3d_count").toHaveText("3 models");

    answers.va = new Deferred();
    answers.vase = new Deferred();
    await contains(".o_print3d_search_input").edit("v", { confirm: false });
    await contains(".o_print3d_search_input").edit("va", { confirm: false });
    await advanceTime(250);
    await contains(".o_print3d_search_input").edit("vase", { confirm: false });
    await advanceTime(250);
    expect.verifySteps(["va | {} | relevance | 0", "vase | {} | relevance | 0"]);
    answers.vase.resolve(makeAnswer({ records: [makeRecord(9)] }));
    await animationFrame();
    answers.va.resolve(makeAnswer({ records: [makeRecord(8)] }));
    await animationFrame();
    expect(queryAllTexts(".o_print3d_result_link")).toEqual(["Model 9"]);
    await runAllTimers();
    expect(router.current.q).toBe("vase");
});

test("facets, their chips, and the address", async () => {
    mockSearch();
    await openLibrary();
    expect.verifySteps([" | {} | relevance | 0"]);
    expect("[data-facet=material] .o_print3d_choice").toHaveCount(6);
    await contains("[data-facet=material] .o_print3d_facet_more").click();
    expect("[data-facet=material] .o_print3d_choice").toHaveCount(8);

    await contains("[data-facet=material] input:eq(1)").click();
    await contains("[data-facet=colour] .o_print3d_swatch_button").click();
    await contains("[data-facet=favourite] input").click();
    await contains("[data-facet=time] input[data-end=high]").edit("2h");
    expect.verifySteps([
        ' | {"material":["PETG"]} | relevance | 0',
        ' | {"material":["PETG"],"colour":"red"} | relevance | 0',
        ' | {"material":["PETG"],"colour":"red","favourite":true} | relevance | 0',
        ' | {"material":["PETG"],"colour":"red","favourite":true,"time":[0,7200]} | relevance | 0',
    ]);
    expect(queryAllTexts(".o_print3d_active_facet")).toEqual([
        "Material\nPETG",
        "Colour\nRed",
        "Favourites",
        "Print time\nup to 2 h 00 min",
    ]);
    await runAllTimers();
    expect(decodeFacets(router.current.f)).toEqual({
        material: ["PETG"],
        colour: "red",
        favourite: true,
        time: [0, 7200],
    });
    await contains(".o_print3d_active_facet[data-facet=colour] button").click();
    await contains(".o_print3d_clear_facets").click();
    expect.verifySteps([
        ' | {"material":["PETG"],"favourite":true,"time":[0,7200]} | relevance | 0',
        " | {} | relevance | 0",
    ]);
    expect(".o_print3d_active_facet").toHaveCount(0);
});

test("sizes: a plate, or three measures", async () => {
    mockSearch();
    await openLibrary();
    await contains("[data-facet=size] select").select("250,210,220");
    await contains("[data-facet=size] input:eq(2)").edit("50");
    await contains("[data-facet=size] select").select("");
    expect.verifySteps([
        " | {} | relevance | 0",
        ' | {"size":[250,210,220]} | relevance | 0',
        ' | {"size":[250,210,50]} | relevance | 0',
        " | {} | relevance | 0",
    ]);
});

test("a shared address asks what it says", async () => {
    mockSearch(({ text }) =>
        makeAnswer({
            terms: [
                { text: "clip", kind: "word", label: "clip", error: false },
                {
                    text: "layer<",
                    kind: "setting",
                    label: "",
                    error: "A value is missing.",
                },
            ],
            corrected: text === "clpi layer<" ? [{ from: "clpi", to: "clip" }] : [],
        })
    );
    onRpc("has_access", () => true);
    onRpc("has_group", () => true);
    await mountWebClient();
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "print3d_library",
        params: { q: "clpi layer<", f: "material:PLA", sort: "quick", view: "list" },
    });
    await animationFrame();
    expect(".o_print3d_search_input").toHaveValue("clpi layer<");
    expect(".o_print3d_result_row").toHaveCount(3);
    expect("th[aria-sort=ascending]").toHaveText("Time");
    expect(".o_print3d_term_error").toHaveText("layer<\nA value is missing.");
    expect(".o_print3d_term[data-kind=word]").toHaveCount(0);
    expect(".o_print3d_corrected").toHaveText(/results for clip instead of clpi/);
    await contains(".o_print3d_corrected button").click();
    expect(".o_print3d_corrected").toHaveCount(0);
    await contains(".o_print3d_term_error button").click();
    await contains(".o_print3d_column_sort[data-sort=success]").click();
    expect.verifySteps([
        'clpi layer< | {"material":["PLA"]} | quick | 0',
        '"clpi" layer< | {"material":["PLA"]} | quick | 0',
        '"clpi" | {"material":["PLA"]} | quick | 0',
        '"clpi" | {"material":["PLA"]} | success | 0',
    ]);
});

test("more comes by its button, once, and what came twice is shown once", async () => {
    patchWithCleanup(window, {
        IntersectionObserver: class {
            observe() {}
            disconnect() {}
        },
    });
    mockSearch((kwargs) =>
        many({ ...kwargs, offset: Math.max(kwargs.offset - 1, 0) }, 60)
    );
    await openLibrary();
    expect(".o_print3d_result_card").toHaveCount(40);
    expect(".o_print3d_more span").toHaveText("40 of 60");
    await contains(".o_print3d_more button").click();
    expect(".o_print3d_result_card").toHaveCount(60);
    await runAllTimers();
    expect(router.current.page).toBe(2);
    expect.verifySteps([" | {} | relevance | 0", " | {} | relevance | 40"]);
});

test("keys: slash, arrows, select, favourite, open", async () => {
    mockSearch();
    onRpc("product.template", "action_toggle_favourite", ({ args: [ids] }) => {
        expect.step(`favourite ${ids}`);
        return true;
    });
    mockService("action", {
        async doAction(action, options) {
            if (action.res_model) {
                expect.step(`open ${options.props.resId}`);
                return;
            }
            return super.doAction(...arguments);
        },
    });
    await openLibrary();
    await animationFrame();
    expect.verifySteps([" | {} | relevance | 0"]);
    queryFirst(".o_print3d_result_link").focus();
    await press("ArrowRight");
    await animationFrame();
    expect("[data-id='2'] .o_print3d_result_link").toBeFocused();
    await press("f");
    await animationFrame();
    expect("[data-id='2'] .o_print3d_result_heart").toHaveAttribute(
        "aria-pressed",
        "true"
    );
    expect.verifySteps(["favourite 2"]);
    await press(" ");
    await press("End");
    await animationFrame();
    await keyDown("Shift");
    await press(" ");
    await keyUp("Shift");
    await animationFrame();
    expect(".o_print3d_result_selected").toHaveCount(2);
    expect(".o_print3d_selection strong").toHaveText("2 selected");
    await press("Escape");
    await animationFrame();
    expect(".o_print3d_selection").toHaveCount(0);
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["open 3"]);
    await press("/");
    await animationFrame();
    expect(".o_print3d_search_input").toBeFocused();
});

test("recent searches: chosen with the keyboard, forgotten one by one and all", async () => {
    mockSearch();
    await openLibrary();
    await contains(".o_print3d_search_input").click();
    expect(queryAllTexts(".o_print3d_suggestion")).toEqual(["dragon", "vase"]);
    await press("ArrowDown");
    await press("ArrowDown");
    await press("Enter");
    await animationFrame();
    expect(".o_print3d_suggestions").toHaveCount(0);
    expect(".o_print3d_search_input").toHaveValue("vase");
    await press("Escape");
    await animationFrame();
    expect(".o_print3d_search_input").toHaveValue("");
    expect.verifySteps([
        " | {} | relevance | 0",
        "vase | {} | relevance | 0",
        " | {} | relevance | 0",
    ]);
    await contains(".o_print3d_search_input").click();
    await contains(".o_print3d_forget:last").click();
    expect(queryAllTexts(".o_print3d_suggestion")).toEqual(["vase"]);
    await contains(".o_print3d_forget_all").click();
    expect(".o_print3d_suggestions").toHaveCount(0);
});

test("several models: all that were found, merged, archived and back", async () => {
    mockSearch((kwargs) => many(kwargs, 50));
    const called = (name) =>
        onRpc("product.template", name, ({ args: [ids] }) => {
            expect.step(`${name} ${ids.length}`);
            return true;
        });
    called("action_print3d_merge");
    called("action_print3d_archive");
    called("action_print3d_unarchive");
    patchWithCleanup(window, {
        IntersectionObserver: class {
            observe() {}
            disconnect() {}
        },
    });
    await openLibrary();
    // The box shows on the card one points at, or is on.
    queryFirst("[data-id='1'] .o_print3d_result_link").focus();
    await contains("[data-id='1'] .o_print3d_result_check input").click();
    expect("[data-action=merge]").toHaveCount(0);
    await contains(".o_print3d_select_all").click();
    expect(".o_print3d_selection strong").toHaveText("50 selected");
    await contains("[data-action=merge]").click();
    expect(".o_print3d_selection").toHaveCount(0);
    queryFirst("[data-id='1'] .o_print3d_result_link").focus();
    await contains("[data-id='1'] .o_print3d_result_check input").click();
    await contains("[data-action=archive]").click();
    await contains(".o_notification_buttons button").click();
    expect.verifySteps([
        " | {} | relevance | 0",
        " | {} | relevance | 0",
        "action_print3d_merge 50",
        " | {} | relevance | 0",
        "action_print3d_archive 1",
        " | {} | relevance | 0",
        "action_print3d_unarchive 1",
        " | {} | relevance | 0",
    ]);
});

test("who only sells sees and opens", async () => {
    mockSearch();
    await openLibrary(false);
    expect(".o_print3d_result_card").toHaveCount(3);
    expect(".o_print3d_result_check").toHaveCount(0);
    expect(".o_print3d_upload_button").toHaveCount(0);
    queryFirst(".o_print3d_result_link").focus();
    await press(" ");
    await animationFrame();
    expect(".o_print3d_selection").toHaveCount(0);
    expect.verifySteps([" | {} | relevance | 0"]);
});

test("nothing in the library, and nothing found", async () => {
    mockSearch(({ text }) => makeAnswer({ records: [], total: 0, facets: [], text }));
    await openLibrary();
    expect(".o_print3d_empty h2").toHaveText("Drop your first file here");
    expect(".o_print3d_library_side").toHaveCount(0);
    await contains(".o_print3d_search_input").edit("zebra");
    await animationFrame();
    expect(".o_print3d_empty h2").toHaveText("Nothing in the library fits");
    await contains(".o_print3d_show_all").click();
    expect(".o_print3d_empty h2").toHaveText("Drop your first file here");
    expect.verifySteps([
        " | {} | relevance | 0",
        "zebra | {} | relevance | 0",
        " | {} | relevance | 0",
    ]);
});
