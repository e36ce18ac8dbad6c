import { newWorkspaceSchema, timeZoneSchema } from "../gate/workspaces.ts";
import { Failure } from "../tenant/failure.ts";
import { Action, Problem, Text, typed } from "./forms.tsx";
import { Time } from "./layout.tsx";
import type { Page } from "./page.ts";
import { administrationOf, may } from "./visit.ts";

/** `/settings/workspace`: what it is called, which days it has, and whether a person confirms what assistants send. */
export const workspaceSettings: Page = {
  path: "/settings/workspace",
  needs: "workspace:read",
  async show(visit, refused) {
    const { words, workspace } = visit;
    const t = words.workspacePage;
    return {
      title: words.nav.workspace,
      at: "/settings/workspace",
      body: (
        <>
          <dl>
            <dt>{words.columns.id}</dt>
            <dd>
              <code data-copyable>{workspace.id}</code>
            </dd>
            <dt>{words.columns.created}</dt>
            <dd>
              <Time visit={visit} at={workspace.createdAt} />
            </dd>
          </dl>
          {may(visit, "manage") ? (
            <Action name="save" class="wide">
              <Problem refused={refused} />
              <Text
                name="name"
                label={words.name}
                value={typed(refused, "name", workspace.name)}
                required
                maxLength={100}
              />
              <Text
                name="timeZone"
                label={t.timeZone}
                hint={t.timeZoneHint}
                value={typed(refused, "timeZone", workspace.timeZone)}
                required
                maxLength={60}
              />
              <label class="tick">
                <input
                  type="checkbox"
                  name="confirmSends"
                  value="yes"
                  checked={refused ? refused.form.has("confirmSends") : workspace.confirmSends}
                />
                <span>
                  {t.confirmSends}
                  <small>{t.confirmSendsHint}</small>
                </span>
              </label>
              <button type="submit">{words.save}</button>
            </Action>
          ) : (
            <p>{workspace.timeZone}</p>
          )}
        </>
      ),
    };
  },
  actions: {
    save: {
      needs: "manage",
      async take(visit, form) {
        const name = newWorkspaceSchema.shape.name.safeParse(form.get("name"));
        if (!name.success) throw new Failure("invalid_input", "name: 1 to 100 characters.");
        const timeZone = timeZoneSchema.safeParse((form.get("timeZone") ?? "").trim());
        if (!timeZone.success) throw new Failure("invalid_input", "timeZone: such as Europe/Berlin.");
        await administrationOf(visit).updateWorkspace({
          name: name.data,
          timeZone: timeZone.data,
          confirmSends: form.has("confirmSends"),
        });
        return { to: "/settings/workspace", done: "saved" };
      },
    },
  },
};
