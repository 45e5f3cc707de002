// Reads the one line that a client of the socket sends.

import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { CommandFailure, EXIT } from '../exit.ts'

/** Longest request, bytes; the longest of ours is an item with its signature. */
export const MAX_REQUEST = 8_192

const LINE_FEED = 0x0a

/**
 * What comes after the line is dropped.
 *
 * @throws {CommandFailure} when the line is too long, or does not come in time
 */
export async function readLine(socket: Socket, withinMs: number): Promise<string> {
  let forget = (): void => {}
  try {
    return await new Promise((resolve, reject) => {
      let read: Buffer = Buffer.alloc(0)
      const fail = (what: string): void => {
        reject(new CommandFailure(`the request ${what}`, EXIT.usage))
      }
      const take = (chunk: Buffer): void => {
        read = Buffer.concat([read, chunk.subarray(0, MAX_REQUEST + 1 - read.length)])
        const end = read.indexOf(LINE_FEED)
        if (end >= 0) resolve(read.toString('utf8', 0, end))
        else if (read.length > MAX_REQUEST) fail(`is longer than ${MAX_REQUEST} bytes`)
      }
      const closed = (): void => fail('did not come')
      const late = setTimeout(fail, withinMs, 'did not come in time')
      socket.on('data', take).on('close', closed)
      forget = () => {
        clearTimeout(late)
        socket.off('data', take).off('close', closed)
      }
    })
  } finally {
    forget()
    // Without reading, the end of the connection would not be noticed.
    socket.resume()
  }
}
