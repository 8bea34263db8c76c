// All answers of a task in one of several views: side by side or stacked, formatted or as written, compared, in the
// order shown or the order ranked. The browser remembers the view.

import { lookalikes, twins } from './answer.js';
import { Card } from './card.js';
import { $, el } from './dom.js';
import { letter, t } from './i18n.js';
import * as places from './places.js';

const VIEW = 'rlhf-view';

export class Board {
  #list;
  #tools;
  #cards = [];
  #texts = [];
  #answer;
  #view = { stacked: false, plain: false, all: false, ...kept() };
  /** The answer that the others are compared with; null: no comparison. */
  #against = null;
  #sorted = false;
  #events;

  /** @param events see Card; and `viewed()`: the view has changed */
  constructor(list, tools, events) {
    this.#list = list;
    this.#tools = tools;
    this.#events = { ...events, expanded: () => this.#paintTools() };
    new ResizeObserver(() => this.#measure()).observe(list);
  }

  get plain() {
    return this.#view.plain;
  }

  show(texts, answer, form) {
    this.#texts = texts;
    this.#answer = answer;
    this.#against = null;
    this.#sorted = false;
    const first = twins(texts);
    const like = lookalikes(texts);
    const open = this.#view.all;
    this.#cards = texts.map(
      (text, index) => new Card(index, text, { answer, form, twin: first[index], like: like[index], open }, this.#events));
    this.#list.dataset.count = texts.length;
    this.#list.replaceChildren(...this.#cards.map((card) => el('li', {}, card.element)));
    this.#read();
    this.paint();
  }

  paint() {
    const tones = places.tones(this.#answer.places);
    this.#cards.forEach((card, index) => card.paint(this.#answer, tones[index]));
    this.#paintTools();
  }

  /** The index of the card that has the focus, or -1. */
  get focused() {
    return this.#cards.findIndex((card) => card.element.contains(document.activeElement));
  }

  focus(index, how) {
    this.#cards[index].element.focus(how);
  }

  /** Returns the card next to another, in the order on the screen. */
  beside(index, by) {
    const order = this.#order();
    const last = order.length - 1;
    const at = index < 0 ? (by > 0 ? 0 : last) : Math.min(Math.max(order.indexOf(index) + by, 0), last);
    return order[at];
  }

  /** Returns the next card without a place, starting at a given one; the given one if all have a place. */
  open(from) {
    const order = this.#order();
    const start = Math.max(0, order.indexOf(from));
    for (let step = 0; step < order.length; step++) {
      const index = order[(start + step) % order.length];
      if (this.#answer.places[index] === null) return index;
    }
    return from;
  }

  toggle(what) {
    if (what === 'all') {
      this.#view.all = this.#cards.some((card) => card.long && !card.open);
      for (const card of this.#cards) card.open = this.#view.all;
      keep(this.#view);
    } else if (what === 'differences') {
      this.#against = this.#against === null ? Math.max(0, this.focused) : null;
    } else if (what === 'sorted') {
      this.#sorted = !this.#sorted;
      this.#arrange();
    } else {
      this.#view[what] = !this.#view[what];
      keep(this.#view);
    }
    this.#read();
    this.#events.viewed();
  }

  /** Opens the flags of an answer; returns false if it has none. */
  showFlags(index) {
    return this.#cards[index].showFlags();
  }

  compareWith(index) {
    this.#against = index;
    this.#read();
  }

  #order() {
    return [...this.#list.querySelectorAll('.card')].map((card) => Number(card.dataset.index));
  }

  #arrange() {
    const at = (index) => (this.#sorted ? this.#answer.places[index] ?? Infinity : 0);
    const focused = document.activeElement;
    const order = this.#cards.map((_, index) => index).sort((a, b) => at(a) - at(b) || a - b);
    this.#list.append(...order.map((index) => this.#cards[index].element.parentElement));
    if (this.#list.contains(focused)) focused.focus();
  }

  #read() {
    this.#list.classList.toggle('stacked', this.#view.stacked);
    this.#cards.forEach((card, index) => card.read({
      plain: this.#view.plain,
      against: this.#against === null || this.#against === index ? null : this.#texts[this.#against],
    }));
    if (this.#against !== null) this.#cards[this.#against].read({ plain: true, against: null });
    this.#measure();
  }

  #measure() {
    for (const card of this.#cards) card.measure();
    this.#paintTools();
  }

  #paintTools() {
    const long = this.#cards.filter((card) => card.long);
    const pressed = {
      stacked: this.#view.stacked,
      plain: this.#view.plain,
      differences: this.#against !== null,
      sorted: this.#sorted,
      all: long.length > 0 && long.every((card) => card.open),
    };
    for (const button of this.#tools.querySelectorAll('button[data-view]')) {
      button.setAttribute('aria-pressed', String(pressed[button.dataset.view]));
      if (button.dataset.view === 'all') button.hidden = long.length === 0;
    }
    const choice = $('compare');
    choice.hidden = this.#against === null;
    if (choice.hidden) return;
    $('compare-with').replaceChildren(...this.#cards.map((_, index) => el(
      'option', { value: index, selected: index === this.#against }, t('compare.with', letter(index)))));
  }
}

function keep(view) {
  try {
    localStorage.setItem(VIEW, JSON.stringify(view));
  } catch {
    // Storage is full or forbidden: the view is not remembered.
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(VIEW)) ?? {};
  } catch {
    return {};
  }
}
