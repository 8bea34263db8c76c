// Measures active time: the seconds in which the page is visible and in use. performance.now() does not change when the
// computer's clock is set.

const IDLE_MS = 60_000;

export class Clock {
  #lastActive = performance.now();
  #paused = false;
  #before = performance.now();
  #tick;
  #pausing;

  /**
   * @param tick called with the active seconds since the last call; `paused(bool)` is called when the clock stops or
   *     starts
   */
  constructor(tick, paused) {
    this.#tick = tick;
    this.#pausing = paused;
    for (const kind of ['pointermove', 'pointerdown', 'keydown', 'input', 'scroll', 'wheel', 'touchmove']) {
      addEventListener(kind, () => { this.#lastActive = performance.now(); }, { passive: true });
    }
    setInterval(() => this.count(), 1000);
  }

  /** Counts the time up to now, for a task that begins or ends between two ticks. */
  count() {
    const now = performance.now();
    const rests = document.hidden || now - this.#lastActive > IDLE_MS;
    if (rests !== this.#paused) {
      this.#paused = rests;
      this.#pausing(rests);
    }
    // After sleep, or with throttled timers, the call comes late; that time is not counted.
    if (!rests) this.#tick(Math.min(now - this.#before, 2000) / 1000);
    this.#before = now;
  }
}
