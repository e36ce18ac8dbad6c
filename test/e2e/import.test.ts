import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { sampleFile } from "../node/import/samples.ts";
import { runBin, spawnBin, startServer, type TestServer } from "./server.ts";

/** Imports by the operator command, against the real server, and what an assistant then finds. */

let server: TestServer;
let workspace: string;
let client: Client;
let folder: string;

beforeAll(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), "parley-import-"));
});
afterAll(async () => {
  await server.dispose();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  ({ id: workspace } = await server.parley<{ id: string }>(
    ...["workspace", "create", "--name", "Acme", "--plan", "enterprise"],
  ));
  const { token } = await server.parley<{ token: string }>(
    ...["token", "create", "--workspace", workspace, "--kind", "api_key", "--name", "k", "--scopes", "all"],
  );
  client = new Client({ name: "import-test", version: "1" });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(server.mcpUrl), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
  );
});

interface Report {
  read: number;
  created: number;
  updated: number;
  unchanged: number;
  skipped: number;
  removed: number;
  bad: number;
  errors: { file?: string; line?: number; message: string }[];
  resumed?: boolean;
  passedOver?: string;
}

const environment = () => ({ PARLEY_DATA: server.dataDir, PORT: String(server.port) });
const importArgs = (what: string, ...args: string[]) => ["import", what, "--workspace", workspace, ...args];

/** Runs an import with --json: its report, exit code, and what it said on stderr. */
async function runImport(what: string, ...args: string[]) {
  const { code, stdout, stderr } = await runBin(
    "parley",
    ["--json", ...importArgs(what, ...args)],
    environment(),
  );
  const report: Report = JSON.parse(stdout);
  return { code, stderr, ...report };
}

/** What an import that is refused as a whole says. */
async function refusal(what: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runBin("parley", importArgs(what, ...args), environment());
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  return stderr;
}

async function call(name: string, args: Record<string, unknown>) {
  const { structuredContent, isError } = await client.callTool({ name, arguments: args });
  if (isError) throw new Error(`${name} failed`);
  return z.record(z.string(), z.unknown()).parse(structuredContent);
}

/** Every row of a list, page after page. */
async function all(name: string, args: Record<string, unknown> = {}) {
  const rows: Record<string, unknown>[] = [];
  for (let cursor: unknown; ; ) {
    const page = await call(name, { ...args, limit: 100, ...(cursor ? { cursor } : {}) });
    rows.push(...z.array(z.record(z.string(), z.unknown())).parse(page.items));
    cursor = page.nextCursor;
    if (!cursor) return rows;
  }
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("import contacts", () => {
  const COUNT = 3000;
  const BAD = [17, 1200, 2950];
  const crowd = () => {
    const rows = Array.from({ length: COUNT }, (_, i) =>
      BAD.includes(i) ? `${i},Bad ${i},no address` : `${i},"Person, ${i}",p${i}@example.com`,
    );
    return file("crowd.csv", `external id,name,email\n${rows.join("\n")}\n`);
  };

  it("killed and begun again, ends with every good row once and every bad one by its line", async () => {
    const path = crowd();
    const child = spawnBin("parley", importArgs("contacts", path), environment());
    const state = join(server.dataDir, "imports");
    const begun = () => existsSync(state) && readdirSync(state).some((name) => name.endsWith(".json"));
    while (!begun()) await sleep(5);
    child.kill("SIGKILL");
    await once(child, "close");
    const before = (await all("list_contacts")).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(COUNT - BAD.length);

    const second = await runImport("contacts", path);
    expect(second).toMatchObject({ code: 1, read: COUNT, bad: BAD.length, resumed: true });
    expect(second.errors.map(({ line }) => line)).toEqual(BAD.map((i) => i + 2));
    expect(second.errors[0]?.message).toContain("email");
    expect(second.created + second.unchanged).toBe(COUNT - BAD.length);
    const contacts = await all("list_contacts");
    expect(contacts).toHaveLength(COUNT - BAD.length);
    expect(new Set(contacts.map(({ email }) => email)).size).toBe(COUNT - BAD.length);
    expect(readdirSync(state)).toEqual([]);
    const events = await all("list_contacts", { query: "2999" });
    expect(events).toMatchObject([{ name: "Person, 2999" }]);

    expect(await runImport("contacts", path)).toMatchObject({
      code: 1,
      read: COUNT,
      created: 0,
      updated: 0,
      unchanged: COUNT - BAD.length,
      bad: BAD.length,
    });
  });

  it("asked to stop, says where, and goes on from there", async () => {
    const path = crowd();
    const child = spawnBin("parley", importArgs("contacts", path), environment());
    let stderr = "";
    child.stderr?.on("data", (chunk) => {
      stderr += chunk;
    });
    const state = join(server.dataDir, "imports");
    while (!existsSync(state) || readdirSync(state).length === 0) await sleep(5);
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    expect(code).toBe(1);
    const [, done] = /Stopped\. (\d+) contacts are done: the same command goes on/.exec(stderr) ?? [];
    expect(Number(done)).toBeGreaterThan(0);
    // What it said is done, is there; exactly that.
    const there = BAD.filter((i) => i < Number(done)).length;
    expect(await all("list_contacts")).toHaveLength(Number(done) - there);
    const second = await runImport("contacts", path);
    expect(second).toMatchObject({ read: COUNT, created: COUNT - BAD.length, unchanged: 0, resumed: true });
  });

  it("says so when the server goes away, and goes on when it is back", async () => {
    const path = crowd();
    const child = spawnBin("parley", importArgs("contacts", path), environment());
    let stderr = "";
    child.stderr?.on("data", (chunk) => {
      stderr += chunk;
    });
    const state = join(server.dataDir, "imports");
    while (!existsSync(state) || readdirSync(state).length === 0) await sleep(5);
    await server.kill();
    const [code] = await once(child, "close");
    expect(code).toBe(1);
    expect(stderr).toMatch(/Cannot reach .* \d+ contacts are done: the same command goes on behind them\./);
    await server.start();
    const second = await runImport("contacts", path);
    expect(second).toMatchObject({ read: COUNT, bad: BAD.length, resumed: true });
    expect(await all("list_contacts")).toHaveLength(COUNT - BAD.length);
  });

  it("takes tags and custom fields, and prints what it did for a person", async () => {
    await call("create_custom_field", { key: "size", label: "Size", type: "number" });
    const path = sampleFile("contacts.csv");
    const ran = await runBin("parley", importArgs("contacts", path, "--map", "Remark=none"), environment());
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/^read +10$/m);
    expect(ran.stdout).toMatch(/^created +4$/m);
    expect(ran.stderr).toContain("These columns are left out: Newsletter.");
    expect(ran.stderr).toMatch(/^line 5: email: must be an email address$/m);
    expect(ran.stderr).toMatch(/^line 11: .*size takes a number$/m);
    expect(ran.stderr.trim().split("\n").at(-1)).toBe(
      "6 of 10 contacts could not be imported; all others were.",
    );
    expect(await call("get_contact", { contactId: "email:ada@example.com" })).toMatchObject({
      externalId: "1",
      tags: [{ name: "early" }, { name: "VIP" }],
      customFields: { size: 42 },
    });
  });

  it("never removes anybody", async () => {
    expect(await refusal("contacts", crowd(), "--sync")).toContain("no import removes any");
  });
});

