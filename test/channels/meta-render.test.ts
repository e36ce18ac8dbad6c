import { describe, expect, it } from "vitest";
import type { OutgoingFile } from "../../src/channels/channel.ts";
import { INSTAGRAM, MESSENGER, sent, WHATSAPP } from "./rendered.ts";

const products = [
  {
    id: "p1",
    name: "Fern",
    price: "€12.50",
    url: "https://shop.example/fern",
    imageUrl: "https://shop.example/f.png",
  },
  { id: "p2", name: "Moss", price: "€4", imageUrl: "https://shop.example/m.png" },
];
const media = { kind: "image" as const, url: "https://shop.example/p.png", alt: "Plants" };
const options = [
  { id: "a", label: "Tea" },
  { id: "b", label: "Coffee" },
];

describe("a message with products, pictures and choices", () => {
  it("goes to WhatsApp as pictures with their lines below, and the question with its buttons last", () => {
    expect(sent(WHATSAPP, { text: "Look:", products })).toEqual([
      { type: "text", text: { body: "Look:", preview_url: false } },
      {
        type: "image",
        image: { link: "https://shop.example/f.png", caption: "Fern\n€12.50\nhttps://shop.example/fern" },
      },
      { type: "image", image: { link: "https://shop.example/m.png", caption: "Moss\n€4" } },
    ]);
    expect(sent(WHATSAPP, { text: "Which?", media, options })).toEqual([
      { type: "image", image: { link: "https://shop.example/p.png", caption: "Plants" } },
      {
        type: "interactive",
        interactive: {
          ...{ type: "button", body: { text: "Which?" } },
          action: {
            buttons: [
              { type: "reply", reply: { id: "c:a", title: "Tea" } },
              { type: "reply", reply: { id: "c:b", title: "Coffee" } },
            ],
          },
        },
      },
    ]);
  });

  it("keeps a product without a picture as text on WhatsApp, and one with a name alone on the others", () => {
    const bare = [{ id: "p1", name: "Fern", price: "€12.50" }];
    expect(sent(WHATSAPP, { text: "Look:", products: bare })).toMatchObject([
      { text: { body: "Look:\n\nFern\n€12.50" } },
    ]);
    for (const channel of [MESSENGER, INSTAGRAM]) {
      expect(sent(channel, { text: "Look:", products: [{ id: "p1", name: "Fern" }] })).toEqual([
        { text: "Look:\n\nFern" },
      ]);
    }
  });

  it("goes to Messenger and Instagram as cards, and choices as quick replies of the last text", () => {
    for (const channel of [MESSENGER, INSTAGRAM]) {
      expect(sent(channel, { text: "Look:", products, media, options })).toEqual([
        { attachment: { type: "image", payload: { url: "https://shop.example/p.png" } } },
        {
          attachment: {
            type: "template",
            payload: {
              template_type: "generic",
              elements: [
                {
                  ...{ title: "Fern", subtitle: "€12.50", image_url: "https://shop.example/f.png" },
                  default_action: { type: "web_url", url: "https://shop.example/fern" },
                },
                { title: "Moss", subtitle: "€4", image_url: "https://shop.example/m.png" },
              ],
            },
          },
        },
        {
          text: "Look:",
          quick_replies: [
            { content_type: "text", title: "Tea", payload: "c:a" },
            { content_type: "text", title: "Coffee", payload: "c:b" },
          ],
        },
      ]);
    }
  });

  it("offers what does not fit, is said twice or may be chosen several times as numbered lines", () => {
    const many = (n: number, label = (i: number) => `Choice ${i}`) =>
      Array.from({ length: n }, (_, i) => ({ id: `o${i}`, label: label(i) }));
    const form = (channel: typeof WHATSAPP, choices: typeof options, multiple = false) => {
      const last = JSON.stringify(sent(channel, { text: "Which?", options: choices, multiple }).at(-1));
      return (
        /"type":"(button|list)"/.exec(last)?.[1] ?? (last.includes("quick_replies") ? "replies" : "lines")
      );
    };
    expect(form(WHATSAPP, many(3))).toBe("button");
    expect(form(WHATSAPP, many(4))).toBe("list");
    expect(form(WHATSAPP, many(10))).toBe("list");
    expect(form(WHATSAPP, many(11))).toBe("lines");
    expect(
      form(
        WHATSAPP,
        many(2, (i) => `${i}${"x".repeat(20)}`),
      ),
    ).toBe("list");
    expect(
      form(
        WHATSAPP,
        many(2, (i) => `${i}${"x".repeat(24)}`),
      ),
    ).toBe("lines");
    for (const channel of [MESSENGER, INSTAGRAM]) {
      expect(form(channel, many(13))).toBe("replies");
      expect(form(channel, many(14))).toBe("lines");
    }
    for (const channel of [WHATSAPP, MESSENGER, INSTAGRAM]) {
      expect(
        form(
          channel,
          many(2, () => "Same"),
        ),
      ).toBe("lines");
      expect(form(channel, many(2), true)).toBe("lines");
    }
  });

  it("carries files at an address of ours, beside what else is said", () => {
    const file = (kind: OutgoingFile["kind"], name: string): OutgoingFile => ({
      ...{ id: "at_1", name, mediaType: "x/y", bytes: 1, kind },
      address: () => `https://ours.example/${name}`,
      open: async () => null,
    });
    const files = [file("image", "p.png"), file("file", "b.pdf")];
    expect(sent(WHATSAPP, { text: "Your bill" }, files)).toEqual([
      { type: "text", text: { body: "Your bill", preview_url: false } },
      { type: "image", image: { link: "https://ours.example/p.png" } },
      { type: "document", document: { link: "https://ours.example/b.pdf", filename: "b.pdf" } },
    ]);
    for (const channel of [MESSENGER, INSTAGRAM]) {
      expect(sent(channel, { text: "" }, files)).toEqual([
        { attachment: { type: "image", payload: { url: "https://ours.example/p.png" } } },
        { attachment: { type: "file", payload: { url: "https://ours.example/b.pdf" } } },
      ]);
    }
  });

  it("is cut where Instagram counts bytes", () => {
    const texts = sent(INSTAGRAM, { text: "漢字 ".repeat(400).trim() }).map(({ text }) => String(text));
    expect(texts.length).toBeGreaterThan(1);
    for (const text of texts) expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(1000);
    expect(texts.join(" ")).toBe("漢字 ".repeat(400).trim());
  });
});
