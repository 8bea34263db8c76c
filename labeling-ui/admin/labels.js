// Reading labels: a filtered list, and one task with all its labels, where the admin sends labels back, removes them, and
// decides the order.

import { ranks as competitionRanks } from '../places.js';
import * as api from './api.js';
import { correctAll } from './correct-all.js';
import { el, table, title } from './dom.js';
import { dateTime, duration, joined, letter, t, whole, word } from './i18n.js';
import { long, rank, said } from './tasks.js';

const NARROW = 800;

/** The chosen filters; they outlive the view. */
let filters = {};

/** Opens the list with these filters; the caller navigates to `#labels`. */
export function filterLabels(chosen) {
  filters = chosen;
}

let toOpen = null;

/** Opens a task; the caller navigates to `#labels`. */
export function openTask(id) {
  toOpen = id;
}

export async function labels(page) {
  const list = el('div', { class: 'panel' });
  const older = el('button', { type: 'button', hidden: true, onclick: () => page.attempt(more) }, t('older.entries'));
  const browser = el('div', { class: 'stack' });
  const reader = el('div', { class: 'stack', hidden: true });
  const unread = el('div', { class: 'notice row', role: 'status', hidden: true });
  const lines = [];
  let next = null;

  async function more() {
    const answer = await api.labels({ ...filters, batch: page.batch, before: next });
    lines.push(...answer.labels);
    next = answer.next;
    older.hidden = next === null;
    list.replaceChildren(lines.length === 0 ? el('p', {}, t('labels.none')) : rows(lines, open));
  }

  async function again() {
    lines.length = 0;
    next = null;
    await more();
  }

  const all = correctAll(page, () => ({ ...filters, batch: page.batch }), again);
  async function filtered() {
    all.reset();
    await again();
    await all.count();
  }

  function open(id, from) {
    return page.attempt(async () => {
      const close = () => page.attempt(async () => {
        reader.hidden = true;
        browser.hidden = false;
        await again();
        document.querySelector(`[data-label="${from}"]`)?.focus();
      });
      const show = (task) => reader.replaceChildren(...review(task, { page, close, show }));
      show(await api.task(id));
      browser.hidden = true;
      reader.hidden = false;
      reader.querySelector('h3').focus();
    });
  }

  async function news() {
    const found = await api.unread();
    page.unread(found);
    unread.hidden = found.comments + found.personal_data === 0;
    unread.replaceChildren(
      el('span', { class: 'grow' }, remarks(found)),
      el('button', { type: 'button', onclick: () => page.attempt(async () => { choose({ unread: true }); await filtered(); }) }, t('labels.show')),
      el('button', { type: 'button', onclick: () => page.attempt(async () => { await api.markRead(found.up_to); await news(); await again(); }) }, t('labels.read')));
  }

  const form = el('div', {});
  function choose(chosen) {
    filters = chosen;
    form.replaceChildren(filterForm(page, names, versions, () => page.attempt(filtered)));
  }
  const names = (await api.users()).users.filter((user) => user.role === 'labeler').map((user) => user.name);
  const versions = await api.guidelines();
  choose(filters);
  await Promise.all([again(), news()]);
  browser.append(unread, form, all.element, list, older);
  if (toOpen !== null) {
    const id = toOpen;
    toOpen = null;
    await open(id, null);
  }
  return [title(t('labels')), browser, reader];
}

/** Says how many remarks are unread. */
function remarks({ comments, personal_data: personal }) {
  return joined([
    comments > 0 && t('labels.comments', comments),
    personal > 0 && t('labels.personal', personal),
  ].filter(Boolean));
}

function filterForm(page, names, versions, changed) {
  const flags = [...new Set(page.batches.flatMap((batch) => batch.flags))];
  const choice = (name, label, options) => field(name, label, el('select', { id: `filter-${name}`, name },
    el('option', { value: '' }, t('filter.all')),
    Object.entries(options).map(([value, words]) => el('option', { value, selected: filters[name] === value }, words))));
  const input = (name, label, attributes) => field(name, label, el('input', { id: `filter-${name}`, name, value: filters[name] ?? '', ...attributes }));
  const tick = (name, label) => el('label', { class: 'tick' }, el('input', { type: 'checkbox', name, checked: filters[name] === true }), ` ${label}`);
  const summary = el('summary', {});
  const form = el('form', {
    class: 'fields',
    onsubmit: (event) => event.preventDefault(),
    onchange: () => {
      filters = chosen(form);
      say();
      changed();
    },
  },
  choice('labeler', t('labeler'), Object.fromEntries(names.map((name) => [name, name]))),
  input('since', t('filter.since'), { type: 'date' }),
  input('to', t('filter.to'), { type: 'date' }),
  choice('kind', t('filter.kind'), named('filter.kind', ['ranking', 'verdict', 'skip', 'cannot_judge'])),
  choice('flag', t('filter.flag'), named('flag', flags)),
  choice('pace', t('filter.pace'), named('filter.pace', ['fast', 'slow'])),
  choice('status', t('filter.status'), named('filter.status', ['counted', 'sent_back', 'removed'])),
  choice('guideline', t('filter.guideline'), Object.fromEntries(versions.map((one) => [one.version, `${dateTime(one.published_at)} · ${one.version}`]))),
  input('text', t('filter.text'), { type: 'search', autocomplete: 'off' }),
  el('div', { class: 'ticks' },
    tick('comment', t('filter.comment')), tick('personal_data', t('filter.personal_data')),
    tick('disagreement', t('filter.disagreement')), tick('unread', t('filter.unread'))));
  const say = () => {
    const set = Object.keys(filters).length;
    summary.textContent = set === 0 ? t('filters') : t('filters.set', set);
  };
  say();
  return el('details', { class: 'panel', open: innerWidth > NARROW }, summary, form);
}

