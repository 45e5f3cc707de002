// The calls that concern items (BEP 44): `get` and `put`.

import type { DhtNode } from '@dht/node'
import { hexOf } from './bytes.ts'
import { callError, later, writeError } from './call-errors.ts'
import { type GetOptions, type GotValue, passes, toGotValue } from './got-value.ts'
import { type ItemParts, toSalt } from './put-arguments.ts'
import type { Session } from './session.ts'

export type GetCallback = (error: Error | null, value?: GotValue | null) => void

/** `count`: of nodes that accepted the item. */
export type PutCallback = (error: Error | null, key?: Buffer, count?: number) => void

/** @throws {DhtClientError} for a salt that can't be used */
export function getItem(
  session: Session,
  { key, options }: { readonly key: Buffer; readonly options: GetOptions },
  callback: GetCallback | undefined,
): void {
  const done = later(callback)
  const salt = toSalt(options.salt)
  const failed = (cause: unknown): void => done(callError(cause))
  const run = (node: DhtNode): void => {
    node
      .get(hexOf(key), { salt })
      .then((result) =>
        done(null, passes(result.item, options.verify) ? toGotValue(result, node.id) : null),
      )
      .catch(failed)
  }
  session.run({ run, failed })
}

export function putItem(
  session: Session,
  { key, encoded, mutable }: ItemParts,
  callback: PutCallback | undefined,
): void {
  const done = later(callback)
  const failed = (cause: unknown): void => done(callError(cause), key, 0)
  const run = (node: DhtNode): void => {
    try {
      const { cas, ...signed } = mutable ?? {}
      // What can't be replaced by anybody is kept here as well, so that it is found without others.
      const options = {
        renew: false,
        keep: mutable === undefined,
        ...(cas !== undefined && { cas }),
      }
      node
        .put({ encoded, ...signed }, options)
        .then((report) => done(writeError(report), key, report.accepted.length), failed)
    } catch (cause) {
      failed(cause)
    }
  }
  session.run({ run, failed })
}
