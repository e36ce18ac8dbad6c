import { env } from "cloudflare:workers";
import { z } from "zod";
import { addressOfConversation, roomName } from "../../src/conversations/room.ts";
import { latestSession } from "../../src/flows/run/sessions.ts";
import { browser, open, say } from "../channels/browser.ts";
import type { Sketch } from "../flows/flows.ts";
import { chatWith } from "./setting.ts";

const heardSchema = z.array(
  z.object({ method: z.string(), body: z.string(), idempotencyKey: z.string().nullable() }),
);

/** What the server of another name than ours was asked, see `test/outside.ts`. */
export async function asked(name: string) {
  const answer = await fetch(`https://outside.example/heard/${name}`);
  return heardSchema.parse(await answer.json());
}

/** A visitor in a flow that asks another server once. @param wait how long it takes to answer, in milliseconds */
export async function asking(wait: number | "first") {
  const name = crypto.randomUUID();
  const nodes: Sketch[] = [
    ["hello", "message", { text: "Looking." }],
    [
      "ask",
      "http_request",
      {
        method: "POST",
        url: `https://outside.example/${name}?wait=${wait}`,
        body: '{"said":"{{last_message}}"}',
        bodyType: "json",
        save: [{ path: "asked", variable: "asked" }],
      },
    ],
    ["found", "message", { text: "Asked {{asked}}." }],
    ["lost", "message", { text: "Not found." }],
    ["end", "question", { text: "Anything else?", variable: "more" }],
  ];
  const edges = [
    "start > hello",
    "hello > ask",
    "ask.success > found",
    "ask.error > lost",
    "found > end",
    "lost > end",
  ];
  const place = await chatWith(nodes, edges);
  const page = browser();
  const token = await open(page, place.inbox.publicKey, { name: "Ada" });
  const { tenant } = place;
  const texts = async (): Promise<string[]> => {
    const { body } = await page("GET", "/messages", { token });
    return body.messages.map(({ text }: { text: string }) => text);
  };
  const begin = async () => {
    const { conversationId } = await say(page, token, "Hi");
    return { conversationId: String(conversationId) };
  };
  const roomOf = async (conversationId: string) => {
    const address = await addressOfConversation(tenant, conversationId);
    return env.ROOM.getByName(roomName({ workspaceId: place.workspace.id, ...address }));
  };
  const session = (conversationId: string) => latestSession(tenant, conversationId);
  return { ...place, name, nodes, edges, page, token, texts, begin, roomOf, session };
}
