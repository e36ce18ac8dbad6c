import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { responseTools } from "../../src/responses/tools.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";
import { allItems, failureOf } from "../run.ts";
import { run, scene, survey, Visit } from "./setting.ts";

const list = (call: Call, args: object) => allItems(responseTools, call, "list_responses", args);
const refused = async (call: Call, args: object) => (await failureOf(run(call, "list_responses", args))).code;

describe("list_responses", () => {
  const day = (text: string) => Date.parse(`${text}T12:00:00Z`);

  it("filters by chatbot and days, newest first, in pages, with the first answers", async () => {
    const call = testCall();
    const { chatbotId, inboxId } = await scene(call);
    const { chatbotId: other } = await scene(call);
    const links = { chatbotId, inboxId };
    const flow = survey();
    for (const text of ["2026-01-01", "2026-01-02", "2026-01-03"]) {
      const visit = await Visit.begin(call.tenant, { [text]: flow }, links, day(text));
      await visit.say(`${text}@example.com`);
    }
    await Visit.begin(call.tenant, { other: flow }, { chatbotId: other, inboxId }, day("2026-01-02"));
    const flows = async (args: object) =>
      (await list(call, { chatbotId, ...args })).map(({ flowId }) => flowId);
    const all = ["2026-01-03", "2026-01-02", "2026-01-01"];
    expect(await flows({})).toEqual(all);
    expect(await flows({ limit: 1 })).toEqual(all);
    expect(await flows({ startDate: "2026-01-02" })).toEqual(all.slice(0, 2));
    expect(await flows({ endDate: "2026-01-02", limit: 1 })).toEqual(all.slice(1));
    expect(await flows({ startDate: "2026-01-02", endDate: "2026-01-02" })).toEqual(["2026-01-02"]);
    expect((await list(call, { chatbotId: other })).map(({ flowId }) => flowId)).toEqual(["other"]);
    expect(await run(call, "list_responses", { chatbotId, page: 2, limit: 2 })).toMatchObject({
      items: [
        {
          flowId: "2026-01-01",
          answerCount: 1,
          answers: [{ question: "Email", variable: "email", value: "2026-01-01@example.com" }],
        },
      ],
      hasMore: false,
    });
    expect(await refused(call, { chatbotId, startDate: "2026-01-02", endDate: "2026-01-01" })).toBe(
      "invalid_input",
    );
    expect(await refused(call, { chatbotId: newId("chatbot") })).toBe("not_found");
    expect(await refused(testCall(), { chatbotId })).toBe("not_found");
  });

  it("hides other inboxes' responses from limited callers", async () => {
    const call = testCall();
    const { chatbotId, inboxId } = await scene(call);
    const there = await Visit.begin(call.tenant, { there: survey() }, { chatbotId, inboxId: newId("inbox") });
    const nowhere = await Visit.begin(call.tenant, { nowhere: survey() }, { chatbotId, inboxId: null });
    const here = await Visit.begin(call.tenant, { here: survey() }, { chatbotId, inboxId });
    const many = Array.from({ length: 60 }, () => newId("inbox"));
    for (const inboxes of [[inboxId], [inboxId, ...many]]) {
      const limited = testCall({ workspaceId: call.tenant.workspaceId, inboxes });
      expect((await list(limited, { chatbotId })).map(({ flowId }) => flowId)).toEqual(["here"]);
      const get = async (visit: Visit) =>
        run(limited, "get_response", { chatbotId, responseId: await visit.responseId() });
      expect(await get(here)).toMatchObject({ response: { flowId: "here" } });
      for (const hidden of [there, nowhere]) expect((await failureOf(get(hidden))).code).toBe("not_found");
    }
    const nobody = testCall({ workspaceId: call.tenant.workspaceId, inboxes: [] });
    expect(await list(nobody, { chatbotId })).toEqual([]);
    expect(await list(call, { chatbotId })).toHaveLength(3);
  });

  it("costs the same whatever the chatbot has had", async () => {
    const meter = metered(env.TENANT_1);
    const call = testCall({ database: meter.database });
    const { workspaceId } = call.tenant;
    const { chatbotId, inboxId } = await scene(call);
    const limited = testCall({ database: meter.database, workspaceId, inboxes: [inboxId] });
    const answer = { flowId: "fl", nodeId: "q", variable: "v", question: "Q", value: "A", at: 1 };
    const answers = Array(8).fill(answer);
    const fill = (from: number, to: number) =>
      env.TENANT_1.batch([
        env.TENANT_1.prepare(
          `WITH RECURSIVE i(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM i WHERE n < ?)
           INSERT INTO responses (workspace_id, id, flow_id, version_id, chatbot_id, inbox_id, conversation_id, status,
             day, started_at, answer_count, step_count, nodes, answers, path)
           SELECT ?, 'rs_' || printf('%010d', n), 'fl', 'fv', ?, iif(n % 50, 'ib_else', ?), 'cv_' || n, 'started', '2026-01-01', n, 8, 9, '{}',
             ?, '[]'
           FROM i`,
        ).bind(from, to, workspaceId, chatbotId, inboxId, JSON.stringify(answers)),
      ]);
    const cost = async () => {
      const costs = [];
      for (const caller of [call, limited]) {
        for (const args of [{ limit: 20 }, { limit: 20, startDate: "1970-01-01" }]) {
          meter.reset();
          await run(caller, "list_responses", { chatbotId, ...args });
          costs.push(meter.rowsRead);
        }
      }
      return costs;
    };
    await fill(1, 1_200);
    const few = await cost();
    await fill(1_201, 10_000);
    const many = await cost();
    for (const [i, rows] of many.entries()) expect(Math.abs(rows - (few[i] ?? 0))).toBeLessThan(10);
    // Of the limited caller's pages, the ids and inboxes of 1,000 are looked at, for rows and for where they end.
    expect(Math.max(...many.slice(0, 2))).toBeLessThan(250);
    expect(Math.max(...many)).toBeLessThan(2_400);
  });
});
