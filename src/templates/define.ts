import type { z } from "zod";
import { type importedSettings, PUT_ON_AN_INBOX } from "../chatbots/settings.ts";
import { type Draft, draftSchema, NEXT } from "../flows/graph/document.ts";
import type { NodeType, nodeSchemas } from "../flows/graph/nodes.ts";

/** What a template is: a chatbot's settings and a flow, both complete, as plain records. */

export interface TemplateCategory {
  id: string;
  name: string;
  description: string;
}

export const CATEGORIES = [
  { id: "leads", name: "Leads", description: "Turns visitors into enquiries that sales can follow up." },
  { id: "support", name: "Support", description: "Answers questions and files what needs a person." },
  { id: "booking", name: "Booking", description: "Takes requests for appointments and tables." },
  { id: "commerce", name: "Shop", description: "Helps before and after a purchase in a shop." },
  { id: "feedback", name: "Feedback", description: "Asks customers how it went, and acts on bad news." },
  { id: "onboarding", name: "Onboarding", description: "Brings new users to their first success." },
  { id: "events", name: "Events", description: "Registers guests for an event." },
  { id: "recruiting", name: "Recruiting", description: "Takes applications and sorts them." },
] as const satisfies readonly TemplateCategory[];

/** The data of a node as an author writes it, what has a default left out. */
type DataOf<T extends NodeType> = z.input<(typeof nodeSchemas)[T]["shape"]["data"]>;

/** One node and the ways out of it. */
export interface Step {
  type: NodeType;
  data: object;
  /** The node that each handle leads to. */
  ways: Record<string, string>;
}

/**
 * A node of a template's flow.
 * @param ways the node that `next` leads to, or the nodes of several handles
 */
export function step<T extends NodeType>(
  type: T,
  data: DataOf<T>,
  ways: string | Record<string, string> = {},
): Step {
  return { type, data: { ...data }, ways: typeof ways === "string" ? { [NEXT]: ways } : ways };
}

export interface Template {
  id: string;
  name: string;
  description: string;
  category: (typeof CATEGORIES)[number]["id"];
  /** What a visitor is asked for, in words. */
  collects: readonly string[];
  /** What a team should adapt before it publishes the flow. */
  setup: readonly string[];
  /** Settings of the chatbot; the name is the template's, and the model the deployment's first. */
  chatbot: Omit<z.input<typeof importedSettings>, "name" | "model">;
  /** By id. `start` comes first. */
  steps: Record<string, Step>;
}

/** How a chatbot comes to answer anywhere: the last step of every template's set-up. */
export const TO_AN_INBOX = `Put it on a web inbox: ${PUT_ON_AN_INBOX}.`;

/** Silence after which a visitor of a web page has gone, in seconds. */
export const PATIENCE = 30 * 60;

/**
 * Widget colours around one accent: on the header, the icon and what the visitor says.
 * @param accent dark enough for white text, as `#rrggbb`
 * @param tint what stands behind the chatbot's own messages, light enough for dark text
 */
export function colours(accent: string, tint: string) {
  return {
    headerBgColor: accent,
    headerTextColor: "#ffffff",
    backgroundColor: "#ffffff",
    botMsgColor: tint,
    botMsgTextColor: "#111827",
    userMsgColor: accent,
    userMsgTextColor: "#ffffff",
    chatIconColor: accent,
  };
}

/** Room that an editor gives a node, in its own units. */
const GRID = { x: 320, y: 160 };

/** The flow of a template as a draft, laid out in columns by the shortest way from the start. */
export function templateDraft({ steps }: Template): Draft {
  const columns = columnsOf(steps);
  const filled = new Map<number, number>();
  const nodes = Object.entries(steps).map(([id, { type, data }]) => {
    const column = columns.get(id) ?? 0;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return { id, type, data: { ...data }, position: { x: column * GRID.x, y: row * GRID.y } };
  });
  const edges = Object.entries(steps).flatMap(([source, { ways }]) =>
    Object.entries(ways).map(([sourceHandle, target]) => ({ source, sourceHandle, target })),
  );
  return draftSchema.parse({ nodes, edges });
}

/** How many steps each node is from the start. */
function columnsOf(steps: Template["steps"]): Map<string, number> {
  const columns = new Map([["start", 0]]);
  // A map is walked in the order of insertion, those added meanwhile too: breadth first.
  for (const [id, column] of columns) {
    for (const target of Object.values(steps[id]?.ways ?? {})) {
      if (!columns.has(target)) columns.set(target, column + 1);
    }
  }
  return columns;
}
