import { refuseValue } from "../refuse-value.js";
import type { CanaryRequests } from "./canary-requests.js";

/** Requests that both builds scored, by row; `shadow` when these are most of the smaller arm. */
export interface RequestPairs {
  shadow: boolean;
  /** Rows in prod and in the canary. */
  prod: Int32Array;
  canary: Int32Array;
}

const NONE: RequestPairs = { shadow: false, prod: new Int32Array(0), canary: new Int32Array(0) };

/** Rows of each arm by request, −1 for none; and a row whose request its arm had before, if there is one. */
function rowsByRequest({ arm, request }: CanaryRequests & { request: Int32Array }) {
  const most = request.reduce((largest, code) => Math.max(largest, code), -1);
  const rows = [new Int32Array(most + 1).fill(-1), new Int32Array(most + 1).fill(-1)];
  let twice = -1;
  for (let i = 0; i < request.length; i++) {
    if (request[i] < 0) continue;
    if (rows[arm[i]][request[i]] >= 0 && twice < 0) twice = i;
    rows[arm[i]][request[i]] = i;
  }
  return { rows, twice };
}

/** @throws InputError when the two rows of a request tell two truths */
function checkLabels({ label, classes }: CanaryRequests, prod: number, canary: number): void {
  if (label[prod] < 0 || label[canary] < 0 || label[prod] === label[canary]) return;
  const same = `the label of the same request in row ${prod + 1}, ${JSON.stringify(classes[label[prod]])}`;
  refuseValue(canary + 1, "label", classes[label[canary]], same);
}

/**
 * Finds the requests that both builds scored.
 *
 * @throws InputError naming the row (from 1) of a request that one arm of a shadow run has twice, or whose labels differ
 */
export function requestPairs(requests: CanaryRequests): RequestPairs {
  const { arm, request } = requests;
  if (!request) return NONE;
  const { rows, twice } = rowsByRequest({ ...requests, request });
  const both = rows[0].reduce((n, prod, code) => n + (prod >= 0 && rows[1][code] >= 0 ? 1 : 0), 0);
  const canaryRows = arm.reduce((n, one) => n + one, 0);
  if (2 * both <= Math.min(canaryRows, arm.length - canaryRows)) return NONE;
  if (twice >= 0) refuseValue(twice + 1, "request_id", "the request of an earlier row", "one row a request and arm");
  const pairs = { shadow: true, prod: new Int32Array(both), canary: new Int32Array(both) };
  let at = 0;
  for (let code = 0; code < rows[0].length; code++) {
    const [prod, canary] = [rows[0][code], rows[1][code]];
    if (prod < 0 || canary < 0) continue;
    checkLabels(requests, prod, canary);
    pairs.prod[at] = prod;
    pairs.canary[at++] = canary;
  }
  return pairs;
}
