import { env } from "cloudflare:workers";
import type { Call } from "../../src/calls/define.ts";
import { identitySecret } from "../../src/channels/web/token.ts";
import { registerInboxKey } from "../../src/control/inbox-keys.ts";
import { createInbox, type Inbox } from "../../src/inboxes/store.ts";
import { newId } from "../../src/tenant/ids.ts";
import type { Tenant } from "../../src/tenant/tenant.ts";
import { PNG } from "../attachments/setting.ts";
import { type Browser, browser, open } from "../channels/browser.ts";
import { call, chatWith, type Line } from "../rooms/setting.ts";

/** A visitor of one inbox, with an open socket: all that is theirs is marked by a word found nowhere else. */
export interface Place {
  canary: string;
  workspaceId: string;
  tenant: Tenant;
  inbox: Pick<Inbox, "id" | "publicKey">;
  /** An assistant of the workspace. */
  team: Call;
  page: Browser;
  token: string;
  line: Line;
  conversationId: string;
  /** Their last message, as they named it and as it was numbered. */
  said: { clientMessageId: string; seq: number; id: string };
  /** A file that they uploaded and have not sent. */
  fileId: string;
}

/** The signature of a site that vouches for the same user everywhere. */
async function vouched(inboxId: string) {
  const id = "user-7";
  const secret = new TextEncoder().encode(await identitySecret(env.PARLEY_SECRET, inboxId));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(id));
  return { identity: { id, signature: new Uint8Array(mac).toHex() } };
}

async function makePlace(
  whole: Pick<Place, "workspaceId" | "tenant" | "team">,
  inbox: Place["inbox"],
  isSignedIn: boolean,
): Promise<Place> {
  const canary = `canary${newId("message").slice(-10)}`;
  const page = browser();
  const who = isSignedIn ? await vouched(inbox.id) : { name: `Visitor ${canary}` };
  const token = await open(page, inbox.publicKey, who);
  const line = await call(token, { stays: true });
  await line.hear("ready");
  // Named alike everywhere: what names a message in one room names none in another.
  const clientMessageId = "first";
  line.say({ type: "message", text: `Hi, ${canary}`, clientMessageId });
  const { conversationId, message } = await line.hear("sent");
  const { id, seq } = message as { id: string; seq: number };
  const headers = { "content-type": "image/png" };
  const { body } = await page("POST", `/attachments?name=${canary}.png`, {
    token,
    headers,
    raw: new Uint8Array(PNG),
  });
  return {
    ...whole,
    fileId: String(body.id),
    ...{ canary, inbox, page, token, line, conversationId: String(conversationId) },
    said: { clientMessageId, seq, id },
  };
}

/**
 * Visitors of three workspaces, two of which share a database, in two inboxes each: in every one a stranger, and a person
 * who is signed in as the same user everywhere.
 */
export async function visitorPlaces(): Promise<Place[]> {
  const places: Place[] = [];
  for (let i = 0; i < 3; i++) {
    const { workspace, tenant, team, inbox } = await chatWith([
      ["hello", "message", { text: "Hello!" }],
      [
        "ask",
        "choice",
        { text: "Which?", variable: "which", options: [{ id: `o${i}`, label: `Option ${i}` }] },
      ],
    ]);
    const other = await createInbox(tenant, { channel: "web", name: "Other" });
    const { publicKey } = other;
    await registerInboxKey(env.CONTROL, { publicKey, workspaceId: workspace.id, inboxId: other.id });
    for (const one of [inbox, other]) {
      for (const isSignedIn of [false, true]) {
        places.push(await makePlace({ workspaceId: workspace.id, tenant, team }, one, isSignedIn));
      }
    }
  }
  return places;
}

/** What nobody but the visitor of a place and its workspace may be shown. */
export function secretsOf({ canary, conversationId, inbox, workspaceId, said, fileId }: Place): string[] {
  return [canary, conversationId, inbox.id, workspaceId, said.id, fileId];
}
