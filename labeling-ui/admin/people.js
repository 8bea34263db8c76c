// Inviting labelers, disabling and enabling people, and tokens.

import * as api from './api.js';
import { dateTime, el, table, title } from './dom.js';
import { tokens } from './tokens.js';

export async function people(page) {
  const list = el('div', { class: 'panel' });
  const show = (users) => list.replaceChildren(table('People', ['Name', 'Role', 'Last sign-in', 'Open links', 'Access'], users.map((user) => [
    el('span', {}, user.name, user.kind === 'simulated' && el('span', { class: 'badge' }, 'simulated'), user.disabled && el('span', { class: 'badge' }, 'disabled')),
    user.role,
    user.last_sign_in && dateTime(user.last_sign_in),
    String(user.open_invites),
    el('button', {
      type: 'button',
      onclick: () => page.attempt(async () => {
        show(await api.enable(user.name, user.disabled));
        page.notice(`${user.name} is ${user.disabled ? 'let in again' : 'no longer let in; all labels stay'}.`);
      }),
    }, user.disabled ? 'Enable' : 'Disable', el('span', { class: 'unseen' }, ` ${user.name}`)),
  ])));
  show(await api.users());
  return [title('People'), inviting(page, show), list, await tokens(page)];
}

function inviting(page, show) {
  const made = el('div', { role: 'status' });
  const form = el('form', {
    class: 'row',
    onsubmit: (event) => {
      event.preventDefault();
      const name = new FormData(form).get('name');
      page.attempt(async () => {
        const invite = await api.invite(name);
        made.replaceChildren(...link(invite, page));
        form.reset();
        show(await api.users());
      });
    },
  },
  el('div', { class: 'grow' }, el('label', { for: 'invited' }, 'Name'), el('input', { id: 'invited', name: 'name', required: true, maxlength: 100, autocomplete: 'off' })),
  el('button', { type: 'submit', class: 'primary' }, 'Make a link'));
  return el('section', { class: 'panel', 'aria-labelledby': 'invite-title' },
    el('h3', { id: 'invite-title' }, 'Invite a labeler'),
    el('p', { class: 'hint' }, 'The link works once, in one browser. For a labeler who lost theirs, make another.'), form, made);
}

function link(invite, page) {
  const address = new URL(invite.link, location.origin).href;
  const shown = el('input', { id: 'link', readonly: true, value: address, onfocus: () => shown.select() });
  return [
    el('label', { for: 'link' }, `Send this to ${invite.name}; it works until ${dateTime(invite.expires)}`),
    el('div', { class: 'row' }, shown, el('button', {
      type: 'button',
      onclick: () => {
        shown.select();
        // navigator.clipboard is missing on plain http away from localhost; the link stays selected then.
        navigator.clipboard?.writeText(address).then(() => page.notice('The link is copied.'), () => {});
      },
    }, 'Copy')),
  ];
}
