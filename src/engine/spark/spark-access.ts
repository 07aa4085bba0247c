import { readFile } from "node:fs/promises";
import { InputError } from "../../core/errors.js";
import type { EngineAddress } from "../engine-url.js";

/** How to reach a Spark Thrift server, from its address and the environment. */
export interface SparkAccess {
  auth: "none" | "ldap" | "kerberos";
  user?: string;
  password?: string;
  /** Service of the server's Kerberos principal. */
  service: string;
  tls: { servername: string; ca?: Buffer } | null;
}

export const SPARK_VARIABLES =
  "FLEETLENS_SPARK_AUTH (none, ldap or kerberos), FLEETLENS_SPARK_USER and FLEETLENS_SPARK_PASSWORD";

function oneOf<T extends string>(name: string, value: string | undefined, allowed: readonly T[], otherwise: T): T {
  const found = allowed.find((one) => one === (value ?? otherwise));
  if (!found) throw new InputError(`${name} must be one of ${allowed.join(", ")}, got "${value}"`, { variable: name });
  return found;
}

/**
 * Reads `FLEETLENS_SPARK_*`. A server on another machine is spoken to by TLS unless that is turned off, and a password
 * never goes out without it.
 *
 * @throws InputError for a variable with a value of no meaning, or a combination that is not safe
 */
export async function sparkAccess(
  { host, name, loopback }: EngineAddress,
  env: Readonly<Record<string, string | undefined>>,
): Promise<SparkAccess> {
  const [user, password] = [env["FLEETLENS_SPARK_USER"], env["FLEETLENS_SPARK_PASSWORD"]];
  const modes = ["none", "ldap", "kerberos"] as const;
  const auth = oneOf("FLEETLENS_SPARK_AUTH", env["FLEETLENS_SPARK_AUTH"], modes, user === undefined ? "none" : "ldap");
  const tls = oneOf("FLEETLENS_SPARK_TLS", env["FLEETLENS_SPARK_TLS"], ["on", "off"], loopback ? "off" : "on") === "on";
  if (auth === "none" && !loopback) {
    throw new InputError(`Spark at ${name} is on another machine, which needs a login: set ${SPARK_VARIABLES}`, {
      host,
    });
  }
  if (auth === "ldap" && user === undefined) {
    throw new InputError("FLEETLENS_SPARK_AUTH=ldap needs FLEETLENS_SPARK_USER and FLEETLENS_SPARK_PASSWORD", { host });
  }
  if (auth === "ldap" && !tls && !loopback) {
    throw new InputError(`a password would go to ${name} in the clear; leave FLEETLENS_SPARK_TLS on, or use kerberos`, {
      host,
    });
  }
  const ca = env["FLEETLENS_SPARK_CA"];
  return {
    auth,
    user,
    password,
    service: env["FLEETLENS_SPARK_SERVICE"] ?? "hive",
    tls: tls ? { servername: /^[\d.]+$|:/.test(host) ? "" : host, ...(ca && { ca: await certificates(ca) }) } : null,
  };
}

async function certificates(path: string): Promise<Buffer> {
  return readFile(path).catch((error: Error) => {
    throw new InputError(`FLEETLENS_SPARK_CA: ${error.message}`, { path }, { cause: error });
  });
}
