// Describes changes of an answer in words, for screen readers.

import { letter, t } from './i18n.js';
import { inWords } from './places.js';

/** Returns `Answer B: place 2 of 4, tied with A. 3 of 4 placed.` */
export function placed(answer, index) {
  const { places } = answer;
  const place = places[index];
  const tied = places.flatMap((other, who) => (who !== index && other !== null && other === place ? [letter(who)] : []));
  const name = letter(index);
  const moved = place === null ? t('did.off', name) : t('did.place', { letter: name, place, count: answer.slots, tied });
  const rest = answer.complete ? t('did.all') : t('did.some', { placed: answer.placed, needed: answer.needed });
  return `${moved} ${rest}`;
}

/** Returns an answer in words: `B › C = D › A`, or a verdict. */
export function said(answer) {
  if (answer.judges) return t(`verdict.${answer.content.verdict ?? 'none'}`);
  return inWords(answer.places, letter) || '–';
}

/** Returns what has to be done before the label can be submitted. */
export function missing(answer) {
  if (answer.judges) return t('missing.verdict');
  if (answer.compares) return t('missing.strength');
  if (answer.placed > answer.needed || answer.needed < answer.places.length) {
    return t('missing.best', { placed: answer.placed, needed: answer.needed });
  }
  return t('missing', answer.open.map(letter));
}
