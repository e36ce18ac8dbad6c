import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { isTalkative } from "../../src/channels/web/limits.ts";
import { FRAMES } from "../../src/channels/web/socket.ts";
import { readVisitor, signVisitor } from "../../src/channels/web/token.ts";
import { visitorApi } from "../../src/channels/web/visitor-api.ts";
import { messages } from "../../src/conversations/schema.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import { workspaceTools } from "../../src/workspace/tools.ts";
import { testCall } from "../call.ts";
import { browser, open, say } from "../channels/browser.ts";
import { run, shapes } from "../conversations/setting.ts";
import { call, chatWith, textOf } from "../rooms/setting.ts";
import { runTool } from "../run.ts";
import { type Place, secretsOf, visitorPlaces } from "./visitor-places.ts";

/**
 * Visitors against one another: every kind of frame that a socket may say and every door of the visitor API, with the ids
 * and tokens of every other place. Kinds and doors are those that there are, so that a new one is tried or fails here.
 */
let places: Place[];
/** One for each way to be somebody else's neighbour: a stranger, a user who is known everywhere, and of each workspace. */
let some: Place[];
beforeAll(async () => {
  places = await visitorPlaces();
  some = [0, 1, 6, 9].flatMap((i) => places[i] ?? []);
});
afterAll(() => {
  for (const { line } of places) line.socket.close();
});

/** What of another place can stand in a frame's field. @throws for a field of which that is not said */
type Said = Pick<Place, "canary" | "said" | "conversationId" | "fileId">;
const FOREIGN: Record<string, (mine: Said, other: Said) => unknown> = {
  text: (mine) => `Again, ${mine.canary}`,
  choiceIds: (_, other) => [other.said.id, "o0"],
  conversation: (_, other) => other.conversationId,
  // The version of the flow of another place is none of its own.
  seen: (_, other) => other.said.id,
  clientMessageId: (_, other) => other.said.clientMessageId,
  seq: (_, other) => other.said.seq + 1_000_000,
  attachments: (_, other) => [other.fileId],
};

/** A frame as it is, and without what is refused before the rest of it is looked at. */
function variantsOf(frame: object): object[] {
  if (!("attachments" in frame)) return [frame];
  const { attachments: _, ...rest } = frame;
  return [frame, rest];
}

function frameOf(kind: (typeof FRAMES)[number], mine: Said, other: Said): object {
  const fields = Object.entries(kind.shape).map(([name, schema]) => {
    if (schema instanceof z.ZodLiteral) return [name, schema.value];
    const value = FOREIGN[name];
    if (!value) throw new Error(`Say what of another place can stand in ${name}.`);
    return [name, value(mine, other)];
  });
  return Object.fromEntries(fields);
}

/** The nearest kinds of others: in the same inbox, of the same workspace, of another on the same database, elsewhere. */
function othersOf(mine: Place): Place[] {
  const rest = places.filter((one) => one !== mine);
  const picked = [
    rest.find(({ inbox }) => inbox.id === mine.inbox.id),
    rest.find(({ inbox, workspaceId }) => workspaceId === mine.workspaceId && inbox.id !== mine.inbox.id),
    ...[...new Set(rest.map(({ workspaceId }) => workspaceId))]
      .filter((id) => id !== mine.workspaceId)
      .map((id) => rest.find(({ workspaceId }) => workspaceId === id)),
  ];
  return picked.filter((one) => one !== undefined);
}

/** @throws when anything of another place is in what was heard or answered here */
function showsNothingOfOthers(mine: Place, text: string): void {
  for (const other of places) {
    for (const secret of secretsOf(other)) {
      if (secretsOf(mine).includes(secret)) continue;
      if (text.includes(secret)) throw new Error(`${mine.canary} was shown ${secret}: ${text}`);
    }
  }
}

/** What the database has of a place's visitor. */
async function stored({ tenant, conversationId }: Place): Promise<string> {
  const rows = await tenant.db.select().from(messages).where(tenant.of(messages));
  return JSON.stringify(rows.filter((row) => row.conversationId === conversationId));
}

/** Everything that was said to this socket by now has been heard. */
async function caughtUp({ team, conversationId, line, canary }: Place, mark: string): Promise<void> {
  const text = `${mark} ${canary}`;
  await run(team, "reply_to_conversation", { conversationId, text }, shapes.sent);
  await line.hear("message", (one) => textOf(one) === text);
}

