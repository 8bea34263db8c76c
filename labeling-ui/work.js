// A labeler's work on one task: the answer so far, its draft, the active time, and the label that is sent.

import { Answer } from './answer.js';
import * as api from './api.js';
import { Draft } from './draft.js';
import { Submission } from './submission.js';

const RENEW_MS = 300_000;
const KEEP_SECONDS = 30;

export class Work {
  #events;
  #draft;
  #submission;
  #seconds = 0;
  #kept = 0;
  #renewed = Date.now();
  #left = false;

  /**
   * @param task the task as the server gave it
   * @param events `labeler()`, `guideline()`, `expired()` (returns a promise that resolves when the labeler has signed
   *     in again), `saved(word)`: what `Draft` calls `state`, `conflict(draft)`: another page has saved since,
   *     `refused(problem)`: the server has refused the draft, `waiting(problem)`: it does not take
   *     the label now, and the page tries again
   */
  constructor(task, events) {
    this.task = task;
    this.#events = events;
    this.#draft = new Draft(events.labeler(), task, {
      state: events.saved,
      conflict: events.conflict,
      expired: events.expired,
      failed: (problem) => { if (!this.#left && !this.sending) events.refused(problem); },
    });
    this.#start(this.#draft.content ?? (task.label && Answer.ofLabel(task.label, this.texts.length)));
    if (this.#draft.dirty && task.editable) this.#draft.flush();
  }

  get texts() {
    return this.task.completions.map((completion) => completion.text);
  }

  /** Whether the label is being sent. */
  get sending() {
    return this.#submission.running;
  }

  /** Active seconds that no label includes yet. */
  get seconds() {
    return this.task.label ? 0 : this.#seconds;
  }

  /** Starts from a draft, a label, or nothing. */
  #start(content) {
    this.begun = content !== null;
    this.answer = new Answer(this.task.form, this.texts, content);
    this.#seconds = this.#kept = content?.seconds ?? 0;
    this.#submission?.stop();
    this.#submission = new Submission(content?.sent ?? null, {
      ...this.#events,
      waiting: (problem) => {
        this.#draft.unsent();
        this.#events.waiting(problem);
      },
    });
  }

  /** Saves the answer in the browser now, and on the server soon. */
  keep() {
    this.#kept = this.#seconds;
    this.#draft.keep({ ...this.answer.content, seconds: Math.round(this.#seconds), sent: this.#submission.sent });
  }

  /** Adds active time. */
  worked(seconds) {
    if (!this.task.editable) return;
    this.#seconds += seconds;
    if (this.#seconds - this.#kept >= KEEP_SECONDS && (this.#draft.content !== null || this.#wanted)) this.keep();
    // Not by active time: reading takes time, too. Date, because performance.now() may stand still during sleep.
    if (Math.abs(Date.now() - this.#renewed) >= RENEW_MS) {
      this.#renewed = Date.now();
      // If the claim cannot be renewed, the labeler learns it when the label is sent.
      api.heartbeat(this.task.id).catch(() => {});
    }
  }

  /**
   * Sends the label and returns the server's answer; null if it has changed meanwhile.
   *
   * @throws Problem if the server refuses it
   */
  async submit(kind, extra) {
    this.#submission.prepare(this.answer.label(kind, extra), this.#seconds);
    this.keep();
    // The label contains the draft; a draft that arrives after it is refused.
    this.#draft.hold();
    const answer = await this.#submission.send(this.task.id);
    if (answer !== null) this.#draft.done();
    return answer;
  }

  /** Stops sending the label, because it has changed. */
  stop() {
    this.#submission.stop();
  }

  /** Whether a label is wanted, so that time without any input is work, too. */
  get #wanted() {
    return this.task.editable && (this.task.label === null || this.task.sent_back !== null);
  }

  /** Leaves the task and saves unsaved work. */
  leave() {
    this.#left = true;
    if (this.#wanted && !this.#draft.closed && this.#seconds > this.#kept) this.keep();
    if (this.#draft.dirty) this.#draft.flush();
    this.stop();
  }

  /** Stops saving on the server; the answer stays in the browser. */
  setAside() {
    this.keep();
    this.#draft.close();
  }

  /** Checks another page's work on the task: returns 'labelled', 'adopted' (its draft is the answer now), or null. */
  async refresh() {
    if (this.sending) return null;
    const now = await api.task(this.task.id);
    if (this.#left || this.sending) return null;
    if ((now.label?.revision ?? 0) !== (this.task.label?.revision ?? 0)) {
      this.#draft.done();
      return 'labelled';
    }
    if ((now.draft?.version ?? 0) > this.#draft.version && !this.#draft.dirty) {
      this.adopt(now.draft);
      return 'adopted';
    }
    return null;
  }

  /** Continues from what another page has saved. */
  adopt(draft) {
    this.#draft.adopt(draft);
    this.#start(this.#draft.content);
  }

  /** Saves the answer over what another page has saved. */
  insist(draft) {
    this.#draft.insist(draft);
  }
}
