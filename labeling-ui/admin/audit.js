// The audit table: actions of admins, and attempts to sign in.

import * as api from './api.js';
import { el, table, title } from './dom.js';
import { dateTime, t, word } from './i18n.js';

export async function audit(page) {
  const lines = [];
  const list = el('div', { class: 'panel' });
  const older = el('button', { type: 'button', onclick: () => page.attempt(more) }, t('older.entries'));
  let next = null;
  async function more() {
    const answer = await api.audit(next);
    lines.push(...answer.audit);
    next = answer.next;
    older.hidden = next === null;
    list.replaceChildren(table(t('audit'), [t('audit.when'), t('audit.who'), t('audit.what'), t('audit.to'), t('audit.detail'), t('audit.from')], lines.map((line) => [
      el('span', { class: 'together' }, dateTime(line.at)), line.actor, word('action', line.action), line.subject, line.detail, line.address])));
  }
  await more();
  return [title(t('audit')), list, older];
}
