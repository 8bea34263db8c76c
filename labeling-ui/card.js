// One answer on the screen: its controls, and its text (formatted, as written, or compared with another).

import { diff } from './diff.js';
import { el } from './dom.js';
import { letter, t, whole, word } from './i18n.js';
import { render } from './markdown.js';
import { rove } from './roving.js';

const SCORES = [1, 2, 3, 4, 5, 6, 7];
/** Pixels by which a text may be longer than what is shown of a long one. */
const SPARED = 40;
const SIGNS = { '\n': '↵', '\t': '→', '\u00a0': '⍽' };
const VISIBLE = /[^\s\p{Cc}\p{Cf}]/u;

export class Card {
  #index;
  #text;
  #events;
  #body;
  #more;
  #badge;
  #raw;
  #places;
  #flags = null;
  #flagsToggle = null;
  #scores = null;
  #open;
  #view = { plain: false, against: null };
  #refreshStops;

  /**
   * @param twin index of the first answer with the same text; `like`: of the first that differs only in blanks
   * @param events `place(index, place)`, `flag(index, flag)`, `score(index, score)`, `expanded()`; `drag(element,
   *     index)` makes an element draggable
   */
  constructor(index, text, { answer, form, twin, like, open }, events) {
    this.#index = index;
    this.#text = text;
    this.#events = events;
    this.#open = open;
    const name = letter(index);
    this.#badge = el('span', { class: 'place' });
    this.#body = el('div', { class: 'text', id: `text-${index}`, dir: 'auto' });
    this.#more = el('button', {
      type: 'button', class: 'quiet more', 'aria-expanded': String(open), 'aria-controls': `text-${index}`, hidden: true,
      onclick: () => { this.open = !this.#open; events.expanded(); },
    });
    this.#raw = el('button', {
      type: 'button', class: 'quiet small raw', 'aria-pressed': 'false', 'aria-label': t('raw.of', name), title: t('raw.what'),
      onclick: (event) => { this.#raw.setAttribute('aria-pressed', String(!this.raw)); this.#draw(); this.#clicked(event); },
    }, t('raw'));
    const head = el('div', { class: 'card-head' },
      !answer.orders ? null : el('span', { class: 'grip', title: t('drag') }),
      el('h3', { class: 'letter', id: `name-${index}` }, el('span', { class: 'unseen' }, `${t('answer')} `), name),
      !answer.orders ? null : this.#placeButtons(form.top_k === null ? answer.places.length : 0, answer.slots),
      form.flags.length > 0 ? this.#flagsButton() : null, this.#raw,
      twin !== index ? el('span', { class: 'twin' }, t('twin', letter(twin)))
        : like !== index ? el('span', { class: 'twin' }, t('twin.blanks', letter(like))) : null,
      this.#badge);
    if (answer.orders) events.drag(head, index);
    const controls = el('div', { class: 'controls', role: 'group', 'aria-label': t('controls.of', name) }, head,
      form.scores ? this.#scoreButtons() : null,
      form.flags.length > 0 ? this.#flagChecks(form.flags) : null);
    this.element = el('article', { class: 'card', tabindex: 0, 'data-index': index }, controls, this.#body, this.#more);
    this.#refreshStops = rove(controls, 'button, input');
    this.#draw();
  }

  get open() {
    return this.#open;
  }

  set open(open) {
    this.#open = open;
    this.measure();
  }

  get long() {
    return !this.#more.hidden;
  }

  /** Whether this answer alone is shown as written. */
  get raw() {
    return this.#raw.getAttribute('aria-pressed') === 'true';
  }

  /** Sets how the text is shown. @param against the text it is compared with, or null */
  read({ plain, against }) {
    this.#view = { plain, against };
    this.#draw();
  }

  #draw() {
    const { against } = this.#view;
    const plain = this.#view.plain || this.raw;
    const blank = !VISIBLE.test(this.#text);
    this.#body.classList.toggle('plain', plain || against !== null);
    this.#body.classList.toggle('empty', blank);
    if (blank) {
      this.#body.replaceChildren(t(this.#text === '' ? 'empty' : 'blank'));
    } else if (against !== null) {
      const tags = { gone: 'del', new: 'ins' };
      this.#body.replaceChildren(...diff(against, this.#text).map(
        (run) => (run.kind === 'same' ? run.text : el(tags[run.kind], {}, ...changed(run)))));
    } else {
      this.#body.replaceChildren(plain ? this.#text : render(this.#text, 4));
    }
  }

  /** Measures whether the text is cut off, and makes parts that scroll sideways reachable by keyboard. */
  measure() {
    // A few lines more take no more room than the button.
    const long = this.#body.scrollHeight > limit(this.#body) + SPARED;
    this.#more.hidden = !long;
    this.#more.setAttribute('aria-expanded', String(this.#open));
    this.#more.textContent = t(this.#open ? 'less' : 'more');
    this.element.classList.toggle('cut', long && !this.#open);
    reachable(this.#body);
  }

  paint(answer, tone) {
    const place = answer.places[this.#index];
    const card = this.element;
    card.dataset.tone = tone ?? '';
    const last = Math.max(...answer.places.map((other) => other ?? 0));
    const first = Math.min(...answer.places.map((other) => other ?? Infinity));
    const all = answer.slots === answer.places.length;
    const extreme = !answer.complete || first === last ? '' : place === first ? t('best') : place === last && all ? t('worst') : '';
    const says = answer.judges ? t(`verdict.${answer.content.verdict ?? 'none'}`) : place === null
      ? (answer.complete && !all ? t('place.behind') : t('place.none'))
      : answer.compares ? (first === last ? t('place.same') : t(place === first ? 'better' : 'worse'))
        : extreme ? `${t('place', place)} · ${extreme}` : t('place', place);
    this.#badge.textContent = says;
    card.setAttribute('aria-label', `${t('answer')} ${letter(this.#index)}, ${says}`);
    press(this.#places, place);
    press(this.#scores, answer.content.scores[this.#index]);
    if (this.#flags) {
      const on = answer.content.flags[this.#index];
      for (const box of this.#flags.querySelectorAll('input')) box.checked = on.includes(box.value);
      const count = this.#flagsToggle.querySelector('.count');
      count.textContent = on.length === 0 ? '' : whole(on.length);
      count.hidden = on.length === 0;
      card.classList.toggle('flagged', on.length > 0);
    }
  }

  /** Opens the flags and moves the focus to the first. */
  showFlags() {
    if (!this.#flags) return false;
    this.#showFlags(true);
    this.#flags.querySelector('input').focus();
    return true;
  }

  #showFlags(shown) {
    this.#flags.hidden = !shown;
    this.#flagsToggle.setAttribute('aria-expanded', String(shown));
    this.#refreshStops();
  }

  /** @param last the place that is labelled as the worst; 0: none */
  #placeButtons(last, slots) {
    const name = letter(this.#index);
    this.#places = el('div', { class: 'places', role: 'group', 'aria-label': t('place.of', name) });
    for (let place = 1; place <= slots; place++) {
      const end = place === 1 ? `, ${t('best')}` : place === last ? `, ${t('worst')}` : '';
      const label = `${whole(place)}: ${t('answer')} ${name}, ${t('place', place)}${end}`;
      this.#places.append(this.#button(place, label, (on) => this.#events.place(this.#index, on)));
    }
    return this.#places;
  }

  #scoreButtons() {
    this.#scores = el('div', { class: 'scores', role: 'group', 'aria-labelledby': `score-${this.#index}` });
    for (const score of SCORES) {
      const label = t('score.of', { score, letter: letter(this.#index) });
      this.#scores.append(this.#button(score, label, (on) => this.#events.score(this.#index, on)));
    }
    return el('div', { class: 'score' },
      el('span', { class: 'label', id: `score-${this.#index}` }, t('score')),
      el('span', { class: 'hint' }, t('score.ends')), this.#scores);
  }

  #button(value, label, chosen) {
    return el('button', {
      type: 'button', 'aria-label': label, 'aria-pressed': 'false', 'data-value': value,
      onclick: (event) => {
        chosen(event.currentTarget.getAttribute('aria-pressed') === 'true' ? null : value);
        this.#clicked(event);
      },
    }, whole(value));
  }

  /** Moves the focus off a button clicked with the mouse, so that Enter submits and does not press it again. */
  #clicked(event) {
    if (event.detail > 0) this.element.focus({ preventScroll: true });
  }

  #flagsButton() {
    this.#flagsToggle = el('button', {
      type: 'button', class: 'quiet small flags-toggle', 'aria-expanded': 'false', 'aria-controls': `flags-${this.#index}`,
      onclick: () => this.#showFlags(this.#flags.hidden),
    }, t('flags'), el('span', { class: 'count', hidden: true }));
    return this.#flagsToggle;
  }

  #flagChecks(flags) {
    const label = t('flags.of', letter(this.#index));
    this.#flags = el('div',
      { class: 'chips flags', id: `flags-${this.#index}`, role: 'group', 'aria-label': label, hidden: true },
      ...flags.map((flag) => el('label', { class: 'check' },
        el('input', { type: 'checkbox', value: flag, onchange: () => this.#events.flag(this.#index, flag) }), ` ${word('flag', flag)}`)));
    return this.#flags;
  }
}

/** Returns the contents of a changed part: its text, or signs for one that consists only of blanks. */
function changed({ kind, text }) {
  if (VISIBLE.test(text)) return [text];
  const signs = [...text].map((character) => SIGNS[character]
    ?? (/\s/.test(character) ? '·' : `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`));
  // The lines of what is gone are not broken again.
  const breaks = kind === 'new' ? text.split('\n').length - 1 : 0;
  return [el('span', { class: 'blanks' }, ...signs), '\n'.repeat(breaks)];
}

/** Returns the height in pixels at which a closed text is cut off. */
function limit(body) {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return rem * parseFloat(getComputedStyle(body).getPropertyValue('--cut'));
}

/** Makes boxes that scroll sideways tab stops, and only those; groups, because a page has few landmarks. */
export function reachable(root) {
  for (const box of root.querySelectorAll('pre, .table, .math.display')) {
    if (box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0;
      box.setAttribute('role', 'group');
      box.setAttribute('aria-label', t(box.tagName === 'PRE' ? 'code' : box.className === 'table' ? 'table' : 'formula'));
    } else {
      for (const name of ['tabindex', 'role', 'aria-label']) box.removeAttribute(name);
    }
  }
}

function press(group, value) {
  for (const button of group?.children ?? []) button.setAttribute('aria-pressed', String(Number(button.dataset.value) === value));
}
