import picture from './entrance.webp';

/** What one sees of the shop from the street. */
export function ShopWindow() {
  return (
    <div className="relative hidden overflow-hidden bg-paper lg:block">
      <img src={picture} alt="" className="absolute inset-0 size-full object-cover object-top dark:brightness-[0.72]" />
    </div>
  );
}
