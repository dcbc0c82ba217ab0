import { unwrap } from '@vitrine/client';
import { generateProducts, renderProduct } from '@vitrine/sample-shop';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOptions } from './browser.js';
import { type ShopVisit, visitShop } from './shop-visit.js';
import { fillShop, owner, trainClassifier } from './small-shop.js';

let shop: ShopVisit;
let page: Page;

/** The one with this role and name; names match as a person reads them, in part and whatever the case. */
const button = (name: string | RegExp) => page.getByRole('button', { name });
const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const notice = (text: string | RegExp) => page.getByRole('listitem').filter({ hasText: text });

const refusal = 'The shelf is locked.';
/** Answers requests to an address in the server's stead, until that is ended with `page.unroute`. */
const answer = (address: string, json: unknown, status = 200) =>
  page.route(address, (route) => route.fulfill({ status, json }));
const refuse = (address: string) => answer(address, { error: { code: 'test.locked', message: refusal } }, 403);

beforeAll(async () => {
  shop = await visitShop({ signedIn: false });
  page = shop.page;
});

afterAll(async () => {
  await shop?.close();
});

describe('the first visit', () => {
  it('makes the first visitor administrator, whatever address was opened', async () => {
    await page.goto('/runs');
    await heading('Open your shop window').waitFor();
    await page.getByLabel('Name').fill(owner.name);
    await page.getByLabel('Email').fill(owner.email);
    await page.getByLabel('Password').fill(owner.password);
    await button('Create administrator').click();
    await heading('You are in').waitFor();
    await page.getByRole('link', { name: 'Look around' }).click();
    await page.getByText('The shelves are empty').waitFor();
    expect(await page.getByRole('navigation', { name: 'Main' }).getByRole('link').allTextContents()).toContain('Admin');
  });

  it('says so when there is no model yet, and lets the seller choose the category', async () => {
    await page.goto('/list');
    await page.getByLabel('Title').fill('Linen shirt');
    await page.getByRole('region', { name: 'Category' }).getByRole('alert').waitFor();
    await button('List without a category').waitFor();
  });
});

