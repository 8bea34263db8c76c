// The admin's pages: sign in, then one view at a time, named by the fragment of the address.

import * as api from './api.js';
import { audit } from './audit.js';
import { $, el } from './dom.js';
import { files } from './files.js';
import { guidelines } from './guidelines.js';
import { offerLanguages, t, translate, whole } from './i18n.js';
import { labelers } from './labelers.js';
import { labels } from './labels.js';
import { overview } from './overview.js';
import { people } from './people.js';
import { quality } from './quality.js';
import { disagreements, gold } from './tasks.js';
import { time } from './time.js';

const VIEWS = { overview, labelers, labels, quality, disagreements, gold, time, files, people, guidelines, audit };
/** Views that show one batch; the others show the whole store. */
const OF_BATCH = ['overview', 'labelers', 'labels', 'quality', 'disagreements', 'gold'];

/**
 * Passed to every view: `batches`, the chosen `batch` (a name, or '' for all), and functions that run actions and show
 * messages.
 */
const page = { batches: [], batch: '', attempt, notice, problem, reload, again: draw, unread };
/** Time between two looks for new remarks of labelers. */
const POLL_SECONDS = 15;
let drawn = 0;
/** Name of the admin whose view is kept until they have signed in again. */
let left = null;

/** @param again action of the button "Try again"; null: no button */
function problem(error, again = null) {
  if (error && !(error instanceof api.Problem)) console.error(error);
  $('problem-text').textContent = error?.message ?? '';
  $('problem').hidden = !error;
  $('retry').hidden = again === null;
  $('retry').onclick = again;
  if (error) $('notice').hidden = true;
}

function notice(words) {
  $('notice').textContent = words ?? '';
  $('notice').hidden = !words;
}

/**
 * Runs an action and shows its errors. If the session has ended, the admin signs in again and returns to the same view.
 */
async function attempt(action) {
  problem(null);
  notice(null);
  try {
    await action();
  } catch (error) {
    if (error.signedOut) {
      left = $('view').hidden ? left : $('who').textContent;
      signIn(error.code === 'role');
    } else {
      problem(error, () => attempt(action));
    }
  }
}

/** Shows in the navigation how many remarks are unread. */
function unread({ comments, personal_data: personal }) {
  const all = comments + personal;
  $('unread').textContent = all === 0 ? '' : whole(all);
  $('unread').setAttribute('aria-label', t('unread', all));
  $('unread').hidden = all === 0;
}

function signIn(forbidden) {
  $('nav').hidden = $('session').hidden = $('view').hidden = true;
  $('sign-in').hidden = false;
  $('forbidden').hidden = !forbidden;
  $('name').focus();
}

async function enter(session) {
  if (session.role !== 'admin') {
    signIn(true);
    return;
  }
  $('who').textContent = session.name;
  $('sign-in').hidden = true;
  $('nav').hidden = $('session').hidden = false;
  const same = left === session.name && $('view').dataset.view === chosen();
  left = null;
  await reload();
  unread(await api.unread());
  if (same) $('view').hidden = false;
  else await draw();
}

/** Reads the batches again. */
async function reload() {
  page.batches = await api.batches();
  if (!page.batches.some((batch) => batch.name === page.batch)) page.batch = '';
  $('batch').replaceChildren(el('option', { value: '' }, t('batch.all')), ...page.batches.map((batch) => el('option', { value: batch.name }, batch.name)));
  $('batch').value = page.batch;
}

/** Returns the view that the address names. */
function chosen() {
  const name = location.hash.slice(1);
  return name in VIEWS ? name : 'overview';
}

async function draw() {
  const name = chosen();
  const turn = ++drawn;
  const nodes = await VIEWS[name](page);
  if (turn !== drawn) return; // another view was chosen while this one was read
  for (const link of $('nav').querySelectorAll('a')) {
    if (link.hash === `#${name}`) {
      link.setAttribute('aria-current', 'page');
      const [seen, row] = [link.getBoundingClientRect(), $('nav').getBoundingClientRect()];
      $('nav').scrollLeft += Math.min(0, seen.left - row.left) + Math.max(0, seen.right - row.right);
    } else link.removeAttribute('aria-current');
  }
  $('batch').hidden = !OF_BATCH.includes(name);
  $('view').replaceChildren(...nodes.filter(Boolean));
  $('view').dataset.view = name;
  $('view').hidden = false;
  document.title = `${$('title').textContent} · ${t('title')}`;
  $('title').focus();
}

setInterval(async () => {
  if ($('nav').hidden || document.hidden) return;
  // An error shows itself with the admin's next action.
  await api.unread().then(unread, () => {});
}, POLL_SECONDS * 1000);
addEventListener('hashchange', () => {
  if (!$('nav').hidden) attempt(async () => { await reload(); await draw(); });
});
$('batch').addEventListener('change', () => attempt(async () => {
  page.batch = $('batch').value;
  await draw();
}));
$('sign-in-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  problem(null);
  let session;
  try {
    session = await api.signIn($('name').value, $('password').value);
  } catch (error) {
    problem(error); // the form stays open, because a wrong password is a 401 too
    return;
  } finally {
    $('password').value = '';
  }
  attempt(() => enter(session));
});
$('sign-out').addEventListener('click', () => attempt(async () => {
  await api.signOut();
  left = null;
  signIn(false);
}));

translate(document);
document.title = `${t('admin')} · ${t('title')}`;
offerLanguages($('language'));
attempt(async () => enter(await api.session()));
