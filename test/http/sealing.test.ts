import { afterEach, describe, expect, it, vi } from "vitest";
import { type Seal, seal, unseal } from "../../src/http/sealing.ts";

const how: Seal = { secret: "a secret of the deployment", purpose: "test", boundTo: "caller, arguments" };

afterEach(() => {
  vi.useRealTimers();
});

describe("a sealed value", () => {
  it("opens for what it was made for, and nothing else", async () => {
    const sealed = await seal({ answer: 42 }, 60, how);
    expect(sealed).toMatch(/^s1\.[\w-]+$/);
    expect(await unseal(sealed, how)).toEqual({ answer: 42 });
    expect(await unseal(sealed, { ...how, boundTo: "another" })).toBeNull();
    expect(await unseal(sealed, { ...how, purpose: "another" })).toBeNull();
    expect(await unseal(sealed, { ...how, secret: "another" })).toBeNull();
  });

  it("does not open when a single character differs", async () => {
    const sealed = await seal("value", 60, how);
    for (let i = 3; i < sealed.length - 1; i++) {
      const other = sealed[i] === "A" ? "B" : "A";
      expect(await unseal(`${sealed.slice(0, i)}${other}${sealed.slice(i + 1)}`, how)).toBeNull();
    }
    for (const wrong of ["", "s1.", "s1.AAAA", "s1.!!!", sealed.slice(3), `x${sealed}`]) {
      expect(await unseal(wrong, how)).toBeNull();
    }
  });

  it("never looks the same twice, and ends", async () => {
    expect(await seal("value", 60, how)).not.toBe(await seal("value", 60, how));
    const sealed = await seal("value", 60, how);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    expect(await unseal(sealed, how)).toBeNull();
  });
});
