// Lists the labeler's own labels, newest first, each of which can be opened again, and the labeler's own time by day.

import * as api from './api.js';
import { $, el } from './dom.js';
import { date, dateTime, duration, letter, t, whole } from './i18n.js';
import * as places from './places.js';

/** Days of the labeler's time that are shown. */
const DAYS = 62;

export class History {
  #open;
  #attempt;
  #next = null;

  /** @param open called with a task's number; `attempt(action)` runs an action that may fail */
  constructor(open, attempt) {
    this.#open = open;
    this.#attempt = attempt;
    $('older').addEventListener('click', () => attempt(() => this.#more()));
    $('time').addEventListener('toggle', () => { if ($('time').open) attempt(showTime); });
  }

  async show() {
    $('labels').replaceChildren();
    $('time').open = false;
    this.#next = null;
    await this.#more();
  }

  async #more() {
    const page = await api.history(this.#next);
    this.#next = page.next;
    $('labels').append(...page.labels.map((label) => this.#item(label)));
    if ($('labels').childElementCount === 0) $('labels').append(el('li', { class: 'hint' }, t('history.none')));
    $('older').hidden = this.#next === null;
  }

  #item(label) {
    const action = t(label.editable ? 'edit' : 'look');
    return el('li', { class: 'panel' },
      el('p', { class: 'excerpt', dir: 'auto' }, label.excerpt),
      el('p', { class: 'facts' }, el('strong', {}, said(label)), el('span', {}, dateTime(label.at)),
        label.seconds === null ? null : el('span', {}, duration(label.seconds)),
        label.revision > 1 ? el('span', {}, t('revision', label.revision)) : null),
      el('div', { class: 'row' },
        el('button', { type: 'button', onclick: () => this.#open(label.task), 'aria-label': `${action}: ${label.excerpt}` }, action),
        label.revision > 1
          ? el('button', { type: 'button', class: 'quiet', onclick: () => this.#attempt(() => this.#revisions(label.task)) }, t('revisions'))
          : null));
  }

  async #revisions(task) {
    const { revisions } = await api.revisions(task);
    $('revisions-list').replaceChildren(...revisions.map((label) => el('li', {},
      el('p', { class: 'facts' }, el('span', {}, t('revision', label.revision)), el('strong', {}, said(label)), el('span', {}, dateTime(label.at))),
      label.comment ? el('p', { class: 'plain', dir: 'auto' }, label.comment) : null)));
    $('revisions').showModal();
  }
}

/** Returns `B › C = D › A`, or that the task was skipped. */
function said(label) {
  if (label.verdict) return t(`verdict.${label.verdict}`);
  return label.ranks ? places.inWords(label.ranks, letter) : t(`kind.${label.kind}`);
}

async function showTime() {
  const days = await api.time(new Date(Date.now() - DAYS * 86_400_000).toISOString().slice(0, 10));
  $('days').replaceChildren(...days.reverse().map((one) => el('tr', {},
    el('th', { scope: 'row' }, date(one.day)), el('td', {}, whole(one.rankings)), el('td', {}, duration(one.seconds)))));
  $('no-time').hidden = days.length > 0;
}
