// Saves a labeler's work on one task: at once in this browser, and soon after on the server. If the server does not get
// it (no network, session ended, crash), the next page that shows the task finds it in the browser.

import * as api from './api.js';
import { patiently } from './retry.js';

const DELAY_MS = 500;
const PREFIX = 'rlhf-draft:';

export class Draft {
  #slot;
  #task;
  #shown;
  #revision;
  #version;
  #content;
  /** Fingerprints of what was sent since the last answer; the server may have it although no answer came. */
  #sent = [];
  #dirty = false;
  /** Whether the browser has kept the content. */
  #kept = true;
  #timer = null;
  #sending = null;
  #closed = false;
  #held = false;
  #events;

  /**
   * @param labeler the draft's owner, because a browser may be shared
   * @param task the task as the server gave it
   * @param events `state(word)`: 'saved', 'saving', 'offline' (kept in this browser), 'alone' (only on this page); `conflict(draft)`: another page has saved since;
   *     `expired()`: returns a promise that resolves when the labeler has signed in again; `failed(problem)`: the
   *     server has refused the draft
   */
  constructor(labeler, task, events) {
    this.#slot = `${PREFIX}${labeler}:${task.id}`;
    this.#task = task.id;
    this.#shown = fingerprintOf([task.messages, task.completions]);
    this.#revision = task.label?.revision ?? 0;
    this.#version = task.draft?.version ?? 0;
    this.#content = task.draft?.content ?? null;
    this.#events = events;
    const kept = read(this.#slot) ?? earlier(labeler, this.#shown);
    // Another store under this address may have the same labeler and number, but not the same texts. What was kept before
    // the latest label was submitted is out of date.
    if (kept?.shown === this.#shown && (kept.revision ?? this.#revision) === this.#revision) this.#restore(kept);
  }

  /** Continues from what this browser has kept. */
  #restore(kept) {
    this.#sent = kept.sent ?? [];
    // If another page has saved since, the server refuses the old version, and the labeler is asked which one counts.
    if (kept.version < this.#version && !this.#sent.includes(fingerprintOf(this.#content))) this.#version = kept.version;
    this.#content = kept.content;
    this.#dirty = true;
  }

  get content() {
    return this.#content;
  }

  get version() {
    return this.#version;
  }

  get dirty() {
    return this.#dirty;
  }

  /** Whether nothing is sent any more. */
  get closed() {
    return this.#closed;
  }

  /** Keeps content: in the browser now, on the server after a moment without another change. */
  keep(content) {
    this.#content = content;
    this.#dirty = true;
    this.#held = false;
    this.#write();
    this.#events.state('saving');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), DELAY_MS);
  }

  /** Sends unsent content; resolves when nothing is left to send or this draft is closed. */
  flush() {
    clearTimeout(this.#timer);
    this.#held = false;
    this.#sending ??= this.#send().finally(() => { this.#sending = null; });
    return this.#sending;
  }

  /** Sends nothing more until the next change. */
  hold() {
    clearTimeout(this.#timer);
    this.#held = true;
  }

  /** Continues from what another page has saved. */
  adopt(draft) {
    this.#version = draft.version;
    this.#content = draft.content;
    this.#saved();
  }

  /** Saves this page's content over what another page has saved. */
  insist(draft) {
    this.#version = draft.version;
    this.keep(this.#content);
    return this.flush();
  }

  /** Stops sending; unsent content stays in the browser. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Drops the draft, because the label is stored. */
  done() {
    this.close();
    localStorage.removeItem(this.#slot);
  }

  async #send() {
    while (this.#dirty && !this.#closed && !this.#held) {
      const content = this.#content;
      this.#sent.push(fingerprintOf(content));
      this.#write();
      try {
        const saved = await patiently(
          () => api.saveDraft(this.#task, this.#version, content), () => this.unsent(), () => this.#closed);
        if (this.#closed) return;
        this.#version = saved.version;
        this.#sent = [];
        if (content !== this.#content) continue;
        this.#saved();
        this.#events.state('saved');
      } catch (problem) {
        if (this.#closed) return;
        if (problem.signedOut) {
          await this.#events.expired();
        } else if (problem.code === 'draft' && this.#arrived(problem.body.draft)) {
          this.#version = problem.body.draft.version;
        } else if (problem.code === 'draft') {
          this.#events.conflict(problem.body.draft);
          return;
        } else {
          this.unsent();
          this.#events.failed(problem);
          return;
        }
      }
    }
  }

  /** Whether the server's draft is one that was sent from here, whose answer was lost. */
  #arrived(draft) {
    return draft !== null && this.#sent.includes(fingerprintOf(draft.content));
  }

  #saved() {
    this.#sent = [];
    this.#dirty = false;
    localStorage.removeItem(this.#slot);
  }

  /** Says where the content is while the server does not have it. */
  unsent() {
    this.#events.state(this.#kept ? 'offline' : 'alone');
  }

  #write() {
    this.#kept = write(this.#slot, {
      shown: this.#shown, revision: this.#revision, version: this.#version, content: this.#content, sent: this.#sent,
    });
  }
}

function read(slot) {
  try {
    return JSON.parse(localStorage.getItem(slot));
  } catch {
    return null;
  }
}

/**
 * Returns what an earlier version of this page has kept of a task, and forgets it. Its numbers were those of the store, of
 * a few digits; now they have up to 16 digits.
 */
function earlier(labeler, shown) {
  const owner = `${PREFIX}${labeler}:`;
  const old = (slot) => slot.startsWith(owner) && /^\d{1,9}$/.test(slot.slice(owner.length));
  try {
    const slot = Object.keys(localStorage).find((key) => old(key) && read(key)?.shown === shown);
    if (slot === undefined) return null;
    const kept = read(slot);
    localStorage.removeItem(slot);
    return kept;
  } catch {
    return null; // storage is forbidden
  }
}

/** Returns whether the browser has kept a value: its storage may be full or forbidden. */
function write(slot, value) {
  try {
    localStorage.setItem(slot, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Returns FNV-1a with 32 bits of a value as JSON, to tell contents apart; not for security. */
export function fingerprintOf(value) {
  const text = JSON.stringify(value);
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16);
}
