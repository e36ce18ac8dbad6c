import { expect, it } from "vitest";
import type { Sketch } from "../flows/flows.ts";
import { type IsolateMeter, meteredIsolate } from "../meter.ts";
import { chatWith } from "../rooms/setting.ts";
import { browser, chat, open, say } from "./browser.ts";

/** What was written, statement by statement, for whoever has to find what became dear. */
function billOf({ bill }: IsolateMeter): string {
  const dear = bill.filter(({ written }) => written > 0);
  return dear.map(({ sql, written }) => `${written} ${sql.replace(/\s+/g, " ").slice(0, 120)}`).join("\n");
}

/** What happens behind an acknowledgement is over. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 500));

it("a visitor's message asks the databases three times in a row at most, also the first, its room and all", async () => {
  const meter = meteredIsolate();
  const { inbox } = await chat({ allowedDomains: ["shop.example"] });
  const page = browser({ origin: "https://shop.example" });
  const token = await open(page, inbox.publicKey, { name: "Ada", email: "ada@example.com" });
  for (const text of ["Hello?", "Where is my order?", "Anybody?"]) {
    await settled();
    meter.reset();
    await say(page, token, text, crypto.randomUUID());
    expect(meter.bill.length).toBeGreaterThan(0);
    expect(meter.tripsInARow).toBeLessThanOrEqual(3);
    await settled();
    // The first of the day, too, which makes the row that all others count in.
    expect(meter.rowsWritten, billOf(meter)).toBeLessThanOrEqual(text === "Hello?" ? 26 : 9);
  }
});

const LOOP: Sketch[] = [
  ["ask", "question", { text: "Next?", variable: "word", timeoutSeconds: 600 }],
  ["got", "message", { text: "Got {{word}}." }],
  ["again", "goto", { nodeId: "ask" }],
];

it("with a flow everything is read at once, then written at once: 21 rows for three messages at most", async () => {
  const meter = meteredIsolate();
  const { inbox } = await chatWith(LOOP);
  const page = browser();
  const token = await open(page, inbox.publicKey, { name: "Ada" });
  // By then the room knows where the key leads, the gate its workspace, and the process the flow's version.
  for (const text of ["Hi", "Hello"]) await say(page, token, text);
  for (const text of ["One", "Two"]) {
    await settled();
    meter.reset();
    await say(page, token, text, crypto.randomUUID());
    // All that decides; then the turn.
    expect(meter.roundTrips).toBe(2);
    await settled();
    expect(meter.rowsWritten, billOf(meter)).toBeLessThanOrEqual(21);
  }
});
