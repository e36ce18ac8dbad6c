import { beforeAll, expect, it } from "vitest";
import { callTool } from "../growing/world.ts";
import { formsOf, ORIGIN } from "../oauth/oauth-world.ts";
import { type Staffed, staffed } from "./setting.ts";

/** What is done to a chatbot beside its flow: bringing one in, trying its AI, and what its answers are held to. */
let here: Staffed;
let base: string;
let bot: string;

beforeAll(async () => {
  here = await staffed("bots");
  base = here.base;
  bot = `${base}/chatbots/${here.ids.chatbot}`;
}, 300_000);

/** A form with a file, as a browser sends it. */
async function upload(fields: Record<string, string>, file: string) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("file", new File([file], "chatbot.json", { type: "application/json" }));
  return here.browsers.owner.send(`${base}/chatbot-import`, {
    method: "POST",
    headers: { origin: ORIGIN },
    body,
  });
}

it("exports a chatbot as a file, and makes another of it", async () => {
  const file = await (await here.browsers.owner.send(`${bot}/chatbot.json`)).text();
  const made = await upload({ do: "import", name: "From a file" }, file);
  const page = await made.text();
  expect([made.status, page.includes("From a file")]).toEqual([200, true]);
  const { data } = await callTool(here.world.client, "list_chatbots", {});
  expect((data.items as { name: string }[]).map(({ name }) => name)).toContain("From a file");
  expect((await here.browsers.agent.send(`${base}/chatbot-import`)).status).toBe(403);
});

it("makes one of a Typebot export, and says what did not come along, where", async () => {
  const typebot = {
    version: "6.1",
    id: "x",
    name: "Old bot",
    events: [{ id: "e", type: "start", outgoingEdgeId: "1", graphCoordinates: { x: 0, y: 0 } }],
    groups: [
      {
        id: "g",
        title: "Group",
        graphCoordinates: { x: 0, y: 0 },
        blocks: [
          { id: "b1", type: "text", content: { richText: [{ type: "p", children: [{ text: "Hello" }] }] } },
          { id: "b2", type: "Pixel", options: {} },
        ],
      },
    ],
    edges: [{ id: "1", from: { eventId: "e" }, to: { groupId: "g" } }],
    variables: [],
    theme: {},
    settings: {},
  };
  const page = await (await upload({ do: "import" }, JSON.stringify(typebot))).text();
  expect(page).toContain("Old bot");
  expect(page).toContain("Is not done");
});

it("says what is wrong with a file, and keeps what was typed", async () => {
  const refused = await upload({ do: "import", name: "Mine", pasted: "" }, "not json");
  const page = await refused.text();
  expect([refused.status, page.includes("no JSON object"), page.includes('value="Mine"')]).toEqual([
    400,
    true,
    true,
  ]);
  const foreign = await upload({ do: "import", name: "Mine" }, JSON.stringify({ nodes: [] }));
  expect([foreign.status, (await foreign.text()).includes("neither an exported chatbot")]).toEqual([
    400,
    true,
  ]);
});

it("answers a question on the page, remembers what was said, and stores nothing", async () => {
  const { analyst } = here.browsers;
  const first = await (
    await analyst.post(`${bot}/try`, { do: "ask", question: "Where is <b>my</b> parcel?" })
  ).text();
  expect(first).toContain("Where is &lt;b&gt;my&lt;/b&gt; parcel?");
  const again = (await formsOf(first)).find(({ fields }) => fields.get("do") === "ask");
  again?.fields.set("question", "And the other one?");
  const second = await (await analyst.post(`${bot}/try`, again?.fields ?? {})).text();
  expect(second.match(/class="(in|out)"/g)).toHaveLength(4);
  const forged = await analyst.post(`${bot}/try`, { do: "ask", question: "Hm?", history: "[{}]" });
  expect(forged.status).toBe(200);
  const long = await analyst.post(`${bot}/try`, { do: "ask", question: "x".repeat(2001) });
  expect([long.status, (await long.text()).includes("x".repeat(2001))]).toEqual([400, true]);
});

it("keeps a set of questions, runs it, and shows what came of each and what got worse", async () => {
  const { owner } = here.browsers;
  const at = `${bot}/questions`;
  const nothing = await owner.post(at, {
    do: "make",
    question: "Empty?",
    words: "",
    articleId: "",
    handover: "",
  });
  expect([nothing.status, (await nothing.text()).includes("Empty?")]).toEqual([400, true]);
  await owner.post(at, { do: "make", question: "Who are you?", words: "zebra", articleId: "", handover: "" });
  await owner.post(at, { do: "make", question: "Something unheard of xyzzy?", handover: "yes" });
  const ran = await (await owner.post(at, { do: "run" })).text();
  expect(ran).toMatch(/\d+ passed, \d+ failed\./);
  expect(ran).toContain("zebra");
  const shown = await (await owner.open(at)).text();
  expect(shown).toMatch(/class="tag (active|revoked)"/);
  const [, question = ""] = /name="question" value="(tq_[0-9a-z]+)"/.exec(shown) ?? [];
  await owner.post(at, { do: "remove", question, sure: "yes" });
  expect(await (await owner.open(at)).text()).not.toContain(question);
});

it("changes how the chat widget looks and behaves, and takes a title and sites away again", async () => {
  const { owner } = here.browsers;
  const at = `${bot}/widget`;
  const form = async (doing: string) => {
    const found = (await formsOf(await (await owner.open(at)).text())).find(
      ({ fields }) => fields.get("do") === doing,
    );
    if (!found) throw new Error(`no form ${doing}`);
    return found.fields;
  };
  const config = async () =>
    (await callTool(here.world.client, "get_widget_config", { chatbotId: here.ids.chatbot ?? "" })).data
      .config;
  const before = await config();
  for (const doing of ["texts", "look", "behaviour"]) await owner.post(at, await form(doing));
  expect(await config()).toEqual(before);
  const [look, behaviour] = [await form("look"), await form("behaviour")];
  look.set("headerBgColor", "#123456");
  look.set("widgetPosition", "left");
  look.set("headerTitle", "Ask us");
  behaviour.set("askForRating", "yes");
  behaviour.set("allowedDomains", "shop.example\r\n*.shop.example");
  const page = await (await owner.post(at, look)).text();
  expect(page).toMatch(
    /fill="#123456" data-fill="headerBgColor"|data-fill="headerBgColor"[^>]*fill="#123456"/,
  );
  await owner.post(at, behaviour);
  expect(await config()).toMatchObject({
    headerBgColor: "#123456",
    widgetPosition: "left",
    headerTitle: "Ask us",
    askForRating: true,
    allowedDomains: ["shop.example", "*.shop.example"],
  });
  look.set("headerTitle", "");
  behaviour.set("allowedDomains", "");
  behaviour.delete("askForRating");
  await owner.post(at, look);
  await owner.post(at, behaviour);
  expect(await config()).toMatchObject({ headerTitle: "", askForRating: false, allowedDomains: [] });
});
