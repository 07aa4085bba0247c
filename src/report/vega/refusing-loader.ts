/** A 1 × 1 transparent picture, what every image is replaced by. */
const NO_IMAGE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

const refuse = () => Promise.reject(new Error("reports load nothing"));

/** A Vega loader that refuses every load and lets no address through. */
export const REFUSING_LOADER = Object.freeze({
  options: {},
  load: refuse,
  http: refuse,
  file: refuse,
  // Vega fails on a null answer, so links become harmless instead.
  sanitize: (_uri: string, options?: { context?: string }) =>
    Promise.resolve({ href: options?.context === "href" ? "#" : NO_IMAGE }),
});
