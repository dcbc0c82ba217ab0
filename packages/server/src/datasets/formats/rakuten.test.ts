import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureOf, readAll, TestFolder } from '../testing/files.test.fixture.js';
import { openSource } from './open.js';

const folders: TestFolder[] = [];
const newFolder = () => {
  const folder = new TestFolder();
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) folder.remove();
});

function challenge(): TestFolder {
  const folder = newFolder();
  folder.write(
    'X_train_update.csv',
    ',designation,description,productid,imageid\n0,Journal,,100,900\n1,Jeu,<b>neuf</b>,101,901\n2,Piscine,,102,902\n',
  );
  folder.write('Y_train_CVw08PX.csv', ',prdtypecode\n1,40\n0,2280\n');
  folder.write('X_test_update.csv', ',designation,description,productid,imageid\n3,Livre,,103,903\n');
  folder.write('images/image_train/image_901_product_101.jpg', 'photo');
  folder.write('prdtypecode_to_category_name.json', '{"en":{"2280":"Books > Magazines"}}');
  return folder;
}

describe('the Rakuten challenge', () => {
  it('is read from its folder: labels joined by index, pictures and names found', async () => {
    const { path } = challenge();
    const source = await openSource('rakuten', path);
    const { examples } = await readAll(source);
    expect(examples).toMatchObject([
      { row: 1, id: '0', title: 'Journal', label: '2280' },
      { row: 2, id: '1', title: 'Jeu', description: '<b>neuf</b>', label: '40' },
      { row: 3, id: '2', title: 'Piscine' },
    ]);
    expect(examples[2]!.label).toBeUndefined();
    expect(await pictureOf(examples[1]!)).toEqual(Buffer.from('photo'));
    expect(await pictureOf(examples[0]!)).toBe('data.image.missing');
    expect(source.category('2280')).toEqual({ name: 'Books > Magazines', parent: 'Books' });
  });

  it('is read from an X file alone, unlabelled', async () => {
    const { path } = challenge();
    const { examples } = await readAll(await openSource('rakuten', `${path}/X_test_update.csv`));
    expect(examples).toMatchObject([{ id: '3', title: 'Livre' }]);
    expect(examples[0]!.label).toBeUndefined();
  });

  it('is read however its files were saved again: packed, in other orders, numbered by a program', async () => {
    const folder = newFolder();
    const table =
      'imageid;productid;description;designation;Unnamed: 0\r\n900.0;100.0;;Journal;7\r\n901;101;;Jeu;9\r\n';
    folder.write('kept/X_val.csv.gz', gzipSync(`\ufeff${table}`));
    folder.write('kept/y_val.csv.gz', gzipSync('prdtypecode,Unnamed: 0\n40,9\n2280,7\n'));
    folder.write('kept/images/image_900_product_100.jpg', 'photo');
    const { examples } = await readAll(await openSource('rakuten', folder.path));
    expect(examples).toMatchObject([
      { id: '7', title: 'Journal', label: '2280' },
      { id: '9', title: 'Jeu', label: '40' },
    ]);
    expect(await pictureOf(examples[0]!)).toEqual(Buffer.from('photo'));
  });

  it('is read from a single file of texts and codes', async () => {
    const path = newFolder().write(
      'train.csv',
      'text,prdtypecode,more\nA book,10,0.5\nA toy,1280.0,0.1\nA thing,nan,0\n',
    );
    const { examples } = await readAll(await openSource('rakuten', path));
    expect(examples).toEqual([
      { row: 1, id: '1', title: 'A book', label: '10' },
      { row: 2, id: '2', title: 'A toy', label: '1280' },
      { row: 3, id: '3', title: 'A thing' },
    ]);
  });

  it('with other columns, no or several files, or wrong labels is refused with what to do', async () => {
    const folder = newFolder();
    await expect(openSource('rakuten', folder.path)).rejects.toMatchObject({ code: 'data.file' });
    const path = folder.write('a.csv', 'id,name\n1,Mug\n');
    await expect(openSource('rakuten', path)).rejects.toMatchObject({
      code: 'data.columns',
      message: expect.stringContaining('id, name'),
    });
    folder.write('b.csv', 'text\nMug\n');
    await expect(openSource('rakuten', folder.path)).rejects.toMatchObject({
      code: 'data.file',
      message: expect.stringMatching(/a\.csv and b\.csv/),
    });
    await expect(openSource('rakuten', `${folder.path}/b.csv`, { labels: path })).rejects.toMatchObject({
      code: 'data.labels',
    });
    await expect(openSource('rakuten', `${folder.path}/nowhere`)).rejects.toMatchObject({ code: 'data.file' });
  });
});
