// Finds the ids of properties in a title or text: `NET-51…53, 58` names four, `SIM-S1` one.

const ID = /\b([A-Z]{2,}-[A-Z]?)(\d+(?:(?:…|, )\d+)*)\b/g
/** What looks like a family of properties, and is a standard. */
const STANDARDS = new Set(['BEP-', 'CRC-', 'ISO-', 'RFC-', 'SHA-', 'UTF-'])

/** @param {string} text @returns {Generator<string>} in the order of the text, doubles included */
export function* propertiesIn(text) {
  for (const [, about = '', numbers = ''] of text.matchAll(ID)) {
    if (STANDARDS.has(about)) continue
    for (const span of numbers.split(', ')) {
      const [first = '', last = first] = span.split('…')
      if (first === last) yield `${about}${first}`
      else for (let each = Number(first); each <= Number(last); each++) yield `${about}${each}`
    }
  }
}

/**
 * How a text spells the id: NET-52 may be part of `NET-51…53`.
 *
 * @param {string} id
 * @param {string} text
 * @returns {string[]}
 */
export function spellingsOf(id, text) {
  const groups = [...text.matchAll(ID)].map(([group]) => group)
  return [...new Set(groups)].filter((group) => [...propertiesIn(group)].includes(id))
}
