// Plans two inputs in turn into one folder until it is killed: node gc-plan-again.mjs OUT OPTIONS_A OPTIONS_B
import { planGc } from "../../dist/src/ingest/gc/plan/index.js";

const [out, ...settings] = process.argv.slice(2);
for (let i = 0; ; i++) {
  await planGc({ ...JSON.parse(settings[i % 2]), out });
  process.stdout.write(".");
}
