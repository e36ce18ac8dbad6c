import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDays } from "../../src/figures/day-counts.ts";
import { type Flow, handlesOf } from "../../src/flows/graph/document.ts";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { dropOffOf } from "../../src/responses/drop-off.ts";
import { responses } from "../../src/responses/schema.ts";
import { newId } from "../../src/tenant/ids.ts";
import type { Tenant } from "../../src/tenant/tenant.ts";
import { testCall } from "../call.ts";
import { flowOf } from "../flows/flows.ts";
import { anyInput, secondFlow, soundDraft } from "../flows/generated.ts";
import { metered } from "../meter.ts";
import { property } from "../property.ts";
import { daysOf, eventsOf, survey, Visit } from "./setting.ts";

type Count = [node: string, reached: number, answered: number];

async function dropOff(
  tenant: Tenant,
  chatbotId: string,
  [from, to]: [string, string] = ["2000-01-01", "2100-01-01"],
): Promise<Count[]> {
  const counts = dropOffOf(await readDays(tenant, { from, to, chatbotId, nodes: true }));
  return counts.map(({ flowId, nodeId, reached, answered }) => [`${flowId}/${nodeId}`, reached, answered]);
}

describe("drop-off", () => {
  it("tells apart who answered, who said something unusable, who was silent", async () => {
    const { tenant } = testCall();
    const [chatbotId, inboxId] = [newId("chatbot"), newId("inbox")];
    const begin = () => Visit.begin(tenant, { fl: survey() }, { chatbotId, inboxId });
    await begin();
    await (await begin()).say("not an email");
    const silent = await begin();
    await silent.say("a@example.com");
    await silent.wait(60);
    const whole = await begin();
    await whole.say("b@example.com");
    await whole.say("Medium");
    await whole.say("small");
    expect(await dropOff(tenant, chatbotId)).toEqual([
      ["fl/email", 4, 2],
      ["fl/size", 2, 1],
    ]);
    expect(await dropOff(tenant, newId("chatbot"))).toEqual([]);
  });

  it("counts a response once for a node, and what leads on after too many tries", async () => {
    const { tenant } = testCall();
    const chatbotId = newId("chatbot");
    const round = flowOf(
      [
        ["start", "start"],
        ["q", "question", { text: "?", answer: "number", maxRetries: 0 }],
        ["c", "choice", { text: "Again?", options: [{ id: "yes", label: "Yes" }] }],
      ],
      ["start > q", "q.answered > c", "q.invalid > c", "c.yes > q", "c.other > q"],
    );
    const visit = await Visit.begin(tenant, { fl: round }, { chatbotId, inboxId: null });
    for (const text of ["1", "yes", "what", "no", "2"]) await visit.say(text);
    expect(await dropOff(tenant, chatbotId)).toEqual([
      ["fl/c", 1, 1],
      ["fl/q", 1, 1],
    ]);
    const wrong = await Visit.begin(tenant, { fl: round }, { chatbotId, inboxId: null });
    await wrong.say("what");
    expect(await dropOff(tenant, chatbotId)).toEqual([
      ["fl/c", 2, 1],
      ["fl/q", 2, 2],
    ]);
  });

  it("counts on the day of the beginning, in inboxes that the caller may see", async () => {
    const { tenant } = testCall();
    const [chatbotId, here, there] = [newId("chatbot"), newId("inbox"), newId("inbox")];
    const at = Date.parse("2026-05-01T23:59:00Z");
    for (const inboxId of [here, here, there]) {
      const visit = await Visit.begin(tenant, { fl: survey() }, { chatbotId, inboxId }, at);
      visit.now += 3_600_000;
      await visit.say("a@example.com");
    }
    const limited = testCall({ workspaceId: tenant.workspaceId, inboxes: [here] }).tenant;
    expect(await dropOff(limited, chatbotId, ["2026-05-01", "2026-05-01"])).toEqual([
      ["fl/email", 2, 2],
      ["fl/size", 2, 0],
    ]);
    expect(await dropOff(tenant, chatbotId, ["2026-05-01", "2026-05-01"])).toEqual([
      ["fl/email", 3, 3],
      ["fl/size", 3, 0],
    ]);
    expect(await dropOff(tenant, chatbotId, ["2026-05-02", "2026-06-01"])).toEqual([]);
    expect(await dropOff(testCall().tenant, chatbotId)).toEqual([]);
  });

  it("reads one row for each day of a year, whatever was counted on it", async () => {
    const meter = metered(env.TENANT_1);
    const { tenant } = testCall({ database: meter.database });
    const chatbotId = newId("chatbot");
    const nodes = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`reached fl_x/n${i}`, 100]));
    const first = Date.parse("2025-01-01T00:00:00Z");
    const days = Array.from({ length: 500 }, (_, i) =>
      new Date(first + i * 86_400_000).toISOString().slice(0, 10),
    );
    await env.TENANT_1.prepare(
      `INSERT INTO day_counts (workspace_id, chatbot_id, day, inbox_id, counts, nodes)
       SELECT ?, ?, value, 'ib_1', ?, ? FROM json_each(?)`,
    )
      .bind(tenant.workspaceId, chatbotId, "{}", JSON.stringify(nodes), JSON.stringify(days))
      .run();
    meter.reset();
    const counts = await dropOff(tenant, chatbotId, [days[0] ?? "", days[364] ?? ""]);
    expect(counts).toHaveLength(40);
    expect(counts[0]).toEqual(["fl_x/n0", 36_500, 0]);
    expect(meter.rowsRead).toBeLessThan(375);
    expect(meter.roundTrips).toBe(1);
  });
});

