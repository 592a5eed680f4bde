import { registry } from "@web/core/registry";
import { contains, dragenterFiles, dropFiles, inputFiles } from "@web/../tests/utils";

const ZONE = ".o_print3d_gallery_dropzone";
const CHOSEN = ".o_print3d_gallery_item.o_print3d_gallery_chosen";

/** A picture of one colour. */
async function makePicture(name, colour) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [160, 120];
    const context = canvas.getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, 160, 120);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve));
    return new File([blob], name, { type: "image/png" });
}

function press(target, key, options = {}) {
    target.dispatchEvent(
        new window.KeyboardEvent("keydown", {
            key,
            bubbles: true,
            cancelable: true,
            ...options,
        })
    );
}

/** The names of the pictures in their order. */
function names() {
    return [...document.querySelectorAll(".o_print3d_gallery_item button")]
        .map((button) => button.title)
        .join(", ");
}

function checkNames(expected) {
    if (names() !== expected) {
        throw new Error(`The order is ${names()}, not ${expected}`);
    }
}

/** A file let go above the middle of it would land there, and nowhere else. */
function checkOnTop(selector) {
    const { x, y, width, height } = document
        .querySelector(selector)
        .getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    if (!top.closest(selector)) {
        throw new Error(`Files would land on ${top.className}`);
    }
}

function touch(type, x, y) {
    const target = document.querySelector(".o-FileViewer");
    const point = new window.Touch({ identifier: 1, target, clientX: x, clientY: y });
    target.dispatchEvent(
        new window.TouchEvent(type, {
            bubbles: true,
            touches: type === "touchend" ? [] : [point],
            changedTouches: [point],
        })
    );
}

registry.category("web_tour.tours").add("print3d_library_gallery", {
    steps: () => [
        {
            content: "The slicer's picture is there by itself, as the main one",
            trigger: ".o_print3d_gallery[data-count='1'] .badge:contains(Main)",
        },
        {
            content: "Choose a picture",
            trigger: ".o_print3d_gallery_add",
            async run() {
                await inputFiles(".o_print3d_gallery_input", [
                    await makePicture("red.png", "#d02020"),
                ]);
            },
        },
        {
            content: "Drop another, and something that is none",
            trigger: ".o_print3d_gallery[data-count='2']",
            async run() {
                const files = [
                    await makePicture("green.png", "#20d020"),
                    new File(["solid"], "part.stl", { type: "model/stl" }),
                ];
                await dragenterFiles(".o_print3d_gallery", files);
                await contains(ZONE);
                checkOnTop(ZONE);
                await dropFiles(ZONE, files);
            },
        },
        { trigger: ".o_notification:contains(Only pictures belong in the gallery)" },
        {
            content: "Paste one",
            trigger: ".o_print3d_gallery[data-count='3']",
            async run() {
                const clipboardData = new window.DataTransfer();
                clipboardData.items.add(await makePicture("blue.png", "#2020d0"));
                document.body.dispatchEvent(
                    new window.ClipboardEvent("paste", { clipboardData, bubbles: true })
                );
            },
        },
        { trigger: ".o_print3d_gallery[data-count='4']" },
        {
            content: "The one that came last is chosen; give it a name",
            trigger: ".o_print3d_gallery_title:contains(blue.png)",
        },
        { trigger: ".o_print3d_gallery_rename", run: "click" },
        {
            trigger: ".o_print3d_gallery_name",
            run: "edit From above && press Enter",
        },
        {
            trigger: ".o_print3d_gallery_title:contains(From above)",
            run: () => checkNames("Tour lamp v1, red.png, green.png, From above"),
        },
        {
            content: "Move it by keys",
            trigger: `${CHOSEN} button`,
            run: ({ anchor }) => press(anchor, "ArrowLeft", { ctrlKey: true }),
        },
        {
            trigger: ".o_print3d_gallery_item:nth-child(3) button[title='From above']",
            run: () => checkNames("Tour lamp v1, red.png, From above, green.png"),
        },
        {
            content: "Move one by dragging",
            trigger: ".o_print3d_gallery_item:nth-child(4)",
            run: "drag_and_drop .o_print3d_gallery_item:nth-child(2)",
        },
        {
            trigger: ".o_print3d_gallery_item:nth-child(2) button[title='green.png']",
            run: () => checkNames("Tour lamp v1, green.png, red.png, From above"),
        },
        {
            content: "Leaf through by keys",
            trigger: `${CHOSEN} button[title='From above']`,
            run: ({ anchor }) => press(anchor, "ArrowLeft"),
        },
        { trigger: `${CHOSEN} button[title='red.png']` },
        {
            content: "Make it the main picture",
            trigger: ".o_print3d_gallery_main",
            run: "click",
        },
        {
            trigger: ".o_print3d_gallery_bar .badge:contains(Main)",
            run: () => checkNames("red.png, Tour lamp v1, green.png, From above"),
        },
        {
            content: "Delete it: the next one takes its place",
            trigger: ".o_print3d_gallery_remove",
            run: "click",
        },
        { trigger: ".o_print3d_gallery[data-count='3'] .badge:contains(Main)" },
        {
            content: "Undo",
            trigger: ".o_notification:contains(red.png) button:contains(Undo)",
            run: "click",
        },
        { trigger: ".o_print3d_gallery[data-count='4']" },
        {
            trigger: `${CHOSEN} button[title='red.png']`,
            run: () => checkNames("red.png, Tour lamp v1, green.png, From above"),
        },
        { trigger: ".o_print3d_gallery_bar .badge:contains(Main)" },
        {
            content: "Full screen, and on by key",
            trigger: ".o_print3d_gallery_full",
            run: "click",
        },
        {
            trigger: ".o-FileViewer:contains(red.png)",
            run: ({ anchor }) => press(anchor, "ArrowRight"),
        },
        {
            content: "On by a finger",
            trigger: ".o-FileViewer:contains(Tour lamp v1)",
            run() {
                touch("touchstart", 600, 300);
                touch("touchend", 300, 310);
            },
        },
        {
            content: "A finger that goes down turns no page",
            trigger: ".o-FileViewer:contains(green.png)",
            run() {
                touch("touchstart", 600, 300);
                touch("touchend", 540, 600);
            },
        },
        {
            trigger: ".o-FileViewer:contains(green.png)",
            run: ({ anchor }) => press(anchor, "Escape"),
        },
        {
            content: "The slicer's picture opens in 3D",
            trigger:
                "body:not(:has(.o-FileViewer)) .o_print3d_gallery_item button[title='Tour lamp v1']",
            run: "click",
        },
        { trigger: ".o_print3d_gallery_3d", run: "click" },
        {
            trigger:
                ".o_print3d_gallery .o_print3d_viewer[data-status=ready][data-kind=toolpath]",
            timeout: 60000,
        },
        { trigger: ".o_print3d_gallery .o_print3d_viewer_close", run: "click" },
        { trigger: ".o_print3d_gallery_large img" },
    ],
});

