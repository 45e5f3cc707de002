export declare const README_EXAMPLES: readonly (readonly [file: string, heading: string])[]

export declare function exampleUnder(heading: string, readme: string): string

export declare function announcedBy(code: string): string[]
