// Dragging with mouse, pen or finger. Everything that can be dragged can be done by buttons and keys as well.

import { el } from './dom.js';

const STARTS_AFTER_PX = 6;

/**
 * Makes something draggable.
 *
 * @param handle where a drag begins; a finger drags only on elements with `touch-action: none`
 * @param what `label`: what hangs at the pointer; `targets(x, y)`: where it would fall, or null; `show(target)`: marks it,
 *     null marks nothing; `drop(target)`; `starts()`: false refuses
 */
export function draggable(handle, what) {
  handle.addEventListener('pointerdown', (down) => {
    if (down.button !== 0 || !down.isPrimary || !what.starts(down)) return;
    let ghost = null;
    const move = (event) => {
      if (ghost === null) {
        if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < STARTS_AFTER_PX) return;
        handle.setPointerCapture(down.pointerId);
        ghost = document.body.appendChild(el('div', { class: 'ghost', 'aria-hidden': 'true' }, what.label));
        document.body.classList.add('dragging');
      }
      ghost.style.transform = `translate(${event.clientX}px, ${event.clientY}px)`;
      what.show(what.targets(event.clientX, event.clientY));
    };
    const end = () => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('pointerup', up);
      handle.removeEventListener('pointercancel', end);
      removeEventListener('keydown', escape, true);
      if (ghost === null) return;
      ghost.remove();
      document.body.classList.remove('dragging');
      what.show(null);
      // The click that follows a drag is not meant.
      const swallow = (event) => { event.stopPropagation(); event.preventDefault(); };
      addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => removeEventListener('click', swallow, true), 0);
    };
    const up = (event) => {
      const target = ghost === null ? null : what.targets(event.clientX, event.clientY);
      end();
      if (target !== null) what.drop(target);
    };
    const escape = (event) => {
      if (event.key !== 'Escape' || ghost === null) return;
      event.preventDefault();
      event.stopPropagation();
      end();
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', up);
    handle.addEventListener('pointercancel', end);
    addEventListener('keydown', escape, true);
  });
  handle.addEventListener('dragstart', (event) => event.preventDefault());
}
