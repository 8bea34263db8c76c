// The task on the screen: conversation, answers, the order, and its draft, label or skip.

import { Answer } from './answer.js';
import * as api from './api.js';
import { Board } from './board.js';
import { askWhich } from './conflict.js';
import * as controls from './controls.js';
import { remind, showConversation } from './conversation.js';
import { $, announce } from './dom.js';
import { draggable } from './drag.js';
import { Draft } from './draft.js';
import { letter, t } from './i18n.js';
import { Scale } from './scale.js';
import * as spoken from './spoken.js';
import { Strip } from './strip.js';
import { Submission } from './submission.js';
import { pressed } from './task-keys.js';
import { Verdicts } from './verdicts.js';
import { Why } from './why.js';

const RENEW_SECONDS = 300;
const KEEP_SECONDS = 30;

export class TaskScreen {
  #flow;
  #board;
  #strip;
  #scale;
  #verdicts;
  #why;
  #task = null;
  #answer = null;
  #draft = null;
  #seconds = 0;
  #kept = 0;
  #renewed = 0;
  #submission = null;
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
      change: (fields) => this.#did(this.#answer.change(fields), t('did.task')),
      comment: (words) => this.#did(this.#answer.change({ comment: words }), null),
      demonstration: (words) => this.#did(this.#answer.change({ demonstration: words }), null),
      view: (what) => this.#board.toggle(what),
      compareWith: (index) => this.#board.compareWith(index),
    });
    remind();
  }

  get task() {
    return this.#task;
  }

  /** Active seconds on the task that no label includes yet. */
  get seconds() {
    return this.#task && !this.#task.label ? this.#seconds : 0;
  }

  get #open() {
    return this.#task !== null && this.#task.editable;
  }

  show(task) {
    this.leave();
    this.#task = task;
    const draft = this.#draft = new Draft(this.#flow.labeler(), task, {
      state: (state) => controls.showSaved(state),
      conflict: (there) => this.#conflict(there),
      expired: () => this.#flow.expired(),
      failed: (problem) => {
        if (this.#draft !== draft || this.#submission.running) return;
        if (problem.status === 400) this.#flow.problem(problem);
        else this.#refused(problem);
      },
    });
    this.#take(this.#draft.content ?? (task.label && Answer.ofLabel(task.label, task.completions.length)));
    if (this.#draft.dirty && task.editable) this.#draft.flush();
    controls.showState(task);
    this.#conversation();
    scrollTo(0, 0);
    $('prompt-title').focus({ preventScroll: true });
  }

  /** Removes the task from the screen and saves unsaved work. */
  leave() {
    if (this.#draft?.dirty) this.#draft.flush();
    this.#submission?.stop();
    this.#draft = null;
    this.#task = null;
  }

  /** Adds active time. */
  worked(seconds) {
    if (!this.#open) return;
    this.#seconds += seconds;
    if (this.#seconds - this.#kept >= KEEP_SECONDS && this.#draft.content !== null) this.#keep();
    if (this.#seconds - this.#renewed >= RENEW_SECONDS) {
      this.#renewed = this.#seconds;
      // If the claim cannot be renewed, the labeler learns it when the label is sent.
      api.heartbeat(this.#task.id).catch(() => {});
    }
  }

  /** Checks whether another page has continued this task in the meantime. */
  async refresh() {
    const task = this.#task;
    if (task === null || this.#submission.running) return;
    const now = await api.task(task.id);
    if (this.#task !== task || this.#submission.running) return;
    if ((now.label?.revision ?? 0) !== (task.label?.revision ?? 0)) {
      this.#draft.done();
      this.#flow.elsewhere();
    } else if ((now.draft?.version ?? 0) > this.#draft.version && !this.#draft.dirty) {
      this.#draft.adopt(now.draft);
      this.#take(this.#draft.content);
      announce(t('adopted'));
    }
  }

  /** @param kind null: the kind of label that the task asks for */
  async submit(kind = null, extra = {}) {
    if (!this.#open || this.#submission.running) return;
    if (kind === null && !this.#answer.complete) {
      this.#sayWhatIsMissing();
      return;
    }
    kind ??= this.#answer.judges ? 'verdict' : 'ranking';
    this.#flow.count();
    const { id } = this.#task;
    const draft = this.#draft;
    const submission = this.#submission;
    submission.prepare(this.#answer.label(kind, extra), this.#seconds);
    this.#keep();
    // The label contains the draft; a draft that arrives after it is refused.
    draft.hold();
    this.#flow.problem(null);
    try {
      const sending = submission.send(id);
      this.#paint();
      const answer = await sending;
      if (answer === null) return;
      draft.done();
      this.#flow.stored(t(`stored.${kind}`), answer);
    } catch (problem) {
      if (problem.code === 'guidelines') this.#flow.outdated();
      else this.#refused(problem);
    } finally {
      if (this.#task) this.#paint();
    }
  }

  #sayWhatIsMissing() {
    this.#flow.notice(spoken.missing(this.#answer));
    if (this.#answer.orders) this.#board.focus(this.#board.open(0));
    this.#complained = true;
  }

  /** Leaves a task that is no longer this labeler's. Input stays in the browser and is restored with the task. */
  lost() {
    this.#setAside();
    this.#flow.lost();
  }

  /** Handles a refusal of a label or draft by the server. */
  #refused(problem) {
    if (problem.status === 404) {
      this.lost();
    } else if (problem.status === 410) {
      this.#setAside();
      this.#flow.gone();
    } else if (problem.status === 400 || ['exported', 'imported', 'removed'].includes(problem.code)) {
      // The form may have changed, or the label can no longer be changed.
      const { id } = this.#task;
      this.#setAside();
      this.#flow.reopen(id, problem);
    } else {
      this.#flow.problem(problem);
    }
  }

  #setAside() {
    this.#keep();
    this.#draft.close();
  }

  undo() {
    this.#did(this.#open && this.#answer.undo(), t('did.undo', spoken.said(this.#answer)));
  }

  redo() {
    this.#did(this.#open && this.#answer.redo(), t('did.redo', spoken.said(this.#answer)));
  }

  /** Handles a key; returns true if it was for the task. @param characters whether single characters count */
  key(event, characters) {
    return this.#task !== null && pressed(event, characters, {
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
    if (this.#open && !this.#submission.running) this.#why.ask(kind);
  }

  #conversation() {
    if (this.#task !== null) showConversation(this.#task, this.#board.plain);
  }

  /** Starts from a draft, a label, or nothing. */
  #take(content) {
    const { completions, form } = this.#task;
    const texts = completions.map((completion) => completion.text);
    this.#answer = new Answer(form, texts, content);
    this.#seconds = this.#kept = this.#renewed = content?.seconds ?? 0;
    this.#submission?.stop();
    this.#submission = new Submission(content?.sent ?? null, {
      guideline: () => this.#flow.guideline(),
      expired: () => this.#flow.expired(),
      waiting: (problem) => {
        this.#flow.problem(problem, 'waiting');
        controls.showSaved('offline');
      },
    });
    $('comment').value = this.#answer.content.comment;
    $('demonstration').value = this.#answer.content.demonstration;
    controls.fit(this.#answer, form);
    $('strip').hidden = !this.#answer.orders;
    $('verdicts').hidden = !this.#answer.judges;
    $('scale').hidden = !this.#answer.compares;
    this.#board.show(texts, this.#answer, form);
    controls.showSaved(content === null ? '' : 'saved');
    this.#paint();
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
    this.#submission.stop();
    this.#flow.problem(null);
    if (this.#complained) this.#flow.notice(null);
    this.#complained = false;
    this.#keep();
    this.#paint();
    if (words !== null) announce(words);
  }

  #keep() {
    this.#kept = this.#seconds;
    this.#draft.keep({ ...this.#answer.content, seconds: Math.round(this.#seconds), sent: this.#submission.sent });
  }

  #paint() {
    this.#board.paint();
    if (this.#answer.judges) this.#verdicts.show(this.#answer.content.verdict);
    else if (this.#answer.compares) this.#scale.show(this.#answer);
    else this.#strip.show(this.#answer);
    $('order').textContent = spoken.said(this.#answer);
    controls.paint(this.#answer, this.#submission.running);
  }

  async #conflict(there) {
    if (this.#submission.running) return;
    if (there === null) {
      // The draft was dropped: either submitted on another page, or this page has the only copy.
      await this.refresh().catch(() => {});
      if (this.#task) this.#draft.insist({ version: 0 });
      return;
    }
    const draft = this.#draft;
    const texts = this.#task.completions.map((completion) => completion.text);
    askWhich(spoken.said(new Answer(this.#task.form, texts, there.content)), spoken.said(this.#answer), {
      takeThere: () => {
        draft.adopt(there);
        this.#take(draft.content);
      },
      takeHere: () => draft.insist(there),
    });
  }
}
