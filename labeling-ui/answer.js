// A labeler's answer to one task, with undo and redo; independent of the screen and the server.

import * as places from './places.js';

const STRENGTHS = 3;

export class Answer {
  #form;
  #count;
  #twins;
  #content;
  #done = [];
  #undone = [];

  /**
   * @param texts the answers' texts; those with the same text always share a place, unless only the best are ranked
   * @param content an earlier answer, partial or complete; null: none
   */
  constructor(form, texts, content) {
    const count = texts.length;
    this.#form = form;
    this.#count = count;
    this.#twins = form.top_k === null ? twins(texts) : texts.map((_, index) => index);
    this.#content = {
      places: list(content?.places, count, null),
      strength: content?.strength ?? null,
      scores: list(content?.scores, count, null),
      // The project may have removed a flag since; a label with it would be refused.
      flags: list(content?.flags, count, []).map((words) => words.filter((flag) => form.flags.includes(flag))),
      all_bad: content?.all_bad ?? false,
      personal_data: content?.personal_data ?? false,
      comment: content?.comment ?? '',
      demonstration: content?.demonstration ?? '',
      verdict: content?.verdict ?? null,
    };
    // Nothing is left to decide between answers that are all the same.
    if (content === null && !this.judges && this.#twins.every((first) => first === 0)) {
      Object.assign(this.#content, { places: this.#content.places.map(() => 1), strength: this.compares ? 0 : null });
    }
  }

  /** Returns the content of a label from the server. */
  static ofLabel(label, count) {
    return { ...label, places: list(label.ranks, count, null), comment: label.comment ?? '', demonstration: label.demonstration ?? '' };
  }

  get content() {
    return this.#content;
  }

  get places() {
    return this.#content.places;
  }

  /** Whether the task shows two answers and a scale between them, instead of places. */
  get compares() {
    return this.#form.strength && this.#count === 2;
  }

  /** Whether the task asks for a verdict on its only answer. */
  get judges() {
    return this.#form.verdict;
  }

  /** Whether the task asks for an order by places. */
  get orders() {
    return !this.compares && !this.judges;
  }

  /** The number of places. */
  get slots() {
    return this.#form.top_k ?? this.#count;
  }

  /** The number of answers that must be placed. */
  get needed() {
    return this.slots;
  }

  get placed() {
    return this.#content.places.filter((place) => place !== null).length;
  }

  /** Whether answers may be given scores. */
  get scored() {
    return this.#form.scores;
  }

  /** The answers that have no place yet. */
  get open() {
    return this.places.flatMap((place, index) => (place === null ? [index] : []));
  }

  get complete() {
    if (this.judges) return this.#content.verdict !== null;
    return this.compares ? this.#content.strength !== null : this.placed === this.needed;
  }

  get undoable() {
    return this.#done.length > 0;
  }

  get redoable() {
    return this.#undone.length > 0;
  }

  /** Returns the places with one answer at a place, or at none. */
  put(index, place) {
    return this.#together(index, (at, who) => places.put(at, who, place));
  }

  /** Returns the places with one answer inserted before a place. */
  inserted(index, place) {
    return this.#together(index, (at, who) => places.insert(at, this.slots, who, place));
  }

  /** Returns the places with one answer moved one place up (-1) or down (1). */
  stepped(index, by) {
    return this.#together(index, (at, who) => places.step(at, this.slots, who, by));
  }

  /** Returns the places with one answer tied to the next better one. */
  tied(index) {
    return this.#together(index, (at, who) => places.tie(at, who));
  }

  /** Changes some fields; returns false if nothing is different. */
  change(fields) {
    const after = { ...this.#content, ...fields };
    if (JSON.stringify(after) === JSON.stringify(this.#content)) return false;
    // Typing is undone by the browser, letter by letter.
    if (after.comment === this.#content.comment && after.demonstration === this.#content.demonstration) {
      this.#done.push(this.#content);
      this.#undone = [];
    }
    this.#content = after;
    return true;
  }

  undo() {
    return this.#travel(this.#done, this.#undone);
  }

  redo() {
    return this.#travel(this.#undone, this.#done);
  }

  setStrength(strength) {
    return this.change({ strength, places: strength === null ? [null, null] : strength === 0 ? [1, 1] : strength < 0 ? [1, 2] : [2, 1] });
  }

  setVerdict(verdict) {
    return this.change({ verdict });
  }

  setScore(index, score) {
    return this.change({ scores: this.#content.scores.with(index, score) });
  }

  toggleFlag(index, flag) {
    const had = this.#content.flags[index];
    const has = had.includes(flag) ? had.filter((other) => other !== flag) : [...had, flag];
    // In the form's order, so that the same flags give the same list.
    return this.change({ flags: this.#content.flags.with(index, this.#form.flags.filter((other) => has.includes(other))) });
  }

  /** Returns the label in the form that the server stores. */
  label(kind, extra) {
    const { strength, scores, flags, all_bad, personal_data, comment, demonstration, verdict } = this.#content;
    const ranked = kind === 'ranking';
    return {
      kind,
      ranks: ranked ? places.ranks(this.places) : null,
      strength: ranked && this.compares ? strength : null,
      scores: ranked && this.#form.scores && scores.some((score) => score !== null) ? scores : null,
      flags: flags.some((words) => words.length > 0) ? flags : null,
      all_bad: ranked && all_bad,
      personal_data,
      comment: comment.trim() || null,
      demonstration: ranked && this.#form.demonstrations ? demonstration.trim() || null : null,
      verdict: kind === 'verdict' ? verdict : null,
      reason: null,
      ...extra,
    };
  }

  /** Applies a change of places to distinct answers; answers with the same text move together. */
  #together(index, change) {
    const distinct = [...new Set(this.#twins)];
    const after = change(distinct.map((first) => this.places[first]), distinct.indexOf(this.#twins[index]));
    return this.#twins.map((first) => after[distinct.indexOf(first)]);
  }

  #travel(from, to) {
    if (from.length === 0) return false;
    to.push(this.#content);
    this.#content = { ...from.pop(), comment: this.#content.comment, demonstration: this.#content.demonstration };
    return true;
  }
}

export const strengths = Array.from({ length: 2 * STRENGTHS + 1 }, (_, at) => at - STRENGTHS);

/** Returns for each text the index of the first one that is equal, ignoring blanks at both ends. */
export function twins(texts) {
  const trimmed = texts.map((text) => text.trim());
  return trimmed.map((text) => trimmed.indexOf(text));
}

/**
 * Returns for each text the index of the first one that differs from it only in blanks and invisible characters within
 * the text; the text's own index if there is none.
 */
export function lookalikes(texts) {
  const first = twins(texts);
  const visible = texts.map((text) => text.replace(/[\s\p{Cf}]+/gu, ' ').trim());
  return visible.map((text, index) => {
    const like = visible.indexOf(text);
    return text === '' || like === first[index] ? index : like;
  });
}

function list(given, count, empty) {
  return Array.from({ length: count }, (_, index) => given?.[index] ?? empty);
}
