import { InputError } from "../../core/errors.js";
import { engineAddress } from "../engine-url.js";

/** How to reach a Trino coordinator, from its URL and the environment. */
export interface TrinoAccess {
  /** `host:port`, as messages name it. */
  name: string;
  /** `https://host:port` */
  origin: string;
  headers: Record<string, string>;
}

export const TRINO_VARIABLES = "FLEETLENS_TRINO_USER with FLEETLENS_TRINO_PASSWORD, or FLEETLENS_TRINO_TOKEN";

/** Session and login, as headers that go with every request. */
function headersOf(path: readonly string[], env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const [user, password, token] = ["USER", "PASSWORD", "TOKEN"].map((name) => env[`FLEETLENS_TRINO_${name}`]);
  const basic = () => Buffer.from(`${user}:${password}`).toString("base64");
  if (password !== undefined && user === undefined) {
    throw new InputError("FLEETLENS_TRINO_PASSWORD needs FLEETLENS_TRINO_USER", {});
  }
  const [catalog, schema] = path.map(encodeURIComponent);
  return {
    "X-Trino-Source": "fleetlens",
    "X-Trino-Time-Zone": "UTC",
    "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
    ...(catalog && { "X-Trino-Catalog": catalog }),
    ...(schema && { "X-Trino-Schema": schema }),
    // A token says by itself whose it is.
    ...((user !== undefined || token === undefined) && { "X-Trino-User": user ?? "fleetlens" }),
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    ...(password !== undefined && token === undefined && { Authorization: `Basic ${basic()}` }),
  };
}

/**
 * @param url `trino+https://host:port[/catalog[/schema]]`; `trino+http` on this machine alone
 * @throws InputError for a URL that makes no sense or would send a login in the clear
 */
export function trinoAccess(url: string, env: Readonly<Record<string, string | undefined>>): TrinoAccess {
  const https = url.startsWith("trino+https:");
  const address = engineAddress(url, https ? 443 : 8080, TRINO_VARIABLES);
  const { name, loopback, path } = address;
  if (!https && !loopback) throw new InputError(`Trino at ${name} is on another machine: use trino+https://`, { name });
  if (path.length > 2) throw new InputError("a Trino URL ends with /catalog/schema", { path });
  return { name, origin: `http${https ? "s" : ""}://${name}`, headers: headersOf(path, env) };
}
