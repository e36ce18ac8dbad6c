import { beforeAll, describe, expect, it } from "vitest";
import { callTool, make } from "../growing/world.ts";
import { formsOf, ORIGIN } from "../oauth/oauth-world.ts";
import { type Staffed, staffed } from "./setting.ts";

let here: Staffed;
let path: string;

beforeAll(async () => {
  here = await staffed("import");
  path = `${here.base}/contacts/import`;
}, 300_000);

const count = async () =>
  (await callTool(here.world.client, "list_contacts", { limit: 100 })).data.items as {
    email: string | null;
  }[];

/** The figures that a page shows: added, changed, the same, left out. */
const figures = (html: string) => [...html.matchAll(/<dd>(\d+)<\/dd>/g)].map(([, text]) => Number(text));

/** The file behind the link that has the rows which were left out. */
const leftOut = (html: string) =>
  new TextDecoder().decode(Uint8Array.fromBase64(/base64,([^"]+)"/.exec(html)?.[1] ?? ""));

describe("a file of contacts", () => {
  it("is looked at before anything is written, then brought in, and the same again changes nothing", async () => {
    const { agent } = here.browsers;
    const csv = `Full name;E-mail;Handy;Tags\nAnna Müller;anna@import.example;;vip, new\n"Bo ""B"" Berg";bo@import.example;;\nNobody;;;\n`;
    const file = new FormData();
    file.set("do", "preview");
    file.set("csv", new File([`\uFEFF${csv}`], "people.csv", { type: "text/csv" }));
    const answer = await agent.send(path, { method: "POST", headers: { origin: ORIGIN }, body: file });
    const preview = await answer.text();
    expect(answer.status).toBe(200);
    expect(figures(preview)).toEqual([2, 0, 0, 1]);
    expect(preview).toContain("Anna Müller");
    expect(leftOut(preview)).toMatch(
      /^Full name,E-mail,Handy,Tags,Why it was left out\r\nNobody,,,,"?has no/,
    );
    expect((await count()).map(({ email }) => email)).not.toContain("anna@import.example");
    const brought = await (await agent.post(path, { do: "import", csv })).text();
    expect(figures(brought)).toEqual([2, 0, 0, 1]);
    expect((await count()).map(({ email }) => email)).toContain("anna@import.example");
    expect(figures(await (await agent.post(path, { do: "import", csv })).text())).toEqual([0, 0, 2, 1]);
    const changed = csv.replace("Anna Müller", "Anna Maier");
    expect(figures(await (await agent.post(path, { do: "preview", csv: changed })).text())).toEqual([
      0, 1, 1, 1,
    ]);
  });

  it("goes on in steps, says how far it is, and counts every row once", async () => {
    const { agent } = here.browsers;
    const rows = Array.from({ length: 900 }, (_, at) => `Person ${at},p${at}@steps.example`);
    rows[500] = "Wrong,not an address";
    let html = await (await agent.post(path, { do: "import", csv: `name,email\n${rows.join("\n")}` })).text();
    const seen: string[] = [];
    for (;;) {
      const [form] = (await formsOf(html)).filter(({ fields }) => fields.has("so-far"));
      if (!form) break;
      seen.push(/(\d+) of 900/.exec(html)?.[1] ?? "");
      html = await (await agent.post(path, form.fields)).text();
    }
    expect(seen).toEqual(["400", "800"]);
    expect(figures(html)).toEqual([899, 0, 0, 1]);
    expect(leftOut(html)).toContain("Wrong,not an address");
  });

  it.each([
    ["nothing", "", "Choose a file"],
    ["headings alone", "name,email\n", "no rows"],
    ["what is no CSV", 'name,email\n"never closed,x\n', "no CSV file"],
    ["no column that tells people apart", "name,city\nAnn,Rome\n", "No column is email"],
    ["more rows than fit", `email\n${"a@b.example\n".repeat(5001)}`, "too large"],
  ])("of %s is refused, and nothing is written", async (_, csv, why) => {
    for (const action of ["preview", "import"]) {
      const answer = await here.browsers.agent.post(path, { do: action, csv });
      expect([answer.status, (await answer.text()).includes(why)]).toEqual([400, true]);
    }
  });

  it("takes the columns as somebody says them, and keeps what they said where it does not do", async () => {
    const csv = "who,contact,nr\nCleo,cleo@import.example,17\n";
    const columns = { "column-0": "name", "column-1": "email", "column-2": "externalId" };
    const { agent } = here.browsers;
    const none = await agent.post(path, {
      do: "preview",
      csv,
      ...columns,
      "column-1": "none",
      "column-2": "none",
    });
    const refused = await none.text();
    expect([none.status, refused.includes("cleo@import.example")]).toEqual([400, true]);
    expect(refused).toMatch(/<option value="none" selected=""/);
    await agent.post(path, { do: "import", csv, ...columns });
    const { data } = await callTool(here.world.client, "get_contact", {
      contactId: "email:cleo@import.example",
    });
    expect(data).toMatchObject({ name: "Cleo", externalId: "17" });
  });
});

it("gives the list as a file, whole, with its filters, safe for spreadsheets", async () => {
  const { agent } = here.browsers;
  await make(here.world.client, "create_contact", { name: '=SUM("A1")', email: "formula@import.example" });
  const file = await agent.open(`${here.base}/contacts.csv`);
  expect(file.headers.get("content-disposition")).toContain("attachment");
  const text = await file.text();
  expect(text).toContain(`"'=SUM(""A1"")",formula@import.example`);
  const lines = text.trimEnd().split("\r\n");
  // The people of the steps and some others: more than any one page.
  expect(lines.length).toBeGreaterThan(900);
  expect(new Set(lines.map((line) => line.split(",")[0])).size).toBe(lines.length);
  const found = await (await agent.open(`${here.base}/contacts.csv?tag=vip`)).text();
  expect(found.trimEnd().split("\r\n")).toHaveLength(2);
});

describe("a contact's panel", () => {
  it("suggests who may be the same person, and merges them after asking once more", async () => {
    const { client } = here.world;
    const { admin, agent } = here.browsers;
    const kept = await make(client, "create_contact", { name: "Dora Example", email: "dora@import.example" });
    const twin = await make(client, "create_contact", { name: "dora  example", phone: "+4930123456" });
    await make(client, "create_contact", { name: "Dora", email: "other-dora@import.example" });
    const at = `${here.base}/contacts/${kept}`;
    const page = await (await admin.open(at)).text();
    expect(page).toContain("Maybe the same person");
    expect(page.match(/same name/g)).toHaveLength(1);
    expect(await (await agent.open(at)).text()).not.toContain("Maybe the same person");
    const asked = await admin.post(at, { do: "merge", duplicateId: twin });
    expect(await asked.text()).toContain("cannot be undone");
    await admin.post(at, { do: "merge", duplicateId: twin, sure: "yes" });
    expect(await (await admin.open(at)).text()).not.toContain("Maybe the same person");
    const { data } = await callTool(client, "get_contact", { contactId: kept });
    expect(data.phone).toContain("4930123456");
  });

  it("blocks and takes in again", async () => {
    const id = await make(here.world.client, "create_contact", {
      name: "Loud",
      email: "loud@import.example",
    });
    const at = `${here.base}/contacts/${id}`;
    const { agent } = here.browsers;
    expect(await (await agent.post(at, { do: "block" })).text()).toContain("is dropped");
    await agent.post(at, { do: "block", sure: "yes" });
    expect(await (await agent.open(at)).text()).toContain("Blocked; 0 messages");
    await agent.post(at, { do: "unblock" });
    expect(await (await agent.open(at)).text()).not.toContain("Blocked;");
  });
});
