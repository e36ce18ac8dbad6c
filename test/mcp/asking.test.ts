import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ClientRequest } from "../../src/calls/define.ts";
import { doorTo, newCaller, tool } from "./catalogue-door.ts";

const CAN_ASK = { elicitation: {}, sampling: {}, roots: {} };

function confirm(message: string): ClientRequest {
  return {
    method: "elicitation/create",
    params: { message, requestedSchema: { type: "object", properties: { ok: { type: "boolean" } } } },
  };
}

let sent: string[] = [];
const tools = [
  tool({
    name: "send_after_asking",
    interactive: true,
    input: () => z.strictObject({ to: z.string(), text: z.string().optional() }),
    output: () => z.object({ sent: z.string() }),
    async run(call, { to }) {
      const { sure } = await call.ask({ sure: confirm(`Send to ${to}?`) });
      if (sure?.action !== "accept") return { sent: "nothing" };
      sent.push(to);
      return { sent: to };
    },
  }),
  tool({
    name: "two_questions",
    interactive: true,
    input: () => z.strictObject({}),
    output: () => z.object({ answers: z.array(z.string()) }),
    async run(call) {
      const { first } = await call.ask({ first: confirm("First?") });
      const { second } = await call.ask({ second: confirm(`Second, after ${first?.action}?`) });
      return { answers: [String(first?.action), String(second?.action)] };
    },
  }),
];
tools.push(
  tool({
    name: "takes_anything",
    input: () => z.strictObject({ thing: z.unknown() }),
    output: () => z.object({ taken: z.boolean() }),
    run: async () => ({ taken: true }),
  }),
);
const door = doorTo({ tools });
const accepted = { action: "accept", content: { ok: true } };

/** Asks once; the state that the question came with. */
async function ask(caller: Awaited<ReturnType<typeof newCaller>>, to: string): Promise<string> {
  const { result } = await door.call(caller, "send_after_asking", { to }, {}, CAN_ASK);
  expect(result?.resultType).toBe("input_required");
  expect(result?.inputRequests).toHaveProperty("sure.method", "elicitation/create");
  return String(result?.requestState);
}

describe("asking without a connection", () => {
  it("runs once the answer is there", async () => {
    sent = [];
    const caller = await newCaller();
    const requestState = await ask(caller, "ada");
    expect(sent).toEqual([]);
    const again = { inputResponses: { sure: accepted }, requestState };
    const { structure } = await door.call(caller, "send_after_asking", { to: "ada" }, again, CAN_ASK);
    expect(structure).toMatchObject({ sent: "ada" });
    expect(sent).toEqual(["ada"]);
  });

  it("costs a tool that does not ask nothing, whatever it is called with", async () => {
    // As deep as is read at all, and wide.
    const deep = JSON.parse(`${'{"a":'.repeat(150)}1${"}".repeat(150)}`);
    const thing = Array.from({ length: 100 }, () => deep);
    const { structure } = await door.call(await newCaller(), "takes_anything", { thing }, {}, CAN_ASK);
    expect(structure).toEqual({ taken: true });
  });

  it("takes the same arguments in another order, and a refusal for an answer", async () => {
    sent = [];
    const caller = await newCaller();
    const first = await door.call(caller, "send_after_asking", { to: "ada", text: "Hi" }, {}, CAN_ASK);
    const again = {
      inputResponses: { sure: { action: "decline" } },
      requestState: first.result?.requestState,
    };
    const { structure } = await door.call(
      caller,
      "send_after_asking",
      { text: "Hi", to: "ada" },
      again,
      CAN_ASK,
    );
    expect(structure).toMatchObject({ sent: "nothing" });
    expect(sent).toEqual([]);
  });

  it("takes no answer that was not asked for, or without its state", async () => {
    sent = [];
    const caller = await newCaller();
    const early = { inputResponses: { sure: accepted } };
    const { result } = await door.call(caller, "send_after_asking", { to: "ada" }, early, CAN_ASK);
    expect(result?.resultType).toBe("input_required");
    const requestState = await ask(caller, "ada");
    const malformed = { inputResponses: { sure: { action: "whatever" } }, requestState };
    const second = await door.call(caller, "send_after_asking", { to: "ada" }, malformed, CAN_ASK);
    expect(second.result?.resultType).toBe("input_required");
    expect(sent).toEqual([]);
  });

  it("binds the state to the caller, the arguments and the tool", async () => {
    sent = [];
    const caller = await newCaller();
    const colleague = await newCaller(caller.workspaceId);
    const stranger = await newCaller();
    const requestState = await ask(caller, "ada");
    const rest = { inputResponses: { sure: accepted }, requestState };
    const attempts = [
      await door.call(colleague, "send_after_asking", { to: "ada" }, rest, CAN_ASK),
      await door.call(stranger, "send_after_asking", { to: "ada" }, rest, CAN_ASK),
      await door.call(caller, "send_after_asking", { to: "mallory" }, rest, CAN_ASK),
      await door.call(caller, "two_questions", {}, rest, CAN_ASK),
      ...(await Promise.all(
        [`${requestState}x`, requestState.slice(0, -2), "s1.", "", requestState.replace("s1.", "s2.")].map(
          (state) =>
            door.call(caller, "send_after_asking", { to: "ada" }, { ...rest, requestState: state }, CAN_ASK),
        ),
      )),
    ];
    for (const { error, result } of attempts) {
      expect(result).toBeUndefined();
      expect(error).toMatchObject({ code: -32602, message: "Invalid or expired requestState" });
    }
    expect(sent).toEqual([]);
  });

  it("remembers earlier answers over rounds, and hides them from the client", async () => {
    const caller = await newCaller();
    const first = await door.call(caller, "two_questions", {}, {}, CAN_ASK);
    const second = await door.call(
      caller,
      "two_questions",
      {},
      { inputResponses: { first: { action: "decline" } }, requestState: first.result?.requestState },
      CAN_ASK,
    );
    expect(second.result?.inputRequests).toHaveProperty("second.params.message", "Second, after decline?");
    const state = String(second.result?.requestState);
    expect(state).not.toBe(first.result?.requestState);
    expect(atob(state.slice(3).replaceAll("-", "+").replaceAll("_", "/"))).not.toContain("decline");
    // An answer for the second question is no answer before it was asked.
    const early = await door.call(
      caller,
      "two_questions",
      {},
      { inputResponses: { first: accepted, second: accepted }, requestState: first.result?.requestState },
      CAN_ASK,
    );
    expect(early.result?.resultType).toBe("input_required");
    const done = await door.call(
      caller,
      "two_questions",
      {},
      { inputResponses: { second: accepted }, requestState: state },
      CAN_ASK,
    );
    expect(done.structure).toMatchObject({ answers: ["decline", "accept"] });
  });

  it("is refused with the capability that is missing", async () => {
    const { error } = await door.call(await newCaller(), "send_after_asking", { to: "ada" });
    expect(error).toMatchObject({ code: -32021, data: { requiredCapabilities: { elicitation: {} } } });
  });
});
