import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { addressOfConversation, roomName } from "../../src/conversations/room.ts";
import type { Tenant } from "../../src/tenant/tenant.ts";

/** A server that speaks the completions API, scripted by a test: see `test/outside.ts`, where it runs. */

/** One answer of the model's API. */
export interface Reply {
  /** What the model says: text, or the object that it is asked for. */
  says?: string | { action: string; answer: string; cites?: unknown };
  /** Sent in one piece, although a stream was asked for. */
  whole?: boolean;
  /** Milliseconds before the first piece, and between pieces. */
  wait?: number;
  between?: number;
  /** The connection breaks off after so many pieces. */
  breaksAfter?: number;
  status?: number;
  headers?: Record<string, string>;
  /** As it is, in place of an answer of the API. */
  body?: string;
  /** Never answers. */
  hangs?: boolean;
}

const heardSchema = z.array(z.object({ body: z.string() }));
const requestSchema = z.looseObject({
  model: z.string(),
  temperature: z.number(),
  stream: z.boolean(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
});

/** A server with these answers, one for each request; the last one again and again. */
export async function modelServer(...replies: Reply[]) {
  const name = crypto.randomUUID();
  const url = `https://outside.example/model/${name}`;
  await fetch(`https://outside.example/script/${name}`, { method: "POST", body: JSON.stringify(replies) });
  return {
    url,
    /** What it was asked, in order. */
    async asked() {
      const answer = await fetch(`https://outside.example/heard/model-${name}`);
      return heardSchema.parse(await answer.json()).map(({ body }) => requestSchema.parse(JSON.parse(body)));
    },
  };
}

/** Has the room of a conversation ask this server. */
export async function useModel(tenant: Tenant, conversationId: string, url: string) {
  const address = await addressOfConversation(tenant, conversationId);
  const room = () => env.ROOM.getByName(roomName({ workspaceId: tenant.workspaceId, ...address }));
  await runInDurableObject(room(), (instance) => {
    const bindings: object = Reflect.get(instance, "env");
    Reflect.set(bindings, "MODEL_API_URL", url);
    onTestFinished(() => {
      Reflect.deleteProperty(bindings, "MODEL_API_URL");
    });
  });
  return { room };
}
