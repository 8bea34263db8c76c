"use strict";
// Shows the values under the pointer; without it every chart still has its axes and its table of values.
const tip = document.getElementById("tip");

function nearest(steps, step) {
  let best = 0;
  for (let i = 1; i < steps.length; i++) {
    if (Math.abs(steps[i] - step) < Math.abs(steps[best] - step)) best = i;
  }
  return best;
}

for (const svg of document.querySelectorAll("figure svg.chart")) {
  const series = JSON.parse(svg.parentElement.dataset.series);
  const [left, right, top, bottom, low, high] = svg.dataset.plot.split(" ").map(Number);
  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "line");
  cursor.setAttribute("class", "cursor");
  cursor.setAttribute("y1", top);
  cursor.setAttribute("y2", bottom);

  svg.addEventListener("pointermove", event => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const wanted = low + (high - low) * (point.x - left) / (right - left);
    const steps = series[0][1];
    const step = steps[nearest(steps, wanted)];
    const x = left + (right - left) * (step - low) / (high - low);
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    svg.append(cursor);
    tip.textContent = "step " + step.toLocaleString("en")
        + series.map(([name, at, values]) => "\n" + name + "  " + values[nearest(at, step)]).join("");
    tip.hidden = false;
    const room = window.innerWidth - tip.offsetWidth - 8;
    tip.style.left = Math.max(8, Math.min(event.clientX + 14, room)) + "px";
    tip.style.top = Math.max(8, event.clientY - tip.offsetHeight - 12) + "px";
  });
  svg.addEventListener("pointerleave", () => {
    cursor.remove();
    tip.hidden = true;
  });
}
