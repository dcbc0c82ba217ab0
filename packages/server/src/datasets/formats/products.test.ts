import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureOf, readAll, TestFolder } from '../testing/files.test.fixture.js';
import { openSource } from './open.js';
import type { ReadOptions } from './source.js';

const folder = new TestFolder();
afterAll(() => folder.remove());

let files = 0;
async function read(content: string | Buffer, options: ReadOptions = {}, name = 'products.csv') {
  const path = folder.write(join(String(files++), name), content);
  const source = await openSource('products', path, options);
  return { ...(await readAll(source)), notes: source.notes, fraction: source.fraction() };
}

const opening = (content: string | Buffer, options: ReadOptions = {}) => read(content, options);

describe('a table of products', () => {
  it('is read by usual column names, and says which were guessed', async () => {
    const { examples, notes, fraction } = await read(
      'sku,Product Name,body_html,Category\nA1,Mug,<p>blue</p>,Kitchen\n',
    );
    expect(examples).toEqual([{ row: 1, id: 'A1', title: 'Mug', description: '<p>blue</p>', label: 'Kitchen' }]);
    expect(notes).toContain('title from column "Product Name" (guessed)');
    expect(fraction).toBe(1);
  });

  it('is read by a mapping, in either direction', async () => {
    const table = 'a,b,c\n1,Mug,Kitchen\n';
    const expected = [{ row: 1, id: '1', title: 'Mug', label: 'Kitchen' }];
    expect((await read(table, { map: { id: 'a', title: 'b', label: 'c' } })).examples).toEqual(expected);
    expect((await read(table, { map: { a: 'id', b: 'title', c: 'label' } })).examples).toEqual(expected);
  });

  it('tells price, currency, brand, colour and stock as shops write them', async () => {
    const rows = [
      ...['id,title,Preis,Marke,Farbe,Availability', '1,Mug,"1.234,50 €",Loom,blue,in stock', '2,Cup,$7.5,,,sold out'],
      ...['3,Jar,12.000000001,NaN,red,0', '4,Pot,,,,17.0', '5,Pan,,,,-2'],
    ];
    const { examples } = await read(`${rows.join('\n')}\n`);
    expect(examples.map(({ offer }) => offer)).toEqual([
      { price: 1234.5, currency: 'EUR', brand: 'Loom', colour: 'blue', stock: true },
      { price: 7.5, stock: false },
      { price: 12, colour: 'red', stock: 0 },
      { stock: 17 },
      { stock: 0 },
    ]);
    const { examples: feed } = await read('id,title,price,currency code\n1,Mug,19.90,chf\n2,Cup,15 USD,\n');
    expect(feed.map(({ offer }) => offer)).toEqual([
      { price: 19.9, currency: 'CHF' },
      { price: 15, currency: 'USD' },
    ]);
  });

  it('tells what it can’t read of these, and keeps the product', async () => {
    const { examples } = await read(
      'id,title,price,currency,stock\n1,Mug,on request,dollars,many\n2,Cup,-5,EUR,99999999999\n',
    );
    expect(examples.map(({ offer }) => offer)).toEqual([undefined, { currency: 'EUR' }]);
    expect(examples.map(({ problems = [] }) => problems.map(({ code }) => code))).toEqual([
      ['row.price', 'row.currency', 'row.stock'],
      ['row.price', 'row.stock'],
    ]);
    expect(examples[0]?.problems?.[0]?.reason).toBe(
      'The price “on request” can’t be read: the product is listed without one.',
    );
  });

  it('with a wrong mapping names the columns there are and what to type', async () => {
    await expect(opening('id,qwert\n1,Mok\n', { map: { title: 'name' } })).rejects.toMatchObject({
      code: 'data.columns',
      message: expect.stringMatching(/no column "name".*id, qwert.*--map title=/s),
    });
    await expect(opening('id,qwert\n1,Mok\n')).rejects.toMatchObject({ code: 'data.columns' });
    await expect(opening('id,title\n1,Mug\n', { map: { material: 'tint' } })).rejects.toMatchObject({
      code: 'data.columns',
    });
    await expect(opening('title,title\n1,Mug\n')).rejects.toMatchObject({ code: 'data.columns' });
  });

  it.each([
    ['a database', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4000, 5)])],
    ['a program', Buffer.concat([Buffer.from('\x7fELF\x02\x01'), Buffer.alloc(4000)])],
    ['noise', Buffer.from(Array.from({ length: 5000 }, (_, at) => (Math.imul(at + 1, 0x9e3779b1) >>> 15) & 0xff))],
    ['packed bytes below a line of letters', Buffer.concat([Buffer.from('abc\n'), Buffer.alloc(600, '\x01\x02xyz')])],
  ])('that is rather %s is refused as no text', async (_, content) => {
    await expect(opening(content)).rejects.toMatchObject({
      code: 'data.unreadable',
      message: expect.stringMatching(/^products\.csv holds bytes that are no text\. Export/),
    });
  });

  it('in one endless line is refused for want of a header', async () => {
    await expect(opening('mug, cup and '.repeat(300_000))).rejects.toMatchObject({
      code: 'data.unreadable',
      message: expect.stringContaining('first line goes on for over 1 MB'),
    });
  });

  it('may have thousands of columns, but not any number', async () => {
    const wide = (columns: number) =>
      `${['title', ...Array.from({ length: columns - 1 }, (_, at) => `attribute ${at}`)].join()}\nMug${','.repeat(columns - 1)}\n`;
    expect((await read(wide(9000))).examples).toEqual([{ row: 1, id: '1', title: 'Mug' }]);
    await expect(opening(wide(50_000))).rejects.toMatchObject({
      code: 'data.columns',
      message: expect.stringMatching(/has 50000 columns; at most 10000/),
    });
    await expect(opening(wide(9000), { map: { title: 'name' } })).rejects.toMatchObject({
      message: expect.stringMatching(/attribute 38 and 8960 more\./),
    });
  });

  it.each([
    ['tabs', 'id\ttitle\n1\tA, b; c\n', 'A, b; c'],
    ['semicolons', 'id;title\n1;A, b\n', 'A, b'],
    ['bars', 'id|title\n1|A; b\n', 'A; b'],
    ['quoted commas', 'id,title\n1,"A, ""b""\nc"\n', 'A, "b"\nc'],
    ['a stray quote', 'id,title\n1,Screen 5" wide\n', 'Screen 5" wide'],
    ['line ends of Windows', 'id,title\r\n1,Mug\r\n', 'Mug'],
    ['no line end at the end', 'id,title\n1,Mug', 'Mug'],
  ])('is read with %s', async (_, table, title) => {
    expect((await read(table)).examples).toMatchObject([{ id: '1', title }]);
  });

  it.each([
    ['UTF-8', Buffer.from('id,title\n1,Café crème\n')],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffid,title\n1,Café crème\n')],
    ['UTF-16 little-endian', Buffer.from('\ufeffid,title\n1,Café crème\n', 'utf16le')],
    ['UTF-16 little-endian without a mark', Buffer.from('id,title\n1,Café crème\n', 'utf16le')],
    ['UTF-16 big-endian', Buffer.from('\ufeffid,title\n1,Café crème\n', 'utf16le').swap16()],
    ['latin-1', Buffer.from('id,title\n1,Café crème\n', 'latin1')],
    ['gzip', gzipSync('id,title\n1,Café crème\n')],
  ])('is read in %s', async (_, bytes) => {
    expect((await read(bytes)).examples).toEqual([{ row: 1, id: '1', title: 'Café crème' }]);
  });

  it('is read in latin-1 though the first accent comes late', async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => `${index},a plain title`).join('\n');
    const { examples } = await read(Buffer.from(`id,title\n${rows}\nlast,Café\n`, 'latin1'));
    expect(examples.at(-1)).toMatchObject({ id: 'last', title: 'Café' });
  });

  it('is read in the encoding that is named, and an unknown one is refused', async () => {
    const bytes = Buffer.from('id,title\n1,żółw\n', 'latin1');
    bytes.set([0xbf, 0xf3, 0xb3, 0x77], bytes.length - 5);
    expect((await read(bytes, { encoding: 'iso-8859-2' })).examples).toMatchObject([{ title: 'żółw' }]);
    await expect(opening(bytes, { encoding: 'klingon' })).rejects.toMatchObject({ code: 'data.encoding' });
  });

  it('keeps UTF-8 with a stray byte, and says which row holds it', async () => {
    const good = Array.from({ length: 50 }, (_, index) => `${index},élan`).join('\n');
    const bytes = Buffer.concat([Buffer.from(`id,title\n${good}\nbad,x`), Buffer.from([0xe9]), Buffer.from('y\n')]);
    const { examples } = await read(bytes);
    expect(examples[0]!.title).toBe('élan');
    expect(examples.at(-1)).toMatchObject({ id: 'bad', problems: [{ code: 'row.encoding' }] });
  });

  it('rejects ragged rows one by one, with their place', async () => {
    const { examples, rejected } = await read(
      'id,title,label\n1,Mug,Kitchen\n2,Cup\n3,Pan,Kitchen,extra\n4,Pot,Kitchen,,\n',
    );
    expect(examples.map(({ id }) => id)).toEqual(['1', '4']);
    expect(rejected).toMatchObject([
      { row: 2, id: '2', code: 'row.ragged', reason: expect.stringContaining('line 3') },
      { row: 3, id: '3', code: 'row.ragged' },
    ]);
  });

  it('stops at a quote that is never closed, and says where', async () => {
    await expect(read('id,title\n1,Mug\n2,"Cup\n3,Pan\n')).rejects.toMatchObject({
      code: 'data.csv',
      message: expect.stringContaining('after line 2'),
    });
  });

  it('keeps rows without a label, and drops what programs write for nothing', async () => {
    const { examples } = await read('id,title,description,label\n1,Mug,nan,\n2,Cup,N/A,NULL\n');
    expect(examples).toEqual([
      { row: 1, id: '1', title: 'Mug' },
      { row: 2, id: '2', title: 'Cup' },
    ]);
  });

  it('drops NUL characters and broken surrogates', async () => {
    const { examples } = await read('id,title\n1,a\0b\n');
    expect(examples).toMatchObject([{ title: 'ab', problems: [{ code: 'row.nul' }] }]);
    const { examples: lines } = await read('{"id":"1","title":"a\\ud800b"}\n', {}, 'p.jsonl');
    expect(lines[0]!.title).toBe('a\ufffdb');
  });

  it('rejects a row without an id where the others have one', async () => {
    expect((await read('id,title\n,Mug\n')).rejected).toMatchObject([{ row: 1, id: null, code: 'row.id' }]);
    expect((await read('title,label\nMug,Kitchen\n')).examples).toMatchObject([{ id: '1' }]);
  });

  it('is a tree where labels are paths, or the names say so', async () => {
    const path = folder.write('tree.csv', 'id,title,label\n1,Mug,Home > Kitchen\n');
    expect((await openSource('products', path)).category('Home > Kitchen')).toEqual({
      name: 'Home > Kitchen',
      parent: 'Home',
    });
    const names = folder.write('names.json', '{"en":{"7":"Home > Kitchen"},"fr":{"7":"Maison"}}');
    expect((await openSource('products', path, { names })).category('7')).toEqual({
      name: 'Home > Kitchen',
      parent: 'Home',
    });
    const broken = folder.write('broken.json', '[1, 2');
    await expect(openSource('products', path, { names: broken })).rejects.toMatchObject({ code: 'data.names' });
  });

  it('may be JSON Lines, with fields left out and lines that are none', async () => {
    const lines = '{"id":1,"title":"Mug"}\n\nnot json\n{"id":2,"title":"Cup","category":"Kitchen"}\n[1]\n';
    const { examples, rejected } = await read(lines, {}, 'products.jsonl');
    expect(examples).toMatchObject([{ id: '1' }, { id: '2', label: 'Kitchen' }]);
    expect(rejected.map(({ row, code }) => [row, code])).toEqual([
      [2, 'row.json'],
      [4, 'row.json'],
    ]);
  });

  it('that is missing, empty or cut short is refused with what to do', async () => {
    await expect(openSource('products', join(folder.path, 'nowhere.csv'))).rejects.toMatchObject({ code: 'data.file' });
    folder.write('tableless/photo.jpg', 'photo');
    const tableless = openSource('products', join(folder.path, 'tableless'));
    await expect(tableless).rejects.toMatchObject({ code: 'data.file' });
    await expect(opening('')).rejects.toMatchObject({ code: 'data.empty' });
    const cut = gzipSync(`id,title\n${'1,Mug\n'.repeat(5000)}`).subarray(0, 60);
    await expect(read(cut)).rejects.toMatchObject({ code: 'data.gzip' });
  });
});

