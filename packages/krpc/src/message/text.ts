// Turns bytes of peers into strings that are safe to print: only printable ASCII reaches a terminal
// or a log. There is no TextDecoder in the core.

const SPACE = 0x20
const TILDE = 0x7e

/** At most `max` bytes as text. Bytes outside printable ASCII become "?". */
export function printable(bytes: Uint8Array, max: number): string {
  let text = ''
  for (const byte of bytes.subarray(0, max)) {
    text += byte >= SPACE && byte <= TILDE ? String.fromCharCode(byte) : '?'
  }
  return text
}

/** Whether `text` is printable ASCII. */
export function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < SPACE || code > TILDE) return false
  }
  return true
}
