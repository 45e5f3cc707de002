// Whether something listens at a socket of this machine.

import { once } from 'node:events'
import { connect } from 'node:net'

/** Errors that say that nobody listens there. */
const NOBODY: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOENT'])

/** True also when that can't be known, for example because the socket belongs to somebody else. */
export async function isListening(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch (error) {
    return !NOBODY.has((error as NodeJS.ErrnoException).code)
  } finally {
    socket.destroy()
  }
}
