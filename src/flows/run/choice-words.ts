import { foldedWords } from "../../tenant/fold.ts";

/** "And", in the languages that visitors write most. */
const AND = ["and", "und", "et", "y", "e", "en", "och", "og", "ja", "i", "oraz", "и", "та", "ve"];
/** The same where words are not parted by spaces. */
const AND_UNSPACED = ["と", "和", "及"];

const words = (...phrases: string[]): ReadonlySet<string> => new Set(phrases.map(foldedWords));

const ALL = words(
  ...[
    "all",
    "all of them",
    "all of these",
    "all of those",
    "all of the above",
    "all options",
    "all the above",
  ],
  ...[
    "everything",
    "every one",
    "every one of them",
    "everyone",
    "each",
    "each of them",
    "all please",
    "them all",
  ],
  ...[
    "alle",
    "alles",
    "alle davon",
    "todos",
    "todas",
    "todo",
    "tous",
    "toutes",
    "tout",
    "tutti",
    "tutte",
    "tutto",
  ],
  ...["allemaal", "tudo", "wszystkie", "все", "всё", "全部", "すべて", "hepsi"],
);

const BOTH = words(
  ...[
    "both",
    "both of them",
    "both of these",
    "both please",
    "beide",
    "beides",
    "los dos",
    "las dos",
    "ambos",
  ],
  ...["ambas", "les deux", "entrambi", "entrambe", "allebei", "båda", "begge", "oba", "оба", "обе"],
);

const NONE = words(
  ...["none", "none of them", "none of these", "none of those", "none of the above", "no option", "nothing"],
  ...[
    "neither",
    "neither of them",
    "not any",
    "keine",
    "keins",
    "keines",
    "keine davon",
    "keines davon",
    "nichts",
  ],
  ...[
    "nichts davon",
    "ninguno",
    "ninguna",
    "ninguno de ellos",
    "nada",
    "aucun",
    "aucune",
    "aucun d'eux",
    "rien",
  ],
  ...[
    "nessuno",
    "nessuna",
    "geen",
    "geen van deze",
    "nenhum",
    "nenhuma",
    "żadne",
    "żaden",
    "ничего",
    "никакой",
  ],
  ...["なし", "无", "hiçbiri", "inga", "ingen"],
);

/**
 * What stands between options in one line: signs, and words for "and". A label that holds one is tried before it is
 * taken apart.
 */
export const BETWEEN = new RegExp(
  `[,;&+/\\u3001\\uff0c\\uff1b\\u060c\\u061b]|(?<=\\s)(?:${AND.join("|")})(?=\\s)|${AND_UNSPACED.join("|")}`,
  "giu",
);

/** What a text says of the options as a whole. */
export function saidOfAll(text: string): "all" | "both" | "none" | null {
  const said = foldedWords(text);
  if (ALL.has(said)) return "all";
  if (BOTH.has(said)) return "both";
  return NONE.has(said) ? "none" : null;
}
