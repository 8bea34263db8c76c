// Steps back through a labeler's labels, newest first, one at a time.

import * as api from './api.js';

export class Trail {
  #labels = [];
  #next = null;
  #at = 0;

  static async begin() {
    const trail = new Trail();
    trail.#add(await api.history(null));
    return trail;
  }

  /** Returns the task of the next label that is not on the screen; undefined at the end. */
  async before(shown) {
    let label;
    do {
      if (this.#at === this.#labels.length && this.#next !== null) this.#add(await api.history(this.#next));
      label = this.#labels[this.#at];
      this.#at = Math.min(this.#at + 1, this.#labels.length);
    } while (label && label.task === shown);
    return label && api.task(label.task);
  }

  #add(page) {
    this.#labels.push(...page.labels);
    this.#next = page.next;
  }
}
