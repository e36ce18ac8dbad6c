import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ownWords } from "../../src/channels/email/own-words.ts";
import { property } from "../property.ts";

/** Answers as mail programs write them: what was written, and what the program put around it. */
const ANSWERS: [program: string, own: string, whole: (own: string) => string][] = [
  [
    "Gmail",
    "Thanks, that works.",
    (own) =>
      `${own}\n\nOn Tue, Dec 1, 2026 at 9:12 AM Acme <support@shop.example> wrote:\n\n> Does it work?\n>\n> Mina`,
  ],
  [
    "Gmail, wrapped",
    "Yes",
    (own) =>
      `${own}\n\nOn Tue, Dec 1, 2026 at 9:12 AM Acme Support Team\n<support@shop.example> wrote:\n\n> Does it?`,
  ],
  [
    "Apple Mail",
    "Hello\n\nTwo paragraphs.",
    (own) => `${own}\n\n> On 1 Dec 2026, at 09:12, Acme <s@shop.example> wrote:\n> \n> Does it?`,
  ],
  [
    "iPhone",
    "No",
    (own) =>
      `${own}\n\nSent from my iPhone\n\n> On 1 Dec 2026, at 09:12, Acme <s@shop.example> wrote:\n> \n> Does it?`,
  ],
  [
    "Outlook",
    "See below",
    (own) =>
      `${own}\n\n________________________________\nFrom: Acme <s@shop.example>\nSent: Tuesday, December 1, 2026 9:12 AM\nTo: Ada <ada@customer.example>\nSubject: Re: Parcel\n\nDoes it?`,
  ],
  [
    "Outlook, older",
    "Fine",
    (own) =>
      `${own}\n\n-----Original Message-----\nFrom: Acme\nSent: Tuesday\nTo: Ada\nSubject: x\n\nDoes it?`,
  ],
  [
    "Outlook, German",
    "Passt",
    (own) =>
      `${own}\n\nVon: Acme <s@shop.example>\nGesendet: Dienstag, 1. Dezember 2026 09:12\nAn: Ada\nBetreff: AW: Paket\n\nGeht das?`,
  ],
  [
    "Outlook on Android",
    "Ok",
    (own) =>
      `${own}\n\nGet Outlook for Android<https://aka.ms/x>\n________________________________\nFrom: Acme <s@shop.example>\nSent: Tuesday\nTo: Ada\nSubject: x\n\nDoes it?`,
  ],
  ["Thunderbird", "Gern.", (own) => `Am 01.12.2026 um 09:12 schrieb Acme:\n> Geht das?\n\n${own}`],
  [
    "Thunderbird, signed",
    "Gern.",
    (own) => `${own}\n\n-- \nAda Byron\nHauptstr. 1\n\nAm 01.12.26 um 09:12 schrieb Acme:\n> Geht das?`,
  ],
  [
    "Gmail, French",
    "Merci !",
    (own) => `${own}\n\nLe mar. 1 déc. 2026 à 09:12, Acme <s@shop.example> a écrit :\n\n> Ça va ?`,
  ],
  [
    "Gmail, Spanish",
    "Gracias",
    (own) => `${own}\n\nEl mar, 1 dic 2026 a las 9:12, Acme (<s@shop.example>) escribió:\n\n> ¿Va?`,
  ],
  [
    "Gmail, Portuguese",
    "Obrigada",
    (own) => `${own}\n\nEm ter., 1 de dez. de 2026 às 09:12, Acme <s@shop.example> escreveu:\n\n> Vai?`,
  ],
  [
    "Gmail, Italian",
    "Grazie",
    (own) => `${own}\n\nIl giorno mar 1 dic 2026 alle ore 09:12 Acme <s@shop.example> ha scritto:\n\n> Va?`,
  ],
  [
    "Gmail, Dutch",
    "Dank je",
    (own) => `${own}\n\nOp di 1 dec 2026 om 09:12 schreef Acme <s@shop.example>:\n\n> Gaat het?`,
  ],
  [
    "Gmail, Polish",
    "Dzięki",
    (own) => `${own}\n\nwt., 1 gru 2026 o 09:12 Acme <s@shop.example> napisał(a):\n\n> Działa?`,
  ],
  [
    "Gmail, Japanese",
    "はい",
    (own) => `${own}\n\n2026年12月1日(火) 9:12 Acme <s@shop.example>のメッセージ:\n\n> どう？`,
  ],
  [
    "Outlook, French",
    "Bien reçu",
    (own) =>
      `${own}\n\nDe : Acme <s@shop.example>\nEnvoyé : mardi 1 décembre 2026 09:12\nÀ : Ada\nObjet : RE: Colis\n\nÇa va ?`,
  ],
  ["a plain signature", "Where is it?", (own) => `${own}\n-- \nAda\n+44 123`],
  ["no marks at all", "On Monday I wrote:\nnothing was said by 5.\nAda", (own) => own],
  ["a sentence that ends so", "He asked me what she wrote:\nI do not know.", (own) => own],
  ["a list of names", "From: Berlin\nthe train at 9:00", (own) => own],
  [
    "a forwarded mail",
    "FYI\n\n---------- Forwarded message ---------\nFrom: Bo <b@x.example>\nDate: Tue\nSubject: x\n\nThe bill is 12 EUR.",
    (own) => own,
  ],
  ["nothing but what is quoted", "> Does it?", (own) => own],
];

describe("what somebody wrote in an answer", () => {
  it.each(ANSWERS)("is told from what %s adds", (_, own, whole) => {
    expect(ownWords(whole(own))).toBe(own);
  });

  it("keeps answers between the lines, with the lines", () => {
    const inside = "On Tue, Dec 1, 2026 Acme <s@shop.example> wrote:\n> One?\nYes.\n> Two?\nNo.";
    expect(ownWords(inside)).toBe(inside);
  });

  it("is never nothing, and never more than there was", async () => {
    const line = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.constantFrom(
        "> quoted",
        "-- ",
        "",
        "On 1 Dec, Acme <a@b.example> wrote:",
        "From: a",
        "Sent: b",
        "To: c",
      ),
      fc.constantFrom("Sent from my iPhone", "-----Original Message-----", "Subject: d", "________________"),
    );
    await property([fc.array(line, { maxLength: 30 })], async (lines) => {
      const whole = lines.join("\n").trim();
      const own = ownWords(whole);
      expect(own === "").toBe(whole === "");
      const left = whole.split("\n");
      for (const one of own.split("\n")) {
        if (one.trim() !== "") expect(left.some((before) => before.trim() === one.trim())).toBe(true);
      }
    });
  });
});
