import { useEffect, useState } from "preact/hooks";
import { codeOf, sayRefused, useView } from "./view.ts";

/** Characters of what may be said with a rating. */
const LONGEST = 1000;

interface Rate {
  conversationId: string;
  /** The visitor has answered, or does not want to. */
  done(): void;
}

/** Asks once how a conversation was, and then for a word on it. Nobody has to. */
export function Rate({ conversationId, done }: Rate) {
  const { chat, words, state, tell } = useView();
  const [given, setGiven] = useState<number | null>(null);
  const [comment, setComment] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => tell(words.rateUs), []);
  const send = (rating: number, word: string, then: () => void) => {
    chat.rate(conversationId, rating, word.trim()).then(
      () => {
        setTrouble(null);
        then();
      },
      (error) => setTrouble(sayRefused(words, codeOf(error), state.config.longest)),
    );
  };
  const labels = [words.rate1, words.rate2, words.rate3, words.rate4, words.rate5];
  return (
    <section class="rate" aria-label={words.rateUs}>
      <p>
        <strong>{given === null ? words.rateUs : words.thanks}</strong>
      </p>
      {given === null ? (
        <div class="numbers">
          {labels.map((label, i) => (
            <button
              type="button"
              key={label}
              aria-label={`${i + 1}: ${label}`}
              title={label}
              onClick={() => send(i + 1, "", () => setGiven(i + 1))}
            >
              {"😞🙁😐🙂😀".match(/./gu)?.[i]}
            </button>
          ))}
        </div>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (comment.trim() === "") return done();
            send(given, comment, () => {
              tell(words.thanks);
              done();
            });
          }}
        >
          <textarea
            rows={2}
            value={comment}
            maxLength={LONGEST}
            aria-label={words.comment}
            placeholder={words.comment}
            dir="auto"
            onInput={({ currentTarget }) => setComment(currentTarget.value)}
          />
          <button type="submit" class="main">
            {words.send}
          </button>
        </form>
      )}
      {trouble && (
        <p class="hint" role="alert">
          {trouble}
        </p>
      )}
      <button type="button" class="quiet" onClick={done}>
        {words.notNow}
      </button>
    </section>
  );
}
