/** Where signing in by a passkey is taken; `…/question` is what the browser asks the device for. */
export const PASSKEY_PATH = "/sign-in/passkey";

/** Where the script is served that speaks with the device. */
export const PASSKEY_SCRIPT_PATH = "/sign-in/passkeys.js";

/**
 * Shows forms for passkeys where the browser has them (they are of no use without script), asks the device when one is
 * sent, and sends its answer along. Whoever closes the device's window finds the form as it was.
 */
const SCRIPT = `if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  for (const form of document.querySelectorAll("form[data-question]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      const { response } = form.elements;
      event.preventDefault();
      const problem = form.querySelector("[role=alert]");
      problem.hidden = true;
      try {
        const answer = await fetch(form.dataset.question, { method: "POST" });
        if (!answer.ok) throw new Error(String(answer.status));
        const question = await answer.json();
        const made = question.user !== undefined;
        const credential = made
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(question) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(question) });
        response.value = JSON.stringify(credential.toJSON());
        form.submit();
      } catch {
        problem.hidden = false;
      }
    });
  }
}
`;

export function passkeyScript(): Response {
  return new Response(SCRIPT, {
    headers: {
      "Content-Type": "text/javascript; charset=utf-8",
      "Cache-Control": "public, max-age=300",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

/** Signing in by a passkey. */
export function PasskeyForm({ returnTo }: { returnTo: string }) {
  return (
    <form
      method="post"
      action={PASSKEY_PATH}
      class="wide providers"
      data-question={`${PASSKEY_PATH}/question`}
      hidden
    >
      <input type="hidden" name="return_to" value={returnTo} />
      <input type="hidden" name="response" />
      <p class="problem" role="alert" hidden>
        The device gave no passkey. Try again, or sign in another way.
      </p>
      <button type="submit" class="quiet">
        Sign in with a passkey
      </button>
    </form>
  );
}
