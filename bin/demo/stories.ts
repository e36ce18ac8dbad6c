import { LED_STORIES } from "./led-stories.ts";
import { OLDER_STORIES } from "./older-stories.ts";
import type { PlaceKey } from "./shop.ts";

/**
 * One line of a conversation: the visitor's, a reply of Mia (m) or Ines (i), a private note of theirs, a draft of the
 * bot's that waits for a person, or `flow`: the chatbot of the inbox begins its flow.
 */
export type Line = [who: "visitor" | "m" | "i" | "note" | "draft" | "flow", text?: string];

export interface Story {
  place: PlaceKey;
  /** Days before the day the demo is made on; 0 is that day. */
  day: number;
  name?: string;
  /** What the visitor says its address is. */
  email?: string;
  locale?: string;
  lines: Line[];
  /** How it ended; open where left out. */
  status?: "pending" | "resolved";
  tags?: string[];
  fields?: Record<string, string | number>;
  assignee?: "m" | "i";
  /** What Mia files about it. */
  ticket?: {
    subject: string;
    text?: string;
    priority?: "low" | "high" | "urgent";
    status?: "in_progress" | "pending" | "resolved";
  };
  /** The first line was not in the knowledge base; so many passages were found all the same. */
  unanswered?: number;
}

/** What happened in the last days: what somebody who opens the demo looks at first. */
const RECENT_STORIES: Story[] = [
  {
    ...{ place: "website", day: 0, name: "Anna Lindqvist", email: "anna.lindqvist@example.com" },
    ...{ tags: ["VIP"], fields: { loyalty: "gold", shoe_size: 39 }, assignee: "m" },
    ticket: {
      subject: "Order 48213 is lost in Hamburg",
      text: "Due on Tuesday, scanned last in Hamburg.",
      priority: "urgent",
    },
    lines: [
      ["visitor", "Hi! My order 48213 was due on Tuesday and I still have nothing. Is it lost?"],
      ["m", "Hello Anna, I'm sorry about the wait. The carrier scanned it in Hamburg last night."],
      ["visitor", "Thanks. I leave for Abisko on Saturday, will it be here by Friday?"],
      ["note", "Gold customer. If it is not out for delivery tomorrow, send a second tent by express."],
      [
        "draft",
        "It should reach you tomorrow, Anna. If it does not, we send another one by express, at no cost.",
      ],
    ],
  },
  {
    ...{ place: "website", day: 0, name: "Yuki Tanaka", locale: "ja", unanswered: 1 },
    lines: [["visitor", "日本への配送は可能ですか?関税はいくらになりますか?"]],
  },
  {
    ...{ place: "help", day: 0, name: "Olu Adeyemi", email: "olu.adeyemi@example.com", unanswered: 0 },
    lines: [["visitor", "My discount code AUTUMN15 says it has expired, but the mail says until Sunday."]],
  },
  {
    ...{ place: "website", day: 0, name: "Sofía Romero", email: "sofia.romero@example.com" },
    lines: [
      ["visitor", "I was charged twice for order 48377, 129.90 € each."],
      [
        "m",
        "You're right, the first payment was not captured properly. The second one is on its way back to you.",
      ],
      ["visitor", "How long does that take?"],
      ["draft", "Between three and five working days, depending on your bank."],
    ],
  },
  {
    ...{ place: "website", day: 1, name: "Priya Raman", email: "priya.raman@example.com" },
    lines: [
      ["visitor", "Does the Skadi sleeping bag keep me warm at -10 °C? I sleep cold."],
      ["m", "Its comfort limit is -14 °C, so yes, also if you sleep cold."],
      ["visitor", "And is it much heavier than the Lofoten?"],
    ],
  },
  {
    ...{ place: "help", day: 1, name: "Emily Carter", email: "emily.carter@example.com", tags: ["Returns"] },
    ticket: { subject: "Zip of a Freya 38 broke after two weeks", priority: "high", status: "in_progress" },
    lines: [
      ["visitor", "The zip of my Freya backpack broke after two weeks. Is that covered?"],
      ["m", "It is. Would you like a repair (about ten days) or a new one?"],
      ["visitor", "A new one please, I need it for work."],
      ["note", "Third broken Freya zip this month. Told product."],
    ],
  },
  {
    ...{ place: "business", day: 1, name: "Tom Becker", status: "pending", assignee: "i" },
    lines: [
      ["visitor", "We run a climbing hall and would like 40 rental harnesses. Do you have prices for that?"],
      ["flow"],
      ["visitor", "Tom Becker"],
      ["visitor", "Kletterhalle Nord"],
      ["visitor", "40"],
      ["visitor", "tom.becker@example.com"],
      ["note", "Called him, offer goes out tomorrow."],
    ],
  },
  {
    ...{ place: "website", day: 1, name: "Marc Dubois", email: "marc.dubois@example.com", locale: "fr" },
    ...{ tags: ["Returns"], fields: { loyalty: "silver", shoe_size: 44 }, status: "resolved" },
    lines: [
      ["visitor", "The Harz boots are half a size too small. Can I return them for a 44.5?"],
      [
        "m",
        "Of course. I've sent you a return label; the 44.5 leaves us as soon as the carrier has the parcel.",
      ],
      ["visitor", "Perfect, merci!"],
    ],
  },
  {
    ...{ place: "help", day: 2, name: "Liam O'Connor", email: "liam.oconnor@example.com", unanswered: 0 },
    lines: [
      ["visitor", "I can't log in any more, the reset mail never arrives."],
      ["visitor", "Checked spam as well."],
    ],
  },
  {
    ...{ place: "website", day: 2, name: "Chiara Conti", email: "chiara.conti@example.com" },
    ...{ tags: ["VIP"], status: "resolved", locale: "it", unanswered: 0 },
    lines: [
      ["visitor", "Is the Milano store open on the 8th of December?"],
      ["m", "Yes, from 10 to 18. It is a holiday, so it may be full around noon."],
    ],
  },
  {
    ...{ place: "help", day: 2, name: "Jonas Weber", email: "jonas.weber@example.com" },
    ...{ fields: { loyalty: "bronze" }, status: "resolved" },
    lines: [
      ["visitor", "How do I wash a down jacket without ruining it?"],
      ["m", "30 °C, a down detergent, no softener, and then tumble dry it low with two tennis balls."],
      ["visitor", "Tennis balls, really? Great, thank you."],
    ],
  },
  {
    ...{ place: "help", day: 3, name: "Hanna Virtanen", email: "hanna.virtanen@example.com" },
    ...{ fields: { loyalty: "gold" }, status: "resolved" },
    lines: [
      ["visitor", "Can I still add trekking poles to order 48401?"],
      ["m", "Done, they ship together with the rest this afternoon."],
    ],
  },
];

/** Sixty conversations. */
export const STORIES: readonly Story[] = [...RECENT_STORIES, ...LED_STORIES, ...OLDER_STORIES];