describe("import products", () => {
  it("takes what the shop exports, and --sync removes what vanished", async () => {
    const jsonl = (ids: string[], more = "") =>
      `${ids.map((id) => JSON.stringify({ externalId: id, title: `Thing ${id}` })).join("\n")}\n${more}`;
    const path = file("things.jsonl", jsonl(["1", "2", "3"]));
    expect(await runImport("products", path)).toMatchObject({ code: 0, created: 3, removed: 0 });
    file("things.jsonl", jsonl(["2", "3", "4"]));
    expect(await runImport("products", path)).toMatchObject({ created: 1, unchanged: 2, removed: 0 });
    file("things.jsonl", jsonl(["3", "4"], '{"externalId":"2","title":""}\n'));
    const synced = await runImport("products", path, "--sync");
    expect(synced).toMatchObject({ code: 1, unchanged: 2, removed: 1, bad: 1 });
    expect(synced.errors).toMatchObject([{ line: 3, message: expect.stringContaining("title") }]);
    const ids = async () => (await all("list_products")).map(({ externalId }) => externalId).sort();
    expect(await ids()).toEqual(["2", "3", "4"]);

    // Neither a line that could be anything nor one too large to be sent is a reason to take a product for gone.
    file("things.jsonl", jsonl(["3"], "{broken\n"));
    const careful = await runImport("products", path, "--sync");
    expect(careful).toMatchObject({ code: 1, removed: 0 });
    expect(careful.stderr).toContain("Nothing was removed");
    expect(await ids()).toEqual(["2", "3", "4"]);
    const large = JSON.stringify({ externalId: "4", title: "x".repeat(2_100_000) });
    file("things.jsonl", jsonl(["2", "3"], `${large}\n`));
    const largest = await runImport("products", path, "--sync");
    expect(largest).toMatchObject({ code: 1, unchanged: 2, removed: 0, errors: [{ line: 3 }] });
    expect(await ids()).toEqual(["2", "3", "4"]);

    file("things.jsonl", jsonl(["3"]));
    expect(await runImport("products", path, "--sync")).toMatchObject({ code: 0, removed: 2 });
    file("things.jsonl", "\n");
    expect(await refusal("products", path, "--sync")).toContain("--allow-empty");
    expect(await ids()).toEqual(["3"]);
    const shop = ["--currency", "EUR", "--sync", "--shop-url", "https://shop.example.com"];
    expect(await runImport("products", sampleFile("shopify.csv"), ...shop)).toMatchObject({
      code: 0,
      created: 4,
      skipped: 1,
      removed: 1,
    });
    expect(await call("search_products", { query: "linnen shirt" })).toMatchObject({
      items: [{ title: "Linen Shirt", price: "64.50", currency: "EUR" }],
    });
  });
});

