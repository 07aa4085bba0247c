// `node backend-probe.mjs BACKEND`: computes a few things on a tensor backend of the built package and prints them as one
// line of JSON, or why it is refused. It does nothing to end: a backend must not keep the process alive.
import { openTensorBackend } from "../../../dist/src/neural/index.js";

async function compute(tf) {
  const matrix = (rows, columns, seed) =>
    tf.tensor2d(
      Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(seed + i * 0.37)),
      [rows, columns],
    );
  const weights = matrix(48, 32, 2);
  const gradient = tf.grad((x) => tf.sum(tf.softplus(tf.matMul(matrix(40, 48, 1), x))));
  const read = async (tensor) => [...(await tensor.data())];
  return {
    product: await read(tf.matMul(matrix(40, 48, 1), weights)),
    softplus: await read(tf.softplus(tf.mul(matrix(40, 48, 3), 30))),
    gather: await read(tf.gather(weights, tf.tensor1d([47, 0, 5, 5], "int32"))),
    gradient: await read(gradient(weights)),
  };
}

const answer = await openTensorBackend(process.argv[2]).then(
  async ({ name, detail, passedOver, tf }) => ({ name, detail, passedOver, results: await compute(tf) }),
  ({ name, code, message, details }) => ({ refused: { name, code, message, details } }),
);
process.stdout.write(`${JSON.stringify(answer)}\n`);
