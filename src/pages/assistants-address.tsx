import { page } from "./page.tsx";

/** Whether somebody looks at an address with a browser: browsers alone prefer pages. */
export function isForPeople(request: Request): boolean {
  const accept = request.headers.get("accept") ?? "";
  return request.method === "GET" && /^\s*text\/html\b/i.test(accept);
}

/** What a person sees who opens an address that is meant for assistants. */
export function assistantsAddress(address: string): Promise<Response> {
  return page(
    "This address is for an assistant",
    <>
      <p>
        You have opened it in a browser. Give it to your assistant instead, which then asks you to sign in:
      </p>
      <pre>
        <code>{address}</code>
      </pre>
      <p>
        <a href="/docs/connect">How to connect yours</a>
      </p>
    </>,
    { headers: new Headers({ Vary: "Accept" }), formsStayHere: true, wide: true },
  );
}