describe("with generated flows and visitors", () => {
  /** A recount from the stored steps alone: nothing that the counters use besides. */
  async function recount(tenant: Tenant, flows: Record<string, Flow>): Promise<Count[]> {
    const rows = await tenant.db.select().from(responses).where(tenant.of(responses));
    const steps = rows.flatMap(({ id: responseId, path }) => path.map((step) => ({ responseId, ...step })));
    const reached = new Set<string>();
    const answered = new Set<string>();
    for (const { responseId, flowId, nodeId, handle, reply } of steps) {
      const node = flows[flowId]?.nodes.find(({ id }) => id === nodeId);
      const key = `${responseId} ${flowId}/${nodeId}`;
      // Each question and choice that was come to asked the visitor; an ai_answer may have had its question already.
      // A choice from a list that came out empty is passed by `other`.
      const isPassed =
        node?.type === "choice" &&
        node.data.optionsFrom !== undefined &&
        reply === null &&
        handle === "other";
      const asks = (node?.type === "question" || node?.type === "choice") && !isPassed;
      if (asks) expect(reply).not.toBeNull();
      if (reply !== null) reached.add(key);
      if (reply === "given") answered.add(key);
      // Only a reply or a timeout leads on from a question, and a reply that does not is none.
      if (asks) expect(reply === "given").toBe(handle !== null && handle !== "timeout");
      if (node && handle !== null) expect(handlesOf(node).map(({ id }) => id)).toContain(handle);
    }
    const nodes = [...new Set([...reached].map((key) => key.split(" ")[1] ?? ""))];
    const times = (keys: Set<string>, node: string) =>
      [...keys].filter((key) => key.endsWith(` ${node}`)).length;
    return nodes.map((node): Count => [node, times(reached, node), times(answered, node)]).sort();
  }

  it("counts what a recount from the steps, responses and events gives", async () => {
    await property(
      [soundDraft, fc.array(fc.array(anyInput, { maxLength: 8 }), { minLength: 1, maxLength: 3 })],
      async (draft, visitors) => {
        const { flow } = validateFlow(draft);
        if (!flow) throw new Error("a sound draft is a flow");
        const flows = { main: flow, second: secondFlow() };
        const call = testCall();
        const { tenant } = call;
        const [chatbotId, inboxId] = [newId("chatbot"), newId("inbox")];
        for (const inputs of visitors) {
          const visit = await Visit.begin(tenant, flows, { chatbotId, inboxId });
          let calls = 1;
          for (const { input, seconds } of inputs) {
            visit.now += seconds * 1000;
            const awaited = input.type === "result" && input.call === 0 ? { ...input, call: calls } : input;
            calls = (await visit.give(awaited)).state.calls;
          }
        }
        const counted = (await dropOff(tenant, chatbotId)).sort();
        expect(counted).toEqual(await recount(tenant, flows));
        const rows = await tenant.db.select().from(responses).where(tenant.of(responses));
        const completed = rows.filter(({ status }) => status === "completed").length;
        const days = await daysOf(call);
        const sum = (part: "started" | "completed") => days.reduce((total, day) => total + day[part], 0);
        expect([sum("started"), sum("completed")]).toEqual([visitors.length, completed]);
        const types = (await eventsOf(call)).map(({ type }) => type);
        expect(types.filter((type) => type === "response.created")).toHaveLength(visitors.length);
        expect(types.filter((type) => type === "response.completed")).toHaveLength(completed);
        for (const { path, stepCount } of rows) expect(path).toHaveLength(stepCount);
      },
      { runs: 60 },
    );
  });
});
