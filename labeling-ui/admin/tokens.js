// The tokens with which commands and other programs act for an admin.

import * as api from './api.js';
import { el, table } from './dom.js';
import { dateTime, t } from './i18n.js';

export async function tokens(page) {
  const list = el('div');
  const show = (all) => list.replaceChildren(...(all.length === 0 ? [] : [table(t('tokens.table'), [t('name'), t('tokens.admin'), t('tokens.created'), t('tokens.used'), t('people.access')], all.map((token) => [
    token.name,
    token.admin,
    dateTime(token.created),
    dateTime(token.last_used),
    el('button', {
      type: 'button',
      onclick: () => page.attempt(async () => {
        show(await api.revokeToken(token.name));
        made.replaceChildren();
        page.notice(t('tokens.revoked', token.name));
      }),
    }, t('tokens.revoke'), el('span', { class: 'unseen' }, ` ${token.name}`)),
  ]))]));
  const made = el('div', { role: 'status' });
  const form = el('form', {
    class: 'row',
    onsubmit: (event) => {
      event.preventDefault();
      const name = new FormData(form).get('name').trim();
      page.attempt(async () => {
        const answer = await api.createToken(name);
        made.replaceChildren(...created(answer, page));
        form.reset();
        show(await api.tokens());
      });
    },
  },
  el('div', { class: 'grow' }, el('label', { for: 'token-name' }, t('name')),
    el('input', { id: 'token-name', name: 'name', required: true, maxlength: 64, autocomplete: 'off', placeholder: 'nightly-export' })),
  el('button', { type: 'submit', class: 'primary' }, t('tokens.create')));
  show(await api.tokens());
  return el('section', { class: 'panel', 'aria-labelledby': 'tokens-title' },
    el('h3', { id: 'tokens-title' }, t('tokens')),
    el('p', { class: 'hint' }, t('tokens.what')),
    form, made, list);
}

function created({ name, token }, page) {
  const shown = el('input', { id: 'token', readonly: true, dir: 'ltr', value: token, autocomplete: 'off', onfocus: () => shown.select() });
  return [
    el('label', { for: 'token' }, t('tokens.once', name)),
    el('div', { class: 'row' }, shown, el('button', {
      type: 'button',
      onclick: () => {
        shown.select();
        // As for invites: navigator.clipboard is missing on plain http away from localhost.
        navigator.clipboard?.writeText(token).then(() => page.notice(t('tokens.copied')), () => {});
      },
    }, t('copy'))),
  ];
}
