import { describe, expect, it } from "vitest";
import type { Entry } from "../../../bin/import/entry.ts";
import { htmlToText } from "../../../bin/import/html.ts";
import { decimalPrice } from "../../../bin/import/product.ts";
import { type ReadOptions, readProducts } from "../../../bin/import/products.ts";
import { productInput } from "../../../src/products/product-input.ts";
import { itemWith, sample } from "./samples.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const read = (name: string, options: Partial<ReadOptions> = {}): Entry[] =>
  readProducts(name, sample(name), { format: "auto", currency: "EUR", now: NOW, ...options });
const readText = (name: string, text: string, options: Partial<ReadOptions> = {}): Entry[] =>
  readProducts(name, Buffer.from(text), { format: "auto", currency: "EUR", now: NOW, ...options });
const problems = (entries: readonly Entry[]) => entries.filter((entry) => "problem" in entry);

describe("products of Shopify's CSV export", () => {
  const entries = read("shopify.csv", { shopUrl: "https://shop.example.com/" });

  it("gathers a product's rows: cheapest variant that can be bought, options, first picture", () => {
    expect(itemWith(entries, "linen-shirt")).toEqual({
      externalId: "linen-shirt",
      title: "Linen Shirt",
      description: "Light, breathable linen.\n\n- Coconut buttons\n- Wash at 30°",
      price: "64.50",
      currency: "EUR",
      availability: "in_stock",
      url: "https://shop.example.com/products/linen-shirt",
      imageUrl: "https://cdn.example.com/files/shirt-front.jpg?v=2",
      attributes: {
        Colour: ["White", "Sand"],
        Size: ["S", "M"],
        brand: "Northfold",
        type: "Shirts",
        category: "Apparel & Accessories > Clothing > Shirts",
        tags: ["linen", "summer"],
        sku: ["NF-LS-W-S", "NF-LS-W-M", "NF-LS-S-M"],
        priceTo: "69.00",
      },
    });
  });

  it("tells what cannot be bought, what is no longer made, and what is not for sale yet", () => {
    expect(itemWith(entries, "wool-scarf").availability).toBe("out_of_stock");
    expect(itemWith(entries, "old-apron").availability).toBe("discontinued");
    expect(entries).toContainEqual({ line: 13, skipped: true });
    expect(entries).toHaveLength(5);
  });

  it("knows no options where there are none, and no link without the shop's address", () => {
    expect(itemWith(read("shopify.csv"), "tea-towel")).toMatchObject({
      price: "9.90",
      url: null,
      imageUrl: null,
      description: "",
      attributes: { brand: "Northfold", type: "Kitchen", sku: "NF-TT" },
    });
  });

  it("reads the new headings as well", () => {
    expect(read("shopify-new.csv")).toEqual([
      {
        line: 2,
        item: expect.objectContaining({
          externalId: "enamel-mug",
          title: "Enamel Mug",
          description: "For camp and kitchen.",
          price: "14.00",
          // Sold out, but sold on.
          availability: "in_stock",
          imageUrl: "https://cdn.example.com/files/mug.jpg",
          attributes: expect.objectContaining({ Colour: ["Red", "Blue"], sku: ["NF-EM-R", "NF-EM-B"] }),
        }),
      },
    ]);
  });

  it("reports the line of a variant's price, and keeps the product from being removed", () => {
    const text = "Handle,Title,Variant Price\na,A,1.00\na,,many\nb,B,2.00\n,C,3\n";
    expect(problems(readText("x.csv", text))).toEqual([
      { line: 3, problem: expect.stringContaining('"many"'), keep: ["a"] },
      { line: 5, problem: "has no Handle", keep: [] },
    ]);
  });
});

