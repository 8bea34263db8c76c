// Repeats requests until the server can be reached.

const FIRST_MS = 1000;
const LONGEST_MS = 15_000;
/** A proxy may ask for much longer, but the server may be back before that. */
const LONGEST_ASKED_MS = 60_000;

/** Runs an action until it succeeds or fails for good; `waiting(problem)` is called before each pause. */
export async function patiently(action, waiting, given = () => false) {
  for (let pause = FIRST_MS; ; pause = Math.min(2 * pause, LONGEST_MS)) {
    try {
      return await action();
    } catch (problem) {
      if (!problem.passing || given()) throw problem;
      waiting(problem);
      await someTime(problem.wait ? Math.min(1000 * problem.wait, LONGEST_ASKED_MS) : pause);
      if (given()) throw problem;
    }
  }
}

function someTime(milliseconds) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener('online', done);
  });
}
