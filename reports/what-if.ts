import type { WhatIfFile } from "../src/binpack/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import { figure } from "./capacity-plan/words.js";
import { originOf } from "./origin.js";
import { methodSection } from "./what-if/method.js";
import { offersSection } from "./what-if/offers.js";
import { placesSection } from "./what-if/places.js";
import { purchaseSection } from "./what-if/purchase.js";
import { unplacedSection } from "./what-if/unplaced.js";
import { verdictSection } from "./what-if/verdict.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  purchaseSection,
  offersSection,
  unplacedSection,
  placesSection,
  methodSection,
]);

/**
 * A purchase of nodes as a report that answers what to buy: how many of which type at what price, how far that is from
 * the cheapest possible, how full the nodes get, which pods stay without a place and why. Nodes and pods bear no time,
 * so the report has no date.
 *
 * @example const html = await renderHtml(whatIfReport(result));
 */
export function whatIfReport(result: WhatIfFile): Report {
  return {
    schemaVersion: "1.0",
    id: "what-if",
    title: "Nodes to buy",
    generatedAt: UNDATED,
    ...originOf(result, [
      { name: "Pods that want a place", value: figure(result.pending) },
      { name: "Types of nodes on offer", value: result.catalogue.length },
    ]),
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
