// Charts as SVG elements. Colours come from the style sheet; everything a chart shows is also in words or numbers
// beside it.

import { svg } from './dom.js';

const WIDTH = 320;

/** Draws a value with its interval on an axis from `from` to 1, with lines at the quarters. */
export function interval(label, { value, low, high }, from) {
  const width = 180;
  const x = (share) => 7 + (width - 14) * (Math.min(Math.max(share, from), 1) - from) / (1 - from);
  const ticks = Array.from({ length: 5 }, (_, i) => from + ((1 - from) * i) / 4);
  return svg('svg', { class: 'interval', viewBox: `0 0 ${width} 24`, width, height: 24, role: 'img', 'aria-label': label },
    ticks.map((tick) => svg('line', { class: tick === 0 ? 'zero' : 'grid', x1: x(tick), x2: x(tick), y1: 0, y2: 24 })),
    low !== null && svg('line', { class: 'whisker', x1: x(low), x2: x(high), y1: 12, y2: 12 }),
    value !== null && svg('circle', { class: 'value', cx: x(value), cy: 12, r: 5 }));
}

/**
 * Draws how often each place on the screen was ranked first, with intervals, and the share expected by chance as a
 * dashed line.
 */
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

/** Draws a share as a bar. */
export function bar(label, share) {
  return svg('svg', { class: 'chart bar-chart', viewBox: `0 0 ${WIDTH} 12`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    svg('rect', { class: 'track', width: WIDTH, height: 12, rx: 6 }),
    share > 0 && svg('rect', { class: 'done', width: Math.max(6, WIDTH * Math.min(1, share)), height: 12, rx: 6 }));
}
