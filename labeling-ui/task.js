// The task on the screen: its conversation, answers and order, and what the labeler does with them.

import { Answer } from './answer.js';
import { Board } from './board.js';
import { askWhich } from './conflict.js';
import * as controls from './controls.js';
import { remind, showConversation } from './conversation.js';
import { $, announce } from './dom.js';
import { draggable } from './drag.js';
import { letter, t } from './i18n.js';
import { Scale } from './scale.js';
import * as spoken from './spoken.js';
import { Strip } from './strip.js';
import { pressed } from './task-keys.js';
import { Verdicts } from './verdicts.js';
import { Why } from './why.js';
import { Work } from './work.js';

export class TaskScreen {
  #flow;
  #board;
  #strip;
  #scale;
  #verdicts;
  #why;
  #work = null;
  #complained = false;

  /**
   * @param flow the page: `labeler()`, `guideline()`, `expired()` (returns a promise that resolves when the labeler has
   *     signed in again), `problem(problem or null)`, `notice(words)`, `count()` (passes the time up to now to
   *     `worked`), `stored(words, answer)`, `gone()` (somebody else has the place), `elsewhere()` (labelled on another
   *     page), `outdated()` (guidelines changed), `lost()` (the task is not this labeler's according to the server),
   *     `reopen(id, problem)` (the task has changed since it was shown)
   */
  constructor(flow) {
    this.#flow = flow;
    const drag = (element, index) => draggable(element, {
      label: letter(index),
      starts: (event) => this.#open && (event.pointerType === 'mouse' || event.target.closest('.grip, .chip') !== null),
      targets: (x, y) => this.#strip.target(x, y),
      show: (target) => this.#strip.mark(target),
      drop: (target) => this.#drop(index, target),
    });
    this.#board = new Board($('cards'), $('tools'), {
      drag,
      place: (index, place) => this.#place(index, this.#answer.put(index, place)),
      flag: (index, flag) => this.#did(this.#answer.toggleFlag(index, flag), t('did.flags', letter(index))),
      score: (index, score) => this.#score(index, score),
      viewed: () => this.#conversation(),
    });
    this.#strip = new Strip($('strip'), drag, (index) => this.#board.focus(index));
    this.#scale = new Scale($('scale'), (strength) => this.#compare(strength));
    this.#verdicts = new Verdicts($('verdicts'), (verdict) => this.#judge(verdict));
    this.#why = new Why((kind, reason) => this.submit(kind, { reason }));
    controls.connect({
      submit: () => this.submit(),
      undo: () => this.undo(),
      redo: () => this.redo(),
      ask: (kind) => this.ask(kind),
      change: (fields) => this.#change(fields, t('did.task')),
      comment: (words) => this.#change({ comment: words }, null),
      demonstration: (words) => this.#change({ demonstration: words }, null),
      view: (what) => this.#board.toggle(what),
      compareWith: (index) => this.#board.compareWith(index),
    });
    remind();
  }

  get task() {
    return this.#work?.task ?? null;
  }

  /** Active seconds on the task that no label includes yet. */
  get seconds() {
    return this.#work?.seconds ?? 0;
  }

  get #open() {
    return this.task?.editable ?? false;
  }

  get #answer() {
    return this.#work.answer;
  }

  show(task) {
    this.leave();
    const work = this.#work = new Work(task, {
      labeler: () => this.#flow.labeler(),
      guideline: () => this.#flow.guideline(),
      expired: () => this.#flow.expired(),
      saved: (state) => { if (this.#work === work) controls.showSaved(state); },
      conflict: (there) => { if (this.#work === work) this.#conflict(there); },
      refused: (problem) => {
        if (this.#work !== work) return;
        if (problem.status === 400) this.#flow.problem(problem);
        else this.#refused(problem);
      },
      waiting: (problem) => this.#flow.problem(problem, 'waiting'),
    });
    this.#begin();
    controls.showState(task);
    this.#conversation();
    scrollTo(0, 0);
    $('prompt-title').focus({ preventScroll: true });
  }

  /** Removes the task from the screen, with a dialog that asks about it, and saves unsaved work. */
  leave() {
    $('why').close();
    this.#work?.leave();
    this.#work = null;
  }

  /** Adds active time. */
  worked(seconds) {
    this.#work?.worked(seconds);
  }

  /** Checks whether another page has continued this task in the meantime. */
  async refresh() {
    switch (await this.#work?.refresh()) {
      case 'labelled':
        this.#flow.elsewhere();
        break;
      case 'adopted':
        this.#begin();
        announce(t('adopted'));
        break;
      default:
    }
  }

  /** @param kind null: the kind of label that the task asks for */
  async submit(kind = null, extra = {}) {
    const work = this.#work;
    if (!this.#open || work.sending) return;
    if (kind === null && !this.#answer.complete) {
      this.#sayWhatIsMissing();
      return;
    }
    kind ??= this.#answer.judges ? 'verdict' : 'ranking';
    this.#flow.count();
    this.#flow.problem(null);
    try {
      const sending = work.submit(kind, extra);
      this.#paint();
      const answer = await sending;
      if (answer !== null) this.#flow.stored(t(`stored.${kind}`), answer);
    } catch (problem) {
      if (problem.code === 'guidelines') this.#flow.outdated();
      else this.#refused(problem);
    } finally {
      if (this.#work) this.#paint();
    }
  }

  #sayWhatIsMissing() {
    this.#flow.notice(spoken.missing(this.#answer));
    if (this.#answer.orders) this.#board.focus(this.#board.open(0));
    this.#complained = true;
  }

  /** Leaves a task that is no longer this labeler's. Input stays in the browser and is restored with the task. */
  lost() {
    this.#work.setAside();
    this.#flow.lost();
  }

  /** Handles a refusal of a label or draft by the server. */
  #refused(problem) {
    if (problem.status === 404) {
      this.lost();
    } else if (problem.status === 410) {
      this.#work.setAside();
      this.#flow.gone();
    } else if (problem.status === 400 || ['exported', 'imported', 'removed'].includes(problem.code)) {
      // The form may have changed, or the label can no longer be changed.
      const { id } = this.task;
      this.#work.setAside();
      this.#flow.reopen(id, problem);
    } else {
      this.#flow.problem(problem);
    }
  }

  undo() {
    if (this.#open) this.#did(this.#answer.undo(), t('did.undo', spoken.said(this.#answer)));
  }

  redo() {
    if (this.#open) this.#did(this.#answer.redo(), t('did.redo', spoken.said(this.#answer)));
  }

  /** Handles a key; returns true if it was for the task. @param characters whether single characters count */
  key(event, characters) {
    return this.#work !== null && pressed(event, characters, {
      open: this.#open,
      answer: this.#answer,
      board: this.#board,
      place: (index, after) => this.#place(index, after),
      compare: (strength) => this.#compare(strength),
      judge: (verdict) => this.#judge(verdict),
      score: (index, score) => this.#score(index, score),
      undo: () => this.undo(),
      redo: () => this.redo(),
      ask: (kind) => this.ask(kind),
    });
  }

  /** Asks why a task is skipped, or cannot be judged. */
  ask(kind) {
    if (this.#open && !this.#work.sending) this.#why.ask(kind);
  }

  #conversation() {
    if (this.#work !== null) showConversation(this.task, this.#board.plain);
  }

  /** Shows the answer as the work begins with it. */
  #begin() {
    const { answer, begun, texts } = this.#work;
    const { form } = this.task;
    $('comment').value = answer.content.comment;
    $('demonstration').value = answer.content.demonstration;
    controls.fit(answer, form);
    $('strip').hidden = !answer.orders;
    $('verdicts').hidden = !answer.judges;
    $('scale').hidden = !answer.compares;
    this.#board.show(texts, answer, form);
    controls.showSaved(begun ? 'saved' : '');
    this.#paint();
  }

  #change(fields, words) {
    if (this.#open) this.#did(this.#answer.change(fields), words);
  }

  #place(index, after) {
    const before = this.#answer.places[index];
    const did = this.#answer.change({ places: after });
    const words = spoken.placed(this.#answer, index);
    this.#did(did, words);
    if (!did && before === after[index] && before !== null) announce(words);
  }

  #drop(index, { place, between }) {
    this.#place(index, between ? this.#answer.inserted(index, place) : this.#answer.put(index, place));
    this.#board.focus(index, { preventScroll: true });
  }

  #score(index, score) {
    this.#did(this.#answer.setScore(index, score), t('did.score', { letter: letter(index), score }));
  }

  #compare(strength) {
    this.#did(this.#answer.setStrength(strength), t(`strength.${strength}`));
  }

  #judge(verdict) {
    this.#did(this.#answer.setVerdict(verdict), t(`verdict.${verdict}`));
  }

  /** @param words announcement, or null */
  #did(different, words) {
    if (!different) return;
    // A label that is being sent is out of date after a change.
    this.#work.stop();
    this.#flow.problem(null);
    if (this.#complained) this.#flow.notice(null);
    this.#complained = false;
    this.#work.keep();
    this.#paint();
    if (words !== null) announce(words);
  }

  #paint() {
    this.#board.paint();
    if (this.#answer.judges) this.#verdicts.show(this.#answer.content.verdict);
    else if (this.#answer.compares) this.#scale.show(this.#answer);
    else this.#strip.show(this.#answer);
    $('order').textContent = spoken.said(this.#answer);
    controls.paint(this.#answer, this.#work.sending);
  }

  async #conflict(there) {
    const work = this.#work;
    if (work.sending) return;
    if (there === null) {
      // The draft was dropped: either submitted on another page, or this page has the only copy.
      await this.refresh().catch(() => {});
      if (this.#work === work) work.insist({ version: 0 });
      return;
    }
    askWhich(spoken.said(new Answer(work.task.form, work.texts, there.content)), spoken.said(work.answer), {
      takeThere: () => {
        work.adopt(there);
        this.#begin();
      },
      takeHere: () => work.insist(there),
    });
  }
}
