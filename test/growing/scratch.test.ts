import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Catalogue, defineTool, HINTS, type Tool } from "../../src/calls/define.ts";
import { reference, takingNames } from "../../src/calls/references.ts";
import { catalogue, nameLookups } from "../../src/catalogue.ts";
import { ToolSearch } from "../../src/mcp/tool-search.ts";
import { newId } from "../../src/tenant/ids.ts";
import { getTicket } from "../../src/tickets/read.ts";
import { tickets } from "../../src/tickets/schema.ts";
import { updateTicket } from "../../src/tickets/store.ts";
import { rules } from "../house/tool-rules.ts";
import { badInput, nothingGiven, takesSomething } from "./bad-input.ts";
import { changes } from "./changes.ts";
import { type Check, type Checks, growing, type Worlds } from "./checks.ts";
import { documented } from "./documented.ts";
import { isolation } from "./isolation.ts";
import { names } from "./names.ts";
import { scopes } from "./scopes.ts";
import { workerOver } from "./worker-over.ts";
import { makeWorld } from "./world.ts";

/**
 * Adding a tool is adding a record: here two are added, and every growing test runs over them with nothing else said
 * about them anywhere. Then wrong ones, each of which a growing test must refuse: a guard that cannot fail is none.
 */
const ticketId = reference("ticket");

const reading = {
  name: "get_ticket_subject",
  title: "Get ticket subject",
  description: "Answers the subject of one ticket as the customer put it.",
  phrases: "headline of a case, what is this issue called, what is it about in a few words",
  toolset: "tickets",
  scope: "tickets:read",
  hints: HINTS.R,
  untrusted: ["subject"],
  example: { ticketId: "tk_01kajq3v7e8m2n4p6r8t0v" },
  input: () => z.strictObject({ ticketId }),
  output: () => z.object({ id: z.string(), subject: z.string() }),
} as const;

const writing = {
  ...reading,
  name: "rename_ticket",
  title: "Rename ticket",
  description: "Gives a ticket another subject. Nothing is sent to the customer.",
  phrases: "new headline for a case, call this issue something else, its title is misleading",
  scope: "tickets:write",
  hints: HINTS.W,
  example: { ticketId: "tk_01kajq3v7e8m2n4p6r8t0v", subject: "Parcel 10234 is lost" },
  input: () => z.strictObject({ ticketId, subject: z.string().trim().min(1).max(200) }),
} as const;

const subjectOf = defineTool({
  ...reading,
  async run({ tenant }, { ticketId }) {
    const { id, subject } = await getTicket(tenant, ticketId);
    return { id, subject };
  },
});

const rename = defineTool({
  ...writing,
  async run({ tenant }, { ticketId, subject }) {
    const { id } = await getTicket(tenant, ticketId);
    await tenant.db
      .update(tickets)
      .set({ subject })
      .where(tenant.of(tickets, sql`${tickets.id} = ${id}`));
    return { id, subject };
  },
});

/** Tools that break a promise, by what they do. */
const wrong = {
  "reads and writes": defineTool({
    ...reading,
    name: "peek_ticket",
    async run({ tenant }, { ticketId }) {
      const { id, subject } = await updateTicket(tenant, ticketId, { note: `Seen ${newId("call")}` });
      return { id, subject };
    },
  }),
  "shows a row of any workspace": defineTool({
    ...reading,
    name: "leak_ticket",
    // The workspace is bound, so the tenant guard lets it pass, but nothing is compared with it.
    async run({ tenant }, { ticketId }) {
      const [row] = await tenant.db.all<{ id: string; subject: string }>(
        sql`SELECT id, subject FROM tickets WHERE id = ${ticketId} AND ${tenant.workspaceId} <> ''`,
      );
      return row ?? { id: "", subject: "" };
    },
  }),
  "shows a row of any inbox": defineTool({
    ...reading,
    name: "unlimited_ticket",
    async run({ tenant }, { ticketId }) {
      const [row] = await tenant.db
        .select({ id: tickets.id, subject: tickets.subject })
        .from(tickets)
        .where(tenant.of(tickets, sql`${tickets.id} = ${ticketId}`));
      return row ?? { id: "", subject: "" };
    },
  }),
  "changes a row of any workspace": defineTool({
    ...writing,
    name: "rename_any_ticket",
    async run({ tenant }, { ticketId, subject }) {
      await tenant.db.run(
        sql`UPDATE tickets SET subject = ${subject} WHERE id = ${ticketId} AND ${tenant.workspaceId} <> ''`,
      );
      return { id: ticketId, subject };
    },
  }),
  "changes nothing": defineTool({
    ...writing,
    name: "idle_ticket",
    run: async (_, { ticketId, subject }) => ({ id: ticketId, subject }),
  }),
  "has no scope": { ...subjectOf, name: "open_ticket_subject", scope: JSON.parse('""') },
  "reads with a scope for writing": { ...subjectOf, name: "strong_ticket", scope: "tickets:write" },
  "fails on what nobody thought of": defineTool({
    ...writing,
    name: "fragile_ticket",
    input: () => z.strictObject({ subject: z.unknown().optional() }),
    async run(_, { subject }) {
      throw new Error(`A subject that nobody thought of: ${typeof subject}`);
    },
  }),
  "takes what it does not know": defineTool({
    ...reading,
    name: "loose_ticket",
    input: () => z.object({ ticketId }),
    run: (call, { ticketId }) => getTicket(call.tenant, ticketId),
  }),
  "shows what a customer wrote as if we had": defineTool({
    ...reading,
    name: "trusting_contact",
    untrusted: [],
    example: { contactId: "email:anna@example.com" },
    input: () => z.strictObject({ contactId: z.string().min(1).max(100) }),
    output: () => z.object({ name: z.string() }),
    async run({ tenant }, { contactId }) {
      const [row] = await tenant.db.all<{ name: string }>(
        sql`SELECT name FROM contacts WHERE workspace_id = ${tenant.workspaceId} AND id = ${contactId}`,
      );
      return { name: row?.name ?? "" };
    },
  }),
  "answers something else than it says": defineTool({
    ...reading,
    name: "other_ticket",
    output: () => z.object({ id: z.string(), subject: z.string().max(1) }),
    run: (call, { ticketId }) => getTicket(call.tenant, ticketId),
  }),
  "sends without an idempotency key": { ...rename, name: "send_ticket", hints: HINTS.S },
  "takes an id by no kind": defineTool({
    ...reading,
    name: "plain_ticket",
    input: () => z.strictObject({ ticketId: z.string() }),
    run: (call, { ticketId }) => getTicket(call.tenant, ticketId),
  }),
  "is found by nothing that people say": { ...subjectOf, name: "silent_ticket", phrases: "" },
} satisfies Record<string, Tool>;