describe("products of Shopify's products.json", () => {
  const entries = read("products.json");

  it("are known by the handle, as in the CSV export", () => {
    expect(itemWith(entries, "linen-shirt")).toMatchObject({
      title: "Linen Shirt",
      description: "Light, breathable linen.",
      price: "69.00",
      currency: "EUR",
      availability: "in_stock",
      imageUrl: "https://cdn.shopify.com/s/files/1/0001/products/shirt.jpg?v=17",
      attributes: { Colour: ["White", "Sand"], Size: ["S", "M"], sku: ["NF-LS-W-S", "NF-LS-S-M"] },
    });
    expect(itemWith(entries, "tea-towel")).toMatchObject({ price: "9.90", description: "" });
  });

  it("are reported with their line", () => {
    expect(problems(entries)).toEqual([
      { line: 34, problem: expect.stringContaining('"ask us"'), keep: ["no-price"] },
    ]);
  });

  it("come from the admin API too", () => {
    const product = (more: object) => ({ handle: "h", title: "T", options: [], images: [], ...more });
    const variant = { price: "5.00", inventory_management: "shopify", inventory_policy: "deny" };
    const file = {
      products: [
        product({ status: "active", tags: "a, b", variants: [{ ...variant, inventory_quantity: 0 }] }),
        product({ handle: "d", status: "draft", variants: [variant] }),
        product({ handle: "u", published_at: null, variants: [variant] }),
        product({ handle: "r", status: "archived", variants: [{ ...variant, inventory_quantity: 3 }] }),
      ],
    };
    const fromApi = readText("products.json", JSON.stringify(file));
    expect(itemWith(fromApi, "h")).toMatchObject({
      availability: "out_of_stock",
      attributes: { tags: ["a", "b"] },
    });
    expect(itemWith(fromApi, "r").availability).toBe("discontinued");
    expect(fromApi.filter((entry) => "skipped" in entry)).toHaveLength(2);
  });
});

describe("products of WooCommerce's export", () => {
  const entries = read("woocommerce.csv", { shopUrl: "https://shop.example.com" });

  it("are put together with their variations", () => {
    expect(itemWith(entries, "44")).toEqual({
      externalId: "44",
      title: "V-Neck T-Shirt",
      description: "Soft tee.\n\nA tee with a V.\n\nCotton\\, combed.",
      price: "18",
      currency: "EUR",
      availability: "in_stock",
      url: "https://shop.example.com/?p=44",
      imageUrl: "https://shop.example.com/wp-content/uploads/vneck.jpg",
      attributes: {
        Color: ["Blue", "Green", "Red"],
        Size: ["Small", "Medium"],
        brand: "Northfold",
        category: ["Clothing > T-Shirts", "Sale"],
        tags: ["summer", "cotton"],
        sku: ["woo-vneck", "woo-vneck-red", "woo-vneck-blue", "woo-vneck-green"],
        priceTo: "22",
      },
    });
  });

  it("undoes what the export does to formulas, decimal commas and dates of sales", () => {
    expect(itemWith(entries, "45")).toMatchObject({ title: "-20° camping course", price: "19.90" });
    expect(itemWith(entries, "46")).toMatchObject({ price: "55", availability: "out_of_stock" });
    const during = read("woocommerce.csv", { now: Date.parse("2020-02-01T18:00:00Z") });
    expect(itemWith(during, "46").price).toBe("45");
    expect(itemWith(entries, "47")).toMatchObject({
      availability: "preorder",
      url: "https://partner.example.com/mug",
      imageUrl: null,
    });
  });

  it("gives a group the prices of its products", () => {
    const found = readText(
      "woo.csv",
      "ID,Type,SKU,Name,Published,In stock?,Regular price,Grouped products\n" +
        '1,grouped,set,Set,1,1,,"id:2, mug-b, id:99"\n' +
        "2,simple,mug-a,Mug A,1,1,8,\n3,simple,mug-b,Mug B,1,1,5,\n4,grouped,none,Empty,1,1,,\n",
    );
    expect(itemWith(found, "1")).toMatchObject({ price: "5", attributes: { priceTo: "8", sku: "set" } });
    expect(itemWith(found, "4")).toMatchObject({ price: null, currency: null });
  });

  it("leaves drafts out, and reports odd prices and variations without a product", () => {
    expect(entries).toContainEqual({ line: 6, skipped: true });
    expect(problems(entries)).toEqual([
      { line: 7, problem: expect.stringContaining('"1,234"'), keep: ["49"] },
      { line: 11, problem: expect.stringContaining('"id:4711"'), keep: [] },
    ]);
  });
});

