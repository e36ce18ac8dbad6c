import type { Plan } from "../control/plans.ts";
import { type CredentialRecord, principalOf, type Settings } from "./credentials.ts";
import type { Principal } from "./principal.ts";

/** A principal and what it was made of. */
export interface MadePrincipal {
  settings: Settings;
  plan: Plan;
  readOnlyAddress: boolean;
  principal: Principal;
  /** Its name for those who hold a copy. */
  key: string;
}

/** Principals by what they were made of, so that one is made for each credential and revision. */
export class Principals {
  readonly #made = new WeakMap<CredentialRecord, MadePrincipal[]>();

  /** The principal of a credential, made where it is not there. */
  of(record: CredentialRecord, settings: Settings, plan: Plan, readOnlyAddress: boolean): MadePrincipal {
    const made = this.#made.get(record) ?? [];
    const held = made.find(
      (one) => one.settings === settings && one.plan === plan && one.readOnlyAddress === readOnlyAddress,
    );
    if (held) return held;
    const principal = principalOf(record, settings, plan, readOnlyAddress);
    const current = made.filter((one) => one.settings === settings);
    const newest = { settings, plan, readOnlyAddress, principal, key: crypto.randomUUID() };
    this.#made.set(record, [...current, newest]);
    return newest;
  }
}
