import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { metered } from "../meter.ts";
import { browser, chat, open, say } from "./browser.ts";

it("a visitor's message asks the databases three times at most, one after the other, also the first", async () => {
  const meters = {
    CONTROL: metered(env.CONTROL),
    TENANT_1: metered(env.TENANT_1),
    TENANT_2: metered(env.TENANT_2),
  };
  const all = Object.values(meters);
  const bindings = {
    ...env,
    ...Object.fromEntries(Object.entries(meters).map(([name, { database }]) => [name, database])),
  };
  const { inbox } = await chat({ allowedDomains: ["shop.example"] });
  const page = browser({ origin: "https://shop.example" }, bindings);
  const token = await open(page, inbox.publicKey, { name: "Ada", email: "ada@example.com" });
  for (const text of ["Hello?", "Where is my order?"]) {
    for (const meter of all) meter.reset();
    await say(page, token, text, crypto.randomUUID());
    expect(all.reduce((sum, { roundTrips }) => sum + roundTrips, 0)).toBeLessThanOrEqual(3);
    const written = all.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0);
    // The first of the day, too, which makes the row that all others count in.
    expect(written).toBeLessThanOrEqual(text === "Hello?" ? 26 : 9);
  }
});