describe("import articles", () => {
  it("reads a folder of documents, and --sync removes what vanished but nothing that cannot be read", async () => {
    const { chatbot } = z
      .object({ chatbot: z.object({ id: z.string() }) })
      .parse(await call("create_chatbot", { name: "Helper" }));
    const source = join(folder, "articles");
    cpSync(sampleFile("articles"), source, { recursive: true });
    const flags = ["--chatbot", chatbot.id, "--category", "Help"];
    expect(await runImport("articles", source, ...flags)).toMatchObject({ code: 0, read: 7, created: 7 });
    mkdirSync(join(source, "none"));
    expect(await refusal("articles", join(source, "none"), ...flags, "--sync")).toContain("--allow-empty");
    writeFileSync(join(source, "notes.rst"), "text");
    rmSync(join(source, "faq/gift-cards.txt"));
    writeFileSync(join(source, "care-guide.pdf"), "broken");
    const synced = await runImport("articles", source, ...flags, "--sync");
    expect(synced).toMatchObject({ code: 1, read: 6, unchanged: 5, removed: 1, bad: 1 });
    expect(synced.errors).toMatchObject([{ file: expect.stringContaining("care-guide.pdf") }]);
    expect(synced.passedOver).toBe("1 .json, 1 .rst");
    expect(await call("search_knowledge", { chatbotId: chatbot.id, query: "bleach linen" })).toMatchObject({
      items: [{ title: "Linen care" }],
    });
  });
});

describe("import chatbot", () => {
  const text = (id: string, words: string) => ({
    id,
    type: "text",
    content: { richText: [{ type: "p", children: [{ text: words }] }] },
  });
  // As Typebot's API answers it, and larger than an assistant's answer may be.
  const bot = {
    typebot: {
      version: "6.1",
      name: "Large form",
      events: [{ id: "ev", type: "start", outgoingEdgeId: "e" }],
      variables: [],
      edges: [{ id: "e", to: { groupId: "g" } }],
      groups: [
        {
          id: "g",
          title: "All",
          blocks: [
            ...Array.from({ length: 120 }, (_, i) => text(`b${i}`, `${i} ${"word ".repeat(120)}`)),
            { id: "code", type: "Code" },
          ],
        },
      ],
    },
  };

  it("makes one from a Typebot file, says what is lost, and exports it again as it is", async () => {
    const path = file("bot.json", JSON.stringify(bot));
    const told = await runBin("parley", importArgs("chatbot", path, "--name", "Told"), environment());
    expect(told).toMatchObject({ code: 0 });
    expect(told.stdout).toMatch(/^Made cb_\w+, Told\./);
    expect(told.stdout).toContain("Is not done:\n  scripts are not run (end)");

    const { code, stdout } = await runBin(
      "parley",
      ["--json", ...importArgs("chatbot", path)],
      environment(),
    );
    expect(code).toBe(0);
    const { chatbot } = z.object({ chatbot: z.object({ id: z.string() }) }).parse(JSON.parse(stdout));
    const write = ["export", "chatbot", chatbot.id, "--workspace", workspace];
    const exported = await runBin("parley", write, environment());
    expect(exported.stdout.length).toBeGreaterThan(60_000);
    const again = await runBin(
      "parley",
      ["--json", ...importArgs("chatbot", file("again.json", exported.stdout))],
      environment(),
    );
    expect(JSON.parse(again.stdout)).toMatchObject({ chatbot: { name: "Large form" }, notCarriedOver: [] });
    expect((await all("list_chatbots")).map(({ name }) => name)).toEqual([
      "Told",
      "Large form",
      "Large form",
    ]);
  });

  it("says what is wrong with a file that is none", async () => {
    const refused = async (path: string) => {
      const { code, stderr } = await runBin("parley", importArgs("chatbot", path), environment());
      return `${code} ${stderr}`;
    };
    expect(await refused(join(folder, "nowhere.json"))).toMatch(/^1 Cannot read .*nowhere\.json/);
    expect(await refused(file("broken.json", "{"))).toMatch(/^1 .*broken\.json is not JSON/);
    expect(await refused(file("list.json", "[]"))).toMatch(/^1 .*holds no JSON object/);
    expect(await refused(file("flowise.json", '{"nodes":[],"edges":[]}'))).toMatch(
      /^1 This is neither an exported chatbot nor a Typebot export\. .*create_chatbot/,
    );
  });
});
