// Text in lines of a given width: Chinese breaks between characters, other scripts between words.

const CJK = "\\u2e80-\\u303f\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff\\uff00-\\uffef";
const PIECES = new RegExp(`[${CJK}“”‘’…—]|[^\\s${CJK}“”‘’…—]+|\\s+`, "gu");
const NEVER_FIRST = /^[，。、；：！？）》”’…—,.;:!?)\]]/u;
// What a drawing has no way to show, or what would turn the text around it.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu;

/**
 * @param {string} text
 * @param {number} width in pixels
 * @param {number} most lines; what is left then is shown as "…"
 * @param {(text: string) => number} measure
 * @returns {string[]} at least one line
 */
export function lines(text, width, most, measure) {
  /** @type {string[]} */
  const done = [];
  let line = "";
  // No drawing shows more than a few hundred characters of a label.
  const shown = text.slice(0, 600).replace(UNSEEN, " ").trim();
  const pieces = (shown.match(PIECES) ?? []).flatMap((piece) =>
    measure(piece) > width ? [...piece] : [piece],
  );
  let cut = text.length > 600;
  for (const piece of pieces) {
    if (done.length === most) {
      cut = true;
      break;
    }
    if (measure(line + piece) <= width || !line || NEVER_FIRST.test(piece)) line += piece;
    else {
      done.push(line.trimEnd());
      line = piece.trimStart();
    }
  }
  if (line && done.length === most) cut = true;
  else if (line || !done.length) done.push(line.trimEnd());
  if (cut) {
    let last = done[done.length - 1];
    while (last && measure(`${last}…`) > width) last = last.slice(0, -1);
    done[done.length - 1] = `${last}…`;
  }
  return done;
}
