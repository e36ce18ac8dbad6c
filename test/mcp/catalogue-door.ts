import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { z } from "zod";
import { type Catalogue, defineTool, HINTS, type Tool, type ToolSpec } from "../../src/calls/define.ts";
import { addressOf } from "../../src/mcp/address.ts";
import { createDoor } from "../../src/mcp/door.ts";
import { answerOf, bearer, modern, newKey, newWorkspace, ORIGIN, type RpcAnswer } from "./visit.ts";

/** A tool of a test's own, with sensible facts. */
export function tool<I extends z.ZodObject, O extends z.ZodObject>(
  spec: Pick<ToolSpec<I, O>, "name" | "input" | "output" | "run"> & Partial<ToolSpec<I, O>>,
): Tool {
  return defineTool({
    title: spec.name,
    description: "A tool of a test.",
    phrases: "",
    toolset: "workspace",
    scope: "workspace:read",
    hints: HINTS.R,
    untrusted: [],
    ...spec,
  });
}

export interface Caller {
  workspaceId: string;
  token: string;
}

export async function newCaller(workspaceId?: string): Promise<Caller> {
  const id = workspaceId ?? (await newWorkspace()).id;
  return { workspaceId: id, token: await newKey(id) };
}

export type Params = Record<string, unknown>;

/** Our own door before a catalogue of the test's: one 2026-07-28 request at a time, to its very end. */
export function doorTo(catalogue: Partial<Catalogue>) {
  const door = createDoor({ instructions: "", tools: [], resources: [], prompts: [], ...catalogue });
  async function send(
    { token }: Caller,
    { headers, body }: { headers: Record<string, string>; body: unknown },
    signal?: AbortSignal,
  ): Promise<Response> {
    const ctx = createExecutionContext();
    const address = addressOf("/mcp");
    if (!address) throw new Error("no address");
    const request = new Request(`${ORIGIN}/mcp`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...bearer(token),
        ...headers,
      },
      body: JSON.stringify(body),
      signal,
    });
    const response = await door(request, env, ctx, address, "test-request");
    const text = await response.text();

    return new Response(text, response);
  }

  return {
    send,
    async request(
      caller: Caller,
      method: string,
      params: Params = {},
      capabilities: object = {},
    ): Promise<RpcAnswer> {
      return answerOf(await send(caller, modern(method, params, capabilities)));
    },
    async call(
      caller: Caller,
      name: string,
      args: Params = {},
      rest: Params = {},
      capabilities: object = {},
    ) {
      const answer = await answerOf(
        await send(caller, modern("tools/call", { name, arguments: args, ...rest }, capabilities)),
      );
      return {
        ...answer,
        structure: answer.result?.structuredContent as Params | undefined,
        text: firstText(answer),
      };
    },
  };
}

const textAnswer = z.object({ content: z.array(z.object({ text: z.string() })).min(1) });

function firstText({ result }: RpcAnswer): string {
  const parsed = textAnswer.safeParse(result);
  return parsed.success ? (parsed.data.content[0]?.text ?? "") : "";
}
