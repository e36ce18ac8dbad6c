import { Choice, type Options } from "../forms.tsx";
import { Said } from "../layout.tsx";
import { linkTo, may, type Visit } from "../visit.ts";
import {
  flowPath,
  inOrder,
  nodeTitle,
  problemsAt,
  type ReadFlow,
  saidBy,
  typeLabel,
  waysOf,
} from "./draft.ts";
import { FlowProblems } from "./problems.tsx";

/** The separator of a way's address: no id holds one. */
export const WAY = "|";

/** The flow as a list that a keyboard, a screen reader and a phone can go through, and change, without script. */
export function Outline(props: { visit: Visit; flow: ReadFlow; figures: ReadonlyMap<string, string> }) {
  const { visit, flow, figures } = props;
  const { words } = visit;
  const t = words.flowEditor;
  const writes = may(visit, "flows:write");
  const ordered = inOrder(flow);
  const places = new Map(ordered.map((one, place) => [one.id, place + 1]));
  return (
    <ol class="outline">
      {ordered.map((one) => (
        <li id={`node-${one.id}`}>
          <p>
            <strong>{typeLabel(words, one.type)}</strong> <code>{one.id}</code>{" "}
            {figures.has(one.id) && <span class="tag waiting">{figures.get(one.id)}</span>}
          </p>
          <p class="text">
            <Said text={saidBy(one)} />
          </p>
          <FlowProblems problems={problemsAt(flow, one.id)} />
          <ul>
            {waysOf(flow, one, words).map(({ handle, label, target }) => (
              <li>
                <Said text={label} /> →{" "}
                {target === null ? (
                  <em>{t.nowhere}</em>
                ) : (
                  <a href={`#node-${target}`} aria-label={`${label}: ${places.get(target) ?? target}`}>
                    {places.get(target) ?? target}
                  </a>
                )}
                {writes && (
                  <a
                    class="beside"
                    href={`?after=${encodeURIComponent(`${one.id}${WAY}${handle}`)}#add`}
                    aria-label={t.addAfter(label, one.id)}
                  >
                    {t.addHere}
                  </a>
                )}
              </li>
            ))}
          </ul>
          {writes && (
            <p>
              <a href={linkTo(visit, flowPath(visit, "/node"), { id: one.id })} aria-label={t.editOf(one.id)}>
                {t.edit}
              </a>
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

/** Where a new node can stand: behind each way out of the others. */
export function wayOptions(flow: ReadFlow, visit: Visit): Options {
  const { words } = visit;
  return inOrder(flow).flatMap((node) =>
    waysOf(flow, node, words).map(
      ({ handle, label, target }) =>
        [
          `${node.id}${WAY}${handle}`,
          `${nodeTitle(words, node)} – ${label}${target === null ? "" : ` (→ ${target})`}`,
        ] as const,
    ),
  );
}

/** Where a form leads a way: to one of the nodes, or nowhere. */
export function TargetChoice(props: {
  visit: Visit;
  flow: ReadFlow;
  name: string;
  label: string;
  chosen: string;
}) {
  const { visit, flow, ...field } = props;
  const targets = inOrder(flow)
    .filter(({ type }) => type !== "start")
    .map((node) => [node.id, nodeTitle(visit.words, node)] as const);
  return <Choice {...field} options={[["", visit.words.flowEditor.nowhere], ...targets]} />;
}
