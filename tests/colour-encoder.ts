type Fixture = typeof import('../packages/server/dist/similarity/testing/two-sided.test.fixture.js');

const fixture = new URL('../../packages/server/dist/similarity/testing/two-sided.test.fixture.js', import.meta.url);

/** The server tests' encoder that knows colours by sight and by name; see there. */
export const { colourEncoder } = (await import(fixture.href)) as Fixture;
