import { registry } from "@web/core/registry";

const LINE = ".o_print3d_shopping_line:contains('Tour PLA Red')";

registry.category("web_tour.tours").add("print3d_shopping", {
    steps: () => [
        {
            content: "why it is there",
            trigger: `${LINE} .o_print3d_shopping_why`,
            run: "click",
        },
        {
            trigger: `${LINE} dl:contains('Reorder below')`,
        },
        {
            content: "one more spool",
            trigger: `${LINE} button[aria-label='One pack more']`,
            run: "click",
        },
        {
            content: "it stays so, as somebody chose it",
            trigger: `${LINE}:has(.fa-thumb-tack):contains('1,900 g left over')`,
        },
        {
            content: "what others take for it",
            trigger: `${LINE} .o_print3d_shopping_compare`,
            run: "click",
        },
        {
            trigger:
                ".o_print3d_shopping_offers li:contains('Tour Barn') button:contains('Buy here')",
            run: "click",
        },
        {
            trigger: ".o_print3d_shopping_vendor:has(h2:contains('Tour Barn'))",
        },
        {
            content: "back again by the notification",
            trigger:
                ".o_notification:contains('changed its vendor') button:contains('Undo')",
            run: "click",
        },
        {
            trigger: ".o_print3d_shopping_vendor:has(h2:contains('Tour Depot'))",
        },
        {
            content: "put it off, and bring it back",
            trigger: `${LINE} .o_print3d_shopping_off`,
            run: "click",
        },
        {
            trigger: ".o-dropdown-item:contains('For a week')",
            run: "click",
        },
        {
            trigger: ".o_print3d_shopping_dismissed summary",
            run: "click",
        },
        {
            trigger: ".o_print3d_shopping_dismissed button:contains('Bring back')",
            run: "click",
        },
        {
            trigger: LINE,
        },
        {
            content: "add something nobody is known to sell",
            trigger: ".o_print3d_shopping_add input",
            run: "edit Tour Magnet",
        },
        {
            trigger: ".o_print3d_finder_found li:contains('Tour Magnet')",
            run: "click",
        },
        {
            trigger:
                ".o_print3d_shopping_vendor:has(h2:contains('No vendor yet')):contains('Tour Magnet')",
        },
        {
            content: "one click, and again before it is done",
            trigger: ".o_print3d_shopping_create:enabled",
            run: "dblclick",
        },
        {
            trigger:
                ".o_print3d_shopping_made:contains('Tour Depot'):contains('Tour PLA Red')",
        },
        {
            trigger: ".o_print3d_shopping_made button:contains('Undo')",
            run: "click",
        },
        {
            trigger: `.o_print3d_shopping_page:not(:has(.o_print3d_shopping_made)) ${LINE}`,
        },
        {
            trigger: ".o_print3d_shopping_create:enabled",
            run: "click",
        },
        {
            trigger: ".o_print3d_shopping_made",
        },
    ],
});
