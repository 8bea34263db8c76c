// The three verdicts on the answer of a judging task.

import { el } from './dom.js';
import { t } from './i18n.js';

/** In the order of their keys, 1 to 3. */
export const VERDICTS = ['correct', 'wrong', 'refused'];

export class Verdicts {
  #inputs;

  /** @param chosen called with a verdict */
  constructor(root, chosen) {
    this.#inputs = VERDICTS.map((verdict) => el('input', {
      type: 'radio', name: 'verdict', class: 'unseen', value: verdict, id: `verdict-${verdict}`,
      onchange: () => chosen(verdict),
    }));
    const step = (input, at) => [input, el('label', { for: input.id },
      el('span', {}, t(`verdict.${VERDICTS[at]}`), ' ', el('kbd', { 'aria-hidden': 'true' }, String(at + 1))))];
    root.replaceChildren(el('fieldset', { class: 'strength' },
      el('legend', { class: 'unseen' }, t('verdict.none')),
      el('div', { class: 'steps' }, ...this.#inputs.flatMap(step))));
  }

  show(verdict) {
    for (const input of this.#inputs) input.checked = input.value === verdict;
  }
}
