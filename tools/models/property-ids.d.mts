// The types of property-ids.mjs, for programs that are TypeScript throughout.
export declare function propertiesIn(text: string): Generator<string>
