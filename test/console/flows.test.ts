import { beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { type Draft, draftSchema } from "../../src/flows/graph/document.ts";
import { typedNode } from "../../src/flows/graph/nodes.ts";
import { TEMPLATES } from "../../src/templates/store.ts";
import { GOOD } from "../flows/stored.ts";
import { callTool } from "../growing/world.ts";
import { formsOf } from "../oauth/oauth-world.ts";
import { type Staffed, staffed } from "./setting.ts";

/** The flow of a chatbot, changed on its pages by a person, without script. */
let here: Staffed;
let chatbotId: string;
let flowAt: string;

beforeAll(async () => {
  here = await staffed("flows");
  chatbotId = here.ids.chatbot ?? "";
  flowAt = `${here.base}/chatbots/${chatbotId}/flow`;
}, 300_000);

const graph = z.object(draftSchema.shape);
const read = async () =>
  graph.parse((await callTool(here.world.client, "get_chatbot_flow", { chatbotId })).data);
const write = (flow: Draft) =>
  callTool(here.world.client, "update_chatbot_flow", { chatbotId, flow, saveVersion: false });

/** The form of a page that does this, with what it holds. */
async function formAt(at: string, doing: string): Promise<URLSearchParams> {
  const html = await (await here.browsers.owner.open(at)).text();
  const found = (await formsOf(html)).find(({ fields }) => fields.get("do") === doing);
  if (!found) throw new Error(`no form ${doing} at ${at}`);
  return found.fields;
}

const nodeAt = (id: string) => `${flowAt}/node?id=${encodeURIComponent(id)}`;

it("keeps what a node holds when its form is saved as it is, whatever kind of node", async () => {
  const kinds = new Map<string, Draft["nodes"][number]>();
  const ours: Draft["nodes"] = TEMPLATES.flatMap(({ steps }) =>
    Object.entries(steps).map(([id, { type, data }]) => ({ id, type, data: { ...data } })),
  );
  for (const node of [...ours, ...GOOD.nodes])
    kinds.set(`${node.type} ${Object.keys(node.data).toSorted()}`, node);
  const nodes = [...kinds.values()].map((node, i) => ({ ...node, id: `n${i}` }));
  expect(new Set(nodes.map(({ type }) => type)).size).toBeGreaterThan(12);
  await write({ nodes, edges: [] });
  for (const { id } of nodes) {
    const answer = await here.browsers.owner.post(nodeAt(id), await formAt(nodeAt(id), "save"));
    expect([id, answer.status]).toEqual([id, 200]);
  }
  const after = await read();
  expect(after.nodes).toEqual(nodes);
});

it("adds a node between two, fills it in, leads it elsewhere and deletes it", async () => {
  const { owner } = here.browsers;
  await write({
    nodes: [
      { id: "start", type: "start", data: {} },
      { id: "end", type: "end", data: {} },
    ],
    edges: [{ source: "start", target: "end" }],
  });
  await owner.post(flowAt, { do: "add", type: "choice", after: "start|next" });
  expect(owner.url).toContain("/flow/node?id=choice_1");
  expect((await read()).edges).toEqual([
    { source: "start", sourceHandle: "next", target: "choice_1" },
    { source: "choice_1", sourceHandle: "other", target: "end" },
  ]);
  const fields = await formAt(nodeAt("choice_1"), "save");
  fields.set("data.text", "Are you there?");
  fields.set("data.options.0.label", "Yes, I am");
  fields.set("data.options.1.label", "Yes, I am");
  await owner.post(nodeAt("choice_1"), fields);
  const more = await formAt(nodeAt("choice_1"), "save");
  more.set("data.options.2.label", "No");
  more.set("data.options.1.out", "yes");
  await owner.post(nodeAt("choice_1"), more);
  expect((await read()).nodes[2]?.data).toMatchObject({
    text: "Are you there?",
    options: [
      { id: "yes_i_am", label: "Yes, I am" },
      { id: "no", label: "No" },
    ],
  });
  const ways = await formAt(nodeAt("choice_1"), "lead");
  expect([...ways.keys()]).toEqual(["do", "way|yes_i_am", "way|no", "way|other", "way|timeout"]);
  ways.set("way|no", "end");
  ways.set("way|other", "");
  await owner.post(nodeAt("choice_1"), ways);
  expect((await read()).edges.slice(1)).toEqual([{ source: "choice_1", sourceHandle: "no", target: "end" }]);
  const page = await (await owner.open(flowAt)).text();
  expect(page).toMatch(/id="node-choice_1"[\s\S]*class="(problem|warning)"/);
  const asked = await owner.post(nodeAt("choice_1"), { do: "remove", node: "choice_1" });
  expect(await asked.text()).toContain('name="sure"');
  await owner.post(nodeAt("choice_1"), { do: "remove", node: "choice_1", sure: "yes" });
  expect((await read()).nodes.map(({ id }) => id)).toEqual(["start", "end"]);
});

it("tells what of a draft was changed meanwhile, and keeps it", async () => {
  const { owner } = here.browsers;
  await write(GOOD);
  const answers = await Promise.all(
    ["a", "b"].map(() => owner.send(flowAt, form({ do: "add", type: "message", after: "" }))),
  );
  const added = (await read()).nodes.filter(({ id }) => id.startsWith("message_"));
  expect(added.length).toBe(answers.filter(({ status }) => status === 303).length);
  for (const { status } of answers) expect([303, 409]).toContain(status);
});

it("plays the draft as a chat, with what servers answer, and says where it waits", async () => {
  await write({
    nodes: [
      { id: "start", type: "start", data: {} },
      { id: "ask", type: "question", data: { text: "Which number?", variable: "number" } },
      { id: "look", type: "http_request", data: { url: "https://example.com/{{number}}" } },
      { id: "well", type: "end", data: { message: "Found {{number}}." } },
      { id: "sorry", type: "handoff", data: { message: "Nobody answers." } },
    ],
    edges: [
      { source: "start", target: "ask" },
      { source: "ask", sourceHandle: "answered", target: "look" },
      { source: "look", sourceHandle: "success", target: "well" },
      { source: "look", sourceHandle: "error", target: "sorry" },
    ],
  });
  const at = async (query: string) => (await here.browsers.owner.open(`${flowAt}?${query}`)).text();
  const begun = await at("play=yes");
  expect(begun).toContain('It waits for the visitor at: <a href="#node-ask">');
  expect(await at("say=77")).toContain("Found 77.");
  const failed = await at("say=77&result=fails");
  expect(failed).toContain("Nobody answers.");
  expect(failed).toContain("It handed over to a person at:");
});

it("shows what publishing changes and who is under way, publishes as the member, and goes back", async () => {
  const { owner } = here.browsers;
  const { data } = await callTool(here.world.client, "get_chatbot_flow", { chatbotId, version: "live" });
  const live = graph.parse(data);
  const said = live.nodes.map((node) =>
    typeof node.data.text === "string"
      ? { ...node, data: { ...node.data, text: `${node.data.text} please` } }
      : node,
  );
  await write({ nodes: said, edges: live.edges });
  const page = await (await owner.open(`${flowAt}/publish`)).text();
  expect(page).toContain("<ins> please</ins>");
  expect(page).toMatch(/\d+ visitors?|Nobody is in the flow now/);
  await owner.post(`${flowAt}/publish`, { do: "publish", running: "keep" });
  const { data: listed } = await callTool(here.world.client, "list_flow_versions", { chatbotId });
  const [newest] = listed.items as { id: string; live: boolean; createdBy: { id: string } }[];
  expect(newest).toMatchObject({ live: true, createdBy: { kind: "member", id: here.memberIds.owner } });
  const version = `${flowAt}/versions/${here.ids.flowVersion}`;
  expect(await (await owner.open(`${version}?against=live`)).text()).toContain("<ins> please</ins>");
  await owner.post(version, { do: "restore" });
  const restored = await read();
  expect(restored.nodes.map((node) => typedNode(node))).toEqual(live.nodes.map((node) => typedNode(node)));
  await owner.post(version, { do: "live", version: here.ids.flowVersion ?? "", sure: "yes" });
  const now = await callTool(here.world.client, "get_chatbot_flow", { chatbotId, version: "live" });
  expect(now.data.version).toMatchObject({ id: here.ids.flowVersion });
});

function form(fields: Record<string, string>): RequestInit {
  return {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      origin: new URL(here.browsers.owner.url).origin,
    },
    body: new URLSearchParams(fields).toString(),
  };
}
