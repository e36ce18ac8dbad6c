import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvLines, csvTable } from "../../../bin/import/csv.ts";
import { asUtf8 } from "../../../bin/import/source.ts";
import { property } from "../../property.ts";

const lines = (text: string) => [...csvLines(Buffer.from(text))];

describe("reading CSV", () => {
  it("gives each record the line where it begins, over quoted line breaks, empty lines and CRLF", () => {
    expect(lines('a,b\r\n1,"x\r\ny"\r\n\r\n"2, or 3","say ""hi"""\r\n')).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: ["1", "x\r\ny"] },
      { line: 5, cells: ["2, or 3", 'say "hi"'] },
    ]);
  });

  it.each([
    ["commas", "a,b,c\n1,2;x,3"],
    ["semicolons", "a;b;c\n1;2,x;3"],
    ["tabs", "a\tb\tc\n1\t2,;x\t3"],
    ["semicolons, with commas in a quoted heading", '"a, b, c, d";b;c\n1;2;3'],
  ])("knows %s", (_, text) => {
    expect(lines(text)[1]?.cells).toHaveLength(3);
  });

  it("loses a broken line and no other", () => {
    const read = lines('a,b\n1,"x" y\n2,ok\n3,"never closed\n4,fine\n5,a 27" screen\n6,"é"\n7,"open');
    expect(read.filter(({ problem }) => problem === undefined).map(({ cells }) => cells)).toEqual([
      ["a", "b"],
      ["2", "ok"],
      ["4", "fine"],
      ["5", 'a 27" screen'],
      ["6", "é"],
    ]);
    expect(read.filter(({ problem }) => problem !== undefined).map(({ line }) => line)).toEqual([2, 4, 8]);
  });

  it("reads back whatever was written, each record on its line", async () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "é", '"', ",", "\n", " ", "😀", ";") });
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 2500 });
    await property(
      [rows],
      (given) => {
        const quoted = given.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(","));
        // A heading of commas alone, so that no other delimiter is taken for it.
        const text = `,,,\n${quoted.join("\n")}`;
        let line = 2;
        const expected = given.flatMap((cells, i) => {
          const at = line;
          line += (quoted[i] ?? "").split("\n").length;
          return cells.some((one) => one.trim() !== "") ? [{ line: at, cells }] : [];
        });
        expect(lines(text)).toEqual(expected);
      },
      { runs: 30 },
    );
  });

  it("finds cells by headings in any case, and reports rows that are too wide", () => {
    const { headings, rows } = csvTable(
      Buffer.from("Name, E-Mail \nAda,ada@example.com\nBob\nCleo,c@example.com,x\nDan,d,,\n"),
    );
    expect(headings).toEqual(["Name", "E-Mail"]);
    const read = [...rows].map((row) => ("problem" in row ? row : [row.cell("e-mail"), row.cell("NAME")]));
    expect(read).toEqual([
      ["ada@example.com", "Ada"],
      ["", "Bob"],
      { line: 4, problem: expect.stringContaining("3 cells, the heading 2") },
      ["d", "Dan"],
    ]);
  });

  it("takes UTF-8 with and without its mark, and UTF-16 with one, and nothing else", () => {
    const text = "Zoë,東京";
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]);
    const utf16 = Buffer.from(`\ufeff${text}`, "utf16le");
    for (const bytes of [Buffer.from(text), marked, utf16, Buffer.from(utf16).swap16()]) {
      expect(asUtf8(bytes)?.toString()).toBe(text);
    }
    expect(asUtf8(Buffer.from("Zo\xeb", "latin1"))).toBeNull();
  });
});
