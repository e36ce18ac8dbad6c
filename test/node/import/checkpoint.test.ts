import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Checkpoint, contentDigest, type ImportIdentity } from "../../../bin/import/checkpoint.ts";

const CONTACTS: ImportIdentity = {
  kind: "contacts",
  server: "http://localhost:8787",
  workspace: "/workspaces/ws_1",
  options: {},
  source: contentDigest(["a", "b"]),
};

let data: string;
const open = (changes: Partial<ImportIdentity> = {}) => new Checkpoint({ ...CONTACTS, ...changes }, true);

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "parley-checkpoint-"));
  vi.stubEnv("PARLEY_DATA", data);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  rmSync(data, { recursive: true });
});

/** Leaves an import behind that was stopped after 200. */
function stopped(changes: Partial<ImportIdentity> = {}): void {
  const checkpoint = open(changes);
  checkpoint.state.done = 200;
  checkpoint.state.counts.read = 200;
  checkpoint.state.errors.push({ line: 7, message: "odd" });
  checkpoint.save();
}

describe("what an import remembers", () => {
  it("is found again by the same import, in a file of its owner's alone, until it is finished", () => {
    stopped();
    const again = open();
    expect(again).toMatchObject({
      resumed: true,
      state: { done: 200, errors: [{ line: 7, message: "odd" }] },
    });
    const [name = ""] = readdirSync(join(data, "imports"));
    expect(statSync(join(data, "imports", name)).mode & 0o777).toBe(0o600);
    again.remove();
    expect(open()).toMatchObject({ resumed: false, state: { done: 0 } });
  });

  it.each([
    ["another source", { source: contentDigest(["ab"]) }],
    ["other options", { options: { map: ["a=name"] } }],
    ["another workspace", { workspace: "/workspaces/ws_2" }],
    ["another server", { server: "https://parley.example.com" }],
    ["another kind", { kind: "products" as const }],
  ])("is not taken for that of %s", (_, changes) => {
    stopped();
    expect(open(changes).resumed).toBe(false);
  });

  it("is forgotten when another import of the kind came between, after a day, and when it is damaged", () => {
    stopped();
    stopped({ source: "another" });
    expect(open().resumed).toBe(false);

    stopped();
    vi.useFakeTimers({ now: Date.now() + 25 * 60 * 60 * 1000 });
    expect(open().resumed).toBe(false);
    vi.useRealTimers();
    expect(open().resumed).toBe(true);
    const [name = ""] = readdirSync(join(data, "imports"));
    writeFileSync(join(data, "imports", name), '{"state":');
    expect(open().resumed).toBe(false);
  });

  it("is nothing for an import that always begins anew", () => {
    stopped();
    const sync = new Checkpoint(CONTACTS, false);
    expect(sync.resumed).toBe(false);
    sync.save();
    sync.remove();
    expect(open().resumed).toBe(true);
    expect(sync.state.syncToken).not.toBe(new Checkpoint(CONTACTS, false).state.syncToken);
  });
});
