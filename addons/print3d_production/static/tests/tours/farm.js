import { registry } from "@web/core/registry";

const TILE = ".o_print3d_tile:contains(Tour Printer)";
const inState = (state) => `${TILE}[data-state=${state}]`;
const press = (key) => ({
    trigger: `${TILE}:focus`,
    run: `press ${key}`,
});

registry.category("web_tour.tours").add("print3d_farm_board", {
    steps: () => [
        {
            content: "a free printer names what it prints next",
            trigger: `${inState("free")} .o_print3d_tile_next:contains(Tour Vase)`,
        },
        { trigger: `${inState("free")} button[data-act=start]`, run: "click" },
        {
            content: "what is loaded starts at once",
            trigger: `${inState("printing")} .o_print3d_ring`,
        },
        { trigger: `${inState("printing")} button[data-act=pause]`, run: "click" },
        { trigger: `${inState("paused")} button[data-act=resume]`, run: "click" },
        { trigger: `${inState("printing")} button[data-act=failed]`, run: "click" },
        {
            content: "a failure asks how far it came; it is closed without one",
            trigger: ".modal .o_print3d_percent input[type=range]",
        },
        { trigger: ".modal .btn-close, .modal .o_back_button", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: `${inState("printing")} button[data-act=good]`, run: "click" },
        {
            content: "what was printed lies on the plate",
            trigger: `${inState("to_clear")}.o_print3d_tile_person`,
        },
        { trigger: `${inState("to_clear")} button[data-act=clear]`, run: "click" },
        { trigger: inState("free") },
        {
            content: "clearing is taken back",
            trigger: ".o_notification:contains(Tour Printer) button:contains(Undo)",
            run: "click",
        },
        { trigger: inState("to_clear") },
        {
            content: "the keyboard does it too",
            trigger: TILE,
            run() {
                this.anchor.focus();
            },
        },
        press("ArrowRight"),
        {
            trigger: ".o_print3d_tile:focus",
            run: "press Home",
        },
        press("Enter"),
        { trigger: inState("free") },
    ],
});

registry.category("web_tour.tours").add("print3d_farm_filters", {
    steps: () => [
        {
            content: "two printers stand on the board",
            trigger: ".o_print3d_farm_grid:has(.o_print3d_tile:nth-child(2))",
        },
        { trigger: ".o_print3d_farm_search", run: "edit tour" },
        {
            trigger:
                ".o_print3d_farm_grid:not(:has(.o_print3d_tile:nth-child(2))):has(.o_print3d_tile:contains(Tour Printer))",
        },
        { trigger: ".o_print3d_farm_search", run: "edit nobody" },
        {
            trigger: ".o_print3d_farm_empty button:contains(Show all)",
            run: "click",
        },
        { trigger: ".o_print3d_farm_grid:has(.o_print3d_tile:nth-child(2))" },
        { trigger: ".o_print3d_farm button[data-chip=printing]", run: "click" },
        {
            trigger:
                ".o_print3d_farm_grid:not(:has(.o_print3d_tile:nth-child(2))) .o_print3d_tile[data-state=printing]",
        },
        { trigger: ".o_print3d_farm button[data-chip='']", run: "click" },
        { trigger: ".o_print3d_farm_grid:has(.o_print3d_tile:nth-child(2))" },
        {
            trigger: ".o_print3d_farm select[aria-label=Order]",
            run: "select name",
        },
        {
            trigger:
                ".o_print3d_farm_grid .o_print3d_tile:first-child:contains(Another Printer)",
        },
        { trigger: ".o_print3d_tile:contains(Tour Printer)", run: "click" },
        {
            content: "a tile opens its printer",
            trigger: ".o_form_view .oe_title:contains(Tour Printer)",
        },
    ],
});

registry.category("web_tour.tours").add("print3d_farm_looking", {
    steps: () => [
        { trigger: `${inState("printing")} .o_print3d_ring` },
        {
            content: "whoever only looks has nothing to press",
            trigger: `.o_print3d_farm:not(:has(.o_print3d_tile button))`,
        },
    ],
});

registry.category("web_tour.tours").add("print3d_farm_tv", {
    steps: () => [
        {
            content: "the screen on the wall has no bar above it",
            trigger: "body:not(:has(.o_main_navbar)) .o_print3d_tv_clock",
        },
        { trigger: ".o_print3d_tv_figure:contains(1 of 2 printing)" },
        {
            trigger:
                ".o_print3d_tv .o_print3d_tile_tv:contains(Tour Printer) .o_print3d_ring",
        },
        { trigger: ".o_print3d_tv:not(:has(.o_print3d_tile button))" },
        { trigger: "button[aria-label='Back to the board']", run: "click" },
        { trigger: ".o_main_navbar" },
        { trigger: `.o_print3d_farm ${inState("printing")}` },
    ],
});

registry.category("web_tour.tours").add("print3d_farm_phone", {
    steps: () => [
        { trigger: ".o_print3d_farm_phone" },
        {
            content: "a thumb finds the button",
            trigger: `${inState("to_clear")} button[data-act=clear]`,
            run() {
                const { width, height } = this.anchor.getBoundingClientRect();
                if (width < 44 || height < 44) {
                    throw new Error(`The button has ${width} × ${height} px`);
                }
                const board = document.querySelector(".o_print3d_farm");
                if (board.scrollWidth > window.innerWidth) {
                    throw new Error("The board is wider than the phone");
                }
                this.anchor.click();
            },
        },
        { trigger: inState("free") },
    ],
});
