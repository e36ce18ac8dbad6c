import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { fileAddress, readFileAddress } from "../../src/attachments/address.ts";
import { fileName, MAX_NAME } from "../../src/attachments/file-name.ts";
import { MAX_FILE_BYTES } from "../../src/attachments/limits.ts";
import { kindOf, mediaTypeOf, UNKNOWN_TYPE } from "../../src/attachments/media-type.ts";
import { fileOf, objectKey, takeStatements } from "../../src/attachments/store.ts";
import { newId } from "../../src/tenant/ids.ts";
import { shardDatabase } from "../../src/tenant/shards.ts";
import { testCall } from "../call.ts";
import { chat } from "../channels/browser.ts";
import { metered } from "../meter.ts";
import { failureOf } from "../run.ts";
import { depotOf, JPEG, PNG, read, store, streamOf, text } from "./setting.ts";

afterEach(() => void vi.useRealTimers());

describe("what a file is", () => {
  it("is told by its beginning, whatever its sender says", () => {
    for (const said of ["image/png", "text/html", "image/svg+xml", "application/pdf", ""]) {
      expect(mediaTypeOf(PNG, said)).toBe("image/png");
      expect(mediaTypeOf(JPEG, said)).toBe("image/jpeg");
      for (const page of ["<!doctype html><script>1</script>", "<svg xmlns='x' onload='1'/>", "\n <html>"]) {
        const is = mediaTypeOf(text(page), said);
        expect(is).toBe(UNKNOWN_TYPE);
        expect(kindOf(is)).toBe("file");
      }
    }
    expect(mediaTypeOf(text("GIF89a/*<script>*/=1"), "text/html")).toBe("image/gif");
    expect(mediaTypeOf(text("a;b\n1;2"), "text/csv; charset=utf-8")).toBe("text/csv");
    expect(mediaTypeOf(Uint8Array.from([0, 1, 2]), "text/plain")).toBe(UNKNOWN_TYPE);
    expect(mediaTypeOf(text("PK\x03\x04"), "application/vnd.oasis.opendocument.text")).toContain(
      "opendocument",
    );
    expect(mediaTypeOf(text("PK\x03\x04"), "text/html")).toBe("application/zip");
    expect(mediaTypeOf(text("OggS"), "audio/ogg")).toBe("audio/ogg");
    expect(mediaTypeOf(new Uint8Array(), "image/png")).toBe(UNKNOWN_TYPE);
  });

  it("has a name that is one name, reads as it is, and ends as what it is", () => {
    expect(fileName("../../etc/passwd", UNKNOWN_TYPE)).toBe("passwd");
    expect(fileName("C:\\Users\\a\\photo.png", "image/png")).toBe("photo.png");
    expect(fileName("..", "image/png")).toBe("file.png");
    expect(fileName(undefined, "audio/ogg")).toBe("file.ogg");
    expect(fileName("invoice\u202Egnp.exe", UNKNOWN_TYPE)).toBe("invoicegnp.exe");
    expect(fileName("cat.html", "image/png")).toBe("cat.html.png");
    expect(fileName("CAT.JPEG", "image/jpeg")).toBe("CAT.JPEG");
    expect(fileName('a"b\r\nSet-Cookie: x.pdf', "application/pdf")).toBe("a b Set-Cookie x.pdf");
    expect(fileName("Größe 📎.txt", "text/plain")).toBe("Größe 📎.txt");
    for (const long of ["x".repeat(500), `${"📎".repeat(300)}.png`, `a.${"y".repeat(300)}`]) {
      const name = fileName(long, "image/png");
      expect(name.length).toBeLessThanOrEqual(MAX_NAME);
      expect(name.isWellFormed()).toBe(true);
      expect(name).toMatch(/\.png$/);
    }
  });
});

