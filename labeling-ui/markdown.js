// Renders Markdown as elements: headings, lists, quotes, tables, rules, code blocks, formulas, **bold**, *italic*,
// ~~struck~~, `code`. Text becomes text nodes and nothing else, so no text can become markup. Images stay as written,
// and so do links, unless the caller asks for them. Line breaks and backslashes that escape nothing are kept, because
// an answer is judged as written. Every block has the direction of its own text.

import { el } from './dom.js';
import { formula } from './math.js';

const DEEPEST = 8;
const MOST_FORMULAS = 500;
const TAB = 4;

/**
 * Renders a text.
 *
 * @param base level of the outermost heading on the page, 2 to 6
 * @param links whether links to web pages can be clicked; true for the project's texts, not for a model's
 */
export function render(markdown, base = 2, { links = false } = {}) {
  return blocks(markdown.split(/\r?\n/).map(untabbed), { base, levels: [], links, formulas: 0 }, 0);
}

/** Returns a line with the tabs of its indent as spaces. */
function untabbed(line) {
  const indent = /^[ \t]*/.exec(line)[0];
  let wide = 0;
  for (const blank of indent) wide += blank === '\t' ? TAB - (wide % TAB) : 1;
  return ' '.repeat(wide) + line.slice(indent.length);
}

function blocks(lines, page, depth) {
  const result = document.createDocumentFragment();
  for (let at = 0; at < lines.length;) {
    const block = lines[at].trim() === '' ? null : BLOCKS.find((one) => one.starts(lines, at, depth)) ?? PARAGRAPH;
    at = block === null ? at + 1 : block.read(lines, at, result, page, depth);
  }
  return result;
}

