// What keys do to the task on the screen; keys.js tells people which there are.

import { $ } from './dom.js';
import * as places from './places.js';

const VIEWS = { d: 'differences', a: 'all', o: 'sorted', p: 'plain', v: 'stacked' };

/**
 * A key pressed on the page; true if it was for the task.
 *
 * @param characters whether single characters count
 * @param screen `open` (the task may be changed), its `answer` and `board`, and what keys can do: `place(index, places)`,
 *     `compare(strength)`, `undo()`, `redo()`, `ask(kind)`
 */
export function pressed(event, characters, screen) {
  const { answer, board } = screen;
  const { key } = event;
  const card = board.focused;
  const at = card >= 0 ? card : board.open(0);
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    if (event.target.matches?.('input[type="radio"]')) return false;
    board.focus(board.beside(card, key === 'ArrowLeft' ? -1 : 1));
    return true;
  }
  if (!screen.open) return characters && look(board, key, at);
  if ((key === 'ArrowUp' || key === 'ArrowDown') && card >= 0 && !answer.compares) {
    screen.place(card, places.step(answer.places, answer.slots, card, key === 'ArrowUp' ? -1 : 1));
    return true;
  }
  if ((key === 'Backspace' || key === 'Delete') && card >= 0 && !answer.compares) {
    screen.place(card, places.put(answer.places, card, null));
    return true;
  }
  if (!characters) return false;
  if (/^[1-9]$/.test(key)) {
    if (answer.compares) {
      if (Number(key) <= 7) screen.compare(Number(key) - 4);
    } else if (Number(key) <= answer.slots) {
      screen.place(at, places.put(answer.places, at, Number(key)));
      board.focus(board.open(at));
    }
    return true;
  }
  if (key === '0' && card >= 0 && !answer.compares) {
    screen.place(card, places.put(answer.places, card, null));
    return true;
  }
  if (key === '=') {
    if (answer.compares) screen.compare(0);
    else {
      screen.place(at, places.tie(answer.places, at));
      if (card < 0) board.focus(at);
    }
    return true;
  }
  const act = {
    u: () => screen.undo(),
    r: () => screen.redo(),
    f: () => board.showFlags(at),
    s: () => screen.ask('skip'),
    x: () => screen.ask('cannot_judge'),
    c: () => $('comment').focus(),
  }[key];
  if (act) act();
  return act !== undefined || look(board, key, at);
}

/** Keys that change how the answers are looked at. */
function look(board, key, card) {
  const view = VIEWS[key];
  if (view === undefined) return false;
  if (view === 'differences' && card >= 0 && board.focused >= 0) board.focus(card);
  board.toggle(view);
  return true;
}
