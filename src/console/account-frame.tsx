import { frame } from "./layout.tsx";
import { type Language, WORDS } from "./words.ts";

/** Why a page is not shown, and the way on. @param said a heading and a sentence */
export function refusal(language: Language, status: number, [title, sentence]: string[]): Promise<Response> {
  const words = WORDS[language];
  return frame({
    language,
    words,
    title: title ?? "",
    status,
    body: (
      <>
        <p>{sentence}</p>
        <p>
          <a href="/w">{words.toWorkspaces}</a>
        </p>
      </>
    ),
  });
}
