/**
 * The rooms that a bundle carries only if something imports them.
 *
 * Bundlers inline dynamic imports into single-file Workers, so the core reaches these rooms through slots. The package's
 * default door fills them with loaders (`core/link.ts`); under the `workerd` condition an entry that
 * holds a room, as `djedge/uploads` does, fills its slot when it is imported.
 *
 * @module
 */

import { ImproperlyConfigured } from "./exceptions.ts";

/** How each room is reached; the rooms' own types are declared where they are used. */
export const rooms: Record<string, (() => unknown) | undefined> = Object.create(null);

/**
 * Loads a room.
 *
 * @param entry the package entry that fills the slot, for the error message
 * @throws ImproperlyConfigured where nothing in the bundle imports it
 */
export async function room<T>(name: string, entry: string, need: string): Promise<T> {
  const load = rooms[name];
  if (!load) {
    throw new ImproperlyConfigured(`${need} is not part of this bundle. Add this line to the Worker: import "${entry}";`);
  }
  return (await load()) as T;
}
