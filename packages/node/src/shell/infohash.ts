// Reads the info hash of a torrent in every form in which people have it: bytes, hex, base32, or a
// magnet URI (BEP 9) that contains it in hex or base32.

import { type Id, idFromBytes } from '@dht/id'
import { argumentError } from '../errors.ts'
import { type IdLike, toId } from './arguments.ts'

/** RFC 4648, section 6. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The info hash of version 1 among the topics of a magnet URI. */
const TOPIC = /^urn:btih:([\da-z]+)$/i

/**
 * @param infohash - bytes of the network's width, hex, base32, or a magnet URI
 * @throws {IdLengthError | IdFormatError | DhtNodeError} for anything else
 */
export function toInfohash(infohash: IdLike, width: number): Id {
  if (typeof infohash !== 'string') return toId(infohash, width)
  const text = /^magnet:/i.test(infohash) ? topicOf(infohash) : infohash
  return fromBase32(text, width) ?? toId(text, width)
}

function topicOf(magnet: string): string {
  const query = magnet.slice(magnet.indexOf('?') + 1)
  const topics = new URLSearchParams(query).getAll('xt').map((topic) => TOPIC.exec(topic)?.[1])
  const found = topics.find((topic) => topic !== undefined)
  if (found !== undefined) return found
  throw argumentError('infohash', 'a magnet URI with xt=urn:btih:', magnet)
}

/** @returns undefined when it is not the base32 of so many bytes */
function fromBase32(text: string, width: number): Id | undefined {
  // Ids whose length is no multiple of 5 bytes have bits left over, and are written in hex.
  if (width % 5 !== 0 || text.length !== (width * 8) / 5) return undefined
  const digits = Array.from(text.toUpperCase(), (letter) => ALPHABET.indexOf(letter))
  if (digits.includes(-1)) return undefined
  const bits = digits.map((digit) => digit.toString(2).padStart(5, '0')).join('')
  const bytes = bits.match(/.{8}/g) ?? []
  return idFromBytes(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2)))
}
