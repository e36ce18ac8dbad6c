import { z } from "zod";
import { type Call, RawOutput } from "../../src/calls/define.ts";
import { contactTools } from "../../src/contacts/tools.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { events } from "../../src/tenant/schema.ts";

const tools = contactTools([]);

/**
 * Runs a contacts tool as the lanes do: arguments checked first, the answer held against the output schema, with
 * nothing more in it than that says.
 */
export async function run(call: Call, name: string, args: object = {}): Promise<Record<string, unknown>> {
  const tool = tools.find((one) => one.name === name);
  if (!tool) throw new Error(`No tool ${name}.`);
  const prepared = tool.prepare(args);
  if ("failure" in prepared) throw prepared.failure;
  const result = await prepared.run(call);
  if (result instanceof RawOutput) throw new Error("Not structured.");
  return z.strictObject(tool.output.shape).parse(result);
}

/** The failure that the tool answers with; anything else is a test failure. */
export async function failure(call: Call, name: string, args: object): Promise<Failure> {
  const answer = await run(call, name, args).catch((error: unknown) => error);
  if (answer instanceof Failure) return answer;
  throw new Error(`Expected a failure of ${name}, got ${JSON.stringify(answer) ?? answer}`, {
    cause: answer,
  });
}

/** The id of a contact made by the tool. */
export async function make(call: Call, args: object): Promise<string> {
  return z.string().parse((await run(call, "create_contact", args)).id);
}

const page = z.object({
  items: z.array(
    z.looseObject({ id: z.string(), name: z.string().nullable().optional(), key: z.string().optional() }),
  ),
  nextCursor: z.string().nullable(),
  hasMore: z.boolean(),
});

export async function list(call: Call, args: object = {}, tool = "list_contacts") {
  return page.parse(await run(call, tool, args));
}

/** Names of the contacts that the list answers, page after page. */
export async function names(call: Call, args: object = {}): Promise<(string | null | undefined)[]> {
  const found: (string | null | undefined)[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 100; pages++) {
    const answer = await list(call, { ...args, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...answer.items.map((item) => item.name));
    if (answer.nextCursor === null) return found;
    cursor = answer.nextCursor;
  }
  throw new Error("The list never ends.");
}

/** The workspace's events in order: type and data. */
export async function eventsOf({ tenant }: Call) {
  return tenant.db
    .select({ type: events.type, subjectId: events.subjectId, inboxId: events.inboxId, data: events.data })
    .from(events)
    .where(tenant.of(events))
    .orderBy(events.seq);
}
