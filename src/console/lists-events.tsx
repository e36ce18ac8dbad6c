import { z } from "zod";
import { ROLES } from "../control/scopes.ts";
import { gateOf } from "../gate/gate.ts";
import { EVENT_TYPES, type EventType } from "../tenant/events.ts";
import { assigneeOptions } from "./inbox.tsx";
import { Time } from "./layout.tsx";
import { listPage } from "./listing.tsx";
import { linkTo, may, type Visit } from "./visit.ts";
import type { Words } from "./words.ts";

/** What events are about, as people look for them: the beginnings of their types. */
const TOPICS = {
  administration: ["workspace.", "member.", "credential.", "webhook.", "usage."],
  contacts: ["contact."],
  conversations: ["conversation.", "message.", "draft.", "csat."],
  chatbots: ["chatbot.", "flow.", "article.", "response.", "lead."],
  tickets: ["ticket."],
} as const satisfies Partial<Record<keyof Words["topics"], readonly string[]>>;

type Topic = keyof typeof TOPICS;

const isTopic = (text: string): text is Topic => Object.hasOwn(TOPICS, text);

function typesOf(topic: string): EventType[] | undefined {
  if (!isTopic(topic)) return undefined;
  return EVENT_TYPES.filter((type) => TOPICS[topic].some((beginning) => type.startsWith(beginning)));
}

/** Names of who acts and of what is changed, read once for a page. */
const names = new WeakMap<Visit, Promise<ReadonlyMap<string, string>>>();

function namesFor(visit: Visit): Promise<ReadonlyMap<string, string>> {
  const held = names.get(visit) ?? readNames(visit);
  names.set(visit, held);
  return held;
}

async function readNames(visit: Visit): Promise<ReadonlyMap<string, string>> {
  const gate = gateOf(visit.env, visit.workspace.id);
  const [members, tokens] = await Promise.all([
    assigneeOptions(visit),
    may(visit, "manage") ? gate.listTokens() : [],
  ]);
  return new Map([...members, ...tokens.map(({ id, name }) => [id, name] as const)]);
}

/** Who did something: by name, if they are here still. */
async function Actor({ visit, actor }: { visit: Visit; actor: { kind: string; id: string } }) {
  const { actors } = visit.words;
  const name = (await namesFor(visit)).get(actor.id);
  return (
    <>
      {name ?? (Object.hasOwn(actors, actor.kind) ? actors[actor.kind as keyof typeof actors] : actor.kind)}
    </>
  );
}

/** Pages of what an id names, by its beginning. */
const PAGES_OF: Readonly<Record<string, string>> = {
  cv: "/inbox",
  ct: "/contacts",
  tok: "/settings/tokens",
  tk: "/tickets",
  dr: "/drafts",
};

async function Subject({ visit, id }: { visit: Visit; id: string }) {
  if (id === visit.workspace.id) return <>{visit.workspace.name}</>;
  const shown = (await namesFor(visit)).get(id);
  const page = PAGES_OF[id.split("_")[0] ?? ""];
  const text = shown ?? <code>{id}</code>;
  return page ? <a href={linkTo(visit, `${page}/${id}`)}>{text}</a> : text;
}

const changed = z.looseObject({
  // Other nouns' events may have fields of these names that mean something else.
  change: z.string().optional().catch(undefined),
  from: z.unknown().optional(),
  to: z.unknown().optional(),
  /** Names of what was changed, where what it was is not told. */
  changed: z.array(z.string()).optional().catch(undefined),
  changes: z
    .record(z.string(), z.object({ from: z.unknown(), to: z.unknown() }))
    .optional()
    .catch(undefined),
});

/** What was before, and what is now. */
async function Change({ visit, data }: { visit: Visit; data: Record<string, unknown> }) {
  const { words } = visit;
  const { change, from, to, changed: fields = [], changes = {} } = changed.parse(data);
  const said = await namesFor(visit);
  const shown = (value: unknown): string => {
    if (value === null || value === undefined) return "–";
    if (typeof value === "boolean") return value ? words.switchedOn : words.switchedOff;
    const text = String(value);
    const role = ROLES.find((one) => one === text);
    return role ? words.roles[role] : (said.get(text) ?? text);
  };
  const lines = Object.entries(changes).map(([field, one]) => (
    <li>
      {Object.hasOwn(words.changed, field) ? words.changed[field as keyof Words["changed"]] : field}:{" "}
      {shown(one.from)} → {shown(one.to)}
    </li>
  ));
  if (lines.length > 0) return <ul class="plain">{lines}</ul>;
  const how =
    change && Object.hasOwn(words.changes, change) ? words.changes[change as keyof Words["changes"]] : null;
  const fromTo = from === undefined && to === undefined ? null : `${shown(from)} → ${shown(to)}`;
  return <>{[how, fromTo, fields.join(", ")].filter(Boolean).join(": ") || "–"}</>;
}

/** `/settings/events`: who changed what, from what to what. */
export const eventsPage = listPage({
  path: "/settings/events",
  label: "events",
  needs: "events:read",
  tool: "list_events",
  args: ({ query }) => ({ sort: "newest", types: typesOf(query.get("topic") ?? "") }),
  row: z.object({
    type: z.string(),
    subjectId: z.string(),
    actor: z.object({ kind: z.string(), id: z.string() }),
    data: z.record(z.string(), z.unknown()),
    createdAt: z.string(),
  }),
  filters: [
    {
      name: "topic",
      label: "topic",
      kind: "choice",
      apart: true,
      options: ({ words }) => Object.keys(TOPICS).map((name) => [name, words.topics[name as Topic]] as const),
    },
  ],
  columns: [
    { label: "created", cell: (row, visit) => <Time visit={visit} at={row.createdAt} /> },
    { label: "who", cell: (row, visit) => <Actor visit={visit} actor={row.actor} /> },
    { label: "event", cell: (row) => <code>{row.type}</code> },
    { label: "what", cell: (row, visit) => <Subject visit={visit} id={row.subjectId} /> },
    { label: "change", cell: (row, visit) => <Change visit={visit} data={row.data} /> },
  ],
  empty: "events",
});
