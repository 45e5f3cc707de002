// Bytes for tests: from hex, from text in which each character is one byte, and back.

export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** One byte per character, U+0000 to U+00FF. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

export function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
