import type { DraftNode } from "../../flows/graph/document.ts";
import { isNodeType } from "../../flows/graph/nodes.ts";
import { Choice, LongText, type Options, type Refused, Text } from "../forms.tsx";
import type { Visit } from "../visit.ts";
import { choicesOf } from "./choices.ts";
import { problemsAt, type ReadFlow, valueLabel } from "./draft.ts";
import { OUT, recordOf, shownValue, within } from "./read-form.ts";
import { fieldsOf, type Part, type Shape } from "./shape.ts";

/** Above the fields' names in the form. */
export const DATA = "data";

/** What most nodes do without: folded away, unless something is wrong with it. */
const ASIDE = new Set([
  ...["label", "retryText", "maxRetries", "timeoutSeconds", "min", "max", "minLabel", "maxLabel", "pattern"],
  ...["optionsFrom", "multiple", "showIf", "media", "links", "headers", "bodyType", "measure", "search"],
  ...["ignoreCase", "minConfidence", "maxTurns", "limit", "show", "instructions", "details"],
]);
/** The same within a row. */
const ASIDE_IN_ROWS = new Set(["showIf", "measure", "search", "ignoreCase"]);
/** Texts longer than this have a field of several lines. */
const ONE_LINE = 300;

interface Context {
  visit: Visit;
  /** What was typed and not taken. */
  typed: URLSearchParams | null;
  options: ReadonlyMap<string, Options>;
}

/** The fields of a node, with what it holds, or what was typed and not taken. */
export async function NodeFields(props: {
  visit: Visit;
  flow: ReadFlow;
  node: DraftNode;
  refused: Refused | null;
}) {
  const { visit, flow, node, refused } = props;
  if (!isNodeType(node.type)) return null;
  const parts = fieldsOf(node.type);
  const options = new Map(
    await Promise.all(
      parts.map(async ({ name }) => [name, await choicesOf(visit, flow, node.type, name)] as const),
    ),
  );
  const context: Context = { visit, typed: refused?.form ?? null, options };
  const wrong = problemsAt(flow, node.id).map(({ path }) => path);
  const isWrong = ({ name }: Part) =>
    wrong.some((path) => `${path}.`.startsWith(`nodes.${node.id}.data.${name}.`));
  const aside = parts.filter(({ name }) => ASIDE.has(name));
  const unknown = Object.keys(node.data).filter((key) => !parts.some(({ name }) => name === key));
  const { words } = visit;
  return (
    <>
      <Parts
        context={context}
        parts={parts.filter((one) => !aside.includes(one))}
        at={DATA}
        value={node.data}
      />
      {aside.length > 0 && (
        <details open={aside.some(isWrong)}>
          <summary>{words.flowEditor.more}</summary>
          <Parts context={context} parts={aside} at={DATA} value={node.data} />
        </details>
      )}
      {unknown.length > 0 && <p class="warning">{words.flowEditor.unknownFields(unknown.join(", "))}</p>}
    </>
  );
}

interface PartsProps {
  context: Context;
  parts: readonly Part[];
  at: string;
  value: Readonly<Record<string, unknown>>;
}

function Parts({ context, parts, at, value }: PartsProps) {
  return (
    <>
      {parts.map((part) => (
        <OnePart context={context} part={part} name={within(at, part.name)} value={value[part.name]} />
      ))}
    </>
  );
}

interface PartProps {
  context: Context;
  part: Part;
  name: string;
  value: unknown;
}

function OnePart(props: PartProps) {
  const { shape } = props.part;
  if (shape.kind === "rows") return <RowsOf {...props} of={shape.of} />;
  if (shape.kind === "group") return <GroupOf {...props} of={shape.of} />;
  return <OneField {...props} shape={shape} />;
}

const labelOf = ({ words }: Visit, name: string) =>
  words.nodeFields[name as keyof typeof words.nodeFields] ?? name;

