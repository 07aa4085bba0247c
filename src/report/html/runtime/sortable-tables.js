// @ts-check

/** Order of two cells: missing last, numbers by value, words as people sort them. */
const WORDS = new Intl.Collator("en", { numeric: true });

/**
 * @param {HTMLTableRowElement} row
 * @param {number} column
 * @returns {{ missing: boolean, number: number, text: string }}
 */
function keyOf(row, column) {
  const cell = row.cells[column];
  const text = cell?.textContent?.trim() ?? "";
  const value = cell?.dataset["value"];
  return { missing: text === "\u2014" || text === "", number: value === undefined ? Number.NaN : Number(value), text };
}

/**
 * Sorts the body of a table by a column; equal rows keep their order, and missing values stay at the end.
 *
 * @param {HTMLTableElement} table
 * @param {number} column
 * @param {1 | -1} direction
 */
function sortRows(table, column, direction) {
  const body = table.tBodies[0];
  const keyed = Array.from(body.rows, (row) => ({ row, key: keyOf(row, column) }));
  keyed.sort((a, b) => {
    if (a.key.missing !== b.key.missing) return a.key.missing ? 1 : -1;
    const difference = a.key.number - b.key.number;
    return direction * (Number.isNaN(difference) ? WORDS.compare(a.key.text, b.key.text) : difference);
  });
  body.append(...keyed.map(({ row }) => row));
}

/** Turns the headers of all tables into buttons that sort; without scripts they stay plain headers. */
export function makeTablesSortable() {
  for (const table of /** @type {NodeListOf<HTMLTableElement>} */ (document.querySelectorAll("table[data-sortable]"))) {
    const heads = Array.from(table.tHead?.rows[0]?.cells ?? []);
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const ascending = head.getAttribute("aria-sort") !== "ascending";
        for (const other of heads) other.setAttribute("aria-sort", "none");
        head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
        sortRows(table, column, ascending ? 1 : -1);
      });
    });
  }
}

/** Says that the page is complete, to tests and to printers. */
export function markReady() {
  document.documentElement.dataset["fleetlensReady"] = "1";
}
