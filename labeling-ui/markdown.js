// Markdown to elements: headings, lists, quotes, tables, rules, code blocks, **bold**, *italic*, ~~struck~~, `code`. Text
// becomes text nodes and nothing else, so whatever is written cannot become markup; links and images stay as they are written.
// Line breaks are kept: an answer is judged as it was written.

import { el } from './dom.js';

const DEEPEST = 8;

/** @param base level of the outermost heading on the page, 2 to 6 */
export function render(markdown, base = 2) {
  return blocks(markdown.split(/\r?\n/), { base, levels: [] }, 0);
}

function blocks(lines, page, depth) {
  const result = document.createDocumentFragment();
  for (let at = 0; at < lines.length;) {
    const block = lines[at].trim() === '' ? null : BLOCKS.find((one) => one.starts(lines, at, depth)) ?? PARAGRAPH;
    at = block === null ? at + 1 : block.read(lines, at, result, page, depth);
  }
  return result;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])(\s+)(.*)$/;
const RULE = /^ {0,3}([-*_])(\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

const BLOCKS = [
  {
    starts: (lines, at) => FENCE.test(lines[at]),
    read(lines, at, result) {
      const [, fence, language] = FENCE.exec(lines[at]);
      const end = lines.findIndex((line, index) => index > at && line.trim().startsWith(fence) && line.trim().replaceAll(fence[0], '') === '');
      const until = end < 0 ? lines.length : end;
      const code = el('code', {}, lines.slice(at + 1, until).join('\n'));
      result.append(el('pre', { 'data-language': language || null }, code));
      return until + 1;
    },
  },
  {
    starts: (lines, at) => HEADING.test(lines[at]),
    read(lines, at, result, page) {
      const [, marks, text] = HEADING.exec(lines[at]);
      while (page.levels.length > 0 && page.levels.at(-1) >= marks.length) page.levels.pop();
      page.levels.push(marks.length);
      const level = Math.min(6, page.base + page.levels.length - 1);
      result.append(inline(el(`h${level}`, { class: `md-${Math.min(marks.length, 4)}` }), text));
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
      const list = el(bullet ? 'ul' : 'ol', bullet || parseInt(mark, 10) === 1 ? {} : { start: parseInt(mark, 10) });
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
    starts: (lines, at) => lines[at].includes('|') && TABLE_RULE.test(lines[at + 1] ?? '') && lines[at + 1].includes('-'),
    read(lines, at, result) {
      const cells = (line) => line.trim().replace(/^\||\|$/g, '').split('|').map((cell) => cell.trim());
      const head = el('tr', {}, ...cells(lines[at]).map((cell) => inline(el('th', { scope: 'col' }), cell)));
      const body = el('tbody');
      let end = at + 2;
      for (; end < lines.length && lines[end].includes('|'); end++) {
        body.append(el('tr', {}, ...cells(lines[end]).map((cell) => inline(el('td'), cell))));
      }
      result.append(el('div', { class: 'table' }, el('table', {}, el('thead', {}, head), body)));
      return end;
    },
  },
];

const PARAGRAPH = {
  read(lines, at, result, page, depth) {
    let end = at + 1;
    while (end < lines.length && lines[end].trim() !== ''
      && !BLOCKS.some((block) => block.starts(lines, end, depth))) end += 1;
    result.append(inline(el('p'), lines.slice(at, end).join('\n').replace(/\s+$/, '')));
    return end;
  },
};

// Spans have a greatest length, so that no text takes more than linear time.
const INLINE = new RegExp([
  '(?<ticks>`+)(?<code>[^`](?:[^]{0,1000}?[^`])?)\\k<ticks>(?!`)',
  '\\*\\*(?=\\S)(?<strong>[^]{0,1000}?[^\\s*])\\*\\*(?!\\*)',
  '(?<!\\w)__(?=\\S)(?<strong2>[^]{0,1000}?[^\\s_])__(?!\\w)',
  '\\*(?=[^\\s*])(?<em>[^*]{0,1000}?[^\\s*])\\*(?!\\*)',
  '(?<!\\w)_(?=[^\\s_])(?<em2>[^_]{0,1000}?[^\\s_])_(?!\\w)',
  '~~(?=\\S)(?<struck>[^]{0,1000}?\\S)~~',
  '\\\\(?<escaped>[!-/:-@[-`{-~])',
].join('|'), 'g');

function inline(parent, text, depth = 0) {
  let end = 0;
  for (const match of depth < DEEPEST ? text.matchAll(INLINE) : []) {
    if (match.index > end) parent.append(text.slice(end, match.index));
    end = match.index + match[0].length;
    const { code, strong, strong2, em, em2, struck, escaped } = match.groups;
    if (code !== undefined) parent.append(el('code', {}, code));
    else if (strong ?? strong2) parent.append(inline(el('strong'), strong ?? strong2, depth + 1));
    else if (em ?? em2) parent.append(inline(el('em'), em ?? em2, depth + 1));
    else if (struck) parent.append(inline(el('s'), struck, depth + 1));
    else parent.append(escaped);
  }
  if (end < text.length) parent.append(text.slice(end));
  return parent;
}
