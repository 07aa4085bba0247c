import { describe, expect, it } from "vitest";
import { sparkDialect, trinoDialect } from "../../../src/engine/index.js";
import { renderParameters } from "../../../src/engine/render-parameters.js";
import { HOSTILE } from "../../hostile-texts.js";

describe("parameters as text", () => {
  it("stand where $n does, outside of quotes and comments alone", () => {
    const sql = "SELECT $1, '$1', \"$1\", `$1`, '\\'$1', $2 -- $1\n, $1 /* $2 */";
    expect(renderParameters({ sql, params: ["x", 5n] }, "spark", sparkDialect)).toBe(
      "SELECT 'x', '$1', \"$1\", `$1`, '\\'$1', CAST('5' AS BIGINT) -- $1\n, 'x' /* $2 */",
    );
    expect(renderParameters({ sql: `'\\', $1, '''$1'`, params: [true] }, "trino", trinoDialect)).toBe(
      `'\\', true, '''$1'`,
    );
  });

  it("are not looked at again", () => {
    const query = { sql: "SELECT $1, $2", params: ["$2", "'$1"] };
    expect(renderParameters(query, "trino", trinoDialect)).toBe("SELECT '$2', '''$1'");
    expect(renderParameters(query, "spark", sparkDialect)).toBe("SELECT '$2', '\\'$1'");
  });

  it("are numbers by their text, and null", () => {
    const query = { sql: "$1 $2 $3", params: [-1.5e-7, Number.NaN, null] };
    expect(renderParameters(query, "trino", trinoDialect)).toBe("CAST('-1.5e-7' AS DOUBLE) CAST('NaN' AS DOUBLE) NULL");
  });

  it.each(HOSTILE)("never end a literal early: %j", (text) => {
    // What the engines' lexers take for the text and the name.
    const spark = /^'((?:[^'\\]|\\[\s\S])*)'$/.exec(sparkDialect.literal(text))?.[1];
    expect(spark?.replace(/\\([\s\S])/g, "$1")).toBe(text);
    const trino = /^'((?:[^']|'')*)'$/.exec(trinoDialect.literal(text))?.[1];
    expect(trino?.replaceAll("''", "'")).toBe(text);
    expect(/^`((?:[^`]|``)*)`$/.exec(sparkDialect.ident(text))?.[1].replaceAll("``", "`")).toBe(text);
    expect(/^"((?:[^"]|"")*)"$/.exec(trinoDialect.ident(text))?.[1].replaceAll('""', '"')).toBe(text);
  });

  it("refuse NUL and a missing value", () => {
    for (const { literal, ident } of [sparkDialect, trinoDialect]) {
      expect(() => literal("a\0b")).toThrow(/NUL/);
      expect(() => ident("a\0b")).toThrow(/NUL/);
    }
    expect(() => renderParameters({ sql: "$1" }, "trino", trinoDialect)).toThrow(/\$1 has no value/);
  });
});
