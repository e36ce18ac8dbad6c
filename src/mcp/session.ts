import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  type ClientCapabilities,
  CompleteRequestSchema,
  CreateMessageResultSchema,
  ElicitResultSchema,
  GetPromptRequestSchema,
  type GetPromptResult,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListRootsResultSchema,
  ListToolsRequestSchema,
  type LoggingLevel,
  LoggingLevelSchema,
  ReadResourceRequestSchema,
  type ServerNotification,
  type ServerRequest,
  SetLevelRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/cfworker";
import type { Connection, ConnectionContext } from "agents";
import { McpAgent } from "agents/mcp";
import { z } from "zod";
import type { Lane } from "../calls/call.ts";
import { CALLER_HEADER, type Caller, decodeCaller } from "../calls/caller.ts";
import type { Catalogue, ClientRequest } from "../calls/define.ts";
import { ProtocolFault } from "../calls/fault.ts";
import { gateOf } from "../gate/gate.ts";
import { isUsed } from "../gate/sessions.ts";
import { RPC } from "../http/answer.ts";
import { Failure } from "../tenant/failure.ts";
import { QUESTION_CAPABILITY } from "./asking.ts";
import { risingProgress } from "./progress.ts";
import { SERVER_INFO } from "./server-info.ts";
import { Serving } from "./serving.ts";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** How long a person may take to answer, in milliseconds: they read, and the stream is kept alive meanwhile. */
const ANSWER_WITHIN = 5 * 60_000;

/** How long a session lives that nothing comes in: its object has a few hundred rows from the start. */
const UNUSED_SECONDS = 5 * 60;

/** What the session object remembers besides McpAgent's own. */
const KEYS = { workspace: "workspace", logLevel: "logLevel", capabilities: "clientCapabilities" } as const;

/**
 * One 2025-era session (Streamable HTTP, or HTTP with SSE), in a Durable Object of its own. It knows no caller:
 * the door has checked whose session it is, and each request brings its caller along. A subclass names the catalogue.
 */
export abstract class McpSession extends McpAgent<Cloudflare.Env> {
  protected abstract readonly catalogue: Catalogue;
  #server: Server | undefined;
  /** What an SSE client declared before the object last slept. */
  #declared: ClientCapabilities | undefined;

  get server(): Server {
    this.#server ??= this.#makeServer();
    return this.#server;
  }

  /** Runs on every start, also after hibernation. */
  async init(): Promise<void> {
    this.#declared = await this.ctx.storage.get(KEYS.capabilities);
    const soon = Math.min(UNUSED_SECONDS, this.#idleSeconds);
    await this.schedule(soon, "expire", undefined, { idempotent: true });
  }

  /**
   * No event store: it costs four storage writes a request and would keep customers' text in the session. Nothing
   * is pushed between requests, so there is little to replay.
   */
  protected override getEventStore(): undefined {
    return undefined;
  }

  override async onConnect(connection: Connection, context: ConnectionContext): Promise<void> {
    const workspaceId = workspaceOf(context.request);
    if (workspaceId === null) {
      connection.close(1008, "This request did not come through the door.");
      return;
    }
    // The idle session's end needs to know whose gate to ask.
    if ((await this.ctx.storage.get(KEYS.workspace)) === undefined) {
      await this.ctx.storage.put(KEYS.workspace, workspaceId);
    }
    await super.onConnect(connection, context);
  }

  /** An SSE session lives as long as its stream: a client that lost it opens another. */
  override async onClose(): Promise<void> {
    if (this.getTransportType() !== "sse") return;
    await this.#end();
  }

  /** SSE never stores the initialize request, and so would forget after hibernation what its client can answer. */
  override async onSSEMcpMessage(
    ...[sessionId, body, extra]: Parameters<McpAgent<Cloudflare.Env>["onSSEMcpMessage"]>
  ): Promise<Error | null> {
    // Its stream is gone, so no answer could reach the client.
    if ([...this.getConnections()].length === 0) return new Error("The stream is closed.");
    const initialize = initializeShape.safeParse(body);
    if (initialize.success)
      await this.ctx.storage.put(KEYS.capabilities, initialize.data.params.capabilities);
    return super.onSSEMcpMessage(sessionId, body, extra);
  }

  /**
   * The scheduled end: goes on sleeping when the session was used since, by the gate's knowledge. One in which nothing
   * came after it was opened ends at the first time of asking.
   */
  async expire(): Promise<void> {
    const workspaceId = await this.ctx.storage.get<string>(KEYS.workspace);
    const known = workspaceId ? await gateOf(this.env, workspaceId).session(this.getSessionId()) : null;
    const lives = known !== null && known.endedAt === null && isUsed(known);
    const left = lives ? known.lastSeenAt + this.#idleSeconds * 1000 - Date.now() : 0;
    if (left > 0) {
      await this.schedule(Math.ceil(left / 1000), "expire");
      return;
    }
    if (workspaceId && known) await gateOf(this.env, workspaceId).endSession(known.id);
    await this.destroy();
  }

  async #end(): Promise<void> {
    const workspaceId = await this.ctx.storage.get<string>(KEYS.workspace);
    if (workspaceId === undefined) return;
    await gateOf(this.env, workspaceId).endSession(this.getSessionId());
    await this.schedule(1, "expire");
  }

