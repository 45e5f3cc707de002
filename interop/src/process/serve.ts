// The other side of `remote.ts`, for programs in JavaScript. The program ends with its input.

import { createInterface } from 'node:readline'

interface Request {
  readonly id: number
  readonly method: string
  readonly params: never
}

type Methods = Readonly<Record<string, (params: never) => unknown>>

export function serve(methods: Methods): void {
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => void answer(methods, JSON.parse(line) as Request))
  lines.on('close', () => process.exit())
}

async function answer(methods: Methods, { id, method, params }: Request): Promise<void> {
  try {
    const result = (await methods[method]?.(params)) ?? null
    process.stdout.write(`${JSON.stringify({ id, result })}\n`)
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ id, error: String(error) })}\n`)
  }
}
