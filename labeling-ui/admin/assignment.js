// Tags and quotas of labelers: which tasks they may be given, and how many.

import * as api from './api.js';
import { el, table } from './dom.js';
import { duration, joined, t, whole } from './i18n.js';

const QUOTAS = ['tasks_per_day', 'tasks_total', 'minutes_per_day'];

/** Returns the tags in a text, which are separated by commas. */
export const tagsIn = (text) => text.split(/[,،]/).map((tag) => tag.trim()).filter((tag) => tag !== '');

/**
 * Creates the panel.
 *
 * @param changed called with the server's answer after a change
 * @returns `panel`, and `show(users)`, which shows an answer of the server
 */
export function assignment(page, changed) {
  const all = el('div');
  const each = el('div');
  const one = el('div');
  const known = el('datalist', { id: 'known-tags' });
  const panel = el('section', { class: 'panel stack', 'aria-labelledby': 'assignment-title' },
    el('h3', { id: 'assignment-title' }, t('assignment')),
    el('p', { class: 'hint' }, t('assignment.what')), all, each, one, known);
  const show = (answer) => {
    all.replaceChildren(ofAll(answer.quota, page, changed));
    const labelers = answer.users.filter((user) => user.role === 'labeler');
    known.replaceChildren(...answer.tags.map((tag) => el('option', { value: tag })));
    one.replaceChildren();
    const edit = (user) => {
      one.replaceChildren(ofOne(user, answer.quota, page, changed, () => one.replaceChildren()));
      one.querySelector('input').focus();
    };
    each.replaceChildren(labelers.length === 0 ? '' : list(labelers, answer.quota, edit));
  };
  return { panel, show };
}

function list(labelers, project, edit) {
  const heads = [t('labeler'), t('assignment.tags'), t('assignment.today'), t('assignment.total'), t('assignment.active'), t('assignment.change')];
  return table(t('assignment.table'), heads, labelers.map((user) => [
    user.name,
    user.tags.length === 0 ? null : joined(user.tags),
    use(user.today, limit(user, project, 'tasks_per_day')),
    use(user.total, limit(user, project, 'tasks_total')),
    use(Math.floor(user.seconds_today / 60), limit(user, project, 'minutes_per_day'), (minutes) => duration(60 * minutes)),
    el('button', { type: 'button', onclick: () => edit(user) }, t('assignment.edit'), el('span', { class: 'unseen' }, ` ${user.name}`)),
  ]));
}

/** Returns the limit that applies to a labeler; 0 is none. */
const limit = (user, project, quota) => user.quota[quota] ?? project[quota] ?? 0;

/** Shows how much of a limit is used, marked if it is met. */
function use(used, most, words = whole) {
  if (most === 0) return words(used);
  return el('span', {}, t('quota.of', { used: words(used), limit: words(most) }), used >= most && el('span', { class: 'badge' }, t('quota.met')));
}

function number(id, name, label, attributes) {
  return el('div', {}, el('label', { for: `${id}-${name}` }, label), el('input', { id: `${id}-${name}`, name, type: 'number', min: 0, step: 1, ...attributes }));
}

/** The quota of all labelers who have none of their own. */
function ofAll(quota, page, changed) {
  const unset = QUOTAS.every((name) => !quota[name]);
  const zone = unset && quota.zone === 'UTC' ? Intl.DateTimeFormat().resolvedOptions().timeZone : quota.zone;
  return el('form', {
    class: 'settings',
    onsubmit: (event) => {
      event.preventDefault();
      const values = new FormData(event.target);
      page.attempt(async () => {
        changed(await api.setQuota({ ...limits(values), zone: values.get('zone').trim() }));
        page.notice(t('quota.saved'));
      });
    },
  },
  QUOTAS.map((name) => number('all', name, t(`quota.${name}`), { value: quota[name] || '', max: name === 'minutes_per_day' ? 1440 : 1_000_000 })),
  el('div', {}, el('label', { for: 'all-zone' }, t('quota.zone')), el('input', { id: 'all-zone', name: 'zone', required: true, value: zone, dir: 'ltr', autocomplete: 'off' })),
  el('button', { type: 'submit', class: 'primary' }, t('save'), el('span', { class: 'unseen' }, t('quota.save.all'))));
}

/** The tags and the quota of one labeler. */
function ofOne(user, project, page, changed, close) {
  return el('form', {
    class: 'settings',
    'aria-label': t('assignment.of', user.name),
    onsubmit: (event) => {
      event.preventDefault();
      const values = new FormData(event.target);
      page.attempt(async () => {
        await api.setTags(user.name, tagsIn(values.get('tags')));
        changed(await api.setQuota({ name: user.name, ...limits(values) }));
        page.notice(t('assignment.saved', user.name));
      });
    },
  },
  el('div', {}, el('label', { for: 'one-tags' }, t('assignment.tags.of', user.name)),
    el('input', { id: 'one-tags', name: 'tags', value: user.tags.join(', '), list: 'known-tags', dir: 'auto', autocomplete: 'off', spellcheck: 'false' })),
  QUOTAS.map((name) => number('one', name, t(`quota.own.${name}`), {
    value: user.quota[name] ?? '', placeholder: project[name] ? whole(project[name]) : null, max: name === 'minutes_per_day' ? 1440 : 1_000_000,
  })),
  el('div', { class: 'row' },
    el('button', { type: 'submit', class: 'primary' }, t('save'), el('span', { class: 'unseen' }, t('quota.save.of', user.name))),
    el('button', { type: 'button', onclick: close }, t('cancel'))));
}

/** Returns the limits of a form; an empty field is null. */
const limits = (values) => Object.fromEntries(QUOTAS.map((name) => [name, values.get(name) === '' ? null : Number(values.get(name))]));
