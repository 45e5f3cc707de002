// Methods that a user of @dht/krpc and @dht/node adds: files of their own, and no line elsewhere.

export { type CountWordsQuery, type CountWordsResults, countWords } from './count-words.ts'
export { type KeepTextQuery, keepText } from './keep-text.ts'
export { KeptTexts } from './kept-texts.ts'
export { respondToCountWords, respondToKeepText } from './responses.ts'
export { type Keeper, WordGoal } from './word-goal.ts'
