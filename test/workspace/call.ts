import { env } from "cloudflare:workers";
import { type Call, RawOutput, type Tool } from "../../src/calls/define.ts";
import { gateOf } from "../../src/gate/gate.ts";
import type { Principal } from "../../src/gate/principal.ts";
import { createToken, hashToken } from "../../src/gate/tokens.ts";
import { workspaceView } from "../../src/gate/workspace-view.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { shardDatabase } from "../../src/tenant/shards.ts";
import { Tenant } from "../../src/tenant/tenant.ts";

/** A principal as the gate makes it, by one counted call. */
export async function admitted(workspaceId: string, more: Partial<Parameters<typeof createToken>[2]> = {}) {
  const { token } = await createToken(env, workspaceId, {
    kind: "api_key",
    name: "Script",
    scopes: "all",
    ...more,
  });
  const answer = await gateOf(env, workspaceId).admit({
    credential: { kind: "token", hash: hashToken(token), inUrl: false },
    readOnlyAddress: false,
    sessionId: null,
    calls: [
      { name: "get_workspace", toolset: "workspace", scopes: ["workspace:read"], writes: false, valid: true },
    ],
    others: 0,
  });
  if (!answer.admitted) throw new Error(`not admitted: ${JSON.stringify(answer.refusal)}`);
  return answer.principal;
}

export function callAs(principal: Principal): Call {
  return {
    principal,
    env,
    workspace: workspaceView(env, principal),
    tenant: new Tenant(shardDatabase(env, principal.shard), {
      workspaceId: principal.workspaceId,
      inboxes: principal.inboxes,
      actor: {
        kind: "api_key",
        id: principal.credentialId,
        name: principal.name,
        credentialId: principal.credentialId,
      },
      timeZone: principal.timeZone,
    }),
    signal: new AbortController().signal,
    requestId: crypto.randomUUID(),
    canAsk: () => false,
    ask: () => Promise.reject(new Failure("unsupported", "Nobody to ask.")),
    progress: async () => {},
    log: async () => {},
  };
}

/** Runs a tool as the lanes do, and holds its answer against the output schema. */
export async function runTool(
  tools: readonly Tool[],
  call: Call,
  name: string,
  args: object = {},
): Promise<Record<string, unknown>> {
  const tool = tools.find((each) => each.name === name);
  const prepared = tool?.prepare(args);
  if (!tool || !prepared) throw new Error(`no tool ${name}`);
  if ("failure" in prepared) throw prepared.failure;
  const answer = await prepared.run(call);
  if (answer instanceof RawOutput) throw new Error("expected a structured answer");
  return tool.output.strict().parse(answer);
}
