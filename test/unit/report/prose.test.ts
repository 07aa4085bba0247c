import { describe, expect, it } from "vitest";
import { codeFence, codeSpan, escapeMarkdown } from "../../../src/report/markdown-escape.js";
import { proseHtml, proseMarkdown } from "../../../src/report/prose.js";

const html = (markdown: string) => proseHtml(markdown, "c", 1).html;
const again = (markdown: string) => proseMarkdown(markdown, 1).markdown;

describe("prose", () => {
  it("knows the subset", () => {
    expect(html("**a** *b* `c`\n\n- d\n- e\n\n1. f\n\n> g")).toBe(
      "<p><strong>a</strong> <em>b</em> <code>c</code></p>\n<ul>\n<li>d</li>\n<li>e</li>\n</ul>\n<ol>\n<li>f</li>\n</ol>\n<blockquote>\n<p>g</p>\n</blockquote>\n",
    );
  });

  it("has headings below the title, never more than one level deeper than the last", () => {
    const { html: text, headings, level } = proseHtml("# A\n\n#### B\n\n# C", "c", 1);
    expect(text).toContain('<h2 id="c-h1">A</h2>');
    expect(headings.map((heading) => [heading.level, heading.text])).toEqual([
      [2, "A"],
      [3, "B"],
      [2, "C"],
    ]);
    expect(level).toBe(2);
    expect(proseHtml("### deep", "c", 1).headings[0].level).toBe(2);
  });

  it.each([
    "<script>x</script>",
    "<img src=x onerror=x>",
    "a <!-- b --> c",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](data:text/html,x)",
    "[x](//e.test)",
    "[x](file:///etc/passwd)",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
  ])("makes %s text in HTML and in Markdown", (markdown) => {
    for (const text of [html(markdown), html(again(markdown))]) {
      expect(text).not.toMatch(/<(?!\/?p>)/);
    }
    expect(again(markdown)).not.toMatch(/(^|[^\\])<|(^|[^\\])\]\(/);
  });

  it("keeps links to http, https, mailto and places in the page, and loads no pictures", () => {
    for (const href of ["http://a.b/c", "https://a.b", "mailto:a@b.c", "#x"]) {
      expect(html(`[x](${href})`)).toBe(`<p><a href="${href}" rel="noopener noreferrer">x</a></p>\n`);
      expect(again(`[x](${href})`)).toBe(`[x](${href})`);
    }
    expect(html("![x](https://a.b/p.png)")).not.toContain("<img");
    expect(again("![x](https://a.b/p.png)")).toBe("\\![x](https://a.b/p.png)");
  });

  it("written again as Markdown it renders the same", () => {
    const markdown =
      "# A *b*\n\ntext **x** `co|de` ``a`b`` _c_\nnext\\\nline\n\n- a\n- b\n  1. c\n  2. d\n\n- loose\n\n- list\n\n> q\n> r\n\n```js\ncode ``` x\n```\n\n---\n\n1\\. not a list, 5 < 6 & 7 > 3, a_b_c, *, _ and \\#";
    const once = again(markdown);
    expect(html(once.replace(/^##/, "#"))).toBe(html(markdown).replace(' class="language-js"', ""));
    expect(again(once.replace(/^##/, "#"))).toBe(once);
  });
});

describe("text from data in Markdown", () => {
  it.each([
    ["a|b", "a\\|b"],
    ["line\nbreak\u2028too", "line break too"],
    ["# no heading", "\\# no heading"],
    ["1. no list", "1\\. no list"],
    ["2.5", "2.5"],
    ["- no list", "\\- no list"],
    ["-5", "-5"],
    ["--- no rule", "\\--- no rule"],
    ["<b>", "&lt;b>"],
    ["&lt;", "\\&lt;"],
    ["gpu_hours _x_", "gpu_hours \\_x\\_"],
    ["[x](y)", "\\[x\\](y)"],
    ["{{< include x >}} {.c}", "\\{\\{&lt; include x >\\}\\} \\{.c\\}"],
    ["$5 @me ^x ~y", "\\$5 \\@me \\^x \\~y"],
    ["", ""],
  ])("%j is written %j", (text, markdown) => {
    expect(escapeMarkdown(text)).toBe(markdown);
  });

  it("renders as exactly what it was", () => {
    const text = "a|b `c` *d* _e_ [f](g) <h> &amp; # 1. \\ {i} ~j~ ![k](l)!";
    const rendered = html(escapeMarkdown(text)).replace(/<\/?p>|\n/g, "");
    const plain = rendered.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
    expect(plain).toBe(text);
  });

  it("fences code with more backticks than the code has", () => {
    expect(codeFence("a\n````\nb", "sql")).toBe("`````sql\na\n````\nb\n`````");
    expect(codeFence("x", "py\n```")).toBe("```\nx\n```");
    expect(codeFence("x", "{python}")).toBe("```\nx\n```");
    expect(codeSpan("`a``b`")).toBe("``` `a``b` ```");
  });
});
