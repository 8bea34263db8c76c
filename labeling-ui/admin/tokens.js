// The tokens with which commands and other programs act for an admin.

import * as api from './api.js';
import { dateTime, el, table } from './dom.js';

export async function tokens(page) {
  const list = el('div');
  const show = (all) => list.replaceChildren(...(all.length === 0 ? [] : [table('Tokens', ['Name', 'Acts for', 'Created', 'Last used', 'Access'], all.map((token) => [
    token.name,
    token.admin,
    dateTime(token.created),
    token.last_used && dateTime(token.last_used),
    el('button', {
      type: 'button',
      onclick: () => page.attempt(async () => {
        show(await api.revokeToken(token.name));
        made.replaceChildren();
        page.notice(`The token ${token.name} no longer works.`);
      }),
    }, 'Revoke', el('span', { class: 'unseen' }, ` ${token.name}`)),
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
  el('div', { class: 'grow' }, el('label', { for: 'token-name' }, 'Name'),
    el('input', { id: 'token-name', name: 'name', required: true, maxlength: 64, autocomplete: 'off', placeholder: 'nightly-export' })),
  el('button', { type: 'submit', class: 'primary' }, 'Create a token'));
  show(await api.tokens());
  return el('section', { class: 'panel', 'aria-labelledby': 'tokens-title' },
    el('h3', { id: 'tokens-title' }, 'Tokens for commands'),
    el('p', { class: 'hint' }, 'With a token, rlhf label export, stats, invite and others work on this server while people label. '
      + 'Whoever has it can do what you can do here, except create tokens; it works until you revoke it.'),
    form, made, list);
}

function created({ name, token }, page) {
  const shown = el('input', { id: 'token', readonly: true, value: token, autocomplete: 'off', onfocus: () => shown.select() });
  return [
    el('label', { for: 'token' }, `The token ${name}. It is shown only now`),
    el('div', { class: 'row' }, shown, el('button', {
      type: 'button',
      onclick: () => {
        shown.select();
        // As for invites: navigator.clipboard is missing on plain http away from localhost.
        navigator.clipboard?.writeText(token).then(() => page.notice('The token is copied.'), () => {});
      },
    }, 'Copy')),
  ];
}
