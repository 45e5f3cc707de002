// A naive model of a node's state file: lists of what was learned and announced, and its own reader
// of the file format. It predicts how a start treats any bytes and any lock, when it refuses, and
// which warnings follow.

import { createHash } from 'node:crypto'
import { type Contact, type Family, formatEndpoint, type Network } from '@dht/krpc'
import { bytesOf, type Operation } from '../support/crash-disk.ts'

/** Time between two saves in the world of the model, ms. */
export const SAVE_EVERY_MS = 3_000

/** Time between two touches of a lock, age of a stale lock, time between two checks, ms. */
export const TOUCH_MS = 10_000
export const STALE_MS = 30_000
export const LOOK_MS = 500

/** Most damaged states that are kept. */
const KEPT_ASIDE = 5

/** Comparable plain data: contacts as `id@endpoint` in any order, announcements as `id:port`. */
export interface Saved {
  readonly ids: Readonly<Record<Family, string>>
  readonly contacts: readonly string[]
  readonly entries: readonly string[]
}

export type Meaning =
  | ({ readonly kind: 'whole' } & Saved)
  | { readonly kind: 'refused' }
  | { readonly kind: 'damaged'; readonly reason: string }

export const hex = (held: string): string =>
  [...held].map((char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('')

export function keyOf({ id, endpoint }: Contact): string {
  const name = [...id].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${name}@${formatEndpoint(endpoint)}`
}

export const familyOf = (key: string): Family => (key.includes('[') ? 6 : 4)

/** The meaning of a file with one character per byte. */
export function meaningOf(held: string, network: Network): Meaning {
  const [header, sum, body] = [held.slice(0, 12), held.slice(12, 44), held.slice(44)]
  const isFirst = header === 'dht-state 1\n'
  if (!isFirst && header !== 'dht-state 2\n') return { kind: 'refused' }
  const digest = createHash('sha256').update(bytesOf(body)).digest('hex')
  if (digest !== hex(sum)) return damaged('its checksum does not match')
  const fields = fieldsOf(body)
  if (typeof fields === 'string') return damaged(fields)
  const name = fields.get('network')
  if (name === undefined) return damaged('it names no network')
  if (name !== network.name) return { kind: 'refused' }
  const [id, id6] = [fields.get('id'), fields.get(isFirst ? 'id' : 'id6')]
  const width = network.idLength
  if (id?.length !== width) return damaged(`its id is not ${width} bytes wide`)
  if (id6?.length !== width) return damaged(`its id6 is not ${width} bytes wide`)
  const contacts = [
    ...recordsOf(fields.get('contacts'), width + 6).map((r) => contactOf(r, width, 4)),
    ...recordsOf(fields.get('contacts6'), width + 18).map((r) => contactOf(r, width, 6)),
  ]
  const entries = recordsOf(fields.get('entries'), width + 2).map(
    (record) => `${hex(record.slice(0, width))}:${numberOf(record.slice(width))}`,
  )
  return { kind: 'whole', ids: { 4: hex(id), 6: hex(id6) }, contacts, entries }
}

function damaged(reason: string): Meaning {
  return { kind: 'damaged', reason }
}

/** The strings of a bencoded dictionary, or what is wrong with it. */
function fieldsOf(body: string): ReadonlyMap<string, string> | string {
  if (/^\d+:/.test(body)) return 'its body is no dictionary'
  const strings: string[] = []
  let rest = body.slice(1)
  while (/^\d/.test(rest)) {
    const [digits = ''] = /^\d+/.exec(rest) ?? []
    const start = digits.length + 1
    strings.push(rest.slice(start, start + Number(digits)))
    rest = rest.slice(start + Number(digits))
  }
  if (!body.startsWith('d') || rest !== 'e') return 'its body is damaged'
  return new Map(strings.flatMap((name, i) => (i % 2 === 0 ? [[name, strings[i + 1] ?? '']] : [])))
}

function recordsOf(packed = '', width: number): string[] {
  return Array.from({ length: Math.floor(packed.length / width) }, (_, i) =>
    packed.slice(i * width, (i + 1) * width),
  )
}

function numberOf(bytes: string): number {
  return [...bytes].reduce((sum, char) => 256 * sum + char.charCodeAt(0), 0)
}

function contactOf(record: string, width: number, family: Family): string {
  const address = [...record.slice(width, -2)].map((char) => char.charCodeAt(0))
  const groups = Array.from({ length: 8 }, (_, i) =>
    (256 * (address[2 * i] ?? 0) + (address[2 * i + 1] ?? 0)).toString(16),
  )
  // In this world only the second half of an address has several zeros in a row.
  const text = family === 4 ? address.join('.') : `[${groups.join(':').replace(/(:0)+:/, '::')}]`
  return `${hex(record.slice(0, width))}@${text}:${numberOf(record.slice(-2))}`
}

/** A node between its start and its end. */
export interface Life {
  readonly ids: Saved['ids']
  readonly families: readonly Family[]
  table: string[]
  /** The last contacts of each family. */
  readonly known: Map<Family, readonly string[]>
  entries: string[]
  warnings: string[]
  saveAt: number
  touchAt: number
  /** What was learned, and when; and whether the storage has failed since. */
  learnt: { readonly what: string; readonly at: number }[]
  hasFailed: boolean
  /** When the node touched its lock last. */
  touchedAt: number
  /** How often the node created a removed lock again. */
  renewals: number
  /** Why the node saves no more. */
  loss: 'taken' | 'removed' | undefined
}

/** The lock file. */
export interface Lock {
  /** A node of this model made it; otherwise a rival did. */
  readonly isOurs: boolean
  touchedAt: number
  /** Whether the next process can tell that its holder has ended. */
  isGone: boolean
  /** Whether an empty claim was left behind, which does not name its process. */
  isClaimed?: boolean
}

export type Fault = { readonly operation: Operation; readonly code: string }

/** The outcome of a start, and how long it waits for the lock. */
export type Start = { readonly waitMs: number } & (
  | { readonly kind: 'starts'; readonly saved: Saved | undefined; readonly warnings: string[] }
  | { readonly kind: 'refused'; readonly code: string }
)

/** Operations whose failure ends a save. All happen before the file is replaced. */
const FATAL: readonly Operation[] = ['mkdir', 'open', 'write', 'flush', 'read', 'rename']

const UNSAVED = 'the state could not be saved'
const UNRELEASED = 'the state could not be released'
const UNFINISHED = 'the storage has not finished one save when the next is due'
const WAITING = 'the state is locked: waiting to see whether its node still runs'
const RENEWED = 'the lock of the state was removed, and was made anew'
const LOST = {
  taken: 'another node has taken the state over: this one saves no more',
  removed:
    'the lock of the state was removed, and another node may have used the state: ' +
    'this one saves no more',
} as const

export class PersistenceModel {
  readonly network: Network
  now = 0
  /** The file, one character per byte. */
  held: string | undefined
  /** Values that may be back after a power failure. */
  former: (string | undefined)[] = []
  /** Damaged values, oldest first. */
  aside: string[] = []
  lock: Lock | undefined
  life: Life | undefined
  fault: Fault | undefined

  constructor(network: Network) {
    this.network = network
  }

  /** @param hasLeftovers - whether an interrupted save left temporary files */
  start(hasLeftovers: boolean): Start {
    const refused = (code: string, waitMs = 0): Start => ({ kind: 'refused', code, waitMs })
    const state = 'ERR_DHT_NODE_STATE'
    if (this.held === undefined && this.#fails('mkdir')) return refused(state)
    if (this.#fails('open')) return refused(state)
    const { lock } = this
    if (lock === undefined && this.#fails('write')) return refused(state)
    if (lock !== undefined && this.#fails('read')) return refused(state)
    const waitMs = this.waitMs(lock)
    if (lock !== undefined && this.#fails('write', 'rename')) return refused(state, waitMs)
    this.lock = { isOurs: true, touchedAt: this.now + waitMs, isGone: false }
    const meaning = this.#loads(hasLeftovers)
    if (meaning === undefined || meaning.kind === 'refused') {
      this.#release(this.now + waitMs)
      return refused(meaning === undefined ? state : 'ERR_DHT_NODE_ARGUMENT', waitMs)
    }
    const warnings = waitMs > 0 ? [WAITING] : []
    if (meaning.kind === 'damaged') {
      if (!this.#fails('rename')) this.#setAside()
      warnings.push(`the saved state is damaged and was set aside: ${meaning.reason}`)
    }
    if (this.#fails(...FATAL)) {
      this.#release(this.now + waitMs)
      return refused(state, waitMs)
    }
    return {
      kind: 'starts',
      saved: meaning.kind === 'whole' ? meaning : undefined,
      warnings,
      waitMs,
    }
  }

  /** @param start - `ids`: those of a node that found no state */
  begin(
    found: { readonly saved: Saved | undefined; readonly warnings: string[] },
    start: { readonly ids: Saved['ids']; readonly families: readonly Family[] },
  ): void {
    const { saved, warnings } = found
    const { ids, families } = start
    const known = new Map<Family, readonly string[]>()
    for (const family of [4, 6] as const) {
      const those = saved?.contacts.filter((key) => familyOf(key) === family) ?? []
      if (those.length > 0) known.set(family, those)
    }
    const mayEnter = (key: string): boolean =>
      families.includes(familyOf(key)) && !key.startsWith(`${ids[familyOf(key)]}@`)
    this.life = {
      ids,
      families,
      known,
      warnings,
      table: saved?.contacts.filter(mayEnter) ?? [],
      entries: [...(saved?.entries ?? [])],
      saveAt: this.now + SAVE_EVERY_MS,
      touchAt: this.now + TOUCH_MS,
      learnt: [],
      hasFailed: false,
      touchedAt: this.lock!.touchedAt,
      renewals: 0,
      loss: undefined,
    }
  }

  /** What a save would write now. */
  expected(): Saved {
    const { ids, known, table, entries } = this.life!
    for (const family of [4, 6] as const) {
      const those = table.filter((key) => familyOf(key) === family)
      if (those.length > 0) known.set(family, those)
    }
    return { ids, contacts: [...known.values()].flat(), entries }
  }

  /** A save. @returns whether it has to succeed */
  save(): boolean {
    const life = this.life!
    this.expected()
    if (life.loss !== undefined) return false
    if (this.#fails('mkdir', 'open', 'write', 'flush') || this.#isUnreadable) this.#warn(UNSAVED)
    else if (this.#keepsLock() && this.#fails('rename')) this.#warn(UNSAVED)
    else if (life.loss === undefined) {
      const isFlushed = !this.#fails('open folder', 'flush folder')
      this.former = isFlushed ? [] : [...this.former, this.held]
      return true
    }
    life.hasFailed = true
    return false
  }

  /** The lock is touched, if it can be; a loss is noticed. */
  touch(): void {
    const { life } = this
    if (life === undefined || life.loss !== undefined || this.#isUnreadable) return
    if (this.#mayRenew && this.#fails('open', 'write')) return
    if (!this.#keepsLock() || this.#fails('touch')) return
    this.lock!.touchedAt = this.now
    life.touchedAt = this.now
  }

  /** One save was under way when the next was due. */
  unfinished(): void {
    this.#warn(UNFINISHED)
  }

  close(): void {
    const isHeld = this.lock?.isOurs === true
    if (this.#isUnreadable || (isHeld && this.#fails('open', 'remove'))) {
      this.#warn(UNRELEASED)
    }
    this.#release()
  }

  /** The process has ended. @param isGone - whether the next process can tell */
  end(isGone: boolean): void {
    this.life = undefined
    if (this.lock?.isOurs === true) this.lock.isGone = isGone
  }

  /** How long a start has to wait until it can take a lock that is not touched. */
  waitMs(lock: Lock | undefined): number {
    if (lock === undefined || (lock.isGone && !lock.isClaimed)) return 0
    return Math.ceil(Math.max(0, lock.touchedAt + STALE_MS - this.now) / LOOK_MS) * LOOK_MS
  }

  /** @returns undefined when the file can't be read */
  #loads(hasLeftovers: boolean): Meaning | { readonly kind: 'none' } | undefined {
    if (this.#fails('list') || (hasLeftovers && this.#fails('remove'))) return undefined
    if (this.held === undefined) return { kind: 'none' }
    if (this.#fails('read')) return undefined
    return this.held === '' ? { kind: 'none' } : meaningOf(this.held, this.network)
  }

  #release(at = this.now): void {
    if (this.#fails('remove') && this.lock?.isOurs === true) {
      Object.assign(this.lock, { touchedAt: at, isClaimed: true })
    }
    if (!this.#fails('read', 'open', 'remove') && this.lock?.isOurs === true) {
      this.lock = undefined
    }
  }

  /** Whether there is a lock that can't be read. */
  get #isUnreadable(): boolean {
    return this.lock !== undefined && this.#fails('read')
  }

  /** The lock was removed so soon after a touch that no node can have taken it over before. */
  get #mayRenew(): boolean {
    return this.lock === undefined && this.now - this.life!.touchedAt < STALE_MS
  }

  /** Creates a removed lock again, or notices a loss. @returns whether the node has the lock */
  #keepsLock(): boolean {
    const { lock, now } = this
    const life = this.life!
    if (lock?.isOurs === true) return true
    if (this.#mayRenew) {
      this.lock = { isOurs: true, touchedAt: now, isGone: false }
      life.touchedAt = now
      life.renewals++
      this.#warn(RENEWED)
      return true
    }
    life.loss = lock === undefined ? 'removed' : 'taken'
    this.#warn(LOST[life.loss])
    return false
  }

  /** Each warning is reported once. */
  #warn(message: string): void {
    const { warnings } = this.life!
    if (!warnings.includes(message)) warnings.push(message)
  }

  #setAside(): void {
    if (this.held === undefined) return
    this.former.push(this.held)
    this.aside = [...this.aside, this.held].slice(-KEPT_ASIDE)
    this.held = undefined
  }

  #fails(...operations: readonly Operation[]): boolean {
    return this.fault !== undefined && operations.includes(this.fault.operation)
  }
}
