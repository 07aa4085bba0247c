import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { jsonSchemaText, PUBLISHED_SCHEMAS } from "../../../src/cli/schemas.js";

describe("schemas/", () => {
  it("holds one file for each published schema and no other", () => {
    expect(readdirSync("schemas").sort()).toEqual(PUBLISHED_SCHEMAS.map(({ file }) => file));
  });

  it.each(PUBLISHED_SCHEMAS.map((published) => [published.file, published] as const))(
    "%s is current",
    (file, published) => {
      const text = jsonSchemaText(published);
      expect(readFileSync(`schemas/${file}`, "utf8") === text, "run npm run schemas").toBe(true);
      expect(JSON.parse(text).$schema).toBe("https://json-schema.org/draft/2020-12/schema");
      expect(jsonSchemaText(published)).toBe(text);
    },
  );
});
