// Sends a label, always with the same key, until the server acknowledges or refuses it.

import * as api from './api.js';
import { fingerprintOf } from './draft.js';
import { patiently } from './retry.js';

export class Submission {
  #sent;
  #label = null;
  #running = null;
  #flow;

  /**
   * @param sent `sent` of a draft: of the label sent last; or null
   * @param flow `guideline()`; `expired()`: returns a promise that resolves when the labeler has signed in again;
   *     `waiting(problem)`: the server does not take it now, and it is sent again
   */
  constructor(sent, flow) {
    this.#sent = sent;
    this.#flow = flow;
  }

  /** Fingerprint, key and time of the last label sent, to be kept with the draft. */
  get sent() {
    return this.#sent;
  }

  get running() {
    return this.#running !== null;
  }

  /** Stops waiting for the label that is being sent, because it has changed. */
  stop() {
    if (this.#running) this.#running.stopped = true;
    this.#running = null;
  }

  /**
   * Prepares a label. The same label again is a retry and keeps its key, also after a reload; another one gets a new
   * key.
   */
  prepare(label, seconds) {
    const of = fingerprintOf(label);
    if (this.#sent?.of !== of) this.#sent = { of, key: api.newKey(), seconds: Math.round(10 * seconds) / 10 };
    this.#label = label;
  }

  /**
   * Sends the prepared label and returns the server's answer with the next task; null if it was stopped.
   *
   * @throws Problem if the server refuses it
   */
  async send(task) {
    const running = this.#running = { stopped: false };
    try {
      const answer = await this.#untilAnswered(task, () => running.stopped);
      return running.stopped ? null : answer;
    } catch (problem) {
      if (running.stopped) return null;
      throw problem;
    } finally {
      if (this.#running === running) this.#running = null;
    }
  }

  async #untilAnswered(task, stopped) {
    for (let renewed = false; ;) {
      try {
        return await patiently(
          () => api.label(task, {
            ...this.#label, key: this.#sent.key, seconds: this.#sent.seconds, guideline: this.#flow.guideline(),
          }), this.#flow.waiting, stopped);
      } catch (problem) {
        if (problem.signedOut && !stopped()) {
          await this.#flow.expired();
        } else if (problem.code === 'key' && !renewed) {
          renewed = true;
          this.#sent.key = api.newKey();
        } else {
          throw problem;
        }
      }
    }
  }
}
