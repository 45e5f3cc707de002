// What a node's state file has to hold, kept naively: lists of what was learnt and entered, and a
// reader of the file's format of its own. Knows what a start must find in any bytes, and which
// warnings it owes for them.

import { createHash } from 'node:crypto'
import { type Contact, type Family, formatEndpoint, type Network } from '@dht/krpc'
import { bytesOf, type Operation } from '../support/crash-disk.ts'

/** Time between two saves in the model's world, ms. */
export const SAVE_EVERY_MS = 3_000

/** Plain data, comparable: contacts as `id@endpoint` in any order, entries as `id:port`. */
export interface Saved {
  readonly id: string
  readonly contacts: readonly string[]
  readonly entries: readonly string[]
}

export type Meaning =
  | ({ readonly kind: 'whole' } & Saved)
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unusable'; readonly reason: string }

export const hex = (held: string): string =>
  [...held].map((char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('')

export function keyOf({ id, endpoint }: Contact): string {
  const name = [...id].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${name}@${formatEndpoint(endpoint)}`
}

export const familyOf = (key: string): Family => (key.includes('[') ? 6 : 4)

/** What the bytes of a file say; a character each. */
export function meaningOf(held: string, network: Network): Meaning {
  const [header, sum, body] = [held.slice(0, 12), held.slice(12, 44), held.slice(44)]
  if (header !== 'dht-state 1\n') return unusable('it is no state file of this version')
  const digest = createHash('sha256').update(bytesOf(body)).digest('hex')
  if (digest !== hex(sum)) return unusable('its checksum does not match')
  const fields = fieldsOf(body)
  if (typeof fields === 'string') return unusable(fields)
  const name = fields.get('network')
  if (name === undefined) return unusable('it names no network')
  if (name !== network.name) return { kind: 'foreign' }
  const id = fields.get('id')
  const width = network.idLength
  if (id?.length !== width) return unusable(`its id is not ${width} bytes wide`)
  const contacts = [
    ...recordsOf(fields.get('contacts'), width + 6).map((r) => contactOf(r, width, 4)),
    ...recordsOf(fields.get('contacts6'), width + 18).map((r) => contactOf(r, width, 6)),
  ]
  const entries = recordsOf(fields.get('entries'), width + 2).map(
    (record) => `${hex(record.slice(0, width))}:${numberOf(record.slice(width))}`,
  )
  return { kind: 'whole', id: hex(id), contacts, entries }
}

function unusable(reason: string): Meaning {
  return { kind: 'unusable', reason }
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
  // The only zeros in a row of the addresses of this world are those of the second half.
  const text = family === 4 ? address.join('.') : `[${groups.join(':').replace(/(:0)+:/, '::')}]`
  return `${hex(record.slice(0, width))}@${text}:${numberOf(record.slice(-2))}`
}

/** A node between its start and its end. */
export interface Life {
  readonly id: string
  readonly families: readonly Family[]
  table: string[]
  /** For each family the last contacts there were. */
  readonly known: Map<Family, readonly string[]>
  entries: string[]
  warnings: string[]
  saveAt: number
  /** What was known by when, and whether storage has failed since. */
  learnt: { readonly what: string; readonly at: number }[]
  hasFailed: boolean
}

const UNSAVED = 'the state could not be saved'

export class PersistenceModel {
  readonly network: Network
  now = 0
  /** The file, a character for each byte. */
  held: string | undefined
  /** Values that a power cut may bring back. */
  former: (string | undefined)[] = []
  aside: string | undefined
  life: Life | undefined
  /** A damaged value lies where the next is to go. */
  isBlocked = false
  fault: { readonly operation: Operation; readonly code: string } | undefined

  constructor(network: Network) {
    this.network = network
  }

  /** What a start has to make of the storage; undefined when it has to refuse. */
  load(): { readonly saved: Saved | undefined; readonly warnings: string[] } | undefined {
    this.isBlocked = false
    const reason = this.#reasonAgainst()
    if (reason !== undefined) {
      const warnings = [`the saved state is set aside: ${reason}`]
      if (this.#fails('rename')) {
        this.isBlocked = true
        warnings.push('the saved state could not be set aside')
      } else this.#setAside()
      return { saved: undefined, warnings }
    }
    if (this.held === undefined) return { saved: undefined, warnings: [] }
    const meaning = meaningOf(this.held, this.network)
    return meaning.kind === 'whole' ? { saved: meaning, warnings: [] } : undefined
  }

  /** @param id - of a node that found none */
  begin(
    found: { readonly saved: Saved | undefined; readonly warnings: string[] },
    start: { readonly id: string; readonly families: readonly Family[] },
  ): void {
    const { saved, warnings } = found
    const { id, families } = start
    const known = new Map<Family, readonly string[]>()
    for (const family of [4, 6] as const) {
      const those = saved?.contacts.filter((key) => familyOf(key) === family) ?? []
      if (those.length > 0) known.set(family, those)
    }
    const mayEnter = (key: string): boolean =>
      families.includes(familyOf(key)) && !key.startsWith(`${id}@`)
    this.life = {
      id,
      families,
      known,
      warnings,
      table: saved?.contacts.filter(mayEnter) ?? [],
      entries: [...(saved?.entries ?? [])],
      saveAt: this.now + SAVE_EVERY_MS,
      learnt: [],
      hasFailed: false,
    }
  }

  /** What a save now would put into the file. */
  expected(): Saved {
    const { id, known, table, entries } = this.life!
    for (const family of [4, 6] as const) {
      const those = table.filter((key) => familyOf(key) === family)
      if (those.length > 0) known.set(family, those)
    }
    return { id, contacts: [...known.values()].flat(), entries }
  }

  /** A save, and whether it has to succeed. */
  save(): boolean {
    const life = this.life!
    this.expected()
    if (this.isBlocked && !this.#fails('rename')) {
      this.isBlocked = false
      this.#setAside()
    }
    const fatal: readonly Operation[] = ['mkdir', 'open', 'write', 'flush', 'rename']
    const isSaved = !this.isBlocked && !fatal.some((operation) => this.#fails(operation))
    if (!isSaved) {
      // Each warning comes once in a life.
      if (!life.warnings.includes(UNSAVED)) life.warnings.push(UNSAVED)
      life.hasFailed = true
      return false
    }
    const isFlushed = !this.#fails('open folder') && !this.#fails('flush folder')
    this.former = isFlushed ? [] : [...this.former, this.held]
    return true
  }

  #setAside(): void {
    if (this.held === undefined) return
    this.former.push(this.held)
    this.aside = this.held
    this.held = undefined
  }

  #reasonAgainst(): string | undefined {
    if (this.#fails('readFile')) return 'it could not be read'
    if (this.held === undefined) return undefined
    const meaning = meaningOf(this.held, this.network)
    return meaning.kind === 'unusable' ? meaning.reason : undefined
  }

  #fails(operation: Operation): boolean {
    return this.fault?.operation === operation
  }
}
