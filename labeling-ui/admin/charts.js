// Charts as SVG elements. Colours come from the style sheet; whatever a chart shows also stands in words or numbers beside it.

import { svg } from './dom.js';

const WIDTH = 320;

/** Values with their intervals on one axis: `[{ name, value, low, high }]`, with marks for what they are to be compared with. */
export function intervals(label, rows, { from = 0, to = 1, marks = [] } = {}) {
  const height = 28 * rows.length + 24;
  const x = (value) => 8 + (WIDTH - 16) * (Math.min(Math.max(value, from), to) - from) / (to - from);
  const ticks = Array.from({ length: 5 }, (_, i) => from + ((to - from) * i) / 4);
  return svg('svg', { class: 'chart', viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': label },
    ticks.map((tick) => [
      svg('line', { class: 'grid', x1: x(tick), x2: x(tick), y1: 0, y2: height - 20 }),
      svg('text', { class: 'tick', x: x(tick), y: height - 5, 'text-anchor': tick === from ? 'start' : tick === to ? 'end' : 'middle' }, tick.toFixed(2)),
    ]).flat(),
    marks.map((mark) => svg('line', { class: 'mark', x1: x(mark), x2: x(mark), y1: 0, y2: height - 20 })),
    rows.map((row, index) => {
      const y = 28 * index + 14;
      return row.value === null ? [] : [
        row.low === null ? null : svg('line', { class: 'whisker', x1: x(row.low), x2: x(row.high), y1: y, y2: y }),
        svg('circle', { class: 'value', cx: x(row.value), cy: y, r: 5 }),
      ];
    }).flat());
}

/** How often each place of the screen was ranked first, its interval, and the share by chance as a dashed line. */
export function places(label, bias) {
  const step = 26;
  const width = step * bias.places.length + 4;
  const height = 44;
  const y = (share) => height - 2 - (height - 4) * share;
  return svg('svg', { class: 'places-chart', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': label },
    bias.places.map((place, index) => {
      const left = step * index + 5;
      const chance = place.expected / place.rankings;
      return [
        svg('rect', { class: 'column', x: left, width: step - 8, y: y(place.share.value), height: height - 2 - y(place.share.value) }),
        svg('line', { class: 'whisker', x1: left + 9, x2: left + 9, y1: y(place.share.low), y2: y(place.share.high) }),
        svg('line', { class: 'mark', x1: left - 3, x2: left + step - 5, y1: y(chance), y2: y(chance) }),
      ];
    }).flat());
}

/** A share as a bar. */
export function bar(label, share) {
  return svg('svg', { class: 'chart bar-chart', viewBox: `0 0 ${WIDTH} 12`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    svg('rect', { class: 'track', width: WIDTH, height: 12, rx: 6 }),
    share > 0 && svg('rect', { class: 'done', width: Math.max(6, WIDTH * Math.min(1, share)), height: 12, rx: 6 }));
}
