// want: an argument of several methods, a list of address families. BEP 32.

import type { Writer } from '../bencode/writer.ts'
import type { Want } from '../message/envelope.ts'

export function writeWant(writer: Writer, want: Want | undefined): void {
  if (want === undefined) return
  writer.raw('4:wantl')
  if (want.n4) writer.raw('2:n4')
  if (want.n6) writer.raw('2:n6')
  writer.raw('e')
}
