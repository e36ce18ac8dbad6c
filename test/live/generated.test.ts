import { afterEach, describe, expect, it, vi } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { messages } from "../../src/conversations/schema.ts";
import { createFlow } from "../../src/flows/edit/store.ts";
import { newVersion } from "../../src/flows/edit/versions.ts";
import type { Draft } from "../../src/flows/graph/document.ts";
import { getSession } from "../../src/flows/run/sessions.ts";
import { flows, flowVersions } from "../../src/flows/schema.ts";
import { responses } from "../../src/responses/schema.ts";
import { testCall } from "../call.ts";
import { eventTypes, makeInbox, write } from "../conversations/setting.ts";
import { soundDraft } from "../flows/generated.ts";
import { property } from "../property.ts";
import { sendHere, written } from "./setting.ts";

/** A flow that is live as it is, with whatever is wrong with it: tags and flows that are not there, say. */
async function liveAnyway({ tenant }: Call, draft: Draft): Promise<string> {
  const flow = await createFlow(tenant, { name: "Generated", draft });
  const { version, statement } = newVersion(tenant, flow, draft, null, Date.now());
  await tenant.batch([
    statement,
    tenant.db.update(flows).set({ publishedVersionId: version.id }).where(tenant.of(flows)),
  ]);
  expect(await tenant.db.select().from(flowVersions).where(tenant.of(flowVersions))).toHaveLength(1);
  return flow.id;
}

afterEach(() => vi.unstubAllGlobals());

describe("any flow that is sent", () => {
  it("is stored as it ran: session, response, path and what was said", async () => {
    // The far server of http_request nodes.
    vi.stubGlobal("fetch", async () => Response.json({ a: ["Red", "Blue"] }));
    await property(
      [soundDraft],
      async (draft) => {
        const call = testCall();
        const { tenant } = call;
        const inbox = await makeInbox(call);
        const { contactId } = await write(call, inbox, "Hi");
        const flowId = await liveAnyway(call, draft);
        const sent = await sendHere(call, { contactId, flowId });
        const session = await getSession(tenant, sent.session);
        const { state } = session;
        expect([session.status, session.nodeId, session.wakeAt]).toEqual([
          state?.status,
          state?.nodeId,
          state?.wakeAt,
        ]);
        expect(state?.waiting?.for).not.toBe("result");
        const [response] = await tenant.db.select().from(responses).where(tenant.of(responses));
        expect(response?.status).toBe(session.status === "waiting" ? "started" : session.status);
        const steps = response?.path ?? [];
        expect(steps).toHaveLength(state?.totalSteps ?? 0);
        expect(steps.at(-1)?.nodeId ?? null).toBe(session.nodeId);
        const said = await tenant.db.select().from(messages).where(tenant.of(messages)).orderBy(messages.seq);
        const outgoing = said.filter(({ kind, direction }) => kind === "message" && direction === "out");
        expect(outgoing.map(({ body }) => body.slice(0, 500))).toEqual(
          sent.messages.map(({ text }) => text.slice(0, 500)),
        );
        const types = await eventTypes(call);
        expect(types.filter((type) => type === "message.created")).toHaveLength(said.length);
        expect(await written(call)).toEqual({ sessions: 1, responses: 1, messages: said.length });
      },
      { runs: 60 },
    );
  });
});
