/**
 * The one spelling of a location: `s3a://` and `s3n://` are `s3://`, `file:/x` and a bare absolute path are
 * `file:///x`. Keys stay as they are: what a table format or a tracking server writes is not percent-encoded.
 */
export function canonicalUri(location: string): string {
  if (location.startsWith("/")) return `file://${location}`;
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(location) ?? [];
  if (scheme === undefined) return location;
  const name = scheme.toLowerCase();
  if (/^s3[an]$/.test(name)) return `s3:${rest}`;
  return name === "file" ? `file:///${rest.replace(/^\/+/, "")}` : `${name}:${rest}`;
}

/** A location without the slashes at its end, canonical. */
export function canonicalFolder(location: string): string {
  return canonicalUri(location).replace(/\/+$/, "");
}

/** Id of one version of an S3 object. */
export function versionedUri(uri: string, version: string | null | undefined): string {
  return version ? `${uri}?versionId=${version}` : uri;
}
