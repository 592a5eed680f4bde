import { registry } from "@web/core/registry";

const card = (name) => `.o_print3d_import_card[data-name="${name}"]`;
const file = (name) => `.o_print3d_import_file[data-name="${name}"]`;
const tile = (name, count) =>
    `.o_print3d_import_tile[data-name="${name}"]:contains(${count})`;
const state = (name) => `.o_print3d_import[data-state="${name}"]`;
const undo = (label) => ({
    trigger: `.o_print3d_import_undo:contains(${label})`,
    run: "click",
});

/** All files are taken in by the one request of the button. */
const isDone = {
    content: "Everything is in",
    trigger: state("done"),
    timeout: 60_000,
};

/** Drags what a step is at to another element, as a mouse does. */
function dragTo(selector) {
    return function () {
        const target = document.querySelector(selector);
        const dataTransfer = new window.DataTransfer();
        const send = (element, type) =>
            element.dispatchEvent(
                new window.DragEvent(type, {
                    bubbles: true,
                    cancelable: true,
                    dataTransfer,
                })
            );
        send(this.anchor, "dragstart");
        send(target, "dragover");
        send(target, "drop");
        send(this.anchor, "dragend");
    };
}

registry.category("web_tour.tours").add("print3d_library_import_plan", {
    steps: () => [
        { content: "What would be made", trigger: tile("new_models", 3) },
        { trigger: tile("meshes", 4) },
        {
            content: "What cannot be read is told before anything is made of it",
            trigger:
                '.o_print3d_import_left[data-name="broken.stl"]:contains(no triangles)',
        },
        {
            content: "Another name for a model",
            trigger: `${card("Hook")} .o_print3d_import_model_name`,
            run: "edit Wall hook && press Enter",
        },
        { trigger: card("Wall hook") },
        undo("Rename"),
        { trigger: card("Hook") },
        {
            content: "A file is dragged to another model",
            trigger: `${card("Hook")} ${file("hook.stl")}`,
            run: dragTo(card("Vase")),
        },
        { trigger: `${card("Vase")} ${file("hook.stl")}` },
        undo("Move files"),
        { trigger: `${card("Hook")} ${file("hook.stl")}` },
        {
            content: "A file is left out, and taken in again",
            trigger: `${file("vase.png")} .o_print3d_import_leave`,
            run: "click",
        },
        { trigger: tile("skipped", 3) },
        {
            trigger: ".o_print3d_import_skipped summary:contains(Left out by hand)",
            run: "click",
        },
        {
            trigger: '.o_print3d_import_left[data-name="vase.png"] button',
            run: "click",
        },
        { trigger: `${card("Vase")} ${file("vase.png")}` },
        {
            content: "A file becomes a model of its own, by the menu",
            trigger: `${file("vase_v2.gcode")} input[type=checkbox]`,
            run: "click",
        },
        { trigger: ".o_print3d_import_bar button:contains(Move)", run: "click" },
        { trigger: "#o_print3d_import_new_name", run: "edit Better vase" },
        { trigger: ".modal button:contains(Make)", run: "click" },
        { trigger: `${card("Better vase")} ${file("vase_v2.gcode")}` },
        {
            content: "Two models are merged",
            trigger: `${card("Better vase")} .o_print3d_import_head input[type=checkbox]`,
            run: "click",
        },
        {
            trigger: `${card("Vase")} .o_print3d_import_head input[type=checkbox]`,
            run: "click",
        },
        { trigger: ".o_print3d_import_bar button:contains(Merge)", run: "click" },
        {
            trigger: `.o_print3d_import_cards:not(:has(${card("Vase")})) ${card(
                "Better vase"
            )} ${file("vase.stl")}`,
        },
        undo("Merge models"),
        undo("Split"),
        {
            content: "Variants become models",
            trigger: `${card("Lamp")} .o_print3d_import_split`,
            run: "click",
        },
        { trigger: card("Small") },
        { trigger: card("Large") },
        undo("Split into models"),
        {
            content: "Search in the plan",
            trigger: ".o_print3d_import_search input",
            run: "edit lamp_sm",
        },
        { trigger: ".o_print3d_import_found:contains(1 model)" },
        { trigger: ".o_print3d_import_search input", run: "clear" },
        { trigger: card("Hook") },
        { trigger: "button[name=action_import]", run: "click" },
        isDone,
        { trigger: `${file("hook.stl")}[data-state=done]` },
        {
            content: "The result leads to the model",
            trigger: `${card("Lamp")} .o_print3d_import_head button:contains(Open)`,
            run: "click",
        },
        { trigger: ".o_form_view .o_last_breadcrumb_item:contains(Lamp)" },
    ],
});

registry.category("web_tour.tours").add("print3d_library_import_catalogue", {
    steps: () => [
        {
            content: "What becomes of the rows",
            trigger: ".o_print3d_import_catalogue [data-verdict=new]:contains(3)",
        },
        { trigger: tile("new_models", 2) },
        {
            content: "A problem is told with its row",
            trigger:
                '.o_print3d_import_left[data-row="5"]:contains(“free” is no price)',
        },
        { trigger: ".o_print3d_import_columns_toggle", run: "click" },
        { trigger: ".o_print3d_import_columns:contains(Preis)" },
        {
            content: "The column of prices is not read",
            trigger: '.o_print3d_import_column[data-title="Preis"] select',
            run: "select ",
        },
        {
            trigger: ".o_print3d_import_catalogue button:contains(Plan Anew)",
            run: "click",
        },
        {
            content: "Planned anew, the row has no problem",
            trigger: ".o_print3d_import_catalogue [data-verdict=new]:contains(4)",
        },
        {
            content: "Now the prices are wanted after all",
            trigger: '.o_print3d_import_column[data-title="Preis"] select',
            run: "select price",
        },
        {
            trigger: ".o_print3d_import_catalogue button:contains(Plan Anew)",
            run: "click",
        },
        { trigger: ".o_print3d_import_catalogue [data-verdict=problem]:contains(1)" },
        { trigger: "button[name=action_import]", run: "click" },
        isDone,
        { trigger: "button[name=action_view_models]", run: "click" },
        { trigger: ".o_kanban_record:contains(Tour lamp)" },
    ],
});

registry.category("web_tour.tours").add("print3d_library_import_phone", {
    steps: () => [
        {
            content: "Without dragging: choose, then move",
            trigger: `${file("hook.stl")} input[type=checkbox]`,
            run: "click",
        },
        { trigger: ".o_print3d_import_bar button:contains(Move)", run: "click" },
        { trigger: "#o_print3d_import_find", run: "edit vas" },
        { trigger: ".o_print3d_import_target:contains(Vase)", run: "click" },
        {
            trigger: `${card("Vase")} ${file("hook.stl")}`,
            run() {
                const page = document.documentElement;
                if (page.scrollWidth > page.clientWidth) {
                    throw new Error("The plan is wider than the screen.");
                }
            },
        },
    ],
});
