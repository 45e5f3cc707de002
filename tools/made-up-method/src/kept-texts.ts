// The texts that one node keeps. They belong to the methods of that node: the node itself knows
// nothing of them.

import { type Id, idToHex } from '@dht/id'

/** Most texts under one target. */
const MAX_TEXTS = 100

export class KeptTexts {
  readonly #texts = new Map<string, Set<string>>()

  /** @returns false when there is no room */
  keep(target: Id, text: Uint8Array): boolean {
    const key = idToHex(target)
    const texts = this.#texts.get(key) ?? new Set()
    if (texts.size >= MAX_TEXTS) return false
    this.#texts.set(key, texts.add(textOf(text)))
    return true
  }

  /** How many of the texts under the target contain the word. */
  count(target: Id, word: Uint8Array): number {
    const wanted = textOf(word)
    const texts = this.#texts.get(idToHex(target)) ?? []
    return [...texts].filter((text) => text.split(' ').includes(wanted)).length
  }
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
