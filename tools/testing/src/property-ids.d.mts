// The types of property-ids.mjs, for programs in TypeScript.
export declare function propertiesIn(text: string): Generator<string>
export declare function spellingsOf(id: string, text: string): string[]
