import { beforeAll, expect, it } from "vitest";
import { depotOf, PNG, read, store } from "../attachments/setting.ts";
import { callTool, wholeTenant } from "../growing/world.ts";
import { ORIGIN } from "../mcp/visit.ts";
import { formsOf } from "../oauth/oauth-world.ts";
import { type Staffed, staffed } from "./setting.ts";

let here: Staffed;
let thread: string;
beforeAll(async () => {
  here = await staffed("files");
  thread = `${here.base}/inbox/${here.ids.conversation}`;
}, 300_000);

it("a reply takes files beside its text or alone, and the thread shows pictures and offers the rest", async () => {
  const { agent } = here.browsers;
  const key = async () => {
    const forms = await formsOf(await (await agent.open(thread)).text());
    return forms.find(({ fields }) => fields.get("do") === "reply")?.fields.get("key") ?? "";
  };
  const reply = async (text: string, files: [string, Uint8Array, string][]) => {
    const body = new FormData();
    for (const [name, value] of Object.entries({ do: "reply", key: await key(), text }))
      body.append(name, value);
    for (const [name, bytes, type] of files)
      body.append("files", new File([new Uint8Array(bytes)], name, { type }));
    // What a browser sends of a field in which nothing was picked.
    if (files.length === 0) body.append("files", new File([], ""));
    return agent.open(thread, { method: "POST", headers: { origin: ORIGIN }, body });
  };
  expect((await reply("With nothing", [])).status).toBe(200);
  expect((await reply("The tent", [["tent.png", PNG, "image/png"]])).status).toBe(200);
  const page = await (
    await reply("", [["<b>page.html", new TextEncoder().encode("<script>1</script>"), "text/html"]])
  ).text();
  const { data } = await callTool(here.world.client, "get_conversation", {
    conversationId: here.ids.conversation ?? "",
  });
  const sent = (
    data.messages as { text: string; attachments?: { name: string; mediaType: string; url: string }[] }[]
  ).slice(-3);
  expect(
    sent.map(({ text, attachments }) => [text, attachments?.[0]?.name, attachments?.[0]?.mediaType]),
  ).toEqual([
    ["With nothing", undefined, undefined],
    ["The tent", "tent.png", "image/png"],
    ["[file: b page.html]", "b page.html", "application/octet-stream"],
  ]);
  const picture = /<img src="([^"]+)" alt="tent\.png"/.exec(page)?.[1] ?? "";
  expect((await read(picture)).bytes).toEqual(PNG);
  expect(page).toMatch(/<a href="[^"]+b%20page\.html">.*b page\.html/);
  expect(page).not.toContain("<b>page");
});

it("too much at once is refused on the page, and what was typed stays", async () => {
  const { agent } = here.browsers;
  const body = new FormData();
  for (const [name, value] of Object.entries({ do: "reply", key: "six", text: "Six of them" }))
    body.append(name, value);
  for (let i = 0; i < 6; i++)
    body.append("files", new File([new Uint8Array(PNG)], `${i}.png`, { type: "image/png" }));
  const refused = await agent.open(thread, { method: "POST", headers: { origin: ORIGIN }, body });
  expect([refused.status, (await refused.text()).includes("Six of them")]).toEqual([400, true]);
  const tenant = wholeTenant(here.world.workspace);
  expect(await store(depotOf(tenant, here.ids.inbox ?? ""))).toMatchObject({ mediaType: "image/png" });
});
