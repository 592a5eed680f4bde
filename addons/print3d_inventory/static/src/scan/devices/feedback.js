// Tones as [hertz, seconds], and how the phone shakes, in milliseconds.
const SIGNALS = {
    tick: { tones: [[1320, 0.07]], shake: [25] },
    ok: {
        tones: [
            [880, 0.07],
            [1320, 0.11],
        ],
        shake: [40],
    },
    warn: {
        tones: [
            [660, 0.12],
            [520, 0.18],
        ],
        shake: [60, 60, 60],
    },
    error: {
        tones: [
            [240, 0.16],
            [180, 0.28],
        ],
        shake: [160, 80, 160],
    },
};
const VOLUME = 0.12;

/**
 * Tells by ear and by hand what became of a scan, so that nobody has to look.
 *
 * `isMuted` silences the tones and `isStill` the shaking.
 */
export class Feedback {
    constructor() {
        this.isMuted = false;
        this.isStill = false;
        this.audio = null;
    }

    /** @param {"tick"|"ok"|"warn"|"error"} name */
    give(name) {
        const signal = SIGNALS[name];
        if (!this.isStill) {
            // Not on every phone, and not before the first touch.
            window.navigator.vibrate?.(signal.shake);
        }
        if (!this.isMuted) {
            this.play(signal.tones);
        }
    }

    play(tones) {
        const Audio = window.AudioContext || window.webkitAudioContext;
        if (!Audio) {
            return;
        }
        this.audio ||= new Audio();
        const { audio } = this;
        // Browsers let nothing sound before the first touch.
        if (audio.state === "suspended") {
            audio.resume();
        }
        let start = audio.currentTime;
        for (const [hertz, seconds] of tones) {
            const oscillator = audio.createOscillator();
            const gain = audio.createGain();
            oscillator.frequency.value = hertz;
            gain.gain.setValueAtTime(VOLUME, start);
            gain.gain.exponentialRampToValueAtTime(0.001, start + seconds);
            oscillator.connect(gain).connect(audio.destination);
            oscillator.start(start);
            oscillator.stop(start + seconds);
            start += seconds;
        }
    }
}
