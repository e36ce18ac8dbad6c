import type { Context } from "hono";
import { storeGiven } from "../../attachments/given.ts";
import { ownerOf } from "../../attachments/store.ts";
import { type Arrival, requestAccess } from "../../calls/access.ts";
import { tenantOf } from "../../calls/call.ts";
import { credentialOf } from "../../calls/credential.ts";
import { deliveryStatements } from "../../conversations/delivery.ts";
import { getMessage } from "../../conversations/read.ts";
import { resultOf, roomName } from "../../conversations/room.ts";
import type { Principal } from "../../gate/principal.ts";
import { type App, executionContext, newApp } from "../../http/app.ts";
import { tellNews } from "../../http/news.ts";
import { isKnownOrigin, UNKNOWN_ORIGIN } from "../../http/origin.ts";
import { getInbox, type Inbox } from "../../inboxes/store.ts";
import { turnedAway } from "../../rest/turned-away.ts";
import { Failure, notFound } from "../../tenant/failure.ts";
import type { Tenant } from "../../tenant/tenant.ts";
import { readInput } from "../web/input.ts";
import { limitVisitor } from "../web/limits.ts";
import {
  CHANNELS_PATH,
  inboundInput,
  inboundOutput,
  MAX_BODY,
  reportInput,
  reportOutput,
  SCOPE,
} from "./input.ts";

/** One request at the door. */
type Exchange = Context<App>;

/**
 * The door of `api` inboxes, for API keys of the scope `conversations:inbound` alone: bot tokens and OAuth grants are
 * assistants', which answer customers and do not speak for them.
 */
export const apiDoor = newApp().basePath(CHANNELS_PATH);

apiDoor.post("/:channelId/messages", async (c) => {
  const admitted = await admit(c);
  if (admitted instanceof Response) return admitted;
  const { tenant, principal } = admitted;
  const { contact, uuid, attachments, ...said } = await readInput(c.req.raw, inboundInput, MAX_BODY);
  if (said.text === "" && !attachments?.length)
    throw new Failure("invalid_input", "Pass text or attachments.");
  const inbox = await inboxOf(c, tenant);
  await limitVisitor(c.env.VISITOR_LIMIT, "message", `${inbox.id}:${contact.id}`);
  await limitVisitor(c.env.VISITOR_INBOX_LIMIT, "messages", inbox.id);
  const { id: sourceId, ...claims } = contact;
  const where = { workspaceId: tenant.workspaceId, inboxId: inbox.id, sourceId };
  const depot = { tenant, env: c.env, inboxId: inbox.id, owner: ownerOf({ sourceId }) };
  const files = await storeGiven(depot, attachments, uuid);
  const taken = resultOf(
    await c.env.ROOM.getByName(roomName(where)).message(principal.shard, {
      channel: "api",
      key: inbox.publicKey,
      incoming: {
        from: { sourceId, ...claims },
        ...said,
        sourceId: uuid,
        ...(files.length > 0 ? { attachments: files.map(({ id }) => id) } : {}),
      },
      requestId: c.get("requestId"),
    }),
  );
  if (said.text !== "" && taken.message.text !== said.text) {
    throw new Failure("idempotency_mismatch", "A message with another text came under this uuid before.", {
      hint: "Give each message a uuid of its own.",
    });
  }
  return c.json(inboundOutput.parse(taken), taken.repeated ? 200 : 201);
});

apiDoor.post("/:channelId/messages/:messageId/status", async (c) => {
  const admitted = await admit(c);
  if (admitted instanceof Response) return admitted;
  const { tenant } = admitted;
  const { status: state, reason } = await readInput(c.req.raw, reportInput, MAX_BODY);
  if (reason !== undefined && state !== "failed") {
    throw new Failure("invalid_input", "reason: only what failed has one.");
  }
  const inbox = await inboxOf(c, tenant);
  const message = await getMessage(tenant, c.req.param("messageId"));
  if (message.inboxId !== inbox.id || message.direction !== "out" || message.kind !== "message") {
    throw notFound("message", message.id, "what went out of this inbox");
  }
  await tenant.batch(deliveryStatements(tenant, message, { state, failure: reason }));
  c.executionCtx.waitUntil(tellNews(c.env, tenant.workspaceId, c.get("requestId")));
  const { id: messageId, status } = await getMessage(tenant, message.id);
  return c.json(reportOutput.parse({ messageId, status }));
});

apiDoor.all("/:channelId/messages", () => notAllowed());
apiDoor.all("/:channelId/messages/:messageId/status", () => notAllowed());

function notAllowed(): never {
  throw new Failure("method_not_allowed", "This address takes POST.", {}, { Allow: "POST" });
}

/**
 * Lets in an API key that may bring messages in. They cost no calls of the plan: a key has 300 of them a minute.
 * @throws Failure for whoever may not
 */
async function admit(c: Exchange): Promise<{ tenant: Tenant; principal: Principal } | Response> {
  const { env, req } = c;
  if (!isKnownOrigin(req.raw, env)) throw new Failure("origin_not_allowed", UNKNOWN_ORIGIN);
  const requestId = c.get("requestId");
  const token = credentialOf(req.raw, new URL(req.url));
  const arrival: Arrival = { request: req.raw, env, ctx: executionContext(c), requestId, token };
  const ask = { readOnlyAddress: false, sessionId: null, calls: [], others: 1, forChannel: true };
  const access = await requestAccess(arrival, "/mcp", ask);
  if (access.kind !== "granted") {
    const answer = turnedAway(access, requestId);
    if (answer instanceof Failure) throw answer;
    return answer;
  }
  const { principal } = access;
  if (principal.kind !== "api_key") {
    throw new Failure(
      "not_allowed",
      "Customers' messages are brought in with an API key, and with nothing else.",
      {
        hint: `Have the operator make one: parley token create --kind api_key --scopes ${SCOPE}.`,
      },
    );
  }
  if (!principal.scopes.includes(SCOPE) || principal.readOnly) {
    const lacks = principal.readOnly ? "This API key only reads." : `This needs the scope ${SCOPE}.`;
    throw new Failure("missing_scope", lacks, { candidates: [SCOPE] });
  }
  return { tenant: tenantOf(env, principal), principal };
}

/** The inbox of the address. @throws Failure `not_found`, also for one that the key may not see; `invalid_input` */
async function inboxOf(c: Exchange, tenant: Tenant): Promise<Inbox> {
  const inbox = await getInbox(tenant, c.req.param("channelId") ?? "");
  if (inbox.channel !== "api") {
    throw new Failure(
      "invalid_input",
      `The inbox ${inbox.id} is of the ${inbox.channel} channel: this address is for api inboxes.`,
    );
  }
  return inbox;
}
