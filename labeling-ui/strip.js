// Shows the order at a glance: a strip of places from best to worst with a chip for each answer, and beside it the
// chips without a place. Chips and cards are dropped here: onto a place, or between two.

import { el } from './dom.js';
import { direction, letter, t, whole } from './i18n.js';
import * as places from './places.js';
import { rove } from './roving.js';

export class Strip {
  #tray;
  #slots;
  #trayLabel;
  #worst;
  #list;
  #makeDraggable;
  #focus;
  #root;
  #refreshStops;

  /** @param makeDraggable called with (element, index) for every chip; `focus(index)`: a chip was pressed */
  constructor(root, makeDraggable, focus) {
    this.#root = root;
    this.#makeDraggable = makeDraggable;
    this.#focus = focus;
    this.#trayLabel = el('span', { class: 'label' });
    this.#tray = el('div', { class: 'tray' });
    this.#slots = el('div', { class: 'slots' });
    this.#worst = el('span', { class: 'end worst' }, t('worst'));
    root.replaceChildren(
      el('div', { class: 'tray-box' }, this.#trayLabel, this.#tray),
      el('div', { class: 'scale' },
        el('span', { class: 'end best' }, t('best')), this.#slots, this.#worst));
    this.#refreshStops = rove(root, '.chip');
  }

  show(answer) {
    const { places: at, slots } = answer;
    const focused = this.#root.contains(document.activeElement) ? document.activeElement.dataset.index : undefined;
    const tones = places.tones(at);
    const chip = (index) => {
      const made = el('button', {
        type: 'button', class: 'chip', 'data-tone': tones[index], 'data-index': index,
        'aria-label': t('chip', { letter: letter(index), place: at[index], count: slots }),
        onclick: () => this.#focus(index),
      }, letter(index));
      this.#makeDraggable(made, index);
      return made;
    };
    const all = at.map((_, index) => index);
    const waiting = all.filter((index) => at[index] === null);
    this.#tray.parentElement.hidden = waiting.length === 0 && slots === at.length;
    this.#trayLabel.textContent = t(slots < at.length ? 'tray.behind' : 'tray.waiting');
    this.#worst.hidden = slots < at.length;
    this.#tray.replaceChildren(...waiting.map(chip));
    this.#slots.replaceChildren(...Array.from({ length: slots }, (_, slot) => {
      const here = all.filter((index) => at[index] === slot + 1);
      const box = el('div', { class: 'slot', 'data-place': slot + 1, 'data-count': here.length },
        here.length === 0 ? el('span', { class: 'number', 'aria-hidden': 'true' }, whole(slot + 1)) : null, ...here.map(chip));
      box.style.setProperty('--chips', Math.max(1, here.length));
      return box;
    }));
    this.#refreshStops();
    if (focused !== undefined) this.#root.querySelector(`.chip[data-index="${focused}"]`)?.focus();
  }

  /** Returns the drop target at a point: `{ place, between }`, with place null beside the places; or null. */
  target(x, y) {
    const under = document.elementFromPoint(x, y);
    const slot = under?.closest('.slot');
    if (slot && this.#slots.contains(slot)) {
      const box = slot.getBoundingClientRect();
      const along = (direction === 'ltr' ? x - box.left : box.right - x) / box.width;
      const place = Number(slot.dataset.place);
      const taken = Number(slot.dataset.count) > 0;
      if (taken && along < 0.25) return { place, between: true };
      if (taken && along > 0.75) return { place: place + 1, between: true };
      return { place, between: false };
    }
    return under?.closest('.tray-box') ? { place: null, between: false } : null;
  }

  mark(target) {
    const boxes = [...this.#slots.children];
    for (const box of boxes) {
      const place = Number(box.dataset.place);
      const last = place === boxes.length && target?.place === place + 1;
      box.classList.toggle('onto', target !== null && !target.between && target.place === place);
      box.classList.toggle('before', target !== null && target.between && target.place === place);
      box.classList.toggle('after', last);
    }
    this.#tray.parentElement.classList.toggle('onto', target !== null && target.place === null);
  }
}
