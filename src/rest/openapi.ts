import type { Catalogue, Tool } from "../calls/define.ts";
import { listTool } from "../calls/listing.ts";
import { SCOPES } from "../control/scopes.ts";

/** Where the tools are for programs without MCP; the tool's name follows. */
export const TOOLS_PATH = "/api/v1/tools/";

/** Where the description of the tools as an HTTP API is served. */
export const OPENAPI_PATH = "/api/v1/openapi.json";

/** Statuses that any tool can answer with, beside 200. */
const FAILURES = {
  "400": ["BadRequest", "The body is no JSON object, or an argument is missing, unknown or not valid."],
  "401": ["Unauthorized", "No credential, or one that does not hold."],
  "403": ["Forbidden", "A scope is missing, or the workspace or its plan does not allow this."],
  "404": ["NotFound", "There is no such tool, or no such thing in this workspace."],
  "409": [
    "Conflict",
    "The thing exists already, has changed since it was read, or the idempotency key was used.",
  ],
  "413": ["TooLarge", "The body is larger than 4 MiB."],
  "415": ["NotJson", "The body is not declared as application/json."],
  "429": ["TooMany", "Over a limit. Retry-After says for how long, in seconds."],
  "500": ["Internal", "Something went wrong here. The request id helps the operator to find out what."],
} as const;

/**
 * The OpenAPI 3.1 document of `POST /api/v1/tools/{name}`, made from the catalogue's records: one operation for each
 * tool. Its schemas are the tools' own (JSON Schema 2020-12, the dialect of OpenAPI 3.1).
 * @param deployment where this deployment is reached, the version that it runs, and what other programs call here
 */
export function openApiDocument(
  catalogue: Catalogue,
  { origin, version, paths = {} }: { origin: string; version: string; paths?: Record<string, object> },
) {
  const toolsets = [...new Set(catalogue.tools.map(({ toolset }) => toolset))];
  return {
    openapi: "3.1.0",
    info: {
      title: "Parley tools",
      version,
      description:
        "The tools of the MCP server for programs without MCP: the same credentials, checks, limits and answers. " +
        "The body is the tool's arguments. Nobody can be asked to confirm here: a program that calls a tool which " +
        "deletes or sends something has made sure itself.",
    },
    servers: [{ url: origin }],
    tags: toolsets.map((name) => ({ name })),
    paths: {
      ...Object.fromEntries(catalogue.tools.map((tool) => [`${TOOLS_PATH}${tool.name}`, pathItem(tool)])),
      ...paths,
    },
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: `An OAuth access token for ${origin}/mcp, an API key or a bot token.`,
        },
        apiKey: { type: "apiKey", in: "header", name: "x-api-key", description: "The same, as a header." },
      },
      parameters: {
        IdempotencyKey: {
          name: "Idempotency-Key",
          in: "header",
          required: false,
          description:
            "The same as the argument idempotencyKey: a repetition answers the first result again.",
          schema: { type: "string" },
        },
      },
      headers: {
        RateLimit: {
          description: "What is left of each limit, and seconds until it is full again.",
          schema: { type: "string" },
        },
        RateLimitPolicy: {
          description: "The limits and their windows in seconds.",
          schema: { type: "string" },
        },
        RequestId: { description: "To be quoted to the operator.", schema: { type: "string" } },
        RetryAfter: { description: "Seconds to wait.", schema: { type: "integer" } },
      },
      responses: Object.fromEntries(
        Object.entries(FAILURES).map(([status, [name, description]]) => [
          name,
          {
            description,
            headers: {
              ...HEADERS,
              ...(status === "429" ? { "Retry-After": { $ref: "#/components/headers/RetryAfter" } } : {}),
            },
            content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
          },
        ]),
      ),
      schemas: { Error: ERROR_SCHEMA },
    },
    "x-scopes": SCOPES,
  };
}

const HEADERS = {
  RateLimit: { $ref: "#/components/headers/RateLimit" },
  "RateLimit-Policy": { $ref: "#/components/headers/RateLimitPolicy" },
  "X-Request-Id": { $ref: "#/components/headers/RequestId" },
};

const ERROR_SCHEMA = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "requestId"],
      properties: {
        code: { type: "string", examples: ["invalid_input", "not_found", "missing_scope", "rate_limited"] },
        message: { type: "string" },
        hint: { type: "string", description: "What to do about it." },
        candidates: {
          type: "array",
          items: {
            anyOf: [
              { type: "string" },
              {
                type: "object",
                properties: { id: { type: "string" }, name: { type: "string" } },
                required: ["id", "name"],
              },
            ],
          },
          description: "Valid values or names, or things that may have been meant.",
        },
        retryAfterSeconds: { type: "number" },
        requestId: { type: "string" },
      },
    },
  },
};

function pathItem(tool: Tool) {
  const { name, title, description, inputSchema, outputSchema } = listTool(tool);
  const answer = { schema: outputSchema ?? { type: "object" } };
  return {
    post: {
      operationId: name,
      summary: title,
      description,
      tags: [tool.toolset],
      // For schemes other than OAuth 2 these name roles (OpenAPI 3.1, Security Requirement Object).
      security: [{ bearer: [tool.scope] }, { apiKey: [tool.scope] }],
      ...("idempotencyKey" in tool.input.shape
        ? { parameters: [{ $ref: "#/components/parameters/IdempotencyKey" }] }
        : {}),
      requestBody: {
        required: (inputSchema.required ?? []).length > 0,
        content: {
          "application/json": {
            // Said here, unlike in the list for assistants, whose readers may not know it.
            schema: { ...inputSchema, additionalProperties: false },
            ...(tool.example === undefined ? {} : { example: tool.example }),
          },
        },
      },
      responses: {
        "200": { description: "The result.", headers: HEADERS, content: { "application/json": answer } },
        ...Object.fromEntries(
          Object.entries(FAILURES).map(([status, [response]]) => [
            status,
            { $ref: `#/components/responses/${response}` },
          ]),
        ),
      },
    },
  };
}
