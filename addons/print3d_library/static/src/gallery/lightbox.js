import { onWillDestroy, useExternalListener } from "@odoo/owl";
import { FileViewer } from "@web/core/file_viewer/file_viewer";
import { localization } from "@web/core/l10n/localization";
import { registry } from "@web/core/registry";

const SWIPE = 50;
let lastId = 0;

/**
 * Which way a finger went.
 *
 * @param {{x: number, y: number}} from where it came down, in pixels
 * @param {{x: number, y: number}} to where it was lifted
 * @returns {-1|0|1} 1 towards the left, -1 towards the right, 0 neither
 */
export function readSwipe(from, to) {
    const [right, down] = [to.x - from.x, to.y - from.y];
    if (Math.abs(right) < SWIPE || Math.abs(right) < 2 * Math.abs(down)) {
        return 0;
    }
    return right < 0 ? 1 : -1;
}

/** Odoo's pictures in full screen, which a finger can leaf through, too. */
export class Lightbox extends FileViewer {
    setup() {
        super.setup();
        this.touch = null;
        useExternalListener(window, "touchstart", (ev) => this.onTouchStart(ev), true);
        useExternalListener(window, "touchend", (ev) => this.onTouchEnd(ev), true);
    }

    /** What comes next is on the left where one reads from right to left. */
    turn(by) {
        const isNext = localization.direction === "rtl" ? by < 0 : by > 0;
        if (this.props.files.length > 1) {
            isNext ? this.next() : this.previous();
        }
    }

    onKeydown(ev) {
        if (ev.key === "ArrowRight" || ev.key === "ArrowLeft") {
            ev.preventDefault();
            return this.turn(ev.key === "ArrowRight" ? 1 : -1);
        }
        return super.onKeydown(ev);
    }

    onTouchStart(ev) {
        const [touch] = ev.touches;
        // With two fingers, or where it is enlarged, one looks closer.
        const isOne = ev.touches.length === 1 && this.state.scale === 1;
        this.touch = isOne ? { x: touch.clientX, y: touch.clientY } : null;
    }

    onTouchEnd(ev) {
        const [touch] = ev.changedTouches;
        if (this.touch && touch) {
            const by = readSwipe(this.touch, { x: touch.clientX, y: touch.clientY });
            if (by) {
                this.turn(by);
            }
        }
        this.touch = null;
    }
}

/**
 * Show pictures in full screen, until the component goes.
 *
 * @returns {{open: (files: Object[], index: number) => void, close: () => void}}
 */
export function useLightbox() {
    const components = registry.category("main_components");
    const name = `print3d_library.lightbox${++lastId}`;
    const close = () => components.remove(name);
    const open = (files, index) => {
        close();
        components.add(name, {
            Component: Lightbox,
            props: { files, startIndex: index, close },
        });
    };
    onWillDestroy(close);
    return { open, close };
}
