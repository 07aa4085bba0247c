import { InputError } from "../core/errors.js";

/** Where an engine listens. */
export interface EngineAddress {
  host: string;
  port: number;
  /** `host:port`, as messages name it. */
  name: string;
  /** The host is this machine. */
  loopback: boolean;
  /** Names after the address: a database, or a catalog and a schema. */
  path: string[];
}

/**
 * The address in an engine's URL.
 *
 * @param credentials the environment variables that hold what a URL must not
 * @throws InputError for a URL that cannot be read, that holds a user or a password, or that asks for more than an address
 */
export function engineAddress(url: string, defaultPort: number, credentials: string): EngineAddress {
  const scheme = url.slice(0, url.indexOf("://"));
  // Another scheme than http has no default port that the parser would drop.
  const rest = `fleetlens${url.slice(scheme.length)}`;
  const parsed = URL.canParse(rest) ? new URL(rest) : null;
  if (!parsed?.hostname) throw new InputError(`the engine's URL must look like ${scheme}://host:port`, { scheme });
  if (parsed.username || parsed.password) {
    throw new InputError(`credentials do not belong in a URL; set ${credentials} instead`, { host: parsed.hostname });
  }
  if (parsed.search || parsed.hash) {
    throw new InputError(`the engine's URL ends with its path; "${parsed.search}${parsed.hash}" is not understood`, {
      host: parsed.hostname,
    });
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, "");
  const port = parsed.port ? Number(parsed.port) : defaultPort;
  return {
    host,
    port,
    name: `${parsed.hostname}:${port}`,
    loopback: /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host),
    path: parsed.pathname
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent),
  };
}
