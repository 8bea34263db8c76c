// Active time: seconds in which the page is on the screen and somebody does something.

const IDLE_MS = 60_000;

export class Clock {
  #lastActive = Date.now();
  #paused = false;
  #before = Date.now();
  #tick;
  #pausing;

  /** @param tick called with the seconds gone by, while active; `paused` is called with true or false when that changes */
  constructor(tick, paused) {
    this.#tick = tick;
    this.#pausing = paused;
    for (const kind of ['pointermove', 'pointerdown', 'keydown', 'scroll', 'wheel', 'touchmove']) {
      addEventListener(kind, () => { this.#lastActive = Date.now(); }, { passive: true });
    }
    setInterval(() => this.count(), 1000);
  }

  /** Counts up to now, for a task that begins or ends between two ticks. */
  count() {
    const now = Date.now();
    const rests = document.hidden || now - this.#lastActive > IDLE_MS;
    if (rests !== this.#paused) {
      this.#paused = rests;
      this.#pausing(rests);
    }
    // A browser that slept or slows down hidden pages calls late: that time was not worked.
    if (!rests) this.#tick(Math.min(now - this.#before, 2000) / 1000);
    this.#before = now;
  }
}
