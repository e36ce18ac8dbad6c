import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** Bytes, gzipped: what each page that has the widget loads, and what is loaded when somebody opens it. */
const FIRST = 20_000;
const OPENED = 12_000;

it("loads 20 kB with a page, and 12 kB more when the chat is opened", () => {
  execFileSync(process.execPath, [join(ROOT, "bin/build-widget.mjs")]);
  const weight = (name: string) => gzipSync(readFileSync(join(ROOT, "dist/site", name))).length;
  const [first, opened] = [weight("widget.js"), weight("widget/panel.js")];
  console.log(
    `widget: ${first} bytes gzipped with the page (ceiling ${FIRST}), ${opened} when opened (${OPENED})`,
  );
  expect(first).toBeLessThan(FIRST);
  expect(opened).toBeLessThan(OPENED);
});

it("has nothing in it that a strict policy forbids: no evaluated text, no HTML of text", () => {
  for (const name of ["widget.js", "widget/panel.js"]) {
    const text = readFileSync(join(ROOT, "dist/site", name), "utf8");
    // Preact itself knows `innerHTML` by way of dangerouslySetInnerHTML, which nothing of ours uses.
    expect(text.match(/\beval\(|new Function|document\.write|insertAdjacentHTML|outerHTML/g)).toBeNull();
  }
});
