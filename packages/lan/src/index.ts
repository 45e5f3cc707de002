// The exports of @dht/lan.

export { lan } from './lan.ts'