const CARD = (name) =>
    `.o_print3d_variant:has(.o_print3d_variant_name:contains(${name}))`;

/** Open one of the dialogs of a card. */
const choose = (name, what) => [
    { trigger: `${CARD(name)} .o_print3d_variant_menu`, run: "click" },
    { trigger: `.o-dropdown-item.o_print3d_variant_${what}`, run: "click" },
];

const undo = (text) => [
    {
        content: "Undo it",
        trigger: `.o_notification:contains(${text}) button:contains(Undo)`,
        run: "click",
    },
    { trigger: ".o_notification:contains(Undone.)" },
];

registry.category("web_tour.tours").add("print3d_library_variants", {
    steps: () => [
        {
            content: "A model of one variant, as a card",
            trigger:
                ".o_print3d_variants[data-count='1'] .o_print3d_variant[data-state=ready]:contains(4 min)",
        },
        {
            content: "It is seen in 3D without leaving the page",
            trigger: ".o_print3d_variant_3d",
            run: "click",
        },
        { trigger: ".modal .o_print3d_viewer[data-status=ready]", timeout: 60000 },
        { trigger: ".modal .btn-close", run: "click" },
        {
            content: "Add a variant",
            trigger: "body:not(:has(.modal)) .o_print3d_variant_add",
            run: "click",
        },
        {
            trigger: ".o_print3d_variant_form input",
            run: "edit Large",
        },
        { trigger: ".o_print3d_variant_form button[type=submit]", run: "click" },
        {
            content: "It has no file yet; the other kept its own",
            trigger: `${CARD("Large")}[data-state=empty]:contains(No sliced file yet)`,
        },
        { trigger: `${CARD("Standard")}[data-state=ready]:contains(4 min)` },

        // === MOVE === //
        ...choose("Large", "move"),
        {
            trigger: ".modal .o_field_widget[name=target_id] input",
            run: "edit Tour shade",
        },
        {
            trigger: ".ui-autocomplete .dropdown-item:contains(Tour shade)",
            run: "click",
        },
        {
            content: "What will happen is said first",
            trigger:
                ".modal .o_print3d_preview:contains(becomes a variant of “Tour shade”):contains(keeps one variant)",
        },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        {
            content: "The page of the other model opens, with the variant",
            trigger:
                ".o_form_view .o_field_widget[name=name] :value(Tour shade), .o_field_widget[name=name]:contains(Tour shade)",
        },
        { trigger: CARD("Large") },
        ...undo("moved to “Tour shade”"),
        { trigger: ".o_print3d_variants[data-count='1']" },
        {
            content: "Back to the first model, which has it again",
            trigger:
                ".o_breadcrumb a:contains(Tour lamp), .breadcrumb a:contains(Tour lamp)",
            run: "click",
        },
        { trigger: ".o_print3d_variants[data-count='2']" },

        // === SPLIT === //
        ...choose("Large", "split"),
        {
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit Tour lamp grande && press Tab",
        },
        {
            trigger:
                ".modal .o_print3d_preview:contains(becomes the model “Tour lamp grande”)",
        },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        {
            trigger: ".o_last_breadcrumb_item:contains(Tour lamp grande)",
        },
        ...undo("is a model of its own now"),
        {
            content: "The page was read again: going on before would be overtaken",
            trigger: ".ribbon span:contains(Archived)",
        },
        {
            trigger:
                ".o_breadcrumb a:contains(Tour lamp), .breadcrumb a:contains(Tour lamp)",
            run: "click",
        },
        { trigger: ".o_print3d_variants[data-count='2']" },

        // === MERGE === //
        ...choose("Standard", "merge"),
        {
            trigger: ".modal .o_field_widget[name=other_ids] input",
            run: "edit Large",
        },
        {
            trigger: ".ui-autocomplete .dropdown-item:contains(Large)",
            run: "click",
        },
        {
            trigger:
                ".modal .o_print3d_preview:contains(merged into):contains(archived: orders and prints)",
        },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: ".o_print3d_variants[data-count='1']" },
        ...undo("Merged into"),
        { trigger: ".o_print3d_variants[data-count='2']" },

        // === MERGE MODELS === //
        {
            trigger: ".o_form_statusbar button[name=action_print3d_merge]",
            run: "click",
        },
        {
            trigger: ".modal .o_print3d_preview:contains(Choose at least two models)",
        },
        {
            trigger: ".modal .o_field_widget[name=template_ids] input",
            run: "edit Tour shade",
        },
        {
            trigger: ".ui-autocomplete .dropdown-item:contains(Tour shade)",
            run: "click",
        },
        {
            trigger: ".modal .o_print3d_preview:contains(has 3 variants then)",
        },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: ".o_print3d_variants[data-count='3']" },
        ...undo("Tour shade"),
        { trigger: ".o_print3d_variants[data-count='2']" },
    ],
});

