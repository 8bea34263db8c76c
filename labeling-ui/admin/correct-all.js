// Corrects all labels that the filters select: sends them back, removes them, or lets them count again.

import * as api from './api.js';
import { el } from './dom.js';
import { t } from './i18n.js';

const ACTIONS = ['send_back', 'remove', 'restore'];

/**
 * Returns an `element`; `count()` counts the labels if it is open, and `reset()` takes the buttons away.
 *
 * @param chosen returns the filters
 * @param corrected called after a correction
 */
export function correctAll(page, chosen, corrected) {
  const words = el('p', { role: 'status' });
  const note = el('textarea', { id: 'note-all', dir: 'auto', rows: 2, maxlength: 1000 });
  const buttons = el('div', { class: 'row' });
  const element = el('details', { class: 'panel', ontoggle: () => page.attempt(count) },
    el('summary', {}, t('all')), el('p', { class: 'hint' }, t('all.what')),
    el('label', { for: note.id }, t('review.note.labeler')), note, words, buttons);

  function reset() {
    words.textContent = '';
    buttons.replaceChildren();
  }

  async function count() {
    if (!element.open) return;
    // The buttons correct what has been counted, whatever is chosen or labelled later.
    const filters = chosen();
    const found = await api.selected(filters);
    words.textContent = t('all.found', found.labels);
    buttons.replaceChildren(...ACTIONS.filter((action) => found[action] > 0).map((action) => el('button', {
      type: 'button',
      onclick: () => page.attempt(async () => {
        reset();
        const { changed } = await api.correct(filters, { action, up_to: found.up_to, note: note.value.trim() || null });
        note.value = '';
        await corrected();
        await count();
        page.notice(t(`all.did.${action}`, changed));
      }),
    }, t(`all.${action}`, found[action]))));
  }

  return { element, count, reset };
}
