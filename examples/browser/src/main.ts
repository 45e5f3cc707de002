// Where the program starts.

import { startExample } from './example.ts'

const example = await startExample({ port: Number(process.env['PORT'] ?? 5173) })
console.log(`open ${example.url} in a browser; Ctrl-C ends it`)
process.once('SIGINT', () => void example[Symbol.asyncDispose]())
