// The audit table: actions of admins, and attempts to sign in.

import * as api from './api.js';
import { dateTime, el, table, title } from './dom.js';

export async function audit(page) {
  const lines = [];
  const list = el('div', { class: 'panel' });
  const older = el('button', { type: 'button', onclick: () => page.attempt(more) }, 'Older');
  let next = null;
  async function more() {
    const answer = await api.audit(next);
    lines.push(...answer.audit);
    next = answer.next;
    older.hidden = next === null;
    list.replaceChildren(table('Audit', ['When', 'Who', 'What', 'To', 'Detail', 'From'], lines.map((line) => [
      dateTime(line.at), line.actor, line.action.replaceAll('_', ' '), line.subject, line.detail, line.address])));
  }
  await more();
  return [title('Audit'), list, older];
}