// No two parts of these can match the same run of characters in many ways, so that a line is matched in linear time.
const FENCE = /^ {0,3}(`{3,}(?!`)|~{3,}(?!~))([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})\s+([^]*)$/;
const ITEM = /^( {0,3})([-*+•◦▪‣]|\d{1,9}[.)])(\s+)(.*)$/;
const RULE = /^ {0,3}([-*_])(\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const TABLE_RULE = /^\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?$/;

const DISPLAY = [['$$', '$$'], ['\\[', '\\]']];
const ENVIRONMENT = /^\s*\\begin\{((?:align|aligned|alignat|array|cases|equation|gather|gathered|multline|[bBpvV]?matrix|split)\*?)\}/;
const MOST_LINES = 100;

const BLOCKS = [
  {
    starts: (lines, at) => FENCE.test(lines[at]),
    read(lines, at, result) {
      const [, fence, info] = FENCE.exec(lines[at]);
      const [language] = /^[\w+#.-]*/.exec(info.trimStart());
      const closes = (line) => line.startsWith(fence) && line.replaceAll(fence[0], '') === '';
      const end = lines.findIndex((line, index) => index > at && closes(line.trim()));
      const until = end < 0 ? lines.length : end;
      const code = el('code', {}, lines.slice(at + 1, until).join('\n'));
      result.append(el('pre', { 'data-language': language || null, dir: 'ltr' }, code));
      return until + 1;
    },
  },
  {
    starts: (lines, at) => displayed(lines, at) !== null,
    read(lines, at, result, page) {
      const { end, tex } = displayed(lines, at);
      const source = lines.slice(at, end).join('\n');
      result.append((page.formulas += 1) > MOST_FORMULAS ? el('p', {}, source) : formula(tex, source, true));
      return end;
    },
  },
  {
    starts: (lines, at) => HEADING.test(lines[at]),
    read(lines, at, result, page) {
      const [, marks, text] = HEADING.exec(lines[at]);
      while (page.levels.length > 0 && page.levels.at(-1) >= marks.length) page.levels.pop();
      page.levels.push(marks.length);
      const level = Math.min(6, page.base + page.levels.length - 1);
      result.append(inline(el(`h${level}`, { class: `md-${Math.min(marks.length, 4)}`, dir: 'auto' }), withoutMarks(text), page));
      return at + 1;
    },
  },
  {
    starts: (lines, at) => RULE.test(lines[at]),
    read(lines, at, result) {
      result.append(el('hr'));
      return at + 1;
    },
  },
  {
    starts: (lines, at, depth) => QUOTE.test(lines[at]) && depth < DEEPEST,
    read(lines, at, result, page, depth) {
      let end = at;
      while (end < lines.length && QUOTE.test(lines[end])) end += 1;
      const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ''));
      result.append(el('blockquote', {}, blocks(inner, page, depth + 1)));
      return end;
    },
  },
  {
    starts: (lines, at, depth) => ITEM.test(lines[at]) && depth < DEEPEST,
    read(lines, at, result, page, depth) {
      const [, , mark] = ITEM.exec(lines[at]);
      const bullet = mark.length === 1;
      const list = el(bullet ? 'ul' : 'ol', { start: bullet || parseInt(mark, 10) === 1 ? null : parseInt(mark, 10), dir: 'auto' });
      let next = at;
      while (next < lines.length) {
        const item = ITEM.exec(lines[next]);
        if (!item || (item[2].length === 1) !== bullet) break;
        const indent = item[1].length + item[2].length + Math.min(item[3].length, 4);
        const inner = [item[4]];
        next += 1;
        while (next < lines.length) {
          const blank = lines[next].trim() === '';
          const inside = /^ */.exec(lines[next])[0].length >= Math.min(indent, 2);
          if (blank ? !/^ {2,}\S/.test(lines[next + 1] ?? '') : !inside) break;
          inner.push(lines[next].replace(new RegExp(`^ {0,${indent}}`), ''));
          next += 1;
        }
        const body = blocks(inner, page, depth + 1);
        // A short item is one line, not a paragraph.
        const only = body.childElementCount === 1 || body.lastElementChild?.matches('ul, ol') ? body.firstElementChild : null;
        if (only?.tagName === 'P') only.replaceWith(...only.childNodes);
        list.append(el('li', {}, body));
        if (lines[next]?.trim() === '' && ITEM.test(lines[next + 1] ?? '')) next += 1;
      }
      result.append(list);
      return next;
    },
  },
  {
    starts: (lines, at) => lines[at].includes('|') && TABLE_RULE.test((lines[at + 1] ?? '').trim()) && lines[at + 1].includes('-'),
    read(lines, at, result, page) {
      const classes = { ':-:': 'ac', '-:': 'ar', ':-': 'al' };
      const aligned = cells(lines[at + 1]).map((rule) => classes[rule.replace(/-+/, '-')] ?? null);
      const row = (line, tag, attributes) => el('tr', {}, ...cells(line).map(
        (cell, index) => inline(el(tag, { ...attributes, class: aligned[index] ?? null }), cell, page)));
      const head = row(lines[at], 'th', { scope: 'col' });
      const body = el('tbody');
      let end = at + 2;
      for (; end < lines.length && lines[end].includes('|'); end++) body.append(row(lines[end], 'td', {}));
      result.append(el('div', { class: 'table', dir: 'auto' }, el('table', {}, el('thead', {}, head), body)));
      return end;
    },
  },
];

const PARAGRAPH = {
  read(lines, at, result, page, depth) {
    let end = at + 1;
    while (end < lines.length && lines[end].trim() !== ''
      && !BLOCKS.some((block) => block.starts(lines, end, depth))) end += 1;
    result.append(inline(el('p', { dir: 'auto' }), lines.slice(at, end).join('\n').trimEnd(), page));
    return end;
  },
};

/** Returns the text of a heading without the marks that may close it. */
function withoutMarks(text) {
  let end = text.trimEnd().length;
  while (text[end - 1] === '#') end -= 1;
  return text.slice(0, end).trimEnd();
}

