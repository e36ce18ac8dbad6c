import { z } from "zod";
import { readArguments } from "../calls/arguments.ts";
import {
  failedAnswer,
  failing,
  type Lane,
  logged,
  runTool,
  type ToolAnswer,
  toolFor,
} from "../calls/call.ts";
import type { Caller } from "../calls/caller.ts";
import type { Catalogue, Tool } from "../calls/define.ts";
import { ProtocolFault } from "../calls/fault.ts";
import { inputSchema, type ListedTool, listTool, objectSchema } from "../calls/listing.ts";
import { mayUse, nearTools } from "../calls/permissions.ts";
import { forExample } from "../calls/portable.ts";
import { RPC } from "../http/answer.ts";
import { Failure } from "../tenant/failure.ts";
import { visibleText } from "../tenant/visible-text.ts";
import { ToolSearch } from "./tool-search.ts";

/**
 * `?mode=compact`: two tools instead of the whole list, for clients whose context is small. One finds tools, the
 * other calls them, by the same path as a direct call.
 */
const COMPACT_TOOLS = ["search_tools", "call_tool"];

/** With so many the right tool is nearly always among them (test/mcp/tool-search.test.ts); more would cost context. */
const FOUND = 8;
const MAX_FOUND = 10;

const searchInput = z.strictObject({
  query: z.string().trim().min(1).max(500).describe("The task in plain words"),
  limit: z.int().min(1).max(MAX_FOUND).default(FOUND),
});

const searchOutput = z.object({
  tools: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      description: z.string(),
      inputSchema: z.looseObject({}),
      annotations: z.record(z.string(), z.boolean()),
    }),
  ),
  hint: z.string().optional(),
});

const callInput = z.strictObject({
  name: z.string().min(1).max(200).describe("As search_tools answers it"),
  arguments: z
    .record(z.string(), z.unknown())
    .meta(forExample({ limit: { type: "integer" } }))
    .default({})
    .describe("What the tool's inputSchema asks for"),
});

/** A call inside `call_tool`. */
export interface InnerCall {
  name: string;
  arguments: Record<string, unknown>;
}

/**
 * Reads the arguments of `call_tool`. Pure, so that the door can count and check the call inside.
 * @returns the failure when they are malformed, or name one of the two tools again
 */
export function readInnerCall(args: unknown): InnerCall | Failure {
  const parsed = readArguments(callInput, args, true);
  if (parsed instanceof Failure) return parsed;
  const { input } = parsed;
  if (!COMPACT_TOOLS.includes(input.name)) return input;
  return new Failure("invalid_input", `call_tool does not call ${input.name}.`, {
    hint: "Name a tool that search_tools found.",
  });
}

/**
 * A call in compact mode. `call_tool` takes the one path of every tool call with the tool inside, so it is that tool
 * that is checked, confirmed and logged; `search_tools`, and what is wrong with either's own arguments, is logged by
 * their own names.
 * @throws ProtocolFault invalid params for every other name
 * @throws AnswerNeeded in the stateless lane, when the tool inside asks first
 */
export async function callCompact(
  catalogue: Catalogue,
  caller: Caller,
  lane: Lane,
  name: string,
  args: unknown,
): Promise<ToolAnswer> {
  if (!COMPACT_TOOLS.includes(name)) {
    const message = `Unknown tool: ${visibleText(name.slice(0, 100))}. In compact mode call_tool calls the others.`;
    throw new ProtocolFault(RPC.invalidParams, message);
  }
  const answer = await answered(catalogue, caller, lane, name, args);
  return answer instanceof Failure ? failedAnswer(answer) : answer;
}

async function answered(
  catalogue: Catalogue,
  caller: Caller,
  lane: Lane,
  name: string,
  args: unknown,
): Promise<ToolAnswer | Failure> {
  const own = (run: () => Promise<ToolAnswer>) =>
    logged(caller, lane, { kind: "tool", name }, () => failing(caller, `tools/call ${name}`, run));
  if (name === "search_tools") return own(async () => found(searchTools(catalogue, caller, args)));
  const inner = readInnerCall(args);
  if (inner instanceof Failure) return own(() => Promise.reject(inner));
  const tool = toolFor(catalogue, caller, inner.name);
  if (!tool) return own(() => Promise.reject(unknownTool(catalogue, caller, inner.name)));
  return runTool(tool, caller, lane, inner.arguments);
}

function found(structuredContent: Record<string, unknown>): ToolAnswer {
  return { content: [{ type: "text", text: JSON.stringify(structuredContent) }], structuredContent };
}

function unknownTool(catalogue: Catalogue, caller: Caller, name: string): Failure {
  return new Failure("invalid_input", `Unknown tool ${JSON.stringify(name.slice(0, 100))}.`, {
    hint: "Find the right one with search_tools.",
    candidates: nearTools(catalogue, caller, name),
  });
}

const searches = new WeakMap<readonly Tool[], ToolSearch>();

/** The index over the tools of a catalogue, made once and not before it is asked: few requests have use for it. */
export function searchOver({ tools }: Catalogue): ToolSearch {
  const held = searches.get(tools) ?? new ToolSearch(tools);
  searches.set(tools, held);
  return held;
}

/**
 * Answers `search_tools`: the tools that fit a task best among those that the caller may use, the best first.
 * @throws Failure `invalid_input`
 */
function searchTools(catalogue: Catalogue, caller: Caller, args: unknown): z.output<typeof searchOutput> {
  const parsed = readArguments(searchInput, args, true);
  if (parsed instanceof Failure) throw parsed;
  const { query, limit } = parsed.input;
  const tools = searchOver(catalogue).find(query, (tool) => mayUse(tool, caller), limit);
  return {
    tools: tools.map((tool) => {
      const { name, title, description, inputSchema, annotations } = listTool(tool);
      const { title: _, ...hints } = annotations;
      return { name, title, description, inputSchema, annotations: hints };
    }),
    ...(tools.length === 0
      ? { hint: "No tool shares a word with this. Say it in English, by what is done to what." }
      : {}),
  };
}

/**
 * The two entries of the list. `call_tool` has no output schema: its answers are those of the tool inside, and
 * clients would check them against it. Its hints say what the caller's tools can do at worst.
 */
export function listCompact(catalogue: Catalogue, caller: Caller): ListedTool[] {
  const usable = catalogue.tools.filter((tool) => mayUse(tool, caller));
  const toolsets = [...new Set(usable.map(({ toolset }) => toolset))];
  return [
    {
      name: "search_tools",
      title: "Search tools",
      description:
        "Finds the tools for a task said in plain words, the best first, with their input schemas. " +
        `Use it before call_tool, once for each kind of task. There are tools for ${toolsets.join(", ")}.`,
      inputSchema: inputSchema(searchInput),
      outputSchema: objectSchema(z.toJSONSchema(searchOutput, { io: "input" })),
      annotations: {
        title: "Search tools",
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
    },
    {
      name: "call_tool",
      title: "Call tool",
      description:
        "Calls one of the tools that search_tools found and answers what it answers. " +
        "The tool's own annotations say whether it changes, destroys or sends something.",
      inputSchema: inputSchema(callInput),
      annotations: {
        title: "Call tool",
        readOnlyHint: usable.every(({ hints }) => hints.readOnly),
        destructiveHint: usable.some(({ hints }) => hints.destructive),
        idempotentHint: usable.every(({ hints }) => hints.idempotent),
        openWorldHint: usable.some(({ hints }) => hints.openWorld),
      },
    },
  ];
}