/** Returns the names of values in this language. */
const named = (prefix, values) => Object.fromEntries(values.map((value) => [value, word(prefix, value)]));

const field = (name, label, control) => el('div', {}, el('label', { for: `filter-${name}` }, label), control);

function chosen(form) {
  const values = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));
  for (const name of ['comment', 'personal_data', 'disagreement', 'unread']) {
    if (name in values) values[name] = true;
  }
  return values;
}

function rows(lines, open) {
  return table(t('labels'), [t('labels.task'), t('labeler'), t('labels.label'), t('time.active'), t('labels.flags'), t('labels.remark'), t('labels.when')], lines.map((line) => [
    el('button', { type: 'button', class: 'link', 'data-label': line.id, onclick: () => open(line.task_id, line.id) },
      el('span', { class: 'excerpt', dir: 'auto' }, line.excerpt), el('span', { class: 'source' }, `${line.batch} · ${line.task}`)),
    line.labeler,
    el('span', { class: 'together' }, t(`label.${line.kind}`), badges(line), line.unread && el('span', { class: 'badge new' }, t('labels.new'))),
    duration(line.seconds),
    joined(line.flags.map((flag) => word('flag', flag))) || null,
    remark(line),
    el('span', { class: 'together' }, dateTime(line.at)),
  ]));
}

const badges = (label) => label.status !== 'counted' && el('span', { class: 'badge' }, t(`label.${label.status}`));

function remark({ comment, reason, personal_data: personal }) {
  const parts = [
    personal && el('span', { class: 'badge alarm' }, t('labels.personal-data')),
    reason && el('span', { class: 'words', dir: 'auto' }, reason),
    comment && el('span', { class: 'words', dir: 'auto' }, comment),
  ].filter(Boolean);
  return parts.length === 0 ? null : el('div', { class: 'remark' }, parts);
}

// --- one task ---

function review(task, { page, close, show }) {
  const act = (action, words) => page.attempt(async () => {
    show(await action());
    page.notice(words);
  });
  return [
    el('div', {}, el('button', { type: 'button', id: 'to-list', onclick: close }, t('review.back'))),
    el('article', { class: 'panel task' },
      el('div', { class: 'title-row' },
        el('h3', { tabindex: -1 }, task.id, task.adjudicated && el('span', { class: 'badge' }, t('review.decided'))),
        el('span', { class: 'hint' }, `${task.batch} · ${t('n.labels', task.labels.length)}`)),
      said(task),
      task.answers === null ? order(task, act) : judged(task)),
    el('div', { class: 'reviews' }, task.labels.map((label) => card(label, task, act))),
  ];
}

/** The answer to judge and the reference answers. */
function judged({ completions: [completion], answers }) {
  return el('div', { class: 'stack' },
    el('div', {}, el('strong', {}, t('verdict.answer')), ' ', long(completion.text)),
    el('div', { dir: 'auto' }, el('strong', {}, t('reference')), ' ', answers.length === 0 ? t('reference.none') : joined(answers)));
}

