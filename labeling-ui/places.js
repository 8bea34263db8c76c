// Rankings as numbers, without a screen. `places` has one entry for each answer: 1 is the best, equal is a tie, null is
// not placed; gaps are allowed while ranking. `slots` is the number of places: all, or the top k. Every function
// returns a new array.

const changed = (places, changes) => places.map((place, index) => (changes.has(index) ? changes.get(index) : place));

export function put(places, index, place) {
  return changed(places, new Map([[index, place]]));
}

/**
 * Puts an answer alone at a place; the answers there and after it move down, and lose their place past the last slot.
 */
export function insert(places, slots, index, place) {
  const taken = (at) => places.some((other, who) => who !== index && other === at);
  const moved = new Map([[index, place]]);
  const shift = (from, to, by) => places.forEach((other, who) => {
    if (who !== index && other !== null && other >= from && other <= to) moved.set(who, other + by);
  });
  let below = place;
  while (below <= slots && taken(below)) below += 1;
  let above = Math.min(place - 1, slots);
  while (above >= 1 && taken(above)) above -= 1;
  if (below <= slots) {
    shift(place, below - 1, 1);
  } else if (above >= 1) {
    shift(above + 1, place - 1, -1);
    moved.set(index, place - 1);
  } else {
    moved.set(index, place);
    shift(place, slots, 1);
    for (const [who, at] of moved) if (at > slots) moved.set(who, null);
  }
  return changed(places, moved);
}

/** Moves an answer one place up (-1) or down (1): out of a tie, past a neighbour, or to the free place. */
export function step(places, slots, index, by) {
  const place = places[index];
  const used = (at) => places.some((other, who) => who !== index && other === at);
  if (place === null) {
    const free = Array.from({ length: slots }, (_, at) => at + 1).filter((at) => !used(at));
    if (free.length > 0) return put(places, index, by < 0 ? free[0] : free.at(-1));
    return insert(places, slots, index, by < 0 ? 1 : slots);
  }
  if (used(place)) return insert(places, slots, index, by < 0 ? place : place + 1);
  const target = place + by;
  if (target > slots && slots < places.length) return put(places, index, null);
  if (target < 1 || target > slots) return places;
  return places.map((other, who) => (who === index ? target : other === target ? place : other));
}

/** Ties an answer with the next better one; an answer without a place, with the last one that has a place. */
export function tie(places, index) {
  const place = places[index];
  const others = places.filter((other, who) => who !== index && other !== null);
  if (others.length === 0) return place === null ? put(places, index, 1) : places;
  const better = place === null ? others : others.filter((other) => other < place);
  return put(places, index, better.length > 0 ? Math.max(...better) : Math.min(...others));
}

/** Returns groups of tied answers from best to worst. */
export function groups(places) {
  const used = [...new Set(places.filter((place) => place !== null))].sort((a, b) => a - b);
  return used.map((place) => places.flatMap((other, index) => (other === place ? [index] : [])));
}

/** Returns competition ranks: ties share a rank and the next one is skipped; null without a place. */
export function ranks(places) {
  return places.map((place) => (place === null
    ? null
    : 1 + places.filter((other) => other !== null && other < place).length));
}

/** Returns colour numbers, 0 for the best to 4 for the worst: by place while ranking, by group once all are placed. */
export function tones(places) {
  const done = places.every((place) => place !== null);
  const order = groups(places);
  return places.map((place, index) => {
    if (place === null) return null;
    if (!done) return Math.round((4 * (place - 1)) / (places.length - 1));
    if (order.length === 1) return 2;
    return Math.round((4 * order.findIndex((group) => group.includes(index))) / (order.length - 1));
  });
}

/** Returns `B › C = D › A`. */
export function inWords(places, name) {
  return groups(places).map((group) => group.map(name).join(' = ')).join('  ›  ');
}
