// The outline of a datagram: where all parts that this package reads lie, noted in one pass.
// Keys may come in any order, so arguments are noted before their method is known. The first of
// equal keys counts, unknown keys are skipped, and bytes after the dictionary are ignored.

import { Dictionary } from '../bencode/dictionary.ts'
import { firstFlag, firstSpan, Scanner } from '../bencode/scanner.ts'
import { ABSENT, lengthOf, type Span, spanOf, spells } from '../bencode/span.ts'
import { type ErrorSpans, readErrorSpans } from './error-spans.ts'

/** Where the values of the top-level keys lie. Undefined or ABSENT: the key is missing. */
export class Outline {
  readonly bytes: Uint8Array
  arguments: Dictionary | undefined = undefined
  results: Dictionary | undefined = undefined
  error: ErrorSpans | undefined = undefined
  ip: Span = ABSENT
  /** The topic of a pub/sub overlay, `c` (BEP 50). */
  topic: Span = ABSENT
  networkKey: Span = ABSENT
  method: Span = ABSENT
  transactionId: Span = ABSENT
  version: Span = ABSENT
  kind: Span = ABSENT
  /** Any integer but 0 means yes, BEP 43; some clients send 0 in every message. */
  readOnly: boolean | undefined = undefined

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/**
 * Finds the parts of a message.
 *
 * @param bytes - at most MAX_DATAGRAM
 * @returns `undefined` when the bytes do not begin with a well-formed dictionary within the bounds
 */
export function outlineOf(bytes: Uint8Array): Outline | undefined {
  const scanner = new Scanner(bytes)
  const outline = new Outline(bytes)
  if (!scanner.enterDictionary()) return undefined
  while (scanner.more()) {
    if (scanner.readString()) noteEntry(scanner, outline)
  }
  return scanner.failed ? undefined : outline
}

function noteEntry(scanner: Scanner, outline: Outline): void {
  const { bytes } = outline
  const key = spanOf(scanner.start, scanner.end)
  if (lengthOf(key) === 1)
    noteOneLetterKey(scanner, outline, String.fromCharCode(bytes[scanner.start]!))
  else if (spells(bytes, key, 'ip')) outline.ip = firstSpan(outline.ip, scanner)
  else if (spells(bytes, key, 'ro')) outline.readOnly = firstFlag(outline.readOnly, scanner)
  else scanner.skip()
}

/** A switch: a table from key to part makes decoding a sixth slower. Measured. */
function noteOneLetterKey(scanner: Scanner, outline: Outline, letter: string): void {
  switch (letter) {
    case 'a':
      outline.arguments = firstOf(outline.arguments, nextDictionary(scanner, outline.bytes))
      break
    case 'c':
      outline.topic = firstSpan(outline.topic, scanner)
      break
    case 'e':
      outline.error = firstOf(outline.error, readErrorSpans(scanner))
      break
    case 'n':
      outline.networkKey = firstSpan(outline.networkKey, scanner)
      break
    case 'q':
      outline.method = firstSpan(outline.method, scanner)
      break
    case 'r':
      outline.results = firstOf(outline.results, nextDictionary(scanner, outline.bytes))
      break
    case 't':
      outline.transactionId = firstSpan(outline.transactionId, scanner)
      break
    case 'v':
      outline.version = firstSpan(outline.version, scanner)
      break
    case 'y':
      outline.kind = firstSpan(outline.kind, scanner)
      break
    default:
      scanner.skip()
  }
}

function firstOf<T>(seen: T | undefined, now: T): T {
  return seen ?? now
}

function nextDictionary(scanner: Scanner, bytes: Uint8Array): Dictionary {
  const dictionary = new Dictionary(bytes)
  dictionary.addNext(scanner)
  return dictionary
}
