import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { z } from "zod";
import { readVisitor, signVisitor, TOKEN_LIFE } from "../../src/channels/web/token.ts";
import { CLOSE, MAX_SOCKETS } from "../../src/rooms/sockets.ts";
import { browser, chat, open, say } from "../channels/browser.ts";
import { earlyInAMinute } from "../clock.ts";
import { call, type Line } from "./setting.ts";

/** How sockets were closed, as their pages hear of it. */
function endingOf(line: Line): { code: number | null } {
  const ending: { code: number | null } = { code: null };
  line.socket.addEventListener("close", ({ code }) => {
    ending.code = code;
  });
  return ending;
}

it("a visitor's new socket stays open, and the one that was opened first gives way", async () => {
  const { inbox } = await chat();
  const token = await open(browser(), inbox.publicKey);
  const lines: Line[] = [];
  const endings: { code: number | null }[] = [];
  for (let i = 0; i < MAX_SOCKETS + 3; i++) {
    const line = await call(token);
    await line.hear("ready");
    lines.push(line);
    endings.push(endingOf(line));
    const gone = Math.max(0, lines.length - MAX_SOCKETS);
    const wanted = lines.map((_, at) => (at < gone ? CLOSE.replaced : null));
    await expect.poll(() => endings.map(({ code }) => code)).toEqual(wanted);
  }
  const newest = lines.at(-1);
  newest?.say({ type: "message", text: "Hi" });
  const sent = await newest?.hear("sent");
  // The same as over HTTP: times are ISO 8601 everywhere.
  expect(z.object({ message: z.object({ createdAt: z.iso.datetime() }) }).parse(sent)).toBeTruthy();
  await lines.at(-MAX_SOCKETS)?.hear("message");
});

it("a socket over which more is said than pages say is closed, whatever it is", async () => {
  await earlyInAMinute();
  const { inbox } = await chat();
  for (const junk of ["{", "null", '{"type":"typing"}', '{"type":"message"}', "[".repeat(10_000)]) {
    const line = await call(await open(browser(), inbox.publicKey));
    await line.hear("ready");
    const ending = endingOf(line);
    for (let i = 0; i < 200; i++) line.say(junk);
    await expect.poll(() => ending.code, { timeout: 15_000 }).toBe(CLOSE.tooMuch);
    expect(line.heard.length, junk).toBeLessThan(150);
  }
});

it("a socket whose token has expired hears nothing more, and is closed", async () => {
  const { inbox } = await chat();
  const page = browser();
  const token = await open(page, inbox.publicKey);
  const visitor = await readVisitor(env.PARLEY_SECRET, token);
  if (!visitor) throw new Error("unreachable: it was signed just now");
  const soon = await signVisitor(env.PARLEY_SECRET, { ...visitor, expiresAt: Date.now() + 4000 });
  const [line, still] = [await call(soon), await call(token)];
  for (const one of [line, still]) await one.hear("ready");
  const ending = endingOf(line);
  await expect.poll(() => Date.now()).toBeGreaterThan(visitor.expiresAt - TOKEN_LIFE + 5000);
  await say(page, token, "Hi");
  await still.hear("message");
  await expect.poll(() => ending.code).toBe(CLOSE.unauthenticated);
  expect(line.texts()).toEqual([]);
});
