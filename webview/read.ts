/** Reading values of unknown shape: each reader gives a value of its type or throws a Misfit that names the place. */

export class Misfit extends Error {}

/** `misfits` collects what was left out where something else could still be read. */
export type Reader<T> = (value: unknown, place: string, misfits: string[]) => T;

/** A reader for each key of T: an optional key has one that may give `undefined`. */
type Fields<T> = { readonly [K in keyof T]-?: Reader<T[K]> | Reader<T[K] | undefined> };

export const text: Reader<string> = (value, place) => {
  if (typeof value !== 'string') throw new Misfit(place);
  return value;
};

export const flag: Reader<boolean> = (value, place) => {
  if (typeof value !== 'boolean') throw new Misfit(place);
  return value;
};

/** NaN and the infinities come as null where events travel as JSON. */
export const real: Reader<number> = (value, place) => {
  if (value === null) return NaN;
  if (typeof value !== 'number') throw new Misfit(place);
  return value;
};

export const count: Reader<number> = (value, place) => {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new Misfit(place);
  return value;
};

export function oneOf<const T extends string>(...values: readonly T[]): Reader<T> {
  return (value, place) => values.find((one) => one === value) ?? misfit(place);
}

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, place, misfits) => (value === null ? null : reader(value, place, misfits));
}

export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, place, misfits) => (value === undefined ? undefined : reader(value, place, misfits));
}

/** What cannot be read of a list is left out, and told. */
export function list<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, place, misfits) => {
    if (!Array.isArray(value)) throw new Misfit(place);
    return value.flatMap((one: unknown) => {
      try {
        return [reader(one, place, misfits)];
      } catch (error) {
        if (!(error instanceof Misfit)) throw error;
        misfits.push(error.message);
        return [];
      }
    });
  };
}

/** Own values only; those that cannot be read are left out. */
export function entries<T>(reader: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, place, misfits) => {
    const found: [string, T][] = [];
    for (const [key, one] of Object.entries(object(value, place))) {
      try {
        found.push([key, reader(one, place, misfits)]);
      } catch (error) {
        if (!(error instanceof Misfit)) throw error;
        misfits.push(error.message);
      }
    }
    return Object.fromEntries(found);
  };
}

export function fields<T>(readers: Fields<T>): Reader<T> {
  const named = Object.entries<Reader<unknown>>(readers as Readonly<Record<string, Reader<unknown>>>);
  return (value, place, misfits) => {
    const from = object(value, place);
    const read = named.flatMap(([key, reader]): [string, unknown][] => {
      const one = reader(Object.hasOwn(from, key) ? from[key] : undefined, `${place}.${key}`, misfits);
      return one === undefined ? [] : [[key, one]];
    });
    return Object.fromEntries(read) as T;
  };
}

function object(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Misfit(place);
  return value as Readonly<Record<string, unknown>>;
}

function misfit(place: string): never {
  throw new Misfit(place);
}
