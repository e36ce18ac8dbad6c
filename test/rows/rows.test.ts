import { beforeAll, describe, expect, it } from "vitest";
import { HINTS } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { argumentSchema } from "../growing/samples.ts";
import { makeWorld } from "../growing/world.ts";
import { channelRows, chatbotRows } from "./chatbots.ts";
import { contactRows } from "./contacts.ts";
import { conversationRows } from "./conversations.ts";
import { flowRows } from "./flows.ts";
import { knowledgeRows } from "./knowledge.ts";
import { analyticsRows, responseRows, templateRows } from "./responses.ts";
import { Rig, type Row } from "./row.ts";
import { productRows, ticketRows } from "./tickets-products.ts";
import { webhookRows } from "./webhooks.ts";
import { workspaceRows } from "./workspace.ts";

/**
 * Each tool that was promised: by its name, with its parameters, and one real call held against the database. The
 * promise was made once (docs, agreements with users of other products) and is kept here; a tool that is added later
 * needs no row, for its names and parameters are held by the contract, which is generated, and what it does by its
 * noun's own tests.
 */
const rows: Record<string, Row> = {
  ...workspaceRows,
  ...contactRows,
  ...conversationRows,
  ...channelRows,
  ...chatbotRows,
  ...flowRows,
  ...templateRows,
  ...responseRows,
  ...analyticsRows,
  ...knowledgeRows,
  ...ticketRows,
  ...productRows,
  ...webhookRows,
};

let rig: Rig;

beforeAll(async () => {
  rig = new Rig(await makeWorld("rows"));
});

it("promises nothing that the catalogue does not hold", () => {
  const names = catalogue.tools.map(({ name }) => name);
  expect(Object.keys(rows).filter((name) => !names.includes(name))).toEqual([]);
});

describe.each(Object.entries(rows))("%s", (name, row) => {
  const tool = catalogue.tools.find((one) => one.name === name);

  it("has the scope, the hints and the parameters that were promised", () => {
    expect(tool?.scope).toBe(row.scope);
    expect(tool?.toolset).toBe(row.toolset);
    const { readOnly, destructive, openWorld } = HINTS[row.kind];
    expect(tool?.hints).toMatchObject({ readOnly, destructive, openWorld });
    expect(row.from).toMatch(/^[XCDT+]( [XCDT])*$/);
    const { properties, required } = tool ? argumentSchema(tool) : { properties: {}, required: [] };
    const found = Object.keys(properties).map((key) => (required.includes(key) ? key : `${key}?`));
    expect(found.sort()).toEqual(row.parameters.split(", ").filter(Boolean).sort());
  });

  it("answers what the database holds", async () => {
    await row.holds(await rig.call(name, await row.args(rig)), rig);
  });
});
