// The page's flow: come in by an invite, read the guidelines, take a task, send its label, take the next.

import * as api from './api.js';
import { Clock } from './clock.js';
import { $, announce, el } from './dom.js';
import { History } from './history.js';
import { choose, duration, language, languages, t, translate } from './i18n.js';
import { charactersAct, letCharactersAct, showKeys } from './keys.js';
import { render } from './markdown.js';
import { patiently } from './retry.js';
import { TaskScreen } from './task.js';

const SCREENS = ['welcome', 'locked', 'gate', 'rest', 'task', 'history'];
const WIDE = matchMedia('(min-width: 80rem)');
const PANEL = 'rlhf-guidelines-closed';

let labeler = null;
let invite = null;
let guidelines = null;
let progress = null;
/** The labels that "previous task" has gone through. */
let trail = null;
let renewal = null;
let gate = null;
/** Counts what was asked to be shown. */
let going = 0;
/** What the server said of the label on the screen, to be shown with it. */
let refusal = null;

const screen = new TaskScreen({
  labeler: () => labeler.name,
  guideline: () => guidelines.version,
  expired,
  problem,
  notice,
  count: () => clock.count(),
  stored: (words) => attempt(async () => {
    screen.leave();
    announce(words);
    await nextTask();
  }),
  gone: () => attempt(async () => { await nextTask(); notice(t('gone')); }),
  elsewhere: () => attempt(async () => { await nextTask(); notice(t('elsewhere')); }),
  lost: () => attempt(async () => {
    // Perhaps somebody else has signed in with this browser; then the task is still this labeler's.
    if ((await api.session()).name !== labeler.name) await expired();
    await nextTask();
    notice(t('lost'));
  }),
  reopen: (id, what) => attempt(async () => {
    const task = await go(() => api.task(id));
    if (task === null) return;
    display(task, trail);
    refusal = what;
  }),
  outdated: () => attempt(async () => {
    guidelines = await api.guidelines();
    await readGuidelines();
    show('task');
    announce(t('read.back'));
  }),
});
const history = new History((id) => attempt(() => open(id)), attempt);

// --- screens and messages ---

function show(id) {
  for (const section of SCREENS) $(section).hidden = section !== id;
  const inside = ['rest', 'task', 'history'].includes(id);
  $('footer').hidden = id !== 'task' || !screen.task?.editable;
  $('nav').hidden = labeler === null;
  $('status').hidden = $('to-guidelines').hidden = $('to-history').hidden = !inside;
  $('to-task').hidden = id !== 'history';
  $('to-history').hidden ||= id === 'history';
  $('guidelines').hidden = !inside || $('to-guidelines').getAttribute('aria-expanded') !== 'true';
  document.body.dataset.screen = id;
}

const visible = (id) => !$(id).hidden;

function notice(words) {
  $('notice').textContent = words ?? '';
  $('notice').hidden = !words;
}

/** @param again what the button "try again" does; null: there is none */
function problem(what, state = '', again = null) {
  $('problem-text').textContent = what ? explain(what, state) : '';
  $('problem').hidden = !what;
  $('retry').hidden = again === null;
  $('retry').onclick = again;
}

function explain(what, state = '') {
  if (!(what instanceof api.Problem)) return t('problem.page');
  if (what.status === 0) return t(state === 'waiting' ? 'problem.waiting' : 'problem.0');
  if (what.status === 429) return t('problem.429', what.wait);
  if (what.status >= 500) return t(state === 'waiting' ? 'problem.waiting' : 'problem.500');
  return what.code === 'exported' ? t('problem.exported') : what.message;
}

/** Runs an action; waits for a lost server, and for a new link where the session is over. */
async function attempt(action) {
  problem(null);
  notice(null);
  try {
    await patiently(action, (what) => problem(what, 'waiting'));
    problem(refusal);
    refusal = null;
  } catch (what) {
    if (what.signedOut && labeler !== null) {
      await expired();
      await attempt(action);
    } else {
      if (!(what instanceof api.Problem)) console.error(what);
      problem(what, '', () => attempt(action));
    }
  }
}

// --- coming in ---

function takeInvite() {
  const token = tokenOf(location.hash);
  if (token === null) return;
  invite = token;
  // Not in the history, not in a bookmark: it works once.
  window.history.replaceState(null, '', location.pathname);
}

