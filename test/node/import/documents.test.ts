import { describe, expect, it } from "vitest";
import { articlesOf, findDocuments, MAX_PART, MAX_PARTS, partsOf } from "../../../bin/import/articles.ts";
import { type Document, readDocument } from "../../../bin/import/documents.ts";
import { htmlToMarkdown } from "../../../bin/import/html.ts";
import { articleInput } from "../../../src/knowledge/article-input.ts";
import { sample, sampleFile } from "./samples.ts";

const read = (name: string) => readDocument(name, sample(name));
const readText = (name: string, text: string) => readDocument(name, Buffer.from(text));

describe("documents", () => {
  it("are found in folders by their endings, hidden ones left out, in the order of their paths", () => {
    expect(findDocuments([sampleFile("articles")]).documents.map(({ externalId }) => externalId)).toEqual([
      "care-guide.pdf",
      "faq/gift-cards.txt",
      "faq/opening_hours.txt",
      "old.htm",
      "returns.md",
      "shipping.html",
      "size-guide.docx",
    ]);
    expect(findDocuments([sampleFile("articles/returns.md")]).documents).toMatchObject([
      { externalId: "returns.md" },
    ]);
    expect(() => findDocuments(["nowhere"])).toThrow(/no file or folder nowhere/);
  });

  it("of Markdown say who they are in front matter, and do not repeat their title", async () => {
    expect(await read("articles/returns.md")).toMatchObject({
      title: "Returns and refunds",
      description: "You can send anything back within 30 days. See shipping.",
      category: "Orders",
      keywords: ["refund", "return"],
      markdown: expect.stringMatching(/^You can send.*## How to return\n\n1\. Pack it\.\n2\. Post it\.$/s),
    });
    expect(
      await readText("a.md", "---\ntitle: A\ndraft: true\nkeywords: x, y\n---\n# B\n\ntext"),
    ).toMatchObject({
      title: "A",
      draft: true,
      keywords: ["x", "y"],
      markdown: "# B\n\ntext",
    });
    expect(await readText("a.md", "Intro.\n\nTitle below\n===\n\ntext")).toMatchObject({
      title: "Title below",
    });
    expect(await readText("how-to_pay.md", "Just text.")).toMatchObject({ title: "How to pay" });
  });

  it("of HTML are their main text, with tables and lists, and nothing that stands around it", async () => {
    const { title, markdown } = await read("articles/shipping.html");
    expect(title).toBe("Shipping");
    expect(markdown).toBe(
      "We ship on the day you order, until 14:00.\n\n| Zone | Days |\n| --- | --- |\n| EU | 2–4 |\n| World | 7 |",
    );
    expect((await read("articles/old.htm")).markdown).toBe("café");
    expect(await readText("p.html", "<title>Page &amp; more</title><p>Text</p>")).toMatchObject({
      title: "Page & more",
    });
    const { markdown: nested } = htmlToMarkdown(
      "<nav>Menu</nav><h2>A_b</h2><p><em>x</em> | y</p><footer>z</footer>",
    );
    expect(nested).toBe("## A\\_b\n\n*x* | y");
  });

  it("of PDF are the text of all pages, its paragraphs and words put together again", async () => {
    expect(await read("articles/care-guide.pdf")).toMatchObject({
      title: "Linen care",
      markdown:
        "Caring for linen\n\nWash linen at 30 degrees with a mild detergent. Do not bleach it.\n\n" +
        "Dry it flat – the sun is fine.\n\nIroning: while it is still damp, with steam.",
    });
  });

  it("of DOCX keep headings, lists and tables", async () => {
    const { title, markdown } = await read("articles/size-guide.docx");
    expect(title).toBe("Size guide");
    expect(markdown).toMatch(
      /^Measure your chest and compare\.\n\n## Shirts\n\n- +Relaxed\n- +Slim\n\n\| Size \| Chest \|/,
    );
    expect(markdown).toContain("**Between two sizes? Take the larger.**");
  });

  it("of plain text may begin with their title", async () => {
    expect(await read("articles/faq/gift-cards.txt")).toMatchObject({
      title: "Gift cards",
      markdown: "Gift cards never expire. They can be used for several orders.",
    });
    expect(await read("articles/faq/opening_hours.txt")).toMatchObject({
      title: "Opening hours",
      markdown: "We are open from nine to five.\nOn Sundays we are closed.",
    });
  });

  it.each([
    ["locked.pdf", "encrypted"],
    ["scan.pdf", "OCR"],
    ["broken.pdf", "no readable PDF"],
    ["broken.docx", "no readable DOCX"],
    ["latin1.txt", "not UTF-8"],
    ["front-matter.md", "front matter is not YAML"],
    ["heading.md", "holds no text"],
  ])("that cannot be read say why: %s", async (name, message) => {
    await expect(read(`unreadable/${name}`)).rejects.toThrow(message);
  });

  it("are described by their first paragraph, cut at a word", async () => {
    const long = `## Heading\n\n- a list\n\n${"Some **words** here. ".repeat(30)}\n\nMore.`;
    const { description } = await readText("a.md", long);
    expect(description).toMatch(/^Some words here\. .*…$/);
    expect(description.length).toBeLessThanOrEqual(300);
  });
});

describe("articles of documents", () => {
  const document = (markdown: string): Document => ({ title: "Manual", description: "d", markdown });

  it("fit what the server takes", async () => {
    for (const { externalId } of findDocuments([sampleFile("articles")]).documents) {
      for (const item of articlesOf(externalId, await read(`articles/${externalId}`), { category: "Help" })) {
        expect(articleInput.safeParse(item).error).toBeUndefined();
      }
    }
  });

  it("are several when the document is long, cut before headings where it can be, with nothing lost", () => {
    const sections = Array.from({ length: 60 }, (_, i) => `## Part ${i}\n\n${`Sentence ${i}. `.repeat(150)}`);
    const items = articlesOf("m.pdf", document(sections.join("\n\n")), {});
    expect(items.map(({ externalId, title }) => [externalId, title]).slice(0, 2)).toEqual([
      ["m.pdf", "Manual"],
      ["m.pdf#2", "Manual (2)"],
    ]);
    const contents = items.map(({ content }) => String(content));
    for (const content of contents) {
      expect(content.length).toBeLessThanOrEqual(MAX_PART);
      expect(content).toMatch(/^## Part/);
    }
    const bare = (text: string) => text.replaceAll(/\s+/g, "");
    expect(bare(contents.join(""))).toBe(bare(sections.join("")));
  });

  it("are cut within a paragraph only if it is too long itself, and never within a character", () => {
    const parts = partsOf(`short\n\n${"😀".repeat(100)}\n\n${"word ".repeat(50)}`, 101);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(101);
      expect(part.isWellFormed()).toBe(true);
    }
    expect(parts.join("").replaceAll(/\s/g, "")).toBe(`short${"😀".repeat(100)}${"word".repeat(50)}`);
  });

  it("are refused when there would be too many", () => {
    expect(() => articlesOf("m.md", document("x".repeat(MAX_PART * MAX_PARTS + 1)), {})).toThrow(
      /longer than 50/,
    );
  });

  it("are drafts if the document or the command says so", () => {
    expect(articlesOf("a", document("t"), {})[0]).not.toHaveProperty("status");
    expect(articlesOf("a", document("t"), { draft: true })[0]).toMatchObject({ status: "draft" });
    expect(articlesOf("a", { ...document("t"), draft: true }, {})[0]).toMatchObject({ status: "draft" });
  });
});
