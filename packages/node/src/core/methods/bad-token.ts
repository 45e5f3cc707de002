// The error message for a write with an invalid token.

import { ErrorCode } from '@dht/krpc'
import { type ErrorReply, refuse } from './node-method.ts'

export const BAD_TOKEN: ErrorReply = Object.freeze(refuse(ErrorCode.protocol, 'Bad token'))
