import { seal, unseal } from "../http/sealing.ts";

/** Credentials are sealed for good: a seal wants a lifetime. */
const CENTURY_SECONDS = 100 * 365 * 86_400;

function sealFor(env: Env, where: { workspaceId: string; inboxId: string }) {
  const { workspaceId, inboxId } = where;
  return {
    secret: env.PARLEY_SECRET,
    purpose: "inbox credentials",
    boundTo: `${workspaceId}/${inboxId}`,
  };
}

/** Credentials as they are stored: what was sealed for one inbox opens for no other. */
export function sealCredentials(
  env: Env,
  where: { workspaceId: string; inboxId: string },
  credentials: Record<string, unknown>,
): Promise<string> {
  return seal(credentials, CENTURY_SECONDS, sealFor(env, where));
}

/** What {@link sealCredentials} sealed; null where it does not open, which is so after `PARLEY_SECRET` was changed. */
export function openCredentials(
  env: Env,
  where: { workspaceId: string; inboxId: string },
  sealed: string,
): Promise<unknown> {
  return unseal(sealed, sealFor(env, where));
}
