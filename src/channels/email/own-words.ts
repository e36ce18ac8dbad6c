/**
 * What somebody wrote in an answer, without what their mail program added: the mail that is answered, and a signature.
 * Goes by lines, each looked at once; where nothing would be left, all is.
 */

/** Begins what is quoted, in the languages of mail programs: "On Mon, Ada wrote:" and the like. */
const WROTE_START = /^(on|le|el|il|em|am|op|den|på|w dniu|dnia|em|pe|ma|ti|ke|to|la|su|dne|în|a)\s/i;
const WROTE_END =
  /(wrote|writes|a écrit|écrit|escribió|ha scritto|scritto|escreveu|schrieb|schreef|skrev|pisze|napisał|napisała|napisał\(a\)|kirjoitti|napsal|napsal\(a\)|a scris|yazdı|написал|написала|пишет)\s*[:：]?\s*$/i;
/** "Am 1.2.2026 um 10:00 schrieb Ada <ada@example.com>:", where the name stands last. */
const WROTE_INSIDE = /\b(schrieb|schreef|skrev|a écrit|wrote|pisze)\b.*[:：]\s*$/i;
const CJK_WROTE = /(写道|寫道|のメッセージ|作成|작성|님이 작성)\s*[:：]?\s*$/;
/** An address in angle brackets that may be broken over two lines, with little behind it. */
const ADDRESSED = /<\s?(mailto:)?[^<>\s]{1,64}@[^<>\s]{1,254}\s?>.{0,40}$/;
/** Lines that a header of what is quoted may take. */
const WROTE_LINES = 3;
const WROTE_LENGTH = 400;

/** "-----Original Message-----". */
const ORIGINAL =
  /^[-_*\s]{2,}(original message|original appointment|ursprüngliche nachricht|originalnachricht|message d'origine|message original|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|oprindelig besked|oprindelig meddelelse|opprinnelig melding|ursprungligt meddelande|alkuperäinen viesti|wiadomość oryginalna|původní zpráva|исходное сообщение|原始邮件|元のメッセージ)[-_*\s]*$/i;

/** Begins what is forwarded: what follows is what somebody wants read. */
const FORWARDED =
  /^[-_*\s]{0,20}(begin forwarded message|forwarded (message|mail)|weitergeleitete nachricht|anfang der weitergeleiteten|message transféré|mensaje reenviado|mensagem encaminhada|messaggio inoltrato|doorgestuurd bericht|videresendt (besked|melding)|vidarebefordrat meddelande|wiadomość przekazana|пересылаемое сообщение|转发的邮件|転送)/i;

/** A line of the header that Outlook puts above what is quoted. */
const FIELD =
  /^\s{0,8}\*?(from|von|de|da|van|från|fra|od|lähettäjä|от|发件人|差出人|sent|gesendet|envoyé|enviado|enviado el|inviato|verzonden|skickat|sendt|wysłano|lähetetty|отправлено|发送时间|date|datum|fecha|data|dato|to|an|à|para|a|aan|till|til|do|кому|收件人|cc|kopie|subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|aihe|тема|主题|件名)\s{0,3}[:：]/i;
const FIRST_FIELD = /^\s{0,8}\*?(from|von|de|da|van|från|fra|od|lähettäjä|от|发件人|差出人)\s{0,3}[:：]/i;

/** Written by a telephone below what its owner wrote. */
const SENT_FROM =
  /^(sent from (my |mail for |yahoo|outlook|the )|get outlook for |envoyé (de mon|depuis|à partir)|télécharger outlook pour|gesendet (von|mit|aus)|von meinem .{2,40} gesendet|holen sie sich outlook|enviado (desde|do meu|a partir)|obtener outlook para|inviato da|ottieni outlook per|verzonden vanaf|verstuurd vanaf|sendt fra|skickat från|skickades från|lähetetty |wysłane z |отправлено (с|из)|iPhoneから送信)/i;

/** What may be left behind a line of {@link SENT_FROM}. */
const LINES_BEHIND = 2;

/** Longest text that is looked at; longer ones come as they are. */
const MAX = 200_000;

const isQuote = (line: string) => /^\s{0,3}(>|\|\s?>)/.test(line);
const isBlank = (line: string | undefined) => line === undefined || line.trim() === "";

/** @param text of a whole mail @returns what its sender wrote in it; the whole where that cannot be told */
export function ownWords(text: string): string {
  const whole = text.replace(/\r\n?/g, "\n").trim();
  if (whole.length > MAX) return whole;
  const left = withoutSignature(withoutQuotes(whole.split("\n"))).join("\n");
  const own = left.replace(/\n{3,}/g, "\n\n").trim();
  return own === "" ? whole : own;
}

function withoutQuotes(lines: string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    if (FORWARDED.test(line)) return [...kept, ...lines.slice(i)];
    if (ORIGINAL.test(line) || isFieldBlock(lines, i)) return untilRule(kept);
    const behind = wroteLines(lines, i);
    if (behind > 0) {
      const next = firstWritten(lines, i + behind);
      // Without marks of its own, all below is quoted.
      if (next === null || !isQuote(lines[next] ?? "")) return kept;
      i += behind - 1;
      continue;
    }
    kept.push(line);
  }
  return answersInside(kept) ? lines : kept.filter((line) => !isQuote(line));
}

