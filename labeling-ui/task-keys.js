// Effects of keys on the task on the screen; keys.js maps keys to actions.

import { toPrompt } from './conversation.js';
import { $ } from './dom.js';
import { arrowStep } from './i18n.js';
import { actionOf, character, shiftedDigit } from './keys.js';
import { VERDICTS } from './verdicts.js';

const VIEWS = ['differences', 'all', 'sorted', 'plain', 'stacked'];

/**
 * Handles a key pressed on the page; returns true if it was for the task.
 *
 * @param characters whether single characters count
 * @param screen `open` (the task may be changed), its `answer` and `board`, and functions: `place(index, places)`,
 *     `compare(strength)`, `judge(verdict)`, `score(index, score)`, `undo()`, `redo()`, `ask(kind)`
 */
export function pressed(event, characters, screen) {
  const { answer, board } = screen;
  const { key } = event;
  const card = board.focused;
  const at = card >= 0 ? card : board.open(0);
  const beside = arrowStep(key);
  if (beside !== 0) {
    if (event.target.matches?.('input[type="radio"]')) return false;
    board.focus(board.beside(card, beside));
    return true;
  }
  const typed = characters ? character(event) : null;
  const action = typed === null ? null : actionOf(typed);
  if (action === 'prompt') {
    toPrompt();
    return true;
  }
  if (!screen.open) return look(board, action, at);
  if ((key === 'ArrowUp' || key === 'ArrowDown') && card >= 0 && answer.orders) {
    screen.place(card, answer.stepped(card, key === 'ArrowUp' ? -1 : 1));
    return true;
  }
  if ((key === 'Backspace' || key === 'Delete' || typed === '0') && card >= 0 && answer.orders) {
    screen.place(card, answer.put(card, null));
    return true;
  }
  const score = characters && answer.scored ? shiftedDigit(event) : null;
  if (score !== null && score <= 7) {
    screen.score(at, answer.content.scores[at] === score ? null : score);
    if (card < 0) board.focus(at);
    return true;
  }
  if (/^[1-9]$/.test(typed)) {
    if (answer.judges) {
      if (Number(typed) <= VERDICTS.length) screen.judge(VERDICTS[Number(typed) - 1]);
    } else if (answer.compares) {
      if (Number(typed) <= 7) screen.compare(Number(typed) - 4);
    } else if (Number(typed) <= answer.slots) {
      screen.place(at, answer.put(at, Number(typed)));
      board.focus(board.open(at));
    }
    return true;
  }
  const act = {
    tie: () => {
      if (answer.compares) {
        screen.compare(0);
      } else if (answer.orders) {
        screen.place(at, answer.tied(at));
        board.focus(board.open(at));
      }
    },
    undo: () => screen.undo(),
    redo: () => screen.redo(),
    flags: () => board.showFlags(at),
    skip: () => screen.ask('skip'),
    cannot: () => screen.ask('cannot_judge'),
    comment: () => $('comment').focus(),
    better: () => $('demonstration').focus(),
  }[action];
  if (act) act();
  return act !== undefined || look(board, action, at);
}

/** Handles actions that change the view. */
function look(board, action, card) {
  if (!VIEWS.includes(action)) return false;
  if (action === 'differences' && board.focused >= 0) board.focus(card);
  board.toggle(action);
  return true;
}
