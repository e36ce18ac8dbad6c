import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { inboundStatements } from "../../src/contacts/activity.ts";
import { findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { recordEvent } from "../../src/tenant/events.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";

/** Rows that a visitor's contact may cost beside its event: contact 5, identity 2, viewer 2, total 1; search row, keys. */
const ANONYMOUS = 10;
const NAMED = ANONYMOUS + 1;
const WITH_EMAIL = NAMED + 1;

it("a visitor's contact costs no more rows than these, and a further message none", async () => {
  const meter = metered(env.TENANT_1);
  const { tenant } = testCall({ database: meter.database });
  const visitor = { inboxId: newId("inbox"), channel: "web" };
  const written = async (work: () => Promise<unknown>) => {
    meter.reset();
    await work();
    return meter.rowsWritten;
  };
  // The first one makes the row of the total as well.
  await findOrCreateVisitorContact(tenant, { ...visitor, sourceId: "first" });
  const event = await written(() =>
    tenant.batch([
      recordEvent(tenant, { type: "contact.created", subjectId: "x", inboxId: visitor.inboxId }),
    ]),
  );
  for (const [fields, most] of [
    [{}, ANONYMOUS],
    [{ name: "Ann" }, NAMED],
    [{ name: "Ann Li", email: "ann@example.com" }, WITH_EMAIL],
  ] as const) {
    const rows = await written(() =>
      findOrCreateVisitorContact(tenant, { ...visitor, sourceId: newId("identity"), ...fields }),
    );
    expect(rows - event, JSON.stringify(fields)).toBeLessThanOrEqual(most);
  }
  const known = await findOrCreateVisitorContact(tenant, { ...visitor, sourceId: "known" });
  const message = { identityId: known.identityId, contactId: known.contactId, at: Date.now() };
  expect(await written(() => tenant.batch(inboundStatements(tenant, message)))).toBeLessThanOrEqual(1);
  expect(
    await written(() => tenant.batch(inboundStatements(tenant, { ...message, at: message.at + 1 }))),
  ).toBe(0);
});
