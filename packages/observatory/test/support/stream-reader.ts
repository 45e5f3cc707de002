// Reads the batches of a stream.

import type { IncomingMessage } from 'node:http'
import { onTestFinished } from 'vitest'
import type { Batch, Message } from '../../src/protocol.ts'
import { open, type Served, session } from './loopback.ts'

export class StreamReader {
  readonly response: IncomingMessage
  readonly messages: Message[] = []
  isEnded = false
  #text = ''

  constructor(response: IncomingMessage) {
    this.response = response
    response.setEncoding('utf8')
    response.on('data', (text: string) => this.#read(text))
    response.on('error', () => {})
    response.on('close', () => {
      this.isEnded = true
    })
  }

  /** The first message of a kind that fulfils `isWanted`, now or later. */
  async first<K extends Message['kind']>(
    kind: K,
    isWanted: (message: Extract<Message, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<Message, { kind: K }>> {
    for (;;) {
      const found = this.messages.find(
        (message): message is Extract<Message, { kind: K }> =>
          message.kind === kind && isWanted(message as never),
      )
      if (found !== undefined) return found
      if (this.isEnded) throw new Error(`the stream has ended without ${kind}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  #read(text: string): void {
    this.#text += text
    const records = this.#text.split('\n\n')
    this.#text = records.pop() ?? ''
    for (const record of records) {
      if (!record.startsWith('data: ')) continue
      this.messages.push(...(JSON.parse(record.slice('data: '.length)) as Batch))
    }
  }
}

export async function stream(server: Served, cookie?: string): Promise<StreamReader> {
  const headers = { cookie: cookie ?? (await session(server)) }
  const response = await open(server, '/stream', { headers })
  onTestFinished(() => void response.destroy())
  if (response.statusCode !== 200) throw new Error(`the stream: ${response.statusCode}`)
  return new StreamReader(response)
}
