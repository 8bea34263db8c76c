// Markdown to elements: headings, lists, paragraphs, **bold**, *italic*, `code`. Text becomes text nodes and nothing else,
// so whatever is written cannot become markup.

export function render(markdown) {
  const result = document.createDocumentFragment();
  let list = null;
  let paragraph = null;
  for (const line of markdown.split(/\r?\n/)) {
    const heading = /^(#{1,4})\s+(.*)$/.exec(line);
    const item = /^\s*(?:([-*])|\d+[.)])\s+(.*)$/.exec(line);
    if (heading) {
      list = paragraph = null;
      // One level down: the page has its own h1.
      inline(result.appendChild(document.createElement(`h${heading[1].length + 1}`)), heading[2]);
    } else if (item) {
      const tag = item[1] ? 'UL' : 'OL';
      if (list?.tagName !== tag) list = result.appendChild(document.createElement(tag));
      paragraph = list.appendChild(document.createElement('li'));
      inline(paragraph, item[2]);
    } else if (line.trim() === '') {
      paragraph = null;
    } else if (paragraph) {
      inline(paragraph, ` ${line.trim()}`);
    } else {
      list = null;
      paragraph = result.appendChild(document.createElement('p'));
      inline(paragraph, line.trim());
    }
  }
  return result;
}

function inline(parent, text) {
  for (const part of text.split(/(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`)/)) {
    const tag = part.length < 3 ? null : part.startsWith('**') ? 'strong' : part.startsWith('*') ? 'em' : part.startsWith('`') ? 'code' : null;
    if (tag) {
      const marks = tag === 'strong' ? 2 : 1;
      parent.appendChild(document.createElement(tag)).textContent = part.slice(marks, -marks);
    } else if (part) {
      parent.append(part);
    }
  }
}
