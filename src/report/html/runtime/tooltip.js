// @ts-check

const GAP = 14;

/** @returns {HTMLElement} */
function tip() {
  const found = document.querySelector(".tip");
  if (found instanceof HTMLElement) return found;
  const made = document.createElement("div");
  made.className = "tip";
  made.setAttribute("aria-hidden", "true");
  document.body.append(made);
  return made;
}

/**
 * @param {string} name
 * @param {unknown} text
 */
function textElement(name, text) {
  const element = document.createElement(name);
  element.textContent = String(text);
  return element;
}

/** What Vega writes for a value that is not there. */
const ABSENT = new Set(["null", "undefined", "NaN"]);

/**
 * Shows the values under the pointer. Everything is written as text, never as markup.
 *
 * @param {unknown} _handler
 * @param {MouseEvent} event
 * @param {unknown} _item
 * @param {unknown} value text, or an object of names and values; nothing hides the tooltip
 */
export function showTooltip(_handler, event, _item, value) {
  const box = tip();
  if (value === null || value === undefined || value === "") {
    box.hidden = true;
    return;
  }
  const pairs = typeof value === "object" ? Object.entries(value) : [["", value]];
  box.replaceChildren(
    ...pairs
      .filter(([, text]) => !ABSENT.has(String(text)))
      .flatMap(([name, text]) => [textElement("span", name), textElement("b", text)]),
  );
  box.hidden = false;
  const { width, height } = box.getBoundingClientRect();
  const right = event.clientX + GAP + width <= document.documentElement.clientWidth;
  const left = right ? event.clientX + GAP : Math.max(event.clientX - GAP - width, 4);
  const top = Math.min(event.clientY + GAP, document.documentElement.clientHeight - height - 4);
  box.style.left = `${left}px`;
  box.style.top = `${Math.max(top, 4)}px`;
}