describe.each(FRAMES.map((kind) => [String(kind.shape.type.value), kind] as const))(
  "a frame %s",
  (_, kind) => {
    it("with what is another's changes nothing there and shows nothing of it", async () => {
      for (const mine of some) {
        const others = othersOf(mine);
        const all = () =>
          Promise.all(others.map(async (other) => [await stored(other), other.line.heard.length]));
        const before = await all();
        for (const frame of others.flatMap((other) => variantsOf(frameOf(kind, mine, other))))
          mine.line.say(frame);
        await caughtUp(mine, `${mine.line.heard.length}`);
        expect(await all()).toEqual(before);
      }
      for (const mine of places) showsNothingOfOthers(mine, JSON.stringify(mine.line.heard));
    });

    it.each([
      "the inbox is off",
      "its page may not open it",
      "the workspace is suspended",
      "its token expired",
    ])("is refused where %s, by a socket that was open before", async (reason) => {
      const { workspace, tenant, inbox, team } = await chatWith([["hello", "message", { text: "Hello!" }]]);
      const page = browser();
      const token = await open(page, inbox.publicKey);
      const visitor = await readVisitor(env.PARLEY_SECRET, token);
      if (!visitor) throw new Error("unreachable: it was signed just now");
      const expiresAt = Date.now() + (reason === "its token expired" ? 1500 : 60_000);
      const soon = await signVisitor(env.PARLEY_SECRET, { ...visitor, expiresAt });
      const { conversationId } = await say(page, token, "Hi");
      // From the second on the workspace's gate holds what it knows of the workspace.
      await say(page, token, "Once more");
      const origin = "https://shop.example";
      const line = await call(soon, { headers: { origin } });
      await line.hear("ready");
      const elsewhere = await call(token);
      await elsewhere.hear("ready");
      // Nobody tells the room.
      if (reason === "the inbox is off") await updateInbox(tenant, inbox.id, { state: "disabled" });
      if (reason === "its page may not open it") {
        await updateInbox(tenant, inbox.id, { allowedDomains: ["other.example"] });
      }
      if (reason === "the workspace is suspended") {
        await gateOf(env, workspace.id).updateWorkspace({ suspendedAt: Date.now() });
      }
      if (reason === "its token expired") await expect.poll(() => Date.now()).toBeGreaterThan(expiresAt);
      const count = async () => (await tenant.db.select().from(messages).where(tenant.of(messages))).length;
      const [before, texts] = [await count(), line.texts()];
      const mine = {
        canary: "again",
        conversationId,
        said: { id: "x", seq: 0, clientMessageId: "again" },
        fileId: "at_x",
      };
      for (const frame of variantsOf(frameOf(kind, mine, mine))) line.say(frame);
      if (reason === "its page may not open it") {
        await run(team, "reply_to_conversation", { conversationId, text: "Secret" }, shapes.sent);
        await elsewhere.hear("message", (one) => textOf(one) === "Secret");
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(line.texts()).toEqual(texts);
      expect(await count()).toBe(before + (reason === "its page may not open it" ? 1 : 0));
    });
  },
);

type Asking = { body?: object; query?: string };

/** What each door of the visitor API is asked with. A new door is named here, or this test fails. */
const DOORS: Record<string, (keyOf: Place, said: Said) => Asking> = {
  "POST /sessions": ({ inbox, token }) => ({ body: { inboxKey: inbox.publicKey, visitorToken: token } }),
  "POST /messages": (_, { canary, said }) => ({
    body: { text: `Over HTTP, ${canary}`, clientMessageId: said.clientMessageId, choiceIds: [said.id] },
  }),
  "POST /attachments": ({ canary }) => ({ query: `?name=${canary}`, body: { not: "a secret" } }),
  "GET /messages": (_, { said }) => ({ query: `?after=${said.seq - 1}` }),
  "POST /read": (_, { said }) => ({ body: { seq: said.seq + 1_000_000 } }),
  "POST /ratings": (_, { conversationId, canary }) => ({
    body: { conversationId, rating: 5, comment: canary },
  }),
  "GET /socket": (_, { said }) => ({ query: `?after=${said.seq - 1}` }),
};

const doors = [
  ...new Set(
    visitorApi.routes
      .filter(({ method, path }) => method !== "ALL" && method !== "OPTIONS" && !path.endsWith("*"))
      .map(({ method, path }) => `${method} ${path.replace("/api/visitor/v1", "")}`),
  ),
];

it("every door of the visitor API is tried", () => {
  expect(doors.sort()).toEqual(Object.keys(DOORS).sort());
});

/** Asks a door with a token, as a page does. @returns status and whatever was shown */
async function ask(door: string, { body, query = "" }: Asking, token: string) {
  const [method = "", path = ""] = door.split(" ");
  if (path === "/socket") {
    try {
      const line = await call(token, { after: Number(query.replace(/\D/g, "")) });
      await line.hear("ready");
      line.socket.close();
      return { status: 101, text: JSON.stringify(line.heard) };
    } catch (error) {
      return { status: Number(/No socket: (\d+)/.exec(String(error))?.[1]), text: String(error) };
    }
  }
  const answer = await browser()(method, `${path}${query}`, { token, body });
  return { status: answer.status, text: JSON.stringify(answer.body) };
}

/** A token whose parts belong to different visitors, or to nobody. */
async function forged(mine: Place, other: Place): Promise<string[]> {
  const [body = "", mac = ""] = mine.token.split(".");
  const [otherBody = "", otherMac = ""] = other.token.split(".");
  const visitor = await readVisitor(env.PARLEY_SECRET, other.token);
  if (!visitor) throw new Error("unreachable: it is valid");
  return [
    `${body}.${otherMac}`,
    `${otherBody}.${mac}`,
    `${body}.`,
    body,
    await signVisitor("another secret, of another server", visitor),
    await signVisitor(env.PARLEY_SECRET, { ...visitor, expiresAt: Date.now() - 1 }),
  ];
}

describe.each(doors)("%s", (door) => {
  it("shows and changes nothing of others, whatever of theirs is named", async () => {
    for (const mine of some) {
      for (const other of othersOf(mine)) {
        const asking = DOORS[door];
        if (!asking) throw new Error(`Say what ${door} is asked with.`);
        const before = await stored(other);
        const { text } = await ask(door, asking(mine, { ...other, canary: mine.canary }), mine.token);
        // An id that was sent may be said again.
        showsNothingOfOthers(mine, text.replaceAll(other.conversationId, "it"));
        expect(await stored(other)).toBe(before);
      }
    }
  });

  it("takes no token that is made of others', and opens no inbox with another's", async () => {
    const [mine] = places;
    if (!mine) throw new Error("There are no places.");
    const asking = DOORS[door];
    for (const other of othersOf(mine)) {
      const before = await Promise.all(places.map(stored));
      if (door === "POST /sessions") {
        const crossed = { body: { inboxKey: other.inbox.publicKey, visitorToken: mine.token } };
        const { status, text } = await ask(door, crossed, "");
        // Of the same inbox it is the visitor's own.
        expect(status).toBe(other.inbox.id === mine.inbox.id ? 201 : 401);
        if (status === 401) showsNothingOfOthers(mine, text);
        const tokens = await forged(mine, other);
        for (const visitorToken of tokens) {
          const body = { inboxKey: mine.inbox.publicKey, visitorToken };
          expect((await ask(door, { body }, "")).status).toBe(401);
        }
        continue;
      }
      for (const token of await forged(mine, other)) {
        const { status, text } = await ask(door, asking?.(mine, mine) ?? {}, token);
        expect(status, text).toBe(401);
      }
      expect(await Promise.all(places.map(stored))).toEqual(before);
    }
  });
});

const feed = z.looseObject({
  items: z.array(z.looseObject({ inboxId: z.string().nullable() })),
  nextCursor: z.string(),
});

it("who waits for events is told those of its own inboxes alone, whoever else's news there is", async () => {
  const inboxes = places.filter((_, i) => i % 2 === 0);
  for (const mine of [0, 3, 4].flatMap((i) => inboxes[i] ?? [])) {
    const { database, shard } = databaseOf(mine.team);
    const limited = testCall({ workspaceId: mine.workspaceId, database, inboxes: [mine.inbox.id] });
    limited.principal.shard = shard;
    const list = async (args: object) =>
      feed.parse(await runTool(workspaceTools, limited, "list_events", args));
    let cursor = "";
    for (
      let page = await list({ limit: 100 });
      cursor !== page.nextCursor;
      page = await list({ limit: 100, cursor })
    ) {
      cursor = page.nextCursor;
    }
    const hub = env.HUB.getByName(mine.workspaceId);
    const waiting = list({ cursor, waitSeconds: 2 });
    for (const other of inboxes)
      if (other !== mine) await caughtUp(other, `waited for ${mine.canary.length}`);
    expect((await waiting).items).toEqual([]);
    const mark = await hub.mark();
    for (const other of inboxes) {
      if (other.workspaceId !== mine.workspaceId) await caughtUp(other, "unheard");
    }
    expect(await hub.wait(mark, 600)).toBe(mark);
    const woken = list({ cursor, waitSeconds: 20 });
    await caughtUp(mine, "heard");
    const { items } = await woken;
    expect(items.length).toBeGreaterThan(0);
    for (const { inboxId } of items) expect(inboxId).toBe(mine.inbox.id);
  }
});

function databaseOf({ principal: { shard } }: Place["team"]) {
  return { shard, database: shard === "TENANT_1" ? env.TENANT_1 : env.TENANT_2 };
}

it("an address that makes up visitors is stopped by what all of their sockets say together, and nobody else", async () => {
  const [mine, other] = places;
  if (!mine || !other) throw new Error("There are no places.");
  const asked: string[] = [];
  const limit = async ({ key }: RateLimitOptions) => {
    asked.push(key);
    return { success: key !== "visitor-said-from:203.0.113.7" };
  };
  const spent = { ...env, VISITOR_INBOX_LIMIT: { limit } };
  for (const { token } of [mine, other]) {
    const visitor = await readVisitor(env.PARLEY_SECRET, token);
    if (!visitor) throw new Error("unreachable: it is valid");
    expect(await isTalkative(spent, visitor, "203.0.113.7")).toBe(true);
    expect(await isTalkative(spent, visitor, "203.0.113.8")).toBe(false);
  }
  expect(asked).toHaveLength(4);
});
