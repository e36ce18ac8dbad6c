/** What the demo workspace is about: a small shop for outdoor gear, on an ordinary day. */

export const SHOP = "Fernweh Outdoor";

export const INBOXES = [
  { key: "website", channel: "web", name: "Website chat" },
  { key: "help", channel: "web", name: "Help centre" },
  { key: "app", channel: "api", name: "Mobile app" },
] as const;
export type InboxKey = (typeof INBOXES)[number]["key"];

export const TAGS = [
  { name: "VIP", color: "#b7791f" },
  { name: "Returns", color: "#2b6cb0" },
  { name: "Wholesale", color: "#2f855a" },
];

export const FIELDS = [
  { key: "loyalty", label: "Loyalty level", type: "select", options: ["bronze", "silver", "gold"] },
  { key: "shoe_size", label: "Shoe size (EU)", type: "number" },
  { key: "last_order", label: "Last order", type: "date" },
];

/** One line of a conversation: the visitor's, a reply, a private note, or a draft that waits for a person. */
type Line = ["visitor" | "reply" | "note" | "draft", string];

export interface Story {
  inbox: Exclude<InboxKey, "app">;
  name: string;
  email: string;
  tags?: string[];
  fields?: Record<string, string | number>;
  lines: Line[];
  status?: "open" | "pending" | "resolved";
}

export const STORIES: Story[] = [
  {
    inbox: "website",
    name: "Anna Lindqvist",
    email: "anna.lindqvist@example.com",
    tags: ["VIP"],
    fields: { loyalty: "gold", shoe_size: 39, last_order: "2026-11-12" },
    lines: [
      ["visitor", "Hi! My order 48213 was due on Tuesday and I still have nothing. Is it lost?"],
      ["reply", "Hello Anna, I'm sorry about the wait. The carrier scanned it in Hamburg last night."],
      ["visitor", "Thanks. I leave for Abisko on Saturday, will it be here by Friday?"],
      ["note", "Gold customer. If it is not out for delivery tomorrow, send a second tent by express."],
      [
        "draft",
        "It should reach you tomorrow, Anna. If it does not, we send another one by express, at no cost.",
      ],
    ],
  },
  {
    inbox: "website",
    name: "Marc Dubois",
    email: "marc.dubois@example.com",
    tags: ["Returns"],
    fields: { loyalty: "silver", shoe_size: 44 },
    lines: [
      ["visitor", "The Kungsleden boots are half a size too small. Can I change them for a 44.5?"],
      [
        "reply",
        "Of course. I've sent you a return label; the 44.5 leaves us as soon as the carrier has the parcel.",
      ],
      ["visitor", "Perfect, merci!"],
    ],
    status: "resolved",
  },
  {
    inbox: "website",
    name: "Priya Raman",
    email: "priya.raman@example.com",
    lines: [
      ["visitor", "Does the Skadi sleeping bag keep me warm at -10 °C? I sleep cold."],
      ["reply", "Its comfort limit is -7 °C. If you sleep cold I would take the Skadi Winter (-14 °C)."],
      ["visitor", "And is the winter one much heavier?"],
    ],
  },
  {
    inbox: "website",
    name: "Tom Becker",
    email: "tom.becker@example.com",
    tags: ["Wholesale"],
    lines: [
      ["visitor", "We run a climbing hall and would like 40 rental harnesses. Do you have prices for that?"],
      ["note", "Forwarded to Ines in sales, she calls back today."],
      ["reply", "Gladly! Ines from our business team will call you today with an offer."],
    ],
    status: "pending",
  },
  {
    inbox: "website",
    name: "Yuki Tanaka",
    email: "yuki.tanaka@example.com",
    lines: [["visitor", "日本への配送は可能ですか?関税はいくらになりますか?"]],
  },
  {
    inbox: "website",
    name: "Sofía Romero",
    email: "sofia.romero@example.com",
    lines: [
      ["visitor", "I was charged twice for order 48377, 129.90 € each."],
      [
        "reply",
        "You're right, the first payment was not captured properly. The second one is on its way back to you.",
      ],
      ["visitor", "How long does that take?"],
      ["draft", "Between three and five working days, depending on your bank."],
    ],
  },
  {
    inbox: "help",
    name: "Jonas Weber",
    email: "jonas.weber@example.com",
    fields: { loyalty: "bronze" },
    lines: [
      ["visitor", "How do I wash a down jacket without ruining it?"],
      ["reply", "30 °C, a down detergent, no softener, and then tumble dry it low with two tennis balls."],
      ["visitor", "Tennis balls, really? Great, thank you."],
    ],
    status: "resolved",
  },
  {
    inbox: "help",
    name: "Emily Carter",
    email: "emily.carter@example.com",
    tags: ["Returns"],
    lines: [
      ["visitor", "The zip of my Freya backpack broke after two weeks. Is that covered?"],
      ["reply", "It is. Would you like a repair (about ten days) or a new one?"],
      ["visitor", "A new one please, I need it for work."],
      ["note", "Third broken Freya zip this month. Told product."],
    ],
  },
  {
    inbox: "help",
    name: "Olu Adeyemi",
    email: "olu.adeyemi@example.com",
    lines: [["visitor", "My discount code AUTUMN15 says it has expired, but the mail says until Sunday."]],
  },
  {
    inbox: "help",
    name: "Hanna Virtanen",
    email: "hanna.virtanen@example.com",
    fields: { loyalty: "gold", last_order: "2026-10-30" },
    lines: [
      ["visitor", "Can I still add trekking poles to order 48401?"],
      ["reply", "Done, they ship together with the rest this afternoon."],
    ],
    status: "resolved",
  },
  {
    inbox: "help",
    name: "Liam O'Connor",
    email: "liam.oconnor@example.com",
    lines: [
      ["visitor", "I can't log in any more, the reset mail never arrives."],
      ["visitor", "Checked spam as well."],
    ],
  },
  {
    inbox: "website",
    name: "Chiara Conti",
    email: "chiara.conti@example.com",
    tags: ["VIP"],
    lines: [
      ["visitor", "Is the Milano store open on the 8th of December?"],
      ["reply", "Yes, from 10 to 18. It is a holiday, so it may be full around noon."],
    ],
    status: "resolved",
  },
];

/** People the team knows without a conversation yet. */
export const FURTHER_CONTACTS = [
  { name: "Ines Hoffmann", email: "ines.hoffmann@example.com", phone: "+49 40 5550142", tags: ["Wholesale"] },
  { name: "Peter Novák", email: "peter.novak@example.com", phone: "+420 2 5550199", externalId: "crm-1187" },
  { name: "Grace Kim", email: "grace.kim@example.com", customFields: { loyalty: "silver" } },
];
