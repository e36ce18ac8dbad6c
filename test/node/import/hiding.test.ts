import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hides } from "../../../bin/import/hiding.ts";
import { htmlToMarkdown, htmlToText } from "../../../bin/import/html.ts";
import { property } from "../../property.ts";

describe("styles that show nothing", () => {
  it.each([
    "display:none",
    " DISPLAY : none !important ",
    "color:red;visibility:hidden",
    "opacity:0",
    "opacity: 0.0",
    "font-size:0",
    "position:absolute;left:-9999px",
    "position: absolute; top: -1000em",
    "left:-10000px;position:fixed",
    "text-indent:-9999px",
    "margin-left:-9999px",
    "height:0;overflow:hidden",
    "max-height: 0px; overflow: hidden",
    "transform: scale(0)",
    "display: none /* for now */",
  ])("%s", (style) => {
    expect(hides({ hidden: false, style })).toBe(true);
  });

  it.each([
    "",
    "display:block",
    "display:none;display:block",
    "opacity:0.5",
    "opacity:",
    "position:absolute;left:-20px",
    "left:-9999px",
    "text-indent:-2em",
    "margin-left:-15px",
    "height:0",
    "overflow:hidden",
    "max-height:100px;overflow:hidden",
    "font-size:0.9em",
  ])("%s does not", (style) => {
    expect(hides({ hidden: false, style })).toBe(false);
  });
});

describe("what a document's own style sheet hides", () => {
  const page = (css: string, body: string) =>
    htmlToMarkdown(`<html><head><title>T</title><style>${css}</style></head><body>${body}</body></html>`)
      .markdown;

  it.each([
    [".secret{display:none}", '<p class="a secret b">SECRET</p><p>Seen</p>'],
    [
      "p.secret , #x { color:red; visibility : hidden }",
      '<p id="x">SECRET</p><p class="secret">SECRET</p><p>Seen</p>',
    ],
    [
      "/* .b{} */ .a.b{position:absolute;left:-9999px}",
      '<div class="b a"><p>SECRET</p></div><p class="a">Seen</p>',
    ],
    ["html > body .secret{display:none}", '<p class="secret">SECRET</p><p>Seen</p>'],
    ["@media print{.no{color:red}} .secret{opacity:0}", '<p class="secret">SECRET</p><p>Seen</p>'],
    ['@import "x.css"; .secret{display:none}', '<p class="secret">SECRET</p><p>Seen</p>'],
  ])("%s", (css, body) => {
    expect(page(css, body)).toBe("Seen");
    expect(htmlToText(`<style>${css}</style>${body}`)).toBe("Seen");
  });

  it.each([
    ["@media print{.x{display:none}}", '<p class="x">Seen</p>'],
    [".x{display:none} .x{display:block}", '<p class="x">Seen</p>'],
    [".x:hover{display:none}", '<p class="x">Seen</p>'],
    [".menu .x{display:none}", '<p class="x">Seen</p>'],
    [".x{display:none", '<p class="x">Seen</p>'],
    [".X{display:none}", '<p class="x">Seen</p>'],
  ])("%s hides nothing here", (css, body) => {
    expect(page(css, body)).toBe("Seen");
  });

  it("is left out, whatever stands around it", async () => {
    const hiding = fc.constantFrom(
      "display:none",
      "visibility:hidden",
      "position:absolute;left:-9999px",
      "font-size:0",
    );
    const rule = fc.constantFrom(".s", "div.s", "#i", "div#i.s");
    const before = fc.constantFrom(
      "",
      ".a{color:red}",
      "@media print{.s{display:block}}",
      "/* { */",
      "@font-face{src:url(x)}",
    );
    await property([hiding, rule, before], (style, selector, css) => {
      expect(page(`${css}${selector}{${style}}`, '<div class="q s" id="i">SECRET</div><p>Seen</p>')).toBe(
        "Seen",
      );
    });
  });
});
