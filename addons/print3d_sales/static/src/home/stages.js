/** Colour of the state dot of each stage of an order. */
export const STAGE_COLOURS = {
    quotation: "grey",
    queued: "grey",
    printing: "violet",
    attention: "amber",
    ready: "blue",
    delivered: "green",
    invoiced: "green",
    paid: "green",
    cancelled: "grey",
};
