import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Tool } from "../../src/calls/define.ts";
import { kindOf, type ReferenceKind } from "../../src/calls/references.ts";
import { nameLookups } from "../../src/catalogue.ts";
import type { Checks } from "./checks.ts";
import { showsNothingOf } from "./checks.ts";
import { idParameters, sampleArguments } from "./samples.ts";
import { type Corner, callTool, make, type World } from "./world.ts";

/** Where the tables hold what people call a thing: its table, and the column. */
const CALLED: Partial<Record<ReferenceKind, [table: string, column: string]>> = {
  contact: ["contacts", "email"],
  tag: ["tags", "name"],
  customField: ["custom_fields", "label"],
  inbox: ["inboxes", "name"],
  chatbot: ["chatbots", "name"],
  flow: ["flows", "name"],
  flowVersion: ["flow_versions", "number"],
  article: ["kb_articles", "title"],
  category: ["kb_categories", "name"],
  ticket: ["tickets", "number"],
  salesRule: ["sales_rules", "name"],
  webhook: ["webhooks", "url"],
};

/** What people call the thing with this id (a custom field's key is one). */
async function calledIn({ workspace }: World, kind: ReferenceKind, id: string): Promise<string> {
  if (kind === "assignee") {
    const member = await env.CONTROL.prepare("SELECT name FROM members WHERE id = ?").bind(id).first("name");
    return String(member);
  }
  const [table, column] = CALLED[kind] ?? [];
  if (!table || !column) throw new Error(`Say in which column people find the name of a ${kind}.`);
  const database = workspace.shard === "TENANT_2" ? env.TENANT_2 : env.TENANT_1;
  const where = kind === "customField" ? "? IN (id, key)" : "id = ?";
  const name = await database
    .prepare(`SELECT ${column} AS name FROM ${table} WHERE ${where} AND workspace_id = ?`)
    .bind(id, workspace.id)
    .first("name");
  if (name === null) throw new Error(`There is no ${kind} ${id}.`);
  return kind === "ticket" ? `#${name}` : String(name);
}

/** The parameters of a tool that take names, with an id each in this corner. */
function namedParameters(tool: Tool, world: World, corner: Corner): [string, ReferenceKind, string][] {
  const kinds = new Set(nameLookups.map(({ kind }) => kind));
  return idParameters(tool, { ...world.ids, ...corner.shared, ...corner.ids }).flatMap(
    ([parameter, id]): [string, ReferenceKind, string][] => {
      const schema = tool.input.shape[parameter];
      const kind = schema && kindOf(schema);
      const one = Array.isArray(id) ? id[0] : id;
      return kind && kinds.has(kind) && typeof one === "string" ? [[parameter, kind, one]] : [];
    },
  );
}

type Args = Record<string, unknown>;

/** Tools take a chatbot or a flow, never both. */
function withOne(args: Args, parameter: string, value: unknown): Args {
  const { chatbotId, flowId, ...rest } = args;
  if (parameter === "chatbotId" && flowId !== undefined) return { ...rest, chatbotId: value };
  if (parameter === "flowId" && chatbotId !== undefined) return { ...rest, flowId: value };
  return { ...args, [parameter]: Array.isArray(args[parameter]) || /Ids$/.test(parameter) ? [value] : value };
}

/** Two things of one name for each kind that allows it, made once in a world. */
const twins = new WeakMap<World, Promise<Partial<Record<ReferenceKind, string[]>>>>();
/** A chatbot's main flow is called as the chatbot is: the kinds have names of their own. */
const twin = (kind: ReferenceKind) => `Twin of another ${kind}`;

async function makeTwins({ client, open }: World): Promise<Partial<Record<ReferenceKind, string[]>>> {
  const { chatbotId } = open.shared;
  const trigger = { kind: "exit_intent" };
  const texts = { description: "About", content: "Something." };
  const two = async (tool: string, args: Args) => [
    await make(client, tool, args),
    await make(client, tool, args),
  ];
  return {
    flow: await two("create_flow", { name: twin("flow") }),
    chatbot: await two("create_chatbot", { name: twin("chatbot") }),
    article: await two("create_knowledge_article", { chatbotId, title: twin("article"), ...texts }),
    salesRule: await two("create_sales_rule", {
      chatbotId,
      name: twin("salesRule"),
      trigger,
      message: "Hello!",
    }),
  };
}

/** Wherever an id is taken, so is what people call the thing: a tool is under this by its references. */
export const names: Checks = {
  async "takes each thing by its name as by its id"(tool, { mine }) {
    for (const [parameter, kind, known] of namedParameters(tool, mine, mine.open)) {
      const byId = withOne(await sampleArguments(tool, mine, mine.open), parameter, known);
      // What is destroyed is made for it: then it is that which has a name.
      const args = await sampleArguments(tool, mine, mine.open);
      const own = typeof args[parameter] === "string" ? args[parameter] : known;
      const name = await calledIn(mine, kind, own);
      const named = await callTool(mine.client, tool.name, withOne(args, parameter, name));
      // A copy of its chatbot, made by another of these tools, has one that is called the same.
      if (named.code === "invalid_input" && named.text.includes(own)) continue;
      // In the place of another one's, an id may not be right either: for a node of its flow, say.
      if (named.code === null && !tool.hints.readOnly) continue;
      const { code, data } = await callTool(mine.client, tool.name, byId);
      expect(named.code, `${parameter} ${name}: ${named.text}`).toBe(own === known ? code : null);
      if (named.code === null) expect(named.data, `${parameter} ${name}`).toEqual(data);
    }
  },

  async "answers candidates where a name is not one thing's"(tool, { mine }) {
    let made = twins.get(mine);
    if (!made) {
      made = makeTwins(mine);
      twins.set(mine, made);
    }
    for (const [parameter, kind] of namedParameters(tool, mine, mine.open)) {
      const ids = (await made)[kind];
      if (!ids) continue;
      // As nobody writes it, too.
      for (const name of [twin(kind), ` ${twin(kind).toUpperCase()} `]) {
        const args = withOne(await sampleArguments(tool, mine, mine.open), parameter, name);
        // Within another chatbot there is no such article.
        if (kind === "article") args.chatbotId = mine.open.shared.chatbotId;
        const { code, data, text } = await callTool(mine.client, tool.name, args);
        expect(code, text).toBe("invalid_input");
        const both = ids.map((id) => ({ id, name: twin(kind) }));
        expect(data.candidates, text).toEqual(expect.arrayContaining(both));
      }
    }
  },

  async "knows nothing by a name of another workspace"(tool, { mine, theirs, elsewhere }) {
    for (const foreign of [theirs, elsewhere]) {
      for (const [parameter, kind, id] of namedParameters(tool, foreign, foreign.open)) {
        // Numbers and titles are the same in all of them.
        if (kind === "ticket" || kind === "flowVersion" || kind === "article") continue;
        const name = await calledIn(foreign, kind, id);
        const args = withOne(await sampleArguments(tool, mine, mine.open), parameter, name);
        const answer = await callTool(mine.client, tool.name, args);
        expect(answer.code, `${parameter} ${name}: ${answer.text}`).toBe("not_found");
        const text = answer.text.replaceAll(name, "");
        showsNothingOf(foreign.open, text);
        showsNothingOf(foreign.other, text);
      }
    }
  },
};
