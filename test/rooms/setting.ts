import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { onTestFinished, vi } from "vitest";
import { z } from "zod";
import { createTag } from "../../src/contacts/tags.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import worker from "../../src/index.ts";
import { testCall } from "../call.ts";
import { chat } from "../channels/browser.ts";
import { make } from "../chatbots/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { liveMain } from "../live/setting.ts";

const heard = z.looseObject({ type: z.string() });
export type Heard = z.output<typeof heard>;

/** A visitor's open socket, and all that was heard on it so far. */
export interface Line {
  heard: Heard[];
  socket: WebSocket;
  say(what: object | string): void;
  /** Waits for the first thing of this kind that fits. */
  hear(type: string, fits?: (what: Heard) => boolean): Promise<Heard>;
  texts(): unknown[];
  /** The code that it was closed with; null: it is open. */
  closed(): number | null;
}

/**
 * Opens a socket as a page does.
 * @param after the number of the last message that it has
 * @param stays true: it is open beyond the test, and whoever opened it closes it
 */
export async function call(token: string, { after = 0, headers = {}, stays = false } = {}): Promise<Line> {
  const request = new Request(`${env.PUBLIC_URL}/api/visitor/v1/socket?after=${after}`, {
    headers: {
      upgrade: "websocket",
      "sec-websocket-protocol": `parley.visitor, ${token}`,
      "cf-connecting-ip": `198.51.100.1-${crypto.randomUUID()}`,
      ...headers,
    },
  });
  const response = await worker.fetch(request, env, createExecutionContext());
  const { webSocket: socket } = response;
  if (!socket) throw new Error(`No socket: ${response.status} ${await response.text()}`);
  const all: Heard[] = [];
  socket.addEventListener("message", ({ data }) => {
    if (data !== "pong") all.push(heard.parse(JSON.parse(String(data))));
  });
  let closed: number | null = null;
  socket.addEventListener("close", ({ code }) => {
    closed = code;
  });
  socket.accept();
  if (!stays) onTestFinished(() => socket.close());
  return {
    heard: all,
    socket,
    say: (what) => socket.send(typeof what === "string" ? what : JSON.stringify(what)),
    hear: (type, fits = () => true) =>
      vi.waitFor(
        () => {
          const found = all.find((one) => one.type === type && fits(one));
          if (found) return found;
          throw new Error(`No such ${type} was heard, but ${JSON.stringify(all)}`);
        },
        { timeout: 15_000 },
      ),
    closed: () => closed,
    texts: () => all.flatMap((one) => (one.type === "message" ? [textOf(one)] : [])),
  };
}

const message = z.looseObject({ message: z.looseObject({ text: z.string() }) });

export function textOf(one: Heard): string {
  return message.parse(one).message.text;
}

/** A chat whose chatbot runs this flow, and an assistant of its workspace. */
export async function chatWith(nodes: Sketch[], edges?: string[]) {
  const place = await chat();
  const { workspace, inbox, tenant } = place;
  const team = testCall({
    workspaceId: workspace.id,
    database: env[workspace.shard === "TENANT_1" ? "TENANT_1" : "TENANT_2"],
  });
  team.principal.shard = workspace.shard;
  const chatbotId = await make(team);
  await createTag(tenant, { name: "newsletter" });
  const flowId = await liveMain(team, chatbotId, nodes, edges);
  await updateInbox(tenant, inbox.id, { chatbotId });
  return { ...place, team, chatbotId, flowId };
}