/** The answers with everybody's ranks, and the admin's order. */
function order(task, act) {
  const ranked = task.labels.filter((label) => label.ranks !== null);
  const selects = task.completions.map((_, index) => el('select', { 'aria-label': t('review.place', letter(index)) },
    el('option', { value: '' }, '–'),
    task.completions.map((_, place) => el('option', { value: place + 1, selected: task.adjudicated?.[index] === place + 1 }, whole(place + 1)))));
  const take = (ranks) => selects.forEach((select, index) => { select.value = String(full(ranks)[index]); });
  const decide = () => {
    const places = selects.map((select) => (select.value === '' ? null : Number(select.value)));
    const missing = places.findIndex((place) => place === null);
    if (missing >= 0) selects[missing].focus();
    else act(() => api.adjudicate(task.task_id, competitionRanks(places)), t('review.did'));
  };
  return el('div', { class: 'stack' },
    el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('rankings.of', task.id) },
      el('table', { class: 'figures ranks' },
        el('thead', {}, el('tr', {},
          el('th', { scope: 'col' }, t('answer.head')),
          ranked.map((label) => el('th', { scope: 'col', dir: 'auto' }, label.labeler, el('br'),
            task.gold === null && el('button', { type: 'button', class: 'small', onclick: () => take(label.ranks) },
              t('review.use'), el('span', { class: 'unseen' }, t('review.use.of', label.labeler))))),
          el('th', { scope: 'col' }, t(task.gold === null ? 'review.decision' : 'review.known')))),
        el('tbody', {}, task.completions.map((completion, index) => el('tr', {},
          el('th', { scope: 'row' }, el('strong', {}, letter(index)), ' ', long(completion.text),
            el('span', { class: 'source' }, [completion.id, completion.model].filter(Boolean).join(' · '))),
          ranked.map((label) => rank(full(label.ranks)[index], task.completions.length)),
          task.gold === null ? el('td', {}, selects[index]) : rank(task.gold[index], task.completions.length)))))),
    task.gold === null && el('div', { class: 'row end' },
      task.adjudicated && el('button', { type: 'button', onclick: () => act(() => api.adjudicate(task.task_id, null), t('review.withdrew')) }, t('review.withdraw')),
      el('button', { type: 'button', class: 'primary', onclick: decide }, t('review.decide'))));
}

/** Returns ranks in which those behind the best k share a rank. */
function full(ranks) {
  const behind = ranks.filter((place) => place !== null).length + 1;
  return ranks.map((place) => place ?? behind);
}

function card(label, task, act) {
  const note = el('textarea', { id: `note-${label.id}`, dir: 'auto', rows: 2, maxlength: 1000 });
  const words = () => note.value.trim() || null;
  const facts = [
    label.verdict ? t(`verdict.${label.verdict}`) : t(`label.${label.kind}`), dateTime(label.at), duration(label.seconds),
    label.revision > 1 ? t('revision', label.revision) : null, label.imported ? t('review.imported') : null, label.all_bad ? t('review.all-bad') : null,
  ].filter(Boolean).join(' · ');
  return el('section', { class: 'panel label-card', 'aria-labelledby': `label-${label.id}` },
    el('div', { class: 'title-row' },
      el('h3', { id: `label-${label.id}`, dir: 'auto' }, label.labeler, badges(label), label.personal_data && el('span', { class: 'badge alarm' }, t('labels.personal-data'))),
      el('span', { class: 'hint' }, facts)),
    label.reason && el('p', { dir: 'auto' }, el('strong', {}, t('review.reason')), label.reason),
    label.comment && el('p', { class: 'words', dir: 'auto' }, el('strong', {}, t('review.comment')), label.comment),
    label.demonstration && el('p', { class: 'words', dir: 'auto' }, el('strong', {}, t('review.better')), label.demonstration),
    marks(label, task),
    label.note && el('p', { class: 'hint', dir: 'auto' }, t('review.note', label.note)),
    label.status !== 'counted' && el('div', { class: 'row' }, el('button', {
      type: 'button', onclick: () => act(() => api.restore(label.id), t('review.restored')),
    }, t('review.restore'), el('span', { class: 'unseen' }, t('review.label-of', label.labeler)))),
    el('details', {}, el('summary', {}, t(label.imported ? 'review.remove' : 'review.send-or-remove'), el('span', { class: 'unseen' }, t('review.label-of', label.labeler))),
      el('label', { for: note.id }, t(label.imported ? 'review.note.audit' : 'review.note.labeler')), note,
      el('div', { class: 'row' },
        !label.imported && label.status !== 'sent_back' && el('button', {
          type: 'button',
          onclick: () => act(() => api.sendBack(label.id, words()), t('review.sent', label.labeler)),
        }, t('review.send')),
        label.status !== 'removed' && el('button', {
          type: 'button',
          onclick: () => act(() => api.remove(label.id, words()), t('review.removed')),
        }, t('review.remove')))));
}

/** Flags and scores by answer. */
function marks({ flags, scores, strength }, task) {
  const words = task.completions.map((_, index) => {
    const of = [...(flags?.[index] ?? []).map((flag) => word('flag', flag)), scores?.[index] ? t('review.score', scores[index]) : null].filter(Boolean);
    return of.length === 0 ? null : `${letter(index)}: ${joined(of)}`;
  }).filter(Boolean);
  if (strength !== null) words.push(t('review.strength', strength));
  return words.length > 0 && el('p', { class: 'hint' }, words.join(' · '));
}
