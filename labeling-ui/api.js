// The server's interface. Every call returns the JSON of the response or throws a Problem.

/**
 * A failed request. `code` is the server's error code, `body` the whole response. `status` 0: the label server has not
 * answered, and `code` says why: `offline`, `slow`, `foreign` (something else has answered in its place), or null.
 */
export class Problem extends Error {
  constructor(status, body = {}, wait = null) {
    super(body.error ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? null;
    this.body = body;
    this.wait = wait;
  }

  /** Whether the same request may succeed a little later. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status > 501;
  }

  /** Whether the session has expired, or belongs to somebody else who signed in with this browser. */
  get signedOut() {
    return this.status === 401 || this.code === 'role';
  }
}

const PATIENCE_MS = 20_000;
let csrf = null;
let entry = {};

const keep = (session) => {
  csrf = session.csrf ?? null;
  return session;
};

export const session = async () => keep(await call('GET', '/api/session'));
/**
 * Signs in with an invite. It works once, and again with the same key, because the first response may have been lost.
 */
export const signIn = async (invite) => {
  if (entry.invite !== invite) entry = { invite, key: newKey() };
  return keep(await call('POST', '/api/session', entry));
};
export const signOut = () => call('DELETE', '/api/session');
export const guidelines = () => call('GET', '/api/guidelines');
export const seen = (version) => call('POST', '/api/guidelines/seen', { version });
export const next = () => call('POST', `/api/tasks/next?${offset()}`, {});
export const task = (id) => call('GET', `/api/tasks/${id}`);
export const label = (id, content) => call('POST', `/api/tasks/${id}/label?next=true&${offset()}`, content);
export const saveDraft = (id, version, content) => call('PUT', `/api/tasks/${id}/draft`, { version, content });
export const dropDraft = (id) => call('DELETE', `/api/tasks/${id}/draft`);
export const heartbeat = (id) => call('POST', `/api/tasks/${id}/heartbeat`, {});
export const time = async (since) => (await call('GET', `/api/time?${new URLSearchParams({ since, zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}`)).days;
export const history = (before) => call('GET', `/api/history?limit=30${before === null ? '' : `&before=${before}`}`);
export const revisions = (id) => call('GET', `/api/tasks/${id}/revisions`);
export const progress = () => call('GET', `/api/progress?${offset()}`);

/** Returns a key for one submission. randomUUID() is missing on plain http except on localhost. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const offset = () => `offset_minutes=${-new Date().getTimezoneOffset()}`;

async function call(method, path, body) {
  try {
    return await once(method, path, body);
  } catch (problem) {
    // Another tab has signed in again: the session is valid, but the page has an old CSRF token.
    if (problem.status !== 403 || method === 'GET') throw problem;
    const before = csrf;
    await session();
    if (csrf === before) throw problem;
    return once(method, path, body);
  }
}

async function once(method, path, body) {
  let response;
  let answer;
  try {
    response = await fetch(path, {
      method,
      headers: {
        ...(method === 'GET' ? {} : { 'Content-Type': 'application/json' }),
        ...(csrf === null || method === 'GET' ? {} : { 'X-CSRF-Token': csrf }),
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    answer = response.status === 204 ? {} : parsed(text);
  } catch (failure) {
    throw new Problem(0, { code: failure.name === 'TimeoutError' ? 'slow' : navigator.onLine ? null : 'offline' });
  }
  // Not JSON: a proxy, or a network's sign-in page. Proxies also limit the size and the number of requests.
  if (answer === null && (response.status < 500 || response.status === 511) && ![413, 429].includes(response.status)) throw new Problem(0, { code: 'foreign' });
  if (!response.ok) throw new Problem(response.status, answer ?? {}, Number(response.headers.get('Retry-After')) || null);
  return answer;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
