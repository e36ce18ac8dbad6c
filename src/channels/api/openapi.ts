import { z } from "zod";
import { CHANNELS_PATH, inboundInput, inboundOutput, reportInput, reportOutput, SCOPE } from "./input.ts";

/** The door's part of the OpenAPI document, see `rest/openapi.ts`, whose components it names. */
export function apiDoorPaths(): Record<string, object> {
  return {
    [`${CHANNELS_PATH}/{channelId}/messages`]: {
      post: operation({
        operationId: "bring_in_message",
        summary: "Bring in a customer's message",
        description:
          "For a team's own app, connected as an api inbox: what its user wrote. With an API key that holds " +
          `${SCOPE}; bot tokens and OAuth tokens are refused. 201 when it is new, 200 when its uuid came before.`,
        input: inboundInput,
        example: {
          contact: { id: "user-17", name: "Ada" },
          text: "Where is my parcel?",
          uuid: "0b9f0c52-5f0e-4a1c-9d3c-0c7d5f6f1a2b",
        },
        output: inboundOutput,
        answers: ["200", "201"],
        parameters: [CHANNEL_ID],
      }),
    },
    [`${CHANNELS_PATH}/{channelId}/messages/{messageId}/status`]: {
      post: operation({
        operationId: "report_message_status",
        summary: "Report what became of a message",
        description:
          "For a team's own app: whether a message that it was given arrived, was read, or failed and why. States move " +
          "forward only; what comes late changes nothing.",
        input: reportInput,
        example: { status: "delivered" },
        output: reportOutput,
        answers: ["200"],
        parameters: [CHANNEL_ID, pathParameter("messageId", "The id of the delivered message, ms_…")],
      }),
    },
  };
}

function pathParameter(name: string, description: string) {
  return { name, in: "path", required: true, description, schema: { type: "string" } };
}

const CHANNEL_ID = pathParameter("channelId", "The id of an api inbox, ib_…");

function operation(about: {
  operationId: string;
  summary: string;
  description: string;
  input: z.ZodType;
  example: object;
  output: z.ZodType;
  answers: string[];
  parameters: object[];
}) {
  const { input, example, output, answers, ...rest } = about;
  const schema = jsonSchema(output, "output");
  const failures = {
    "400": "BadRequest",
    "401": "Unauthorized",
    "403": "Forbidden",
    "404": "NotFound",
    "409": "Conflict",
    "413": "TooLarge",
    "415": "NotJson",
    "429": "TooMany",
    "500": "Internal",
  };
  return {
    ...rest,
    tags: ["channels"],
    security: [{ bearer: [SCOPE] }, { apiKey: [SCOPE] }],
    requestBody: {
      required: true,
      content: { "application/json": { schema: jsonSchema(input, "input"), example } },
    },
    responses: {
      ...Object.fromEntries(
        answers.map((status) => [
          status,
          { description: "The result.", content: { "application/json": { schema } } },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(failures).map(([status, name]) => [
          status,
          { $ref: `#/components/responses/${name}` },
        ]),
      ),
    },
  };
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _, ...listed } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return listed;
}
