/** A token as a request shows it. */
export interface ShownToken {
  token: string;
  /** It came as `?token=`, where addresses may be logged by others: only tokens made for it hold there. */
  inUrl: boolean;
}

/**
 * Authorization goes first, then `x-api-key`, then `?token=`; each may hold any kind of token. An Authorization that
 * shows no bearer token (another scheme, an empty value) is somebody else's, a proxy's say, and hides none of the others.
 */
export function credentialOf(request: Request, url: URL): ShownToken | null {
  const authorization = request.headers.get("authorization");
  const bearer = authorization && /^Bearer[\t ]+([^\s,]+)$/i.exec(authorization)?.[1];
  if (bearer) return { token: bearer, inUrl: false };
  const key = request.headers.get("x-api-key")?.trim();
  if (key) return /^[^\s,]+$/.test(key) ? { token: key, inUrl: false } : null;
  const token = url.searchParams.get("token");
  return token && /^[^\s,]+$/.test(token) ? { token, inUrl: true } : null;
}
