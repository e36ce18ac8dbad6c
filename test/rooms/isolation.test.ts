import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { z } from "zod";
import { identitySecret } from "../../src/channels/web/token.ts";
import { registerInboxKey } from "../../src/control/inbox-keys.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { shardDatabase } from "../../src/tenant/shards.ts";
import { workspaceTools } from "../../src/workspace/tools.ts";
import { testCall } from "../call.ts";
import { browser, open, say } from "../channels/browser.ts";
import { run, shapes } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { runTool } from "../run.ts";
import { call, chatWith, textOf } from "./setting.ts";

/** The same user, signed in on the sites of several inboxes: everywhere its source id is the same. */
async function signedIn(inbox: { id: string; publicKey: string }): Promise<string> {
  const secret = new TextEncoder().encode(await identitySecret(env.PARLEY_SECRET, inbox.id));
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode("user-7"));
  const signature = [...new Uint8Array(mac)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return open(browser(), inbox.publicKey, { identity: { id: "user-7", signature } });
}

const FLOW: Sketch[] = [["hello", "message", { text: "Hello!" }]];

it("a socket hears what is said in its inbox of its workspace alone, though the same person is in others", async () => {
  const mine = await chatWith(FLOW);
  const theirs = await chatWith(FLOW);
  const other = await createInbox(mine.tenant, { channel: "web", name: "Other" });
  await registerInboxKey(env.CONTROL, {
    ...{ publicKey: other.publicKey, workspaceId: mine.workspace.id, inboxId: other.id },
  });
  const tokens = [await signedIn(mine.inbox), await signedIn(other), await signedIn(theirs.inbox)];
  const lines = await Promise.all(tokens.map((token) => call(token)));
  for (const line of lines) await line.hear("ready");
  for (const [i, line] of lines.entries()) {
    line.say({ type: "message", text: `canary ${i}`, clientMessageId: "same" });
    await line.hear("sent");
  }
  const [first, second, third] = lines;
  const conversationId = String((await first?.hear("sent"))?.conversationId);
  await run(mine.team, "reply_to_conversation", { conversationId, text: "canary reply" }, shapes.sent);
  await first?.hear("message", (one) => textOf(one) === "canary reply");
  expect(first?.texts()).toEqual(["canary 0", "Hello!", "canary reply"]);
  expect(second?.texts()).toEqual(["canary 1"]);
  expect(third?.texts()).toEqual(["canary 2", "Hello!"]);
});

const feed = z.looseObject({
  items: z.array(z.looseObject({ inboxId: z.string().nullable() })),
  nextCursor: z.string(),
});

it("who waits for events is told those of its workspace and inboxes alone, and by no news of others", async () => {
  const { workspace, tenant, inbox, team } = await chatWith(FLOW);
  const theirs = await chatWith(FLOW);
  const closed = await createInbox(tenant, { channel: "web", name: "Closed" });
  const limited = testCall({
    ...{ workspaceId: workspace.id, database: shardDatabase(env, workspace.shard) },
    inboxes: [closed.id],
  });
  const list = async (caller: typeof team, args: object) =>
    feed.parse(await runTool(workspaceTools, caller, "list_events", args));
  const { nextCursor: cursor } = await list(limited, { limit: 100 });
  const begun = Date.now();
  const waiting = list(limited, { cursor, waitSeconds: 3 });
  await say(browser(), await open(browser(), inbox.publicKey), "canary of another inbox");
  await say(browser(), await open(browser(), theirs.inbox.publicKey), "canary of another workspace");
  expect((await waiting).items).toEqual([]);
  expect(Date.now() - begun).toBeGreaterThanOrEqual(2900);
});
