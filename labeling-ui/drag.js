// Dragging with mouse, pen or finger. Buttons and keys can do everything that dragging can.

import { el } from './dom.js';

const STARTS_AFTER_PX = 6;

/** Ends the drag in progress, if there is one. */
let cancel = () => {};

/**
 * Makes something draggable.
 *
 * @param handle where a drag begins; a finger drags only on elements with `touch-action: none`
 * @param what `label`: text of the ghost at the pointer; `targets(x, y)`: the target at a point, or null;
 *     `show(target)`: marks it, null marks nothing; `drop(target)`; `starts()`: false refuses
 */
export function draggable(handle, what) {
  handle.addEventListener('pointerdown', (down) => {
    const button = down.target.closest('button, summary, input, a');
    if (down.button !== 0 || !down.isPrimary || (button !== null && button !== handle) || !what.starts(down)) return;
    cancel();
    // At once, because a fast pointer has left the handle before its first move is reported.
    handle.setPointerCapture(down.pointerId);
    let ghost = null;
    const mine = (event) => event.pointerId === down.pointerId;
    const follow = (event) => {
      if (ghost === null) {
        if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < STARTS_AFTER_PX) return;
        ghost = document.body.appendChild(el('div', { class: 'ghost', 'aria-hidden': 'true' }, what.label));
        document.body.classList.add('dragging');
      }
      ghost.style.transform = `translate(${event.clientX}px, ${event.clientY}px)`;
      what.show(what.targets(event.clientX, event.clientY));
    };
    const move = (event) => {
      if (!mine(event)) return;
      // The button was released where no event is reported, outside the window or over a menu; or the handle was
      // replaced, which browsers report as lost capture only some time later.
      if ((event.buttons & 1) === 0 || !handle.isConnected) end();
      else follow(event);
    };
    const up = (event) => {
      if (!mine(event)) return;
      if (!handle.isConnected) return void end();
      follow(event);
      const target = ghost === null ? null : what.targets(event.clientX, event.clientY);
      end();
      if (target !== null) what.drop(target);
    };
    const lost = (event) => { if (mine(event)) end(); };
    const away = (event) => { if (event.target === window) end(); };
    const escape = (event) => {
      if (event.key !== 'Escape' || ghost === null) return;
      event.preventDefault();
      event.stopPropagation();
      end();
    };
    // On the window, because the handle may be replaced while it is held.
    const listeners = { pointermove: move, pointerup: up, pointercancel: lost, lostpointercapture: lost, keydown: escape, blur: away };
    function end() {
      if (cancel !== end) return;
      cancel = () => {};
      for (const [kind, listener] of Object.entries(listeners)) removeEventListener(kind, listener, true);
      if (handle.hasPointerCapture(down.pointerId)) handle.releasePointerCapture(down.pointerId);
      if (ghost === null) return;
      ghost.remove();
      document.body.classList.remove('dragging');
      what.show(null);
      // A drag is followed by a click, which must do nothing.
      const swallow = (event) => { event.stopPropagation(); event.preventDefault(); };
      addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => removeEventListener('click', swallow, true), 0);
    }
    cancel = end;
    for (const [kind, listener] of Object.entries(listeners)) addEventListener(kind, listener, true);
  });
  handle.addEventListener('dragstart', (event) => event.preventDefault());
}
