// Differences between two texts, by words (Myers 1986, "An O(ND) Difference Algorithm and Its Variations").

const WORDS = /\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;
// If more words than this differ, the whole middle is shown as replaced.
const MOST_EDITS = 1500;

/** Returns a list of `{ kind: 'same' | 'gone' | 'new', text }` that leads from one text to the other. */
export function diff(from, to) {
  const a = from.match(WORDS) ?? [];
  const b = to.match(WORDS) ?? [];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const middle = script(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const same = (words) => words.map((text) => ({ kind: 'same', text }));
  return joined([...same(a.slice(0, start)), ...middle, ...same(end > 0 ? a.slice(-end) : [])]);
}

function script(a, b) {
  const replaced = () => [...a.map((text) => ({ kind: 'gone', text })), ...b.map((text) => ({ kind: 'new', text }))];
  const most = Math.min(a.length + b.length, MOST_EDITS);
  // furthest[k + most + 1]: end of diagonal k in `a`. The trace keeps the part of it that each round can have changed.
  const furthest = new Int32Array(2 * most + 3);
  const trace = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(furthest.slice(most - edits, most + edits + 3));
    const at = (k) => furthest[k + most + 1];
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && at(k - 1) < at(k + 1));
      let x = down ? at(k + 1) : at(k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      furthest[k + most + 1] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(trace, a, b);
    }
  }
  return replaced();
}

function walkBack(trace, a, b) {
  const steps = [];
  let x = a.length;
  let y = b.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const at = (k) => trace[edits][k + edits + 1];
    const k = x - y;
    const down = k === -edits || (k !== edits && at(k - 1) < at(k + 1));
    const fromK = down ? k + 1 : k - 1;
    const fromX = edits === 0 ? 0 : at(fromK);
    const fromY = edits === 0 ? 0 : fromX - fromK;
    while (x > fromX && y > fromY) {
      steps.push({ kind: 'same', text: a[x - 1] });
      x -= 1;
      y -= 1;
    }
    if (edits > 0) steps.push(down ? { kind: 'new', text: b[y - 1] } : { kind: 'gone', text: a[x - 1] });
    x = fromX;
    y = fromY;
  }
  return steps.reverse();
}

/**
 * Joins neighbouring parts of the same kind, and single spaces between changes with them, so that phrases are not
 * broken up.
 */
function joined(steps) {
  const runs = [];
  for (let at = 0; at < steps.length;) {
    const gone = [];
    const added = [];
    const blank = (step, after) => step?.kind === 'same' && /^\s+$/.test(step.text) && after && after.kind !== 'same';
    const begin = at;
    while (at < steps.length && (steps[at].kind !== 'same' || (at > begin && blank(steps[at], steps[at + 1])))) {
      if (steps[at].kind !== 'new') gone.push(steps[at].text);
      if (steps[at].kind !== 'gone') added.push(steps[at].text);
      at += 1;
    }
    if (gone.length > 0) runs.push({ kind: 'gone', text: gone.join('') });
    if (added.length > 0) runs.push({ kind: 'new', text: added.join('') });
    const same = [];
    while (at < steps.length && steps[at].kind === 'same') same.push(steps[at++].text);
    if (same.length > 0) runs.push({ kind: 'same', text: same.join('') });
  }
  return runs;
}