describe("products of JSON Lines", () => {
  it("go on behind lines that are none, and get the currency that they leave out", () => {
    const entries = read("products.jsonl", { currency: "CHF" });
    expect(itemWith(entries, "a-2")).toMatchObject({ price: "4.5", currency: "CHF" });
    expect(itemWith(entries, "a-1")).toMatchObject({ price: "129.00", currency: "EUR" });
    expect(problems(entries)).toEqual([
      { line: 5, problem: "is not JSON" },
      { line: 7, problem: "is no JSON object" },
    ]);
  });
});

describe("files of products", () => {
  it("fit what the server takes", () => {
    for (const name of ["shopify.csv", "shopify-new.csv", "products.json", "woocommerce.csv"]) {
      for (const entry of read(name)) {
        if ("item" in entry) expect(productInput.safeParse(entry.item).error).toBeUndefined();
      }
    }
  });

  it("are told apart by what is in them", () => {
    expect(
      readText("export.txt", '{"externalId":"1","title":"T"}\n{"externalId":"2","title":"U"}'),
    ).toHaveLength(2);
    expect(readText("one.json", '{"externalId":"1","title":"T"}')).toHaveLength(1);
    expect(readText("list.json", '[\n{"handle":"h","title":"T"}]')).toMatchObject([{ line: 2 }]);
    expect(readText("empty.json", '{"products":[]}')).toEqual([]);
    expect(readText("marked.csv", "Handle,Title,Variant Price\na,A,1.00\n")).toHaveLength(1);
  });

  it("that are nothing known, or lack a currency, are refused with a reason", () => {
    expect(() => readText("x.csv", "a,b\n1,2")).toThrow(/neither a product export of Shopify/);
    expect(() => readText("x.json", '{"products": [')).toThrow(/is not JSON/);
    expect(() => readText("x.csv", "a,b\n1,2", { format: "shopify-csv" })).toThrow(/no shopify-csv/);
    expect(() => readText("x.json", "{}", { format: "shopify-json" })).toThrow(/no products.json/);
    expect(() => read("shopify.csv", { currency: undefined })).toThrow(/--currency/);
  });
});

describe("prices and descriptions", () => {
  it.each([
    ["19.90", "19.90"],
    ["19,90", "19.90"],
    ["7", "7"],
    [".5", "0.5"],
    ["7.", "7"],
    ["1.234,50", "1234.50"],
    ["1,234.56", "1234.56"],
    ["€5", "5"],
    ["$19.99", "19.99"],
    ["19,90 €", "19.90"],
    ["EUR 19.90", "19.90"],
    ["１９．９０", "19.90"],
  ])("takes %s for %s", (given, price) => expect(decimalPrice(given, "EUR")).toBe(price));

  it.each(["-1", "free", "1e3", "5 each"])("does not guess what %s means", (given) => {
    expect(() => decimalPrice(given, "EUR")).toThrow(/not a decimal number/);
  });

  it.each(["1,234", "1.234"])(
    "says that %s could be two prices, where a currency has no thousandths",
    (given) => {
      expect(() => decimalPrice(given, "EUR")).toThrow(/could be a thousand or one/);
      if (given === "1.234") expect(decimalPrice(given, "KWD")).toBe(given);
    },
  );

  it("leaves out pictures and what a page hides", () => {
    const html =
      '<p>Seen ![</p><img src="a.png" alt="pic"><p hidden>Internal: 3 EUR</p><p style="display:none">x</p>';
    expect(htmlToText(html)).toBe("Seen ![");
  });

  it("turns HTML into text, and leaves text alone", () => {
    expect(
      htmlToText("<h2>Care</h2><p>Wash <a href='x'>warm</a> &amp; dry.<br>Iron.</p><script>x()</script>"),
    ).toBe("Care\n\nWash warm & dry.\nIron.");
    expect(htmlToText("<ul><li>One<ul><li>Deep</li></ul></li><li>Two *</li></ul>")).toBe(
      "- One\n  - Deep\n- Two *",
    );
    expect(htmlToText("5 * 3 # 1_000")).toBe("5 * 3 # 1_000");
  });
});
