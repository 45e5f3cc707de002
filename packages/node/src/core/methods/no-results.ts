// What a method without results responds.

/** The results of a response that has none, such as a receipt. */
export const NO_RESULTS: object = Object.freeze({})
