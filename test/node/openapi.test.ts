import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "../..");
const print = (program: string, ...args: string[]) =>
  JSON.parse(
    execFileSync(process.execPath, ["--no-warnings", join(ROOT, "bin", program), ...args], {
      encoding: "utf8",
      maxBuffer: 64 << 20,
    }),
  );

const schema = z.record(z.string(), z.unknown());
const json = z.object({ "application/json": z.object({ schema, example: z.unknown().optional() }) });
const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  description: z.string(),
  tags: z.tuple([z.string()]),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(z.object({ $ref: z.literal("#/components/parameters/IdempotencyKey") })).optional(),
  requestBody: z.object({ required: z.boolean(), content: json }),
  responses: z.looseObject({ "200": z.looseObject({ content: json }) }),
});

const document = print("openapi.ts", "https://talk.example");
const everything = z.object({ paths: z.record(z.string(), z.unknown()) }).parse(document).paths;
const isTool = (path: string) => path.startsWith("/api/v1/tools/");
const operations = z
  .record(z.string(), z.strictObject({ post: operation }))
  .parse(Object.fromEntries(Object.entries(everything).filter(([path]) => isTool(path))));
const catalogue = z
  .object({
    tools: z.array(z.looseObject({ name: z.string(), inputSchema: schema, outputSchema: schema.optional() })),
  })
  .parse(print("catalogue.ts"));

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1 by a public validator", async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(document.openapi).toMatch(/^3\.1\./);
    const broken = await new Validator().validate({
      ...structuredClone(document),
      paths: { "/x": { post: 1 } },
    });
    expect(broken.valid).toBe(false);
  });

  it("has one operation for each tool, with the schemas that the tool lists, and nothing beside", () => {
    expect(Object.keys(operations)).toEqual(catalogue.tools.map(({ name }) => `/api/v1/tools/${name}`));
    for (const tool of catalogue.tools) {
      const post = operations[`/api/v1/tools/${tool.name}`]?.post;
      expect(post?.operationId).toBe(tool.name);
      expect(post?.requestBody.content["application/json"].schema).toEqual({
        ...tool.inputSchema,
        additionalProperties: false,
      });
      expect(post?.responses["200"].content["application/json"].schema).toEqual(tool.outputSchema);
      expect(post?.parameters !== undefined, tool.name).toBe(
        Object.hasOwn(z.record(z.string(), z.unknown()).parse(tool.inputSchema.properties), "idempotencyKey"),
      );
    }
    expect(document.servers).toEqual([{ url: "https://talk.example" }]);
  });

  it("has the addresses of a team's own app beside, with examples that fit", () => {
    const others = z
      .record(
        z.string(),
        z.strictObject({
          post: z.looseObject({ requestBody: z.object({ content: json, required: z.literal(true) }) }),
        }),
      )
      .parse(Object.fromEntries(Object.entries(everything).filter(([path]) => !isTool(path))));
    expect(Object.keys(others)).toEqual([
      "/api/v1/channels/{channelId}/messages",
      "/api/v1/channels/{channelId}/messages/{messageId}/status",
    ]);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const { post } of Object.values(others)) {
      const { schema: body, example } = post.requestBody.content["application/json"];
      const takes = ajv.compile(body);
      expect(takes(example), ajv.errorsText(takes.errors)).toBe(true);
      expect(takes({ noSuchField: 1 })).toBe(false);
    }
  });

  it("has schemas that compile as JSON Schema 2020-12 and fit their examples", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const { post } of Object.values(operations)) {
      const body = post.requestBody.content["application/json"];
      // A reference in an inlined schema would point into the document, where nothing stands.
      expect(JSON.stringify(post), post.operationId).not.toContain('"$ref":"#/$defs');
      const takes = ajv.compile(body.schema);
      expect(takes({ noSuchArgument: 1 }), post.operationId).toBe(false);
      if (body.example !== undefined) {
        expect(takes(body.example), `${post.operationId}: ${ajv.errorsText(takes.errors)}`).toBe(true);
      }
      ajv.compile(post.responses["200"].content["application/json"].schema);
    }
  });

  it("points to components that exist", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(0);
    for (const [, path = ""] of references) {
      const target = path.split("/").reduce<unknown>((at, key) => z.looseObject({}).parse(at)[key], document);
      expect(target, path).toBeDefined();
    }
  });
});
