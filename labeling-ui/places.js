// Rankings as numbers, without a screen. `places` has one entry for each answer: 1 is the best, equal is a tie, null is not
// placed; gaps are allowed while somebody ranks. `slots` is how many places there are: all, or the top k. Every function
// returns a new array.

const changed = (places, changes) => places.map((place, index) => (changes.has(index) ? changes.get(index) : place));

export function put(places, index, place) {
  return changed(places, new Map([[index, place]]));
}

/** The answer alone on a place; those who stand there and behind make room, and fall out past the last slot. */
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

/** One place better (-1) or worse (1): out of a tie, past a neighbour, or onto the free place. */
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

/** Ties an answer with the next better one; one that is not placed yet with the last that is. */
export function tie(places, index) {
  const place = places[index];
  const others = places.filter((other, who) => who !== index && other !== null);
  if (others.length === 0) return place === null ? put(places, index, 1) : places;
  const better = place === null ? others : others.filter((other) => other < place);
  return put(places, index, better.length > 0 ? Math.max(...better) : Math.min(...others));
}

/** Groups of answers from best to worst. */
export function groups(places) {
  const used = [...new Set(places.filter((place) => place !== null))].sort((a, b) => a - b);
  return used.map((place) => places.flatMap((other, index) => (other === place ? [index] : [])));
}

/** Competition ranks: equals share, the next is skipped; what is not placed has none. */
export function ranks(places) {
  return places.map((place) => (place === null
    ? null
    : 1 + places.filter((other) => other !== null && other < place).length));
}

/** 0 for the best to 4 for the worst, for colours; by place while ranking, by group once all is placed. */
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

/** `B › C = D › A` */
export function inWords(places, name) {
  return groups(places).map((group) => group.map(name).join(' = ')).join('  ›  ');
}
