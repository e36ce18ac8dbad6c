import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { inboundStatements } from "../../src/contacts/activity.ts";
import {
  addIdentityStatements,
  findIdentity,
  findOrCreateVisitorContact,
  identityInInbox,
} from "../../src/contacts/identities.ts";
import { assertContact, contactBriefs } from "../../src/contacts/lookup.ts";
import { contactIdentities } from "../../src/contacts/schema.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { eventsOf, list, make, names, run } from "./run.ts";

const visitorOf = (inboxId: string) => ({
  inboxId,
  channel: "web",
  sourceId: "visitor-1",
  name: "Anna",
  email: "anna@example.com",
});

describe("findOrCreateVisitorContact", () => {
  it("makes one contact of many simultaneous first messages", async () => {
    const call = testCall();
    const visitor = visitorOf(newId("inbox"));
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => findOrCreateVisitorContact(call.tenant, visitor)),
    );
    expect(new Set(answers.map((answer) => answer.contactId)).size).toBe(1);
    expect(answers.filter((answer) => answer.created)).toHaveLength(1);
    const [answer] = answers;
    expect(answer).toMatchObject({ contactName: "Anna", contactN: expect.any(Number) });
    expect(await names(call, { query: "anna@example.com" })).toEqual(["Anna"]);
    expect(await eventsOf(call)).toEqual([
      {
        type: "contact.created",
        subjectId: answer?.contactId,
        inboxId: visitor.inboxId,
        data: { identityId: answer?.identityId },
      },
    ]);
    expect(await findIdentity(call.tenant, visitor)).toMatchObject({ identityId: answer?.identityId });
    expect(await findIdentity(call.tenant, { ...visitor, sourceId: "other" })).toBeNull();
    expect(await findIdentity(testCall().tenant, visitor)).toBeNull();
  });

  it("keeps the same source id apart in different inboxes", async () => {
    const call = testCall();
    const one = await findOrCreateVisitorContact(call.tenant, {
      ...visitorOf(newId("inbox")),
      email: undefined,
    });
    const two = await findOrCreateVisitorContact(call.tenant, {
      ...visitorOf(newId("inbox")),
      email: undefined,
    });
    expect(one.contactId).not.toBe(two.contactId);
  });

  it("does not believe a visitor who claims another contact's email or phone", async () => {
    const call = testCall();
    const owner = await make(call, { name: "Owner", email: "anna@example.com", phone: "+49301111111" });
    const inboxId = newId("inbox");
    const visitor = { ...visitorOf(inboxId), email: "Anna@Example.com", phone: "0049 30 1111111" };
    const { contactId } = await findOrCreateVisitorContact(call.tenant, visitor);
    expect(contactId).not.toBe(owner);
    expect(await run(call, "get_contact", { contactId })).toMatchObject({
      email: "Anna@Example.com",
      phone: "0049 30 1111111",
    });
    for (const reference of ["email:anna@example.com", "phone:+49301111111"]) {
      expect(await run(call, "get_contact", { contactId: reference })).toMatchObject({ id: owner });
    }
    // Other fields of it can change all the same, and the claim stays a claim.
    await run(call, "update_contact", { contactId, name: "Somebody" });
    expect((await list(testCall({ ...call.principal, inboxes: [inboxId] }))).items).toMatchObject([
      { id: contactId, name: "Somebody" },
    ]);
  });

  it("works for a caller limited to the inbox, and refuses what no contact can have", async () => {
    const inboxId = newId("inbox");
    const call = testCall({ inboxes: [inboxId], actor: { kind: "contact", credentialId: null } });
    expect(await findOrCreateVisitorContact(call.tenant, visitorOf(inboxId))).toMatchObject({
      created: true,
    });
    await expect(
      findOrCreateVisitorContact(call.tenant, { ...visitorOf(inboxId), sourceId: "v2", email: "nobody" }),
    ).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("identities", () => {
  it("are added to a contact that exists, and let the inbox see it", async () => {
    const call = testCall();
    const inboxId = newId("inbox");
    const contactId = await make(call, { name: "Anna" });
    const identity = {
      id: newId("identity"),
      contactId,
      inboxId,
      channel: "whatsapp",
      sourceId: "491",
      at: 5,
    };
    await call.tenant.batch(addIdentityStatements(call.tenant, identity));
    expect(await identityInInbox(call.tenant, contactId, inboxId)).toEqual({
      id: identity.id,
      inboxId,
      channel: "whatsapp",
      sourceId: "491",
      lastInboundAt: null,
      unreachable: null,
      createdAt: 5,
    });
    expect(await identityInInbox(call.tenant, contactId, newId("inbox"))).toBeNull();
    expect(await names(testCall({ ...call.principal, inboxes: [inboxId] }), { channel: "whatsapp" })).toEqual(
      ["Anna"],
    );
    const gone = { ...identity, id: newId("identity"), contactId: newId("contact"), sourceId: "492" };
    await expect(call.tenant.batch(addIdentityStatements(call.tenant, gone))).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(call.tenant.batch([assertContact(call.tenant, gone.contactId)])).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("note messages: times move forward only, once an hour, and only for the contact whose identity it is", async () => {
    const call = testCall();
    const visitor = visitorOf(newId("inbox"));
    const { contactId, identityId } = await findOrCreateVisitorContact(call.tenant, visitor);
    const hour = 60 * 60_000;
    const at = Date.now() + 2 * hour;
    // Within the hour nothing is written.
    for (const time of [at, at - 1000, at + hour - 1]) {
      await call.tenant.batch(inboundStatements(call.tenant, { identityId, contactId, at: time }));
    }
    const iso = new Date(at).toISOString();
    expect(await run(call, "get_contact", { contactId })).toMatchObject({
      lastActivityAt: iso,
      identities: [{ lastInboundAt: iso }],
    });
    const other = await make(call, { name: "Other" });
    await expect(
      call.tenant.batch(inboundStatements(call.tenant, { identityId, contactId: other, at: at + 1 })),
    ).rejects.toMatchObject({ code: "conflict" });

    // As it was read, nothing is to be noted: it is looked at alone, unless nothing reaches them by now.
    const known = await findIdentity(call.tenant, visitor);
    expect(known?.notedAt).toBe(at);
    const message = { identityId, contactId, at: at + 1, notedAt: at };
    expect(inboundStatements(call.tenant, message)).toHaveLength(1);
    await call.tenant.batch(inboundStatements(call.tenant, message));
    const { tenant } = call;
    await tenant.batch([
      tenant.db
        .update(contactIdentities)
        .set({ unreachable: "blocked" })
        .where(tenant.of(contactIdentities, eq(contactIdentities.id, identityId))),
    ]);
    await expect(tenant.batch(inboundStatements(tenant, message))).rejects.toMatchObject({
      code: "conflict",
    });
    expect((await findIdentity(tenant, visitor))?.notedAt).toBe(0);
    await tenant.batch(inboundStatements(tenant, { ...message, notedAt: 0 }));
    expect((await findIdentity(tenant, visitor))?.notedAt).toBe(at);
    // An hour later it is to be noted again.
    expect(inboundStatements(tenant, { ...message, at: at + hour })).toHaveLength(3);
  });

  it("give names for the rows of other nouns", async () => {
    const call = testCall();
    const anna = await make(call, { name: "Anna", email: "anna@example.com" });
    const foreign = await make(testCall(), { name: "Foreign" });
    expect([...(await contactBriefs(call.tenant, [anna, foreign, "ct_none"]))]).toEqual([
      [anna, { id: anna, name: "Anna", email: "anna@example.com", phone: null }],
    ]);
    expect((await contactBriefs(call.tenant, [])).size).toBe(0);
  });
});
