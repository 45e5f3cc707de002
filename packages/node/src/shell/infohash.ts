// Reads the info hash of a torrent (version 1): bytes, hex, base32, or a magnet URI (BEP 9) that
// contains it in hex or base32.

import { type Id, idFromBytes } from '@dht/id'
import { argumentError } from '../errors.ts'
import { type IdLike, toId } from './arguments.ts'
import { isMagnet, magnetParameters } from './magnet.ts'

/** RFC 4648, section 6. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** No other letters: `toUpperCase` makes two of some, such as U+00DF. */
const BASE32 = /^[a-z2-7]*$/i

/** The info hash of version 1 among the topics of a magnet URI. */
const TOPIC = /^urn:btih:([\da-z]+)$/i

/**
 * @param infohash - bytes of the network's width, hex, base32, or a magnet URI
 * @throws {IdLengthError | IdFormatError | DhtNodeError} for anything else
 */
export function toInfohash(infohash: IdLike, width: number): Id {
  if (typeof infohash !== 'string') return toId(infohash, width)
  const text = isMagnet(infohash) ? topicOf(infohash) : infohash
  return fromBase32(text, width) ?? toId(text, width)
}

function topicOf(magnet: string): string {
  const parameters = magnetParameters('infohash', magnet)
  const topics = parameters.getAll('xt').map((topic) => TOPIC.exec(topic)?.[1])
  const found = topics.find((topic) => topic !== undefined)
  if (found !== undefined) return found
  throw argumentError('infohash', 'a magnet URI with xt=urn:btih:', magnet)
}

/** @returns undefined when it is not the base32 of so many bytes */
function fromBase32(text: string, width: number): Id | undefined {
  // Ids whose length is no multiple of 5 bytes have bits left over, and are written in hex.
  if (width % 5 !== 0 || text.length !== (width * 8) / 5 || !BASE32.test(text)) return undefined
  const digits = Array.from(text.toUpperCase(), (letter) => ALPHABET.indexOf(letter))
  const bits = digits.map((digit) => digit.toString(2).padStart(5, '0')).join('')
  const bytes = bits.match(/.{8}/g) ?? []
  const id = Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2))
  return idFromBytes(id, width)
}
