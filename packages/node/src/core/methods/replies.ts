// Replies that several methods have: no results, and the error message of an invalid token.

import { ErrorCode } from '@dht/krpc'
import { type ErrorReply, refuse } from './node-method.ts'

/** The results of a method that has none. */
export const NO_RESULTS: object = Object.freeze({})

export const BAD_TOKEN: ErrorReply = Object.freeze(refuse(ErrorCode.protocol, 'Bad token'))