describe('listing a product', () => {
  beforeAll(async () => {
    const api = await shop.client();
    await fillShop(api);
    await trainClassifier(api);
  });

  it('ranks categories while one types, and explains them by the words', async () => {
    await page.goto('/list');
    await page.getByLabel('Title').fill('Blue denim jeans, straight fit');
    await page.getByRole('radio').nth(4).waitFor();
    const panel = page.getByRole('region', { name: 'Category' });
    await page.getByText('What decided').waitFor();
    expect(await page.locator('mark').count()).toBeGreaterThan(0);
    const shares = await panel.getByText(/^[\d.]+%$/).allTextContents();
    const values = shares.map((share) => Number.parseFloat(share));
    expect(values).toHaveLength(5);
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  it('refuses what is not a photo with a sentence that helps', async () => {
    await page.locator('input[type=file]').setInputFiles({
      name: 'photo.jpg',
      mimeType: 'image/jpeg',
      buffer: Buffer.from('this is a letter, not a photo'),
    });
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/image|photo|picture/i);
  });

  it('takes a correction from the category picker and lists the product there', async () => {
    await button('None of these').click();
    await page.getByRole('combobox', { name: 'Category' }).fill('hat');
    await page.keyboard.press('Enter');
    await button('List in Hats').click();
    await notice('Listed in Hats').waitFor();
    await expect.poll(() => page.getByLabel('Title').inputValue()).toBe('');
  });

  it('waits for what the model makes of the words as they stand, and lists once', async () => {
    const words = 'Straw hat with a wide brim';
    await page.getByLabel('Title').fill('Canvas trainers with white soles');
    await page.getByRole('radio').first().waitFor();
    const sent: { predictionId?: string }[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/products')) sent.push(request.postDataJSON());
    });
    const answered = page.waitForResponse(
      (response) => response.url().endsWith('/classify') && response.request().postDataJSON().title === words,
    );
    await page.getByLabel('Title').fill(words);
    for (let press = 0; press < 3; press++) await page.keyboard.press('Control+Enter');
    await notice(words).waitFor();
    expect(sent.map(({ predictionId }) => predictionId)).toEqual([(await (await answered).json()).id]);
  });

  it('shows the photo beside the words, and lists the product with it', async () => {
    const [product] = generateProducts(11, 1);
    const photo = await renderProduct(product!, { size: 256 });
    await page.locator('input[type=file]').setInputFiles({ name: 'hat.jpg', mimeType: 'image/jpeg', buffer: photo });
    await page.getByRole('img', { name: 'Your product' }).waitFor();
    await page.getByLabel('Title').fill('Photographed hat');
    await page.getByRole('radio').first().waitFor();
    await button(/^List in /).click();
    // Its own notice: those of the products before may still be there.
    await notice(/^Listed in .*Photographed hat/).waitFor();
    await page.goto('/products?q=photographed');
    await page.getByRole('link', { name: 'Photographed hat' }).click();
    const shown = page.getByRole('img', { name: 'Photographed hat' });
    await shown.waitFor();
    await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  });

  it('finds it among the products, and keeps what was predicted and chosen', async () => {
    await page.goto('/products?q=denim+straight');
    await page.getByRole('link', { name: 'Blue denim jeans, straight fit' }).click();
    await heading('Blue denim jeans, straight fit').waitFor();
    await page.getByRole('link', { name: /Hats/ }).waitFor();
    await page.goto('/account');
    await page.getByRole('tab', { name: 'My predictions' }).click();
    await page
      .getByRole('row', { name: /Blue denim jeans.*Hats/ })
      .first()
      .waitFor();
  });

  it('changes it', async () => {
    await page.goto('/products?q=denim+straight');
    await page.getByRole('link', { name: 'Blue denim jeans, straight fit' }).click();
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Title').fill('Indigo denim jeans, straight fit');
    await page.getByLabel('Price').fill('1,000');
    await page.getByText('Write the price as a number').waitFor();
    await page.getByLabel('Price').fill('59.90');
    await button('Save changes').click();
    await heading('Indigo denim jeans, straight fit').waitFor();
    await page.getByText('€59.90').waitFor();
  });

  it('deletes it, and brings it back when asked', async () => {
    const found = page.getByRole('list', { name: 'Products' }).getByRole('link', { name: 'Indigo denim jeans' });
    await button('Delete').click();
    await notice('Product deleted').waitFor();
    await page.getByRole('searchbox', { name: 'Search products' }).fill('indigo straight');
    await page.getByText('Nothing on this shelf').waitFor();
    await button('Undo').click();
    await found.waitFor();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Products' }).click();
    await expect.poll(() => page.getByRole('searchbox', { name: 'Search products' }).inputValue()).toBe('');
  });

  it('goes to the last page there is where a list has grown shorter than the address says', async () => {
    await page.goto('/products?q=indigo+straight');
    await page.goto('/products?q=indigo+straight&page=2');
    await page.getByRole('link', { name: 'Indigo denim jeans' }).waitFor();
    expect(await page.getByRole('navigation', { name: 'Pages' }).count()).toBe(0);
    await page.goBack();
    await expect.poll(() => page.url()).toMatch(/straight$/);
  });
});

