// @ts-check
import { transforms } from "vega-dataflow";
import { expressionInterpreter } from "vega-interpreter";
import { parse } from "vega-parser";
import { View } from "vega-view";
import { makeTablesSortable, markReady } from "./sortable-tables.js";
import { showTooltip } from "./tooltip.js";

/** @typedef {{ id: string, spec: Record<string, unknown>, fits: boolean }} LiveChart */

const refuse = () => Promise.reject(new Error("reports load nothing"));

/** A Vega loader that refuses every load and lets no address through. */
const LOADER = {
  options: {},
  load: refuse,
  http: refuse,
  file: refuse,
  sanitize: () => Promise.resolve({ href: "#" }),
};

/**
 * Draws a live view beside the still pictures and takes their place once it is complete.
 *
 * @param {HTMLElement} box
 * @param {LiveChart} chart
 * @param {string} outerWidth name of the signal with the whole width
 */
async function bringToLife(box, { spec, fits }, outerWidth) {
  const mount = document.createElement("div");
  const view = new View(parse(spec, null, { ast: true }), {
    renderer: "svg",
    container: mount,
    expr: expressionInterpreter,
    loader: LOADER,
    tooltip: showTooltip,
  });
  /** @param {number} width */
  const resizeTo = async (width) => {
    view.signal(outerWidth, width).width(width);
    await view.runAsync();
  };
  if (fits) await resizeTo(box.clientWidth);
  else await view.runAsync();
  // The box has a label of its own; what Vega adds would be read twice. Its form of inputs is empty.
  for (const name of ["role", "aria-roledescription", "aria-label"]) mount.removeAttribute(name);
  mount.setAttribute("aria-hidden", "true");
  mount.querySelector(".vega-bindings")?.remove();
  box.replaceChildren(mount);
  if (!fits) return;
  let width = box.clientWidth;
  new ResizeObserver(() => {
    if (box.clientWidth === 0 || box.clientWidth === width) return;
    width = box.clientWidth;
    void resizeTo(width);
  }).observe(box);
}

/**
 * Makes the page interactive: sortable tables and live charts. A chart that fails keeps its still picture.
 *
 * @param {...Record<string, unknown>} definitions transforms to register
 */
export async function start(...definitions) {
  Object.assign(transforms, ...definitions);
  makeTablesSortable();
  // Add-ons stand behind this script and register theirs before anything is drawn.
  await undefined;
  const data = document.getElementById("fleetlens-charts")?.textContent ?? "{}";
  /** @type {{ outerWidth: string, charts: LiveChart[] }} */
  const { outerWidth, charts } = JSON.parse(data);
  for (const chart of charts) {
    const box = document.querySelector(`[data-chart="${CSS.escape(chart.id)}"]`);
    if (!(box instanceof HTMLElement)) continue;
    await bringToLife(box, chart, outerWidth).catch((/** @type {unknown} */ error) => console.error(chart.id, error));
  }
  markReady();
}
