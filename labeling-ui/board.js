// The cards of one task. It knows places (what the labeler set: 1 is best, equal is a tie) and nothing of the server.

const letter = (index) => String.fromCharCode(65 + index);

/** Competition ranks of places: equals share, the next is skipped. */
export function ranksOf(places) {
  return places.map((place) => 1 + places.filter((other) => other < place).length);
}

export class Board {
  #list;
  #places = [];
  #cards = [];
  #changed;

  /** @param changed called with (places, what happened in words) after every change */
  constructor(list, changed) {
    this.#list = list;
    this.#changed = changed;
  }

  get places() {
    return [...this.#places];
  }

  get complete() {
    return this.#places.length > 0 && this.#places.every((place) => place !== null);
  }

  show(texts, places) {
    this.#places = texts.map((_, index) => places?.[index] ?? null);
    this.#cards = texts.map((text, index) => this.#card(text, index, texts.length));
    this.#list.dataset.count = texts.length;
    this.#list.replaceChildren(...this.#cards);
    this.#paint();
  }

  clear() {
    this.#places = this.#places.map(() => null);
    this.#paint();
    this.#changed(this.places, 'All places cleared.');
    this.#cards[0]?.focus();
  }

  /** The answers as groups from best to worst, each a list of letters. */
  groups() {
    const used = [...new Set(this.#places.filter((place) => place !== null))].sort((a, b) => a - b);
    return used.map((place) => this.#places.flatMap((other, index) => (other === place ? [letter(index)] : [])));
  }

  /** A key pressed anywhere; true if it was for the board. */
  key(event) {
    const focused = this.#cards.findIndex((card) => card.contains(document.activeElement));
    if (/^[1-9]$/.test(event.key) && Number(event.key) <= this.#places.length) {
      const index = focused >= 0 ? focused : this.#nextOpen(0);
      this.#place(index, Number(event.key));
      this.#cards[this.#nextOpen(index)].focus();
      return true;
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const target = focused < 0 ? 0 : Math.min(Math.max(focused + step, 0), this.#cards.length - 1);
      this.#cards[target].focus();
      return true;
    }
    if ((event.key === 'Backspace' || event.key === 'Delete' || event.key === '0') && focused >= 0) {
      this.#place(focused, null);
      return true;
    }
    return false;
  }

  /** The first card without a place, looking onward from one; that one if all have theirs. */
  #nextOpen(from) {
    const count = this.#places.length;
    for (let step = 0; step < count; step++) {
      if (this.#places[(from + step) % count] === null) return (from + step) % count;
    }
    return from;
  }

  #place(index, place) {
    this.#places[index] = place;
    this.#paint();
    const done = this.#places.filter((other) => other !== null).length;
    const what = place === null ? 'no place' : `place ${place}`;
    this.#changed(this.places, `Answer ${letter(index)}: ${what}. ${done} of ${this.#places.length} placed.`);
  }

  #card(text, index, count) {
    const card = element('li', 'card');
    card.tabIndex = 0;
    const head = card.appendChild(element('div', 'card-head'));
    head.append(element('span', 'letter', letter(index)), element('span', 'place'));
    const body = card.appendChild(element('div', 'text', text === '' ? '(empty answer)' : text));
    body.classList.toggle('empty', text === '');
    const buttons = card.appendChild(element('div', 'places'));
    buttons.setAttribute('role', 'group');
    buttons.setAttribute('aria-label', `Place of answer ${letter(index)}`);
    for (let place = 1; place <= count; place++) {
      const button = buttons.appendChild(element('button', '', String(place)));
      button.type = 'button';
      button.setAttribute('aria-label', `Answer ${letter(index)}, place ${place}${place === 1 ? ', best' : place === count ? ', worst' : ''}`);
      button.addEventListener('click', (event) => {
        this.#place(index, this.#places[index] === place ? null : place);
        // After a click with the mouse Enter shall submit, not press the same button again.
        if (event.detail > 0) card.focus();
      });
    }
    return card;
  }

  #paint() {
    const count = this.#places.length;
    this.#cards.forEach((card, index) => {
      const place = this.#places[index];
      // 0 for best to 1 for worst: the colour of the badge.
      card.dataset.tone = place === null ? '' : String(Math.round((4 * (place - 1)) / (count - 1)));
      card.querySelector('.place').textContent = place === null ? 'not placed' : `${place}${ordinal(place)}`;
      card.setAttribute('aria-label', `Answer ${letter(index)}, ${place === null ? 'not placed' : `place ${place} of ${count}`}`);
      card.querySelectorAll('button').forEach((button, at) => button.setAttribute('aria-pressed', String(at + 1 === place)));
    });
  }
}

function ordinal(place) {
  return ['st', 'nd', 'rd'][place - 1] ?? 'th';
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
