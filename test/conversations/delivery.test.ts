import { describe, expect, it } from "vitest";
import { deliveryStatements } from "../../src/conversations/delivery.ts";
import { newConversation } from "../../src/conversations/open.ts";
import { getMessage } from "../../src/conversations/read.ts";
import { DELIVERY_STATES, type DeliveryState } from "../../src/conversations/schema.ts";
import { ConversationTurn } from "../../src/conversations/turn.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { eventTypes, makeInbox, write } from "./setting.ts";

async function queued() {
  const call = testCall();
  const { tenant } = call;
  const inbox = await makeInbox(call, { channel: "api" });
  const { contactId, identityId } = await write(call, inbox, "Hello?");
  const at = Date.now();
  const opened = { id: newId("conversation", at), contactId, identityId, visitor: {} };
  const conversation = newConversation(tenant, inbox, opened, at);
  const turn = new ConversationTurn(tenant, { inbox, conversation, isNew: true }, at);
  const id = newId("message", at);
  turn.send({ id, text: "On its way" }, { kind: "api_key", id: "tok_1", name: "Key" });
  await tenant.batch(turn.statements());
  const message = { id, inboxId: inbox.id, conversationId: conversation.id };
  const report = (state: DeliveryState, failure?: string) =>
    tenant.batch(deliveryStatements(tenant, message, { state, failure }));
  const now = async () => {
    const { status, failure } = await getMessage(tenant, id);
    return { status, failure };
  };
  return { call, report, now };
}

describe("the delivery state of a message", () => {
  it("moves forward only, whatever order reports come in, each with one event", async () => {
    const { call, report, now } = await queued();
    expect(await now()).toEqual({ status: "queued", failure: null });
    for (const state of ["sent", "delivered", "sent", "queued", "delivered", "read", "failed"] as const) {
      await report(state, "The number is unknown.");
    }
    expect(await now()).toEqual({ status: "read", failure: null });
    expect((await eventTypes(call)).filter((type) => type === "message.updated")).toHaveLength(3);
  });

  it("ends with a failure, which says why", async () => {
    const { report, now } = await queued();
    await report("failed", "The number is unknown.");
    for (const state of DELIVERY_STATES) await report(state);
    expect(await now()).toEqual({ status: "failed", failure: "The number is unknown." });
  });
});
