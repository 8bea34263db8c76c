// The scale between two answers: seven steps from "A is much better" to "B is much better".

import { strengths } from './answer.js';
import { el } from './dom.js';
import { t } from './i18n.js';

const MARKS = ['‹‹‹', '‹‹', '‹', '=', '›', '››', '›››'];

export class Scale {
  #inputs;
  #words;

  /** @param chosen called with a strength, -3 to 3 */
  constructor(root, chosen) {
    this.#inputs = strengths.map((strength) => el('input', {
      type: 'radio', name: 'strength', class: 'unseen', value: strength, id: `strength-${strength}`,
      onchange: () => chosen(strength),
    }));
    this.#words = el('output', { class: 'verdict' });
    const step = (input, at) => [input, el('label', { for: input.id, 'data-strength': strengths[at], title: t(`strength.${strengths[at]}`) },
      el('span', { class: 'unseen' }, t(`strength.${strengths[at]}`)), el('span', { 'aria-hidden': 'true' }, MARKS[at]))];
    root.replaceChildren(el('fieldset', { class: 'strength' },
      el('legend', { class: 'unseen' }, t('strength.title')),
      el('div', { class: 'ends', 'aria-hidden': 'true' }, el('span', {}, t('strength.-3')), el('span', {}, t('strength.0')), el('span', {}, t('strength.3'))),
      el('div', { class: 'steps' }, ...this.#inputs.flatMap(step))), this.#words);
  }

  show(answer) {
    const { strength } = answer.content;
    for (const input of this.#inputs) input.checked = strength !== null && Number(input.value) === strength;
    this.#words.textContent = strength === null ? t('strength.none') : t(`strength.${strength}`);
  }
}