/** Lines that say who wrote what stands below, counted from here; 0: this one does not begin such. */
function wroteLines(lines: readonly string[], at: number): number {
  const first = (lines[at] ?? "").trim();
  if (first === "" || first.length > WROTE_LENGTH) return 0;
  let said = "";
  for (let n = 1; n <= WROTE_LINES; n++) {
    const line = (lines[at + n - 1] ?? "").trim();
    const isEnd = /^>\s?[:：]$/.test(line);
    if (line === "" || line.length > WROTE_LENGTH || (n > 1 && isQuote(line) && !isEnd)) return 0;
    said = said === "" ? line : `${said} ${line}`;
    if (isWrote(said)) return n;
  }
  return 0;
}

function isWrote(said: string): boolean {
  // A sentence may end like that as well: whoever quotes says when, or whom.
  if (!/\d|@|</.test(said)) return false;
  if (CJK_WROTE.test(said)) return true;
  // With somebody's address and a time, in whatever language.
  const named = ADDRESSED.exec(said);
  if (named) return /[:：]\s*$/.test(said) || WROTE_END.test(said);
  return (
    /[:：]\s*$/.test(said) && WROTE_START.test(said) && (WROTE_END.test(said) || WROTE_INSIDE.test(said))
  );
}

/** From, Sent, To, Subject, one below the other. */
function isFieldBlock(lines: readonly string[], at: number): boolean {
  if (!FIRST_FIELD.test(lines[at] ?? "")) return false;
  let fields = 1;
  for (let n = 1; n < 8 && fields < 3; n++) {
    const line = lines[at + n] ?? "";
    if (isBlank(line)) return false;
    if (FIELD.test(line)) fields++;
  }
  return fields >= 3;
}

/** Without the rule that Outlook draws above the header. */
function untilRule(lines: string[]): string[] {
  let end = lines.length;
  while (end > 0 && isBlank(lines[end - 1])) end--;
  return /^\s*[_-]{5,}\s*$/.test(lines[end - 1] ?? "") ? lines.slice(0, end - 1) : lines;
}

function firstWritten(lines: readonly string[], from: number): number | null {
  const at = lines.findIndex((line, i) => i >= from && !isBlank(line));
  return at === -1 ? null : at;
}

/** Somebody answers point by point: what is quoted says what to. */
function answersInside(lines: readonly string[]): boolean {
  let answers = 0;
  let afterQuote = false;
  for (const line of lines) {
    if (isBlank(line)) continue;
    if (/^-- ?$/.test(line)) break;
    if (isQuote(line)) afterQuote = true;
    else if (afterQuote) {
      answers++;
      afterQuote = false;
    }
  }
  return answers > 1;
}

function withoutSignature(lines: string[]): string[] {
  const dashes = lines.findIndex((line, i) => i > 0 && /^-- ?$/.test(line));
  const kept = dashes === -1 ? lines : lines.slice(0, dashes);
  const sent = kept.findLastIndex((line) => SENT_FROM.test(line.trim()));
  const isLast = sent > 0 && kept.slice(sent + 1).filter((line) => !isBlank(line)).length <= LINES_BEHIND;
  return isLast ? kept.slice(0, sent) : kept;
}
