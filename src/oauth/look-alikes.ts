/**
 * Letters that look like others. After Unicode's security mechanisms (UTS 39): a word of one alphabet is written in it
 * throughout, and East Asian scripts alone are mixed with Latin ones.
 */

const LATIN = /\p{Script=Latin}/u;
/** Scripts that are written beside Latin letters. */
const BESIDE_LATIN =
  /[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u;

/** Letters of other alphabets that are drawn like Latin ones: a word of these alone says one thing and reads as another. */
const DRAWN_LIKE_LATIN =
  // Cyrillic, Greek, Armenian, Cherokee
  /^[аАВеЕКМНоОрРсСТуУхХіІјЈѕЅһԁԛԝѵӀΑΒΕΖΗΙΚΜΝΟΡΤΥΧοικνρυαօսոցհԼՍՕᎪᏴᏟᎠᎬᎳᏀᎻᎥᎫᏦᏞᎷᏢᏚᎢᏙᎳᎩᏃᏒᏮᏎᎵ]+$/u;
/** Latin letters that no name in use is written with: those of phonetic writing and small capitals. */
const UNUSUAL_LATIN = /[\u0250-\u02af\u1d00-\u1dbf\ua720-\ua7ff\uab30-\uab6f]/u;

/** Letters and digits in circles, brackets and squares, which are no letters to a reader of words. */
const ENCLOSED = /[\u2460-\u24ff\u{1f100}-\u{1f1e5}]/u;

/** Whether letters of a name may be taken for others: it must not pass for the name of somebody else. */
export function hasLookAlikes(name: string): boolean {
  const words = name.match(/[\p{L}\p{M}\p{Nl}]+/gu) ?? [];
  if (ENCLOSED.test(name)) return true;
  return words.some((word) => {
    // Bold, full-width and other forms of a letter.
    if (word.normalize("NFC") !== word.normalize("NFKC") || UNUSUAL_LATIN.test(word)) return true;
    if (LATIN.test(word)) return [...word].some((letter) => !BESIDE_LATIN.test(letter));
    return DRAWN_LIKE_LATIN.test(word);
  });
}
