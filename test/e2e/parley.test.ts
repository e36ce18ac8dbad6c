import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ALL_SCOPES } from "../../src/control/scopes.ts";
import { arrive, mailsOf, proven } from "./mail.ts";
import { runBin, startServer, type TestServer } from "./server.ts";

/** The operator command, as a person and as other programs use it. */

let server: TestServer;
let workspace: string;

interface Row {
  id: string;
  [field: string]: unknown;
}

beforeAll(async () => {
  server = await startServer();
  workspace = (await server.parley<Row>("workspace", "create", "--name", "Acme", "--plan", "enterprise")).id;
});
afterAll(() => server.dispose());

const run = (...args: string[]) =>
  runBin("parley", args, { PARLEY_DATA: server.dataDir, PORT: String(server.port) });

/** Runs a command with --json on the workspace. */
const parley = <T = Row>(noun: string, verb: string, ...args: string[]) =>
  server.parley<T>(noun, verb, "--workspace", workspace, ...args);

/** Calls a tool with this token in a session, and leaves the session open. */
async function callTool(token: string, name: string, args: Record<string, unknown> = {}) {
  const client = new Client({ name: "operator-test", version: "3.1" });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(server.mcpUrl), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
  );
  return client.callTool({ name, arguments: args });
}

describe("the operator command", () => {
  it("runs a workspace", async () => {
    const made = await parley("workspace", "show");
    expect(made).toMatchObject({ id: workspace, name: "Acme", plan: "enterprise", ring: "stable" });
    expect(
      await parley(
        "workspace",
        "set",
        "--name",
        "Acme 2",
        "--time-zone",
        "Europe/Rome",
        "--confirm-sends",
        "on",
      ),
    ).toMatchObject({ name: "Acme 2", timeZone: "Europe/Rome", confirmSends: true, mcpEnabled: true });
    expect(await parley("workspace", "set", "--confirm-sends", "off")).toMatchObject({ confirmSends: false });
    expect(await parley("workspace", "set-ring", "--ring", "canary")).toMatchObject({ ring: "canary" });
    expect(await parley("workspace", "set-plan", "--plan", "business")).toMatchObject({ plan: "business" });
    expect((await parley("workspace", "suspend")).suspendedAt).toMatch(/Z$/);
    expect(await parley("workspace", "resume")).toMatchObject({ suspendedAt: null });
    expect((await server.parley<Row[]>("workspace", "list")).map(({ id }) => id)).toContain(workspace);
  });

  it("edits plans and rollouts, whose limits can be lifted", async () => {
    await server.parley(
      "plan",
      "set",
      "--name",
      "small",
      "--per-minute",
      "7",
      "--per-day",
      "9",
      "--mcp",
      "off",
    );
    expect(await server.parley("plan", "set", "--name", "small", "--per-day", "none")).toMatchObject({
      name: "small",
      perMinute: 7,
      perDay: null,
      mcp: false,
    });
    expect(await server.parley<Row[]>("plan", "list")).toHaveLength(8);
    await server.parley(
      "rollout",
      "set",
      "--feature",
      "new_thing",
      "--rings",
      "canary,early",
      "--deny",
      workspace,
    );
    expect(
      await server.parley("rollout", "set", "--feature", "new_thing", "--rings", "none", "--percent", "5"),
    ).toEqual({ feature: "new_thing", rings: [], percent: 5, allow: [], deny: [workspace] });
    expect(await server.parley<Row[]>("rollout", "list")).toHaveLength(1);
  });

  it("brings people in and out", async () => {
    const user = await server.parley<Row>(
      ...["user", "create", "--email", "ada@acme.example", "--name", "Ada"],
      ...["--workspace", workspace, "--role", "owner"],
    );
    expect(user.password).toMatch(/^\w{20}$/);
    expect(await parley("user", "invite", "--email", "bo@acme.example", "--role", "agent")).toMatchObject({
      url: expect.stringContaining(`${server.url}/invitations/`),
    });
    const [member] = await parley<Row[]>("member", "list");
    const id = member?.id ?? "";
    expect(member).toMatchObject({ id: user.memberId, email: "ada@acme.example", role: "owner" });
    expect(await parley("member", "set-role", "--id", id, "--role", "analyst")).toMatchObject({
      role: "analyst",
    });
    await parley("member", "remove", "--id", id);
    expect(await parley("member", "list")).toEqual([]);
  });

  it("makes inboxes and tokens, and sees what is done with them", async () => {
    const inbox = await parley(
      ...["inbox", "create", "--channel", "web", "--name", "Website"],
      ...["--allowed-domains", "acme.example,*.acme.example"],
    );
    expect(inbox.publicKey).toMatch(/^pub_/);
    expect(inbox.allowedDomains).toEqual(["acme.example", "*.acme.example"]);
    expect(
      await parley("inbox", "set", "--id", inbox.id, "--allowed-domains", "none", "--chatbot", "none"),
    ).toMatchObject({ allowedDomains: [], chatbotId: null, state: "active" });
    expect(await parley("inbox", "list")).toHaveLength(1);

    const token = await parley(
      ...["token", "create", "--kind", "api_key", "--name", "CI", "--scopes", "all"],
      ...["--inboxes", inbox.id, "--expires", "2099-01-31", "--allow-url"],
    );
    expect(token).toMatchObject({ expiresAt: "2099-01-31T00:00:00.000Z", allowUrl: true, readOnly: false });
    const { isError } = await callTool(String(token.token), "get_workspace");
    expect(isError).toBeFalsy();
    expect(await parley("session", "list")).toMatchObject([
      { client: "operator-test", clientVersion: "3.1", credentialName: "CI", calls: 1, endedAt: null },
    ]);
    const [session] = await parley<Row[]>("session", "list");
    for (const of of [[], ["--session", session?.id ?? ""], ["--credential", token.id]]) {
      // The log is written a second's calls at a time.
      await expect
        .poll(() => parley("call", "list", ...of))
        .toMatchObject([{ name: "get_workspace", outcome: "ok" }]);
    }
    expect(await parley("call", "list", "--session", "another")).toEqual([]);
    expect(await parley("grant", "list")).toEqual([]);

    const revoked = await parley("token", "revoke", "--id", token.id);
    expect(revoked).toEqual({ id: token.id, revokedAt: expect.stringMatching(/Z$/) });
    await expect(callTool(String(token.token), "get_workspace")).rejects.toThrow();
    expect(await parley("token", "list")).toMatchObject([{ id: token.id, revokedAt: revoked.revokedAt }]);
  });

  it("sends and discards drafts", async () => {
    const [demo] = (await server.parley<Row[]>("workspace", "list")).filter(({ id }) => id !== workspace);
    const ofDemo = ["--workspace", demo?.id ?? ""];
    const pending = await server.parley<Row[]>("draft", "list", ...ofDemo, "--status", "pending");
    const [first, second] = pending.map(({ id }) => id);
    expect(await server.parley("draft", "send", ...ofDemo, "--id", first ?? "")).toMatchObject({
      status: "sent",
    });
    expect(await server.parley("draft", "discard", ...ofDemo, "--id", second ?? "")).toMatchObject({
      status: "discarded",
    });
    expect(await server.parley("draft", "list", ...ofDemo, "--status", "pending")).toHaveLength(
      pending.length - 2,
    );
  });

  it("connects an address, whose mail comes in by Email Routing and goes out into the folder", async () => {
    const address = "support@acme.example";
    const connected = await parley("inbox", "connect", "--channel", "email", "--address", address);
    expect(connected).toMatchObject({ state: "active", next: expect.stringContaining("Subaddressing") });
    const inbox = String(connected.id);
    expect((await parley("inbox", "test", "--inbox", inbox)).works).toContain(address);
    const ada = "ada@customer.example";
    const first = proven(
      ada,
      [`To: ${address}`, "Subject: My parcel", "Message-ID: <a@customer.example>"],
      "Where?",
    );
    expect((await arrive(server, ada, address, first)).status).toBe(200);
    const unknown = await arrive(server, ada, "nobody@acme.example", first);
    expect(unknown.status).toBeGreaterThanOrEqual(400);
    const key = await parley("token", "create", "--kind", "bot", "--name", "Mina", "--scopes", "all");
    const token = String(key.token);
    const answer = z.object({
      structuredContent: z.object({ items: z.array(z.object({ id: z.string() })) }),
    });
    const listed = answer.parse(await callTool(token, "list_conversations", { inboxId: inbox }));
    const [conversation] = listed.structuredContent.items;
    const conversationId = conversation?.id;
    await callTool(token, "reply_to_conversation", { conversationId, text: "On its way." });
    await expect.poll(async () => (await mailsOf(server)).length).toBe(2);
    const [test, mail] = await mailsOf(server);
    expect(test?.to?.[0]?.address).toBe(address);
    expect(mail).toMatchObject({
      subject: "Re: My parcel",
      inReplyTo: "<a@customer.example>",
      to: [{ address: ada }],
    });
    const back = String(mail?.replyTo?.[0]?.address);
    const thanks = proven(
      ada,
      [`To: ${back}`, `In-Reply-To: ${mail?.messageId}`, "Message-ID: <b@customer.example>"],
      "Thanks",
    );
    expect((await arrive(server, ada, back, thanks)).status).toBe(200);
    const texts = z.object({
      structuredContent: z.object({ messages: z.array(z.object({ text: z.string() })) }),
    });
    const thread = texts.parse(await callTool(token, "get_conversation", { conversationId }));
    expect(thread.structuredContent.messages.map(({ text }) => text)).toEqual([
      "My parcel\n\nWhere?",
      "On its way.",
      "Thanks",
    ]);
    expect(await parley("inbox", "disconnect", "--inbox", inbox)).toMatchObject({ state: "not_connected" });
  });

  it("prints tables for people, without what could move their cursor", async () => {
    await parley("inbox", "create", "--channel", "api", "--name", "App \u001b[31mred\u202e");
    const { stdout, code } = await run("inbox", "list", "--workspace", workspace);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^id +channel +name/);
    expect(stdout).toContain("App  [31mred");
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toContain("\u202e");
  });

  it("tells what comes after a token, what tokens hold, and which scopes there are", async () => {
    const flags = [
      "--workspace",
      workspace,
      "--kind",
      "api_key",
      "--name",
      "Next",
      "--scopes",
      "leads:read",
      "--allow-url",
    ];
    const made = await run("token", "create", ...flags);
    const [, token = ""] = /^token +(parley_\S+)$/m.exec(made.stdout) ?? [];
    expect(made.stdout).toContain(
      `claude mcp add --transport http parley ${server.url}/mcp --header "Authorization: Bearer ${token}"`,
    );
    expect(made.stdout).toContain(`${server.url}/mcp?token=${token}`);
    const { stdout } = await run("token", "list", "--workspace", workspace);
    expect(stdout.split("\n").find((line) => line.includes("Next"))).toMatch(/leads:read .* yes /);
    const help = await run("token", "create", "--help");
    for (const scope of ALL_SCOPES) expect(help.stdout).toContain(scope);
    const wrong = await run("token", "create", ...flags.with(7, "al"));
    expect(wrong.stderr).toMatch(/Unknown scope al\. Possible: workspace:read, .*webhooks:write/);
    const plan = await run("workspace", "create", "--name", "A", "--plan", "gold");
    expect(plan.stderr).toMatch(/Possible: .*enterprise/);
  });

  it("understands the bridge's PARLEY_URL, and files named from where the person is", async () => {
    const env = { PARLEY_DATA: server.dataDir, PORT: String(server.port) };
    const bridged = await runBin("parley", ["plan", "list"], { ...env, PARLEY_URL: server.mcpUrl });
    expect(bridged).toMatchObject({ code: 0, stderr: "" });
    const elsewhere = await runBin("parley", ["plan", "list"], {
      ...env,
      PARLEY_URL: "https://parley.invalid/mcp",
    });
    expect(elsewhere.stderr).toMatch(/PARLEY_URL names https:\/\/parley\.invalid:.*unset PARLEY_URL/);
    const folder = mkdtempSync(join(tmpdir(), "parley-person-"));
    writeFileSync(join(folder, "people.csv"), "name,email\nFrom Afar,afar@example.com\n");
    // As npm runs it: in the checkout, with the person's own folder beside.
    const imported = await runBin(
      "parley",
      ["--json", "import", "contacts", "people.csv", "--workspace", workspace],
      {
        ...env,
        INIT_CWD: folder,
        npm_lifecycle_event: "parley",
      },
    );
    rmSync(folder, { recursive: true });
    expect(JSON.parse(imported.stdout)).toMatchObject({ created: 1, bad: 0 });
  });

  it.each([
    ["an unknown workspace", ["workspace", "show", "--workspace", "ws_none"], /ws_none/],
    ["an unknown plan", ["workspace", "create", "--name", "A", "--plan", "gold"], /gold/],
    ["a missing flag", ["token", "create"], /--workspace/],
    ["a flag it does not know", ["plan", "list", "--colour"], /--colour/],
    ["a noun it does not know", ["fish"], /fish/],
    ["a value that is none", ["workspace", "set", "--workspace", "ws_x", "--mcp", "maybe"], /on or off/],
    ["a wrong key", ["--operator-key", "wrong", "plan", "list"], /operator key is wrong/],
    ["a server without its key", ["--url", "http://localhost:9", "plan", "list"], /--operator-key/],
    [
      "a server that is not there",
      ["--url", "http://localhost:2", "--operator-key", "k", "plan", "list"],
      /Cannot reach/,
    ],
    ["an address that is none", ["--url", "localhost:8787", "plan", "list"], /is not an address/],
  ])("says in one line on stderr, with exit code 1, that it got %s", async (_, args, message) => {
    const ran = await run("--json", ...args);
    expect(ran).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
    expect(ran.stderr.trim().split("\n")).toHaveLength(1);
  });
});
