// Charts as SVG elements. Colours come from the style sheet; everything a chart shows is also in words or numbers
// beside it.

import { svg } from './dom.js';
import { date, direction, percent } from './i18n.js';

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

/**
 * Draws the shares of gold and agreement by day, from 0 to 1, on an axis of days; a day without a share has no point. It is
 * drawn as wide as it is shown, so that its text is as large as other text.
 */
export function days(label, all) {
  const width = Math.min(960, Math.max(260, document.getElementById('main').clientWidth - 44));
  const height = 200;
  const first = Date.parse(all[0].day);
  const span = Math.max(1, Date.parse(all.at(-1).day) - first);
  const left = 44;
  const rtl = direction === 'rtl';
  const across = (x) => (rtl ? width - x : x);
  const anchor = { start: rtl ? 'end' : 'start', end: rtl ? 'start' : 'end' };
  const x = (day) => across(left + 8 + (width - left - 16) * ((Date.parse(day) - first) / span));
  const y = (share) => 8 + (height - 38) * (1 - share);
  const line = (name) => {
    const points = all.filter((day) => day[name] !== null).map((day) => [x(day.day), y(day[name])]);
    return [
      svg('polyline', { class: `line ${name}`, points: points.map((point) => point.join(',')).join(' ') }),
      ...points.map(([cx, cy]) => svg('circle', { class: `point ${name}`, cx, cy, r: 3.5 })),
    ];
  };
  return svg('svg', { class: 'chart days', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
    [0, 0.5, 1].map((share) => [
      svg('line', { class: 'grid', x1: across(left), x2: across(width), y1: y(share), y2: y(share) }),
      svg('text', { x: across(left - 6), y: y(share) + 4, 'text-anchor': anchor.end }, percent(share)),
    ]).flat(),
    svg('text', { x: across(left), y: height - 6, 'text-anchor': anchor.start }, date(all[0].day)),
    svg('text', { x: across(width), y: height - 6, 'text-anchor': anchor.end }, date(all.at(-1).day)),
    line('agreement'), line('gold'));
}

/** Draws a share as a bar. */
export function bar(label, share) {
  return svg('svg', { class: 'chart bar-chart', viewBox: `0 0 ${WIDTH} 12`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    svg('rect', { class: 'track', width: WIDTH, height: 12 }),
    share > 0 && svg('rect', { class: 'done', width: Math.max(6, WIDTH * Math.min(1, share)), height: 12 }));
}
