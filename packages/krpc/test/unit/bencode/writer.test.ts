import { expect, it } from 'vitest'
import { stringSize } from '../../../src/bencode/size-counter.ts'
import { Writer } from '../../../src/bencode/writer.ts'

it('a byte string of any length has the counted size', () => {
  const writer = new Writer()
  for (let length = 0; length <= 1490; length++) {
    writer.begin()
    writer.string(new Uint8Array(length))
    const { length: written } = writer.finish()
    if (written !== stringSize(length)) expect.fail(`${length} bytes took ${written}`)
    if (written !== `${length}:`.length + length) expect.fail(`${length} bytes are misspelt`)
  }
})
