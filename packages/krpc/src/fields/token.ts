// A write token: opaque bytes that a responder gives and the querier returns. BEP 5.

import { MAX_TOKEN } from '../message/limits.ts'
import { bytesField } from './bytes.ts'
import type { Field } from './field.ts'

export const tokenField: Field<Uint8Array> = bytesField('token', MAX_TOKEN)
