import type { Line, Story } from "./stories.ts";

/** Turns stories into what happened when: one line of time, in which conversations overlap as they do in a shop. */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Somebody who wrote in an inbox, as the operator API takes it. */
export interface Visitor {
  inboxId: string;
  sourceId: string;
  name?: string;
  email?: string;
  locale?: string;
}

/** An act of the operator API's history. */
export type Act = { at: number } & (
  | { visitor: Visitor; text: string; unanswered?: number }
  | {
      by?: string;
      tool: string;
      arguments?: Record<string, unknown>;
      about?: Pick<Visitor, "inboxId" | "sourceId">;
    }
  | { webhookId: string; event: "lead.captured" | "ticket.created"; outcome: Outcome }
);

/** How a webhook's receiver took an event. */
interface Outcome {
  statusCode: number | null;
  errorKind: "non_2xx" | "timeout" | null;
  durationMs: number;
  responseExcerpt: string | null;
}

/** Who and what the acts name. */
export interface Cast {
  /** By the key of its place. */
  inboxes: Record<string, string>;
  flows: Record<string, string>;
  mia: string;
  ines: string;
  bot: string;
  webhookId: string;
}

/** A number from `from` to `to`, always the same for the same story and place in it: the demo is the same each time. */
function between(from: number, to: number, story: number, place: number): number {
  const mixed = Math.imul((story + 1) * 2654435761, 40503) ^ Math.imul(place + 7, 2246822519);
  return from + ((Math.abs(mixed ^ (mixed >>> 13)) % 1009) / 1009) * (to - from);
}

/** When a story begins. Older days are between 7 and 16 o'clock UTC; today's were some hours ago. */
function beginning(story: Story, index: number, now: number): number {
  if (story.day === 0) return now - between(150, 420, index, 0) * MINUTE;
  const midnight = Math.floor(now / DAY) * DAY;
  return midnight - story.day * DAY + between(7 * 60, 16 * 60, index, 0) * MINUTE;
}

/** How long after what was before it a line comes, in milliseconds. */
function pause([who]: Line, index: number, place: number, inFlow: boolean): number {
  switch (who) {
    case "flow":
      return between(1_500, 4_000, index, place);
    case "visitor":
      return inFlow ? between(6_000, 50_000, index, place) : between(1, 12, index, place) * MINUTE;
    case "m":
    case "i":
      return between(3, 38, index, place) * MINUTE;
    default:
      return between(1, 3, index, place) * MINUTE;
  }
}

function actsOf(story: Story, index: number, cast: Cast, now: number): Act[] {
  const inboxId = cast.inboxes[story.place] ?? "";
  const about = { inboxId, sourceId: `demo_${index}` };
  const { name, email, locale } = story;
  const visitor = { ...about, name, email, locale };
  const acts: Act[] = [];
  let at = beginning(story, index, now);
  const use = (by: string | undefined, tool: string, args: Record<string, unknown>) => {
    acts.push({ at, ...(by === undefined ? {} : { by }), tool, arguments: args, about });
  };
  const staff = story.assignee === "i" ? cast.ines : cast.mia;
  let inFlow = false;
  for (const [place, line] of story.lines.entries()) {
    const [who, text = ""] = line;
    if (place > 0) at += pause(line, index, place, inFlow);
    if (who === "flow") inFlow = true;
    if (who === "visitor") {
      const { unanswered } = story;
      acts.push({ at, visitor, text, ...(place === 0 && unanswered !== undefined ? { unanswered } : {}) });
    } else if (who === "flow") {
      use(undefined, "send_contact_flow", { flowId: cast.flows[story.place] });
    } else if (who === "draft") {
      use(cast.bot, "create_draft_reply", { text });
    } else {
      inFlow = false;
      use(who === "i" ? cast.ines : staff, who === "note" ? "add_private_note" : "reply_to_conversation", {
        text,
      });
    }
  }
  const then = (minutes: number, tool: string, args: Record<string, unknown>) => {
    at += between(minutes, 4 * minutes, index, acts.length) * MINUTE;
    use(staff, tool, args);
  };
  if (story.assignee) then(1, "assign_conversation", { assignee: staff });
  const facts = {
    ...(story.tags ? { tags: story.tags } : {}),
    ...(story.fields ? { customFields: story.fields } : {}),
  };
  if (Object.keys(facts).length > 0) then(0.5, "update_contact", facts);
  if (story.ticket) {
    const { subject, text, priority, status } = story.ticket;
    then(1, "create_ticket", { subject, ...(text === undefined ? {} : { text }) });
    if (priority || status === "in_progress" || status === "pending") {
      then(0.5, "update_ticket", {
        ...(priority ? { priority } : {}),
        ...(status === "resolved" ? {} : { status: status ?? "new" }),
        assignee: staff,
      });
    }
    if (status === "resolved") then(20, "update_ticket", { status, note: "Settled with the customer." });
  }
  if (story.status) then(3, "set_conversation_status", { status: story.status });
  return acts;
}

/** For so many days the CRM has another secret than Parley: every delivery is refused. */
const BROKEN_FOR = 6 * DAY;

/** How the CRM took what it was told: well, but for an hour in between, until somebody changed the secret there. */
function outcomeAt(age: number, index: number): Outcome {
  if (age < BROKEN_FOR) {
    const responseExcerpt = '{"error":"invalid signature","hint":"the secret of this endpoint was changed"}';
    return {
      statusCode: 401,
      errorKind: "non_2xx",
      durationMs: Math.floor(between(90, 140, index, 1)),
      responseExcerpt,
    };
  }
  if (index % 5 === 4)
    return { statusCode: null, errorKind: "timeout", durationMs: 15_000, responseExcerpt: null };
  const durationMs = Math.floor(between(120, 420, index, 2));
  return { statusCode: 200, errorKind: null, durationMs, responseExcerpt: '{"ok":true}' };
}

/** What the webhook was told: every ticket and every lead, some seconds after it was made. */
function hookActs(acts: readonly Act[], { webhookId }: Cast, now: number): Act[] {
  const told = acts.flatMap((act): { at: number; event: "lead.captured" | "ticket.created" }[] => {
    if ("tool" in act) return act.tool === "create_ticket" ? [{ at: act.at, event: "ticket.created" }] : [];
    if ("webhookId" in act) return [];
    return /^\S+@\S+$/.test(act.text) ? [{ at: act.at, event: "lead.captured" }] : [];
  });
  return told.map(({ at, event }, index) => ({
    ...{ at: at + 1_000, webhookId, event, outcome: outcomeAt(now - at, index) },
  }));
}

/**
 * All that happened, in order of time, each act at a moment of its own; none later than `now`.
 * @param now milliseconds UTC
 */
export function timeline(stories: readonly Story[], cast: Cast, now: number): Act[] {
  const told = stories.flatMap((story, index) => actsOf(story, index, cast, now));
  const acts = [...told, ...hookActs(told, cast, now)]
    .map((act) => ({ ...act, at: Math.floor(act.at) }))
    .sort((one, other) => one.at - other.at);
  for (const [i, act] of acts.entries()) act.at = Math.max(act.at, (acts[i - 1]?.at ?? 0) + 1);
  return acts;
}
