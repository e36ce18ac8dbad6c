import { z } from "zod";
import type { DraftNode } from "../../flows/graph/document.ts";
import { Failure } from "../../tenant/failure.ts";
import { Choice, Problem, Text } from "../forms.tsx";
import { Said } from "../layout.tsx";
import { use } from "../use.ts";
import { linkTo, type Visit } from "../visit.ts";
import { flowPath, nodeTitle, ofChatbot } from "./draft.ts";

/**
 * The draft as a chat that nobody else sees. What was said so far stands in the address, and the flow is played from its
 * start each time: nothing is stored.
 */

const answer = z.object({
  outcome: z.string(),
  stopped: z.boolean(),
  reason: z.string().nullable(),
  nodeId: z.string().nullable(),
  transcript: z.array(
    z.object({
      from: z.enum(["visitor", "flow", "note"]),
      text: z.string(),
      nodeId: z.string().optional(),
      options: z.array(z.string()).optional(),
    }),
  ),
  path: z.array(z.object({ nodeId: z.string(), handle: z.string().nullable(), to: z.string().nullable() })),
  effects: z.array(z.object({ type: z.string(), nodeId: z.string() })),
  variables: z.array(z.object({ name: z.string(), value: z.unknown() })),
});
type Played = z.output<typeof answer>;

/** What the world answers where a flow asks it, as the form offers it. */
const RESULTS = {
  fails: { status: 500 },
  no_answer: { answer: null },
  handoff: { answer: null, handoff: true },
  products: { products: ["A", "B", "C"] },
} as const;
type Result = keyof typeof RESULTS;
const isResult = (text: string): text is Result => Object.hasOwn(RESULTS, text);

/** Steps in the address: `say:` and what is said, `result:` and one of ours, `timeout:`. */
const MAX_STEPS = 100;

function inputOf(step: string): unknown[] {
  const [kind, text] = [step.slice(0, step.indexOf(":")), step.slice(step.indexOf(":") + 1)];
  if (kind === "say" && text !== "") return [text];
  if (kind === "timeout") return [{ timeout: true }];
  return kind === "result" && isResult(text) ? [{ result: RESULTS[text] }] : [];
}

/** What was done so far, with what is added now. */
function stepsOf({ query }: Visit): string[] {
  const said = query.get("say")?.trim() ?? "";
  const result = query.get("result") ?? "";
  const steps = [
    ...query.getAll("step"),
    ...(said === "" ? [] : [`say:${said}`]),
    ...(isResult(result) ? [`result:${result}`] : []),
  ];
  return steps.slice(0, MAX_STEPS);
}

async function play(visit: Visit, steps: readonly string[]): Promise<Played | Failure> {
  const inputs = steps.flatMap(inputOf);
  try {
    return answer.parse(await use(visit, "simulate_flow", { ...ofChatbot(visit), inputs }));
  } catch (failure) {
    if (failure instanceof Failure) return failure;
    throw failure;
  }
}

/** The chat beside the flow. */
export async function Simulation({ visit, nodes }: { visit: Visit; nodes: readonly DraftNode[] }) {
  const { words, query } = visit;
  const t = words.simulation;
  const steps = stepsOf(visit);
  const begun = query.has("play") || steps.length > 0;
  if (!begun)
    return (
      <aside class="simulation" id="simulation" aria-label={t.title}>
        <h2>{t.title}</h2>
        <p>{t.about}</p>
        <form action={`${linkTo(visit, flowPath(visit))}#simulation`}>
          <button type="submit" name="play" value="yes">
            {t.begin}
          </button>
        </form>
      </aside>
    );
  const played = await play(visit, steps);
  return (
    <aside class="simulation" id="simulation" aria-label={t.title} data-path={pathOf(played)}>
      <h2>{t.title}</h2>
      {played instanceof Failure ? (
        <Problem refused={{ failure: played, form: new URLSearchParams() }} />
      ) : (
        <Talk visit={visit} played={played} nodes={nodes} />
      )}
      <Composer visit={visit} steps={steps} played={played instanceof Failure ? null : played} />
    </aside>
  );
}

/** The nodes that were come through, for the canvas: the last is where it waits or ended. */
function pathOf(played: Played | Failure): string | undefined {
  if (played instanceof Failure) return undefined;
  return JSON.stringify([
    ...played.path.map(({ nodeId }) => nodeId),
    ...(played.nodeId ? [played.nodeId] : []),
  ]);
}

function Talk({ visit, played, nodes }: { visit: Visit; played: Played; nodes: readonly DraftNode[] }) {
  const { words } = visit;
  const t = words.simulation;
  const node = nodes.find(({ id }) => id === played.nodeId);
  const where = node && <a href={`#node-${node.id}`}>{nodeTitle(words, node)}</a>;
  const outcome = t.outcomes[played.outcome as keyof typeof t.outcomes] ?? played.outcome;
  return (
    <>
      <ol class="messages short" tabindex={0} aria-label={t.talk}>
        {played.transcript.map(({ from, text }) => (
          <li class={from === "visitor" ? "out" : from === "note" ? "activity" : "in"}>
            {from !== "note" && <p class="meta">{from === "visitor" ? t.visitor : words.chatbot}</p>}
            <p class="text">
              <Said text={text} />
            </p>
          </li>
        ))}
      </ol>
      <p role="status">
        {outcome} {where}
      </p>
      {(played.effects.length > 0 || played.variables.length > 0) && (
        <details>
          <summary>{t.done}</summary>
          <ul>
            {played.effects.map(({ type, nodeId }) => (
              <li>
                {words.nodeTypes[type as keyof typeof words.nodeTypes] ?? type} <code>{nodeId}</code>
              </li>
            ))}
          </ul>
          <dl>
            {played.variables.map(({ name, value }) => (
              <>
                <dt>{name}</dt>
                <dd>
                  <Said text={typeof value === "string" ? value : JSON.stringify(value)} />
                </dd>
              </>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}

function Composer({
  visit,
  steps,
  played,
}: {
  visit: Visit;
  steps: readonly string[];
  played: Played | null;
}) {
  const { words } = visit;
  const t = words.simulation;
  const waits = played?.outcome === "waiting" && steps.length < MAX_STEPS;
  const last = played?.transcript.findLast(({ from }) => from === "flow");
  return (
    <>
      {waits && last?.options && (
        <form action="#simulation" class="buttons">
          <Steps steps={steps} />
          {last.options.map((label) => (
            <button type="submit" class="quiet" name="step" value={`say:${label}`}>
              <Said text={label} />
            </button>
          ))}
        </form>
      )}
      {waits && (
        <form action="#simulation" class="composer">
          <Steps steps={steps} />
          <Text name="say" label={t.say} maxLength={2_000} />
          <details>
            <summary>{t.world}</summary>
            <Choice
              name="result"
              label={t.asked}
              chosen=""
              options={[
                ["", t.assumed],
                ...Object.keys(RESULTS).map((one) => [one, t.results[one as Result]] as const),
              ]}
            />
          </details>
          <div class="buttons">
            <button type="submit">{words.thread.send}</button>
            <button type="submit" class="quiet" name="step" value="timeout:">
              {t.silence}
            </button>
          </div>
        </form>
      )}
      <form action="#simulation">
        <button type="submit" class="quiet" name="play" value="yes">
          {t.again}
        </button>
      </form>
    </>
  );
}

function Steps({ steps }: { steps: readonly string[] }) {
  return (
    <>
      {steps.map((step) => (
        <input type="hidden" name="step" value={step} />
      ))}
    </>
  );
}
