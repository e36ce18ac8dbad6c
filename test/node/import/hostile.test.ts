import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { findDocuments, MAX_PART, partsOf } from "../../../bin/import/articles.ts";
import { planColumns } from "../../../bin/import/contacts.ts";
import { csvTable } from "../../../bin/import/csv.ts";
import { DocumentReader } from "../../../bin/import/document-reader.ts";
import { readDocument } from "../../../bin/import/documents.ts";
import { BadEntry } from "../../../bin/import/entry.ts";
import { htmlToText } from "../../../bin/import/html.ts";
import { elementLines, jsonLines } from "../../../bin/import/json.ts";
import { readableMarkdown, withWholeLinks } from "../../../bin/import/markdown.ts";
import { decimalPrice } from "../../../bin/import/product.ts";
import { property } from "../../property.ts";

/** Sources that somebody else made: links, packed and odd documents. */

const folder = mkdtempSync(join(tmpdir(), "parley-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
  return file;
}

describe("a folder with links", () => {
  it("is read without what they lead to, be it a file, a folder or itself", () => {
    put("secret/keys.txt", "PRIVATE");
    const secret = join(folder, "secret");
    put("help/a.md", "# A\n\ntext");
    put("help/deep/b.rst", "text");
    put("help/deep/c.adoc", "text");
    const links = { d: secret, "e.txt": join(secret, "keys.txt"), self: ".", up: ".." };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(folder, "help", name));
    const { documents, passedOver } = findDocuments([join(folder, "help")]);
    expect(documents.map(({ externalId }) => externalId)).toEqual(["a.md"]);
    expect(passedOver).toEqual({ links: 4, ".rst": 1, ".adoc": 1 });
  });
});

/** A ZIP file of one entry. @param told the size that it says it unpacks to */
function zip(name: string, content: Buffer, told = content.length): Buffer {
  const packed = deflateRawSync(content, { level: 9 });
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(told, 22);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt32LE(told, 24);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}

describe("documents that are made to take everything", () => {
  const deep = (levels: number) => `${"<div>".repeat(levels)}text${"</div>".repeat(levels)}`;
  const documents: Record<string, () => string | Uint8Array> = {
    "bomb.docx": () => zip("word/document.xml", Buffer.alloc(100_000_000, "<w:p/>")),
    "liar.docx": () => zip("word/document.xml", Buffer.alloc(300_000_000), 10),
    "not-xml.docx": () => zip("word/media/a.bin", Buffer.alloc(300_000_000)),
    "cut.docx": () => zip("word/document.xml", Buffer.alloc(1000)).subarray(0, 60),
    "deep.html": () => deep(5_000),
    "deeper.html": () => deep(200_000),
    "no.pdf": () => "%PDF-1.7\n1 0 obj << /Length 99999999999 >> stream",
  };

  it("are reported, in bounded time, and everything else is still read", async () => {
    const reader = new DocumentReader();
    const good = put("good.md", "# Good\n\ntext");
    for (const [name, content] of Object.entries(documents)) {
      const began = Date.now();
      await expect(reader.read(put(name, content())), name).rejects.toBeInstanceOf(BadEntry);
      expect(Date.now() - began, name).toBeLessThan(45_000);
      expect(await reader.read(good), name).toMatchObject({ title: "Good", markdown: "text" });
    }
    await reader.end();
  });
});

/** Everything that goes through a text. What is thrown is an answer as well. */
const READERS: Record<string, (text: string) => unknown> = {
  "a product's description": htmlToText,
  "a page": (text) => readDocument("a.html", Buffer.from(text)),
  Markdown: (text) => readDocument("a.md", Buffer.from(text)),
  MDX: (text) => readDocument("a.mdx", Buffer.from(text)),
  "plain text": (text) => readDocument("a.txt", Buffer.from(text)),
  "Markdown's links": (text) => withWholeLinks(text, "https://docs.example.com/a/b"),
  parts: (text) => partsOf(text, MAX_PART),
  CSV: (text) => [...csvTable(Buffer.from(text)).rows],
  headings: (text) => planColumns(csvTable(Buffer.from(text)).headings, [], ["x=name"]),
  "lines of JSON": (text) => [...jsonLines(text, (item) => item)],
  "places in JSON": (text) => elementLines(text, "products"),
  "a price": (text) => decimalPrice(text, "EUR"),
};

/** What the patterns of importers are made of. */
const PIECES = [
  " ",
  "\t",
  "\n",
  "\r\n",
  "\n\n",
  " \n",
  "#",
  "# ",
  "a",
  "ä",
  "=",
  "-",
  "---\n",
  "```",
  "~~~",
  "`",
  "<",
  ">",
  "<a",
  "<a ",
  "</a>",
  "<p hidden>",
  "<div>",
  "<b>",
  "<!--",
  "-->",
  "{/*",
  "{",
  "}",
  "{{",
  "![",
  "[",
  "]",
  "](",
  "(",
  ")",
  "![](data:",
  '"',
  "'",
  '""',
  ",",
  ";",
  "\\",
  "*",
  "**",
  "_",
  "|",
  "| a ",
  ":::",
  ":::note x",
  "import ",
  'import "',
  "export const ",
  " from ",
  "&",
  "&amp;",
  "&nbsp;",
  "&#160;",
  "\u3000",
  "&#160;",
  "<td>",
  "<table>",
  "<li>",
  "<ul>",
  "1",
  "1,",
  "1.",
  "€",
  "\u00a0",
  "title:",
  "<title>",
  "<main>",
  'style="',
  "<style>",
  "</style>",
  ".a{",
  "}",
  "display:none",
];

