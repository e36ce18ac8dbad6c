import { describe, expect, it } from "vitest";
import { z } from "zod";
import { importedSettings } from "../../src/chatbots/settings.ts";
import { chatbotTools } from "../../src/chatbots/tools.ts";
import { type Flow, flowSchema } from "../../src/flows/graph/document.ts";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { type SimulatedInput, type Simulation, simulate } from "../../src/flows/run/simulate.ts";
import { flowTools } from "../../src/flows/tools.ts";
import { type Template, templateDraft } from "../../src/templates/define.ts";
import { TEMPLATES } from "../../src/templates/store.ts";
import { templateTools } from "../../src/templates/tools.ts";
import { visibleText } from "../../src/tenant/visible-text.ts";
import { testCall } from "../call.ts";
import { makeInbox, write } from "../conversations/setting.ts";
import { NOW } from "../flows/flows.ts";
import { send } from "../live/setting.ts";
import { runTool } from "../run.ts";
import type { Script } from "./script.ts";
import { customers } from "./scripts-customers.ts";
import { enquiries } from "./scripts-enquiries.ts";
import { support } from "./scripts-support.ts";

const SCRIPTS: Record<string, Script[]> = { ...enquiries, ...support, ...customers };
/** More silence than any flow waits for. */
const SILENCE: SimulatedInput[] = new Array<SimulatedInput>(6).fill({ timeout: true });

/** Fits no question but one for any text, and no option. */
const NONSENSE: SimulatedInput[] = new Array<SimulatedInput>(4).fill("§");

/** Each script up to each of its steps, and from there on something else. */
function departures(flow: Flow, scripts: readonly Script[], says: readonly SimulatedInput[]): Simulation[] {
  return scripts.flatMap((script) =>
    script.says.map((_, i) => play(flow, [...script.says.slice(0, i), ...says], script.knows)),
  );
}

function play(flow: Flow, says: readonly SimulatedInput[], knows: Script["knows"]): Simulation {
  const start = { flowId: "fl", versionId: "fv", ...(knows ? { variables: knows } : {}) };
  return simulate(() => ({ versionId: "fv", flow }), start, says, NOW);
}

/** What a simulation left by, as `node.handle`, and where it ended. */
function passed({ path, state }: Simulation) {
  return [...path.map(({ nodeId, handle }) => `${nodeId}.${handle}`), `${state.nodeId}`];
}

function filed({ effects }: Simulation): string[] {
  return effects.flatMap((effect) => {
    if (effect.type === "createTicket") return [`ticket:${effect.priority}`];
    return effect.type === "createLead" ? ["lead"] : [];
  });
}

/** What a visitor was told, and what the team reads. */
function texts({ transcript, effects }: Simulation): string[] {
  return [
    ...transcript.filter(({ from }) => from === "flow").map(({ text }) => text),
    ...effects.flatMap((effect) => {
      if (effect.type === "createTicket") return [effect.subject, effect.text];
      return effect.type === "handoff" ? [effect.note] : [];
    }),
  ];
}

