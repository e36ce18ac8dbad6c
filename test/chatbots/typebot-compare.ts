import { readTypebot } from "../../src/chatbots/typebot/read.ts";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { runTurn } from "../../src/flows/run/interpreter.ts";
import { type FlowInput, newState, type Turn } from "../../src/flows/run/state.ts";
import type { PlayedBot, Told, World } from "./typebot-played.ts";
import { TypebotPlayer } from "./typebot-player.ts";

/** Plays a bot in the reference player and as an imported flow, and finds where they tell a visitor different things. */

/** What a visitor does: writes something, or picks options of those on offer. */
export type Move = { text: string } | { picks: number[] };

/** The first step at which the two differ; what the flow had come to by then. */
export interface Difference {
  step: number;
  bot: Told[];
  flow: Told[];
  /** Nodes that the flow had entered. */
  entered: string[];
}

const KINDS: Record<string, string> = {
  "choice input": "choice",
  "picture choice input": "choice",
  cards: "choice",
  "text input": "text",
  "time input": "text",
  "number input": "number",
  "email input": "email",
  "url input": "url",
  "phone number input": "phone",
  "date input": "date",
  "rating input": "rating",
  "file input": "file",
};

/** What an author made wrong in Typebot, and what is as wrong here: going round without asking for anything. */
export const SENSELESS: readonly string[] = ["cycle_without_wait", "too_many_steps"];

/** What the report says of every choice and number, whatever the bot: how freely typed answers are read. */
const READING =
  /typed by its number|all of an answer|number of its scale|checked in another way|email addresses are kept/;

/** The imported flow, with a visitor. */
class FlowPlayer {
  readonly entered: string[] = [];
  readonly #lookup;
  readonly #world: World;
  #state = newState({ flowId: "flow", versionId: "v1", seed: 7 });
  #now = 1_780_000_000_000;

  constructor(flow: NonNullable<ReturnType<typeof validateFlow>["flow"]>, world: World) {
    this.#lookup = () => ({ versionId: "v1", flow });
    this.#world = world;
  }

  get isAsking(): boolean {
    return this.#state.waiting !== null;
  }

  get options(): readonly { id: string; label: string }[] {
    return this.#state.waiting?.for === "choice" ? this.#state.waiting.options : [];
  }

  send(input: FlowInput): Told[] {
    const told: Told[] = [];
    let next: FlowInput | null = input;
    for (let turns = 0; next !== null && turns < 50; turns++) {
      const turn: Turn = runTurn(this.#lookup, this.#state, next, this.#now);
      this.#state = turn.state;
      for (const trace of turn.path) if (trace.type === "enter") this.entered.push(trace.nodeId);
      for (const effect of turn.effects) if (effect.type === "send") told.push(...toldBy(effect));
      next = this.#answerOfWorld();
    }
    return told;
  }

  #answerOfWorld(): FlowInput | null {
    const { waiting, wakeAt } = this.#state;
    if (waiting?.for === "time") {
      this.#now = wakeAt ?? this.#now;
      return { type: "wake" };
    }
    if (waiting?.for !== "result") return null;
    const { call, kind } = waiting;
    const { response, model } = this.#world;
    switch (kind) {
      case "http":
        return { type: "result", call, result: { kind, status: response.statusCode, body: response.data } };
      case "ai":
        return { type: "result", call, result: { kind, answer: model, confidence: 1, handoff: false } };
      default:
        return { type: "result", call, result: { kind, items: [] } };
    }
  }
}

function toldBy(effect: Extract<Turn["effects"][number], { type: "send" }>): Told[] {
  const asks = effect.options ? "choice" : effect.answer;
  const options = effect.options?.map(({ label }) => label);
  return [
    ...(effect.text === undefined ? [] : [{ say: effect.text.trim() }]),
    ...(effect.media ? [{ show: effect.media.url }] : []),
    ...(asks === undefined ? [] : [{ ask: asks, ...(options ? { options } : {}) }]),
  ];
}

/** What the player tells, in the words of the flow. */
function inOurWords(told: readonly Told[]): Told[] {
  return told.map((each) => ("ask" in each ? { ...each, ask: KINDS[each.ask] ?? each.ask } : each));
}

/** Where the bot asks again in no words of its own, the flow may use any. */
function sameTold(bot: readonly Told[], flow: readonly Told[]): boolean {
  if (bot.length !== flow.length) return false;
  return bot.every((each, i) => {
    const ours = flow[i];
    if (ours === undefined) return false;
    if (!("again" in each)) return JSON.stringify(each) === JSON.stringify(ours);
    return "say" in ours && (each.again === null || each.again === ours.say);
  });
}

/**
 * Plays until the moves or the bot are at their end, or the two differ.
 * @returns null when they never do
 */
export function difference(bot: PlayedBot, moves: readonly Move[], world: World): Difference | null {
  const { draft } = readTypebot(JSON.parse(JSON.stringify(bot)), "test-model");
  const { flow, problems } = validateFlow(draft);
  const wrong = problems.filter(({ severity, code }) => severity === "error" && !SENSELESS.includes(code));
  if (wrong.length > 0) throw new Error(`cannot be published: ${JSON.stringify(wrong)}`);
  // One that says things for ever has nothing to compare.
  if (!flow || problems.some(({ severity }) => severity === "error")) return null;
  const player = new TypebotPlayer(bot, world);
  const ours = new FlowPlayer(flow, world);
  let theirs = inOurWords(player.start());
  let told = ours.send({ type: "start" });
  for (let step = 0; ; step++) {
    // A bot that never comes to an end is stopped by both, each in its own way.
    if (player.endless) return null;
    const isOver = (player.asking === null) !== !ours.isAsking;
    if (isOver || !sameTold(theirs, told)) return { step, bot: theirs, flow: told, entered: ours.entered };
    const move = moves[step];
    if (move === undefined || player.asking === null) return null;
    const labels = player.offered().map(({ label }) => label);
    const picks = "picks" in move ? move.picks.filter((pick) => pick < labels.length) : [];
    const isMultiple = player.asking.options?.isMultipleChoice === true;
    const picked = isMultiple ? [...new Set(picks)] : picks.slice(0, 1);
    const text =
      picked.length > 0
        ? picked.map((pick) => labels[pick]).join(", ")
        : "text" in move
          ? move.text
          : "something else";
    const optionIds = picked.flatMap((pick) => ours.options[pick]?.id ?? []);
    theirs = inOurWords(player.answer(text));
    told = ours.send({ type: "message", text, ...(optionIds.length > 0 ? { optionIds } : {}) });
  }
}

/** Whether the two asked and said as many things of the same kinds, and differ in words only. */
function isWording({ bot, flow }: Difference): boolean {
  const kinds = (told: readonly Told[]) =>
    told.map((each) => ("again" in each ? "say" : Object.keys(each).join()));
  return JSON.stringify(kinds(bot)) === JSON.stringify(kinds(flow));
}

/**
 * Whether the import's report names something at a node that the flow had come to when it told something else. What
 * only concerns looks explains other words, and no other way.
 * @param typed whether answers were typed, of which the report says for every choice that they are read more freely
 */
export function isNamed(found: Difference, bot: PlayedBot, typed: boolean): boolean {
  const { leftOut } = readTypebot(JSON.parse(JSON.stringify(bot)), "test-model");
  const wording = isWording(found);
  return leftOut.some(
    ({ consequence, reason, nodeIds }) =>
      consequence !== "to_know" &&
      (wording || consequence !== "looks_different" || /as a link/.test(reason)) &&
      (typed || !READING.test(reason)) &&
      nodeIds.some((id) => found.entered.includes(id)),
  );
}
