// Active time: seconds in which the page is on the screen and somebody does something.

const IDLE_MS = 60_000;

export class Clock {
  #lastActive = Date.now();
  #paused = false;

  /** @param tick called with the seconds gone by, while active; `paused` is called with true or false when that changes */
  constructor(tick, paused) {
    for (const kind of ['pointermove', 'pointerdown', 'keydown', 'scroll', 'wheel', 'touchmove']) {
      addEventListener(kind, () => { this.#lastActive = Date.now(); }, { passive: true });
    }
    let before = Date.now();
    setInterval(() => {
      const now = Date.now();
      const rests = document.hidden || now - this.#lastActive > IDLE_MS;
      if (rests !== this.#paused) {
        this.#paused = rests;
        paused(rests);
      }
      // A browser that slept or slows down hidden pages calls late: that time was not worked.
      if (!rests) tick(Math.min(now - before, 2000) / 1000);
      before = now;
    }, 1000);
  }
}
