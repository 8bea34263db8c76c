// The page's flow: join, take a task, rank it, submit, take the next. A draft lives in this browser until the server has
// acknowledged it, with the key it was first sent by: a reload or a retry is the same label.

import * as api from './api.js';
import { Board, ranksOf } from './board.js';
import { render } from './markdown.js';

const IDLE_SECONDS = 60;
const RENEW_SECONDS = 300;
const DRAFT = 'rlhf-draft';

const $ = (id) => document.getElementById(id);
const board = new Board($('cards'), changed);

let task = null;
let draft = null;
let guidelinesVersion = null;
let lastActive = Date.now();
let sending = false;

// --- screens ---

function show(id) {
  for (const section of ['join', 'rest', 'task']) $(section).hidden = section !== id;
  $('footer').hidden = id !== 'task';
  $('status').hidden = $('show-guidelines').hidden = id === 'join';
  if (id === 'join') {
    openGuidelines(false);
    $('link').focus();
  }
}

function problem(error) {
  $('problem').textContent = error?.message ?? '';
  $('problem').hidden = !error;
}

/** Runs an action; a session that ran out leads to the join screen, and the draft waits. */
async function attempt(action) {
  problem(null);
  try {
    await action();
  } catch (error) {
    if (!(error instanceof api.Problem)) console.error(error);
    if (error.status === 401) show('join');
    else problem(error);
  }
}

// --- joining and guidelines ---

async function enter(session) {
  $('who').textContent = session.name;
  const guidelines = await api.guidelines();
  guidelinesVersion = guidelines.version;
  $('guidelines-text').replaceChildren(render(guidelines.text));
  $('guidelines-version').textContent = guidelines.version;
  await api.seen(guidelines.version);
  await nextTask();
  openGuidelines(matchMedia('(min-width: 70rem)').matches);
}

function openGuidelines(open) {
  $('guidelines').hidden = !open;
  $('show-guidelines').setAttribute('aria-expanded', String(open));
}

// --- tasks ---

async function nextTask() {
  const answer = await api.next();
  showProgress(answer.progress);
  if (answer.task) showTask(answer.task);
  else rest(answer.progress);
}

function showTask(shown) {
  task = shown;
  const kept = readDraft();
  // The texts in their order tell apart labelers who share this browser, and stores that share this address.
  const shownAs = JSON.stringify([task.id, task.messages, task.completions]);
  draft = kept?.shownAs === shownAs ? kept : { shownAs, key: api.newKey(), places: null, seconds: 0 };
  const turns = task.messages.map(turn);
  $('prompt').replaceChildren(...turns);
  $('prompt').classList.toggle('talk', turns.length > 1);
  $('last-key').textContent = task.completions.length;
  board.show(task.completions.map((completion) => completion.text), draft.places);
  summary();
  show('task');
  scrollTo(0, 0);
  $('prompt-title').focus({ preventScroll: true });
}

function turn(message) {
  const box = document.createElement('div');
  box.className = `turn ${message.role}`;
  const role = box.appendChild(document.createElement('span'));
  role.className = 'role';
  role.textContent = message.role;
  const text = box.appendChild(document.createElement('div'));
  text.className = 'text';
  text.textContent = message.content;
  return box;
}

function rest(progress) {
  task = null;
  const finished = progress.rankings >= progress.wanted;
  $('rest-title').textContent = finished && progress.wanted > 0 ? 'All done. Thank you!' : 'Nothing to rank right now';
  $('rest-text').textContent = progress.wanted === 0
    ? 'There are no tasks yet.'
    : finished
      ? `You made ${progress.yours} of the ${progress.wanted} rankings that were asked for.`
      : 'Others are working on the last tasks, or you have ranked all that you can. A task that is given up comes back here.';
  show('rest');
  $('rest-title').focus();
}

function showProgress(progress) {
  $('count').textContent = `${progress.yours} by you · ${progress.rankings} of ${progress.wanted} in all`;
  $('progress').max = Math.max(progress.wanted, 1);
  $('progress').value = progress.rankings;
}

function changed(places, words) {
  draft.places = places;
  // A ranking that differs from one already sent is a new act, not a retry.
  if (draft.sent) draft = { ...draft, key: api.newKey(), sent: false };
  writeDraft();
  summary();
  $('announce').textContent = words;
}

function summary() {
  $('order').textContent = board.groups().map((group) => group.join(' = ')).join('  ›  ') || '–';
  $('submit').disabled = !board.complete || sending;
}

async function submit() {
  if (!task || !board.complete || sending) return;
  sending = true;
  summary();
  await attempt(async () => {
    draft.sent = true;
    writeDraft();
    try {
      await api.rank(task.id, {
        key: draft.key,
        ranks: ranksOf(board.places),
        seconds: draft.seconds,
        guideline: guidelinesVersion,
      });
    } catch (error) {
      if (error.status !== 410) throw error;
      // Someone else has the place by now; what follows says so beside the next task.
      localStorage.removeItem(DRAFT);
      await nextTask();
      throw error;
    }
    localStorage.removeItem(DRAFT);
    $('announce').textContent = 'Ranking saved.';
    await nextTask();
  });
  sending = false;
  summary();
}

// --- draft and active time ---

function readDraft() {
  try {
    return JSON.parse(localStorage.getItem(DRAFT));
  } catch {
    return null;
  }
}

function writeDraft() {
  localStorage.setItem(DRAFT, JSON.stringify(draft));
}

setInterval(() => {
  if (!task || document.hidden || Date.now() - lastActive > IDLE_SECONDS * 1000) return;
  draft.seconds += 1;
  if (draft.places) writeDraft();
  if (draft.seconds % RENEW_SECONDS === 0) {
    api.next().then((answer) => {
      if (answer.task && answer.task.id !== task?.id) showTask(answer.task);
    }, () => {});
  }
}, 1000);

for (const kind of ['pointermove', 'pointerdown', 'keydown', 'scroll']) {
  addEventListener(kind, () => { lastActive = Date.now(); }, { passive: true });
}

// --- events ---

$('join-form').addEventListener('submit', (event) => {
  event.preventDefault();
  attempt(async () => enter(await api.join($('link').value.replace(/^.*#invite=/, '').trim(), joinKey)));
});
$('again').addEventListener('click', () => attempt(nextTask));
$('submit').addEventListener('click', submit);
$('clear').addEventListener('click', () => board.clear());
$('show-guidelines').addEventListener('click', () => openGuidelines($('guidelines').hidden));
$('hide-guidelines').addEventListener('click', () => {
  openGuidelines(false);
  $('show-guidelines').focus();
});

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $('task').hidden) return;
  const onButton = event.target instanceof HTMLButtonElement;
  if (event.key === 'Enter' && !onButton) {
    event.preventDefault();
    submit();
  } else if (board.key(event)) {
    event.preventDefault();
  }
});

const joinKey = api.newKey();

attempt(async () => {
  const invite = /^#invite=(.+)$/.exec(location.hash);
  if (invite) {
    // The link works once: it goes from the address, so that a reload is not a second try.
    history.replaceState(null, '', location.pathname);
    await enter(await api.join(invite[1], joinKey));
  } else {
    await enter(await api.session());
  }
});
