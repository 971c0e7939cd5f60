import type { Subject } from "../subject/subject.ts";
import { TABLE } from "../subject/subject.ts";
import { TARGET } from "./target.ts";

/**
 * A trigger that repeats every write on the copy, at once, in the writer's own statement: an insert unless the row is
 * there, an update and a delete by id alone.
 */
export async function createMirror(subject: Subject): Promise<void> {
  const rows = await subject.query<{ name: string }>(
    `SELECT format('%I', attname) AS name FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [TABLE],
  );
  const columns = rows.map(({ name }) => name);
  const others = columns.filter((name) => name !== "id");
  await subject.query(`
    CREATE FUNCTION rival.mirror() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      CASE TG_OP
        WHEN 'INSERT' THEN
          INSERT INTO ${TARGET} (${columns.join(", ")}) VALUES (${columns.map((name) => `NEW.${name}`).join(", ")})
          ON CONFLICT DO NOTHING;
        WHEN 'UPDATE' THEN
          UPDATE ${TARGET} SET ${others.map((name) => `${name} = NEW.${name}`).join(", ")} WHERE id = NEW.id;
        WHEN 'DELETE' THEN
          DELETE FROM ${TARGET} WHERE id = OLD.id;
      END CASE;
      RETURN NULL;
    END $$;
    CREATE TRIGGER mirror AFTER INSERT OR UPDATE OR DELETE ON ${TABLE} FOR EACH ROW EXECUTE FUNCTION rival.mirror()`);
}
