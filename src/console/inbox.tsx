import { z } from "zod";
import { CONVERSATION_STATUSES } from "../conversations/status.ts";
import { Failure } from "../tenant/failure.ts";
import { Choice, More, type Options, Problem, Text } from "./forms.tsx";
import { Empty, Said, Time } from "./layout.tsx";
import type { Page } from "./page.ts";
import { use } from "./use.ts";
import { linkTo, type Visit } from "./visit.ts";

/** From what has to be done first to what nobody said anything of. */
export const PRIORITIES = ["urgent", "high", "normal", "low", "none"] as const;

const row = z.object({
  id: z.string(),
  inboxName: z.string(),
  channel: z.string(),
  status: z.enum(CONVERSATION_STATUSES),
  assigneeName: z.string().nullable(),
  priority: z.enum(PRIORITIES),
  tags: z.array(z.string()),
  contact: z.object({ id: z.string(), name: z.string().nullable() }),
  waitingSince: z.string().nullable(),
  lastMessage: z.object({ text: z.string(), senderKind: z.string() }).nullable().optional(),
  matches: z.array(z.object({ snippet: z.string() })).optional(),
  lastActivityAt: z.string(),
});
const listed = z.object({ items: z.array(row), nextCursor: z.string().nullable() });

type Row = z.output<typeof row>;

/** The filters of the tools, as the page's address holds them. */
const FILTERS = [
  "status",
  "inboxId",
  "assignee",
  "priority",
  "tag",
  "channel",
  "startDate",
  "endDate",
] as const;

const inboxesSchema = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });
const membersSchema = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), kind: z.string() })),
});

/** Filters that are folded away until one is used. */
const MORE = ["priority", "tag", "startDate", "endDate"] as const;

/** The inboxes that a filter or a form offers. */
export async function inboxOptions(visit: Visit): Promise<Options> {
  const { items } = inboxesSchema.parse(await use(visit, "list_channels", { limit: 100 }));
  return items.map(({ id, name }) => [id, name] as const);
}

const people = new WeakMap<Visit, Promise<Options>>();

/** Who a conversation can be given to: read once for a page, however often it asks. */
export function assigneeOptions(visit: Visit): Promise<Options> {
  const held = people.get(visit);
  if (held) return held;
  const read = use(visit, "list_members", { limit: 100 }).then((page) =>
    membersSchema.parse(page).items.map(({ id, name }) => [id, name] as const),
  );
  people.set(visit, read);
  return read;
}

/** The page's filters as a tool's arguments; a word for what is looked for makes it a search. */
async function read(visit: Visit) {
  const { query } = visit;
  const words = query.get("q")?.trim();
  const filters = Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? ""]));
  const args = { ...filters, cursor: query.get("cursor") ?? "", limit: 25 };
  return listed.parse(
    words
      ? await use(visit, "search_conversations", { ...args, query: words })
      : await use(visit, "list_conversations", args),
  );
}

/** What a list shows where its filters are refused: the reason, and nothing. */
export async function orRefused<T>(work: Promise<T>): Promise<T | Failure> {
  return work.catch((error: unknown) => {
    if (error instanceof Failure) return error;
    throw error;
  });
}

/** `/inbox`: conversations with the tools' filters and search. */
export const inboxPage: Page = {
  path: "/inbox",
  needs: "conversations:read",
  async show(visit) {
    const { words, query } = visit;
    const [found, inboxes, people] = await Promise.all([
      orRefused(read(visit)),
      inboxOptions(visit),
      assigneeOptions(visit),
    ]);
    const asked = (name: string) => query.get(name) ?? "";
    const filtered = ["q", ...FILTERS].some((name) => asked(name) !== "");
    return {
      title: words.nav.inbox,
      at: "/inbox",
      status: found instanceof Failure ? found.status : 200,
      body: (
        <>
          <form class="filters">
            <Text name="q" type="search" label={words.search} value={asked("q")} maxLength={200} />
            <Choice
              name="status"
              label={words.status}
              chosen={asked("status")}
              options={[
                ["", words.all],
                ...CONVERSATION_STATUSES.map((one) => [one, words.statuses[one]] as const),
              ]}
            />
            <Choice
              name="assignee"
              label={words.assignee}
              chosen={asked("assignee")}
              options={[["", words.all], ["me", words.me], ["none", words.nobody], ...people]}
            />
            <Choice
              name="inboxId"
              label={words.inbox}
              chosen={asked("inboxId")}
              options={[["", words.all], ...inboxes]}
            />
            <details open={MORE.some((name) => asked(name) !== "")}>
              <summary>{words.moreFilters}</summary>
              <Choice
                name="priority"
                label={words.columns.priority}
                chosen={asked("priority")}
                options={[["", words.all], ...PRIORITIES.map((one) => [one, words.priorities[one]] as const)]}
              />
              <Text name="tag" label={words.columns.tag} value={asked("tag")} maxLength={100} />
              <Text name="startDate" type="date" label={words.from} value={asked("startDate")} />
              <Text name="endDate" type="date" label={words.until} value={asked("endDate")} />
            </details>
            <button type="submit" class="quiet">
              {words.show}
            </button>
          </form>
          {found instanceof Failure ? (
            <Problem refused={{ failure: found, form: new URLSearchParams() }} />
          ) : (
            <div id="conversations" data-live data-stream={linkTo(visit, "/live")}>
              {found.items.length === 0 ? (
                <Empty>
                  {filtered ? (
                    <>
                      {words.inboxPage.nothingFound}{" "}
                      <a href={linkTo(visit, "/inbox")}>{words.withoutFilters}</a>
                    </>
                  ) : (
                    <>
                      {words.inboxPage.empty}{" "}
                      <a href={linkTo(visit, "/settings/inboxes")}>{words.nav.inboxes}</a>
                    </>
                  )}
                </Empty>
              ) : (
                <ul class="rows">
                  {found.items.map((one) => (
                    <ConversationRow visit={visit} row={one} />
                  ))}
                </ul>
              )}
              <More visit={visit} cursor={found.nextCursor} />
            </div>
          )}
        </>
      ),
    };
  },
};

function ConversationRow({ visit, row: one }: { visit: Visit; row: Row }) {
  const { words } = visit;
  const text = one.matches?.[0]?.snippet ?? one.lastMessage?.text ?? "";
  return (
    <li>
      <a class="main" href={linkTo(visit, `/inbox/${one.id}`)}>
        <Said text={one.contact.name ?? words.unnamed} />
      </a>
      <span class={`tag ${one.status}`}>{words.statuses[one.status]}</span>
      {one.waitingSince !== null && <span class="tag waiting">{words.waiting}</span>}
      <span class="when">
        <Time visit={visit} at={one.lastActivityAt} />
      </span>
      <span class="preview">
        <Said text={text} />
      </span>
      <small>
        {[
          one.inboxName,
          one.assigneeName ?? words.nobody,
          ...(one.priority === "none" ? [] : [words.priorities[one.priority]]),
          ...one.tags,
        ].join(" · ")}
      </small>
    </li>
  );
}
