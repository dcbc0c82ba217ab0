import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureOf, readAll, TestFolder } from '../testing/files.test.fixture.js';
import { openSource } from './open.js';

const folder = new TestFolder();
afterAll(() => folder.remove());

let files = 0;
async function read(content: string | Buffer, name = 'products.csv') {
  const source = await openSource('products', folder.write(join(String(files++), name), content));
  return { ...(await readAll(source)), notes: source.notes, fraction: source.fraction() };
}

describe('a JSON array', () => {
  const products = [
    { id: 1, title: 'Mug "blue", [new]', tags: ['a', { b: ']' }] },
    { id: '2', title: 'Cup \\ "', category: 'Kitchen', gone: null },
  ];

  it.each([
    ['in one line', JSON.stringify(products)],
    ['over many lines, after a byte order mark', `\ufeff\n ${JSON.stringify(products, null, 2)}\n`],
    ['gzipped', gzipSync(JSON.stringify(products))],
  ])('is a table of products %s', async (_, content) => {
    const { examples, notes, fraction } = await read(content, 'products.json');
    expect(examples).toEqual([
      { row: 1, id: '1', title: products[0]!.title },
      { row: 2, id: '2', title: products[1]!.title, label: 'Kitchen' },
    ]);
    expect(notes[0]).toBe('JSON array');
    expect(fraction).toBe(1);
  });

  it('may be large: no piece of the file it comes in changes what is read', async () => {
    const many = Array.from({ length: 20_000 }, (_, id) => ({ id, title: `${'\\"]},'.repeat(id % 9)}${id}` }));
    const { examples } = await read(JSON.stringify(many), 'products.json');
    expect(examples.map(({ title }) => title)).toEqual(many.map(({ title }) => title));
  });

  it('keeps going over elements that are none, and stops where it is cut short', async () => {
    const { examples, rejected } = await read('[{"id":1,"title":"Mug"}, 7, {"id":2 "x"}, {"id":3,"title":"Pan"},]');
    expect(examples.map(({ id }) => id)).toEqual(['1', '3']);
    expect(rejected.map(({ row, code }) => [row, code])).toEqual([
      [2, 'row.json'],
      [3, 'row.json'],
    ]);
    await expect(read('[{"id":1,"title":"Mug"},\n{"id":2,"ti')).rejects.toMatchObject({
      code: 'data.json',
      message: expect.stringContaining('after element 1'),
    });
  });
});

describe('a Parquet file', () => {
  const parquet = (rows: number, rowGroupSize?: number) =>
    Buffer.from(
      parquetWriteBuffer({
        columnData: [
          { name: 'id', data: Array.from({ length: rows }, (_, index) => BigInt(index)), type: 'INT64' },
          { name: 'title', data: Array.from({ length: rows }, (_, index) => `Tasse № ${index}`), type: 'STRING' },
          { name: 'category', data: Array.from({ length: rows }, (_, i) => (i % 2 ? 'Küche' : null)), type: 'STRING' },
          { name: 'price', data: Array.from({ length: rows }, (_, index) => index / 4), type: 'DOUBLE' },
        ],
        ...(rowGroupSize ? { rowGroupSize } : {}),
      }),
    );

  it('is a table of products, over several row groups, whatever its name', async () => {
    const { examples, fraction, notes } = await read(parquet(25, 10), 'export.dat');
    expect(examples).toHaveLength(25);
    expect(examples[0]).toEqual({ row: 1, id: '0', title: 'Tasse № 0', offer: { price: 0 } });
    expect(examples[21]).toEqual({ row: 22, id: '21', title: 'Tasse № 21', label: 'Küche', offer: { price: 5.25 } });
    expect(notes[0]).toBe('Parquet, 3 row groups');
    expect(fraction).toBe(1);
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 20)],
    [
      'with a broken middle',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(60, 255), bytes.subarray(64)]),
    ],
    ['of four bytes', (bytes: Buffer) => bytes.subarray(0, 4)],
  ])('%s is refused with what to do', async (_, damage) => {
    await expect(read(damage(parquet(20)))).rejects.toMatchObject({ code: 'data.parquet' });
  });
});

