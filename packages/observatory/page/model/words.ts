// Numbers, spans and ids in words, the same in all views.

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A span in the two largest units that say something: `850 ms`, `2.4 s`, `3 min 5 s`, `2 h`. */
export function spanText(ms: number): string {
  if (!Number.isFinite(ms)) return '–'
  const span = Math.max(0, ms)
  if (span < SECOND) return `${Math.round(span)} ms`
  if (span < 10 * SECOND) return `${(Math.floor(span / 100) / 10).toFixed(1)} s`
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`
  if (span < HOUR) return twoUnits(span, [MINUTE, 'min'], [SECOND, 's'])
  if (span < DAY) return twoUnits(span, [HOUR, 'h'], [MINUTE, 'min'])
  return twoUnits(span, [DAY, 'd'], [HOUR, 'h'])
}

type Unit = readonly [ms: number, name: string]

function twoUnits(span: number, [large, name]: Unit, [small, smallName]: Unit): string {
  const rest = Math.floor((span % large) / small)
  const head = `${Math.floor(span / large)} ${name}`
  return rest === 0 ? head : `${head} ${rest} ${smallName}`
}

/** How long ago something was; an instant that is still to come is `now`. */
export function agoText(at: number, now: number): string {
  if (!Number.isFinite(at)) return 'never'
  return now - at < SECOND ? 'now' : `${spanText(now - at)} ago`
}

/** An instant on the node's clock as hours, minutes and seconds since its start. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND))
  const pad = (value: number): string => String(value).padStart(2, '0')
  const head = seconds >= 3600 ? `${Math.floor(seconds / 3600)}:` : ''
  return `${head}${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
}

/** The share of all ids under a prefix of `length` bits. */
export function shareText(length: number): string {
  if (length === 0) return 'all ids'
  return length <= 10 ? `1/${2 ** length} of ids` : `2⁻${superscript(length)} of ids`
}

/** An integer in superscript digits. */
export function superscript(value: number): string {
  return String(value).replace(/[\d-]/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '⁻')
}

/** Bytes in binary units. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`
}

/** `1 contact`, `2 contacts`. */
export function countText(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`
}

/** The head of an id, enough to tell ids of one view apart. */
export function shortId(id: string): string {
  return id.slice(0, 8)
}
