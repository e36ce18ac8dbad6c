import { checkTarget, type TargetSettings } from "../http/targets.ts";
import { EVENT_TYPES } from "../tenant/events.ts";
import { Failure } from "../tenant/failure.ts";
import { nearestNames } from "../tenant/nearest-names.ts";
import { ALL_EVENTS } from "./render.ts";

/**
 * The address as it is called: what stands behind # is sent to nobody.
 * @param field what the caller names it
 * @throws Failure `invalid_input` when this deployment may not call it
 */
export function checkedUrl(settings: TargetSettings, text: string, field = "url"): string {
  const check = checkTarget(settings, text);
  if (check.ok) {
    check.url.hash = "";
    return check.url.href;
  }
  throw new Failure("invalid_input", `${field}: ${check.reason}.`, {
    hint: "Give an https address on a public host name.",
  });
}

/** Each type once; `*` alone where it is among them. @throws Failure `invalid_input` naming near types */
export function checkedEvents(types: readonly string[]): string[] {
  if (types.includes(ALL_EVENTS)) return [ALL_EVENTS];
  const known: readonly string[] = EVENT_TYPES;
  const unknown = types.filter((type) => !known.includes(type));
  if (unknown.length === 0) return known.filter((type) => types.includes(type));
  const candidates = [...new Set(unknown.flatMap((type) => nearestNames(type, known)))];
  throw new Failure(
    "invalid_input",
    `events: unknown ${unknown.map((type) => JSON.stringify(type)).join(", ")}.`,
    {
      hint: `Types are ${EVENT_TYPES.join(", ")}; ${ALL_EVENTS} stands for all of them.`,
      ...(candidates.length > 0 ? { candidates } : {}),
    },
  );
}
