import { DataError } from '@vitrine/models/errors';

export const FIELDS = [
  ...(['id', 'title', 'description', 'label', 'image'] as const),
  ...(['price', 'currency', 'brand', 'colour', 'stock'] as const),
];
export type Field = (typeof FIELDS)[number];

/** Column names taken for a field when nobody says, best first; in the languages shops write: compared without case,
 * accents, spaces and punctuation. */
const USUAL: Record<Field, string> = {
  id: `id sku asin productid itemid articleid ean gtin handle uniqid reference ref artikelnummer artikelnr referencia codice
    codigo kod`,
  title: `title name productdisplayname productname productnm itemname itemtitle designation text titre producttitle listingtitle
    titel bezeichnung produktname artikelname nom nomproduit nomduproduit libelle titulo nombre nombreproducto titolo nome
    nomeprodotto productnaam naam nazwa tytul`,
  description: `description desc body bodyhtml longdescription productdescription shortdescription details beschreibung
    produktbeschreibung descripcion descricao descrizione omschrijving productomschrijving opis`,
  label: `label prdtypecode category categorycode categoryname articletype producttypename producttype productcategory class
    googleproductcategory kategorie produktkategorie warengruppe categorie rubrique categoria tipologia rubriek kategoria`,
  image: `imagefile imagepath image imagename img photo picture file filename imageurl imagelink imagesrc mediumimageurl imgurl
    bild bilddatei bildurl foto imagen immagine imagem afbeelding fichierimage zdjecie`,
  price: `price saleprice sellingprice currentprice finalprice variantprice listprice retailprice mrp prix prixttc preis
    verkaufspreis precio preco prezzo prijs cena`,
  currency: 'currency currencycode pricecurrency devise wahrung moneda moeda valuta waluta',
  brand: 'brand brandname vendor manufacturer marque marke hersteller marca merk marka',
  colour: `colour color basecolour basecolor colourname colorname colourgroupname colorgroupname couleur farbe cor colore
    kleur kolor`,
  stock: `stock stockquantity quantity qty inventory inventoryquantity variantinventoryqty availability lagerbestand bestand
    verfugbarkeit disponibilite existencias disponibilidad giacenza disponibilita voorraad`,
};

export interface Columns {
  of: Partial<Record<Field, string>>;
  /** "title from productDisplayName (guessed)". */
  notes: string[];
}

/**
 * Which column holds which field: what the person said, else by usual names.
 * @throws DataError `data.columns` naming the columns found, when a named one doesn't exist or nothing holds a product
 */
export function resolveColumns(found: string[], map: Record<string, string> = {}): Columns {
  const said = spokenFor(found, map);
  const plainly = found.map((column) => [plain(column), column] as const);
  const of: Columns['of'] = {};
  const notes: string[] = [];
  for (const field of FIELDS) {
    const taken = new Set([...Object.values(said), ...Object.values(of)]);
    const guess = USUAL[field]
      .split(/\s+/)
      .map((name) => plainly.find(([known, column]) => known === name && !taken.has(column))?.[1])
      .find((column) => column !== undefined);
    const column = said[field] ?? guess;
    if (column === undefined) continue;
    of[field] = column;
    notes.push(`${field} from column "${column}"${said[field] === undefined ? ' (guessed)' : ''}`);
  }
  if (of.title === undefined && of.description === undefined && of.image === undefined)
    throw new DataError(
      'data.columns',
      `None of the columns is known to hold a title, a description or a picture. ${listed(found)} Say which under Columns, or with --map title=<column>.`,
      { columns: found },
    );
  return { of, notes };
}

function spokenFor(found: string[], map: Record<string, string>): Partial<Record<Field, string>> {
  const said: Partial<Record<Field, string>> = {};
  for (const [left, right] of Object.entries(map)) {
    const [field, column] = isField(left) && (!isField(right) || found.includes(right)) ? [left, right] : [right, left];
    if (!isField(field))
      throw new DataError(
        'data.columns',
        `The mapping ${left}=${right} names no field of a product: use ${FIELDS.join(', ')}.`,
      );
    const exact = found.find((name) => name === column) ?? found.find((name) => plain(name) === plain(column));
    if (exact === undefined)
      throw new DataError(
        'data.columns',
        `There is no column "${column}" for ${field}. ${listed(found)} Say which under Columns, or with --map ${field}=<column>.`,
        { columns: found },
      );
    said[field] = exact;
  }
  return said;
}

function isField(name: string): name is Field {
  return (FIELDS as readonly string[]).includes(name);
}

function plain(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Columns and letters of their names that a sentence has room for. */
const [SHOWN_COLUMNS, SHOWN_LETTERS] = [40, 60];

function listed(columns: string[]): string {
  const names = columns.slice(0, SHOWN_COLUMNS).map((column) => column.slice(0, SHOWN_LETTERS) || '(unnamed)');
  const more = columns.length > SHOWN_COLUMNS ? ` and ${columns.length - SHOWN_COLUMNS} more` : '';
  return `The file has: ${names.join(', ')}${more}.`;
}
