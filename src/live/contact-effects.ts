import { realChanges, resolveField, type ValueChange } from "../contacts/custom-fields.ts";
import { storedValue } from "../contacts/field-values.ts";
import { type Claims, claimedColumns, confirmed, contactNameInput, emailInput } from "../contacts/fields.ts";
import type { ContactDetails } from "../contacts/lookup.ts";
import { phoneInput } from "../contacts/phones.ts";
import { type ContactChange, changeStatements, changesOf } from "../contacts/store.ts";
import { missingTags, nameKey } from "../contacts/tags.ts";
import { CONTACT_FIELDS } from "../flows/graph/node-data.ts";
import type { Effect } from "../flows/run/state.ts";
import { Failure } from "../tenant/failure.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";

/** Something that a flow wanted done and that could not be. */
export interface NotDone {
  nodeId: string;
  effect: Effect["type"];
  reason: string;
}

type ContactEffect = Extract<Effect, { type: "setField" | "addTag" | "removeTag" }>;

const INPUTS = { name: contactNameInput, email: emailInput, phone: phoneInput };

/**
 * What a flow changes about a contact, gathered into one change. A value that the field does not take is left out,
 * with the reason. What a visitor said of itself proves nothing: an email or phone is shown, but nobody is found by it,
 * and one that is confirmed stays as it is. An empty value clears the field.
 */
export class ContactChanges {
  private readonly tenant: Tenant;
  private readonly before: ContactDetails;
  private readonly claims: Claims = {};
  private readonly values = new Map<string, ValueChange>();
  /** Names of tags by their key, and whether the contact shall carry them. */
  private readonly tags = new Map<string, { name: string; carried: boolean; nodeId: string }>();

  constructor(tenant: Tenant, before: ContactDetails) {
    this.tenant = tenant;
    this.before = before;
  }

  /** @returns why it cannot be done; null when it can */
  async take(effect: ContactEffect): Promise<string | null> {
    if (effect.type !== "setField") {
      const { tag: name, nodeId } = effect;
      this.tags.set(nameKey(name), { name, carried: effect.type === "addTag", nodeId });
      return null;
    }
    const { field, value } = effect;
    const own = CONTACT_FIELDS.find((name) => name === field);
    return own ? this.setOwn(own, value) : this.setCustom(field, value);
  }

  private setOwn(field: (typeof CONTACT_FIELDS)[number], value: string): string | null {
    const checked = INPUTS[field].safeParse(value.trim());
    const cleared = value.trim() === "";
    if (!checked.success && !cleared) return `${field}: ${checked.error.issues[0]?.message ?? "not valid"}`;
    const claim = cleared ? null : (checked.data ?? null);
    if (confirmed(this.before, field) && claim !== this.before[field]) {
      return `${field}: it is confirmed, and what a visitor says does not change it`;
    }
    this.claims[field] = claim;
    return null;
  }

  private async setCustom(key: string, value: string): Promise<string | null> {
    try {
      const field = await resolveField(this.tenant, key);
      this.values.set(field.id, { field, stored: value.trim() === "" ? null : storedValue(field, value) });
      return null;
    } catch (error) {
      if (error instanceof Failure) return error.message;
      throw error;
    }
  }

  /** The statements of the change, none when everything is so already. */
  async statements(at: number): Promise<{ statements: Statement[]; notDone: NotDone[] }> {
    const { tenant, before } = this;
    const columns = claimedColumns(this.claims, before);
    const { added, notDone } = this.addedTags();
    const gone = [...this.tags].filter(([, { carried }]) => !carried).map(([key]) => key);
    const change: ContactChange = {
      columns,
      tags: added,
      withoutTags: before.tags.filter(({ name }) => gone.includes(nameKey(name))).map(({ id }) => id),
      values: realChanges(before.customFields, [...this.values.values()]),
    };
    const changed = changesOf(before, change).length > 0;
    return { statements: changed ? changeStatements(tenant, before, change, at) : [], notDone };
  }

  private addedTags(): { added: string[]; notDone: NotDone[] } {
    const wanted = [...this.tags.values()].filter(({ carried }) => carried);
    try {
      return {
        added: missingTags(
          this.before.tags,
          wanted.map(({ name }) => name),
        ),
        notDone: [],
      };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { message: reason } = error;
      return { added: [], notDone: wanted.map(({ nodeId }) => ({ nodeId, effect: "addTag", reason })) };
    }
  }
}
