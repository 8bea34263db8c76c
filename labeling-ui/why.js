// The dialog that asks for the reason of a skip, or why a task cannot be judged.

import { $, el } from './dom.js';
import { t } from './i18n.js';

const REASONS = { skip: ['unclear', 'language', 'unwilling', 'broken', 'other'], cannot_judge: [] };

export class Why {
  /** @param send called with the kind and the reason, words or null */
  constructor(send) {
    $('why-form').addEventListener('submit', () => send($('why').dataset.kind, this.#reason()));
  }

  /** @param kind `skip` or `cannot_judge` */
  ask(kind) {
    $('why').dataset.kind = kind;
    $('why-title').textContent = t(`${kind}.title`);
    $('why-text').textContent = t(`${kind}.what`);
    $('why-label').textContent = t(`${kind}.words`);
    $('why-send').textContent = t(`${kind}.send`);
    $('why-words').value = '';
    $('why-reasons').hidden = REASONS[kind].length === 0;
    $('why-reasons').querySelectorAll('label').forEach((label) => label.remove());
    $('why-reasons').append(...REASONS[kind].map((reason) => el('label', { class: 'check' },
      el('input', { type: 'radio', name: 'reason', value: reason, required: true }), ` ${t(`reason.${reason}`)}`)));
    $('why').returnValue = '';
    $('why').showModal();
  }

  /** Returns the reason as it is stored, the same in every language. */
  #reason() {
    const reason = new FormData($('why-form')).get('reason');
    return [reason, $('why-words').value.trim()].filter(Boolean).join(': ') || null;
  }
}
