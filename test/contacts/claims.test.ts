import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { importContacts } from "../../src/contacts/import.ts";
import { contactDetails, resolveContact } from "../../src/contacts/lookup.ts";
import { recordLead } from "../../src/leads/record.ts";
import { ContactChanges } from "../../src/live/contact-effects.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { property } from "../property.ts";
import { list, make, names, run } from "./run.ts";

/** The same two people's addresses and numbers in the forms that are typed. */
const EMAILS = ["ceo@bigcorp.example", "CEO@BigCorp.example", " anna@example.com"];
const PHONES = ["+49 30 1234567", "0049 (0)30 1234567", "+1 212 555 0100"];

/** A visitor who says who they are when they write; another one for each source id. */
async function claim(call: Call, inboxId: string, sourceId: string, more: object): Promise<string> {
  const visitor = { inboxId, channel: "web", sourceId, ...more };
  return (await findOrCreateVisitorContact(call.tenant, visitor)).contactId;
}

/** What a visitor answers to a flow that keeps it, and what it leaves as a lead. */
async function answer(call: Call, contactId: string, field: string, value: string): Promise<string | null> {
  const changes = new ContactChanges(
    call.tenant,
    await contactDetails(call.tenant, await resolveContact(call.tenant, contactId)),
  );
  const reason = await changes.take({ type: "setField", nodeId: "n", field, value });
  const { statements } = await changes.statements(Date.now());
  await call.tenant.batch(statements);
  const place = { contactId, conversationId: null, inboxId: null, chatbotId: null };
  if (value !== "") await recordLead(call.tenant, { ...place, [field]: value });
  return reason;
}

const email = fc.constantFrom(...EMAILS);
const phone = fc.constantFrom(...PHONES);
const fields = fc.record(
  { email, phone, externalId: fc.constantFrom("1", "2") },
  { requiredKeys: [], noNullPrototype: true },
);

/** What a person, a program or an import of the workspace does. */
const trusted = fc.oneof(
  fc.record({ does: fc.constant("create_contact" as const), fields }),
  fc.record({ does: fc.constant("import" as const), fields }),
  fc.record({
    does: fc.constant("upsert_contact" as const),
    fields,
    matchBy: fc.constantFrom("email", "phone", "externalId"),
  }),
  fc.record({ does: fc.constant("update_contact" as const), fields, which: fc.nat(5) }),
);

/** What a visitor says of itself in between. */
const said = fc.oneof(
  fc.record({ visitor: fc.nat(2), email, phone }),
  fc.record({ visitor: fc.nat(2), field: fc.constantFrom("email", "phone"), value: fc.oneof(email, phone) }),
);

type Trusted = typeof trusted extends fc.Arbitrary<infer T> ? T : never;

/** What came of it, in words that are the same in every workspace. @param made contacts that trusted acts made */
async function act(call: Call, made: string[], one: Trusted): Promise<unknown> {
  const placed = (id: unknown) => {
    if (!made.includes(String(id))) made.push(String(id));
    return made.indexOf(String(id));
  };
  try {
    if (one.does === "import") {
      const { created, updated, unchanged, errors } = await importContacts(call.tenant, [one.fields]);
      return [created, updated, unchanged, errors];
    }
    if (one.does === "update_contact") {
      const contactId = made[one.which % Math.max(1, made.length)];
      if (contactId === undefined) return "nobody";
      return placed((await run(call, one.does, { contactId, ...one.fields })).id);
    }
    const args = one.does === "upsert_contact" ? { matchBy: one.matchBy, ...one.fields } : one.fields;
    const { id, created } = await run(call, one.does, { name: "Trusted", ...args });
    return [placed(id), created];
  } catch (error) {
    if (error instanceof Failure) return [error.code, (error.detail.candidates ?? []).map(placed)];
    throw error;
  }
}

