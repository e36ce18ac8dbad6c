import { BUSINESS_FLOW, DESK_FLOW, GUIDE_FLOW } from "./flows.ts";

/** What the demo workspace is about: a small shop for outdoor gear, with three chatbots. */

export const SHOP = "Fernweh Outdoor";

/** Inboxes, each with the chatbot that answers first in it. */
export const PLACES = [
  {
    key: "website",
    inbox: "Website chat",
    chatbot: "Fernweh guide",
    description: "Meets visitors of the shop, and sorts what they want.",
    flow: GUIDE_FLOW,
    instructions: [
      "You are the guide of Fernweh Outdoor, a shop for hiking and camping gear in Hamburg.",
      "Answer from the articles and products alone. When neither says it, say so and offer a colleague.",
      "Ask where somebody goes, in which season and with how many before you recommend a tent, a bag or boots; then name at most two products with price and weight.",
      "Never promise a day of delivery. Say the usual time, and that the carrier's page knows more.",
      "For returns name the 60 days and the label in the account.",
      "Write as one writes to a friend who hikes: short, concrete, no exclamation marks in a row.",
    ].join("\n\n"),
  },
  {
    key: "help",
    inbox: "Help centre",
    chatbot: "Repair desk",
    description: "Takes in what is broken, and files it.",
    flow: DESK_FLOW,
    instructions: [
      "You are the repair desk of Fernweh Outdoor.",
      "Find out what is broken, since when, and whether the customer needs it for a trip soon.",
      "Our own brand is repaired free of charge for five years; other brands have the legal two years. Do not judge from a photo whether something is covered: a colleague does.",
      "Explain care (washing down, waxing leather, drying tents) step by step, as the articles do.",
      "Gas stoves that leak are not used any more: hand over at once.",
    ].join("\n\n"),
  },
  {
    key: "business",
    inbox: "Business customers",
    chatbot: "Wholesale desk",
    description: "Collects enquiries of clubs, schools and companies for the sales team.",
    flow: BUSINESS_FLOW,
    instructions: [
      "You collect enquiries of clubs, schools and companies for the sales team of Fernweh Outdoor.",
      "Ask for the name, the company, how many pieces and an email, one thing at a time.",
      "Never name a price or a discount: Ines Hoffmann calls within one working day.",
      "Private customers belong to the website chat: say so kindly.",
    ].join("\n\n"),
  },
] as const;
export type PlaceKey = (typeof PLACES)[number]["key"];

export const TAGS = [
  { name: "VIP", color: "#b7791f" },
  { name: "Returns", color: "#2b6cb0" },
  { name: "Wholesale", color: "#2f855a" },
  { name: "Advice", color: "#805ad5" },
];

export const FIELDS = [
  { key: "loyalty", label: "Loyalty level", type: "select", options: ["bronze", "silver", "gold"] },
  { key: "shoe_size", label: "Shoe size (EU)", type: "number" },
  { key: "last_order", label: "Last order", type: "date" },
];

/** People the team knows without a conversation yet. */
export const FURTHER_CONTACTS = [
  { name: "Grace Kim", email: "grace.kim@example.com", customFields: { loyalty: "silver" } },
  { name: "Peter Novák", email: "peter.novak@example.com", phone: "+420 2 5550199", externalId: "crm-1187" },
];

/** What the guide knows; the desk has the two about care. */
export const ARTICLES = [
  {
    for: "website",
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
    for: "website",
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
    for: "website",
    externalId: "sizes.md",
    title: "Which size of boots",
    description: "How to measure, and what to leave for thick socks.",
    category: "Advice",
    content:
      "Measure in the evening, with the socks you hike in. Leave a finger's width in front of the toes: downhill the " +
      "foot slides. Between two sizes take the larger one.",
  },
  {
    for: "help",
    externalId: "down-care.md",
    title: "Washing down jackets and sleeping bags",
    description: "How down stays warm.",
    category: "Care",
    content:
      "Wash at 30 °C with a down detergent and without softener. Tumble dry on low heat with two tennis balls until " +
      "no lump is left, which can take three hours.",
  },
  {
    for: "help",
    externalId: "repairs.md",
    title: "Repairs and warranty",
    description: "What we mend, and for how long.",
    category: "Care",
    content:
      "Every seam, zip and buckle of our own brand is repaired free of charge for five years. Other brands have the " +
      "legal two years; send us a photo first.",
  },
] as const;

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
    "bag-skadi",
    "Skadi Winter sleeping bag",
    "379.00",
    "in_stock",
    "Comfort to -14 °C, 1.3 kg of goose down, for snow and huts without a stove.",
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

/** What the guide's answers are held to: run_test_questions asks them. */
export const TEST_QUESTIONS = [
  { question: "How long do I have to send something back?", expects: { words: ["60 days"] } },
  { question: "What does delivery cost in Germany?", expects: { words: ["4.90"] } },
  { question: "Do you organise guided tours in Nepal?", expects: { handover: true } },
];

/** Names of hosts that end in `.example` lead nowhere, so every attempt to reach it fails: a log to look into. */
export const WEBHOOK = {
  url: "https://crm.fernweh-outdoor.example/hooks/parley",
  events: ["lead.captured", "ticket.created", "conversation.handed_off"],
  description: "CRM: new leads and tickets",
};
