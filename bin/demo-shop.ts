/** What the demo shop sells and explains, and the chatbot that knows it. */

/** A template of the catalogue, as the shop uses it. */
export const CHATBOT = { templateId: "support-triage", name: "Fernweh guide" };

export const ARTICLES = [
  {
    externalId: "delivery.md",
    title: "Delivery times and costs",
    description: "When a parcel comes, and what it costs.",
    category: "Orders",
    content:
      "## Within Germany\n\nOrders placed before 14:00 leave the same day and come within two working days. " +
      "Delivery is free from 60 €, else 4.90 €.\n\n## Abroad\n\nEU countries take three to six working days for 9.90 €. " +
      "Norway, Switzerland and the United Kingdom take up to ten; customs are paid on arrival.",
  },
  {
    externalId: "returns.md",
    title: "Returns and refunds",
    description: "Sending something back within 60 days.",
    category: "Orders",
    content:
      "You have 60 days. Print the label from your account, put it on the parcel and hand it in anywhere. " +
      "The money is back within five working days after the parcel reached us.\n\n## What cannot come back\n\n" +
      "Gas cartridges, food and underwear that was worn.",
  },
  {
    externalId: "down-care.md",
    title: "Washing down jackets and sleeping bags",
    description: "How down stays warm.",
    category: "Care",
    content:
      "Wash at 30 °C with a down detergent and without softener. Tumble dry on low heat with two tennis balls until " +
      "no lump is left, which can take three hours.",
  },
  {
    externalId: "repairs.md",
    title: "Repairs and warranty",
    description: "What we mend, and for how long.",
    category: "Care",
    content:
      "Every seam, zip and buckle of our own brand is repaired free of charge for five years. Other brands have the " +
      "legal two years; send us a photo first.",
  },
];

export const PRODUCTS = [
  [
    "tent-abisko-2",
    "Abisko 2 tent",
    "349.00",
    "in_stock",
    "Two-person trekking tent for all seasons, 2.1 kg.",
  ],
  ["tent-freya-3", "Freya 3 family tent", "429.00", "preorder", "Three people, standing height, 5.4 kg."],
  [
    "bag-lofoten",
    "Lofoten down sleeping bag",
    "289.00",
    "in_stock",
    "Comfort to -4 °C, 860 g of goose down.",
  ],
  [
    "pack-freya-38",
    "Freya 38 backpack",
    "139.00",
    "in_stock",
    "Hiking backpack of 38 litres with a rain cover.",
  ],
  ["boot-harz", "Harz hiking boots", "189.90", "out_of_stock", "Leather, waterproof, sizes 36 to 48."],
  ["stove-mini", "Mini gas stove", "34.50", "in_stock", "80 grams, boils a litre in four minutes."],
].map(([externalId = "", title = "", price = "", availability = "", description = ""]) => ({
  ...{ externalId, title, price, availability, description },
  currency: "EUR",
}));

export const SALES_RULE = {
  name: "Help with tents",
  trigger: { kind: "page_url", contains: "/tents" },
  message: "Looking for a tent? Tell me where you go and with how many, and I find one.",
};

/** Of the conversation with this person, a ticket: the parcel is being searched for. */
export const TICKET = { email: "anna.lindqvist@example.com", subject: "Order 48213 is lost in Hamburg" };