registry.category("web_tour.tours").add("print3d_library_model_sales", {
    steps: () => [
        {
            content: "Whoever sells sees what there is",
            trigger:
                ".o_print3d_variants[data-count='1'] .o_print3d_variant[data-state=ready]:contains(4 min)",
        },
        { trigger: ".o_print3d_gallery .o_print3d_gallery_full" },
        {
            content: "but changes nothing",
            trigger: [
                "body",
                ":not(:has(.o_print3d_variant_menu))",
                ":not(:has(.o_print3d_variant_add))",
                ":not(:has(.o_print3d_variant_upload))",
                ":not(:has(.o_print3d_variant_cost))",
                ":not(:has(.o_print3d_gallery_add))",
                ":not(:has(.o_print3d_gallery_remove))",
                ":not(:has(.o_print3d_gallery_main))",
                ":not(:has(button[name=action_print3d_merge]))",
            ].join(""),
        },
        { trigger: ".o_print3d_variant_name", run: "click" },
        { trigger: ".o_print3d_page .o_print3d_timeline_line:contains(v1)" },
    ],
});

const fillEditor = [
    {
        trigger: ".modal .o_print3d_model_editor:contains(2 models are selected)",
    },
    {
        trigger: ".modal .o_field_widget[name=tag_ids] input",
        run: "edit Tour lights",
    },
    {
        trigger: ".ui-autocomplete .dropdown-item:contains(Tour lights)",
        run: "click",
    },
    {
        trigger: ".modal .o_field_widget[name=name_pattern] input",
        run: "edit {name} no. {nn} && press Tab",
    },
    {
        content: "What will be is said first",
        trigger:
            ".modal .o_print3d_preview:contains(Themes added: “Tour lights”: 2 of 2 models):contains(no. 01)",
    },
    { trigger: ".modal button[name=action_apply]", run: "click" },
];

registry.category("web_tour.tours").add("print3d_library_edit_many", {
    steps: () => [
        {
            content: "From the list",
            trigger: ".o_data_row:contains(Tour shade) .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Tour lamp) .o_list_record_selector input",
            run: "click",
        },
        { trigger: ".o_cp_action_menus .dropdown-toggle", run: "click" },
        { trigger: ".o-dropdown-item:contains(Edit 3D models)", run: "click" },
        ...fillEditor,
        { trigger: ".o_data_row:contains(no. 01)" },
        { trigger: ".o_data_row:contains(no. 02)" },
        ...undo("2 models edited"),
        { trigger: ".o_list_view:not(:contains(no. 01))" },
    ],
});

registry.category("web_tour.tours").add("print3d_library_edit_many_found", {
    steps: () => [
        {
            content: "From what was found in the library",
            trigger: ".o_print3d_result_card:contains(Tour shade) input[type=checkbox]",
            run: "click",
        },
        {
            trigger: ".o_print3d_result_card:contains(Tour lamp) input[type=checkbox]",
            run: "click",
        },
        { trigger: "button[data-action=edit]", run: "click" },
        ...fillEditor,
        { trigger: ".o_print3d_result_card:contains(no. 01)" },
        {
            content: "Later it can be undone from the list of changes",
            trigger: ".o_main_navbar, .o_navbar",
            run() {
                window.location = "/odoo/print3d-changes";
            },
            expectUnloadPage: true,
        },
        {
            trigger: ".o_data_row:contains(2 models edited) button[name=action_undo]",
            run: "click",
        },
        { trigger: ".o_data_row:contains(2 models edited):contains(Undone)" },
    ],
});
