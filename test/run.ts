import { z } from "zod";
import { type Call, RawOutput, type Tool } from "../src/calls/define.ts";
import { shape } from "../src/calls/shape.ts";
import { Failure } from "../src/tenant/failure.ts";

/**
 * Runs one of these tools as the lanes do: arguments checked first, the answer held against the output schema and
 * shaped for the assistant.
 */
export async function runTool(
  tools: readonly Tool[],
  call: Call,
  name: string,
  args: object = {},
): Promise<Record<string, unknown>> {
  const tool = tools.find((one) => one.name === name);
  if (!tool) throw new Error(`No tool ${name}.`);
  const prepared = tool.prepare(args);
  if ("failure" in prepared) throw prepared.failure;
  const result = await prepared.run(call);
  if (result instanceof RawOutput) throw new Error("Not structured.");
  z.strictObject(tool.output.shape).parse(result);
  return shape(tool, result).structure;
}

/** The failure that `work` ends with; anything else is a test failure. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const answer = await work.catch((error: unknown) => error);
  if (answer instanceof Failure) return answer;
  throw new Error(`Expected a failure, got ${JSON.stringify(answer) ?? answer}`, { cause: answer });
}

const page = z.object({
  items: z.array(z.looseObject({ id: z.string() })),
  nextCursor: z.string().nullable(),
  hasMore: z.boolean(),
});

/** Every row of a list, page after page. */
export async function allItems(
  tools: readonly Tool[],
  call: Call,
  name: string,
  args: object = {},
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 1000; pages++) {
    const answer = page.parse(await runTool(tools, call, name, { ...args, ...(cursor ? { cursor } : {}) }));
    assertConsistent(answer);
    found.push(...answer.items);
    if (answer.nextCursor === null) return found;
    cursor = answer.nextCursor;
  }
  throw new Error("The list never ends.");
}

function assertConsistent(answer: z.output<typeof page>): void {
  if (answer.hasMore !== (answer.nextCursor !== null)) throw new Error("hasMore and nextCursor disagree.");
}
