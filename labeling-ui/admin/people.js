// Inviting labelers, disabling and enabling people, tags and quotas, and tokens.

import * as api from './api.js';
import { assignment } from './assignment.js';
import { el, table, title } from './dom.js';
import { dateTime, t, whole, word } from './i18n.js';
import { tokens } from './tokens.js';

export async function people(page) {
  const list = el('div', { class: 'panel' });
  const assigned = assignment(page, (answer) => show(answer));
  const show = (answer) => {
    list.replaceChildren(listed(answer.users, page, show));
    assigned.show(answer);
  };
  show(await api.users());
  return [title(t('people')), inviting(page, show), list, assigned.panel, await tokens(page)];
}

function listed(users, page, show) {
  return table(t('people'), [t('name'), t('people.role'), t('people.last'), t('people.links'), t('people.access')], users.map((user) => [
    el('span', {}, user.name, user.kind === 'simulated' && el('span', { class: 'badge' }, t('simulated')), user.disabled && el('span', { class: 'badge' }, t('people.disabled'))),
    word('role', user.role),
    user.last_sign_in && el('span', { class: 'together' }, dateTime(user.last_sign_in)),
    whole(user.open_invites),
    el('button', {
      type: 'button',
      onclick: () => page.attempt(async () => {
        show(await api.enable(user.name, user.disabled));
        page.notice(t(user.disabled ? 'people.enabled' : 'people.shut-out', user.name));
      }),
    }, t(user.disabled ? 'people.enable' : 'people.disable'), el('span', { class: 'unseen' }, ` ${user.name}`)),
  ]));
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
  el('div', { class: 'grow' }, el('label', { for: 'invited' }, t('name')), el('input', { id: 'invited', name: 'name', required: true, maxlength: 100, autocomplete: 'off' })),
  el('button', { type: 'submit', class: 'primary' }, t('invite.make')));
  return el('section', { class: 'panel', 'aria-labelledby': 'invite-title' },
    el('h3', { id: 'invite-title' }, t('invite')),
    el('p', { class: 'hint' }, t('invite.what')), form, made);
}

function link(invite, page) {
  const address = new URL(invite.link, location.origin).href;
  const shown = el('input', { id: 'link', readonly: true, dir: 'ltr', value: address, onfocus: () => shown.select() });
  return [
    el('label', { for: 'link' }, t('invite.send', { name: invite.name, until: dateTime(invite.expires) })),
    el('div', { class: 'row' }, shown, el('button', {
      type: 'button',
      onclick: () => {
        shown.select();
        // navigator.clipboard is missing on plain http away from localhost; the link stays selected then.
        navigator.clipboard?.writeText(address).then(() => page.notice(t('invite.copied')), () => {});
      },
    }, t('copy'))),
  ];
}