describe("an address", () => {
  const file = { workspaceId: newId("workspace"), id: newId("attachment"), name: "a b.png" };
  const tokenOf = (address: string) => new URL(address).pathname.split("/")[2] ?? "";

  it("is good for an hour at least and two at most, and the same within one", () => {
    const now = Date.UTC(2026, 10, 30, 12, 0, 1);
    const address = fileAddress(file, now);
    expect(fileAddress(file, now + 3_500_000)).toBe(address);
    const { workspaceId, id } = file;
    expect(readFileAddress(tokenOf(address), now + 3_600_000)).toEqual({ workspaceId, id });
    expect(readFileAddress(tokenOf(address), now + 7_200_000)).toBeNull();
  });

  it("is refused with any letter of it changed, added or taken away", () => {
    const token = tokenOf(fileAddress(file));
    expect(readFileAddress(token)).not.toBeNull();
    for (let i = 0; i < token.length; i++) {
      const others = ["", "0", "1", "z", ".", "A", "-", "="].filter((one) => one !== token[i]);
      for (const other of others) {
        expect(readFileAddress(token.slice(0, i) + other + token.slice(i + 1))).toBeNull();
        expect(readFileAddress(token.slice(0, i) + other + token.slice(i)) === null || other === "").toBe(
          true,
        );
      }
    }
    const another = tokenOf(fileAddress({ ...file, id: newId("attachment") }));
    expect(readFileAddress(`${token.split(".").slice(0, 2).join(".")}.${another.split(".")[2]}`)).toBeNull();
  });
});

