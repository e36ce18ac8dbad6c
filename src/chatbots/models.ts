import { Failure } from "../tenant/failure.ts";
import { nearestNames } from "../tenant/nearest-names.ts";

/** Offered where the deployment does not say otherwise: the makers' own names of models in wide use. */
const WELL_KNOWN = [
  "gpt-4o-mini",
  "gpt-4o",
  "gpt-4.1",
  "gpt-4.1-mini",
  "claude-sonnet-4-5",
  "claude-haiku-4-5",
  "gemini-2.5-flash",
  "gemini-2.5-pro",
  "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
] as const;

/** Longest name of a model, in characters. */
export const MAX_MODEL_NAME = 100;

/** The models that chatbots may be given, the default first: those of `AI_MODELS`, else a built-in list. */
export function modelsOf(env: Env): [string, ...string[]] {
  const named = (env.AI_MODELS ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name.length <= MAX_MODEL_NAME);
  const [first, ...rest] = new Set(named.length > 0 ? named : WELL_KNOWN);
  return [first ?? WELL_KNOWN[0], ...rest];
}

/** The model as this deployment spells it, whatever its case and its spaces ("GPT-4o mini"); undefined: not offered. */
export function findModel(env: Env, model: string): string | undefined {
  const models = modelsOf(env);
  const plain = (name: string) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s_]+/g, "-");
  return models.find((name) => name === model) ?? models.find((name) => plain(name) === plain(model));
}

/**
 * {@link findModel}, for what a caller chooses.
 * @throws Failure `invalid_input`, with the nearest names, for a model that this deployment does not offer
 */
export function offeredModel(env: Env, model: string): string {
  const offered = findModel(env, model);
  if (offered !== undefined) return offered;
  const models = modelsOf(env);
  const near = nearestNames(model, models);
  throw new Failure("invalid_input", `The model ${JSON.stringify(model)} cannot be chosen here.`, {
    hint: "get_ai_config lists the models that can be.",
    candidates: near.length > 0 ? near : models.slice(0, 20),
  });
}
