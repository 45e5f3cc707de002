// Items of BEP 44 with one author, in the form of our nodes and in that of the foreign client.

import type { Id } from '@dht/id'
import { idView } from '@dht/id'
import { encodeValue, signedBytes } from '@dht/krpc'
import { type NewItem, nobleCrypto } from '@dht/node/core'
import type { NewItem as ForeignItem } from 'bittorrent-dht'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** An item, and where it is stored. */
export interface Written {
  readonly target: Id
  readonly text: string
  /** Sequence number; undefined: the item is immutable. */
  readonly seq: number | undefined
  readonly salt: Uint8Array
  readonly ours: NewItem
  readonly theirs: ForeignItem
}

export class ItemAuthor {
  readonly #secretKey: Uint8Array
  readonly #publicKey: Uint8Array

  /** @param number - 0 to 255: which key it has */
  constructor(number: number) {
    this.#secretKey = new Uint8Array(32).fill(number)
    this.#publicKey = nobleCrypto.publicKeyOf(this.#secretKey)
  }

  immutable(text: string): Written {
    const v = encodeValue(bytesOf(text))
    const target = idView(nobleCrypto.sha1(v))
    const theirs = { v: Buffer.from(text) }
    return { target, text, seq: undefined, salt: bytesOf(''), ours: { item: { v } }, theirs }
  }

  mutable(text: string, seq: number, salt = ''): Written {
    const [v, k, bytes] = [encodeValue(bytesOf(text)), this.#publicKey, bytesOf(salt)]
    const sig = this.#sign(signedBytes({ salt: bytes, seq: BigInt(seq), v }))
    const target = idView(nobleCrypto.sha1(Uint8Array.from([...k, ...bytes])))
    const signed = { k, sig, seq: BigInt(seq), salt: bytes }
    const theirs = {
      v: Buffer.from(text),
      k: Buffer.from(k),
      seq,
      sign: (toSign: Uint8Array) => Buffer.from(this.#sign(toSign)),
      ...(salt !== '' && { salt: Buffer.from(bytes) }),
    }
    return { target, text, seq, salt: bytes, ours: { item: { v, signed } }, theirs }
  }

  #sign(bytes: Uint8Array): Uint8Array {
    return nobleCrypto.sign(this.#secretKey, bytes)
  }
}
