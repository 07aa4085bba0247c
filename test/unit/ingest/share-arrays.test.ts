import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { expect, test } from "vitest";
import { shareArrays } from "../../../src/ingest/share-arrays.js";

test("plain data keep their shape and values, their float columns move into shared memory", () => {
  const y = Float64Array.of(1, Number.NaN, 3);
  const value = { id: "a", y, again: [y], fits: new Map([["m", { k: 2, w: Float64Array.of(4) }]]), none: null };
  const shared = shareArrays(value);
  expect(shared).toEqual(value);
  expect(shared.y.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(shared.again[0]).toBe(shared.y);
  expect(y.buffer).toBeInstanceOf(ArrayBuffer);
});

test("a message shares the memory instead of copying it", () => {
  const { port1, port2 } = new MessageChannel();
  const shared = shareArrays({ y: Float64Array.of(1, 2) });
  port1.postMessage(shared);
  const received = receiveMessageOnPort(port2)?.message as { y: Float64Array };
  received.y[0] = 7;
  expect(shared.y[0]).toBe(7);
  port1.close();
});
