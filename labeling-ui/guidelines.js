// The guidelines: read alone before the first label and after each change, and beside the task.

import * as api from './api.js';
import { $ } from './dom.js';
import { t } from './i18n.js';
import { render } from './markdown.js';

/** Where the style sheet puts them beside the task; up to a width of 80rem they are over it. */
const WIDE = matchMedia('not all and (max-width: 80rem)');
const PANEL = 'rlhf-guidelines-closed';

export class Guidelines {
  #current = null;
  #labeler = null;
  #read = null;
  #flow;

  /** @param flow `show(screen)`; `attempt(action)` */
  constructor(flow) {
    this.#flow = flow;
    $('seen').addEventListener('click', () => flow.attempt(() => this.#seen()));
    $('to-guidelines').addEventListener('click', () => this.toggle());
    $('hide-guidelines').addEventListener('click', () => {
      this.toggle();
      $('to-guidelines').focus();
    });
    // Beside the task it stays open; over the task it would hide it.
    WIDE.addEventListener('change', () => this.#show(WIDE.matches && localStorage.getItem(PANEL) === null));
  }

  get version() {
    return this.#current.version;
  }

  /** Loads the guidelines, shows them alone if this version is new to the labeler, and resolves when they are read. */
  async load(labeler) {
    this.#labeler = labeler;
    this.#current = await api.guidelines();
    if (labeler.guidelines_seen !== this.version) {
      this.#alone();
      await new Promise((resolve) => { this.#read = resolve; });
    }
    $('guidelines-text').replaceChildren(render(this.#current.text, 2, { links: true }));
    $('guidelines-version').textContent = this.version;
    this.#show(WIDE.matches && localStorage.getItem(PANEL) === null);
  }

  toggle() {
    const open = $('guidelines').hidden;
    this.#show(open);
    if (open && !WIDE.matches) $('hide-guidelines').focus();
    if (!WIDE.matches) return;
    if (open) localStorage.removeItem(PANEL);
    else localStorage.setItem(PANEL, 'yes');
  }

  #alone() {
    $('gate-why').textContent = t(this.#labeler.guidelines_seen === null ? 'read.first' : 'read.changed');
    $('gate-text').replaceChildren(render(this.#current.text, 2, { links: true }));
    $('gate-version').textContent = this.version;
    this.#flow.show('gate');
    scrollTo(0, 0);
    $('main').focus({ preventScroll: true });
  }

  async #seen() {
    try {
      await api.seen(this.version);
    } catch (what) {
      if (what.status !== 400) throw what;
      // The server has another version by now.
      this.#current = await api.guidelines();
      this.#alone();
      return;
    }
    this.#labeler.guidelines_seen = this.version;
    this.#read();
  }

  #show(open) {
    $('to-guidelines').setAttribute('aria-expanded', String(open));
    $('guidelines').hidden = !open || ['gate', 'locked', 'welcome'].some((screen) => !$(screen).hidden);
  }
}
