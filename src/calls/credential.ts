/** A token as a request shows it. */
export interface ShownToken {
  token: string;
  /** It came as `?token=`, where addresses may be logged by others: only tokens made for it hold there. */
  inUrl: boolean;
}

/** What a token may look like in a header or an address: no blanks, no list of several. */
const TOKEN = /^[^\s,]+$/;

/**
 * `Authorization: Bearer` goes first, then `x-api-key`, then `?token=`; each may hold any kind of token. What is no
 * Bearer token counts as none: proxies put credentials of their own into that header.
 */
export function credentialOf(request: Request, url: URL): ShownToken | null {
  const bearer = /^Bearer[\t ]+([^\s,]+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (bearer !== undefined) return { token: bearer, inUrl: false };
  const key = request.headers.get("x-api-key")?.trim();
  if (key && TOKEN.test(key)) return { token: key, inUrl: false };
  const token = url.searchParams.get("token");
  return token && TOKEN.test(token) ? { token, inUrl: true } : null;
}

/** How to make it right, where nothing that came was a token. */
const SEND = "send a token as Authorization: Bearer <token>";

/**
 * Why a request was not let in and what to do about it, in one or two sentences for who set up the client.
 * @param shown null when it showed no token
 * @param notInAddress the token is good, but not where it stood
 */
export function whyUnauthenticated(
  request: Request,
  shown: ShownToken | null,
  notInAddress: boolean,
): string {
  if (shown?.inUrl && (notInAddress || !shown.token.startsWith("parley_"))) {
    return "Unauthorized: this token may not stand in an address. Send it as Authorization: Bearer <token>, or use one that was made with --allow-url.";
  }
  if (shown) {
    return "Unauthorized: this token is not known here, has expired or was revoked. Sign in again, or have the operator make a new one (parley token create).";
  }
  const authorization = request.headers.get("authorization")?.trim() ?? "";
  if (/^parley_\S+$/.test(authorization)) {
    return "Unauthorized: the word Bearer is missing. Send the header as Authorization: Bearer <token>.";
  }
  if (/^Bearer$/i.test(authorization))
    return `Unauthorized: no token stands behind Bearer. Sign in by OAuth, or ${SEND}.`;
  if (authorization !== "") {
    return `Unauthorized: what stands in the Authorization header is no Bearer token. Sign in by OAuth, or ${SEND}.`;
  }
  return `Unauthorized: no credential came with this request. Sign in by OAuth, or ${SEND}.`;
}