describe('training', () => {
  it('starts a run from the form made of the task’s schema and follows it live until it is cancelled', async () => {
    await page.goto('/runs/new');
    await page.getByLabel('Data set').selectOption('shop');
    await page.getByLabel('Learn from').selectOption('text');
    await page.getByLabel('Text model').selectOption('lstm');
    await page.getByLabel('Epochs', { exact: true }).fill('200');
    await page.getByLabel('Patience', { exact: true }).fill('200');
    await button('Start training').click();
    await heading('Run 2').waitFor();
    await page.getByRole('figure', { name: /Loss.*Latest values/ }).waitFor();
    await button('Cancel').click();
    await page.getByText('Cancelled', { exact: true }).waitFor();
    await button('Go on').waitFor();
  });

  it('shows the confusion matrix of an epoch, cell by cell from the keyboard', async () => {
    await page.goto('/runs/1');
    await page.getByRole('tab', { name: 'Confusion' }).click();
    const matrix = page.getByRole('application', { name: /Confusion matrix/ });
    await matrix.focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText(/taken for/).waitFor();
    const slider = page.getByRole('slider', { name: 'Epoch' });
    const last = await slider.getAttribute('aria-valuetext');
    await slider.press('Home');
    expect(await slider.getAttribute('aria-valuetext')).not.toBe(last);
  });

  it('begins a matrix too large to read with the classes that are confused most', async () => {
    const classes = [...Array(120).keys()].map((k) => ({ code: `c${k}`, name: `Class ${k}` }));
    const counts = (row: number, column: number) => (row === column ? 9 : row === 117 && column === 119 ? 3 : 0);
    const matrix = classes.map((_, row) => classes.map((_, column) => counts(row, column)));
    await answer('**/figures', [{ name: 'confusion', epoch: 1, data: { classes, matrix } }]);
    await page.goto('/runs/1');
    await page.getByRole('tab', { name: 'Confusion' }).click();
    await page.getByText('The 40 of 120 classes that are confused most often.').waitFor();
    await page.getByRole('application', { name: 'Confusion matrix of 40 classes' }).waitFor();
    await button('Class 117 as Class 119').click();
    await page.getByRole('application', { name: 'Confusion matrix of 2 classes' }).press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.getByText('Class 117 taken for Class 119: 3 of 12 (25.0%)').waitFor();
    await button('Whole matrix').click();
    await page.getByRole('application', { name: 'Confusion matrix of 120 classes' }).waitFor();
    await page.unroute('**/figures');
  });

  it('says why a log does not come, and brings it when asked again', async () => {
    await refuse('**/logs');
    await page.goto('/runs/1');
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByRole('alert').getByText(refusal).waitFor();
    await page.unroute('**/logs');
    await button('Try again').click();
    await page.getByRole('region', { name: 'Log' }).waitFor();
  });

  it('starts no pipeline before it is known what there is to learn from', async () => {
    await refuse('**/api/v1/datasets');
    await page.goto('/pipelines');
    await button('Start a pipeline').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('alert').getByText(refusal).waitFor();
    expect(await dialog.getByRole('button', { name: 'Start' }).count()).toBe(0);
    await page.unroute('**/api/v1/datasets');
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await dialog.getByLabel('From', { exact: true }).selectOption('Data set shop');
    await dialog.getByRole('button', { name: 'Start' }).waitFor();
  });

  it('compares runs: results, curves and what differs in their config', async () => {
    await page.goto('/runs');
    await page.getByLabel('Compare run 1').check();
    await page.getByLabel('Compare run 2').check();
    await button('Compare 2').click();
    await heading('Compare runs').waitFor();
    await page.getByRole('row', { name: /epochs.*200/ }).waitFor();
  });
});

