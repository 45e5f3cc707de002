// Bytes that mean nothing and make a query longer. A responder returns to a source that has proved
// nothing only so many bytes for each byte of its query; RFC 9000, section 8.1, does the same.

import { bytesField } from './bytes.ts'
import type { Field } from './field.ts'

/** Longest padding, bytes: ours. */
export const MAX_PADDING = 512

export const paddingField: Field<Uint8Array> = bytesField('pad', MAX_PADDING)
