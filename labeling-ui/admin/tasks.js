// Tasks on which labelers disagree, and tasks whose correct ranks are known.

import * as api from './api.js';
import { el, title } from './dom.js';
import { letter, percent, t, whole, word } from './i18n.js';
import { openTask } from './labels.js';

const SHORT = 280;

export async function disagreements(page) {
  const all = await api.disputes(page.batch);
  return [
    title(t('disagreements')),
    el('p', { class: 'hint' }, all.length === 0 ? t('disagreements.none')
      : t('disagreements.what', all.length)),
    ...all.map((task) => panel(task, t('disagreements.share', percent(task.pairwise)),
      [...task.rankings.map((ranking) => [ranking.labeler, ranking.ranks]), [t('disagreements.common'), task.common]],
      el('a', { href: '#labels', onclick: () => openTask(task.task_id) }, t('disagreements.decide'), el('span', { class: 'unseen' }, ` ${task.id}`)))),
  ];
}

export async function gold(page) {
  const all = await api.gold(page.batch);
  return [
    title(t('gold')),
    el('p', { class: 'hint' }, all.length === 0
      ? t('gold.none')
      : t('gold.what')),
    ...all.map((task) => panel(task,
      task.rankings === 0 ? t('gold.unranked') : t('gold.exact', { exact: task.exact, rankings: task.rankings, share: percent(task.pairwise) }),
      [[t('review.known'), task.known]])),
  ];
}

function panel(task, words, columns, link = null) {
  return el('article', { class: 'panel task' },
    el('div', { class: 'title-row' }, el('h3', {}, task.id), el('span', { class: 'hint' }, `${task.batch} · ${words}`), link),
    said(task),
    el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('rankings.of', task.id) },
      el('table', { class: 'figures ranks' },
        el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, t('answer.head')), columns.map(([name]) => el('th', { scope: 'col' }, name)))),
        el('tbody', {}, task.completions.map((completion, index) => el('tr', {},
          el('th', { scope: 'row' }, el('strong', {}, letter(index)), ' ', long(completion.text),
            el('span', { class: 'source' }, [completion.id, completion.model].filter(Boolean).join(' · '))),
          columns.map(([, ranks]) => rank(ranks[index], ranks.length))))))));
}

/** Creates the conversation of a task. */
export const said = (task) => el('div', { class: 'said' },
  task.messages.map((message) => el('div', {}, el('span', { class: 'role' }, word('role', message.role)), ' ', long(message.content))));

/** Creates a rank in the colour that it has on the labeler's page. */
export function rank(place, of) {
  const tone = of === 1 ? 0 : Math.round((4 * (place - 1)) / (of - 1));
  return el('td', {}, el('span', { class: 'place', 'data-tone': tone }, whole(place)));
}

export function long(text) {
  if (text.length <= SHORT) return el('div', { class: 'words', dir: 'auto' }, text);
  const words = { class: 'words', dir: 'auto' };
  return el('details', { class: 'long' },
    el('summary', words, `${text.slice(0, SHORT)} …`), el('div', words, text.slice(SHORT)));
}
