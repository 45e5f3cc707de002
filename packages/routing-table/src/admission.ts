// The admission rule: may this contact become a member? The table asks it before a contact joins,
// and tells it of every member that joins or leaves, so that a rule can count instead of searching.
// A rule doesn't know buckets or time.

/** The situation in which a contact would join. */
export interface AdmissionContext<C> {
  /** The members of the bucket that it would join. */
  readonly members: readonly { readonly contact: C }[]
  /** The member that it would replace, in that bucket or another. */
  readonly leaving: C | undefined
}

/** A rule that decides which contacts may be members. It counts one table: make one for each. */
export interface Admission<C> {
  /** Whether `newcomer` may join. Changes nothing. */
  admits(newcomer: C, context: AdmissionContext<C>): boolean
  /** `contact` has become a member. */
  joined(contact: C): void
  /** `contact` has stopped being a member. */
  left(contact: C): void
}