describe("a stored file", () => {
  const address = (workspaceId: string, { id, name }: { id: string; name: string }) =>
    fileAddress({ workspaceId, id, name });

  it("is served at its address: pictures in place, all else to be saved, and nothing as a page", async () => {
    const { tenant, inbox } = await chat();
    const depot = depotOf(tenant, inbox.id);
    const kinds = [
      { file: { body: PNG, name: "cat.png", type: "text/html" }, type: "image/png", how: "inline" },
      {
        file: { body: text("<script>1</script>"), name: "x.html", type: "text/html" },
        type: UNKNOWN_TYPE,
        how: "attachment",
      },
      {
        file: { body: text("<svg onload='1'/>"), name: "x.svg", type: "image/svg+xml" },
        type: UNKNOWN_TYPE,
        how: "attachment",
      },
      { file: { body: text("%PDF-1.7"), name: "x.pdf" }, type: "application/pdf", how: "attachment" },
    ];
    for (const { file, type, how } of kinds) {
      const stored = await store(depot, file);
      const { status, headers, bytes } = await read(address(tenant.workspaceId, stored));
      expect(status).toBe(200);
      expect(bytes).toEqual(file.body);
      expect(headers.get("content-type")).toBe(type);
      expect(headers.get("content-disposition")).toMatch(new RegExp(`^${how}; filename=`));
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("sandbox");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    }
  });

  it("is served in parts, as players ask, and not again to who has it", async () => {
    const { tenant, inbox } = await chat();
    const whole = address(tenant.workspaceId, await store(depotOf(tenant, inbox.id)));
    const part = await read(whole, { range: "bytes=1-3" });
    expect([part.status, part.headers.get("content-range"), [...part.bytes]]).toEqual([
      206,
      `bytes 1-3/${PNG.length}`,
      [0x50, 0x4e, 0x47],
    ]);
    const end = await read(whole, { range: "bytes=-2" });
    expect([end.status, [...end.bytes]]).toEqual([206, [68, 82]]);
    const { headers } = await read(whole, {}, "HEAD");
    expect(headers.get("content-length")).toBe(String(PNG.length));
    const again = await read(whole, { "if-none-match": headers.get("etag") ?? "" });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
  });

  it("is nowhere under an address of another workspace, of nothing, or of a workspace out of service", async () => {
    const [mine, other] = await Promise.all([chat(), chat()]);
    const stored = await store(depotOf(mine.tenant, mine.inbox.id));
    for (const [workspaceId, id] of [
      [other.tenant.workspaceId, stored.id],
      [newId("workspace"), stored.id],
      [mine.tenant.workspaceId, newId("attachment")],
    ] as const) {
      expect((await read(address(workspaceId, { ...stored, id }))).status).toBe(404);
    }
    await env.CONTROL.prepare("UPDATE workspaces SET suspended_at = 1 WHERE id = ?")
      .bind(mine.workspace.id)
      .run();
    expect((await read(address(mine.tenant.workspaceId, stored))).status).toBe(404);
  });

  it("is refused when it is too large, whether or not its length is said, and leaves nothing in R2", async () => {
    const { tenant, inbox } = await chat();
    const depot = depotOf(tenant, inbox.id);
    const megabyte = new Uint8Array(1024 * 1024).fill(65);
    const many = (count: number) => streamOf(Array.from({ length: count }, () => megabyte));
    const refusals = [
      { body: many(21) },
      { body: many(1), length: MAX_FILE_BYTES + 1 },
      { body: new Uint8Array(MAX_FILE_BYTES + 1) },
      { body: many(2), maxBytes: 1024 * 1024 },
      { body: many(2), length: 2 * 1024 * 1024, maxBytes: 1024 * 1024 },
    ];
    for (const file of refusals) {
      expect(await failureOf(store(depot, file))).toMatchObject({ code: "body_too_large" });
    }
    // Longer or shorter than was said, and cut off.
    await expect(store(depot, { body: many(2), length: 1024 * 1024 })).rejects.toThrow();
    await expect(store(depot, { body: many(1), length: 2 * 1024 * 1024 })).rejects.toThrow();
    expect(await failureOf(store(depot, { body: streamOf([]) }))).toMatchObject({ code: "invalid_input" });
    const { objects } = await env.FILES.list({ prefix: objectKey(tenant.workspaceId, "") });
    expect(objects).toEqual([]);
    // What is large enough to go up in parts comes back as it was.
    const { id, bytes } = await store(depot, { body: many(11) });
    expect(bytes).toBe(11 * 1024 * 1024);
    const kept = await env.FILES.get(objectKey(tenant.workspaceId, id));
    expect(kept?.size).toBe(bytes);
    await kept?.arrayBuffer();
  });

  it("that comes too slowly is given up when its time is over", async () => {
    const { tenant, inbox } = await chat();
    const depot = depotOf(tenant, inbox.id);
    for (const length of [undefined, 3000]) {
      const slow = streamOf(
        Array.from({ length: 3 }, () => new Uint8Array(1000)),
        200,
      );
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 250);
      const { storeFile } = await import("../../src/attachments/store.ts");
      await expect(storeFile(depot, { body: slow, length }, stop.signal)).rejects.toThrow();
    }
    expect((await env.FILES.list({ prefix: objectKey(tenant.workspaceId, "") })).objects).toEqual([]);
  });

  it("has one row under one id however often it comes, and a workspace that is full takes none", async () => {
    const { tenant, inbox } = await chat();
    const depot = depotOf(tenant, inbox.id);
    const id = newId("attachment");
    const first = await store(depot, { id });
    expect(await store(depot, { id, body: JPEG, name: "other.jpg" })).toMatchObject(first);
    expect(await fileOf(tenant, id)).toMatchObject({ ...first, conversationId: null });
    const full = { ...depot, env: { ...env, FILES_MAX_BYTES: "16" } };
    expect(await failureOf(store(full, { length: 1, body: streamOf([PNG]) }))).toMatchObject({
      code: "plan_limit",
    });
  });
});

it("a file costs a few rows: to be stored, and to be taken", async () => {
  const { workspace, inbox } = await chat();
  const meter = metered(shardDatabase(env, workspace.shard));
  const { tenant } = testCall({ workspaceId: workspace.id, database: meter.database });
  const { id } = await store(depotOf(tenant, inbox.id));
  expect(meter.rowsWritten).toBeLessThanOrEqual(5);
  meter.reset();
  await tenant.batch(takeStatements(tenant, newId("conversation"), []));
  expect(meter.rowsWritten).toBe(0);
  await tenant.batch(takeStatements(tenant, newId("conversation"), [id]));
  expect(meter.rowsWritten).toBeLessThanOrEqual(3);
  // Once.
  expect((await failureOf(tenant.batch(takeStatements(tenant, newId("conversation"), [id])))).code).toBe(
    "conflict",
  );
});
