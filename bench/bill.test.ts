import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { logCall } from "../src/calls/call-log.ts";
import { findOrCreateVisitorContact } from "../src/contacts/identities.ts";
import { receiveMessage } from "../src/conversations/inbound.ts";
import { conversationTools } from "../src/conversations/tools.ts";
import { gateOf } from "../src/gate/gate.ts";
import { createToken, hashToken } from "../src/gate/tokens.ts";
import { createWorkspace } from "../src/gate/workspaces.ts";
import { createInbox } from "../src/inboxes/store.ts";
import { newId } from "../src/tenant/ids.ts";
import { Tenant } from "../src/tenant/tenant.ts";
import { testCall } from "../test/call.ts";
import { metered } from "../test/meter.ts";

/** The bill: rows that D1 says were written. Printed by `npm run bench`; test/conversations/bill.test.ts holds them. */
it("prints the rows written per inbound message, per reply and per call", async () => {
  const workspace = await createWorkspace(env, { name: "Bill", plan: "enterprise", shard: "TENANT_1" });
  const meter = metered(env.TENANT_1);
  const call = testCall({ workspaceId: workspace.id, database: meter.database });
  const inbox = await createInbox(call.tenant, { channel: "web", name: "Website" });
  const visitor = new Tenant(meter.database, {
    workspaceId: workspace.id,
    inboxes: [inbox.id],
    actor: { kind: "contact", id: "visitor", name: "Visitor", credentialId: null },
    timeZone: "UTC",
  });
  const spent = async <T>(run: () => Promise<T>) => {
    meter.reset();
    const result = await run();
    const statements = meter.bill
      .filter(({ written }) => written > 0)
      .map(({ sql, written }) => `    ${written} ${sql.replace(/\s+/g, " ").slice(0, 70)}`);
    return { result, written: meter.rowsWritten, trips: meter.roundTrips, statements };
  };
  const receive = async () => {
    const identity = await findOrCreateVisitorContact(visitor, {
      inboxId: inbox.id,
      channel: "web",
      sourceId: "visitor-1",
      name: "Ann",
    });
    return receiveMessage(visitor, {
      inbox: { id: inbox.id, channel: "web", chatbotId: null },
      identity: { ...identity },
      text: "Where is my order?",
    });
  };
  const first = await spent(receive);
  const next = await spent(receive);
  const reply = await spent(async () => {
    const tool = conversationTools.find(({ name }) => name === "reply_to_conversation");
    const prepared = tool?.prepare({
      conversationId: first.result.conversationId,
      text: "On its way",
      idempotencyKey: newId("call"),
    });
    if (!prepared || "failure" in prepared) throw new Error("The reply is not valid.");
    return prepared.run(call);
  });
  const caller = {
    principal: call.principal,
    toolsets: null,
    compact: false,
    requestId: "bill",
    sessionId: null,
  };
  const log = () =>
    spent(() =>
      logCall(call.tenant, caller, {
        kind: "tool",
        name: "list_tags",
        outcome: "ok",
        startedAt: Date.now(),
        milliseconds: 1,
      }),
    );
  await log();
  const logged = await log();

  const { token } = await createToken(env, workspace.id, { kind: "api_key", name: "Bill", scopes: "all" });
  const admitted = await gateOf(env, workspace.id).admit({
    credential: { kind: "token", hash: hashToken(token), inUrl: false },
    readOnlyAddress: false,
    sessionId: null,
    calls: [
      { name: "list_tags", toolset: "contacts", scopes: ["contacts:read"], writes: false, valid: true },
    ],
    others: 0,
  });
  expect(admitted.admitted).toBe(true);

  const lines = [
    `a visitor's first message (contact, conversation, message): ${first.written} rows in ${first.trips} round trips`,
    ...first.statements,
    `each further inbound message: ${next.written} rows in ${next.trips} round trips`,
    ...next.statements,
    `a reply with an idempotency key: ${reply.written} rows in ${reply.trips} round trips`,
    ...reply.statements,
    `the log of one call alone: ${logged.written} rows (calls of a second share them); its admission: one row for ten requests in the gate's own storage`,
  ];
  console.log(lines.join("\n"));
  expect(first.written).toBeLessThanOrEqual(26);
  expect(next.written).toBeLessThanOrEqual(9);
  expect(reply.written).toBeLessThanOrEqual(10);
});
