// The server's interface. Every call gives the answer's JSON or throws a Problem whose message can be shown.

export class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

let csrf = null;

const keep = (session) => {
  csrf = session.csrf;
  return session;
};

export const session = async () => keep(await call('GET', '/api/session'));
export const join = async (invite, key) => keep(await call('POST', '/api/session', { invite, key }));
export const guidelines = () => call('GET', '/api/guidelines');
export const next = () => call('POST', '/api/tasks/next', {});
export const seen = (version) => call('POST', '/api/guidelines/seen', { version });
export const rank = (task, ranking) => call('POST', `/api/tasks/${task}/label`, { kind: 'ranking', ...ranking });

/** A key for one act of submitting. Not randomUUID(): that is missing on plain http away from localhost. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body ? { 'Content-Type': 'application/json', ...(csrf && { 'X-CSRF-Token': csrf }) } : {},
      body: body && JSON.stringify(body),
    });
  } catch {
    throw new Problem(0, 'The server cannot be reached. Nothing is lost; try again.');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Problem(response.status, answer.error ?? `The server answered ${response.status}.`);
  }
  return answer;
}