function tokenOf(text) {
  return /(?:^|[#&?])invite=([\w.~%-]+)/.exec(text)?.[1] ?? null;
}

async function start() {
  takeInvite();
  let session;
  try {
    session = await api.session();
  } catch (what) {
    if (what.status !== 401) throw what;
    show(invite === null ? 'locked' : 'welcome');
    return;
  }
  if (session.role === 'admin') {
    location.replace('/admin/');
    return;
  }
  await enter(session);
  if (invite !== null) notice(t('already', session.name));
  invite = null;
}

async function come(token) {
  problem(null);
  try {
    const session = await api.signIn(token);
    invite = null;
    await attempt(() => enter(session));
  } catch (what) {
    problem(what);
    if (what.status === 401) show('locked');
  }
}

async function enter(session) {
  labeler = session;
  $('who').textContent = $('name').textContent = session.name;
  guidelines = await api.guidelines();
  if (session.guidelines_seen !== guidelines.version) await readGuidelines();
  showGuidelines();
  const closed = localStorage.getItem(PANEL) !== null;
  openGuidelines(WIDE.matches && !closed);
  await nextTask();
}

/** The session is over: a promise of a new one of the same labeler. What is on the screen stays. */
function expired() {
  renewal ??= new Promise((resolve) => {
    $('expired-problem').hidden = true;
    $('new-link').value = '';
    $('expired').showModal();
    const ended = (session) => {
      // Somebody else's link: their work is another page.
      if (session.name !== labeler.name) return location.reload();
      labeler = session;
      $('expired').close();
      renewal = null;
      problem(null);
      announce(t('signed-in.again'));
      return resolve();
    };
    $('expired').renewed = ended;
  });
  return renewal;
}

async function renew(token) {
  try {
    $('expired').renewed(token === null ? await api.session() : await api.signIn(token));
  } catch (what) {
    if (token === null) return;
    $('expired-problem').textContent = explain(what);
    $('expired-problem').hidden = false;
  }
}

// --- guidelines ---

function showGuidelines() {
  $('guidelines-text').replaceChildren(render(guidelines.text));
  $('guidelines-version').textContent = guidelines.version;
}

/** Shows the guidelines alone until they are read; a promise of that. */
function readGuidelines() {
  showGate();
  return new Promise((resolve) => { gate = resolve; });
}

function showGate() {
  $('gate-why').textContent = t(labeler.guidelines_seen === null ? 'read.first' : 'read.changed');
  $('gate-text').replaceChildren(render(guidelines.text));
  $('gate-version').textContent = guidelines.version;
  show('gate');
  scrollTo(0, 0);
  $('main').focus({ preventScroll: true });
}

async function haveRead() {
  try {
    await api.seen(guidelines.version);
  } catch (what) {
    if (what.status !== 400) throw what;
    // The server does not know this text any more.
    guidelines = await api.guidelines();
    showGate();
    return;
  }
  labeler.guidelines_seen = guidelines.version;
  showGuidelines();
  gate();
}

function openGuidelines(open) {
  $('to-guidelines').setAttribute('aria-expanded', String(open));
  $('guidelines').hidden = !open || visible('gate') || visible('locked') || visible('welcome');
}

function toggleGuidelines() {
  const open = !visible('guidelines');
  openGuidelines(open);
  if (open && !WIDE.matches) $('hide-guidelines').focus();
  if (!WIDE.matches) return;
  if (open) localStorage.removeItem(PANEL);
  else localStorage.setItem(PANEL, 'yes');
}

// --- tasks ---

/** Loads what is to be shown next; null if meanwhile something else was asked for. */
async function go(load) {
  const mine = going += 1;
  const loaded = await load();
  return mine === going ? loaded : null;
}

async function nextTask() {
  const answer = await go(api.next);
  if (answer === null) return;
  showProgress(answer.progress);
  if (answer.task) display(answer.task);
  else rest();
}

async function open(id) {
  const task = await go(() => api.task(id));
  if (task !== null) display(task);
}

function display(task, on = null) {
  trail = on;
  clock.count(); // what went by until here is not this task's
  screen.show(task);
  show('task');
}

/** The label before this one. */
async function back() {
  const on = trail ?? { ...await api.history(null), at: 0 };
  const task = await go(() => before(on));
  if (task) display(task, on);
  else if (task === undefined) announce(t('back.none'));
}

/** The task of the next label on the trail that is not on the screen; undefined at its end. */
async function before(on) {
  let label;
  do {
    if (on.at === on.labels.length && on.next !== null) {
      const page = await api.history(on.next);
      on.labels.push(...page.labels);
      on.next = page.next;
    }
    label = on.labels[on.at];
    on.at = Math.min(on.at + 1, on.labels.length);
  } while (label && label.task === screen.task?.id);
  return label && api.task(label.task);
}

function rest() {
  screen.leave();
  const finished = progress.rankings >= progress.wanted;
  $('rest-title').textContent = finished && progress.wanted > 0 ? t('rest.done') : t('rest.nothing');
  $('rest-text').textContent = progress.wanted === 0 ? t('rest.empty') : finished ? t('rest.made', progress) : t('rest.others');
  show('rest');
  $('rest-title').focus();
}

async function showHistory() {
  going += 1;
  screen.leave();
  show('history');
  $('history-title').focus();
  await history.show();
}

function showProgress(now) {
  progress = now;
  $('progress').max = Math.max(now.wanted, 1);
  $('progress').value = now.rankings;
  $('count').textContent = t('count', now);
  showToday();
}

function showToday() {
  if (progress === null) return;
  const words = t('today', { count: progress.today, time: duration(progress.seconds_today + screen.seconds) });
  if ($('today').textContent !== words) $('today').textContent = words;
}

// --- events ---

const clock = new Clock((seconds) => {
  if (!visible('task')) return;
  screen.worked(seconds);
  showToday();
}, (paused) => { $('paused').hidden = !paused; });

$('start').addEventListener('click', () => come(invite));
$('link-form').addEventListener('submit', (event) => {
  event.preventDefault();
  come(tokenOf($('link').value) ?? $('link').value.trim());
});
$('expired-form').addEventListener('submit', (event) => {
  event.preventDefault();
  renew(tokenOf($('new-link').value) ?? $('new-link').value.trim());
});
$('expired').addEventListener('cancel', (event) => event.preventDefault());
$('seen').addEventListener('click', () => attempt(haveRead));
$('again').addEventListener('click', () => attempt(nextTask));
$('return').addEventListener('click', () => attempt(nextTask));
$('to-task').addEventListener('click', () => attempt(nextTask));
$('back').addEventListener('click', () => attempt(back));
$('to-history').addEventListener('click', () => attempt(showHistory));
$('to-guidelines').addEventListener('click', toggleGuidelines);
$('hide-guidelines').addEventListener('click', () => {
  toggleGuidelines();
  $('to-guidelines').focus();
});
$('to-keys').addEventListener('click', () => $('keys').showModal());
$('keys-on').addEventListener('change', (event) => letCharactersAct(event.target.checked));
$('sign-out').addEventListener('click', () => attempt(async () => {
  await api.signOut().catch((what) => { if (!what.signedOut) throw what; });
  location.reload();
}));
$('language').addEventListener('change', (event) => choose(event.target.value));
for (const button of document.querySelectorAll('dialog [data-close]')) {
  button.addEventListener('click', () => button.closest('dialog').close());
}

// Beside the task it stays open; over the task it would hide it.
WIDE.addEventListener('change', () => openGuidelines(WIDE.matches && localStorage.getItem(PANEL) === null));

addEventListener('hashchange', () => {
  if (tokenOf(location.hash) === null) return;
  if ($('expired').open) {
    takeInvite();
    renew(invite);
  } else {
    // As if the link had been opened in a new tab; drafts are kept.
    location.reload();
  }
});
document.addEventListener('visibilitychange', () => {
  if (document.hidden || labeler === null) return;
  // Perhaps the new link was opened in another tab.
  if ($('expired').open) renew(null);
  else if (visible('task')) {
    screen.refresh().catch((what) => {
      if (what.signedOut) expired();
      else if (what.status === 404) screen.lost();
    });
  }
});

addEventListener('keydown', (event) => {
  if (document.querySelector('dialog[open]') || document.body.classList.contains('dragging')) return;
  const typing = event.target.closest?.('textarea, select, input:not([type="checkbox"]):not([type="radio"])');
  if (visible('task') && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    screen.submit();
    return;
  }
  if (typing || event.altKey) return;
  const pressed = event.key.toLowerCase();
  if (visible('task') && (event.ctrlKey || event.metaKey)) {
    if (pressed !== 'z' && pressed !== 'y') return;
    event.preventDefault();
    if (pressed === 'y' || event.shiftKey) screen.redo();
    else screen.undo();
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  if (visible('task') && event.key === 'Enter' && !event.target.closest?.('button, summary, a')) {
    event.preventDefault();
    if (!event.repeat) screen.submit();
  } else if (visible('task') && screen.key(event, charactersAct())) {
    event.preventDefault();
  } else if (labeler !== null && charactersAct()) {
    const act = {
      '?': () => $('keys').showModal(),
      g: () => visible('to-guidelines') && toggleGuidelines(),
      h: () => visible('to-history') && attempt(showHistory),
      b: () => visible('task') && attempt(back),
    }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  }
});

new ResizeObserver(() => {
  document.documentElement.style.setProperty('--footer', `${$('footer').offsetHeight}px`);
}).observe($('footer'));

translate(document);
document.title = t('title');
showKeys($('keys-list'));
$('keys-on').checked = charactersAct();
$('language').append(...Object.entries(languages).map(([tag, name]) => el('option', { value: tag, selected: tag === language, lang: tag }, name)));
attempt(start);
