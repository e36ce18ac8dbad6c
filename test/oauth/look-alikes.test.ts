import fc from "fast-check";
import { expect, it } from "vitest";
import { hasLookAlikes } from "../../src/oauth/look-alikes.ts";
import { property } from "../property.ts";
import { authorizeUrl, Browser, makeWorld } from "./oauth-world.ts";

it.each([
  ["Сlaude"],
  ["Claudе Desktop"],
  ["СһаtGРТ"],
  ["Νοκια"],
  ["Ｃlaude"],
  ["𝗖𝗹𝗮𝘂𝗱𝗲"],
  ["Clɑude"],
  ["ᴄursor"],
  ["Ꮯursor"],
  ["ОЅ"],
  ["Ⓒlaude"],
  ["Visual Studio Соԁе"],
])("%s looks like another name", (name) => {
  expect(hasLookAlikes(name)).toBe(true);
});

it.each([
  [""],
  ["Claude (Anthropic), v1.2"],
  ["Assistent für Łódź & Ærø"],
  ["Помощник"],
  ["Помощник Claude"],
  ["Βοηθός"],
  ["LINE株式会社"],
  ["東京チャット"],
  ["مساعد"],
  ["सहायक"],
  ["Trợ lý"],
  ["한국어bot"],
  ["İstanbul"],
  ["Slack™ 🇩🇪"],
])("%s does not", (name) => {
  expect(hasLookAlikes(name)).toBe(false);
});

const names = fc.constantFrom("Claude", "ChatGPT", "Cursor", "Copilot", "Gemini", "Desktop app");
/** Letters and others that are drawn like them, of several alphabets. */
const TWINS: Record<string, string> = {
  ...{ a: "а", c: "с", e: "е", o: "ο", p: "р", i: "і", s: "ѕ", u: "ս", x: "х", d: "ԁ", h: "һ", y: "у" },
  ...{ C: "С", G: "Ԍ", P: "Ρ", T: "Т", D: "Ꭰ", r: "𝐫", t: "ｔ", n: "ո", m: "ｍ", l: "ⅼ", k: "𝚔" },
};

it("is seen whichever letters of a name were changed", async () => {
  await property([names, fc.infiniteStream(fc.boolean())], (name, choose) => {
    const twins = [...name]
      .map((letter) => (choose.next().value ? (TWINS[letter] ?? letter) : letter))
      .join("");
    expect(hasLookAlikes(name)).toBe(false);
    expect(hasLookAlikes(twins), twins).toBe(twins !== name);
  });
});

it("is said on the consent page", async () => {
  const warned = async (name: string) => {
    const world = await makeWorld("admin", name);
    const browser = new Browser();
    await browser.signIn(world.user.email);
    return (await (await browser.open(await authorizeUrl(world.clientId))).text()).includes(
      "other alphabets",
    );
  };
  expect(await warned("Сlaude")).toBe(true);
  expect(await warned("Claude")).toBe(false);
});