describe("the time that a text takes", () => {
  const LENGTH = 100_000;
  const MOST_MS = 3_000;

  it.each(Object.entries(READERS))("does not grow faster than the text: %s", async (name, read) => {
    const piece = fc.constantFrom(...PIECES);
    const texts = fc.tuple(
      fc.array(piece, { maxLength: 2 }),
      fc.array(piece, { minLength: 1, maxLength: 3 }),
      fc.array(piece, { maxLength: 2 }),
    );
    await property(
      [texts],
      async ([head, unit, tail]) => {
        const again = unit.join("");
        const text = head.join("") + again.repeat(Math.ceil(LENGTH / again.length)) + tail.join("");
        const began = performance.now();
        try {
          await read(text);
        } catch {
          // What is refused is refused in time.
        }
        expect(performance.now() - began, `${name}: ${JSON.stringify([head, unit, tail])}`).toBeLessThan(
          MOST_MS,
        );
      },
      { runs: 25 },
    );
  });

  it("is short for each piece alone", async () => {
    for (const [name, read] of Object.entries(READERS)) {
      for (const piece of PIECES) {
        const began = performance.now();
        try {
          await read(`# a${piece.repeat(Math.ceil(LENGTH / piece.length))}b`);
        } catch {
          // As above.
        }
        expect(performance.now() - began, `${name}: ${JSON.stringify(piece)}`).toBeLessThan(MOST_MS);
      }
    }
  });
});

describe("what readers of a Markdown document see", () => {
  it.each([
    ["<!-- voucher SECRET42 -->Seen", "Seen"],
    ["Seen <!-- never closed SECRET", "Seen "],
    ["[//]: # (SECRET)\nSeen", "Seen"],
    ['[comment]: <> "SECRET of\ntwo lines"\nSeen', "Seen"],
    ["[hidden]: <#> 'SECRET'\nSeen", "Seen"],
    ["[a]: #\nSeen", "Seen"],
    ["[terms]: #terms (Terms)\nSeen", "[terms]: #terms (Terms)\nSeen"],
    ["[shop]: https://shop.example (Shop)\nSeen", "[shop]: https://shop.example (Shop)\nSeen"],
    ["{/* SECRET */}Seen", "Seen"],
    ["<p hidden>SECRET</p>Seen", "Seen"],
    ['<div style="color:red; display : none">SECRET <div>more</div> still</div>Seen', "Seen"],
    ["<div style={{display: 'none'}}>SECRET</div>Seen", "Seen"],
    ["<span style='visibility:hidden'>SECRET</span>Seen", "Seen"],
    ["<script>SECRET</script><style>.a{}</style>Seen", "Seen"],
    ["<p hidden>SECRET\n\nSeen", "\nSeen"],
    ["<input hidden>Seen", "Seen"],
    ["![](data:image/png;base64,AAAA)Seen ![a](b.png)", "Seen ![a](b.png)"],
    ['import Tabs from "@theme/Tabs";\nimport "x.css"\n\n# Seen', "\n# Seen"],
    ["# Seen {#anchor}", "# Seen "],
    [":::note[Mind this]\n\nSeen\n\n:::\n", "**Mind this**\n\n\nSeen\n\n"],
    ['<Tabs items={["a > b"]}><Tab title="x">Seen</Tab></Tabs>', "Seen"],
    ["<details><summary>Seen</summary></details>", "<details><summary>Seen</summary></details>"],
    [
      "a < b and c > d, <https://seen.example> <a@seen.example>",
      "a < b and c > d, <https://seen.example> <a@seen.example>",
    ],
    ["`<!-- code -->` ``<p hidden>``", "`<!-- code -->` ``<p hidden>``"],
    [
      "```html\n<!-- code -->\n<p hidden>x</p>\n```\nSeen",
      "```html\n<!-- code -->\n<p hidden>x</p>\n```\nSeen",
    ],
    ['<span class="hidden-xs" aria-hidden="true" title="hidden">Seen</span>', "Seen"],
    ["Seen: import your data from a file", "Seen: import your data from a file"],
  ])("of %j is %j", (source, seen) => {
    expect(readableMarkdown(source, false)).toBe(seen);
  });

  it("has no export of MDX", () => {
    expect(readableMarkdown("export const a = {\n  b: 1,\n};\n\nSeen", true)).toBe("\n\nSeen");
    expect(readableMarkdown("export const a", false)).toBe("export const a");
  });

  it("has links that lead somewhere, where the document's place is known", () => {
    const whole = (text: string) => withWholeLinks(text, "https://docs.example.com/guide/install");
    expect(
      whole("[a](account-settings.md#x) [b](/hc/en-us/1) [c](../b.mdx) [d](#here) [e](mailto:a@b.example)"),
    ).toBe(
      "[a](https://docs.example.com/guide/account-settings#x) [b](https://docs.example.com/hc/en-us/1) " +
        "[c](https://docs.example.com/b) [d](#here) [e](mailto:a@b.example)",
    );
  });
});
