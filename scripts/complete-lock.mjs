// Completes package-lock.json after `npm install`: where a registry lacks the binaries of other platforms, npm leaves
// them out of the lock, and `npm ci` then refuses the lock everywhere. Their names and versions stand in the
// `optionalDependencies` of the packages that want them; platform and libc follow from the name.
import { readFileSync, writeFileSync } from "node:fs";

const OS = ["android", "darwin", "freebsd", "linux", "openbsd", "win32"];
const CPU = ["x64", "arm64", "arm", "ia32", "wasm32", "riscv64", "ppc64", "s390x", "loong64"];

/** What the name of a platform package says, e.g. `cli-linux-x64-musl`. */
function platformOf(name) {
  const words = name.split("/").at(-1).split(/[-.]/);
  const libc = { musl: "musl", gnu: "glibc" }[words.find((word) => word === "musl" || word === "gnu")];
  return { os: words.find((word) => OS.includes(word)), cpu: words.find((word) => CPU.includes(word)), libc };
}

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const added = [];
for (const [path, parent] of Object.entries(lock.packages)) {
  if (path === "") continue;
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    const { os, cpu, libc } = platformOf(name);
    const present = lock.packages[key] || lock.packages[`${path}/${key}`];
    if (present || !(os || cpu) || !/^\d/.test(version)) continue;
    // The order of keys is npm's own, so that its next rewrite changes nothing.
    lock.packages[key] = {
      version,
      ...(cpu && { cpu: [cpu] }),
      ...(parent.dev && { dev: true }),
      ...(libc && { libc: [libc] }),
      optional: true,
      ...(os && { os: [os] }),
    };
    added.push(`${name}@${version}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
if (added.length) writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length ? `added to package-lock.json:\n  ${added.join("\n  ")}` : "package-lock.json is complete");
