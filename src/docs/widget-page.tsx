import { Contents, docsPage } from "./page.tsx";

const CALLS: { call: string; does: string }[] = [
  { call: "parley.open()", does: "opens the chat" },
  { call: "parley.close()", does: "closes it" },
  {
    call: "parley.identify({ id, signature, name, email })",
    does: "says who the visitor is; id and signature together, see below. Name and email alone are what the visitor says of itself. null: nobody in particular any more, for signing out",
  },
  {
    call: "parley.setCart({ value: 129.5 })",
    does: "says what is in the cart, in the currency of your shop, for sales rules with cart_value",
  },
  {
    call: 'parley.on("message", (message) => …)',
    does: "hears of open, close, message ({from, text}) and unread (a number); answers a function that ends it",
  },
];

const SIGNING = `// On your server, for the user who is signed in. The secret never goes to a page.
import { createHmac } from "node:crypto";
const signature = createHmac("sha256", PARLEY_IDENTITY_SECRET).update(user.id).digest("hex");`;

const IDENTIFYING = `(window.parley ||= []).push(["identify", { id: "user-7", signature: "…", name: "Grace" }]);`;

const PARTS = [
  { id: "embed", name: "Put it on a page" },
  { id: "policy", name: "A page with a Content Security Policy" },
  { id: "kept", name: "What it keeps" },
  { id: "script", name: "Speak to it by script" },
  { id: "identity", name: "Signed-in users" },
  { id: "nothing", name: "When nothing shows" },
];

function Tool({ name, toolset = "chatbots" }: { name: string; toolset?: string }) {
  return (
    <a href={`/docs/tools/${toolset}#${name}`}>
      <code>{name}</code>
    </a>
  );
}

/** `/docs/widget`: for people who put the chat widget on their site. @param origin of this deployment */
export function widgetPage(origin: string): Promise<string> {
  const host = origin.replace(/^http/, "ws");
  const snippet = `<script src="${origin}/widget.js?inbox=pub_…" async></script>`;
  const policy = `script-src ${origin}; connect-src ${origin} ${host}; img-src https:`;
  return docsPage({
    title: "Chat widget",
    path: "/docs/widget",
    description: "How the chat widget is put on a page, told who its visitor is, and spoken to by scripts.",
    content: (
      <>
        <Contents parts={PARTS} />
        <h2 id="embed">Put it on a page</h2>
        <p>One line of HTML, anywhere in the page, with the public key of a web inbox:</p>
        <pre>
          <code>{snippet}</code>
        </pre>
        <p>
          <Tool name="get_widget_config" /> answers the line for each inbox of a chatbot, and why there is
          none where it would show nothing. Colours, position, texts, help articles, opening by itself and
          sales rules are set with <Tool name="update_widget_config" />, <Tool name="update_widget_texts" />{" "}
          and <Tool name="create_sales_rule" toolset="products" />; pages have them at once, and are not
          changed for it. The widget speaks the chatbot's language, or the visitor's: Arabic, Dutch, English,
          French, German, Italian, Polish, Portuguese, Spanish or Turkish.
        </p>
        <p>
          Where the AI answers first, it greets whoever opens the chat, in the words of{" "}
          <Tool name="update_ai_config" /> or its own. Questions of a flow for a name, an email address and a
          phone number that follow each other are one form. Visitors send pictures and files of up to 10 MB by
          picking, pasting or dropping them.
        </p>
        <h2 id="policy">A page with a Content Security Policy</h2>
        <p>
          These are enough; a nonce on the script does as well. Styles need no leave, and trusted types may be
          on:
        </p>
        <pre>
          <code>{policy}</code>
        </pre>
        <h2 id="kept">What it keeps</h2>
        <p>
          No cookie, ever. Nothing at all before the visitor opens the chat (or sends a message of a sales
          rule away). Then, in the storage of your own site: a token that says which visitor this is, good for
          30 days, and what was written and has not been acknowledged yet.
        </p>
        <h2 id="script">Speak to it by script</h2>
        <dl>
          {CALLS.map(({ call, does }) => (
            <>
              <dt>
                <code>{call}</code>
              </dt>
              <dd>{does}</dd>
            </>
          ))}
        </dl>
        <p>Before the script has loaded, put calls into a list; they are made as soon as it is there:</p>
        <pre>
          <code>{IDENTIFYING}</code>
        </pre>
        <h2 id="identity">Signed-in users</h2>
        <p>
          A user whom your server vouches for is the same visitor in each browser, with all conversations. The
          signature is the HMAC-SHA256 of the id, in hex, with the inbox's identity secret as its key. The
          operator is shown the secret by{" "}
          <code>parley inbox identity-secret --workspace ws_… --inbox ib_…</code>; no tool shows it.
        </p>
        <pre>
          <code>{SIGNING}</code>
        </pre>
        <h2 id="nothing">When nothing shows</h2>
        <p>
          The browser's console says what the page refuses: mostly its policy (see above), or a blocker of
          scripts. Where it is silent, the site is none of the domains that the widget or its inbox allows, or
          something is switched off: <Tool name="get_widget_config" /> says what, in place of the line.
        </p>
      </>
    ),
  });
}
