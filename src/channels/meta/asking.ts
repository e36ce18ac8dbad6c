import { Failure } from "../../tenant/failure.ts";
import { callGraph, type GraphAccess, type GraphRefusal } from "./graph.ts";

/** Code of a token that is not (any more) one, and of an argument that is wrong. */
const CODE = { token: 190, argument: 100 } as const;

/**
 * Asks Meta something on which a connection depends.
 * @param tokenHint how a token is made that would do
 * @throws Failure with what is wrong, in Meta's own words
 */
export async function askGraph(
  env: Env,
  access: GraphAccess,
  ask: { path: string; body?: Record<string, unknown> },
  tokenHint: string,
): Promise<unknown> {
  const answer = await callGraph(env, access, ask.path, ask.body);
  if (answer.ok) return answer.result;
  throw wrong(answer, tokenHint);
}

function wrong({ code, description }: GraphRefusal, tokenHint: string): Failure {
  if (code === CODE.token) {
    return new Failure("invalid_input", `Meta does not take this token: ${description}`, { hint: tokenHint });
  }
  if (code === CODE.argument && /appsecret_proof/i.test(description)) {
    return new Failure("invalid_input", "The app secret is not that of the app which the token is for.", {
      hint: "Copy it from App settings, Basic.",
    });
  }
  return new Failure("not_allowed", `Meta refuses it: ${description}`);
}