const own = takingNames({ ...catalogue, tools: [subjectOf, rename] }, nameLookups);
const scratch: Catalogue = {
  ...catalogue,
  tools: [...catalogue.tools, ...own.tools, ...Object.values(wrong)],
};
const search = new ToolSearch(scratch.tools);

let worlds: Worlds;

beforeAll(async () => {
  const serve = workerOver(scratch);
  worlds = {
    mine: await makeWorld("scratchmine", { shard: "TENANT_1", serve }),
    theirs: await makeWorld("scratchtheirs", { shard: "TENANT_1", serve }),
    elsewhere: await makeWorld("scratchelsewhere", { shard: "TENANT_2", serve }),
  };
}, 120_000);

const everything: Checks = { ...names, ...isolation, ...changes, ...scopes, ...badInput, ...documented };

growing(own.tools, everything, () => worlds);
growing(own.tools.filter(takesSomething), nothingGiven, () => worlds);

describe.each(own.tools.map((tool) => [tool.name, tool] as const))("%s", (_, tool) => {
  it.each(Object.entries(rules))("%s", (_rule, check) => check(tool, search));
});

/** What refuses a wrong tool, and why. A check that refused the good ones too would prove nothing: see above. */
const refusing: Record<keyof typeof wrong, [Check | undefined, RegExp]> = {
  "reads and writes": [changes["changes something unless it says that it only reads"], /to deeply equal/],
  "shows a row of any workspace": [
    isolation["finds nothing of another workspace and changes nothing there"],
    /another's|to deeply equal \[\]/,
  ],
  "shows a row of any inbox": [
    isolation["finds nothing of a forbidden inbox and changes nothing there"],
    /another's/,
  ],
  "changes a row of any workspace": [
    isolation["finds nothing of another workspace and changes nothing there"],
    /another's|to deeply equal/,
  ],
  "changes nothing": [changes["changes something unless it says that it only reads"], /not deeply equal/],
  "has no scope": [scopes["is absent and refused without its scope, there with it alone"], /Unknown scope/],
  "reads with a scope for writing": [rule("has a scope, a toolset and all four hints, which agree"), /:read/],
  "fails on what nobody thought of": [badInput["survives generated arguments"], /Property failed/],
  "takes what it does not know": [
    badInput["names the nearest argument for an unknown one, and runs nothing"],
    /to be 'invalid_input'/,
  ],
  "shows what a customer wrote as if we had": [
    changes["shows hostile text visibly, and names it as what a customer wrote"],
    /to deeply equal ArrayContaining/,
  ],
  "answers something else than it says": [isolation["works in its own workspace"], /'internal' to be null/],
  "sends without an idempotency key": [
    rule("takes an idempotency key when it sends to a customer"),
    /idempotencyKey/,
  ],
  "takes an id by no kind": [rule("takes ids as references, so that names do as well"), /ticketId/],
  "is found by nothing that people say": [
    rule("has what people say for it, by each of which search_tools finds it"),
    /greater than or equal to 3/,
  ],
};

function rule(name: string): Check {
  return async (tool) => rules[name]?.(tool, search);
}

describe("refused is a tool that", () => {
  const cases = Object.entries(refusing).map(([what, [check, why]]) => ({ what, check, why }));
  it.each(cases)("$what", async ({ what, check, why }) => {
    const tool = Object.entries(wrong).find(([name]) => name === what)?.[1];
    if (!tool || !check) throw new Error("There is no such tool or check.");
    await expect(check(tool, worlds)).rejects.toThrow(why);
  });
});