/** Nothing is left of a placeholder, not even the hole that a variable without a value leaves behind. */
function expectWhole(simulation: Simulation): void {
  for (const text of texts(simulation)) {
    expect(text).not.toMatch(/\{\{|undefined|null|\[object/);
    expect(text).not.toMatch(/[,:]\s*[,!?.]|\(\)| [,.]| +$/m);
  }
}

const luminance = (hex: string) => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
/** WCAG 2.2, contrast ratio. */
const contrast = (a: string, b: string) => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};

it("are at least a dozen, and each has its scripts", () => {
  expect(TEMPLATES.length).toBeGreaterThanOrEqual(12);
  expect(Object.keys(SCRIPTS).toSorted()).toEqual(TEMPLATES.map(({ id }) => id).toSorted());
});

describe.each(TEMPLATES.map((template) => [template.id, template] as const))(
  "%s",
  (id, template: Template) => {
    const draft = templateDraft(template);
    const flow = flowSchema.parse(draft);
    const scripts = SCRIPTS[id] ?? [];

    it("fits the strict schemas, and cleaning changes none of its texts", () => {
      const settings = { ...template.chatbot, name: template.name };
      expect(importedSettings.parse(settings)).toEqual(settings);
      expect(visibleText(JSON.stringify(draft))).toBe(JSON.stringify(draft));
      expect(template.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(template.setup.length).toBeGreaterThan(1);
      expect(template.collects.length).toBeGreaterThan(1);
      expect(settings.instructions?.length).toBeGreaterThan(200);
    });

    it("has colours that can be read", () => {
      const { widget } = importedSettings.parse({ ...template.chatbot, name: template.name });
      const pairs = [
        [widget?.headerBgColor, widget?.headerTextColor],
        [widget?.botMsgColor, widget?.botMsgTextColor],
        [widget?.userMsgColor, widget?.userMsgTextColor],
        [widget?.chatIconColor, widget?.backgroundColor],
      ];
      for (const [a = "", b = ""] of pairs) expect(contrast(a, b)).toBeGreaterThanOrEqual(4.5);
    });

    it("has no problem, in an empty workspace too", () => {
      const known = { tags: [], fields: [], flows: [] };
      expect(validateFlow(draft, known).problems).toEqual([]);
    });

    it("lays its nodes out without one on another", () => {
      const places = draft.nodes.map(({ position }) => JSON.stringify(position));
      expect(new Set(places).size).toBe(draft.nodes.length);
    });

    it.each(scripts.map((script, i) => [i + 1, script] as const))(
      "comes to its end in talk %i",
      (_, script) => {
        const simulation = play(flow, script.says, script.knows);
        const { state, unusedInputs } = simulation;
        expect({ status: state.status, reason: state.reason, at: state.nodeId }).toEqual({
          status: script.ends,
          reason: script.ends === "handed_off" ? "handoff" : "end",
          at: state.nodeId,
        });
        expect(unusedInputs).toBe(0);
        expect(filed(simulation)).toEqual(script.files ?? []);
        expectWhole(simulation);
      },
    );

    it.each([
      ["falls silent", SILENCE],
      ["writes what fits nothing", [...NONSENSE, ...SILENCE]],
    ])("lets go with a word of a visitor who %s, wherever that is", (_, says) => {
      for (const simulation of departures(flow, scripts, says)) {
        expect(["end", "handoff"]).toContain(simulation.state.reason);
        expectWhole(simulation);
      }
    });

    it("is gone through whole: every node and every edge", () => {
      const all = [
        ...scripts.map(({ says, knows }) => play(flow, says, knows)),
        ...departures(flow, scripts, SILENCE),
        ...departures(flow, scripts, [...NONSENSE, ...SILENCE]),
      ];
      const gone = new Set(all.flatMap(passed));
      const edges = draft.edges.map(({ source, sourceHandle }) => `${source}.${sourceHandle}`);
      expect(edges.filter((edge) => !gone.has(edge))).toEqual([]);
      const reached = new Set([...gone].map((way) => way.split(".")[0]));
      expect(draft.nodes.filter((node) => !reached.has(node.id)).map((node) => node.id)).toEqual([]);
    });

    it("becomes a chatbot whose export comes back equal", async () => {
      const call = testCall();
      const made = z.object({ chatbot: z.looseObject({ id: z.string() }) });
      const exported = z.object({ configuration: z.looseObject({}), leftOut: z.array(z.unknown()) });
      const exportOf = async (answer: unknown) => {
        const chatbotId = made.parse(answer).chatbot.id;
        return exported.parse(await runTool(chatbotTools([]), call, "export_chatbot", { chatbotId }));
      };
      const answer = await runTool(templateTools, call, "create_from_template", { templateId: id });
      expect(answer).toMatchObject({
        templateId: id,
        flowPublished: false,
        chatbot: { name: template.name },
      });
      const before = await exportOf(answer);
      expect(before.leftOut).toEqual([]);
      expect(before.configuration).toMatchObject({
        chatbot: { ...template.chatbot, name: template.name },
        flow: draft,
      });
      const { configuration } = before;
      const back = await runTool(chatbotTools([]), call, "import_chatbot", { configuration });
      expect(back).toMatchObject({ notCarriedOver: [] });
      expect(await exportOf(back)).toEqual(before);
    });

    it("is published and sent to a contact, which it greets and waits for", async () => {
      const call = testCall();
      const answer = await runTool(templateTools, call, "create_from_template", { templateId: id });
      const chatbotId = z.object({ chatbot: z.object({ id: z.string() }) }).parse(answer).chatbot.id;
      const published = await runTool(flowTools, call, "publish_flow_version", { chatbotId });
      expect(published).not.toHaveProperty("problems.0");
      const flowId = z.object({ flow: z.object({ id: z.string() }) }).parse(published).flow.id;
      const inbox = await makeInbox(call, { chatbotId });
      const { contactId } = await write(call, inbox, "Hi");
      const sent = await send(call, { contactId, flowId });
      expect(sent).toMatchObject({ session: { status: "waiting", flowId, contactId }, notDone: [] });
      // A pause may come before the first word.
      const paused = flow.nodes.find((node) => node.id === sent.session.nodeId)?.type === "delay";
      expect(sent.messages.length > 0).toBe(!paused);
    });
  },
);
