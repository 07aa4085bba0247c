import { createHash } from "node:crypto";

/** Makes the policy of a page fit its changed style and script, as a broken renderer would have written it. */
function withPolicy(html: string): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? "";
  const script = /<script>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? "";
  return html
    .replace(/script-src 'sha256-[^']*'/, `script-src ${hash(script)}`)
    .replace(/style-src 'sha256-[^']*'/, `style-src ${hash(style)}`);
}

function changed(html: string, change: (html: string) => string): string {
  const broken = change(html);
  if (broken === html) throw new Error("the variant is the same as the page: the renderer's output has changed");
  return withPolicy(broken);
}

/** Pages as a renderer with one fault each would write them. */
export const BROKEN = {
  escapingOff: (html: string) =>
    changed(html, (page) => {
      const [head, body] = page.split("<main>");
      const raw = body
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&quot;", '"')
        .replaceAll("&#39;", "'");
      return `${head}<main>${raw}`;
    }),
  jsonEscapingOff: (html: string) =>
    changed(html, (page) =>
      page.replace(/(id="fleetlens-charts">)([\s\S]*?)(<\/script>)/, (_, open, json, close) => {
        const raw = json.replaceAll("\\u003c", "<").replaceAll("\\u003e", ">").replaceAll("\\u0026", "&");
        return open + raw + close;
      }),
    ),
  evalParser: (html: string) =>
    changed(html, (page) => page.replace(/,expr:[\w$]+,/, ",").replace(/\{ast:!0\}/, "{ast:!1}")),
  fixedWidth: (html: string) => changed(html, (page) => page.replaceAll('"fits":true', '"fits":false')),
  lowContrast: (html: string) =>
    changed(html, (page) => page.replaceAll(/--c-3d4650:#[0-9a-f]{6}/g, "--c-3d4650:#444444")),
} as const;
