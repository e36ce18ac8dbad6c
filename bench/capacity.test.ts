import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { logCall } from "../src/calls/call-log.ts";
import { CALLS_KEPT_DAYS } from "../src/calls/retention.ts";
import { createWorkspace } from "../src/gate/workspaces.ts";
import { SHARD_LIMIT_BYTES } from "../src/tenant/shards.ts";
import { testCall } from "../test/call.ts";
import { metered, meteredIsolate } from "../test/meter.ts";
import { costOf, type Use } from "./prices.ts";
import { talk } from "./talk.ts";

/**
 * What workspaces of 10,000 messages and 100,000 calls a month need and cost, by what is measured here: rows and bytes of a
 * message and of a call. Requests and the time of objects are counted as the code makes them, below.
 */
const MESSAGES = 10_000;
const CALLS = 100_000;

const sizeOf = async () => (await env.TENANT_1.prepare("SELECT 1").run()).meta.size_after;

/** A call reads so many rows where a list is read: what most of them are. Measured by `list_tags` with 20 tags. */
const ROWS_READ_BY_CALL = 50;
/**
 * Requests of one message: a visitor's comes by HTTP or socket to the Worker and to its room; the room asks the gate whether
 * the workspace is in use, and tells the hub. A socket's frames count as a twentieth of a request; here every message
 * counts whole.
 */
const OF_MESSAGE = { requests: 1, objectRequests: 3 };
/** A call: the gate; one in twenty changes something, and tells the hub. */
const OF_CALL = { requests: 1, objectRequests: 1.05 };
/**
 * How long objects of 128 MB live for it, in seconds: a room for its turn (60 ms), the hub for the pause before it tells
 * (250 ms) and before it wakes webhooks (a second at most); the gate for its question (5 ms) and what it gathers, a second
 * at most, which calls of one workspace share.
 */
const SECONDS = { message: 0.06 + 0.005 + 0.25 + 1, call: 0.005 + 0.25 };
const GB = 0.128;
/** Milliseconds of CPU, as `npm run bench -- live` and `npm run bench` print them on two busy cores: the upper end. */
const CPU = { message: 10, call: 5 };
/** Bytes of a row of the log beside what it says of its calls: ids, names and the key. */
const OF_A_ROW = 150;
/** After so many months a database is looked at: messages stay, calls go. */
const MONTHS = 12;
/** Of a gate's own storage: a row for ten requests. */
const GATE_ROWS = 0.1;

it("prints what 10, 1,000 and 10,000 workspaces need and cost", async () => {
  const meter = meteredIsolate();
  const before = await sizeOf();
  meter.reset();
  const said = await talk(env, 400);
  const spent = { written: meter.rowsWritten, read: meter.bill.reduce((sum, { read }) => sum + read, 0) };
  const message = {
    bytes: ((await sizeOf()) - before) / said,
    written: spent.written / said,
    read: spent.read / said,
  };

  const workspace = await createWorkspace(env, { name: "Calls", plan: "enterprise", shard: "TENANT_1" });
  const log = metered(env.TENANT_1);
  const { tenant, principal } = testCall({ workspaceId: workspace.id, database: log.database });
  const caller = { principal, toolsets: null, compact: false, requestId: "bench", sessionId: null };
  const entry = { kind: "tool", name: "list_contacts", outcome: "ok", milliseconds: 5 } as const;
  const rounds = 10;
  // Calls as an assistant makes them, one after the other: a few within the second in which they are gathered.
  const together = 3;
  for (let i = 0; i < rounds; i++) {
    const made = Array.from({ length: together }, () =>
      logCall(tenant, caller, { ...entry, startedAt: Date.now() }),
    );
    await Promise.all(made);
  }
  const calls = rounds * together;
  const text = await env.TENANT_1.prepare("SELECT sum(length(entries)) FROM calls WHERE workspace_id = ?")
    .bind(workspace.id)
    .first<number>("sum(length(entries))");
  const call = { written: log.rowsWritten / calls, bytes: Number(text) / calls + OF_A_ROW / together };

  const lines = [
    `a message: ${message.written.toFixed(1)} rows written, ${message.read.toFixed(0)} read, ${message.bytes.toFixed(0)} bytes; ` +
      `a shard is full at ${(SHARD_LIMIT_BYTES / message.bytes / 1e6).toFixed(1)} million of them`,
    `a call: ${call.written.toFixed(2)} rows written for its log, ${call.bytes.toFixed(0)} bytes, kept ${CALLS_KEPT_DAYS} days`,
    "workspaces | messages | calls | rows written | stored after a year | shards then | calls and messages a second in the busiest hour | $ a month then | most of it",
  ];
  for (const workspaces of [10, 1_000, 10_000]) {
    const messages = workspaces * MESSAGES;
    const made = workspaces * CALLS;
    const use: Use = {
      requests: messages * OF_MESSAGE.requests + made * OF_CALL.requests,
      objectRequests: messages * OF_MESSAGE.objectRequests + made * OF_CALL.objectRequests,
      objectGbSeconds: (messages * SECONDS.message + made * SECONDS.call) * GB,
      objectRowsWritten: (messages + made) * GATE_ROWS,
      rowsWritten: messages * message.written + made * call.written,
      rowsRead: messages * message.read + made * ROWS_READ_BY_CALL,
      cpuMs: messages * CPU.message + made * CPU.call,
    };
    const gigabytes = (messages * message.bytes) / 1e9;
    const kept = gigabytes * MONTHS + (made * call.bytes * CALLS_KEPT_DAYS) / 30 / 1e9;
    const { dollars, parts } = costOf(use, kept);
    // A tenth of a working day's calls fall into its busiest hour; 22 such days.
    const busiest = (made + messages) / 22 / 10 / 3600;
    const most = parts.slice(0, 3).map(([name, part]) => `${name} ${part.toFixed(0)}`);
    lines.push(
      [
        workspaces,
        `${messages / 1e6} M`,
        `${made / 1e6} M`,
        `${(use.rowsWritten / 1e6).toFixed(1)} M`,
        `${kept.toFixed(1)} GB`,
        Math.max(1, Math.ceil((kept * 1e9) / SHARD_LIMIT_BYTES)),
        busiest.toFixed(1),
        dollars.toFixed(0),
        most.join(", ") || "included",
      ].join(" | "),
    );
  }
  console.log(lines.join("\n"));
  expect(message.bytes).toBeGreaterThan(0);
  expect(call.written).toBeGreaterThan(0);
}, 600_000);
