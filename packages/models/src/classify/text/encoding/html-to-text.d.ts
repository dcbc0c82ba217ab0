/** The part of html-to-text that is used; the package ships no types. */
declare module 'html-to-text' {
  interface Selector {
    readonly selector: string;
    readonly format?: 'skip' | 'inline' | 'block';
    readonly options?: Readonly<Record<string, unknown>>;
  }
  interface Options {
    readonly wordwrap?: number | false;
    readonly preserveNewlines?: boolean;
    readonly limits?: { readonly maxInputLength?: number; readonly maxDepth?: number };
    readonly selectors?: readonly Selector[];
  }
  export function compile(options?: Options): (html: string) => string;
}
