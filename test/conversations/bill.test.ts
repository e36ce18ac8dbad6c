import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { assignConversation } from "../../src/conversations/status.ts";
import type { Inbox } from "../../src/inboxes/store.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";
import { makeInbox, run, shapes, write } from "./setting.ts";

/** What a message costs: rows that D1 says were written, the indexes' among them, which are most of the bill. */
const meter = metered(env.TENANT_1);
const options = { database: meter.database };
let call: Call;
let inbox: Inbox;

beforeAll(async () => {
  call = testCall(options);
  inbox = await makeInbox(call);
  // The day's first message makes the row that all others count in.
  await write(call, inbox, "Anybody there?", { ...options, from: "somebody" });
});

/** What it wrote, and the dearest of its statements where it is too much. */
async function written(act: () => Promise<unknown>): Promise<{ rows: number; of: string[] }> {
  meter.reset();
  await act();
  const dear = meter.bill.filter((one) => one.written > 0);
  return { rows: meter.rowsWritten, of: dear.map((one) => `${one.written} ${one.sql.slice(0, 60)}`) };
}

describe("rows written", () => {
  it("by a visitor's first message are at most 26, by each further one at most 9", async () => {
    const first = await written(() => write(call, inbox, "Hello?", options));
    expect(first.rows, first.of.join("\n")).toBeLessThanOrEqual(26);
    const next = await written(() => write(call, inbox, "Where is my order?", options));
    expect(next.rows, next.of.join("\n")).toBeLessThanOrEqual(9);
  });

  it("by a message in a conversation that somebody has are at most 9", async () => {
    const { conversationId } = await write(call, inbox, "Hello?", { ...options, from: "berta" });
    await run(call, "reply_to_conversation", { conversationId, text: "Yes" }, shapes.sent);
    await assignConversation(call.tenant, conversationId, "mb_1");
    const next = await written(() => write(call, inbox, "Still there?", { ...options, from: "berta" }));
    expect(next.rows, next.of.join("\n")).toBeLessThanOrEqual(9);
  });

  it("by a reply are at most 10, also by the first one", async () => {
    const { conversationId } = await write(call, inbox, "Hello?", { ...options, from: "carl" });
    for (const text of ["Yes", "What can we do?"]) {
      const reply = await written(() =>
        run(call, "reply_to_conversation", { conversationId, text }, shapes.sent),
      );
      expect(reply.rows, reply.of.join("\n")).toBeLessThanOrEqual(10);
    }
  });
});
