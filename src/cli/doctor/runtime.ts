import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { hourOfWeek, isoLocal } from "../../core/time.js";
import { type Check, reason } from "./check.js";

const OLDEST_NODE = Object.freeze([20, 19] as const);

/** Memory that this process may use, in GiB with one decimal; a container's limit counts. */
export function memoryGib(): number {
  const limit = process.constrainedMemory();
  const bytes = limit > 0 && limit < totalmem() ? limit : totalmem();
  return Math.round((bytes / 2 ** 30) * 10) / 10;
}

/** Node's version and platform, cores and memory. */
export function checkNode(version = process.versions.node): Check {
  const [major, minor] = version.split(".").map(Number);
  const ok = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const machine = `${process.platform} ${process.arch}, ${availableParallelism()} cores, ${memoryGib()} GiB`;
  const detail = ok
    ? `${version}, ${machine}`
    : `${version} is too old: install Node ${OLDEST_NODE.join(".")} or newer`;
  return { part: "node", status: ok ? "ok" : "failed", required: true, detail };
}

/** Time-zone data: the names are known and both clock changes of Europe/Berlin in 2026 fall where they should. */
export function checkTimeZones(): Check {
  const base = { part: "time-zones", required: true };
  const wanted = [
    [Date.UTC(2026, 2, 29, 1), "2026-03-29T03:00:00+02:00"],
    [Date.UTC(2026, 9, 25, 1), "2026-10-25T02:00:00+01:00"],
  ] as const;
  try {
    for (const [ms, text] of wanted) {
      const got = isoLocal(ms, "Europe/Berlin");
      if (got !== text) throw new Error(`Europe/Berlin at ${ms} is ${got}, expected ${text}`);
    }
    if (hourOfWeek(Date.UTC(2026, 5, 1), "Asia/Kolkata") !== 5) throw new Error("Asia/Kolkata is not UTC+05:30");
  } catch (error) {
    return { ...base, status: "failed", detail: `${reason(error)}; install a Node with full ICU data` };
  }
  const { tz, icu } = process.versions as Record<string, string | undefined>;
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const detail = `data ${tz ?? "unknown"} (ICU ${icu ?? "none"}), Europe/Berlin right, this machine is in ${local}`;
  return { ...base, status: "ok", detail };
}

/** The temporary folder takes a file and gives it back. */
export async function checkTemp(folder = tmpdir()): Promise<Check> {
  const base = { part: "temp", required: true };
  try {
    const scratch = await mkdtemp(join(folder, "fleetlens-doctor-"));
    try {
      const file = join(scratch, "probe");
      await writeFile(file, "fleetlens");
      if ((await readFile(file, "utf8")) !== "fleetlens") throw new Error("a file came back changed");
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    return { ...base, status: "ok", detail: `${folder} is writable` };
  } catch (error) {
    return {
      ...base,
      status: "failed",
      detail: `${folder} is not writable (${reason(error)}); set TMPDIR to one that is`,
    };
  }
}
