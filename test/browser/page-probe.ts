/// <reference lib="dom" />
// Runs inside the page under test: everything it needs must be in this one function.

/** What a probe of a page found wrong, one line each: `check: detail`. */
export function probePage(limits: { textPx: number; line: number; text: number }): string[] {
  const problems: string[] = [];
  const say = (check: string, detail: string) => problems.push(`${check}: ${detail}`);
  const short = (text: string | null | undefined) => JSON.stringify((text ?? "").trim().slice(0, 40));

  const parse = (colour: string): number[] => {
    const numbers = colour.match(/[\d.]+/g)?.map(Number) ?? [];
    return colour.startsWith("rgb") ? [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1] : [0, 0, 0, 0];
  };
  const luminance = ([r, g, b]: number[]) => {
    const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const background = (from: Element): number[] => {
    for (let at: Element | null = from; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0.99) return colour;
    }
    return [255, 255, 255, 1];
  };
  /** Contrast of a colour, laid over its background with its opacity. */
  const contrast = (colour: string, opacity: number, from: Element): number => {
    const under = background(from);
    const [r, g, b, a] = parse(colour);
    const mixed = [r, g, b].map((v, i) => v * a * opacity + under[i] * (1 - a * opacity));
    const [low, high] = [luminance(mixed), luminance(under)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const visible = (element: Element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== "hidden";
  };

  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth)
    say("sideways", `page is ${root.scrollWidth} px wide in ${root.clientWidth}`);

  // Charts: drawn, inside their picture, legible.
  for (const box of document.querySelectorAll("[data-chart]")) {
    const id = box.getAttribute("data-chart");
    const picture = [...box.querySelectorAll("svg")].find(visible);
    const marks = picture ? [...picture.querySelectorAll("path,line,rect,text")].filter(visible) : [];
    if (!picture || marks.length < 3) {
      say("chart", `${id} is not drawn`);
      continue;
    }
    const frame = picture.getBoundingClientRect();
    const scrolls = box.closest(".scroll") !== null;
    if (!scrolls && frame.right > box.getBoundingClientRect().right + 1) say("chart", `${id} is wider than its box`);
    for (const text of picture.querySelectorAll("text")) {
      if (!visible(text) || text.textContent === "") continue;
      const matrix = text.getScreenCTM();
      const style = getComputedStyle(text);
      // Vega hides labels that would overlap by making them transparent.
      if (Number(style.opacity) === 0) continue;
      const size = Number.parseFloat(style.fontSize) * Math.hypot(matrix?.a ?? 1, matrix?.b ?? 0);
      if (size < limits.textPx) say("text size", `${id} ${short(text.textContent)} is ${size.toFixed(1)} px`);
      const at = text.getBoundingClientRect();
      if (
        at.left < frame.left - 1 ||
        at.right > frame.right + 1 ||
        at.top < frame.top - 1 ||
        at.bottom > frame.bottom + 1
      ) {
        say("spill", `${id} ${short(text.textContent)} leaves the picture`);
      }
      const ratio = contrast(style.fill, Number(style.opacity) * Number(style.fillOpacity), picture);
      if (ratio < limits.text) say("text contrast", `${id} ${short(text.textContent)} has ${ratio.toFixed(2)}`);
    }
    for (const line of picture.querySelectorAll(".mark-line path,.mark-rule line,.mark-rule path")) {
      const style = getComputedStyle(line);
      const isAxis = line.closest("[class*=role-axis]") !== null;
      if (isAxis || style.stroke === "none" || Number(style.opacity) === 0) continue;
      const ratio = contrast(style.stroke, Number(style.opacity) * Number(style.strokeOpacity), picture);
      if (ratio < limits.line) say("line contrast", `${id} ${style.stroke} has ${ratio.toFixed(2)}`);
    }
  }

  // Words: inside the box they belong to.
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || parent.closest("svg,script,style,.sr") || (node.textContent ?? "").trim() === "") continue;
    const holder = parent.closest("td,th,.tile,.note,figure,pre,li,dd,dt,p,h1,h2,h3,h4,h5,h6,summary") ?? parent;
    const box = holder.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const at of range.getClientRects()) {
      if (at.width === 0) continue;
      const inScroll = parent.closest(".scroll") !== null;
      const outside = at.left < box.left - 1 || at.right > box.right + 1;
      if (outside || (!inScroll && at.right > root.clientWidth + 1)) {
        say("spill", `${holder.tagName.toLowerCase()} ${short(node.textContent)} leaves its box`);
        break;
      }
    }
  }

  // Nothing but what the renderer writes.
  for (const element of document.querySelectorAll("iframe,object,embed,form,input,base,img,image,video,audio")) {
    say("foreign", `<${element.tagName.toLowerCase()}> in the page`);
  }
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) say("foreign", `${name} on <${element.tagName.toLowerCase()}>`);
      if (/^(?:href|src|xlink:href|action)$/i.test(name) && !/^(?:https?:|mailto:|#|data:,$)/i.test(value)) {
        say("foreign", `${name}=${short(value)}`);
      }
    }
  }
  if (document.scripts.length > 2) say("foreign", `${document.scripts.length} script elements`);
  if ("hacked" in globalThis) say("hostile", "a payload ran");
  return [...new Set(problems)];
}

/** Clicks through every table: each header must sort both ways, with missing values at the end. */
export function probeSorting(): string[] {
  const problems: string[] = [];
  for (const table of document.querySelectorAll("table")) {
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    heads.forEach((head, column) => {
      const name = `${table.getAttribute("aria-label") ?? table.getAttribute("aria-labelledby")} column ${column}`;
      const button = head.querySelector("button");
      if (!button) {
        problems.push(`sorting: ${name} has no button`);
        return;
      }
      for (const direction of ["ascending", "descending"]) {
        button.click();
        if (head.getAttribute("aria-sort") !== direction) problems.push(`sorting: ${name} does not say ${direction}`);
        const cells = [...table.tBodies[0].rows].map((row) => row.cells[column]);
        const texts = cells.map((cell) => cell.textContent?.trim() ?? "");
        const firstMissing = texts.indexOf("\u2014");
        if (firstMissing >= 0 && texts.slice(firstMissing).some((text) => text !== "\u2014")) {
          problems.push(`sorting: ${name} has missing values among the others`);
        }
        const known = cells.filter((_, i) => texts[i] !== "\u2014");
        const numeric = known.every((cell) => cell.dataset["value"] !== undefined);
        const order = new Intl.Collator("en", { numeric: true });
        const wrong = known.some((cell, i) => {
          if (i === 0) return false;
          const before = known[i - 1];
          const difference = numeric
            ? Number(before.dataset["value"]) - Number(cell.dataset["value"])
            : order.compare(before.textContent?.trim() ?? "", cell.textContent?.trim() ?? "");
          return direction === "ascending" ? difference > 0 : difference < 0;
        });
        if (wrong) problems.push(`sorting: ${name} is not in ${direction} order`);
      }
    });
  }
  return problems;
}
