import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { listPlans } from "../../src/control/plans.ts";
import type { CallCost, Credential } from "../../src/gate/admission.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { GateStorage, WRITTEN_TOGETHER } from "../../src/gate/gate-storage.ts";
import { MAX_OPEN, Sessions } from "../../src/gate/sessions.ts";
import { createToken, hashToken } from "../../src/gate/tokens.ts";
import { Usage } from "../../src/gate/usage.ts";
import { createWorkspace } from "../../src/gate/workspaces.ts";

const CALL: CallCost = { name: "none", toolset: null, scopes: [], writes: false, valid: true };

async function newGate() {
  const workspace = await createWorkspace(env, { name: "Acme", plan: "enterprise" });
  const key = await createToken(env, workspace.id, { kind: "api_key", name: "Script", scopes: "all" });
  const credential: Credential = { kind: "token", hash: hashToken(key.token), inUrl: false };
  return { gate: gateOf(env, workspace.id), key, credential };
}

describe("what the gate stores", () => {
  it("ends the session used longest ago when a credential opens more than it may have", async () => {
    const { gate, key, credential } = await newGate();
    const open = (id: string) =>
      gate.openSession({
        id,
        transport: "http",
        credentialId: key.id,
        credentialName: "Script",
        client: "test",
        clientVersion: "1",
        protocolVersion: "2025-11-25",
      });
    for (let i = 0; i < MAX_OPEN; i++) expect(await open(`s${i}`)).toEqual([]);
    const ask = { readOnlyAddress: false, sessionId: "s0", calls: [CALL], others: 0 };
    await gate.admit({ ...ask, credential });
    const over = await open("one more");
    expect(over).toHaveLength(1);
    expect(over[0]?.id).not.toBe("s0");
    expect((await gate.session(over[0]?.id ?? ""))?.endedAt).not.toBeNull();
    expect(await gate.session("s0")).toMatchObject({ endedAt: null, calls: 1 });
  });

  it.each([
    ["one client at a call a second", 1, 60],
    ["one client at its plan's full speed", 1, 300],
    ["four clients at their plan's full speed", 4, 300],
    ["a hundred clients", 100, 30],
  ])(
    "writes at most 0.1 rows a call in ten busy minutes of %s, and loads what it wrote",
    async (who, clients, perMinute) => {
      const { gate } = await newGate();
      const plan = (await listPlans(env)).find(({ name }) => name === "enterprise");
      if (!plan) throw new Error("There is no such plan.");
      // Beside the gate's own records, in an object of its own, by a clock of this test's.
      await runInDurableObject(gate, (_, { storage }) => {
        let written = 0;
        const sql = new Proxy(storage.sql, {
          get: (target, name) =>
            name === "exec"
              ? (...args: Parameters<SqlStorage["exec"]>) => {
                  const cursor = target.exec(...args);
                  const rows = cursor.toArray();
                  written += cursor.rowsWritten;
                  return Object.assign(rows, { toArray: () => rows });
                }
              : Reflect.get(target, name),
        });
        const metered = new Proxy(storage, {
          get: (target, name) => {
            if (name === "sql") return sql;
            const value: unknown = Reflect.get(target, name);
            return typeof value === "function" ? value.bind(target) : value;
          },
        });
        const kept = new GateStorage(metered);
        const [usage, sessions] = [new Usage(kept), new Sessions(kept)];
        const minute = Math.ceil(Date.now() / 60_000) * 60_000;
        const credentials = Array.from({ length: clients }, (_, i) => `client-${i}`);
        for (const id of credentials) {
          const facts = { client: null, clientVersion: null, protocolVersion: null };
          sessions.open(
            { id: `s-${id}`, transport: "http", credentialId: id, credentialName: id, ...facts },
            minute,
          );
        }
        kept.write(minute - 1);
        written = 0;
        let calls = 0;
        const end = minute + 10 * 60_000;
        const step = 60_000 / perMinute;
        for (let now = minute; now < end; now += step) {
          for (const id of credentials) {
            // As its timer would.
            if (kept.dueAt !== null && kept.dueAt <= now) kept.write(now);
            const session = sessions.owned(`s-${id}`, id, "http");
            if (!session) throw new Error("The session is gone.");
            expect(usage.charge({ credentialId: id, calls: 1, quota: 1, others: 0 }, plan, now)).toBeNull();
            sessions.use(`s-${id}`, session, 1, now);
            calls += 1;
          }
        }
        console.log(`the gate, ${who}: ${written} rows written for ${calls} calls`);
        expect(written / calls).toBeLessThanOrEqual(0.1);
        // Another process takes up what this one wrote: all but its last ten requests, or its last second's.
        const next = () => new GateStorage(storage);
        const forgotten = calls - (next().quota()?.monthCount ?? 0);
        expect(forgotten).toBeLessThan(Math.max(WRITTEN_TOGETHER, (clients * perMinute) / 60) + clients);
        kept.write(end - 1);
        const used = new Usage(next()).windows("client-0", plan, end - 1);
        const dayToday = new Date(minute).getUTCDate() === new Date(end - 1).getUTCDate();
        expect(used[0]?.used).toBe(perMinute);
        if (dayToday) expect(used[1]?.used).toBe(calls);
        const session = { calls: perMinute * 10, lastSeenAt: end - step };
        expect(new Sessions(next()).one("s-client-0")).toMatchObject(session);
        // A session that ends is over for the next process as well, whatever was noted of it before.
        sessions.end("s-client-0", end);
        expect(new Sessions(next()).owned("s-client-0", "client-0", "http")).toBeNull();
        if (clients > 1) expect(new Sessions(next()).owned("s-client-1", "client-1", "http")).not.toBeNull();
      });
    },
  );
});
