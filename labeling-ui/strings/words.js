// Numbers, lists and plurals of one language, for its file of strings.

/** Returns the browser's own variant of a language, such as `ar-EG` for `ar`, or the language itself. */
export const localeOf = (language) => navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;

const RTL = ['ar'];

/** Returns a function that keeps a number with its sign in its own order, in languages that are written from right to left. */
export const numeral = (language) => (RTL.includes(language) ? (text) => `\u2066${text}\u2069` : (text) => text);

/**
 * Returns functions that write numbers as a language does.
 *
 * @returns `number(value)`; `list(items)`: the items with commas and "and"; `count(value, forms)`: the form of the
 *     value's plural category (`one`, `other`, …), in which `#` is the number
 */
export function words(language) {
  const locale = localeOf(language);
  const numbers = new Intl.NumberFormat(locale);
  const lists = new Intl.ListFormat(language);
  const plurals = new Intl.PluralRules(language);
  const whole = numeral(language);
  const number = (value) => (value < 0 ? whole(numbers.format(value)) : numbers.format(value));
  return {
    number,
    list: (items) => lists.format(items),
    count: (value, forms) => (forms[plurals.select(value)] ?? forms.other).replace('#', number(value)),
  };
}