describe('pictures by path', () => {
  it('are read below the folder of the table, or the one that is named', async () => {
    folder.write('shop/images/a.jpg', 'A');
    folder.write('elsewhere/a.jpg', 'B');
    const path = folder.write('shop/p.csv', 'id,image\n1,images/a.jpg\n');
    const [near] = (await readAll(await openSource('products', path))).examples;
    expect(await pictureOf(near!)).toEqual(Buffer.from('A'));
    const images = join(folder.path, 'elsewhere');
    const other = folder.write('shop/q.csv', 'id,image\n1,a.jpg\n');
    const [far] = (await readAll(await openSource('products', other, { images }))).examples;
    expect(await pictureOf(far!)).toEqual(Buffer.from('B'));
  });

  it('are never read outside it: not by dots, nor by a link, nor by an absolute path from a stranger', async () => {
    const secret = folder.write('secret.txt', 'secret');
    folder.write('shop/x.csv', '');
    symlinkSync(secret, join(folder.path, 'shop', 'link.jpg'));
    const table = `id,image\n1,../secret.txt\n2,link.jpg\n3,${secret}\n4,..\\secret.txt\n5,gone.jpg\n`;
    const path = folder.write('shop/p2.csv', table);
    const { examples } = await readAll(await openSource('products', path));
    const outcomes = await Promise.all(examples.map(pictureOf));
    expect(outcomes).toEqual([...Array(4).fill('data.image.path'), 'data.image.missing']);
    const trusted = await readAll(await openSource('products', path, { absolutePaths: true }));
    expect(await pictureOf(trusted.examples[2]!)).toEqual(Buffer.from('secret'));
    expect(await pictureOf(trusted.examples[0]!)).toBe('data.image.path');
  });
});