function OneField({ context, part, name, value, shape }: PartProps & { shape: Shape }) {
  const { visit, typed, options } = context;
  const label = labelOf(visit, part.name);
  const shown = typed?.get(name) ?? shownValue(value);
  // The id of a row is a handle: what leads on from it stays connected.
  if (part.name === "id") return shown === "" ? null : <input type="hidden" name={name} value={shown} />;
  if (shape.kind === "tick") {
    const ticked = typed ? typed.has(name) : (value ?? part.byDefault) === true;
    return (
      <label class="tick">
        <input type="checkbox" name={name} value="yes" checked={ticked} />
        <span>{label}</span>
      </label>
    );
  }
  const offered = options.get(part.name) ?? [];
  if (shape.kind === "lines" && offered.length > 0) return <Ticks {...{ name, label, offered, value }} />;
  if (shape.kind === "choice" || offered.length > 0) {
    const known: Options =
      shape.kind === "choice"
        ? shape.values.map((one) => [one, valueLabel(visit.words, one)] as const)
        : offered;
    const chosen = shown === "" ? String(part.byDefault ?? "") : shown;
    const missing = known.some(([one]) => one === chosen) ? [] : [[chosen, chosen || "–"] as const];
    const none = part.byDefault === undefined && chosen !== "" ? [["", "–"] as const] : [];
    return <Choice name={name} label={label} chosen={chosen} options={[...missing, ...none, ...known]} />;
  }
  const long =
    shape.kind === "lines" || shape.kind === "value" || (shape.kind === "text" && shape.max > ONE_LINE);
  const hint =
    part.byDefault === undefined ? undefined : visit.words.flowEditor.byDefault(String(part.byDefault));
  if (!long) return <Text {...{ name, label, value: shown, hint }} maxLength={maxOf(shape)} />;
  return (
    <LongText
      {...{ name, label, value: shown }}
      required={false}
      rows={shape.kind === "text" && shape.max >= 1000 ? 4 : 2}
      maxLength={maxOf(shape)}
    />
  );
}

const maxOf = (shape: Shape) => (shape.kind === "text" ? shape.max : 2_000);

function Ticks(props: { name: string; label: string; offered: Options; value: unknown }) {
  const chosen = Array.isArray(props.value) ? props.value : [];
  return (
    <fieldset>
      <legend>{props.label}</legend>
      {props.offered.map(([value, label]) => (
        <label class="tick">
          <input type="checkbox" name={props.name} value={value} checked={chosen.includes(value)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}

function GroupOf({ context, part, name, value, of }: PartProps & { of: readonly Part[] }) {
  return (
    <details>
      <summary>{labelOf(context.visit, part.name)}</summary>
      <div class="nested-fields">
        <Parts context={context} parts={of} at={name} value={recordOf(value)} />
      </div>
    </details>
  );
}

/** Empty rows that wait to be filled in: two where there is none yet. */
const emptyRows = (rows: number) => (rows === 0 ? 2 : 1);

function RowsOf({ context, part, name, value, of }: PartProps & { of: readonly Part[] }) {
  const { words } = context.visit;
  const rows: unknown[] = Array.isArray(value) ? value : [];
  const label = labelOf(context.visit, part.name);
  // What an option is called is what matters; what is kept in its place seldom does.
  const isAside = (part: Part) =>
    ASIDE_IN_ROWS.has(part.name) || (part.name === "value" && of.some((one) => one.name === "label"));
  const main = of.filter((part) => !isAside(part));
  const aside = of.filter(isAside);
  const count = rows.length + emptyRows(rows.length);
  return (
    <fieldset class="part-rows">
      <legend>{label}</legend>
      {Array.from({ length: count }, (_, i) => {
        const at = within(name, i);
        const row = recordOf(rows[i]);
        return (
          <fieldset class="part-row" aria-label={`${label} ${i + 1}`}>
            <div class="part-fields">
              <Parts context={context} parts={main} at={at} value={row} />
            </div>
            {aside.length > 0 && i < rows.length && (
              <details>
                <summary>{words.flowEditor.more}</summary>
                <Parts context={context} parts={aside} at={at} value={row} />
              </details>
            )}
            {i < rows.length && (
              <label class="tick">
                <input type="checkbox" name={within(at, OUT)} value="yes" />
                <span>{words.flowEditor.takeOut}</span>
              </label>
            )}
          </fieldset>
        );
      })}
      <small class="hint">{words.flowEditor.emptyRows}</small>
    </fieldset>
  );
}