/** Returns the cells of a line of a table; `\|` and a bar in `code` are part of a cell. */
function cells(line) {
  const found = [''];
  for (const [part] of line.trim().replace(/^\|/, '').matchAll(/\\\||`[^`]{0,1000}`|\||[^]/g)) {
    if (part === '|') found.push('');
    else found.push(found.pop() + part);
  }
  if (found.length > 1 && found.at(-1).trim() === '') found.pop();
  return found.map((cell) => cell.trim());
}

/** Returns a formula on lines of its own as `{ end, tex }`, or null. */
function displayed(lines, at) {
  const first = lines[at].trim();
  const environment = ENVIRONMENT.exec(first)?.[1];
  const [open, close] = environment ? ['', `\\end{${environment}}`] : DISPLAY.find(([mark]) => first.startsWith(mark)) ?? [];
  if (close === undefined) return null;
  for (let end = at; end < Math.min(lines.length, at + MOST_LINES); end++) {
    const line = end === at ? first.slice(open.length) : lines[end];
    const until = line.indexOf(close);
    if (until < 0) continue;
    // A formula with words after it is part of a paragraph.
    if (!/^[.,;:]?\s*$/.test(line.slice(until + close.length))) return null;
    const tex = [first.slice(open.length), ...lines.slice(at + 1, end + 1)].join('\n');
    return { end: end + 1, tex: environment ? tex : tex.slice(0, tex.lastIndexOf(close)) };
  }
  return null;
}

// Spans have a maximum length, so that rendering takes linear time. Backslashes escape Markdown's marks;
// all others are part of the text.
const INLINE = new RegExp([
  '(?<ticks>`+)(?<code>[^`](?:[^]{0,1000}?[^`])?)\\k<ticks>(?!`)',
  '\\\\\\((?<round>[^]{1,1000}?)\\\\\\)',
  '\\\\\\[(?<square>[^]{1,1000}?)\\\\\\]',
  '(?<!\\\\)\\$\\$(?<dollars>[^$]{1,1000}?)\\$\\$',
  '(?<![\\\\$\\w])\\$(?![\\d.,]+\\s+[a-zA-Z]{2})(?<dollar>[^\\s$](?:[^$\\n]{0,500}?[^\\s$\\\\])?)\\$(?![\\w$])',
  '\\[(?<words>[^\\[\\]]{1,300})\\]\\((?<address>https?:[^\\s()]{1,1000})\\)',
  '(?<bare>https?://[^\\s<>()\\[\\]"]{1,1000}[^\\s<>()\\[\\]".,;:!?\'*_])',
  '\\*\\*(?=\\S)(?<strong>[^]{0,1000}?[^\\s*])\\*\\*(?!\\*)',
  '(?<!\\w)__(?=\\S)(?<strong2>[^]{0,1000}?[^\\s_])__(?!\\w)',
  '\\*(?=[^\\s*])(?<em>[^*]{0,1000}?[^\\s*])\\*(?!\\*)',
  '(?<!\\w)_(?=[^\\s_])(?<em2>[^_]{0,1000}?[^\\s_])_(?!\\w)',
  '~~(?=\\S)(?<struck>[^]{0,1000}?\\S)~~',
  '\\\\(?<escaped>[*_`~#|>+.$-])',
].join('|'), 'g');

function inline(parent, text, page, depth = 0) {
  let end = 0;
  for (const match of depth < DEEPEST ? text.matchAll(INLINE) : []) {
    if (match.index > end) parent.append(text.slice(end, match.index));
    end = match.index + match[0].length;
    const { code, round, square, dollars, dollar, words, address, bare, strong, strong2, em, em2, struck, escaped } = match.groups;
    const display = (square ?? dollars) !== undefined;
    const tex = round ?? square ?? dollars ?? dollar;
    if (code !== undefined) parent.append(el('code', { dir: 'ltr' }, code));
    else if (tex !== undefined && (page.formulas += 1) <= MOST_FORMULAS) parent.append(formula(tex, match[0], display));
    else if (page.links && (address ?? bare)) parent.append(link(address ?? bare, words ?? bare));
    else if (strong ?? strong2) parent.append(inline(el('strong'), strong ?? strong2, page, depth + 1));
    else if (em ?? em2) parent.append(inline(el('em'), em ?? em2, page, depth + 1));
    else if (struck) parent.append(inline(el('s'), struck, page, depth + 1));
    else parent.append(escaped ?? match[0]);
  }
  if (end < text.length) parent.append(text.slice(end));
  return parent;
}

/** Returns a link that opens in a new tab, without a referrer. */
function link(address, words) {
  return el('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, words);
}
