// Builds dist/: JavaScript and declarations by tsc, then the browser assets that reports embed.
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
execFileSync(process.execPath, ["scripts/build-assets.mjs"], { stdio: "inherit" });
chmodSync("dist/src/cli/main.js", 0o755);
