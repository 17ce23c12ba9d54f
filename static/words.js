// Counts words as commissioning/web/words.py does; tests pass both the same file of vectors.
// White space is Unicode's White_Space, not the \s of this language, which differs.
const RUNS = /\P{White_Space}+/gu;
const LETTER_OR_DIGIT = /[\p{L}\p{Nd}]/u;

export function countWords(text) {
  const runs = text.normalize("NFC").match(RUNS) || [];
  return runs.filter((run) => LETTER_OR_DIGIT.test(run)).length;
}

export function sentence(used, limit) {
  const number = (value) => value.toLocaleString("en-GB");
  if (used <= limit) {
    return `${number(used)} of ${number(limit)} words`;
  }
  const beyond = used - limit;
  return `${number(used)} of ${number(limit)} words: ${number(beyond)} word${beyond === 1 ? "" : "s"} over the limit`;
}
