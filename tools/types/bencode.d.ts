// The part of `bencode` 4.0.1 that is used here. A byte string decodes to a Uint8Array, a dictionary
// to a plain object. The library checks nothing: give it only bytes that passed a check of our own,
// and never a bigint (it writes the key and loses the value).

type Bencodable =
  | string
  | number
  | boolean
  | Uint8Array
  | readonly Bencodable[]
  | { readonly [key: string]: Bencodable | undefined }

type Bdecoded = number | Uint8Array | Bdecoded[] | { [key: string]: Bdecoded }

declare const bencode: {
  encode(value: Bencodable): Uint8Array
  decode(bytes: Uint8Array): Bdecoded
}

export type { Bdecoded, Bencodable }
export default bencode