/** Whom each email and phone leads to, as a place among the contacts that trusted acts made. */
async function keys(call: Call, made: readonly string[]): Promise<unknown[]> {
  const references = [...EMAILS.map((text) => `email:${text}`), ...PHONES.map((text) => `phone:${text}`)];
  const found = await Promise.all(
    references.map((reference) => resolveContact(call.tenant, reference).catch(() => null)),
  );
  const listed = await Promise.all([
    ...EMAILS.map((text) => list(call, { email: text })),
    ...PHONES.map((text) => list(call, { phone: text })),
  ]);
  // An import makes contacts that no answer names.
  const place = (id: string) => (made.includes(id) ? made.indexOf(id) : "imported");
  return [
    found.map((contact) => contact && place(contact.id)),
    listed.map(({ items }) => items.map(({ id }) => place(id))),
  ];
}

describe("what visitors say of themselves", () => {
  it("changes nothing of what a workspace finds, makes, changes or imports", async () => {
    await property(
      [fc.array(trusted, { maxLength: 6 }), fc.array(fc.array(said, { maxLength: 2 }), { maxLength: 6 })],
      async (acts, between) => {
        const [quiet, loud] = [testCall(), testCall()];
        const inboxId = newId("inbox");
        const [quietly, loudly]: [string[], string[]] = [[], []];
        for (const [i, one] of acts.entries()) {
          for (const words of between[i] ?? []) {
            const who = "email" in words ? { email: words.email, phone: words.phone } : {};
            const contactId = await claim(loud, inboxId, `v${words.visitor}`, who);
            if ("field" in words) await answer(loud, contactId, words.field, words.value);
          }
          expect(await act(loud, loudly, one)).toEqual(await act(quiet, quietly, one));
          expect(await keys(loud, loudly)).toEqual(await keys(quiet, quietly));
        }
      },
      { runs: 25 },
    );
  });

  it("is shown as said, and found as words", async () => {
    const call = testCall();
    const contactId = await claim(call, newId("inbox"), "v", {
      name: "Chief",
      email: "ceo@bigcorp.example",
      phone: "+49 30 1234567",
    });
    expect(await run(call, "get_contact", { contactId })).toMatchObject({
      email: "ceo@bigcorp.example",
      phone: "+49 30 1234567",
      unconfirmed: ["email", "phone"],
    });
    expect(await names(call, { query: "ceo@bigcorp.example" })).toEqual(["Chief"]);
    expect(await names(call, { query: "030 1234567" })).toEqual(["Chief"]);
    expect((await list(call)).items).toMatchObject([{ unconfirmed: ["email", "phone"] }]);
  });

  it("becomes a key when a person says so too, and can then not be talked away", async () => {
    const call = testCall();
    const said = { email: "anna@example.com" };
    const contactId = await claim(call, newId("inbox"), "v", said);
    const { updatedAt } = await run(call, "get_contact", { contactId });
    await expect(run(call, "get_contact", { contactId: "email:anna@example.com" })).rejects.toThrow(/No /);
    expect(await run(call, "update_contact", { contactId, ...said })).toMatchObject({ unconfirmed: [] });
    expect((await run(call, "get_contact", { contactId: "email:anna@example.com" })).id).toBe(contactId);
    expect((await run(call, "get_contact", { contactId })).updatedAt).not.toBe(updatedAt);
    for (const value of ["other@example.com", ""]) {
      expect(await answer(call, contactId, "email", value)).toMatch(/confirmed/);
      expect(await run(call, "get_contact", { contactId })).toMatchObject({ ...said, unconfirmed: [] });
    }
    expect(await answer(call, contactId, "phone", "+49 30 1234567")).toBeNull();
    expect(await run(call, "get_contact", { contactId })).toMatchObject({ unconfirmed: ["phone"] });
  });

  it("does not stand in the way of whom it belongs to, nor comes along as theirs", async () => {
    const call = testCall();
    const claimed = await claim(call, newId("inbox"), "v", { email: "ceo@bigcorp.example" });
    const owner = await make(call, { name: "CEO", email: "ceo@bigcorp.example" });
    await expect(
      run(call, "update_contact", { contactId: claimed, email: "ceo@bigcorp.example" }),
    ).rejects.toThrow("Another contact has the same email.");
    expect((await run(call, "get_contact", { contactId: "email:ceo@bigcorp.example" })).id).toBe(owner);
  });
});