describe('a quote left open', () => {
  it('costs its own row, not the next ones', async () => {
    const { examples, rejected } = await read(
      'id,title,label\n1,Mug,a\n2,"Cup,a\n3,"Pan, large",b\n4,Pot,b\n5,"Jug\nwith ""handle""",c\n',
    );
    expect(examples.map(({ id, title }) => [id, title])).toEqual([
      ['1', 'Mug'],
      ['3', 'Pan, large'],
      ['4', 'Pot'],
      ['5', 'Jug\nwith "handle"'],
    ]);
    expect(rejected).toMatchObject([{ row: 2, id: '2', code: 'row.quote', reason: expect.stringContaining('line 3') }]);
  });

  it('never closed stops the reading, at its line', async () => {
    await expect(read('id,title\n1,Mug\n2,"Cup\n3,Pan\n')).rejects.toMatchObject({
      code: 'data.csv',
      message: expect.stringContaining('line 3'),
    });
  });
});

describe('what spreadsheets write', () => {
  it('is read with the line that names the delimiter above its header', async () => {
    const { examples, rejected } = await read('sep=|\r\nid|title\r\n1|Mug, blue; new\r\n2\r\n');
    expect(examples).toEqual([{ row: 1, id: '1', title: 'Mug, blue; new' }]);
    expect(rejected).toMatchObject([{ row: 2, reason: expect.stringContaining('line 4') }]);
  });

  it('may end its lines as old Macs did', async () => {
    expect((await read('id,title\r1,Mug\r2,Cup\r')).examples.map(({ title }) => title)).toEqual(['Mug', 'Cup']);
  });
});

describe('columns', () => {
  it.each([
    ['Artikelnummer;Bezeichnung;Beschreibung;Warengruppe;Bild', 'German'],
    ['Référence,Nom du produit,Description,Catégorie,Photo', 'French'],
    ['Referencia,Título,Descripción,Categoría,Imagen', 'Spanish'],
    ['Codice,Titolo,Descrizione,Categoria,Immagine', 'Italian'],
    ['uniq_id,product_name,description,product_category,image', 'a marketplace'],
  ])('are known by their names: %s (%s)', async (header) => {
    const separator = header.includes(';') ? ';' : ',';
    const { examples } = await read(`${header}\n${['7', 'Mug', 'Blue', 'Kitchen', 'a.jpg'].join(separator)}\n`);
    expect(examples).toMatchObject([{ id: '7', title: 'Mug', description: 'Blue', label: 'Kitchen' }]);
    expect(examples[0]!.picture).toBeDefined();
  });
});

describe('a folder', () => {
  it('is read by the table in it, with the pictures below it', async () => {
    folder.write('export/shop/products.csv', 'id,title,image\n1,Mug,1.jpg\n2,Cup,images/2.jpg\n');
    folder.write('export/shop/notes.csv', 'a,b\n');
    folder.write('export/shop/images/1.jpg', 'one');
    folder.write('export/shop/images/2.jpg', 'two');
    const source = await openSource('products', join(folder.path, 'export'));
    const { examples } = await readAll(source);
    expect(await Promise.all(examples.map(pictureOf))).toEqual([Buffer.from('one'), Buffer.from('two')]);
    expect(source.notes[0]).toBe('rows from products.csv');
  });

  it('with several tables, or none, asks which', async () => {
    folder.write('two/a.csv', 'id,title\n');
    folder.write('two/b.csv', 'id,title\n');
    await expect(openSource('products', join(folder.path, 'two'))).rejects.toMatchObject({
      code: 'data.file',
      message: expect.stringContaining('a.csv and b.csv'),
    });
    folder.write('none/a.jpg', 'photo');
    await expect(openSource('products', join(folder.path, 'none'))).rejects.toMatchObject({ code: 'data.file' });
  });
});
