// A program that saves two values alternately until it is killed.

import { fileStorage } from '../../../src/adapters/file-storage.ts'

const storage = fileStorage(process.argv[2]!)
const values = ['a', 'b'].map((datagram) => new TextEncoder().encode(datagram.repeat(1_000_000)))

await storage.save(values[0]!)
process.stdout.write('saving\n')
for (let turn = 1; ; turn++) await storage.save(values[turn % 2]!)
