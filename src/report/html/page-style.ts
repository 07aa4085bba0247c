import { DARK, LIGHT, type Palette } from "../palette.js";
import type { Theme } from "../types.js";
import { FONT_STACK } from "../vega/chart-config.js";
import type { ThemeColours } from "../vega/theme-colours.js";

const PAGE_COLOURS = ["page", "surface", "text", "muted", "line", "accent", "info", "warning", "error"] as const;

function declarations(scheme: "light" | "dark", palette: Palette, colours: ThemeColours): string {
  const page = PAGE_COLOURS.map((name) => `--${name}:${palette[name]}`).join(";");
  return `color-scheme:${scheme};${page};${colours.declarations(scheme)}`;
}

/** The custom properties of a theme. Paper is always light. */
function schemeRules(theme: Theme, colours: ThemeColours): string {
  const light = declarations("light", LIGHT, colours);
  const dark = declarations("dark", DARK, colours);
  const rules = [`:root{${theme === "dark" ? dark : light}}`];
  if (theme === "auto") rules.push(`@media (prefers-color-scheme:dark){:root{${dark}}}`);
  if (theme !== "light") rules.push(`@media print{:root{${light}}}`);
  return rules.join("\n");
}

const LAYOUT = `
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:auto}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.6 ${FONT_STACK};overflow-wrap:anywhere}
.wrap{max-width:1180px;margin:0 auto;padding:0 32px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
a{color:var(--accent);text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.hero{background:var(--surface);border-bottom:1px solid var(--line);padding:56px 0 40px}
h1{margin:0;font-size:clamp(1.75rem,1.2rem + 2.4vw,2.75rem);line-height:1.15;font-weight:650;letter-spacing:-.02em;text-wrap:balance}
.as-of{margin:12px 0 0;color:var(--muted)}
.hero .cell{margin:28px 0 0}
.body{display:grid;grid-template-columns:minmax(0,1fr);gap:0 56px;padding-top:8px;padding-bottom:64px}
.side{display:none}
.contents{margin:24px 0 0;border:1px solid var(--line);border-radius:10px;padding:10px 16px}
.contents summary{cursor:pointer;font-weight:600}
.toc{list-style:none;margin:0;padding:0;font-size:.9375rem}
.toc a{display:block;padding:5px 0;color:var(--muted);text-decoration:none;line-height:1.35}
.toc a:hover{color:var(--accent);text-decoration:underline}
.toc .deep a{padding-left:14px;font-size:.875rem}
.contents .toc{padding-top:8px}
main,.prose,.tile,.label{min-width:0}
.cell{margin:28px 0;scroll-margin-top:20px}
.prose{max-width:72ch}
.prose>:first-child{margin-top:0}
.prose>:last-child{margin-bottom:0}
h2,h3,h4,h5,h6{line-height:1.25;font-weight:650;letter-spacing:-.01em;text-wrap:balance;scroll-margin-top:20px}
h2{font-size:1.6rem;margin:60px 0 14px}
h3{font-size:1.2rem;margin:40px 0 10px}
h4,h5,h6{font-size:1rem;margin:28px 0 8px}
.prose:has(>h2:first-child){margin-top:60px}
main>.cell:first-child{margin-top:32px}
p,ul,ol,blockquote{margin:0 0 14px}
ul,ol{padding-left:1.4em}
li{margin:3px 0}
blockquote{border-left:3px solid var(--line);padding:2px 0 2px 18px;margin-left:0;color:var(--muted)}
blockquote>:last-child{margin-bottom:0}
hr{border:0;border-top:1px solid var(--line);margin:32px 0}
code{font:.9em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
:not(pre)>code{background:var(--surface);border:1px solid var(--line);border-radius:4px;padding:.05em .35em}
pre{margin:0 0 14px;padding:16px 18px;background:var(--surface);border:1px solid var(--line);border-radius:10px;white-space:pre-wrap}
.language{margin:0 0 6px;font-size:.8125rem;color:var(--muted)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(190px,100%),1fr));gap:0 16px}
.tile{background:var(--page);border:1px solid var(--line);border-radius:12px;margin-bottom:16px;padding:18px 20px;display:grid;grid-row:span 3;grid-template-rows:subgrid;grid-template-columns:minmax(0,1fr)}
.tile dt{color:var(--muted);font-size:.9375rem;line-height:1.35}
.tile dd{margin:0}
.tile .value{padding-top:10px;font-size:2rem;line-height:1.15;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.tile .words{font-size:1.25rem;letter-spacing:0}
.value .unit{font-size:1rem;font-weight:400;letter-spacing:0;color:var(--muted)}
.tile .delta{margin-top:4px;font-size:.875rem;color:var(--muted);font-variant-numeric:tabular-nums}
.figure{margin-left:0;margin-right:0;border:1px solid var(--line);border-radius:12px;padding:20px 22px}
.figure-title{margin:0 0 12px;font-weight:600;line-height:1.35}
.table .figure-title{font-size:.9375rem}
.chart{container-type:inline-size;min-width:0}
.chart svg{display:block;max-width:100%;height:auto}
.chart svg.narrow{display:none}
.chart svg.fixed{max-width:none}
@container (max-width:560px){.chart svg.wide{display:none}.chart svg.narrow{display:block}}
.scroll>.chart{container-type:normal;width:max-content}
.scroll>.chart svg{max-width:none}
figcaption{margin-top:12px;color:var(--muted);font-size:.9375rem;line-height:1.5}
.scroll{overflow:auto;max-width:100%}
.table .scroll{max-height:56rem;border:1px solid var(--line);border-radius:12px}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.9375rem;line-height:1.4}
th,td{padding:9px 12px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:break-word;max-width:26em}
tbody tr:last-child td{border-bottom:0}
tbody tr:hover td{background:var(--surface)}
th{position:sticky;top:0;background:var(--surface);font-weight:600;color:var(--text);z-index:1}
th .unit{font-weight:400;color:var(--muted)}
td.number,td.short{white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums}
th button{all:unset;cursor:pointer;display:inline-flex;gap:6px;align-items:baseline;max-width:100%}
th button:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
th button::after{content:"\\2195";color:var(--muted);font-weight:400}
th[aria-sort=ascending] button::after{content:"\\2191";color:var(--accent)}
th[aria-sort=descending] button::after{content:"\\2193";color:var(--accent)}
th.number button{flex-direction:row-reverse}
.note{border:1px solid var(--line);border-left:4px solid var(--tone);border-radius:8px;padding:12px 18px;background:var(--page)}
.note+.note,.hero .note+.note{margin-top:12px}
.note p{margin:0;max-width:80ch}
.note strong{color:var(--tone)}
.hero .note.error{background:var(--error);border-color:var(--error);color:var(--page);font-size:1.125rem}
.hero .note.error strong{color:inherit}
.note.info{--tone:var(--info)}
.note.warning{--tone:var(--warning)}
.note.error{--tone:var(--error)}
footer{border-top:1px solid var(--line);background:var(--surface);padding:8px 0 40px;font-size:.9375rem}
footer h2{font-size:1.1rem;margin:28px 0 14px}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(200px,100%),1fr));gap:14px 24px;margin:0 0 20px}
.facts dt{color:var(--muted);font-size:.875rem}
.facts dd{margin:0}
.hash{color:var(--muted);font:.8125rem/1.5 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.tip{position:fixed;z-index:9;left:0;top:0;max-width:min(320px,90vw);padding:8px 12px;border-radius:8px;background:var(--page);color:var(--text);border:1px solid var(--line);box-shadow:0 4px 16px rgb(0 0 0/.18);font-size:.8125rem;line-height:1.45;pointer-events:none;width:max-content;display:grid;grid-template-columns:auto auto;gap:1px 14px}
.tip[hidden]{display:none}
.tip span{color:var(--muted)}
.tip b{font-weight:600;text-align:right;font-variant-numeric:tabular-nums}
@media (min-width:1080px){
.with-side{grid-template-columns:210px minmax(0,1fr)}
.with-side .side{display:block;position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:40px 0}
.with-side .contents{display:none}
}
@media (max-width:600px){
.wrap{padding:0 16px}
.hero{padding:36px 0 28px}
.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:0 10px}
.tile{padding:14px;margin-bottom:10px}
.tile .value{font-size:1.5rem}
.figure{padding:16px 14px}
th,td{padding:8px 10px}
h2{font-size:1.4rem;margin-top:44px}
.prose:has(>h2:first-child){margin-top:44px}
}
@media print{
@page{margin:16mm 14mm}
body{font-size:10.5pt}
.hero{background:none;padding:0 0 16px}
.hero .note.error{background:none;color:var(--error)}
.side,.contents,.tip{display:none!important}
.body{display:block;padding-bottom:0}
.wrap{max-width:none;padding:0}
.scroll{overflow:visible;max-height:none!important}
.figure,.tile,.note,tr,pre{break-inside:avoid}
h2,h3,h4,.figure-title{break-after:avoid}
thead{display:table-header-group}
th{position:static}
th button::after{content:""}
footer{background:none}
}`;

/** The whole stylesheet of a page. */
export function pageStyle(theme: Theme, colours: ThemeColours): string {
  return `${schemeRules(theme, colours)}${LAYOUT}\n`;
}