  get #idleSeconds(): number {
    return Math.max(1, Number(this.env.SESSION_IDLE_SECONDS) || 86_400);
  }

  #makeServer(): Server {
    const serving = new Serving(this.catalogue);
    const server = new Server(SERVER_INFO, {
      capabilities: {
        tools: {},
        resources: this.catalogue.subscribable ? { subscribe: true } : {},
        prompts: {},
        completions: {},
        logging: {},
      },
      instructions: serving.instructions,
      // The default needs code generation, which workerd forbids.
      jsonSchemaValidator: new CfWorkerJsonSchemaValidator(),
    });
    server.setRequestHandler(ListToolsRequestSchema, ({ params }, extra) =>
      serving.listTools(callerOf(extra), params?.cursor),
    );
    server.setRequestHandler(ListResourcesRequestSchema, ({ params }, extra) =>
      serving.listResources(callerOf(extra), params?.cursor),
    );
    server.setRequestHandler(ListResourceTemplatesRequestSchema, ({ params }, extra) =>
      serving.listTemplates(callerOf(extra), params?.cursor),
    );
    server.setRequestHandler(ListPromptsRequestSchema, ({ params }, extra) =>
      serving.listPrompts(callerOf(extra), params?.cursor),
    );
    server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
      const answer = await serving.callTool(
        callerOf(extra),
        this.#lane(extra),
        params.name,
        params.arguments,
      );
      // The content blocks are the tool's own; the SDK checks them before they leave.
      return answer as CallToolResult;
    });
    server.setRequestHandler(ReadResourceRequestSchema, ({ params }, extra) =>
      serving.readResource(callerOf(extra), this.#lane(extra), params.uri),
    );
    server.setRequestHandler(GetPromptRequestSchema, async ({ params }, extra) => {
      const args = params.arguments ?? {};
      const answer = await serving.getPrompt(callerOf(extra), this.#lane(extra), params.name, args);
      return answer as GetPromptResult;
    });
    server.setRequestHandler(CompleteRequestSchema, ({ params: { ref, argument } }, extra) =>
      serving.complete(
        callerOf(extra),
        this.#lane(extra),
        ref.type === "ref/prompt" ? { prompt: ref.name } : { template: ref.uri },
        argument.name,
        argument.value,
      ),
    );
    server.setRequestHandler(SetLevelRequestSchema, async ({ params }, extra) => {
      callerOf(extra);
      await this.ctx.storage.put(KEYS.logLevel, params.level);
      return {};
    });
    if (this.catalogue.subscribable) {
      server.setRequestHandler(SubscribeRequestSchema, async () => ({}));
      server.setRequestHandler(UnsubscribeRequestSchema, async () => ({}));
    }
    return server;
  }

  #lane(extra: Extra): Lane {
    return {
      env: this.env,
      era: "legacy",
      signal: extra.signal,
      waitUntil: (work) => this.ctx.waitUntil(work),
      canAsk: (method) => this.#capabilities?.[QUESTION_CAPABILITY[method]] !== undefined,
      askFor: () => (questions) => this.#ask(extra, questions),
      progress: risingProgress(extra._meta?.progressToken, (params) =>
        extra.sendNotification({ method: "notifications/progress", params }),
      ),
      log: async (level, data) => {
        if (!(await this.#wants(level))) return;
        await extra.sendNotification({ method: "notifications/message", params: { level, data } });
      },
    };
  }

  /** What the client said it can answer, when it initialized. */
  get #capabilities(): ClientCapabilities | undefined {
    return this.server.getClientCapabilities() ?? this.#declared;
  }

  /** Without a level set, the server chooses (MCP, logging): everything goes out. */
  async #wants(level: LoggingLevel): Promise<boolean> {
    const chosen = await this.ctx.storage.get<LoggingLevel>(KEYS.logLevel);
    const severities = LoggingLevelSchema.options;
    return chosen === undefined || severities.indexOf(level) >= severities.indexOf(chosen);
  }

  /** Asks on the stream of the request that wants to know; the answer comes in as a message of its own. */
  async #ask(
    extra: Extra,
    questions: Record<string, ClientRequest>,
  ): Promise<Record<string, Record<string, unknown>>> {
    const options = { timeout: ANSWER_WITHIN, signal: extra.signal };
    const one = (question: ClientRequest): Promise<Record<string, unknown>> => {
      if (this.#capabilities?.[QUESTION_CAPABILITY[question.method]] === undefined) {
        throw new Failure("unsupported", `This client cannot answer ${question.method}.`);
      }
      switch (question.method) {
        case "elicitation/create":
          return extra.sendRequest(asRequest(question), ElicitResultSchema, options);
        case "sampling/createMessage":
          return extra.sendRequest(asRequest(question), CreateMessageResultSchema, options);
        case "roots/list":
          return extra.sendRequest(asRequest(question), ListRootsResultSchema, options);
      }
    };
    // Waiting for a person must not look like idleness, or the object goes to sleep with the question.
    return this.keepAliveWhile(async () => {
      const answers = await Promise.all(
        Object.entries(questions).map(async ([key, question]) => [key, await one(question)] as const),
      );
      return Object.fromEntries(answers);
    });
  }
}

const initializeShape = z.looseObject({
  method: z.literal("initialize"),
  params: z.looseObject({ capabilities: z.looseObject({}) }),
});

/** The question in the SDK's own type. Its parameters are written by tools; the client checks them. */
function asRequest({ method, params }: ClientRequest): ServerRequest {
  return { method, params } as ServerRequest;
}

function workspaceOf(request: Request): string | null {
  try {
    return decodeCaller(request.headers.get(CALLER_HEADER)).principal.workspaceId;
  } catch {
    return null;
  }
}

/** @throws ProtocolFault when a request did not come through the door */
function callerOf(extra: Extra): Caller {
  const header = extra.requestInfo?.headers[CALLER_HEADER];
  try {
    return decodeCaller(Array.isArray(header) ? header[0] : header);
  } catch {
    throw new ProtocolFault(RPC.internal, "Internal error.");
  }
}
