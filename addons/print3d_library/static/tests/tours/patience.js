import { TourAutomatic } from "@web_tour/js/tour_automatic/tour_automatic";

/**
 * How long a step waits for its element, in ms, where its tour says nothing itself.
 *
 * Ten seconds, the tours' own, are too few on a machine that runs several browsers at
 * once; a step that passes takes no longer by it.
 */
TourAutomatic.prototype.timeout = 40000;
