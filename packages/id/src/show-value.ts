// How the errors of all packages show a value on one line. Text is quoted, so that "8" differs from
// 8. Bytes are shown by their number, and an object of a class by the name of the class.
// It accepts any value, never throws, and the result has a limited length.

/** Most characters of a value that is shown. Ours: fits on a line with the rest of the message. */
const MAX_CHARACTERS = 80

/** Characters shown of a text that is longer than that. Ours. */
const TEXT_SHOWN = 40

/** Characters of a name that are compared with other names. Ours: no option has half of that. */
const MAX_COMPARED = 64

/** How many known names are suggested for an unknown one. Ours. */
const MAX_SUGGESTIONS = 3

/** @returns one line; for longer texts and lists their length */
export function showValue(value: unknown): string {
  try {
    return show(value, 2)
  } catch {
    // A proxy may throw at any access.
    return `an unreadable ${typeof value}`
  }
}

/**
 * What is expected in place of an unknown name: the known names if they are few, or the most
 * similar.
 *
 * @param known - at least one
 */
export function expectedNames(name: string, known: readonly string[]): string {
  if (known.length <= MAX_SUGGESTIONS) return known.join(' or ')
  const suggested = known
    .map((each) => ({ each, edits: editsBetween(name, each) }))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ each }) => each)
  return `a known name, such as ${suggested.slice(0, -1).join(', ')} or ${suggested.at(-1)}`
}

/** @param depth - levels of objects and lists that are shown by their content */
function show(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quoted(value)
    case 'bigint':
      return printable(`${value}n`)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'function':
      return value.name === '' ? 'a function' : `a function ${printable(value.name)}`
    case 'object':
      return value === null ? 'null' : showObject(value, depth)
    default:
      return printable(String(value))
  }
}

function showObject(value: object, depth: number): string {
  if (ArrayBuffer.isView(value)) return showBytes(value)
  if (Array.isArray(value)) {
    const count = counted(value.length, 'item')
    return contentOrName(depth, `a list of ${count}`, () => `[${showAll(value, depth).join(', ')}]`)
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return named(value)
  return contentOrName(depth, 'an object', () => {
    const names = Object.keys(value).slice(0, MAX_CHARACTERS)
    const values = showAll(
      names.map((name) => Reflect.get(value, name)),
      depth,
    )
    const content = names.map((name, i) => `${printable(name)}: ${values[i]}`)
    return content.length === 0 ? '{}' : `{ ${content.join(', ')} }`
  })
}

function showAll(values: readonly unknown[], depth: number): string[] {
  // More items than characters can't be shown.
  return values.slice(0, MAX_CHARACTERS).map((value) => show(value, depth - 1))
}

/** The content, or `name` where the content is nested too deeply or too long. */
function contentOrName(depth: number, name: string, content: () => string): string {
  if (depth === 0) return name
  const text = content()
  return text.length <= MAX_CHARACTERS ? text : name
}

function showBytes(value: ArrayBufferView): string {
  const bytes = counted(value.byteLength, 'byte')
  return `${named(value)} of ${bytes}`
}

/** The name of an object's class, with its article. */
function named(value: object): string {
  const maker: unknown = Reflect.get(value, 'constructor')
  const name = typeof maker === 'function' ? maker.name : ''
  if (name === '') return 'an object'
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${printable(name)}`
}

function quoted(text: string): string {
  const whole = text.length <= MAX_CHARACTERS ? escaped(JSON.stringify(text)) : undefined
  if (whole !== undefined && whole.length <= MAX_CHARACTERS) return whole
  const start = escaped(JSON.stringify(text.slice(0, TEXT_SHOWN)))
  return `${start.slice(0, -1)}…" (${counted(text.length, 'character')})`
}

/** Escapes characters that JSON leaves as they are and a terminal may take for a command. */
function escaped(json: string): string {
  return json.replace(/[\x7f-\x9f\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** A name without quotes, so characters other than printable ASCII are replaced. */
function printable(name: string): string {
  const text = name.replace(/[^\x20-\x7e]/g, '?')
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS - 1)}…`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/**
 * How many letters must be changed, added or removed to get from one name to the other, ignoring
 * case. Letters missing at the end count a quarter, because names are often shortened.
 */
function editsBetween(name: string, other: string): number {
  const [a, b] = [name, other].map((each) => each.slice(0, MAX_COMPARED).toLowerCase())
  let row = Array.from({ length: b!.length + 1 }, (_, i) => i)
  for (let i = 0; i < a!.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b!.length; j++) {
      const changed = row[j]! + (a![i] === b![j] ? 0 : 1)
      next.push(Math.min(changed, row[j + 1]! + 1, next[j]! + 1))
    }
    row = next
  }
  return Math.min(...row.map((edits, length) => edits + (b!.length - length) / 4))
}
