// Tasks on which labelers disagree, and tasks whose correct ranks are known.

import * as api from './api.js';
import { count, el, percent, title } from './dom.js';
import { openTask } from './labels.js';

const SHORT = 280;
export const letter = (index) => String.fromCharCode(65 + index);

export async function disagreements(page) {
  const all = await api.disputes(page.batch);
  return [
    title('Disagreements'),
    el('p', { class: 'hint' }, all.length === 0 ? 'No task is ranked differently by two labelers.'
      : `The ${count(all.length, 'task')} with the least agreement, the worst first. 1 is best; the same number is a tie.`),
    ...all.map((task) => panel(task, `${percent(task.pairwise)} of pairs agree`,
      [...task.rankings.map((ranking) => [ranking.labeler, ranking.ranks]), ['Common order', task.common]],
      el('a', { href: '#labels', onclick: () => openTask(task.task_id) }, 'Decide', el('span', { class: 'unseen' }, ` ${task.id}`)))),
  ];
}

export async function gold(page) {
  const all = await api.gold(page.batch);
  return [
    title('Gold tasks'),
    el('p', { class: 'hint' }, all.length === 0
      ? 'No task has known ranks. Give tasks a "gold" in the file you import, and set the batch’s share of gold tasks in its settings.'
      : 'Their correct ranks are known; labelers cannot tell them from other tasks, and nothing is trained on them.'),
    ...all.map((task) => panel(task,
      task.rankings === 0 ? 'not ranked yet' : `${task.exact} of ${count(task.rankings, 'ranking')} exact, ${percent(task.pairwise)} of pairs`,
      [['Known', task.known]])),
  ];
}

function panel(task, words, columns, link = null) {
  return el('article', { class: 'panel task' },
    el('div', { class: 'title-row' }, el('h3', {}, task.id), el('span', { class: 'hint' }, `${task.batch} · ${words}`), link),
    said(task),
    el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Rankings of ${task.id}` },
      el('table', { class: 'figures ranks' },
        el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Answer'), columns.map(([name]) => el('th', { scope: 'col' }, name)))),
        el('tbody', {}, task.completions.map((completion, index) => el('tr', {},
          el('th', { scope: 'row' }, el('strong', {}, letter(index)), ' ', long(completion.text),
            el('span', { class: 'source' }, [completion.id, completion.model].filter(Boolean).join(' · '))),
          columns.map(([, ranks]) => rank(ranks[index], ranks.length))))))));
}

/** Creates the conversation of a task. */
export const said = (task) => el('div', { class: 'said' },
  task.messages.map((message) => el('div', {}, el('span', { class: 'role' }, message.role), ' ', long(message.content))));

/** Creates a rank in the colour that it has on the labeler's page. */
export function rank(place, of) {
  const tone = of === 1 ? 0 : Math.round((4 * (place - 1)) / (of - 1));
  return el('td', {}, el('span', { class: 'place', 'data-tone': tone }, String(place)));
}

export function long(text) {
  if (text.length <= SHORT) return el('div', { class: 'words', dir: 'auto' }, text);
  const words = { class: 'words', dir: 'auto' };
  return el('details', { class: 'long' },
    el('summary', words, `${text.slice(0, SHORT)} …`), el('div', words, text.slice(SHORT)));
}
