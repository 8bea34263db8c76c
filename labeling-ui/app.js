// The page's flow: sign in, read the guidelines, take a task, send its label, take the next.

import * as api from './api.js';
import { Clock } from './clock.js';
import { $, announce } from './dom.js';
import { Guidelines } from './guidelines.js';
import { History } from './history.js';
import { dateTime, duration, offerLanguages, percent, t, translate } from './i18n.js';
import { help, listen } from './keyboard.js';
import { showKeys } from './keys.js';
import { notice, problem } from './messages.js';
import { patiently } from './retry.js';
import { Session } from './session.js';
import { TaskScreen } from './task.js';
import { Trail } from './trail.js';

const SCREENS = ['welcome', 'locked', 'gate', 'rest', 'task', 'history'];

let progress = null;
/** The position of "Previous task" in the labeler's history. */
let trail = null;
/** Counts the requests for something to show, so that only the latest is shown. */
let requests = 0;
/** The server's refusal of the label on the screen, to be shown with the task. */
let refusal = null;

const session = new Session({ show, attempt, enter });
const guidelines = new Guidelines({ show, attempt });
const screen = new TaskScreen({
  labeler: () => session.labeler.name,
  guideline: () => guidelines.version,
  expired: () => session.expired(),
  problem,
  notice,
  count: () => clock.count(),
  stored: (words, answer) => attempt(async () => {
    requests += 1;
    screen.leave();
    announce(words);
    showNext(answer);
  }),
  gone: () => attempt(async () => { await nextTask(); notice(t('gone')); }),
  elsewhere: () => attempt(async () => { await nextTask(); notice(t('elsewhere')); }),
  lost: () => attempt(async () => {
    // Perhaps somebody else has signed in with this browser; then the task is still this labeler's.
    if ((await api.session()).name !== session.labeler.name) await session.expired();
    await nextTask();
    notice(t('lost'));
  }),
  reopen: (id, what) => attempt(async () => {
    const task = await latest(() => api.task(id));
    if (task === null) return;
    display(task, trail);
    refusal = what;
  }),
  outdated: () => attempt(async () => {
    await guidelines.load(session.labeler);
    show('task');
    announce(t('read.back'));
  }),
});
const history = new History((id) => attempt(async () => {
  const task = await latest(() => api.task(id));
  if (task !== null) display(task);
}), attempt);

function show(id) {
  for (const section of SCREENS) $(section).hidden = section !== id;
  const inside = ['rest', 'task', 'history'].includes(id);
  $('footer').hidden = id !== 'task' || !screen.task?.editable;
  $('nav').hidden = session.labeler === null;
  $('status').hidden = $('to-guidelines').hidden = $('to-history').hidden = !inside;
  $('to-task').hidden = id !== 'history';
  $('to-history').hidden ||= id === 'history';
  $('guidelines').hidden = !inside || $('to-guidelines').getAttribute('aria-expanded') !== 'true';
  document.body.dataset.screen = id;
}

const visible = (id) => !$(id).hidden;

/** Runs an action; waits while the server cannot be reached, and for a new link if the session has ended. */
async function attempt(action) {
  problem(null);
  notice(null);
  try {
    await patiently(action, (what) => problem(what, 'waiting'));
    problem(refusal);
    refusal = null;
  } catch (what) {
    if (what.signedOut && session.labeler !== null) {
      await session.expired();
      await attempt(action);
    } else {
      if (!(what instanceof api.Problem)) console.error(what);
      problem(what, '', () => attempt(action));
    }
  }
}

async function enter(labeler) {
  await guidelines.load(labeler);
  await nextTask();
}

// --- tasks ---

/** Returns the result of an action; null if something else was requested in the meantime. */
async function latest(load) {
  const mine = requests += 1;
  const loaded = await load();
  return mine === requests ? loaded : null;
}

async function nextTask() {
  const answer = await latest(api.next);
  if (answer !== null) showNext(answer);
}

function showNext(answer) {
  showProgress(answer.progress);
  if (answer.task) display(answer.task);
  else rest();
}

function display(task, on = null) {
  trail = on;
  clock.count(); // the time up to now belongs to no task
  screen.show(task);
  show('task');
}

/** Shows the label before this one. */
async function back() {
  const on = trail ?? await Trail.begin();
  const task = await latest(() => on.before(screen.task?.id));
  if (task) display(task, on);
  else if (task === undefined) announce(t('back.none'));
}

function rest() {
  screen.leave();
  const finished = progress.rankings >= progress.wanted;
  const { pause, quota } = progress;
  $('rest-title').textContent = pause ? t('rest.stopped') : finished && progress.wanted > 0 ? t('rest.done') : quota ? t('rest.quota') : t('rest.nothing');
  $('rest-text').textContent = pause ? t(`rest.stopped.${pause.measure}`, {
    share: percent(Math.floor(100 * pause.share) / 100), line: percent(pause.line), tasks: pause.tasks,
  }) : progress.wanted === 0 ? t('rest.empty')
    : finished ? t('rest.made', progress)
      : quota ? t(`rest.quota.${quota.measure}`, { limit: quota.limit, time: duration(60 * quota.limit), until: dateTime(quota.until) })
      : progress.paused > 0 ? t('rest.paused', progress.paused) : t('rest.others');
  show('rest');
  $('rest-title').focus();
}

async function showHistory() {
  requests += 1;
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
  $('left').textContent = t('left', now.left);
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

$('again').addEventListener('click', () => attempt(nextTask));
$('return').addEventListener('click', () => attempt(nextTask));
$('to-task').addEventListener('click', () => attempt(nextTask));
$('back').addEventListener('click', () => attempt(back));
$('to-history').addEventListener('click', () => attempt(showHistory));
$('to-keys').addEventListener('click', help);
for (const button of document.querySelectorAll('dialog [data-close]')) {
  button.addEventListener('click', () => button.closest('dialog').close());
}
document.addEventListener('visibilitychange', () => {
  if (document.hidden || session.labeler === null) return;
  // Perhaps the new link was opened in another tab.
  if ($('expired').open) session.renew(null);
  else if (visible('task')) {
    screen.refresh().catch((what) => {
      if (what.signedOut) session.expired();
      else if (what.status === 404) screen.lost();
    });
  }
});
listen(screen, {
  onTask: () => visible('task'),
  actions: {
    help: () => session.labeler !== null && help(),
    guidelines: () => visible('to-guidelines') && guidelines.toggle(),
    history: () => visible('to-history') && attempt(showHistory),
    back: () => visible('task') && attempt(back),
  },
});
new ResizeObserver(() => {
  document.documentElement.style.setProperty('--footer', `${$('footer').offsetHeight}px`);
}).observe($('footer'));

translate(document);
document.title = t('title');
showKeys();
offerLanguages($('language'));
attempt(() => session.start());
