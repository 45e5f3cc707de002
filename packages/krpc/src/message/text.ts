// Text on the wire is bytes. Here it becomes a string that is safe to print.
// Behind the wall there is no TextDecoder, and none is wanted: what a stranger sent must not put
// control characters on somebody's terminal.

const SPACE = 0x20
const TILDE = 0x7e

/** Bytes as printable ASCII: at most `max` of them, every other byte as "?". */
export function printable(bytes: Uint8Array, max: number): string {
  let text = ''
  for (const byte of bytes.subarray(0, max)) {
    text += byte >= SPACE && byte <= TILDE ? String.fromCharCode(byte) : '?'
  }
  return text
}

/** Whether `text` is printable ASCII, which is what {@link printable} makes. */
export function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < SPACE || code > TILDE) return false
  }
  return true
}