describe('models', () => {
  beforeAll(async () => {
    const api = await shop.client();
    await trainClassifier(api, 'second');
  });

  it('promotes a version, forced where the gate refuses, and rolls back', async () => {
    await page.goto('/models');
    const second = page.getByRole('row', { name: /Version 2/ });
    await second.waitFor();
    if ((await second.getByText('production').count()) === 0) {
      await second.getByRole('button', { name: 'Promote' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Promote' }).click();
      const insist = dialog.getByRole('button', { name: 'Promote anyway' });
      await Promise.race([insist.waitFor().then(() => insist.click()), dialog.waitFor({ state: 'detached' })]);
    }
    await second.getByText('production').waitFor();
    await button('Roll back').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Roll back' }).click();
    await page
      .getByRole('row', { name: /Version 1/ })
      .getByText('production')
      .waitFor();
  });

  it('evaluates a version on a data set, and says on which', async () => {
    await page
      .getByRole('row', { name: /Version 1/ })
      .getByRole('button', { name: 'Evaluate' })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Evaluate' }).click();
    await dialog.getByText('learnt from these rows too').waitFor();
    await dialog.getByRole('heading', { name: 'On its test split, before it learnt from that' }).waitFor();
    expect(await dialog.getByText('Accuracy', { exact: true }).count()).toBe(2);
    await dialog.getByLabel('Data set').selectOption('second');
    await dialog.getByLabel('Split').selectOption('train');
    await dialog.getByRole('heading', { name: 'On the test split of shop' }).waitFor();
  });

  it('says why there is no data set to evaluate on', async () => {
    await refuse('**/api/v1/datasets');
    await page.goto('/models');
    await button('Evaluate').first().click();
    await page.getByRole('dialog').getByRole('alert').getByText(refusal).waitFor();
    await page.unroute('**/api/v1/datasets');
    await button('Try again').click();
    await page.getByRole('dialog').getByLabel('Data set').selectOption('shop');
  });
});

describe('the console', () => {
  it('goes anywhere from the command palette', async () => {
    await page.goto('/products');
    await heading('Products').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search and commands' }).fill('data');
    await page.keyboard.press('Enter');
    await heading('Data').waitFor();
  });

  it('shows a long list page by page, and its last page when what followed is gone', async () => {
    const api = await shop.client();
    for (let key = 1; key <= 21; key++)
      unwrap(await api.POST('/api/v1/keys', { body: { name: `till ${key}`, scopes: ['predict'] } }));
    await page.goto('/account');
    await page.getByRole('tab', { name: 'API keys' }).click();
    const keys = page.getByRole('tabpanel').getByRole('listitem');
    await expect.poll(() => keys.count()).toBe(20);
    await button('Next page').click();
    await expect.poll(() => keys.count()).toBe(1);
    await button('Revoke').click();
    await button('Revoke the key').click();
    await expect.poll(() => keys.count()).toBe(20);
    expect(await button('Next page').count()).toBe(0);
  });

  it('changes a role once it is confirmed, and goes on where one was', async () => {
    const api = await shop.client();
    const body = { name: 'Mila', email: 'mila@example.com', password: 'a long enough secret', role: 'seller' } as const;
    unwrap(await api.POST('/api/v1/users', { body }));
    const sent: unknown[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PATCH') sent.push(request.postDataJSON());
    });
    await page.goto('/admin');
    const mila = page.getByRole('row', { name: /Mila/ });
    const change = mila.getByRole('button', { name: 'Change role' });
    await change.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Role').selectOption('engineer');
    await dialog.getByLabel('Role').selectOption('admin');
    await dialog.getByRole('button', { name: 'Change role' }).click();
    await mila.getByRole('cell', { name: 'admin', exact: true }).waitFor();
    await expect.poll(() => change.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(sent).toEqual([{ role: 'admin' }]);
  });

  it('opens registration and names the shop, for whoever comes to sign in', async () => {
    await page.goto('/admin');
    await page.getByRole('tab', { name: 'System' }).click();
    await page.getByLabel('Name of the shop').fill('Linden Street');
    await page.getByLabel('Anyone who opens this address').check();
    await button('Save settings').click();
    await notice('Settings saved').waitFor();
    await expect.poll(() => button('Save settings').isDisabled()).toBe(true);
    const stranger = await shop.browser.newPage({ ...pageOptions, baseURL: shop.server.url });
    await stranger.goto('/sign-in');
    await stranger.getByRole('button', { name: 'Create an account' }).waitFor();
    await stranger.close();
    await page.reload();
    await page.getByRole('tab', { name: 'System' }).click();
    await expect.poll(() => page.getByLabel('Name of the shop').inputValue()).toBe('Linden Street');
  });

  it('signs out, and in again to where one was going', async () => {
    await page.goto('/account');
    await button('Sign out').click();
    await heading('Welcome back').waitFor();
    await page.goto('/models');
    await page.getByLabel('Email').fill(owner.email);
    await page.getByLabel('Password').fill('not the password');
    await button('Sign in').click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Password').fill(owner.password);
    await button('Sign in').click();
    await heading('Models').waitFor();
  });

  it('asks to sign in again once the session has ended elsewhere, and goes on where one was', async () => {
    await shop.context.clearCookies();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Data' }).click();
    await heading('Welcome back').waitFor();
    await page.getByLabel('Email').fill(owner.email);
    await page.getByLabel('Password').fill(owner.password);
    await button('Sign in').click();
    await heading('Data').waitFor();
    await page.getByRole('link', { name: 'shop', exact: true }).waitFor();
  });

  it('met no error of its own on the way', () => {
    expect(shop.faults).toEqual([]);
  });
});
